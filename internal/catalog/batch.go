package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/viet"
)

// BatchStage says how far a batch has come.
type BatchStage string

// The stages. In those that end in -ing a job is at work.
const (
	BatchChecking BatchStage = "checking"
	BatchChecked  BatchStage = "checked"
	BatchApplying BatchStage = "applying"
	BatchApplied  BatchStage = "applied"
	BatchUndoing  BatchStage = "undoing"
	BatchUndone   BatchStage = "undone"
)

// Batch is one change to many works.
type Batch struct {
	ID      archive.BatchID
	Account archive.AccountID // who asked for this stage: with their rights alone it is done
	Stage   BatchStage
	Next    int // works before it are settled in this stage
	Edit    archive.BatchEdit
	Created time.Time
}

// BatchFate is what becomes of a work in a batch.
type BatchFate string

// The fates.
const (
	BatchWaiting BatchFate = ""
	BatchChanges BatchFate = "changes" // to be changed
	BatchSame    BatchFate = "same"    // it is so already
	BatchRefused BatchFate = "refused"
	BatchDone    BatchFate = "done"
	BatchBack    BatchFate = "back" // as it was before
	BatchKept    BatchFate = "kept" // not undone: somebody changed it since
)

// BatchFates lists the fates in the order in which they are shown.
func BatchFates() []BatchFate {
	return []BatchFate{BatchRefused, BatchKept, BatchChanges, BatchDone, BatchBack, BatchSame}
}

// BatchWork is one work of a batch.
type BatchWork struct {
	Number        int
	Work          archive.WorkID
	Fate          BatchFate
	Before, After string // of the field, as archive.BatchEdit.Of has it
	Remark        IntakeRemark
}

const batchColumns, batchWorkColumns = "b.id, b.account, b.stage, b.next, b.edit, b.created", "number, work, fate, before, after, remark"

func scanBatch(row scanner) (Batch, error) {
	var b Batch
	var edit string
	var created int64
	if err := row.Scan(&b.ID, &b.Account, &b.Stage, &b.Next, &edit, &created); err != nil {
		return b, err
	}
	b.Created = moment(&created)
	if err := json.Unmarshal([]byte(edit), &b.Edit); err != nil {
		return b, fmt.Errorf("read batch %s: %w", b.ID, err)
	}
	return b, nil
}

func scanBatchWork(row scanner) (BatchWork, error) {
	var w BatchWork
	var remark string
	if err := row.Scan(&w.Number, &w.Work, &w.Fate, &w.Before, &w.After, &remark); err != nil {
		return w, err
	}
	if remark == "" {
		return w, nil
	}
	if err := json.Unmarshal([]byte(remark), &w.Remark); err != nil {
		return w, fmt.Errorf("read work %s of a batch: %w", w.Work, err)
	}
	return w, nil
}

// Batch returns a batch, for staff. NotFound "batch-missing".
func (r *Reader) Batch(ctx context.Context, id archive.BatchID) (Batch, error) {
	if err := r.staffOnly(); err != nil {
		return Batch{}, err
	}
	b, err := one(ctx, r.c.db.read(), sql("SELECT "+batchColumns+" FROM batch b WHERE b.id = ?", text(id)), scanBatch)
	return b, r.c.fail(ctx, "read a batch", missing(err, "batch-missing"))
}

// Batches lists batches, the newest first, at most so many, for staff: what one archivist did another may undo.
func (r *Reader) Batches(ctx context.Context, limit int) ([]Batch, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	list, err := collect(ctx, r.c.db.read(), sql("SELECT "+batchColumns+" FROM batch b ORDER BY b.created DESC, b.id LIMIT ?", limit), scanBatch)
	return list, r.c.fail(ctx, "list batches", err)
}

// BatchCounts counts the works of a batch by their fate, for staff.
func (r *Reader) BatchCounts(ctx context.Context, id archive.BatchID) (map[BatchFate]int, error) {
	counts := map[BatchFate]int{}
	err := each(ctx, r.c.db.read(), sql("SELECT fate, count(*) FROM batch_work WHERE batch = ? GROUP BY fate", id), func(row scanner) error {
		var fate BatchFate
		var n int
		err := row.Scan(&fate, &n)
		counts[fate] = n
		return err
	})
	return counts, r.c.fail(ctx, "count the works of a batch", err)
}

// BatchWorks lists works of a batch after a number, with a fate when one is given, at most so many.
func (r *Reader) BatchWorks(ctx context.Context, id archive.BatchID, fate *BatchFate, after, limit int) ([]BatchWork, error) {
	s := sql("SELECT "+batchWorkColumns+" FROM batch_work WHERE batch = ? AND number > ?", id, after)
	if fate != nil {
		s.add(" AND fate = ?", *fate)
	}
	list, err := collect(ctx, r.c.db.read(), s.add(" ORDER BY number LIMIT ?", limit), scanBatchWork)
	return list, r.c.fail(ctx, "list the works of a batch", err)
}

