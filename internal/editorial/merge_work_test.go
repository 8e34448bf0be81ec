package editorial_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/editorial"
)

// ready says that everything of a work's files is made.
func (b *board) ready(id archive.WorkID) archive.FileID {
	b.t.Helper()
	f := read(b.t, b.catalog, id).Representations[0].Files[0]
	update(b.t, b.catalog, func(ctx context.Context, tx *catalog.Tx) error {
		return errors.Join(tx.PutDerivative(ctx, archive.Derivative{Work: id, File: f.ID, Recipe: "text", Version: 1, State: archive.DerivativeReady, Prefix: "derived/x"}),
			tx.PutParts(ctx, f, []archive.Part{{Kind: "stanza", Text: "Bến vắng"}}))
	})
	return f.ID
}

func (b *board) merging(keep, other archive.WorkID) editorial.WorkMerge {
	return editorial.WorkMerge{Keep: keep, Other: other, SeenKeep: b.seen(keep), SeenOther: b.seen(other)}
}

// with changes a work as it stands, without asking anybody.
func (b *board) with(id archive.WorkID, set func(*archive.Work)) {
	b.t.Helper()
	b.must(change(b.t, b.catalog, id, func(_ context.Context, _ *catalog.Tx, w *archive.Work) error { set(w); return nil }))
}

