package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/storage"
)

const (
	// keepEvery and keepAfter are after how many bytes, or how long, the store and the catalogue are told, beside what follows. Multiples of
	// keepEvery are ends of parts, which MinIO keeps without further ado.
	keepEvery = 32 << 20
	keepAfter = 10 * time.Second
	// keepMost is how many bytes of one piece wait for that, and are lost to a crash, at most.
	keepMost = 64 << 20
	// receiveBuffer is the memory that a piece takes while it comes.
	receiveBuffer = 256 << 10 // and once more
	// settleTime bounds what is done after the last byte of a piece has come or the line was lost.
	settleTime = 2 * time.Minute
)

// Piece is some bytes of an upload.
type Piece struct {
	Offset int64 // where they belong
	Length int64 // how many there are; -1: not known
	// Body yields them and then io.EOF; any other error means that the line was lost.
	Body io.Reader
	// Stop makes Body fail soon. It is called when the piece must end before its time.
	Stop func()
	// Hash, when set, must make Sum of the bytes, or none of them count.
	Hash hash.Hash
	Sum  []byte
}

// Receive adds a piece to an upload of the viewer's and returns how it then stands. Bytes that came before the line was lost count,
// unless the piece has a checksum; then all of it counts or nothing. The last byte makes the upload whole: its digests are known and it lies
// in staging. Memory does not depend on the size.
//
// The errors are those of Upload, Conflict "upload-offset" with the offset that would be right, TooLarge "upload-too-long", Busy
// "upload-busy" while another piece comes, "uploads-at-once" while many of the account do, and "upload-interrupted" when somebody ended this one, Invalid "upload-checksum", Invalid
// "upload-cut" when the line was lost, and those of storage and catalogue.
func (in *Ingest) Receive(ctx context.Context, v archive.Viewer, id archive.FileID, p Piece) (catalog.Upload, error) {
	u, err := in.receivable(ctx, v, id, p)
	if err != nil {
		return u, err
	}
	ctx, leave, err := in.writers.enter(ctx, v, id)
	if err != nil {
		return u, err
	}
	defer leave()
	if u, err = in.receivable(ctx, v, id, p); err != nil { // again: what stood before may have changed until it was ours
		return u, err
	}
	held := u
	held.Process = in.catalog.Process()
	if err := in.putUpload(ctx, u, held); archive.CodeOf(err) == archive.Conflict {
		return u, archive.Fail(archive.Busy, "upload-busy").Because(err)
	} else if err != nil {
		return u, fmt.Errorf("receive upload %s: %w", id, err)
	}
	r := &receiving{in: in, piece: p, kept: held, told: in.now()}
	return r.run(ctx)
}

// receivable returns the upload if the piece fits to it.
func (in *Ingest) receivable(ctx context.Context, v archive.Viewer, id archive.FileID, p Piece) (catalog.Upload, error) {
	u, err := in.uploadOf(ctx, v, id)
	switch {
	case err != nil:
		return u, err
	case p.Offset != u.Received:
		return u, archive.Fail(archive.Conflict, "upload-offset", u.Received)
	case p.Length > u.Size-u.Received:
		return u, archive.Fail(archive.TooLarge, "upload-too-long", u.Size)
	}
	return u, in.free(ctx, u)
}

// receiving is a piece on its way.
type receiving struct {
	in    *Ingest
	piece Piece
	kept  catalog.Upload // as the catalogue knows it
	told  time.Time      // when
	next  catalog.Upload // as it is to know it
	safe  <-chan error   // yields when the store has made that durable; nil: nothing is on its way
	sums  *digester
}

// run receives the piece and gives the upload free, whatever happens.
func (r *receiving) run(ctx context.Context) (catalog.Upload, error) {
	err := r.receive(ctx)
	if r.kept.Process != "" {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
		defer cancel()
		free := r.kept
		free.Process = ""
		if putErr := r.put(ctx, free); putErr != nil { // the next one here goes on nevertheless, and others once this process has ended
			err = errors.Join(err, putErr)
		}
	}
	if err != nil {
		return r.kept, fmt.Errorf("receive upload %s: %w", r.kept.ID, err)
	}
	return r.kept, nil
}