// AddBatch stores a new batch with its works.
func (tx *Tx) AddBatch(ctx context.Context, b Batch, works []archive.WorkID) error {
	edit, err := json.Marshal(b.Edit)
	if err != nil {
		return fmt.Errorf("encode batch %s: %w", b.ID, err)
	}
	s := sql("INSERT INTO batch (id, account, stage, next, edit, created) VALUES ").values(b.ID, b.Account, b.Stage, b.Next, text(string(edit)), tx.now.UnixMicro())
	if _, err := run(ctx, tx.q, s); err != nil {
		return fmt.Errorf("store batch %s: %w", b.ID, err)
	}
	rows := make([]BatchWork, len(works))
	for n, w := range works {
		rows[n] = BatchWork{Number: n + 1, Work: w}
	}
	return tx.PutBatchWorks(ctx, b.ID, rows)
}

// PutBatch takes a batch that stands as before says to another stage and work, and to whoever asked for them. Conflict "batch-changed".
func (tx *Tx) PutBatch(ctx context.Context, before, b Batch) error {
	n, err := run(ctx, tx.q, sql("UPDATE batch SET account = ?, stage = ?, next = ? WHERE id = ? AND stage = ? AND next = ?",
		b.Account, b.Stage, b.Next, b.ID, before.Stage, before.Next))
	if err != nil {
		return fmt.Errorf("keep batch %s: %w", b.ID, err)
	}
	if n == 0 {
		return archive.Fail(archive.Conflict, "batch-changed")
	}
	return nil
}

// PutBatchWorks stores works of a batch, replacing those of the same number. No number may stand twice.
func (tx *Tx) PutBatchWorks(ctx context.Context, id archive.BatchID, works []BatchWork) error {
	for chunk := range slices.Chunk(works, rowsAtOnce) {
		s := sql("INSERT INTO batch_work (batch, " + batchWorkColumns + ") VALUES ")
		for n, w := range chunk {
			remark := ""
			if w.Remark.Code != "" {
				b, err := json.Marshal(w.Remark)
				if err != nil {
					return fmt.Errorf("encode a work of batch %s: %w", id, err)
				}
				remark = string(b)
			}
			if n > 0 {
				s.add(", ")
			}
			s.values(id, w.Number, w.Work, w.Fate, text(w.Before), text(w.After), text(remark))
		}
		s.add(" ON CONFLICT (batch, number) DO UPDATE SET fate = excluded.fate, before = excluded.before, after = excluded.after, remark = excluded.remark")
		if _, err := run(ctx, tx.q, s); err != nil {
			return fmt.Errorf("store works of batch %s: %w", id, err)
		}
	}
	return nil
}

// ChoiceFilter chooses works to be changed together. Empty fields choose all.
type ChoiceFilter struct {
	State      archive.State // "": any but withdrawn, which nobody edits
	Genre      archive.GenreID
	Collection archive.CollectionID
	Agent      archive.AgentID // credited with the work or one of its representations
	Text       string          // in the title, without regard to marks
}

// Choice is a work that may be chosen.
type Choice struct {
	ID    archive.WorkID
	Title string
	State archive.State
}

// Choices lists the works of a filter by their titles, at most so many, for staff, and reports whether there are more.
func (r *Reader) Choices(ctx context.Context, f ChoiceFilter, limit int) (list []Choice, more bool, err error) {
	if err := r.staffOnly(); err != nil {
		return nil, false, err
	}
	s := sql("SELECT w.id, w.title, w.state FROM work w WHERE w.state <> 'withdrawn'")
	if f.State != "" {
		s.add(" AND w.state = ?", f.State)
	}
	if f.Genre != "" {
		s.add(" AND w.genre = ?", f.Genre)
	}
	if f.Collection != "" {
		s.add(" AND w.id IN (SELECT work FROM collection_work WHERE collection = ?)", f.Collection)
	}
	if f.Agent != "" {
		s.add(" AND w.id IN (SELECT work FROM credit WHERE agent = ?)", f.Agent)
	}
	want := viet.Fold(f.Text)
	err = each(ctx, r.c.db.read(), s.add(" ORDER BY w.title_sort, w.id"), func(row scanner) error {
		var c Choice
		if err := row.Scan(&c.ID, &c.Title, &c.State); err != nil || more || !strings.Contains(viet.Fold(c.Title), want) {
			return err
		}
		if more = len(list) == limit; !more {
			list = append(list, c)
		}
		return nil
	})
	return list, more, r.c.fail(ctx, "choose works", err)
}