func onBoth(t *testing.T, run func(t *testing.T, c *catalog.Catalog)) {
	t.Run("SQLite", func(t *testing.T) { run(t, catalogtest.Open(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { run(t, catalogtest.OpenWith(t, catalogtest.OnPostgres(t))) })
}

// Two works that are one: everything of both is with the one that is kept, and everything that led to the other leads there.
func TestMergingWorks(t *testing.T) { onBoth(t, mergingWorks) }

func mergingWorks(t *testing.T, c *catalog.Catalog) {
	b := newBoard(t, c)
	ctx, archivist := t.Context(), b.known("Lưu", archive.Archivist)
	keep, other, third, earlier := b.sent("tho"), b.sent("tho"), b.sent("ky"), b.sent("tho")
	shelf, row := archive.NewID[archive.CollectionID](), archive.NewID[archive.CollectionID]()
	update(t, c, func(ctx context.Context, tx *catalog.Tx) error {
		return errors.Join(tx.PutCollection(ctx, archive.Collection{ID: shelf, Title: "Kệ"}), tx.PutCollection(ctx, archive.Collection{ID: row, Title: "Hàng"}))
	})
	mine, theirs := b.ready(keep), b.ready(other)
	b.ready(earlier)
	b.with(other, func(w *archive.Work) {
		w.Title, w.Key, w.SourceURL, w.Collections = "Bến trăng xưa", "bt-2", "https://cu.example/bt?id=2", []archive.CollectionID{shelf, row}
		w.Description, w.Audience = "Chép tay", archive.AudienceMembers
	})
	b.with(keep, func(w *archive.Work) { w.Collections = []archive.CollectionID{row} })
	b.with(third, func(w *archive.Work) {
		w.Collections = []archive.CollectionID{shelf}
		w.Relations = []archive.Relation{{Type: archive.ReadingOf, Target: other}}
	})
	opened, err := b.As(archivist).OpenCase(ctx, editorial.Letter{Work: other, Kind: archive.Remark, Name: "Độc giả", Contact: "x@example.org", Text: "Sai tên"})
	b.must(err)
	remark, err := b.As(archivist).Comment(ctx, editorial.Remark{Work: other, File: theirs, Text: "Nhoè"})
	b.must(err)
	link, err := b.As(b.member).Follow(ctx, other)
	b.must(err)
	b.must(b.As(archivist).MergeWorks(ctx, b.merging(other, earlier))) // it had been kept itself

	m := b.merging(keep, other)
	m.Picks = archive.Picks{archive.FieldTitle: archive.PickOther}
	b.must(b.As(archivist).MergeWorks(ctx, m))
	w := read(t, c, keep)
	if w.Title != "Bến trăng xưa" || strings.Join(w.Titles, "|") != "Bến trăng" || w.Description != "Chép tay" || w.Audience != archive.AudienceMembers || w.State != archive.Submitted {
		t.Errorf("it says %+v", w)
	}
	if len(w.Representations) != 3 || w.Representations[0].Files[0].ID != mine || w.Representations[1].Files[0].ID != theirs || len(w.Collections) != 2 {
		t.Errorf("it has %+v in %v", w.Representations, w.Collections)
	}
	for _, id := range []archive.WorkID{other, earlier} {
		gone := read(t, c, id)
		if gone.MergedInto != keep || gone.State != archive.Withdrawn || len(gone.Representations)+len(gone.Credits)+len(gone.Collections) > 0 || gone.Description != "" {
			t.Errorf("the other is left as %+v", gone)
		}
		chain, err := c.Reader(archive.System("test")).Events(ctx, id)
		b.must(errors.Join(err, archive.CheckChain(chain)))
	}
	staff := c.Reader(archivist)
	if _, err := staff.Work(ctx, other); archive.CodeOf(err) != archive.NotFound {
		t.Errorf("an archivist still reads the other: %v", err)
	}
	if id, title, err := staff.Led(ctx, earlier); err != nil || id != keep || title != w.Title {
		t.Errorf("what was merged before leads to %s %q: %v", id, title, err)
	}
	if _, _, err := c.Reader(archive.Public()).Led(ctx, other); archive.CodeOf(err) != archive.NotFound {
		t.Errorf("the public is led to what it may not see: %v", err)
	}
	found := map[string]archive.WorkID{}
	byKey, err := staff.WorkByKey(ctx, "bt-2")
	b.must(err)
	found["key"] = byKey.ID
	if found["old address"], err = staff.WorkBySource(ctx, "https://cu.example/bt?id=2"); err != nil {
		t.Error(err)
	}
	followed, err := b.Followed(ctx, link)
	b.must(err)
	found["link"] = followed.Work.ID
	letter, err := staff.Case(ctx, opened.ID)
	b.must(err)
	found["case"] = letter.Work
	for _, said := range mustList(staff.Comments(ctx, keep)) {
		if said.ID == remark.ID {
			found["comment"] = said.Work
		}
	}
	found["relation"] = read(t, c, third).Relations[0].Target
	for what, id := range found {
		if id != keep {
			t.Errorf("the %s leads to %q", what, id)
		}
	}
	if len(found) != 6 {
		t.Errorf("found %v", found)
	}
	b.is("the order of the collection", ordered(t, staff, shelf), string(keep)+" "+string(third))
	b.is("what relates to it", string(mustList(staff.Relating(ctx, keep))[0].Target), string(third))
	if d, err := staff.Derivatives(ctx, keep); err != nil || len(d[keep]) != 3 {
		t.Errorf("of its files %v were made: %v", d, err)
	}
	if parts := mustList(staff.Parts(ctx, keep)); len(parts) != 3 {
		t.Errorf("it has %d parts", len(parts))
	}
	chain, err := staff.Events(ctx, keep)
	b.must(errors.Join(err, archive.CheckChain(chain)))
	merger, ok := archive.ParseMerger(chain[len(chain)-1].Detail)
	if !ok || merger.From != other || merger.Title != "Bến trăng xưa" || merger.Said[archive.FieldDescription] != "Chép tay" || merger.Files[0] != theirs {
		t.Errorf("the last event says %+v", chain[len(chain)-1])
	}
	b.wants("the sender of what was merged approves", errorOf(b.As(archive.Viewer{Account: b.member.Account, Roles: []archive.Role{archive.EditorRole}}).Approve(ctx, keep, editorial.Approval{Seen: b.seen(keep), Checks: checks()})), "own-work")
	b.wants("restoring the other", b.As(b.van).Restore(ctx, other, b.seen(other), "lại"), "work-missing")
	b.wants("merging it again", b.As(archivist).MergeWorks(ctx, b.merging(third, other)), "work-missing")
}

func errorOf[T any](_ T, err error) error { return err }

func mustList[T any](list []T, err error) []T {
	if err != nil {
		panic(err) // ends the test that asks
	}
	return list
}

func ordered(t *testing.T, r *catalog.Reader, id archive.CollectionID) string {
	var ids []string
	for _, w := range mustList(r.OrderedWorks(t.Context(), id)) {
		ids = append(ids, string(w.ID))
	}
	return strings.Join(ids, " ")
}

// Merging never makes public what nobody approved, never takes from the public, and waits for what is under way.
func TestMergingIsRefused(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	ctx, archivist, admin := t.Context(), b.known("Lưu", archive.Archivist), b.known("Quản trị", archive.Administrator)
	draft, other := b.sent("tho"), b.sent("tho")
	b.ready(draft)
	b.wants("while files are looked into", b.As(archivist).MergeWorks(ctx, b.merging(draft, other)), "merge-busy")
	b.ready(other)
	b.wants("one into itself", b.As(archivist).MergeWorks(ctx, b.merging(draft, draft)), "merge-same")
	b.wants("by a member", b.As(b.member).MergeWorks(ctx, b.merging(draft, other)), "role-needed")
	b.wants("into none", b.As(archivist).MergeWorks(ctx, editorial.WorkMerge{Keep: draft, Other: "aaaaaaaaaaaa", SeenKeep: b.seen(draft)}), "work-missing")
	stale := b.merging(draft, other)
	b.with(other, func(w *archive.Work) { w.Title = "Khác" })
	b.wants("of what was not seen", b.As(archivist).MergeWorks(ctx, stale), "work-changed")
	published := func(id archive.WorkID) {
		b.with(id, func(w *archive.Work) { w.State, w.Published = archive.Published, time.Now() })
	}
	published(draft)
	b.wants("an archivist, one of them published", b.As(archivist).MergeWorks(ctx, b.merging(draft, other)), "merge-state")
	b.wants("what is not approved into what is public", b.As(b.van).MergeWorks(ctx, b.merging(draft, other)), "merge-published")
	b.wants("what is public into what is not", b.As(b.van).MergeWorks(ctx, b.merging(other, draft)), "merge-published")
	published(other)
	wrong := b.merging(draft, other)
	wrong.Picks = archive.Picks{archive.FieldTitle: "x"}
	b.wants("a pick there is not", b.As(b.van).MergeWorks(ctx, wrong), "merge-pick")
	b.must(b.As(b.van).MergeWorks(ctx, b.merging(draft, other)))
	gone, last := b.withdrawn(), b.sent("tho")
	b.ready(gone)
	b.wants("a withdrawn work", b.As(b.van).MergeWorks(ctx, b.merging(last, gone)), "merge-state")
	b.ready(last)
	third := b.sent("tho")
	b.must(b.As(admin).ProposePurge(ctx, last, b.plan(last)))
	b.wants("under purge", b.As(archivist).MergeWorks(ctx, b.merging(third, last)), "merge-purge")
}

// What was approved for publishing waits for editors again once something came in that they did not see.
func TestMergingVoidsApprovals(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	keep, other := b.sent("tin-tuc"), b.sent("tin-tuc")
	b.ready(keep)
	b.ready(other)
	b.with(keep, func(w *archive.Work) { w.State, w.PublishWhenReady = archive.Approved, true }) // as an import approves
	b.must(b.As(b.van).MergeWorks(t.Context(), b.merging(keep, other)))
	b.state(keep, archive.Submitted)
	if read(t, b.catalog, keep).PublishWhenReady {
		t.Error("it would publish itself")
	}
}

// Two who merge the same works at once, one of them the other way round: one is done, the others are told.
func TestMergingAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, c *catalog.Catalog) {
		b := newBoard(t, c)
		one, two := b.sent("tho"), b.sent("tho")
		b.ready(one)
		b.ready(two)
		there, back := b.merging(one, two), b.merging(two, one)
		ends := together(b.van, b.khoa, b.chi, func(v archive.Viewer) error {
			if v.Account == b.khoa.Account {
				return b.As(v).MergeWorks(t.Context(), back)
			}
			return b.As(v).MergeWorks(t.Context(), there)
		})
		if ends[""] != 1 || ends["work-missing"]+ends["work-changed"] != 2 {
			t.Errorf("merging at once ends %v", ends)
		}
		a, z := read(t, c, one), read(t, c, two)
		if len(a.Representations)+len(z.Representations) != 2 || (a.MergedInto == "") == (z.MergedInto == "") {
			t.Errorf("%+v\n%+v", a, z)
		}
	})
}
