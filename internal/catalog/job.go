package catalog

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"vannghe/internal/archive"
)

// JobKind names what a job does: lowercase words joined by "-" or ".".
type JobKind string

// Queue separates jobs that load the machine from those that must not wait behind them.
type Queue string

// The queues.
const (
	Light Queue = "light"
	Heavy Queue = "heavy"
)

// Job is work to be done later, by whichever process runs jobs.
type Job struct {
	Kind    JobKind
	Work    archive.WorkID
	File    archive.FileID
	Recipe  string
	Version int
	Note    string // small free text, such as the reason of a withdrawal
	// Unique keeps the job from being enqueued while one with the same fields above waits. While one with the same fields
	// runs, one more waits: the running one may have read what has just changed.
	Unique   bool
	Queue    Queue     // "": that of its kind's JobSettings, Light when there are none
	Priority int       // 1 first … 4 last; 0: 2
	After    time.Time // not before; zero: at once
}

// DefaultPriority is the priority of a Job that names none; maxAttempts is how often a job is tried.
const (
	DefaultPriority = 2
	maxAttempts     = 4
)

// jobArgs is a Job as River keeps it. A field that is part of uniqueness is never renamed.
type jobArgs struct {
	kind    JobKind
	Work    archive.WorkID `json:"work,omitempty" river:"unique"`
	File    archive.FileID `json:"file,omitempty" river:"unique"`
	Recipe  string         `json:"recipe,omitempty" river:"unique"`
	Version int            `json:"version,omitempty" river:"unique"`
	Note    string         `json:"note,omitempty" river:"unique"`
	Again   bool           `json:"again,omitempty" river:"unique"` // waits behind a running one
	Unique  bool           `json:"once,omitempty"`
}

// Kind is River's name of the job.
func (a jobArgs) Kind() string { return string(a.kind) }

func (a jobArgs) job(row *rivertype.JobRow) Job {
	return Job{
		Kind: JobKind(row.Kind), Work: a.Work, File: a.File, Recipe: a.Recipe, Version: a.Version, Note: a.Note, Unique: a.Unique,
		Queue: Queue(row.Queue), Priority: row.Priority, After: row.ScheduledAt,
	}
}

// Enqueue adds a job that is there for the workers once the transaction has committed.
func (tx *Tx) Enqueue(ctx context.Context, j Job) error {
	queue, err := tx.queue(ctx, j)
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", j.Kind, err)
	}
	args := jobArgs{
		kind: j.Kind, Work: j.Work, File: j.File, Recipe: text(j.Recipe), Version: j.Version, Note: text(j.Note), Unique: j.Unique,
	}
	opts := &river.InsertOpts{
		MaxAttempts: maxAttempts, Priority: cmp.Or(j.Priority, DefaultPriority), Queue: string(queue), ScheduledAt: j.After,
	}
	if j.Unique {
		opts.UniqueOpts = once()
	}
	done, err := tx.c.db.insertJob(ctx, tx.q, args, opts)
	if err == nil && runs(done) {
		args.Again = true
		done, err = tx.c.db.insertJob(ctx, tx.q, args, opts)
	}
	if err == nil && runs(done) { // both may have read what has just changed: one too many finds nothing to do
		opts.UniqueOpts = river.UniqueOpts{}
		_, err = tx.c.db.insertJob(ctx, tx.q, args, opts)
	}
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", j.Kind, err)
	}
	tx.jobs = true
	return nil
}

// once makes River refuse a job while one with the same arguments waits or runs.
func once() river.UniqueOpts {
	return river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
		rivertype.JobStateRunning, rivertype.JobStateScheduled,
	}}
}

// runs reports whether a job was not enqueued because one like it runs. River counts one as running for a while after it has ended.
func runs(r *rivertype.JobInsertResult) bool {
	return r.UniqueSkippedAsDuplicate && r.Job.State == rivertype.JobStateRunning
}

// queuesName is the setting that says which kinds of job are heavy: the process that enqueues may not be one that runs them.
const queuesName = "catalog.queues"

