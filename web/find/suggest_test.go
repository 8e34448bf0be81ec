package find_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/index"
	"vannghe/search"
	"vannghe/web/find"
)

// A phrase of texts is suggested with marks that stand together in one of them, also where each word is more frequent with others.
func TestSuggestedPhrasesAreWrittenSomewhere(t *testing.T) {
	c := catalogtest.OpenWith(t, catalogtest.SQLite(t))
	put := func(title, text string) {
		w := catalogtest.Work(title)
		if err := c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
			if err := tx.PutWork(ctx, w); err != nil {
				return err
			}
			return tx.PutParts(ctx, w.Representations[0].Files[0], []archive.Part{{Kind: "section", Locator: "muc-1", Text: text, Language: "vi"}})
		}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 4 {
		put("Một "+strings.Repeat("x", i+1), "Trăm năm trong cõi người ta, ngồi trông ai")
	}
	x, err := index.Open(t.Context(), index.Options{Catalog: c, Dir: filepath.Join(t.TempDir(), "index")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	}()
	last, err := c.LastChange(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := x.CatchUp(t.Context(), last); err != nil {
		t.Fatal(err)
	}
	f := find.Finder{Catalog: c, Index: func() *search.Index { return x.Search() }}
	for typed, want := range map[string]string{
		"tram nam trong co": "trăm năm trong cõi", "trăm năm trong c": "trăm năm trong cõi", "trăm năm trông c": "", "nam trong": "năm trong",
	} {
		all, err := f.Suggest(t.Context(), typed, 8)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, s := range all {
			if s.Kind == search.SuggestPhrase {
				got += s.Text
			}
		}
		if got != want {
			t.Errorf("%q suggests %q, want %q", typed, got, want)
		}
	}
}
