package ocfl

import (
	"context"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"vannghe/internal/archive"
	"vannghe/storage"
)

// Lying is an object as it lies in the store, before anything of it is read.
type Lying struct {
	Folder string           // below the root
	Sizes  map[string]int64 // of each file, by its path below the folder
}

// Lying yields every object as it lies, in the order of their places, from one listing of the store. After an error the sequence ends.
func (r *Root) Lying(ctx context.Context) iter.Seq2[Lying, error] {
	return func(yield func(Lying, error) bool) {
		var at Lying
		for o, err := range r.bucket.List(ctx, string(r.prefix)) {
			if err != nil {
				yield(Lying{}, fmt.Errorf("list the archive: %w", err))
				return
			}
			folder, within, ok := r.layout.object(r.relative(o.Key))
			if !ok {
				continue
			}
			if folder != at.Folder {
				if at.Folder != "" && !yield(at, nil) {
					return
				}
				at = Lying{Folder: folder, Sizes: map[string]int64{}}
			}
			at.Sizes[within] = o.Size
		}
		if at.Folder != "" {
			yield(at, nil)
		}
	}
}

// Begun reports whether any inventory lies there. Before the first does, there is content that somebody has put in its place, and no object.
func (l Lying) Begun() bool {
	for path := range l.Sizes {
		if strings.HasSuffix("/"+path, "/"+inventoryName) {
			return true
		}
	}
	return false
}

// unsettled reports whether something lies there that a writer who was stopped may have left: beyond the newest version, or without one.
func (l Lying) unsettled(head int) bool {
	for path := range l.Sizes {
		folder, _, _ := strings.Cut(path, "/")
		if versionNumber(folder) > head {
			return true
		}
	}
	return false
}

// Read returns the newest inventory of an object that lies in the store. What a writer who was stopped left there is finished or removed first, as
// Recover does: the caller is the only one who writes. Errors as Inventory.
func (r *Root) Read(ctx context.Context, l Lying) (*Inventory, error) {
	id, err := r.identify(ctx, l.Folder)
	if err != nil {
		return nil, err
	}
	inv, err := r.Inventory(ctx, id)
	if archive.CodeOf(err) == archive.NotFound || err == nil && l.unsettled(inv.HeadNumber()) {
		if err := r.Recover(ctx, id, Alone); err != nil {
			return nil, err
		}
		inv, err = r.Inventory(ctx, id)
	}
	return &inv, err
}

// Size returns how many bytes lie there of a file of the newest version; -1 when nothing does.
func (l Lying) Size(inv *Inventory, logicalPath string) int64 {
	f, ok := inv.File(logicalPath)
	if !ok {
		return -1
	}
	if size, there := l.Sizes[f.Content]; there {
		return size
	}
	return -1
}

// Document returns the bytes of a small file of the newest version, compared with its digest. NotFound "archive-file-missing"; Internal
// "object-damaged" when they are others.
func (r *Root) Document(ctx context.Context, inv *Inventory, logicalPath string) ([]byte, error) {
	key, err := r.KeyOf(inv, logicalPath)
	if err != nil {
		return nil, err
	}
	data, err := r.readWhole(ctx, key)
	if archive.CodeOf(err) == archive.NotFound {
		return nil, damaged(inv.ID, err)
	}
	if err != nil {
		return nil, err
	}
	f, _ := inv.File(logicalPath)
	if sum := sha512.Sum512(data); hex.EncodeToString(sum[:]) != string(f.Digest) {
		return nil, damaged(inv.ID, errors.New("the digest of "+logicalPath+" is another"))
	}
	return data, nil
}

func (r *Root) readWhole(ctx context.Context, key storage.Key) ([]byte, error) {
	body, _, err := r.bucket.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	data, err := io.ReadAll(body)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", key, err)
	}
	return data, nil
}
