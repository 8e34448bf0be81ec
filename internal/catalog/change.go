package catalog

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"
)

// What a Change can be about.
const (
	ChangeWork       = "work"
	ChangeAgent      = "agent"
	ChangeCollection = "collection"
	ChangeGenre      = "genre"
	ChangeAccount    = "account" // somebody's sessions or app passwords ended
)

// Change says that a thing changed. Only the last change of each thing is kept.
type Change struct {
	Seq  int64 // from 1; of two transactions the one that committed later has the higher numbers
	Kind string
	ID   string
}

// Changes returns the changes with Seq > after in order, at most limit. Whoever goes on from the last Seq received
// misses nothing: no change appears below a number that could be read before.
func (c *Catalog) Changes(ctx context.Context, after int64, limit int) ([]Change, error) {
	list, err := collect(ctx, c.db.read(), sql("SELECT seq, kind, id FROM change WHERE seq > ? ORDER BY seq LIMIT ?", after, limit),
		func(row scanner) (Change, error) {
			var ch Change
			err := row.Scan(&ch.Seq, &ch.Kind, &ch.ID)
			return ch, err
		})
	return list, c.fail(ctx, "read the changes", err)
}

// LastChange returns the number of the newest change, 0 when there was none.
func (c *Catalog) LastChange(ctx context.Context) (int64, error) {
	seq, err := lastChange(ctx, c.db.read())
	if err == nil {
		c.hear(seq)
	}
	return seq, c.fail(ctx, "read the last change", err)
}

// Heard is the number of the last change that this process knows of, without asking the database: one made in this process is heard of before its
// Update returns, one made in another within Options.Poll while anybody waits for changes (AwaitChange).
func (c *Catalog) Heard() int64 { return c.heard.Load() }

// hear notes a number. It only grows, whoever comes late.
func (c *Catalog) hear(seq int64) {
	for {
		known := c.heard.Load()
		if seq <= known || c.heard.CompareAndSwap(known, seq) {
			return
		}
	}
}

func lastChange(ctx context.Context, q querier) (int64, error) {
	return one(ctx, q, sql("SELECT seq FROM change_counter WHERE id = 1"), value[int64])
}

// AwaitChange returns once LastChange is greater than after: at once for a change made in this process, within
// Options.Poll for one made in another.
func (c *Catalog) AwaitChange(ctx context.Context, after int64) error {
	return c.changed.until(ctx, c.poll, func() (bool, error) {
		seq, err := c.LastChange(ctx)
		return seq > after, err
	})
}

// Indexer is how far a search index has followed the changes.
type Indexer struct {
	Node    string
	Applied int64 // every change up to this one is in the index
	Rebuilt int64 // the number of the last request to build it anew (AskReindex) that was served
	Beat    time.Time
}

// Beat records how far the index of a node has come; its Beat is now. The node is forgotten when this process ends.
func (c *Catalog) Beat(ctx context.Context, i Indexer) error {
	err := c.db.update(ctx, func(q querier) error {
		_, err := run(ctx, q, upsert("indexer", "node", []string{"node", "process", "applied", "rebuilt", "beat"},
			i.Node, c.process, i.Applied, i.Rebuilt, c.now().UnixMicro()))
		return err
	})
	if err == nil {
		c.changed.raise() // somebody may wait for this index
	}
	return c.fail(ctx, "record how far the index has come", err)
}

// Indexers returns the indexers whose process is alive, by node.
func (c *Catalog) Indexers(ctx context.Context) ([]Indexer, error) {
	type owned struct {
		Indexer
		process string
	}
	list, err := collect(ctx, c.db.read(), sql("SELECT node, process, applied, rebuilt, beat FROM indexer ORDER BY node"),
		func(row scanner) (owned, error) {
			var o owned
			var beat int64
			err := row.Scan(&o.Node, &o.process, &o.Applied, &o.Rebuilt, &beat)
			o.Beat = moment(&beat)
			return o, err
		})
	if err != nil {
		return nil, c.fail(ctx, "read the indexers", err)
	}
	owners := make([]string, len(list))
	for i, o := range list {
		owners[i] = o.process
	}
	dead, err := c.db.dead(ctx, owners)
	if err != nil {
		return nil, c.fail(ctx, "read the indexers", err)
	}
	var live []Indexer
	for _, o := range list {
		if !slices.Contains(dead, o.process) {
			live = append(live, o.Indexer)
		}
	}
	return live, nil
}

// markName is the setting that says up to which instant visibility has been announced.
const markName = "catalog.visibility"

// announceVisibility records a change for every published work that opened or closed since the last call, so that
// indexes and caches learn of what no person changed. Any process may call it at any time.
func (c *Catalog) announceVisibility(ctx context.Context) error {
	now := c.now().UnixMicro()
	mark := int64(math.MinInt64)
	err := c.Reader(systemViewer()).Setting(ctx, markName, &mark)
	if err = ignoreMissing(err); err != nil {
		return err
	}
	due, err := collect(ctx, c.db.read(), passed(mark, now).add(" LIMIT 1"), value[string])
	if err != nil {
		return fmt.Errorf("look for works that open or close: %w", err)
	}
	const remember = int64(time.Hour / time.Microsecond) // the mark moves at least this often, so that the look stays short
	if len(due) == 0 && mark != math.MinInt64 && now-mark < remember {
		return nil
	}
	return c.Update(ctx, func(ctx context.Context, tx *Tx) error {
		ids, err := collect(ctx, tx.q, passed(mark, now), value[string])
		if err != nil {
			return err
		}
		for _, id := range ids {
			tx.changed(ChangeWork, id)
		}
		return tx.PutSetting(ctx, markName, now)
	})
}

// passed selects the published works that opened or closed after mark and not after now.
func passed(mark, now int64) *statement {
	return sql(`SELECT id FROM work WHERE state = 'published' AND opens > ? AND opens <= ?
		UNION SELECT id FROM work WHERE state = 'published' AND closes > ? AND closes <= ?`, mark, now, mark, now)
}
