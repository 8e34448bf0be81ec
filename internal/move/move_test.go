package move_test

import (
	"bytes"
	"context"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/move"
	"vannghe/storage"
	"vannghe/storage/diskstore"
	"vannghe/storage/memstore"
	"vannghe/storage/storagetest"
)

// place is a catalogue and a store; a program works with it only in between moves.
type place struct {
	opt    catalog.Options
	fault  *storagetest.Faulty
	bucket *storage.Bucket
}

func newPlace(t *testing.T, d storage.Driver) *place {
	t.Helper()
	p := &place{opt: catalogtest.SQLite(t), fault: storagetest.NewFaulty(d)}
	p.bucket = storage.NewBucket(p.fault)
	t.Cleanup(func() {
		if err := p.bucket.Close(); err != nil && !errors.Is(err, storagetest.ErrStopped) {
			t.Error(err)
		}
	})
	return p
}

func onDisk(t *testing.T) *place {
	t.Helper()
	d, err := diskstore.Open(t.TempDir())
	must(t, err)
	return newPlace(t, d)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (p *place) put(t *testing.T, key storage.Key, content string) {
	t.Helper()
	_, err := p.bucket.Put(t.Context(), key, strings.NewReader(content), int64(len(content)), storage.PutOptions{})
	must(t, err)
}

// change works with the catalogue as a program does.
func (p *place) change(t *testing.T, fn func(ctx context.Context, tx *catalog.Tx) error) {
	t.Helper()
	c, err := catalog.Open(t.Context(), p.opt)
	must(t, err)
	must(t, c.Update(t.Context(), fn))
	must(t, c.Close())
}

const originals = 100

func content(i int) string { return strings.Repeat(fmt.Sprint("bản gốc ", i), i+1) }

func originalKey(i int) storage.Key {
	return storage.Key(fmt.Sprintf("archive/%03d/v1/content/goc", i))
}

// fill puts works with an original each into the place, and objects beside them.
func (p *place) fill(t *testing.T) {
	t.Helper()
	p.change(t, func(ctx context.Context, tx *catalog.Tx) error {
		for i := range originals {
			sum := sha512.Sum512([]byte(content(i)))
			w := catalogtest.Work(fmt.Sprint("Bài ", i), func(w *archive.Work) {
				f := &w.Representations[0].Files[0]
				f.State, f.Key, f.Digest = archive.FileArchived, string(originalKey(i)), archive.Digest(hex.EncodeToString(sum[:]))
			})
			if err := tx.PutWork(ctx, w); err != nil {
				return err
			}
		}
		return nil
	})
	for i := range originals {
		p.put(t, originalKey(i), content(i))
	}
	p.put(t, "archive/0=ocfl_1.1", "ocfl_1.1\n")
	p.put(t, "derived/a b/%2F/đường.html", "")
	p.put(t, "staging/aaaaaaaaaaaa", "đang gửi")
}

// run is one attempt of a whole program to move.
func run(t *testing.T, from, to *place) (move.Report, error) {
	t.Helper()
	source, err := catalog.OpenStill(t.Context(), from.opt)
	must(t, err)
	defer func() { must(t, source.Close()) }()
	target, err := catalog.OpenEmpty(t.Context(), to.opt)
	must(t, err)
	defer func() { must(t, target.Close()) }()
	return move.Run(t.Context(), move.Options{FromCatalog: source, FromBucket: from.bucket, ToCatalog: target, ToBucket: to.bucket,
		ToName: "mới", Progress: func(move.Progress) {}})
}

// objects lists the store with the bytes of each object.
func (p *place) objects(t *testing.T) map[storage.Key]string {
	t.Helper()
	all := map[storage.Key]string{}
	for o, err := range p.bucket.List(t.Context(), "") {
		must(t, err)
		body, _, err := p.bucket.Open(t.Context(), o.Key)
		must(t, err)
		var b bytes.Buffer
		_, err = b.ReadFrom(body)
		must(t, errors.Join(err, body.Close()))
		all[o.Key] = b.String()
	}
	return all
}

func (p *place) sums(t *testing.T) map[string]catalog.TableSum {
	t.Helper()
	s, err := catalog.OpenStill(t.Context(), p.opt)
	must(t, err)
	sums, err := s.Sums(t.Context())
	must(t, errors.Join(err, s.Close()))
	return sums
}

func same(t *testing.T, a, b *place) {
	t.Helper()
	if !maps.Equal(a.objects(t), b.objects(t)) {
		t.Error("the stores differ")
	}
	if !maps.Equal(a.sums(t), b.sums(t)) {
		t.Error("the catalogues differ")
	}
}

// The world stops at many instants of a move, before and after an effect; nobody can work with what is there then, and the next attempt ends well.
// Back again everything is as it was.
func TestMoveSurvivesAStop(t *testing.T) {
	from := onDisk(t)
	from.fill(t)
	before, rows := from.objects(t), from.sums(t)
	to := newPlace(t, memstore.New())
	for i, n := range []int{1, 2, 50, 45} { // the marker is the 1st change
		to.fault.StopAt(n, []storagetest.Moment{storagetest.BeforeEffect, storagetest.AfterEffect}[i%2])
		if _, err := run(t, from, to); !errors.Is(err, storagetest.ErrStopped) {
			t.Fatalf("stop %d: %v", i, err)
		}
		to.fault.Heal()
		unfinished(t, to)
	}
	for left := 0; move.Unfinished(t.Context(), to.bucket) != nil; left++ { // from here on at each change, the last ones of the move among them
		if left > 20 {
			t.Fatal("the move does not come to its end")
		}
		to.fault.StopAt(1, storagetest.AfterEffect)
		if _, err := run(t, from, to); !errors.Is(err, storagetest.ErrStopped) {
			t.Fatalf("one change more: %v", err)
		}
		to.fault.Heal()
		unfinished(t, to)
	}
	report, err := run(t, from, to)
	must(t, err)
	if report.Objects != originals+3 || report.Rows == 0 || len(report.Damaged) != 0 {
		t.Errorf("report: %+v", report)
	}
	same(t, from, to)
	must(t, move.Unfinished(t.Context(), to.bucket))

	back := onDisk(t)
	_, err = run(t, to, back)
	must(t, err)
	if !maps.Equal(before, back.objects(t)) || !maps.Equal(rows, back.sums(t)) {
		t.Error("what came back is not what went")
	}
}

// unfinished fails unless programs refuse to work with what is there; the store is opened before the catalogue.
func unfinished(t *testing.T, to *place) {
	t.Helper()
	c, err := catalog.Open(t.Context(), to.opt)
	if archive.ReasonOf(err) != "database-moving" {
		t.Errorf("a half-moved catalogue opens: %v", err)
	}
	if err == nil {
		must(t, c.Close())
	}
}

// What changed at either place between two attempts is right in the end: a work at the old place, bytes at the new one.
func TestMoveSeesWhatChanged(t *testing.T) {
	from, to := onDisk(t), newPlace(t, memstore.New())
	from.fill(t)
	from.put(t, "a/đầu", "x")
	to.fault.StopAt(90, storagetest.AfterEffect)
	if _, err := run(t, from, to); !errors.Is(err, storagetest.ErrStopped) {
		t.Fatal(err)
	}
	to.fault.Heal()
	from.change(t, func(ctx context.Context, tx *catalog.Tx) error {
		return tx.PutWork(ctx, catalogtest.Work("Đến sau"))
	})
	from.put(t, "staging/bbbbbbbbbbbb", "mới")
	must(t, from.bucket.Delete(t.Context(), "a/đầu")) // which is there already at the new place
	flipped := []byte(content(3))
	flipped[0] ^= 1
	to.put(t, originalKey(3), string(flipped))
	report, err := run(t, from, to)
	must(t, err)
	if report.Removed != 1 {
		t.Errorf("report: %+v", report)
	}
	same(t, from, to)
}

// Originals that are damaged or missing at the old place are moved as they are, and told, also after a stop.
func TestMoveTellsOfDamage(t *testing.T) {
	from, to := onDisk(t), newPlace(t, memstore.New())
	from.fill(t)
	from.put(t, originalKey(2), strings.ToUpper(content(2)))
	must(t, from.bucket.Delete(t.Context(), originalKey(80)))
	to.fault.StopAt(90, storagetest.BeforeEffect)
	if _, err := run(t, from, to); !errors.Is(err, storagetest.ErrStopped) {
		t.Fatal(err)
	}
	to.fault.Heal()
	report, err := run(t, from, to)
	must(t, err)
	if !slices.Equal(report.Damaged, []storage.Key{originalKey(2), originalKey(80)}) {
		t.Errorf("damaged: %v", report.Damaged)
	}
	same(t, from, to)
}

// A store that answers with other bytes than it was given, time after time, is no place for an archive.
func TestMoveComparesWhatCame(t *testing.T) {
	from, to := onDisk(t), newPlace(t, liar{memstore.New()})
	from.fill(t)
	_, err := run(t, from, to)
	if archive.ReasonOf(err) != "move-differs" {
		t.Fatalf("got %v", err)
	}
	unfinished(t, to)
	if err := move.Unfinished(t.Context(), to.bucket); archive.ReasonOf(err) != "storage-moving" {
		t.Errorf("a half-moved store opens: %v", err)
	}
}

// liar is a store that keeps one object wrongly.
type liar struct{ *memstore.Driver }

func (l liar) Put(ctx context.Context, key storage.Key, r io.Reader, size int64, opts storage.PutOptions) (storage.Object, error) {
	if key == originalKey(50) {
		data, err := io.ReadAll(r)
		if err != nil {
			return storage.Object{}, err
		}
		data[len(data)/2] ^= 4
		r = bytes.NewReader(data)
	}
	return l.Driver.Put(ctx, key, r, size, opts)
}

// A store or a catalogue that holds anything already is left alone.
func TestMoveRefusesAFilledTarget(t *testing.T) {
	from := onDisk(t)
	from.fill(t)
	filled := onDisk(t)
	filled.put(t, "của/ai đó", "x")
	if _, err := run(t, from, filled); archive.ReasonOf(err) != "storage-filled" {
		t.Errorf("a filled store: %v", err)
	}
	if got := filled.objects(t); len(got) != 1 {
		t.Errorf("it was touched: %v", got)
	}
	other := onDisk(t)
	other.fill(t)
	rows := other.sums(t)
	if _, err := run(t, from, other); archive.ReasonOf(err) != "database-filled" {
		t.Errorf("a filled catalogue: %v", err)
	}
	if !maps.Equal(rows, other.sums(t)) {
		t.Error("it was touched")
	}
}
