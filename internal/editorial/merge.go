package editorial

import (
	"context"
	"fmt"
	"slices"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// PlanMerge begins a batch that makes the credits of one agent another's. Once it is applied the other has the names of both, and the address of
// the one leads to it; undoing gives all of that back. A withdrawn work, which nobody edits, keeps its credit, whose address leads on. The errors are
// those of PlanBatch, NotFound "agent-missing", Invalid "merge-self" and Conflict "merge-chain" when either was merged before.
func (d *Desk) PlanMerge(ctx context.Context, from, into archive.AgentID) (archive.BatchID, error) {
	works, more, err := d.catalog.Reader(d.viewer).Choices(ctx, catalog.ChoiceFilter{Agent: from}, MostOfBatch)
	if err != nil {
		return "", err
	}
	if more {
		return "", archive.Fail(archive.TooLarge, "batch-too-large", MostOfBatch)
	}
	var ids []archive.WorkID
	for _, w := range works {
		ids = append(ids, w.ID)
	}
	return d.PlanBatch(ctx, archive.BatchEdit{Field: archive.BatchMerge, From: from, Value: string(into)}, ids)
}

// mergeOf is the edit of a merge, checked, with the names that will be added.
func mergeOf(ctx context.Context, tx *catalog.Tx, e archive.BatchEdit) (archive.BatchEdit, error) {
	if string(e.From) == e.Value {
		return e, archive.Fail(archive.Invalid, "merge-self")
	}
	from, into, err := merging(ctx, tx, e)
	if err != nil {
		return e, err
	}
	if from.MergedInto != "" || into.MergedInto != "" {
		return e, archive.Fail(archive.Conflict, "merge-chain")
	}
	e.Name = from.Name()
	for _, n := range from.Names {
		if !slices.ContainsFunc(into.Names, func(had archive.AgentName) bool { return had.Name == n.Name }) {
			e.Names = append(e.Names, n)
		}
	}
	return e, nil
}

func merging(ctx context.Context, tx *catalog.Tx, e archive.BatchEdit) (from, into archive.Agent, err error) {
	if from, err = tx.Agent(ctx, e.From); err != nil {
		return from, into, err
	}
	into, err = tx.Agent(ctx, archive.AgentID(e.Value))
	return from, into, err
}

// mergeTurn moves names and address with the last works of a merge, and back.
func mergeTurn(ctx context.Context, tx *catalog.Tx, b, next catalog.Batch) error {
	if b.Edit.Field != archive.BatchMerge || next.Stage != catalog.BatchApplied && next.Stage != catalog.BatchUndone || b.Stage == next.Stage {
		return nil
	}
	from, into, err := merging(ctx, tx, b.Edit)
	if err != nil {
		return err
	}
	into.Names = slices.DeleteFunc(slices.Clone(into.Names), func(n archive.AgentName) bool { return slices.Contains(b.Edit.Names, n) })
	leads := archive.AgentID("")
	if next.Stage == catalog.BatchApplied {
		into.Names, leads = append(into.Names, b.Edit.Names...), into.ID
	}
	if err := tx.PutAgent(ctx, into); err != nil {
		return fmt.Errorf("give agent %s its names: %w", into.ID, err)
	}
	return tx.MergeAgent(ctx, from.ID, leads)
}
