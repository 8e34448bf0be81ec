package catalog

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"

	"vannghe/internal/archive"
)

// ObjectLock is the right to write one OCFL object. S3 has no compare-and-swap, so the catalogue decides who writes.
type ObjectLock struct {
	c      *Catalog
	object string
	fence  int64
}

// LockObject waits until nobody else writes the object. It belongs to this process; the lock of a process that died is
// taken over as soon as that is known (reap). One goroutine of a process excludes another as well. It must not be called within an Update.
func (c *Catalog) LockObject(ctx context.Context, object string) (*ObjectLock, error) {
	lock := &ObjectLock{c: c, object: object}
	err := c.freed.until(ctx, c.poll, func() (bool, error) {
		if err := c.settleLocks(ctx); err != nil {
			return false, err
		}
		if !c.objects.enter(object) {
			return false, nil
		}
		ok, err := lock.takeOrReap(ctx)
		switch {
		case err != nil:
			c.objects.owe(object) // the row may be ours nevertheless
		case !ok:
			c.objects.leave(object)
		}
		return ok, err
	})
	if err != nil {
		return nil, c.fail(ctx, "lock object "+object, err)
	}
	return lock, nil
}

func (l *ObjectLock) takeOrReap(ctx context.Context) (bool, error) {
	ok, err := l.take(ctx)
	if err != nil || ok {
		return ok, err
	}
	if err := l.c.reap(ctx); err != nil {
		return false, err
	}
	return l.take(ctx)
}

// take takes the lock when it is free. The row is never deleted, so each holder's fence is higher than all before.
func (l *ObjectLock) take(ctx context.Context) (bool, error) {
	var fences []int64
	err := l.c.db.update(ctx, func(q querier) error {
		var err error
		fences, err = collect(ctx, q, sql(`INSERT INTO object_lock (object, process, fence) VALUES (?, ?, 1)
			ON CONFLICT (object) DO UPDATE SET process = excluded.process, fence = object_lock.fence + 1
			WHERE object_lock.process = '' RETURNING fence`, text(l.object), l.c.process), value[int64])
		return err
	})
	if err != nil || len(fences) == 0 {
		return false, err
	}
	l.fence = fences[0]
	return true, nil
}

// Fence returns the number of this holding: higher than that of every holding of the object before.
func (l *ObjectLock) Fence() int64 { return l.fence }

// Check returns nil while the lock is still ours. Conflict "lock-lost" after another has taken this process for dead.
// Call it right before the write that makes a new version visible.
func (l *ObjectLock) Check(ctx context.Context) error {
	_, err := one(ctx, l.c.db.read(), sql("SELECT fence FROM object_lock WHERE object = ? AND process = ? AND fence = ?",
		text(l.object), l.c.process, l.fence), value[int64])
	if errors.Is(err, errNoRow) {
		return archive.Fail(archive.Conflict, "lock-lost", l.object)
	}
	return l.c.fail(ctx, "check the lock of object "+l.object, err)
}

// Unlock gives the lock back. Giving back a lock that was lost is no error: nobody is harmed. When the database does not answer
// now, the lock is given back as soon as it does.
func (l *ObjectLock) Unlock(ctx context.Context) error {
	var n int64
	err := l.c.db.update(ctx, func(q querier) error {
		var err error
		n, err = run(ctx, q, sql("UPDATE object_lock SET process = '' WHERE object = ? AND process = ? AND fence = ?",
			text(l.object), l.c.process, l.fence))
		return err
	})
	if err != nil {
		l.c.objects.owe(l.object)
		return l.c.fail(ctx, "unlock object "+l.object, err)
	}
	if n == 0 {
		l.c.log.Warn("the lock of an object had been lost", slog.String("object", l.object))
	}
	l.c.objects.leave(l.object)
	l.c.freed.raise()
	return nil
}

// objects is what this process knows of its own object locks. A row alone does not tell a lock that is held here from one that
// could not be given back, for which everybody would wait until this process ends.
type objects struct {
	mu   sync.Mutex
	busy map[string]bool // held here, being taken, or owed
	owed map[string]bool // nobody here holds it, but its row may still name this process

	settling sync.Mutex
}

func newObjects() *objects { return &objects{busy: map[string]bool{}, owed: map[string]bool{}} }

// enter reserves the object for one goroutine of this process.
func (o *objects) enter(object string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.busy[object] {
		return false
	}
	o.busy[object] = true
	return true
}

func (o *objects) leave(object string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.busy, object)
	delete(o.owed, object)
}

func (o *objects) owe(object string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.owed[object] = true
}

func (o *objects) debts() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Collect(maps.Keys(o.owed))
}

// settleLocks gives back what could not be given back before. An object stays busy until then, so that no lock taken
// since is given back instead.
func (c *Catalog) settleLocks(ctx context.Context) error {
	c.objects.settling.Lock()
	defer c.objects.settling.Unlock()
	for _, object := range c.objects.debts() {
		err := c.db.update(ctx, func(q querier) error {
			_, err := run(ctx, q, sql("UPDATE object_lock SET process = '' WHERE object = ? AND process = ?", text(object), c.process))
			return err
		})
		if err != nil {
			return err
		}
		c.objects.leave(object)
		c.freed.raise()
	}
	return nil
}
