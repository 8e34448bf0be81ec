package catalog

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// clockSlack is how far ahead a time may be before it counts as one of a clock that has been set back since. Machines that share a database differ by less.
const clockSlack = time.Minute

// heedClock makes due at once what would wait for longer than any job waits: the clock was set back since that was written, by an hour or by years, and nothing may wait until it has come
// there again. Jobs that run are left alone, so that none runs twice.
//
// No index serves the question: in a long queue it is asked the less often the longer it takes. Only housekeeping calls it.
func (j *Jobs) heedClock(ctx context.Context) error {
	now := time.Now()
	if now.Before(j.heed) {
		return nil
	}
	defer func() { j.heed = time.Now().Add(50 * time.Since(now)) }()
	due := fmt.Sprintf(j.c.db.dialect().instant, "scheduled_at")
	soon, late := now.Add(clockSlack).UnixMicro(), now.Add(clockSlack+j.longest()).UnixMicro()
	ahead := "(state = 'available' AND " + due + " > ? OR state IN ('retryable', 'scheduled') AND " + due + " > ?)"
	found, err := collect(ctx, j.c.db.read(), sql("SELECT id FROM river_job WHERE "+ahead+" LIMIT 1", soon, late), value[int64])
	if err != nil || len(found) == 0 {
		return err
	}
	var n int64
	err = j.c.Update(ctx, func(ctx context.Context, tx *Tx) error {
		tx.jobs = true
		n, err = run(ctx, tx.q, sql("UPDATE river_job SET scheduled_at = "+j.c.db.dialect().clock+" WHERE "+ahead, soon, late))
		return err
	})
	if err == nil {
		j.c.log.Warn("the clock was set back: jobs that would have waited for it are due", slog.Int64("jobs", n))
	}
	return err
}

// longest is how long a job waits at most for its next attempt.
func (j *Jobs) longest() time.Duration {
	if j.opt.Backoff != nil {
		return max(longestPause, j.opt.Backoff(stalledAfter+2))
	}
	return longestPause
}

// notYet reports whether what is done every so often, and was done last at last, is to wait. A time ahead of the clock is that of a clock that was set back.
func notYet(now, last time.Time, every time.Duration) bool {
	passed := now.Sub(last)
	return passed < every && passed >= -clockSlack
}