func (r *receiving) put(ctx context.Context, u catalog.Upload) error {
	if err := r.in.putUpload(ctx, r.kept, u); err != nil {
		return err
	}
	r.kept, r.told = u, r.in.now()
	return nil
}

func (r *receiving) receive(ctx context.Context) error {
	var err error
	if r.sums, err = restoreDigester(r.kept.Sums); err != nil {
		return err
	}
	if r.kept.State == catalog.UploadWhole {
		return nil // of which a piece without bytes may come
	}
	whole := context.WithoutCancel(ctx) // what has come is kept, whoever loses patience
	w, err := r.in.bucket.Resume(whole, StagingKey(r.kept.ID), r.kept.Received, r.kept.Size)
	if archive.ReasonOf(err) == "unfinished-missing" {
		return r.adopt(whole)
	}
	if err != nil {
		return err
	}
	defer w.Close()
	if r.piece.Stop != nil {
		defer context.AfterFunc(ctx, r.piece.Stop)()
	}
	cut, err := r.copy(whole, w)
	if err != nil {
		return err
	}
	return r.settle(ctx, w, cut)
}

// copy writes the piece into the store, and returns how the body ended if not as it should.
func (r *receiving) copy(ctx context.Context, w *storage.Unfinished) (cut, err error) {
	defer r.sums.wait()
	buffers := [2][]byte{make([]byte, receiveBuffer), make([]byte, receiveBuffer)}
	for turn := 0; ; turn = 1 - turn { // the other is still being digested
		room := min(receiveBuffer, keepEvery-w.Offset()%keepEvery)
		buffer := buffers[turn][:room]
		n, readErr := r.piece.Body.Read(buffer)
		if int64(n) > r.kept.Size-w.Offset() {
			return nil, archive.Fail(archive.TooLarge, "upload-too-long", r.kept.Size)
		}
		if err := r.write(ctx, w, buffer[:n]); err != nil {
			return nil, err
		}
		if errors.Is(readErr, io.EOF) {
			return nil, nil
		}
		if readErr != nil {
			return readErr, nil
		}
	}
}

func (r *receiving) write(ctx context.Context, w *storage.Unfinished, p []byte) error {
	if _, err := w.Write(p); err != nil {
		return err
	}
	r.sums.begin(p, r.piece.Hash)
	if r.piece.Hash != nil || w.Offset() == r.kept.Size { // of a piece with a checksum nothing counts before all of it does
		return nil
	}
	return r.remember(ctx, w)
}

// remember has what has come made durable every now and then, and tells the catalogue once it is: of a quick line, without making it wait.
func (r *receiving) remember(ctx context.Context, w *storage.Unfinished) error {
	switch ahead := w.Offset() - r.kept.Received; {
	case r.safe != nil && (len(r.safe) > 0 || ahead >= keepMost):
		return r.tell(ctx)
	case r.safe != nil || ahead == 0:
		return nil
	case w.Offset()%keepEvery == 0:
		return r.save(w)
	case r.in.now().Sub(r.told) >= keepAfter:
		if err := r.save(w); err != nil {
			return err
		}
		return r.tell(ctx)
	}
	return nil
}

// save begins to make durable what was written so far.
func (r *receiving) save(w *storage.Unfinished) (err error) {
	r.next, err = r.standing(w)
	if err == nil {
		r.safe = w.FlushBehind()
	}
	return err
}

// tell tells the catalogue what is durable, once it is.
func (r *receiving) tell(ctx context.Context) error {
	err := <-r.safe
	r.safe = nil
	if err != nil {
		return err
	}
	return r.put(ctx, r.next)
}

// standing is the upload as it is with what was written so far.
func (r *receiving) standing(w *storage.Unfinished) (catalog.Upload, error) {
	u := r.kept
	u.Received, u.Expires = w.Offset(), r.in.now().UTC().Add(keptReceiving)
	var err error
	u.Sums, err = r.sums.state()
	return u, err
}

