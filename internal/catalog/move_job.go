package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/riverqueue/river"
)

// movedJob is a job that waits, as it is put into another catalogue.
type movedJob struct {
	kind, queue, args string
	priority          int
	at                int64 // µs
}

// openJobs returns the jobs that have still to be done, in the order in which they came.
func (s *Still) openJobs(ctx context.Context) ([]movedJob, error) {
	st := sql("SELECT kind, queue, priority, " + fmt.Sprintf(s.db.dialect().instant, "scheduled_at") + ", " + fmt.Sprintf(s.db.dialect().jsonText, "args") + ` FROM river_job
		WHERE state IN ('available', 'pending', 'retryable', 'running', 'scheduled') AND kind <> '' ORDER BY id`)
	list, err := collect(ctx, s.db.read(), st, func(row scanner) (movedJob, error) {
		var j movedJob
		err := row.Scan(&j.kind, &j.queue, &j.priority, &j.at, &j.args)
		return j, err
	})
	return list, s.fail("list the jobs", err)
}

func (j movedJob) insert(ctx context.Context, db database, q querier) error {
	args := jobArgs{kind: JobKind(j.kind)}
	if err := json.Unmarshal([]byte(j.args), &args); err != nil {
		return err
	}
	args.Again = false
	opts := &river.InsertOpts{MaxAttempts: maxAttempts, Priority: j.priority, Queue: j.queue, ScheduledAt: time.UnixMicro(j.at)}
	if args.Unique {
		opts.UniqueOpts = once()
	}
	_, err := db.insertJob(ctx, q, args, opts)
	return err
}
