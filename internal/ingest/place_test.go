package ingest

import (
	"context"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/storage"
	"vannghe/storage/memstore"
)

// placeOf stands for the layout of the archive of record, which is no affair of this package.
func placeOf(work archive.WorkID, id archive.FileID, _ string) (storage.Key, bool) {
	return storage.Key("archive").Join(string(work), string(id)), true
}

func placingBench(t *testing.T, b *storage.Bucket) bench {
	t.Helper()
	here := benchOn(t, catalogtest.Open(t), b)
	here.places = Places{Reserve: placeOf, From: 4,
		Keeps: func(context.Context, archive.WorkID) (bool, error) { return false, nil }}
	return here
}

func (b bench) put(t *testing.T, text string, at *placing) EntryFile {
	t.Helper()
	s, err := b.stage(t.Context(), "phim.txt", source{Reader: strings.NewReader(text), about: int64(len(text))}, at)
	if err != nil {
		t.Fatal(err)
	}
	return EntryFile{Staged: s, Path: "phim.txt"}
}

func (b bench) placed(t *testing.T) (lying []string, known int) {
	t.Helper()
	for o, err := range b.bucket.List(t.Context(), "archive") {
		if err != nil {
			t.Fatal(err)
		}
		lying = append(lying, string(o.Key))
	}
	r, err := b.register(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return lying, len(r.Placed)
}

// What is large, of a length that is known and of a new work goes to its place, unless the store has local files.
func TestWhatIsPlaced(t *testing.T) {
	b := placingBench(t, storage.NewBucket(memstore.New()))
	b.bring(t, ImportOptions{Folder: tree(t, map[string]string{"works.csv": "file,work\na.txt,k\n", "a.txt": "có rồi"}), Manifest: "works.csv"})
	disk := placingBench(t, openDisk(t))
	for _, c := range []struct {
		what string
		in   bench
		at   *placing
		text string
		want bool
	}{
		{"a large file", b, &placing{work: "abcdefghijkl"}, "phim dài", true},
		{"a small one", b, &placing{work: "abcdefghijkl"}, "abc", false},
		{"an upload", b, nil, "phim dài", false},
		{"one of a work that is there", b, &placing{work: "abcdefghijkl", key: "k"}, "phim dài", false},
		{"one of a key that is not", b, &placing{work: "abcdefghijkl", key: "q"}, "phim dài", true},
		{"a second one of that size", b, &placing{work: "abcdefghijkl", sizes: []int64{int64(len("phim dài"))}}, "phim dài", false},
		{"one on a disk", disk, &placing{work: "abcdefghijkl"}, "phim dài", false},
	} {
		f := c.in.put(t, c.text, c.at)
		if placed := f.placedIn != ""; placed != c.want || placed == (f.Key == StagingKey(f.ID)) {
			t.Errorf("%s: placed %v, at %s", c.what, placed, f.Key)
		}
		c.in.discard(t.Context(), []EntryFile{f})
	}
	if lying, known := b.placed(t); known != 0 || len(lying) != 1 { // a.txt
		t.Errorf("thrown away, but %q, %d", lying, known)
	}
}

// A file placed for a work that another import has made meanwhile goes by way of staging; one that this work holds already goes.
func TestPlacedElsewhere(t *testing.T) {
	b := placingBench(t, storage.NewBucket(memstore.New()))
	at := func() *placing { return &placing{key: "k", work: archive.NewID[archive.WorkID]()} }
	mine, theirs, same := at(), at(), at()
	first, other, twice := b.put(t, "cuộn một", mine), b.put(t, "cuộn hai", theirs), b.put(t, "cuộn một", same)
	other.Path = "hai.txt"
	if lying, known := b.placed(t); len(lying) != 3 || known != 3 {
		t.Fatalf("%q, %d", lying, known)
	}
	var work archive.WorkID
	for _, e := range []Entry{{Key: "k", work: mine.work, Files: []EntryFile{first}}, {Key: "k", work: theirs.work, Files: []EntryFile{other}},
		{Key: "k", work: same.work, Files: []EntryFile{twice}}} {
		rec, err := b.Record(t.Context(), e)
		if err != nil {
			t.Fatal(err)
		}
		work = rec.Work
	}
	if n := b.whole(t); n != 2 || work != mine.work {
		t.Errorf("%d files, in %s", n, work)
	}
	lying, known := b.placed(t)
	if len(lying) != 1 || known != 0 || lying[0] != string(first.Key) || len(b.staged(t)) != 1 {
		t.Errorf("placed %q, %d; staging %q", lying, known, b.staged(t))
	}
}
