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
