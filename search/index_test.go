package search_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"vannghe/internal/archive"
	"vannghe/search"
)

func TestAWorkIsReplacedWhole(t *testing.T) {
	x := filled(t, work("a", "Cũ", "một", "hai", "ba"))
	if err := x.Apply(t.Context(), 2, []search.Work{work("a", "Xuân", "bốn")}, nil); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"cũ", "một", "hai", "ba"} {
		expect(t, find(t, x, public(text)))
	}
	expect(t, find(t, x, public("xuân")), "a")
	expect(t, find(t, x, public("bốn")), "a")
	expect(t, find(t, x, public("")), "a")
}

func TestAWithdrawnWorkIsGone(t *testing.T) {
	x := filled(t, work("a", "Bến trăng", "một", "hai"), work("b", "Khác", "một"))
	if err := x.Apply(t.Context(), 2, nil, []archive.WorkID{id("a"), id("never")}); err != nil {
		t.Fatal(err)
	}
	expect(t, find(t, x, public("một")), "b")
	expect(t, find(t, x, public("hai")))
	expect(t, find(t, x, public("")), "b")
	if s, err := x.Suggest(t.Context(), search.Prefix{Text: "bến", Audiences: archive.Public().Audiences()}); err != nil || len(s) != 0 {
		t.Errorf("suggested %v, %v", s, err)
	}
}

func TestApplyingAgainChangesNothing(t *testing.T) {
	x := filled(t, work("a", "Bến trăng", "một"))
	for range 3 {
		if err := x.Apply(t.Context(), 1, []search.Work{work("a", "Bến trăng", "một")}, nil); err != nil {
			t.Fatal(err)
		}
	}
	expect(t, find(t, x, public("một")), "a")
	if n := x.Applied(); n != 1 {
		t.Errorf("applied %d", n)
	}
}

func TestAnIndexIsFoundAgain(t *testing.T) {
	dir := t.TempDir()
	x, err := search.Open(t.Context(), dir, search.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if x.Opening() != search.OpenedNew || x.Applied() != 0 {
		t.Errorf("%s, applied %d", x.Opening(), x.Applied())
	}
	if err := x.Apply(t.Context(), 7, []search.Work{work("a", "Bến trăng", "một")}, nil); err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	x = open(t, dir)
	if x.Opening() != search.OpenedExisting || x.Applied() != 7 {
		t.Errorf("%s, applied %d", x.Opening(), x.Applied())
	}
	expect(t, find(t, x, public("một")), "a")
}

func TestAnIndexBelongsToOneProcess(t *testing.T) {
	dir := t.TempDir()
	open(t, dir)
	_, err := search.Open(t.Context(), dir, search.Options{})
	if archive.ReasonOf(err) != "search-index-locked" || archive.CodeOf(err) != archive.Conflict {
		t.Errorf("got %v", err)
	}
}

func TestAClosedIndexSaysSo(t *testing.T) {
	x, err := search.Open(t.Context(), t.TempDir(), search.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
	_, searchErr := x.Search(t.Context(), public("a"))
	_, suggestErr := x.Suggest(t.Context(), search.Prefix{Text: "a"})
	rebuildErr := x.Rebuild(t.Context(), func(context.Context, func([]search.Work) error) (int64, error) { return 0, nil })
	for _, err := range []error{searchErr, suggestErr, rebuildErr, x.Apply(t.Context(), 1, nil, nil)} {
		if archive.ReasonOf(err) != "search-closed" {
			t.Errorf("got %v", err)
		}
	}
}

// segments returns the segment files of the index in dir.
func segments(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "v*", "*.zap"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no segments in %s: %v", dir, err)
	}
	return files
}

func TestADamagedIndexIsNoticedAndStartsAnew(t *testing.T) {
	for sentence, damage := range map[string]func(t *testing.T, dir string){
		"a flipped bit in the segments": func(t *testing.T, dir string) {
			change(t, dir, func(b []byte) []byte { b[len(b)/3] ^= 0x10; return b })
		},
		"segments cut short": func(t *testing.T, dir string) {
			change(t, dir, func(b []byte) []byte { return b[:len(b)/2] })
		},
		"empty segments": func(t *testing.T, dir string) {
			change(t, dir, func([]byte) []byte { return nil })
		},
		"the segments gone": func(t *testing.T, dir string) {
			for _, file := range segments(t, dir) {
				remove(t, file)
			}
		},
		"a list of segments that is noise": func(t *testing.T, dir string) {
			write(t, filepath.Join(filepath.Dir(segments(t, dir)[0]), "root.bolt"), []byte(strings.Repeat("noise", 4000)))
		},
		"no list of segments": func(t *testing.T, dir string) {
			remove(t, filepath.Join(filepath.Dir(segments(t, dir)[0]), "root.bolt"))
		},
		"the folder gone": func(t *testing.T, dir string) { remove(t, filepath.Dir(segments(t, dir)[0])) },
	} {
		t.Run(sentence, func(t *testing.T) {
			dir := t.TempDir()
			closedIndex(t, dir)
			damage(t, dir)
			x := open(t, dir)
			// Bleve may still hold the list of before the first work: also an index that is what its sequence says.
			if x.Opening() == search.OpenedNew || x.Applied() != 0 {
				t.Fatalf("%s, applied %d", x.Opening(), x.Applied())
			}
			expect(t, find(t, x, public("một")))
			if err := x.Apply(t.Context(), 9, []search.Work{work("a", "Bến trăng", "một")}, nil); err != nil {
				t.Fatal(err)
			}
			expect(t, find(t, x, public("một")), "a")
		})
	}
}

func TestAlteredBytesThatStillReadAreNoticed(t *testing.T) {
	dir := t.TempDir()
	closedIndex(t, dir)
	altered := 0
	change(t, dir, func(b []byte) []byte {
		altered += bytes.Count(b, []byte("Bến trăng"))
		return bytes.ReplaceAll(b, []byte("Bến trăng"), []byte("Bến trâng"))
	})
	if altered == 0 {
		t.Fatal("the title stands in no segment")
	}
	if x := open(t, dir); x.Opening() != search.OpenedDamaged || x.Applied() != 0 {
		t.Errorf("%s, applied %d", x.Opening(), x.Applied())
	}
}

func TestAnIndexOfAnotherVersionStartsAnew(t *testing.T) {
	dir := t.TempDir()
	closedIndex(t, dir)
	folder := filepath.Dir(segments(t, dir)[0])
	older := filepath.Join(dir, "v0-"+strings.SplitN(filepath.Base(folder), "-", 2)[1])
	if err := os.Rename(folder, older); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "current"), []byte(filepath.Base(older)))
	write(t, filepath.Join(dir, "notes.txt"), []byte("not ours"))
	x := open(t, dir)
	if x.Opening() != search.OpenedOutdated || x.Applied() != 0 {
		t.Errorf("%s, applied %d", x.Opening(), x.Applied())
	}
	if _, err := os.Stat(older); !os.IsNotExist(err) {
		t.Errorf("the former index is still there: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "notes.txt")); err != nil {
		t.Errorf("a file that is not of the index is gone: %v", err)
	}
}

