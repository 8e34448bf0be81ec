package search_test

import (
	"context"
	"errors"
	"os"
	"testing"

	"vannghe/internal/archive"
	"vannghe/search"
)

// feed gives the works and the sequence.
func feed(seq int64, works ...search.Work) search.Feed {
	return func(_ context.Context, put func([]search.Work) error) (int64, error) { return seq, put(works) }
}

func TestRebuildTakesTheNewIndexIntoUse(t *testing.T) {
	dir := t.TempDir()
	x, err := search.Open(t.Context(), dir, search.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Apply(t.Context(), 3, []search.Work{work("a", "Lạc", "một"), work("b", "Bến", "một")}, nil); err != nil {
		t.Fatal(err)
	}
	if err := x.Rebuild(t.Context(), feed(5, work("b", "Bến", "một"), work("c", "Chợ", "một"))); err != nil {
		t.Fatal(err)
	}
	expectSet(t, find(t, x, public("một")), "b", "c")
	if n := x.Applied(); n != 5 {
		t.Errorf("applied %d", n)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	x = open(t, dir)
	if x.Opening() != search.OpenedExisting || x.Applied() != 5 {
		t.Errorf("%s, applied %d", x.Opening(), x.Applied())
	}
	expectSet(t, find(t, x, public("một")), "b", "c")
	if n := folders(t, dir); n != 1 {
		t.Errorf("%d indexes are left", n)
	}
}

func folders(t *testing.T, dir string) int {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, e := range entries {
		if e.IsDir() {
			n++
		}
	}
	return n
}

func TestTheLiveIndexServesAndChangesDuringARebuild(t *testing.T) {
	x := filled(t, work("a", "Bến", "một"), work("b", "Chợ", "một"))
	err := x.Rebuild(t.Context(), func(ctx context.Context, put func([]search.Work) error) (int64, error) {
		expectSet(t, find(t, x, public("một")), "a", "b")
		// The feed read both works; meanwhile one is withdrawn, one changes, one comes.
		err := x.Apply(ctx, 8, []search.Work{work("b", "Chợ", "hai"), work("c", "Đò", "ba")}, []archive.WorkID{id("a")})
		if err != nil {
			return 0, err
		}
		expect(t, find(t, x, public("một")))
		return 6, put([]search.Work{work("a", "Bến", "một"), work("b", "Chợ", "một"), work("d", "Núi", "bốn")})
	})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, find(t, x, public("một")))
	expect(t, find(t, x, public("hai")), "b")
	expect(t, find(t, x, public("ba")), "c")
	expect(t, find(t, x, public("bốn")), "d")
	if n := x.Applied(); n != 8 {
		t.Errorf("applied %d", n)
	}
}

func TestARebuildThatFailsLeavesTheLiveIndex(t *testing.T) {
	dir := t.TempDir()
	x := open(t, dir)
	if err := x.Apply(t.Context(), 3, []search.Work{work("a", "Bến", "một")}, nil); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("the catalogue went away")
	err := x.Rebuild(t.Context(), func(_ context.Context, put func([]search.Work) error) (int64, error) {
		return 9, errors.Join(put([]search.Work{work("b", "Chợ", "hai")}), broken)
	})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	expect(t, find(t, x, public("một")), "a")
	expect(t, find(t, x, public("hai")))
	if x.Applied() != 3 || folders(t, dir) != 1 {
		t.Errorf("applied %d, %d indexes", x.Applied(), folders(t, dir))
	}
	if err := x.Rebuild(t.Context(), feed(4, work("c", "Đò", "ba"))); err != nil {
		t.Errorf("the next rebuild: %v", err)
	}
}

func TestOneRebuildAtATime(t *testing.T) {
	x := filled(t, work("a", "Bến", "một"))
	err := x.Rebuild(t.Context(), func(ctx context.Context, _ func([]search.Work) error) (int64, error) {
		err := x.Rebuild(ctx, feed(1))
		if archive.ReasonOf(err) != "search-rebuild-running" || archive.CodeOf(err) != archive.Conflict {
			t.Errorf("got %v", err)
		}
		return 2, nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestCloseEndsARebuild(t *testing.T) {
	x, err := search.Open(t.Context(), t.TempDir(), search.Options{})
	if err != nil {
		t.Fatal(err)
	}
	begun, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- x.Rebuild(context.WithoutCancel(t.Context()), func(ctx context.Context, put func([]search.Work) error) (int64, error) {
			close(begun)
			<-ctx.Done()
			return 1, put(many(3, "một"))
		})
	}()
	<-begun
	if err := x.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; archive.ReasonOf(err) != "search-closed" {
		t.Errorf("got %v", err)
	}
}
