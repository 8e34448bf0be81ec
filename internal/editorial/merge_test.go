package editorial_test

import (
	"context"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
)

// Two agents that are one: all names are kept, credits move with one event a work, the former leads on, and all of it is given back.
func TestMergingAgents(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	archivist := b.account(person("Mai", archive.Archivist))
	agent := func(names ...string) archive.AgentID {
		a := archive.Agent{ID: archive.NewID[archive.AgentID]()}
		for _, n := range names {
			a.Names = append(a.Names, archive.AgentName{Name: n, Kind: archive.PenName})
		}
		update(t, b.catalog, func(ctx context.Context, tx *catalog.Tx) error { return tx.PutAgent(ctx, a) })
		return a.ID
	}
	from, into := agent("Tịnh Thôn", "Lâm Vân"), agent("Lâm Tịnh Vân", "Lâm Vân")
	both := catalogtest.Work("Cả hai", func(w *archive.Work) {
		w.Credits = []archive.Credit{{Agent: into, Name: "Lâm Tịnh Vân", Relator: archive.Author}, {Agent: from, Name: "Tịnh Thôn", Relator: archive.Author}}
		w.Representations[0].Credits = []archive.Credit{{Agent: from, Name: "Tịnh Thôn", Relator: archive.Narrator}}
	})
	gone := catalogtest.Work("Đã rút", func(w *archive.Work) {
		w.State, w.WithdrawnReason, w.Credits = archive.Withdrawn, "x", []archive.Credit{{Agent: from, Name: "Tịnh Thôn", Relator: archive.Author}}
	})
	update(t, b.catalog, func(ctx context.Context, tx *catalog.Tx) error {
		if err := tx.PutWork(ctx, both); err != nil {
			return err
		}
		return tx.PutWork(ctx, gone)
	})
	before := read(t, b.catalog, both.ID)
	names := func(id archive.AgentID) string {
		a, err := b.catalog.Reader(archive.System("test")).Agent(t.Context(), id)
		b.must(err)
		var list []string
		for _, n := range a.Names {
			list = append(list, n.Name)
		}
		return strings.Join(list, ", ") + "|" + string(a.MergedInto)
	}
	_, err := b.As(archivist).PlanMerge(t.Context(), from, from)
	b.wants("one into itself", err, "merge-self")
	_, err = b.As(archivist).PlanMerge(t.Context(), from, "aaaaaaaaaaaa")
	b.wants("into nobody", err, "agent-missing")
	_, err = b.As(b.member).PlanMerge(t.Context(), from, into)
	b.wants("a member", err, "staff-only")

	id, err := b.As(archivist).PlanMerge(t.Context(), from, into)
	b.must(err)
	b.must(b.RunBatch(t.Context(), id))
	b.is("before it is applied", names(from), "Tịnh Thôn, Lâm Vân|")
	b.must(b.As(archivist).ApplyBatch(t.Context(), id))
	b.must(b.RunBatch(t.Context(), id))
	b.is("the works", b.fates(id), "done")
	b.is("the names", names(into), "Lâm Tịnh Vân, Lâm Vân, Tịnh Thôn|")
	b.is("the former", names(from), "Tịnh Thôn, Lâm Vân|"+string(into))
	w := read(t, b.catalog, both.ID)
	if len(w.Credits) != 1 || w.Credits[0].Agent != into || w.Representations[0].Credits[0] != (archive.Credit{Agent: into, Name: "Tịnh Thôn", Relator: archive.Narrator}) {
		t.Errorf("%+v, %+v", w.Credits, w.Representations[0].Credits)
	}
	if w := read(t, b.catalog, gone.ID); w.Credits[0].Agent != from {
		t.Error("a withdrawn work was edited")
	}
	update(t, b.catalog, func(ctx context.Context, tx *catalog.Tx) error {
		for _, name := range []string{"Tịnh Thôn", "Lâm Vân"} {
			if a, err := tx.AgentByName(ctx, name); err != nil || a.ID != into {
				t.Errorf("%s is found as %s: %v", name, a.ID, err)
			}
		}
		return nil
	})
	_, err = b.As(archivist).PlanMerge(t.Context(), from, into)
	b.wants("merged before", err, "merge-chain")

	b.must(b.As(archivist).UndoBatch(t.Context(), id))
	b.must(b.RunBatch(t.Context(), id))
	b.is("the names given back", names(into), "Lâm Tịnh Vân, Lâm Vân|")
	b.is("the former given back", names(from), "Tịnh Thôn, Lâm Vân|")
	if w := read(t, b.catalog, both.ID); w.Content() != before.Content() {
		t.Errorf("%+v", w.Credits)
	}
}
