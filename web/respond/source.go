package respond

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"vannghe/internal/archive"
	"vannghe/storage"
	"vannghe/storage/blockcache"
)

// Shelf is where derivatives are read from. A nil Cache is none: the store itself is near.
type Shelf struct {
	Bucket *storage.Bucket
	Cache  *blockcache.Cache
}

// Stored is Stored of a derivative of a work, by way of the cache. tag changes whenever the bytes under key do; size is that of the whole.
func (s Shelf) Stored(work archive.WorkID, key storage.Key, tag string, size int64) func(ctx context.Context, offset, length int64) (io.ReadCloser, error) {
	if s.Cache == nil {
		return Stored(s.Bucket, key)
	}
	o := blockcache.Object{Key: key, Tag: tag, Size: size, Group: string(work)}
	return func(ctx context.Context, offset, length int64) (io.ReadCloser, error) {
		r, err := s.Cache.Open(ctx, o, offset, length)
		if err != nil {
			return nil, lost(err)
		}
		return r, nil
	}
}

// Near opens a derivative that lies in a file of this machine, for who reads of it often; nil where it does not, or where it is read by way of the
// cache. The caller closes it.
func (s Shelf) Near(ctx context.Context, key storage.Key) (*os.File, error) {
	if s.Cache != nil {
		return nil, nil
	}
	f, local, err := s.Bucket.File(ctx, key)
	if err != nil {
		return nil, lost(err)
	}
	if !local {
		return nil, nil
	}
	return f, nil
}

// lost is the error of an object that is recorded: when it is not there the fault is ours, and the log must say so.
func lost(err error) error {
	if code := archive.CodeOf(err); code == archive.NotFound || code == archive.Invalid {
		return archive.Fail(archive.Internal, "object-lost").Because(err)
	}
	return err
}

// Stored returns an Object.Open for the object under key: the local file itself where the store has one, a ranged read
// elsewhere. An object that is recorded and not there is Internal "object-lost".
func Stored(b *storage.Bucket, key storage.Key) func(ctx context.Context, offset, length int64) (io.ReadCloser, error) {
	return func(ctx context.Context, offset, length int64) (io.ReadCloser, error) {
		r, err := open(ctx, b, key, storage.Span{Offset: offset, Length: length})
		return r, lost(err)
	}
}

func open(ctx context.Context, b *storage.Bucket, key storage.Key, span storage.Span) (io.ReadCloser, error) {
	f, local, err := b.File(ctx, key)
	if err != nil {
		return nil, err
	}
	if !local {
		r, _, err := b.OpenRange(ctx, key, span.Offset, span.Length)
		return r, err
	}
	if _, err := f.Seek(span.Offset, io.SeekStart); err != nil {
		return nil, errors.Join(fmt.Errorf("seek in %s: %w", key, err), f.Close())
	}
	return f, nil
}
