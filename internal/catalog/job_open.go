package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river/rivertype"

	"vannghe/internal/archive"
)

// ReasonStopped is why a job ended that somebody stopped.
const ReasonStopped archive.Reason = "making-stopped"

// errStopped ends a job that somebody has stopped.
var errStopped = errors.New("stopped by a person")

// stopped selects jobs that somebody has stopped while they ran.
const stopped = "CAST(coalesce(metadata->>'stopped', '') AS TEXT) = '1'"

// OpenJob is a job that waits or runs.
type OpenJob struct {
	Job
	Number  int64
	Running bool
	Stopped bool      // it runs, and is to end
	Stalled bool      // it has waited for some five minutes for what is unavailable
	Since   time.Time // since when it waits or, when it runs, when it was begun
	Done    int       // how much of it is done, in per cent; -1 when that is not told
	Tries   int       // how often it has been begun
	Title   string    // of its work; "" without one
	Name    string    // of its file, as given; "" without one
}

// OpenJobs lists the jobs that run and wait: what runs first, then in the order in which they will be begun. Forbidden "staff-only" to others than staff.
func (r *Reader) OpenJobs(ctx context.Context, limit int) ([]OpenJob, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	at := func(column string) string { return fmt.Sprintf(r.c.db.dialect().instant, "j."+column) }
	s := sql("SELECT j.id, j.kind, j.queue, j.priority, j.attempt, CASE WHEN j.state = 'running' THEN 1 ELSE 0 END, CASE WHEN "+stopped+" THEN 1 ELSE 0 END, CASE WHEN "+
		snoozed+" > ? THEN 1 ELSE 0 END, CASE WHEN j.state = 'running' THEN "+at("attempted_at")+" ELSE "+at("created_at")+` END, `+fmt.Sprintf(r.c.db.dialect().jsonText, "j.args")+`, coalesce(w.title, ''), f.name, CAST(coalesce(j.metadata->>'progress', '-1') AS INTEGER)
		FROM river_job j LEFT JOIN work w ON w.id = j.args->>'work' LEFT JOIN file f ON f.id = j.args->>'file'
		WHERE j.state IN ('available', 'pending', 'retryable', 'running', 'scheduled') AND j.kind <> ''
		ORDER BY 6 DESC, j.priority, j.scheduled_at, j.id LIMIT ?`, stalledAfter, limit)
	list, err := collect(ctx, r.c.db.read(), s, scanOpenJob)
	return list, r.c.fail(ctx, "list the jobs", err)
}

func scanOpenJob(row scanner) (OpenJob, error) {
	var o OpenJob
	var running, stop, stalled int64
	var since *int64
	var args string
	var name []byte
	if err := row.Scan(&o.Number, &o.Kind, &o.Queue, &o.Priority, &o.Tries, &running, &stop, &stalled, &since, &args, &o.Title, &name, &o.Done); err != nil {
		return o, err
	}
	var a jobArgs
	if err := json.Unmarshal([]byte(args), &a); err != nil {
		return o, fmt.Errorf("read job %d: %w", o.Number, err)
	}
	o.Work, o.File, o.Recipe, o.Version, o.Note = a.Work, a.File, a.Recipe, a.Version, a.Note
	o.Running, o.Stopped, o.Stalled, o.Since, o.Name = running == 1, stop == 1, stalled == 1, moment(since), string(name)
	return o, nil
}

// StopJob ends a job: one that waits is taken out, and told is true; one that runs is marked, and the process that runs it ends it within about a
// second and tells as of a failure with ReasonStopped. NotFound "job-missing" when it neither waits nor runs or is not of that kind.
func (tx *Tx) StopJob(ctx context.Context, number int64, kind JobKind) (job Job, out bool, err error) {
	open := sql("SELECT CAST(state AS TEXT), "+fmt.Sprintf(tx.c.db.dialect().jsonText, "args")+" FROM river_job WHERE id = ? AND kind = ? AND state IN ('available', 'pending', 'retryable', 'running', 'scheduled')"+
		tx.c.db.dialect().lockRow, number, string(kind))
	var a jobArgs
	state, err := one(ctx, tx.q, open, func(row scanner) (state rivertype.JobState, err error) {
		var args string
		if err := row.Scan(&state, &args); err != nil {
			return state, err
		}
		return state, json.Unmarshal([]byte(args), &a)
	})
	if err != nil {
		return job, false, missing(err, "job-missing")
	}
	job = Job{Kind: kind, Work: a.Work, File: a.File, Recipe: a.Recipe, Version: a.Version, Note: a.Note}
	change := sql("UPDATE river_job SET metadata = "+tx.c.db.dialect().markStopped+" WHERE id = ?", number)
	if state != rivertype.JobStateRunning {
		out = true
		change = sql("UPDATE river_job SET state = 'cancelled', finalized_at = CURRENT_TIMESTAMP WHERE id = ?", number)
	}
	if _, err := run(ctx, tx.q, change); err != nil {
		return job, false, fmt.Errorf("stop job %d: %w", number, err)
	}
	tx.jobs = true
	return job, out, nil
}

// jobNumber is the number of the job to which a context belongs.
type jobNumber struct{}

// Progress notes how much of a job is done, in per cent, for OpenJobs; ctx is that of its handler. In any other context it does nothing.
func (c *Catalog) Progress(ctx context.Context, percent int) error {
	number, ok := ctx.Value(jobNumber{}).(int64)
	if !ok {
		return nil
	}
	s := sql("UPDATE river_job SET metadata = "+c.db.dialect().markProgress+" WHERE id = ?", min(max(percent, 0), 100), number)
	err := c.db.update(ctx, func(q querier) error { _, err := run(ctx, q, s); return err })
	return c.fail(ctx, "note how much of a job is done", err)
}

// begin makes a job one that can be stopped; what it returns must be called when it has ended. A job that was stopped in a process that died meanwhile
// ends at once.
func (j *Jobs) begin(ctx context.Context, row *rivertype.JobRow) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.WithValue(ctx, jobNumber{}, row.ID))
	j.mu.Lock()
	defer j.mu.Unlock()
	j.running[row.ID] = cancel
	if isStopped(row.Metadata) {
		cancel(errStopped)
	}
	return ctx, func() {
		j.mu.Lock()
		defer j.mu.Unlock()
		delete(j.running, row.ID)
		cancel(nil)
	}
}

func isStopped(metadata []byte) bool {
	var m struct {
		Stopped int `json:"stopped"`
	}
	return json.Unmarshal(metadata, &m) == nil && m.Stopped == 1
}

// endStopped ends those jobs of this process that somebody has stopped.
func (j *Jobs) endStopped(ctx context.Context) error {
	numbers, err := collect(ctx, j.c.db.read(), sql("SELECT id FROM river_job WHERE state = 'running' AND "+stopped), value[int64])
	if err != nil {
		return fmt.Errorf("look for jobs that were stopped: %w", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, n := range numbers {
		if cancel := j.running[n]; cancel != nil {
			cancel(errStopped)
		}
	}
	return nil
}

// OldestWaiting returns when the job that waits longest was enqueued; the zero time when none waits.
func (c *Catalog) OldestWaiting(ctx context.Context) (time.Time, error) {
	s := sql("SELECT min(" + fmt.Sprintf(c.db.dialect().instant, "created_at") + ") FROM river_job WHERE state IN ('available', 'pending', 'retryable', 'scheduled') AND kind <> ''")
	oldest, err := one(ctx, c.db.read(), s, value[*int64])
	return moment(oldest), c.fail(ctx, "look for the oldest job", err)
}
