package ocfl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"

	"vannghe/storage"
)

// Pace is asked before so many more bytes are read, and waits until they may be; its error ends the reading.
type Pace func(ctx context.Context, n int) error

// Paced returns the same root, whose Validate reads content no faster than pace lets it.
func (r *Root) Paced(pace Pace) *Root {
	paced := *r
	paced.pace = pace
	return &paced
}

type pacedReader struct {
	io.Reader
	ctx  context.Context //nolint:containedctx // a Reader has no other way to be told
	pace Pace
}

func (p *pacedReader) Read(b []byte) (int, error) {
	const most = 1 << 20
	if len(b) > most {
		b = b[:most]
	}
	if err := p.pace(p.ctx, len(b)); err != nil {
		return 0, err
	}
	return p.Reader.Read(b)
}

// Look opens a storage root that is there already, for reading: it never makes or changes anything. Where there is none the error is Invalid
// "archive-foreign" with the prefix.
func Look(ctx context.Context, bucket *storage.Bucket, prefix storage.Key) (*Root, error) {
	r := &Root{bucket: bucket, prefix: prefix, layout: ourLayout()}
	declared, err := r.declared(ctx)
	if err != nil {
		return nil, fmt.Errorf("look at the archive root: %w", err)
	}
	if !declared {
		return nil, r.foreign(errors.New("there is no declaration"))
	}
	return r, r.readLayout(ctx)
}

// Place returns the folder of an object, relative to the root, whether or not it is there.
func (r *Root) Place(objectID string) string { return r.layout.folder(objectID) }

// Key returns where a file of the object lies, by its path in the object such as "v1/content/…" or "inventory.json".
func (r *Root) Key(objectID, within string) storage.Key { return r.key(objectID).Join(within) }

// Places yields the folder of every object in the order of the keys, without looking into any. After an error of the store it ends.
func (r *Root) Places(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		last := ""
		for o, err := range r.bucket.List(ctx, string(r.prefix)) {
			if err != nil {
				yield("", fmt.Errorf("list the archive: %w", err))
				return
			}
			folder, _, ok := r.layout.object(r.relative(o.Key))
			if !ok || folder == last {
				continue
			}
			last = folder
			if !yield(folder, nil) {
				return
			}
		}
	}
}

// Identify returns the id of the object in a folder that Places yielded. Internal "object-damaged" when none can be read.
func (r *Root) Identify(ctx context.Context, place string) (string, error) {
	return r.identify(ctx, place)
}

// SafeName makes of a file's name one that every file system takes and that is that of no other name, as content paths are made.
func SafeName(name string) string {
	if safe, ok := safePath(LogicalName(name)); ok {
		return path.Base(safe)
	}
	return hashedPath(name)
}
