package catalog_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
)

// TestMain lets the test program be its own second process: see process_test.go.
func TestMain(m *testing.M) {
	if role := os.Getenv("VANNGHE_CATALOG_CHILD"); role != "" {
		if err := child(context.Background(), role); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestSQLite(t *testing.T) { catalogtest.Run(t, catalogtest.SQLite) }

func TestPostgres(t *testing.T) { catalogtest.Run(t, catalogtest.OnPostgres) }

// both runs a test on an empty database of each kind.
func both(t *testing.T, test func(t *testing.T, opt catalog.Options)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) { test(t, catalogtest.SQLite(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, catalogtest.OnPostgres(t)) })
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wants(t testing.TB, err error, code archive.Code, reason archive.Reason) {
	t.Helper()
	if archive.CodeOf(err) != code || archive.ReasonOf(err) != reason {
		t.Fatalf("error is %q, want %s: %s", fmt.Sprint(err), code, reason)
	}
}

func soon(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func put(t testing.TB, c *catalog.Catalog, works ...*archive.Work) {
	t.Helper()
	must(t, c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
		for _, w := range works {
			if err := tx.PutWork(ctx, w); err != nil {
				return err
			}
		}
		return nil
	}))
}

// TestSlowTransactionIsNotMissed holds one transaction open across another. Had its change been numbered when it was made,
// a reader that had gone past that number would never see it.
func TestSlowTransactionIsNotMissed(t *testing.T) {
	c := catalogtest.OpenWith(t, catalogtest.OnPostgres(t))
	slow, quick := catalogtest.Work("Chậm"), catalogtest.Work("Nhanh")
	put(t, c, slow, quick)
	var read int64
	must(t, c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
		must(t, tx.Touch(ctx, slow.ID))
		must(t, c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error { return tx.Touch(ctx, quick.ID) }))
		list, err := c.Changes(t.Context(), 0, 1000)
		must(t, err)
		read = list[len(list)-1].Seq
		return nil
	}))
	list, err := c.Changes(t.Context(), read, 10)
	must(t, err)
	if len(list) != 1 || list[0].ID != string(slow.ID) {
		t.Fatalf("after %d the reader sees %v, want the change of %s", read, list, slow.ID)
	}
}
