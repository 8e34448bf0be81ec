package ingest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"io"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/storage"
	"vannghe/storage/memstore"
	"vannghe/storage/storagetest"
)

// sender adds an account to the catalogue and returns it as a viewer.
func sender(t testing.TB, c *catalog.Catalog, name string) archive.Viewer {
	t.Helper()
	a := catalog.Account{ID: archive.NewID[archive.AccountID](), Name: name, Roles: []archive.Role{archive.Member}}
	err := c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error { return tx.AddAccount(ctx, a) })
	if err != nil {
		t.Fatal(err)
	}
	return a.Viewer()
}

func (b bench) begin(t testing.TB, v archive.Viewer, size int64) archive.FileID {
	t.Helper()
	u, err := b.BeginUpload(t.Context(), v, NewUpload{Name: `C:\băng\ghi âm.txt`, Size: size, Metadata: "filename x"})
	if err != nil {
		t.Fatal(err)
	}
	return u.ID
}

// part is a piece that comes whole.
func part(offset int64, data []byte) Piece {
	return Piece{Offset: offset, Length: int64(len(data)), Body: bytes.NewReader(data)}
}

// cut is a piece of which the line is lost after its bytes.
func cut(offset int64, data []byte) Piece {
	return Piece{Offset: offset, Length: -1, Body: io.MultiReader(bytes.NewReader(data), brokenLine{})}
}

type brokenLine struct{}

func (brokenLine) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func (p Piece) summed(of []byte) Piece {
	sum := sha256.Sum256(of)
	p.Hash, p.Sum = sha256.New(), sum[:]
	return p
}

func (b bench) stands(t testing.TB, v archive.Viewer, id archive.FileID, at int64) {
	t.Helper()
	if u, err := b.Upload(t.Context(), v, id); err != nil || u.Received != at {
		t.Fatalf("the upload stands at %d, want %d: %v", u.Received, at, err)
	}
}

// isWhole fails unless the upload has come whole, with its digests.
func (b bench) isWhole(t testing.TB, v archive.Viewer, id archive.FileID, data []byte) {
	t.Helper()
	u, err := b.Upload(t.Context(), v, id)
	long, short := sha512.Sum512(data), sha256.Sum256(data)
	if err != nil || u.State != catalog.UploadWhole || u.File.Digest != archive.Digest(hex.EncodeToString(long[:])) || u.File.SHA256 != hex.EncodeToString(short[:]) {
		t.Fatalf("%+v, %v", u, err)
	}
	body, _, err := b.bucket.Open(t.Context(), StagingKey(id))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(body)
	if err := errors.Join(err, body.Close()); err != nil || !bytes.Equal(got, data) {
		t.Fatalf("%d bytes lie in staging, want %d: %v", len(got), len(data), err)
	}
}

func TestUploadInPieces(t *testing.T) {
	b := newBench(t)
	v := sender(t, b.catalog, "van")
	data := bytes.Repeat([]byte("văn nghệ "), 100_000)
	id := b.begin(t, v, int64(len(data)))
	b.stands(t, v, id, 0)
	for _, step := range []struct {
		about  string
		piece  Piece
		reason archive.Reason
		at     int64
	}{
		{"a piece", part(0, data[:1000]), "", 1000},
		{"the same again", part(0, data[:1000]), "upload-offset", 1000},
		{"one that leaves a hole", part(2000, data[2000:3000]), "upload-offset", 1000},
		{"one that is cut", cut(1000, data[1000:300_000]), "upload-cut", 300_000},
		{"nothing", part(300_000, nil), "", 300_000},
		{"one longer than the file", part(300_000, data[1:]), "upload-too-long", 300_000},
		{"one that turns out longer than the file", cut(300_000, data), "upload-too-long", 300_000},
		{"one with its checksum", part(300_000, data[300_000:400_000]).summed(data[300_000:400_000]), "", 400_000},
		{"one with another's", part(400_000, data[400_000:500_000]).summed(data), "upload-checksum", 400_000},
		{"one with a checksum that is cut", cut(400_000, data[400_000:500_000]).summed(data[400_000:500_000]), "upload-cut", 400_000},
		{"the rest", part(400_000, data[400_000:]), "", int64(len(data))},
		{"nothing behind the end", part(int64(len(data)), nil), "", int64(len(data))},
		{"something behind the end", part(int64(len(data)), data[:1]), "upload-too-long", int64(len(data))},
	} {
		if _, err := b.Receive(t.Context(), v, id, step.piece); archive.ReasonOf(err) != step.reason {
			t.Fatalf("%s: %v, want %q", step.about, err, step.reason)
		}
		b.stands(t, v, id, step.at)
	}
	b.isWhole(t, v, id, data)
	if u, err := b.Upload(t.Context(), v, id); err != nil || u.Name != "ghi âm.txt" || u.File.Format != "text" || u.File.Medium != archive.Text {
		t.Errorf("%+v, %v", u, err)
	}
}

