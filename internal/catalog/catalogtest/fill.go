package catalogtest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// Fill puts n published works of all genres into the catalogue, by a hundred agents, a tenth of them in a collection, each
// with a derivative that is ready. It returns the references of the derivatives.
func Fill(t testing.TB, c *catalog.Catalog, n int) []catalog.DerivativeRef {
	t.Helper()
	agents := make([]archive.AgentID, 100)
	shelf := archive.Collection{ID: archive.NewID[archive.CollectionID](), Title: "Tuyển tập"}
	must(t, c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
		for i := range agents {
			agents[i] = archive.NewID[archive.AgentID]()
			name := archive.AgentName{Name: fmt.Sprintf("%s Văn %d", surnames[i%len(surnames)], i), Kind: archive.RealName}
			if err := tx.PutAgent(ctx, archive.Agent{ID: agents[i], Names: []archive.AgentName{name}, Chapter: []string{"", "Trúc Khê", "Đồng Mơ"}[i%3]}); err != nil {
				return err
			}
		}
		return tx.PutCollection(ctx, shelf)
	}))
	refs := make([]catalog.DerivativeRef, 0, n)
	for len(refs) < n {
		var batch []catalog.DerivativeRef
		must(t, c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
			batch = nil
			for i := len(refs); i < min(len(refs)+500, n); i++ {
				w := filler(i, agents[i%len(agents)])
				if i%10 == 0 {
					w.Collections = []archive.CollectionID{shelf.ID}
				}
				if err := tx.PutWork(ctx, w); err != nil {
					return err
				}
				d := archive.Derivative{
					Work: w.ID, File: w.Representations[0].Files[0].ID, Recipe: "text", Version: 1, State: archive.DerivativeReady,
					Prefix: "derived/x", Assets: []archive.Asset{{Kind: "text", Path: "text.html", Type: "text/html", Bytes: 100}},
				}
				if err := tx.PutDerivative(ctx, d); err != nil {
					return err
				}
				batch = append(batch, catalog.DerivativeRef{Work: d.Work, File: d.File, Recipe: d.Recipe, Version: d.Version})
			}
			return nil
		}))
		refs = append(refs, batch...)
	}
	return refs
}

var surnames = []string{"Nguyễn", "Trần", "Lê", "Phạm", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương"}

func filler(i int, agent archive.AgentID) *archive.Work {
	genres := archive.Genres()
	media := archive.Media()
	return Work(fmt.Sprintf("%s %d", []string{"Bến trăng", "Đường về", "Ngày mùa", "Ẩn ngữ", "Quê mẹ"}[i%5], i), func(w *archive.Work) {
		w.Genre = genres[i%len(genres)].ID
		w.Date = archive.Date(fmt.Sprintf("%d-%02d", 1950+i%70, 1+i%12))
		w.Published = time.Date(2000, 1, 1, 0, i, 0, 0, time.UTC)
		w.Credits = []archive.Credit{{Agent: agent, Relator: archive.Author}}
		w.Representations[0].Medium = media[i%len(media)]
	})
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
