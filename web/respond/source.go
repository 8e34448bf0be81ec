package respond

import (
	"context"
	"errors"
	"fmt"
	"io"

	"vannghe/internal/archive"
	"vannghe/storage"
)

// Stored returns an Object.Open for the object under key: the local file itself where the store has one, a ranged read
// elsewhere. An object that is recorded and not there is Internal "object-lost": the fault is ours, and the log must say so.
func Stored(b *storage.Bucket, key storage.Key) func(ctx context.Context, offset, length int64) (io.ReadCloser, error) {
	return func(ctx context.Context, offset, length int64) (io.ReadCloser, error) {
		r, err := open(ctx, b, key, storage.Span{Offset: offset, Length: length})
		if code := archive.CodeOf(err); code == archive.NotFound || code == archive.Invalid {
			return nil, archive.Fail(archive.Internal, "object-lost").Because(err)
		}
		return r, err
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