// TestUploadBelongsToOne: nobody else learns of it, and what has ended or expired says so.
func TestUploadBelongsToOne(t *testing.T) {
	b := newBench(t)
	clock := time.Date(2023, 11, 21, 7, 0, 0, 0, time.UTC)
	b.now = func() time.Time { return clock }
	v, other := sender(t, b.catalog, "van"), sender(t, b.catalog, "khoa")
	other.Roles = []archive.Role{archive.Administrator}
	id := b.begin(t, v, 10)
	for about, err := range map[string]error{
		"look":  second(b.Upload(t.Context(), other, id)),
		"piece": second(b.Receive(t.Context(), other, id, part(0, []byte("x")))),
		"end":   b.EndUpload(t.Context(), other, id),
		"take":  second(b.Uploaded(t.Context(), other, []archive.FileID{id})),
	} {
		if archive.ReasonOf(err) != "upload-missing" {
			t.Errorf("%s by somebody else: %v", about, err)
		}
	}
	if _, err := b.BeginUpload(t.Context(), archive.Public(), NewUpload{Name: "a", Size: 1}); archive.ReasonOf(err) != "sign-in-needed" {
		t.Errorf("the public: %v", err)
	}
	if _, err := b.Uploaded(t.Context(), v, []archive.FileID{id}); archive.ReasonOf(err) != "upload-unfinished" {
		t.Errorf("taken before it is whole: %v", err)
	}
	if _, err := b.Receive(t.Context(), v, id, part(0, []byte("12345"))); err != nil {
		t.Fatal(err)
	}
	clock = clock.Add(keptReceiving)
	if _, err := b.Upload(t.Context(), v, id); archive.CodeOf(err) != archive.Gone {
		t.Errorf("expired: %v", err)
	}
	clock = clock.Add(time.Second)
	if err := b.ExpireUploads(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := b.bucket.Resume(t.Context(), StagingKey(id), 5, 10); archive.ReasonOf(err) != "unfinished-missing" {
		t.Errorf("the bytes of an expired upload: %v", err)
	}
	if _, err := b.Receive(t.Context(), v, id, part(5, []byte("67890"))); archive.CodeOf(err) != archive.Gone {
		t.Errorf("after its end: %v", err)
	}
	clock = clock.Add(keptRemoved + time.Second)
	if err := b.ExpireUploads(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Upload(t.Context(), v, id); archive.ReasonOf(err) != "upload-missing" {
		t.Errorf("long after: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestEndUpload(t *testing.T) {
	b := newBench(t)
	v := sender(t, b.catalog, "van")
	half, whole := b.begin(t, v, 10), b.begin(t, v, 5)
	for _, id := range []archive.FileID{half, whole} {
		if _, err := b.Receive(t.Context(), v, id, part(0, []byte("12345"))); err != nil {
			t.Fatal(err)
		}
		if err := b.EndUpload(t.Context(), v, id); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Upload(t.Context(), v, id); archive.CodeOf(err) != archive.Gone {
			t.Errorf("%v", err)
		}
	}
	if keys := b.staged(t); len(keys) != 0 {
		t.Errorf("left: %v", keys)
	}
}

// TestUploadIsTaken: Record takes uploads into a work once, with their bytes once, and a sweep leaves them alone until then.
func TestUploadIsTaken(t *testing.T) {
	b := newBench(t)
	v := sender(t, b.catalog, "van")
	var ids []archive.FileID
	for _, text := range []string{"một bài thơ", "một bài thơ", "bài thơ khác"} {
		id := b.begin(t, v, int64(len(text)))
		if _, err := b.Receive(t.Context(), v, id, part(0, []byte(text))); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	b.now = func() time.Time { return time.Now().Add(2 * orphanAge) }
	if err := b.Sweep(t.Context()); err != nil || len(b.staged(t)) != 3 {
		t.Fatalf("a sweep left %v: %v", b.staged(t), err)
	}
	files, err := b.Uploaded(t.Context(), v, ids)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Record(t.Context(), Entry{Title: "Thơ", Genre: "không có", Files: files}); err == nil || len(b.staged(t)) != 3 {
		t.Fatalf("after a failure %v are there: %v", b.staged(t), err)
	}
	rec, err := b.Record(t.Context(), Entry{Title: "Thơ", Genre: "tho", Files: files})
	if err != nil {
		t.Fatal(err)
	}
	if len(b.staged(t)) != 2 || rec.Files[0].Status != Added || rec.Files[1].Status != Exists || rec.Files[2].Status != Added {
		t.Errorf("%+v, staging %v", rec, b.staged(t))
	}
	if _, err := b.Uploaded(t.Context(), v, ids[:1]); archive.ReasonOf(err) != "upload-missing" {
		t.Errorf("taken twice: %v", err)
	}
	if _, err := b.Record(t.Context(), Entry{Title: "Thơ", Genre: "tho", Files: files}); err == nil {
		t.Error("recorded twice")
	}
	w, err := b.catalog.Reader(viewer()).Work(t.Context(), rec.Work)
	if err != nil || len(allFiles(&w)) != 2 {
		t.Errorf("%+v, %v", w, err)
	}
}

// slowLine hands out its bytes and then waits until it is stopped.
type slowLine struct {
	data    io.Reader
	waiting chan struct{} // closed when all is out
	stopped chan struct{}
}

func (l *slowLine) Read(p []byte) (int, error) {
	if n, err := l.data.Read(p); err == nil {
		return n, nil
	}
	close(l.waiting)
	<-l.stopped
	return 0, errors.New("stopped")
}

func newSlowLine(data []byte) (*slowLine, Piece) {
	l := &slowLine{data: bytes.NewReader(data), waiting: make(chan struct{}), stopped: make(chan struct{})}
	return l, Piece{Length: 10, Body: l, Stop: func() { close(l.stopped) }}
}

// TestUploadOfTwoLines: while one line brings a piece a second may not; who asks how far it is ends the first, whose bytes count.
func TestUploadOfTwoLines(t *testing.T) {
	b := newBench(t)
	v := sender(t, b.catalog, "van")
	id := b.begin(t, v, 10)
	line, piece := newSlowLine([]byte("12345"))
	ended := make(chan error, 1)
	go func() { ended <- second(b.Receive(t.Context(), v, id, piece)) }()
	<-line.waiting
	if _, err := b.Receive(t.Context(), v, id, part(0, []byte("x"))); archive.ReasonOf(err) != "upload-busy" {
		t.Errorf("a second piece: %v", err)
	}
	b.stands(t, v, id, 5)
	if err := <-ended; archive.ReasonOf(err) != "upload-interrupted" {
		t.Errorf("the first line: %v", err)
	}
	line, piece = newSlowLine([]byte("67"))
	piece.Offset, piece.Length = 5, 5
	go func() { ended <- second(b.Receive(t.Context(), v, id, piece)) }()
	<-line.waiting
	b.StopUploads(t.Context())
	if err := <-ended; archive.ReasonOf(err) != "upload-interrupted" {
		t.Errorf("at the stop: %v", err)
	}
	b.stands(t, v, id, 7)
	if _, err := b.Receive(t.Context(), v, id, part(7, []byte("890"))); archive.CodeOf(err) != archive.Busy {
		t.Errorf("after the stop: %v", err)
	}
}

// TestUploadElsewhere: what another living process receives is left to it; a dead one's is gone on with.
func TestUploadElsewhere(t *testing.T) {
	opt := catalogtest.SQLite(t)
	one, two := catalogtest.OpenWith(t, opt), catalogtest.OpenWith(t, opt)
	bucket := storage.NewBucket(memstore.New())
	a, b := benchOn(t, one, bucket), benchOn(t, two, bucket)
	v := sender(t, one, "van")
	id := a.begin(t, v, 10)
	line, piece := newSlowLine([]byte("12345"))
	ended := make(chan error, 1)
	go func() { ended <- second(a.Receive(t.Context(), v, id, piece)) }()
	<-line.waiting
	if _, err := b.Upload(t.Context(), v, id); archive.ReasonOf(err) != "upload-busy" {
		t.Errorf("asked elsewhere: %v", err)
	}
	if _, err := b.Receive(t.Context(), v, id, part(0, []byte("x"))); archive.ReasonOf(err) != "upload-busy" {
		t.Errorf("sent elsewhere: %v", err)
	}
	a.stands(t, v, id, 5)
	<-ended
	b.stands(t, v, id, 5)
	u, err := one.Reader(v).Upload(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	held := u
	held.Process = "a process that died"
	if err := a.putUpload(t.Context(), u, held); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Receive(t.Context(), v, id, part(5, []byte("67890"))); err != nil {
		t.Fatal(err)
	}
	b.isWhole(t, v, id, []byte("1234567890"))
}

// TestUploadAtEveryStep stops the world at each change of the store, before and after it, and goes on: the bytes are there once, whole.
func TestUploadAtEveryStep(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789"), 1000)
	for _, moment := range []storagetest.Moment{storagetest.BeforeEffect, storagetest.AfterEffect} {
		for n := 1; ; n++ {
			b, faulty := faultyBench(t)
			v := sender(t, b.catalog, "van")
			id := b.begin(t, v, int64(len(data)))
			faulty.StopAt(n, moment)
			err := b.sendAll(t, v, id, data)
			stopped := faulty.Stopped()
			if (err != nil) != stopped {
				t.Fatalf("step %d: stopped %t, %v", n, stopped, err)
			}
			faulty.Heal()
			again := benchOn(t, b.catalog, b.bucket)
			if err := again.sendAll(t, v, id, data); err != nil {
				t.Fatalf("step %d: %v", n, err)
			}
			again.isWhole(t, v, id, data)
			if !stopped {
				break
			}
		}
	}
}

// sendAll sends what is missing in pieces of 4000 bytes, of which the second is cut.
func (b bench) sendAll(t *testing.T, v archive.Viewer, id archive.FileID, data []byte) error {
	t.Helper()
	for {
		u, err := b.Upload(t.Context(), v, id)
		if err != nil || u.State == catalog.UploadWhole {
			return err
		}
		piece := data[u.Received:min(u.Received+4000, u.Size)]
		if u.Received == 4000 {
			_, err = b.Receive(t.Context(), v, id, cut(u.Received, piece))
		} else {
			_, err = b.Receive(t.Context(), v, id, part(u.Received, piece))
		}
		if err != nil && archive.ReasonOf(err) != "upload-cut" {
			return err
		}
	}
}

// TestUploadWhoseBytesAreGone is told so, and begins anew.
func TestUploadWhoseBytesAreGone(t *testing.T) {
	b := newBench(t)
	v := sender(t, b.catalog, "van")
	id := b.begin(t, v, 10)
	if _, err := b.Receive(t.Context(), v, id, part(0, []byte("12345"))); err != nil {
		t.Fatal(err)
	}
	if err := b.bucket.Forget(t.Context(), StagingKey(id)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := b.Receive(t.Context(), v, id, part(5, []byte("67890"))); archive.CodeOf(err) != archive.Gone {
			t.Fatalf("%v", err)
		}
	}
}
