package catalog

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"time"
)

// aliveEvery is how often a process makes sure that its lock is still held: PostgreSQL may have ended the session. Five seconds
// unless Options.Poll says otherwise.
func (c *Catalog) aliveEvery() time.Duration { return 25 * c.poll }

// hold keeps the lock of this process. When it had been lost, or cannot be had, the server may have ended all sessions: what
// was seen of the others until then says nothing about them.
func (c *Catalog) hold(ctx context.Context) error {
	taken, err := c.db.hold(ctx, c.process)
	if taken || err != nil {
		c.missing.forget()
	}
	return err
}

// register writes this process into the list; its lock must be held already.
func (c *Catalog) register(ctx context.Context, q querier) error {
	_, err := run(ctx, q, sql("INSERT INTO process (id, host, pid, jobs, started) VALUES ").
		values(c.process, host(), os.Getpid(), 0, c.now().UnixMicro()).add(" ON CONFLICT (id) DO NOTHING"))
	return err
}

// stayAlive keeps the lock of this process held, and puts it back on the list should another have taken it for dead
// while the session was lost.
func (c *Catalog) stayAlive() {
	tick := time.NewTicker(c.aliveEvery())
	defer tick.Stop()
	for {
		select {
		case <-c.ctx.Done():
			return
		case <-tick.C:
		}
		if err := c.confirm(c.ctx); err != nil && c.ctx.Err() == nil {
			c.log.Warn("the process lock could not be confirmed", slog.Any("error", err))
		}
	}
}

func (c *Catalog) confirm(ctx context.Context) error {
	if err := c.hold(ctx); err != nil {
		return err
	}
	if err := c.settleLocks(ctx); err != nil {
		return err
	}
	_, err := one(ctx, c.db.read(), sql("SELECT id FROM process WHERE id = ?", c.process), value[string])
	if !errors.Is(err, errNoRow) {
		return err
	}
	return c.db.update(ctx, func(q querier) error { return c.register(ctx, q) })
}

// deadProcesses returns the processes of the list that no longer live. Where a living process may lose its lock, it is one
// that has been without for so long that it would have taken it again.
func (c *Catalog) deadProcesses(ctx context.Context) ([]string, error) {
	if err := c.hold(ctx); err != nil {
		return nil, err
	}
	dead, err := c.lockless(ctx)
	switch {
	case err != nil:
		c.missing.forget()
		return nil, err
	case c.db.dialect().losesLocks:
		return c.missing.look(dead, c.clock(), c.aliveEvery()), nil
	default:
		return dead, nil
	}
}

// lockless returns the other processes of the list whose lock is free.
func (c *Catalog) lockless(ctx context.Context) ([]string, error) {
	others, err := collect(ctx, c.db.read(), sql("SELECT id FROM process WHERE id <> ?", c.process), value[string])
	if err != nil || len(others) == 0 {
		return nil, err
	}
	return c.db.dead(ctx, others)
}

// missed is what this process remembers of others whose lock it found free.
type missed struct {
	mu    sync.Mutex
	since map[string]time.Time // first of the looks in a row that found it free
	last  time.Time            // look
}

// look takes note of the processes found without a lock and returns those found so for two rounds, on looks that are never
// further apart than one: in between, a process that lives takes its lock again.
func (m *missed) look(found []string, now time.Time, round time.Duration) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	before := m.since
	if now.Sub(m.last) > round {
		before = nil
	}
	m.since, m.last = make(map[string]time.Time, len(found)), now
	var dead []string
	for _, p := range found {
		first, known := before[p]
		if !known {
			first = now
		}
		m.since[p] = first
		if now.Sub(first) >= 2*round {
			dead = append(dead, p)
		}
	}
	return dead
}

func (m *missed) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.since = nil
}

// reap takes dead processes off the list: their running jobs become available, their locks free, their indexers forgotten.
// With SQLite that is at once, on PostgreSQL after ten seconds of looking (deadProcesses).
func (c *Catalog) reap(ctx context.Context) error {
	dead, err := c.deadProcesses(ctx)
	if err != nil || len(dead) == 0 {
		return err
	}
	for _, p := range dead {
		if err := c.db.update(ctx, func(q querier) error { return bury(ctx, q, c.db.dialect(), p) }); err != nil {
			return err
		}
		if err := c.db.buried(p); err != nil {
			return err
		}
		c.log.Info("took over from a process that ended without saying so", slog.String("process", p))
	}
	c.moved.raise()
	c.freed.raise()
	return nil
}

// bury removes what a process has left. The row goes last: until then the next process would find it again.
func bury(ctx context.Context, q querier, d dialect, process string) error {
	for _, text := range []string{
		d.releaseJobs,
		"DELETE FROM river_leader WHERE leader_id = $1",
		"UPDATE object_lock SET process = '' WHERE process = $1",
		"DELETE FROM process WHERE id = $1",
	} {
		if _, err := q.exec(ctx, text, process); err != nil {
			return err
		}
	}
	return nil
}

// Workers returns how many living processes run jobs, this one included.
func (c *Catalog) Workers(ctx context.Context) (int, error) {
	listed, err := collect(ctx, c.db.read(), sql("SELECT id FROM process WHERE jobs = 1"), value[string])
	if err != nil {
		return 0, c.fail(ctx, "count the workers", err)
	}
	dead, err := c.db.dead(ctx, listed)
	if err != nil {
		return 0, c.fail(ctx, "count the workers", err)
	}
	return len(listed) - len(dead), nil
}
