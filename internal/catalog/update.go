package catalog

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"vannghe/internal/archive"
)

// maxRuns bounds how often a transaction is run that PostgreSQL chose as the victim of a conflict.
const maxRuns = 8

// Tx is a write transaction. It belongs to the function that Update called and must not outlive it.
// After an error of one of its methods the transaction is lost: return the error.
type Tx struct {
	c       *Catalog
	q       querier
	now     time.Time
	changes []Change // without a number yet
	last    int64    // the number of the last of them
	seen    map[Change]bool
	owed    map[string]bool // notes of what the archive of record is owed beside works
	late    map[string]bool // notes of what it is owed, but not at once
	jobs    bool            // a job was enqueued
	// rebuilds says that what is stored was read from the archive of record; see Rebuild.
	rebuilds bool
	queues   map[JobKind]Queue // read at the first Enqueue
}

type updating struct{ c *Catalog }

// Update runs fn in one write transaction and commits it when fn returns nil; otherwise nothing has happened. fn may be
// run more than once (PostgreSQL: serialization failure, deadlock), so it must have no other effect than through tx, and
// must not run programs, digest files or talk to storage: on SQLite every other writer waits for it. An Update within an
// Update is refused, since it would wait for itself.
//
// The changes recorded in the transaction get their sequence numbers as its last act, under one lock, so that numbers
// become visible in their order. Once Update has returned, everybody who waits for a change in this process is awake.
func (c *Catalog) Update(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	if ctx.Value(updating{c}) != nil {
		return archive.Fail(archive.Internal, "internal").Because(errors.New("catalogue update within an update"))
	}
	for attempt := 1; ; attempt++ {
		tx := &Tx{c: c, seen: map[Change]bool{}}
		err := c.db.update(ctx, func(q querier) error {
			tx.q, tx.now = q, c.now()
			if err := fn(context.WithValue(ctx, updating{c}, true), tx); err != nil {
				return err
			}
			if err := tx.oweAll(ctx); err != nil {
				return err
			}
			return tx.number(ctx)
		})
		if err == nil {
			tx.wake()
			return nil
		}
		if attempt == maxRuns || !c.db.again(err) || !pause(ctx, attempt) {
			return c.fail(ctx, "change the catalogue", err)
		}
	}
}

// pause waits a little longer at each attempt, at random, so that two who collided do not collide again.
func pause(ctx context.Context, attempt int) bool {
	timer := time.NewTimer(time.Duration(attempt)*5*time.Millisecond + rand.N(10*time.Millisecond))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (tx *Tx) wake() {
	if len(tx.changes) > 0 {
		tx.c.hear(tx.last)
		tx.c.changed.raise()
	}
	if tx.jobs {
		tx.c.moved.raise()
	}
}

// Now returns the instant at which the transaction began: UTC, whole microseconds, the same at every call.
func (tx *Tx) Now() time.Time { return tx.now }

// changed notes that the thing is to be announced in the change sequence, once.
func (tx *Tx) changed(kind, id string) {
	ch := Change{Kind: kind, ID: id}
	if !tx.seen[ch] {
		tx.seen[ch] = true
		tx.changes = append(tx.changes, ch)
	}
}

// number writes the noted changes. The update of the counter's row holds a lock until the commit, which makes the order
// of numbers that of commits; it comes last so that the lock is held for an instant only.
func (tx *Tx) number(ctx context.Context) error {
	n := int64(len(tx.changes))
	if n == 0 {
		return nil
	}
	last, err := one(ctx, tx.q, sql("UPDATE change_counter SET seq = seq + ? WHERE id = 1 RETURNING seq", n), value[int64])
	if err != nil {
		return fmt.Errorf("number the changes: %w", err)
	}
	tx.last = last
	for i, ch := range tx.changes {
		s := upsert("change", "kind, id", []string{"kind", "id", "seq"}, ch.Kind, ch.ID, last-n+int64(i)+1)
		if _, err := run(ctx, tx.q, s); err != nil {
			return fmt.Errorf("record a change: %w", err)
		}
	}
	return nil
}

// lockName makes other transactions that look up the same name wait for this one, where the database does not let only
// one write at a time: what two look for and neither finds must not be made twice.
func (tx *Tx) lockName(ctx context.Context, name string) error {
	text := tx.c.db.dialect().lockName
	if text == "" {
		return nil
	}
	if err := each(ctx, tx.q, sql(text, lockKey(name)), func(scanner) error { return nil }); err != nil {
		return fmt.Errorf("lock a name: %w", err)
	}
	return nil
}

// Touch announces a work in the change sequence without changing it.
func (tx *Tx) Touch(ctx context.Context, id archive.WorkID) error {
	_, err := one(ctx, tx.q, sql("SELECT id FROM work WHERE id = ?", id), value[string])
	if err != nil {
		return missing(err, "work-missing")
	}
	tx.changed(ChangeWork, string(id))
	return nil
}
