package search_test

import (
	"os"
	"path/filepath"
	"testing"

	"vannghe/internal/archive"
	"vannghe/search"
)

// An index whose files are cut short while it serves says so instead of ending the program, and a rebuild mends it.
func TestDamageWhileServingIsTold(t *testing.T) {
	dir := t.TempDir()
	x := open(t, dir)
	works := many(300, "bến trăng xưa")
	if err := x.Apply(t.Context(), 1, works, nil); err != nil {
		t.Fatal(err)
	}
	segments, err := filepath.Glob(filepath.Join(dir, "*", "*.zap"))
	if err != nil || len(segments) == 0 {
		t.Fatalf("no segments: %v", err)
	}
	for _, s := range segments {
		if err := os.Truncate(s, 0); err != nil {
			t.Fatal(err)
		}
	}
	_, err = x.Search(t.Context(), public("bến trăng"))
	if archive.CodeOf(err) != archive.Unavailable || archive.ReasonOf(err) != "search-damaged" {
		t.Fatalf("got %v", err)
	}
	if _, err := x.Suggest(t.Context(), search.Prefix{Text: "b", Audiences: archive.Public().Audiences()}); archive.ReasonOf(err) != "search-damaged" {
		t.Errorf("suggest: %v", err)
	}
	select {
	case err := <-x.Damaged():
		if err == nil {
			t.Error("told nothing")
		}
	default:
		t.Error("nobody is told")
	}
	if err := x.Rebuild(t.Context(), feed(2, works...)); err != nil {
		t.Fatal(err)
	}
	if r := find(t, x, public("bến trăng")); r.Total != 300 {
		t.Errorf("%d works after the rebuild", r.Total)
	}
}

func TestAMistakeOfTheQuestionIsNoDamage(t *testing.T) {
	x := filled(t, work("a", "Bến", "một"))
	q := public("bến")
	q.Cursor = "!"
	if _, err := x.Search(t.Context(), q); archive.ReasonOf(err) != "cursor-invalid" {
		t.Errorf("got %v", err)
	}
	select {
	case err := <-x.Damaged():
		t.Errorf("told of damage: %v", err)
	default:
	}
}