// change rewrites every segment of the index in dir: Bleve keeps a former list of segments too, and takes that if it can.
func change(t *testing.T, dir string, f func([]byte) []byte) {
	t.Helper()
	for _, file := range segments(t, dir) {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		write(t, file, f(b))
	}
}

func closedIndex(t *testing.T, dir string) {
	t.Helper()
	x, err := search.Open(t.Context(), dir, search.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Apply(t.Context(), 9, []search.Work{work("a", "Bến trăng", "một")}, nil); err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, file string, b []byte) {
	t.Helper()
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
}

func TestSearchesGoOnWhileTheIndexChangesAndCloses(t *testing.T) {
	x, err := search.Open(t.Context(), t.TempDir(), search.Options{})
	if err != nil {
		t.Fatal(err)
	}
	works := many(200, "bến trăng xưa")
	if err := x.Apply(t.Context(), 1, works, nil); err != nil {
		t.Fatal(err)
	}
	var readers, writers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				r, err := x.Search(t.Context(), public("bến trăng"))
				if archive.ReasonOf(err) == "search-closed" {
					return
				}
				// Every change of this test replaces works by themselves, so at every instant all are there, once.
				if err != nil || r.Total != len(works) {
					t.Errorf("total %d, %v", r.Total, err)
					return
				}
				if _, err := x.Suggest(t.Context(), search.Prefix{Text: "bài", Audiences: archive.Public().Audiences()}); err != nil && archive.ReasonOf(err) != "search-closed" {
					t.Error(err)
				}
			}
		})
	}
	writers.Go(func() {
		for seq := int64(2); seq < 12; seq++ {
			if err := x.Apply(t.Context(), seq, works[:50], nil); err != nil {
				t.Error(err)
			}
		}
	})
	writers.Go(func() {
		for range 2 {
			err := x.Rebuild(t.Context(), func(_ context.Context, put func([]search.Work) error) (int64, error) { return 1, put(works) })
			if err != nil {
				t.Error(err)
			}
		}
	})
	writers.Wait()
	if n := x.Applied(); n != 11 {
		t.Errorf("applied %d", n)
	}
	if err := x.Close(); err != nil {
		t.Error(err)
	}
	readers.Wait()
}

func TestHugeTextsAreIndexedInPieces(t *testing.T) {
	long := strings.Repeat("một hai ba bốn năm ", 20_000) + "ngọc trai" // half a megabyte
	solid := strings.Repeat("ế", 1<<18)
	x := filled(t, work("a", "Dài", long, solid, "ngọc trai"))
	r := find(t, x, public("ngọc trai"))
	expect(t, r, "a")
	if p := r.Hits[0].Parts; len(p) != 2 {
		t.Errorf("parts %+v", p)
	}
	r = find(t, x, public("một hai"))
	if p := r.Hits[0].Parts; len(p) != 1 || p[0].Ordinal != 0 {
		t.Errorf("a part in pieces is shown more than once: %+v", p)
	}
	if err := x.Apply(t.Context(), 2, nil, []archive.WorkID{id("a")}); err != nil {
		t.Fatal(err)
	}
	expect(t, find(t, x, public("ngọc trai")))
}

func TestAWorkOfManyPartsIsOneWork(t *testing.T) {
	parts := make([]string, 1500)
	for i := range parts {
		parts[i] = "trang sách"
	}
	parts[1234] = "trang cuối của ông lão"
	x := filled(t, work("a", "Bộ sách", parts...))
	r := find(t, x, public("ông lão"))
	expect(t, r, "a")
	if p := r.Hits[0].Parts; len(p) != 1 || p[0].Ordinal != 1234 {
		t.Errorf("parts %+v", p)
	}
}