// keep makes durable what has come and gives the upload free.
func (r *receiving) keep(ctx context.Context, w *storage.Unfinished) error {
	if err := r.save(w); err != nil {
		return err
	}
	r.next.Process = ""
	return r.tell(ctx)
}

// settle ends the piece after its last byte.
func (r *receiving) settle(ctx context.Context, w *storage.Unfinished, cut error) error {
	lasting, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	switch {
	case r.piece.Hash != nil && cut != nil:
		return r.lost(ctx, cut)
	case r.piece.Hash != nil && !bytes.Equal(r.piece.Hash.Sum(nil), r.piece.Sum):
		return archive.Fail(archive.Invalid, "upload-checksum")
	case w.Offset() == r.kept.Size:
		if _, err := w.Commit(); err != nil {
			return err
		}
		return r.finish(lasting)
	}
	if err := r.keep(lasting, w); err != nil {
		return err
	}
	if cut != nil {
		return r.lost(ctx, cut)
	}
	return nil
}

// lost is the error of a piece that ended before its time.
func (r *receiving) lost(ctx context.Context, cut error) error {
	if errors.Is(context.Cause(ctx), errInterrupted) {
		return archive.Fail(archive.Busy, "upload-interrupted").Because(cut)
	}
	return archive.Fail(archive.Invalid, "upload-cut").Because(cut)
}

// finish records what the whole file is.
func (r *receiving) finish(ctx context.Context) error {
	in, u := r.in, r.kept
	kind, err := in.kindOf(ctx, StagingKey(u.ID), u.Name, u.Size)
	if err != nil {
		return err
	}
	scan, err := in.scan(ctx, StagingKey(u.ID))
	if err != nil {
		return err
	}
	digest, sha256 := r.sums.sums()
	now := in.now().UTC().Truncate(time.Microsecond)
	u.Received, u.Sums, u.State, u.Process, u.Expires = u.Size, "", catalog.UploadWhole, "", now.Add(keptWhole)
	u.File = catalog.UploadFile{Format: kind.Format, Type: kind.Type, Medium: kind.Medium, Problem: scan.problem(kind.Problem), Digest: digest, SHA256: sha256, At: now,
		Scan: string(scan.State), Found: scan.Detail}
	return r.put(ctx, u)
}

// kindOf says what a stored file is.
func (in *Ingest) kindOf(ctx context.Context, key storage.Key, name string, size int64) (Kind, error) {
	window := in.window(ctx, key)
	head, err := window(0, min(size, headSize))
	if err != nil {
		return Kind{}, fmt.Errorf("look into %s: %w", key, err)
	}
	kind, err := refine(Sniff(head, name), size, window)
	if err != nil {
		return Kind{}, fmt.Errorf("look into %s: %w", key, err)
	}
	return kind, nil
}

// adopt goes on where an earlier piece came to its end without telling the catalogue: then the object is there, whole. If it is not, the
// bytes are lost: Gone "upload-removed".
func (r *receiving) adopt(ctx context.Context) error {
	key := StagingKey(r.kept.ID)
	o, err := r.in.bucket.Head(ctx, key)
	switch {
	case archive.CodeOf(err) == archive.NotFound, err == nil && o.Size != r.kept.Size:
		r.in.log.Error("the bytes of an upload are gone", "upload", r.kept.ID, "received", r.kept.Received)
		gone := r.kept
		gone.State, gone.Process = catalog.UploadRemoved, ""
		return errors.Join(archive.Fail(archive.Gone, "upload-removed"), r.put(ctx, gone))
	case err != nil:
		return err
	}
	body, _, err := r.in.bucket.OpenRange(ctx, key, r.kept.Received, -1)
	if err != nil {
		return err
	}
	_, err = copyBytes(ctx, io.Discard, r.sums, source{Reader: body})
	if err = errors.Join(err, body.Close()); err != nil {
		return err
	}
	return r.finish(ctx)
}
