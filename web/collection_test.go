package web_test

import (
	"bytes"
	"context"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/web/address"
)

// The title of a collection in which the public sees nothing is told nowhere: not in lists, nor by an address that leads on.
func TestCollectionsOfHiddenWorks(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	shelf := archive.Collection{ID: archive.NewID[archive.CollectionID](), Title: "Tuyển tập chưa công bố"}
	w.update(func(ctx context.Context, tx *catalog.Tx) error { return tx.PutCollection(ctx, shelf) })
	work := catalogtest.Work("Bản thảo", func(work *archive.Work) {
		work.State, work.Collections = archive.Draft, []archive.CollectionID{shelf.ID}
	})
	w.put(work)
	w.settle()
	page := address.Collection(shelf.ID, shelf.Title)
	for _, path := range []string{"/chuyen-muc", "/en/chuyen-muc", page, "/chuyen-muc/x-" + string(shelf.ID), "/api/v1/search?q=tuyen+tap&collection=" + string(shelf.ID)} {
		a := n.get(path)
		if bytes.Contains(a.body, []byte(shelf.Title)) || bytes.Contains([]byte(a.Header.Get("Location")), []byte("chua-cong-bo")) {
			t.Errorf("%s tells the title: %d %s", path, a.StatusCode, a.Header.Get("Location"))
		}
	}
	n.get(page).expect(t, 404)

	work.State = archive.Published
	w.put(work)
	n.get("/chuyen-muc").expect(t, 200, shelf.Title)
	n.get(page).expect(t, 200, "Bản thảo")
	w.withdraw(work.ID, "nhầm bản")
	n.get(page).expect(t, 404)
}