func (tx *Tx) queue(ctx context.Context, j Job) (Queue, error) {
	if j.Queue != "" {
		return j.Queue, nil
	}
	if tx.queues == nil {
		tx.queues = map[JobKind]Queue{}
		if err := tx.setting(ctx, queuesName, &tx.queues); err != nil {
			return "", err
		}
	}
	return cmp.Or(tx.queues[j.Kind], Light), nil
}

// JobCounts is how many jobs there are.
type JobCounts struct {
	Waiting int // scheduled retries included
	Running int
	Stalled int // of those: they have waited for some five minutes for what is unavailable
	Failed  int // for good, within the last week
}

// Moving is how many jobs may still come to an end without anybody's help.
func (n JobCounts) Moving() int { return n.Waiting + n.Running - n.Stalled }

// JobCounts counts the jobs that somebody may wait for.
func (c *Catalog) JobCounts(ctx context.Context) (JobCounts, error) {
	var n JobCounts
	s := sql(`SELECT CAST(state AS TEXT), count(*), sum(CASE WHEN `+snoozed+` > ? THEN 1 ELSE 0 END) FROM river_job
		WHERE state IN ('available', 'cancelled', 'discarded', 'pending', 'retryable', 'running', 'scheduled') AND kind <> ? GROUP BY state`, stalledAfter, JobFixity)
	err := each(ctx, c.db.read(), s, func(row scanner) error {
		var state rivertype.JobState
		var count, stalled int
		err := row.Scan(&state, &count, &stalled)
		switch state {
		case rivertype.JobStateRunning:
			n.Running += count
			n.Stalled += stalled
		case rivertype.JobStateCancelled, rivertype.JobStateDiscarded:
			n.Failed += count
		default:
			n.Waiting += count
			n.Stalled += stalled
		}
		return err
	})
	return n, c.fail(ctx, "count the jobs", err)
}

// snoozed is how often a job has been put off because something was unavailable, which River counts.
const snoozed = "CAST(coalesce(metadata->>'snoozes', '0') AS INTEGER)"

// JobsIdle returns once no job waits or runs, in any process. The error is Unavailable "jobs-stalled", with their number, when
// those that are left have waited for some five minutes for what is unavailable: they go on by themselves when it is back.
func (c *Catalog) JobsIdle(ctx context.Context) error {
	return c.moved.until(ctx, c.poll, func() (bool, error) {
		// Asked anew after each job: to count all of them each time made a long queue take the square of its length.
		moving, err := collect(ctx, c.db.read(), sql("SELECT 1 FROM river_job WHERE state IN ('available', 'pending', 'retryable', 'running', 'scheduled') AND kind <> ? AND "+
			snoozed+" <= ? LIMIT 1", JobFixity, stalledAfter), value[int64])
		if err != nil || len(moving) > 0 {
			return false, c.fail(ctx, "look for jobs", err)
		}
		n, err := c.JobCounts(ctx)
		if err != nil || n.Moving() > 0 {
			return false, err
		}
		if n.Stalled > 0 {
			return false, archive.Fail(archive.Unavailable, "jobs-stalled", n.Stalled)
		}
		return true, nil
	})
}

// WakeJobs makes the jobs that wait for what is unavailable try at once, and counts their patience anew.
func (c *Catalog) WakeJobs(ctx context.Context) error {
	return c.Update(ctx, func(ctx context.Context, tx *Tx) error { return tx.wakeJobs(ctx) })
}

func (tx *Tx) wakeJobs(ctx context.Context) error {
	s := sql("UPDATE river_job SET state = 'available', scheduled_at = created_at, metadata = " + tx.c.db.dialect().forgetSnoozes +
		" WHERE state IN ('available', 'retryable', 'scheduled') AND " + snoozed + " > 0")
	if _, err := run(ctx, tx.q, s); err != nil {
		return fmt.Errorf("wake the jobs that wait: %w", err)
	}
	tx.jobs = true
	return nil
}
