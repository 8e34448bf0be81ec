package editorial_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/editorial"
)

// look returns what stands before the eyes of whoever looks at a collection, and the titles in their order.
func (b *board) look(id archive.CollectionID) (seen, titles string) {
	b.t.Helper()
	system := b.catalog.Reader(archive.System("test"))
	c, err := system.Collection(b.t.Context(), id)
	b.must(err)
	order, err := system.OrderedWorks(b.t.Context(), id)
	b.must(err)
	var list []string
	for _, w := range order {
		list = append(list, w.Title)
	}
	return editorial.SeenCollection(c, order), strings.Join(list, " ")
}

func TestCollections(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	mai, desk := person("Mai", archive.Archivist), b.As(person("Vân", archive.EditorRole))
	_, err := b.As(b.member).SaveCollection(t.Context(), "", archive.Collection{Title: "X"})
	b.wants("a member", err, "role-needed")
	id, err := b.As(mai).SaveCollection(t.Context(), "", archive.Collection{Title: " Sông nước ", Closes: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)})
	b.must(err)
	_, err = b.As(mai).SaveCollection(t.Context(), "", archive.Collection{Title: "Sông nước"})
	b.wants("a twin", err, "collection-twice")
	_, err = b.As(mai).SaveCollection(t.Context(), "", archive.Collection{Title: "  "})
	b.wants("no title", err, "title-missing")
	child, err := b.As(mai).SaveCollection(t.Context(), "", archive.Collection{Title: "Bến đò", Parent: id})
	b.must(err)
	seen, _ := b.look(id)
	_, err = desk.SaveCollection(t.Context(), seen, archive.Collection{ID: id, Title: "Sông nước", Parent: child})
	b.wants("a loop", err, "collection-loop")
	_, err = desk.SaveCollection(t.Context(), seen, archive.Collection{ID: id, Title: "Sông, nước và người"})
	b.must(err)
	_, err = desk.SaveCollection(t.Context(), seen, archive.Collection{ID: id, Title: "Khác"})
	b.wants("what is not there any more", err, "collection-changed")

	ids := map[string]archive.WorkID{}
	for _, title := range strings.Fields("a b c d") {
		w := catalogtest.Work(title, func(w *archive.Work) { w.State, w.Collections = archive.Draft, []archive.CollectionID{id} })
		ids[title] = w.ID
		update(t, b.catalog, func(ctx context.Context, tx *catalog.Tx) error { return tx.PutWork(ctx, w) })
	}
	for _, move := range []struct {
		title string
		to    editorial.Place
		want  string
		place int
	}{
		{"c", editorial.PlaceUp, "a c b d", 2}, {"a", editorial.PlaceUp, "a c b d", 1}, {"a", editorial.PlaceLast, "c b d a", 4}, {"a", editorial.PlaceDown, "c b d a", 4},
		{"c", editorial.PlaceDown, "b c d a", 2}, {"d", editorial.PlaceFirst, "d b c a", 1}, {"a", editorial.Place(ids["b"]), "d a b c", 2},
	} {
		seen, _ := b.look(id)
		place, err := desk.MoveInCollection(t.Context(), id, seen, ids[move.title], move.to)
		b.must(err)
		if _, got := b.look(id); got != move.want || place != move.place {
			t.Fatalf("%s %s: %s at %d, want %s at %d", move.title, move.to, got, place, move.want, move.place)
		}
		_, err = b.As(mai).MoveInCollection(t.Context(), id, "old", ids["a"], editorial.PlaceFirst)
		b.wants("an order that is not there", err, "collection-changed")
	}
	seen, _ = b.look(id)
	_, err = desk.MoveInCollection(t.Context(), id, seen, "aaaaaaaaaaaa", editorial.PlaceUp)
	b.wants("no work of it", err, "work-missing")
	_, err = desk.MoveInCollection(t.Context(), id, seen, ids["a"], "aaaaaaaaaaaa")
	b.wants("before no work of it", err, "work-missing")
}

// A collection is removed: its works stay, also a withdrawn one, each with an event; what lay below it lies where it lay.
func TestRemovingACollection(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	mai, ctx := b.As(person("Mai", archive.Archivist)), t.Context()
	ids := map[string]archive.CollectionID{}
	for _, c := range [][2]string{{"Trên", ""}, {"Giữa", "Trên"}, {"Dưới", "Giữa"}} {
		id, err := mai.SaveCollection(ctx, "", archive.Collection{Title: c[0], Parent: ids[c[1]]})
		b.must(err)
		ids[c[0]] = id
	}
	public, gone := b.sent("tho"), b.withdrawn()
	for _, id := range []archive.WorkID{public, gone} {
		b.with(id, func(w *archive.Work) { w.Collections = []archive.CollectionID{ids["Giữa"], ids["Trên"]} })
	}
	seen, _ := b.look(ids["Giữa"])
	b.wants("a member", b.As(b.member).RemoveCollection(ctx, ids["Giữa"], seen), "role-needed")
	b.wants("of what was not seen", mai.RemoveCollection(ctx, ids["Giữa"], "x"), "collection-changed")
	b.must(mai.RemoveCollection(ctx, ids["Giữa"], seen))
	b.wants("twice", mai.RemoveCollection(ctx, ids["Giữa"], seen), "collection-missing")
	for _, id := range []archive.WorkID{public, gone} {
		w := read(t, b.catalog, id)
		if len(w.Collections) != 1 || w.Collections[0] != ids["Trên"] {
			t.Errorf("a work stands in %v", w.Collections)
		}
		chain, err := b.catalog.Reader(archive.System("test")).Events(ctx, id)
		b.must(err)
		if c, ok := archive.ParseCorrection(chain[len(chain)-1].Detail); !ok || c.Name != "Mai" || c.Changes[0].Field != archive.FieldCollections {
			t.Errorf("its last event is %+v", chain[len(chain)-1])
		}
	}
	below, err := b.catalog.Reader(archive.System("test")).Collection(ctx, ids["Dưới"])
	b.must(err)
	if below.Parent != ids["Trên"] {
		t.Errorf("what lay below lies in %q", below.Parent)
	}
}
