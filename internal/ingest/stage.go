package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"vannghe/internal/archive"
	"vannghe/storage"
)

// stagingFolder holds uploads under way and files that are recorded but not yet in the archive of record. The name of an
// object in it is the id of its file, so that it is known to which row it belongs, or that it belongs to none.
const stagingFolder = "staging"

// StagingKey returns where the bytes of a file lie before they are archived.
func StagingKey(id archive.FileID) storage.Key { return storage.Key(stagingFolder).Join(string(id)) }

// Staged is a file in staging.
type Staged struct {
	Kind
	ID     archive.FileID // the file's from then on
	Key    storage.Key
	Name   string // as given, without folders, byte for byte
	Digest archive.Digest
	SHA256 string
	Scan   Scan      // what the virus scanner said
	Size   int64     // bytes
	At     time.Time // when its last byte had come

	placedIn archive.WorkID // in whose object it lies; "": in staging
}

// Stage reads r to its end into staging, computing both digests on the way, and says what it is by its content. Memory does
// not depend on the size. When it fails, nothing of the file stays. The errors are Invalid "name-invalid", "name-too-long",
// "file-empty", "file-unreadable" (r failed), TooLarge "file-too-large", and those of storage: Unavailable
// "storage-unavailable", "storage-full". A cancelled context gives its own error.
func (in *Ingest) Stage(ctx context.Context, name string, r io.Reader) (Staged, error) {
	base, err := BaseName(name)
	if err != nil {
		return Staged{}, err
	}
	return in.stage(ctx, base, source{Reader: r}, nil)
}

// source is what is staged.
type source struct {
	io.Reader
	about int64 // bytes it should have; 0 when that is not known
}

// fileSource is an open file, which may still grow.
func fileSource(f *os.File) source {
	info, err := f.Stat()
	if err != nil {
		return source{Reader: f}
	}
	return source{Reader: f, about: info.Size()}
}

// stage is Stage of a name without folders, in which "\" is a letter like any other; at, when there is one, says where else the bytes may go.
func (in *Ingest) stage(ctx context.Context, base string, r source, at *placing) (Staged, error) {
	if err := checkName(base); err != nil {
		return Staged{}, err
	}
	s := Staged{ID: archive.NewID[archive.FileID](), Name: base}
	s.Key = StagingKey(s.ID)
	if err := in.place(ctx, at, &s, r.about); err != nil {
		return Staged{}, err
	}
	head, err := in.receive(ctx, &s, r)
	if err != nil {
		if s.placedIn != "" { // the store may have it all the same
			in.discard(ctx, []EntryFile{{Staged: s}})
		}
		return Staged{}, err
	}
	s.At = in.now().UTC().Truncate(time.Microsecond)
	s.Kind, err = refine(Sniff(head, base), s.Size, in.window(ctx, s.Key))
	if err == nil {
		s.Scan, err = in.scan(ctx, s.Key)
	}
	s.Problem = s.Scan.problem(s.Problem)
	if err != nil {
		in.discard(ctx, []EntryFile{{Staged: s}})
		return Staged{}, fmt.Errorf("look into %s: %w", s.Key, err)
	}
	return s, nil
}

// receive stores r under s.Key and returns its beginning.
func (in *Ingest) receive(ctx context.Context, s *Staged, r source) ([]byte, error) {
	w, err := in.bucket.CreateAbout(ctx, s.Key, r.about)
	if err != nil {
		return nil, fmt.Errorf("stage: %w", err)
	}
	defer w.Abort()
	sum, head := newDigester(), &headWriter{}
	s.Size, err = copyBytes(ctx, io.MultiWriter(w, head), sum, source{io.LimitReader(r, in.maxBytes+1), r.about})
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, fmt.Errorf("stage: %w", err)
	case s.Size == 0:
		return nil, archive.Fail(archive.Invalid, "file-empty")
	case s.Size > in.maxBytes:
		return nil, archive.Fail(archive.TooLarge, "file-too-large", in.maxBytes)
	}
	s.Digest, s.SHA256 = sum.sums()
	if _, err := w.Commit(); err != nil {
		return nil, fmt.Errorf("stage: %w", err)
	}
	return head.b, nil
}

// window reads pieces of a stored object.
func (in *Ingest) window(ctx context.Context, key storage.Key) window {
	return func(offset, n int64) ([]byte, error) {
		r, _, err := in.bucket.OpenRange(ctx, key, offset, n)
		if err != nil {
			return nil, err
		}
		b, err := io.ReadAll(io.LimitReader(r, n))
		return b, errors.Join(err, r.Close())
	}
}

// discard removes staged bytes that no row will name. What cannot be removed now is an orphan for Sweep.
func (in *Ingest) discard(ctx context.Context, files []EntryFile) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	for _, f := range files {
		if f.Key == "" {
			continue
		}
		if err := in.bucket.Delete(ctx, f.Key); err != nil {
			in.log.Warn("staged bytes stay until the next sweep", "key", f.Key, "err", err)
			return
		}
	}
	in.forgetPlaced(ctx, files)
}

// headWriter keeps the beginning of what is written to it.
type headWriter struct {
	b []byte
}

func (h *headWriter) Write(p []byte) (int, error) {
	h.b = append(h.b, p[:min(len(p), headSize-len(h.b))]...)
	return len(p), nil
}
