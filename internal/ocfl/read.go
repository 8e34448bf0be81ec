package ocfl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"vannghe/internal/archive"
	"vannghe/storage"
)

// Inventory returns the newest inventory of the object, checked against its sidecar and the specification. NotFound
// "archive-object-missing" when there is no such object, Internal "object-damaged" when there is no valid inventory, with the id.
// While an update is between its last two steps, it is the inventory of whichever version is whole.
func (r *Root) Inventory(ctx context.Context, objectID string) (Inventory, error) {
	inv, _, err := r.inventory(ctx, objectID, r.key(objectID))
	if err != nil {
		return Inventory{}, fmt.Errorf("inventory of %s: %w", objectID, err)
	}
	return *inv, nil
}

func missing(objectID string) error {
	return archive.Fail(archive.NotFound, "archive-object-missing", objectID)
}

func damaged(objectID string, cause error) error {
	return archive.Fail(archive.Internal, "object-damaged", objectID).Because(cause)
}

// inventory reads the root inventory of the object that lies at key; an empty objectID accepts any.
func (r *Root) inventory(ctx context.Context, objectID string, key storage.Key) (*Inventory, []byte, error) {
	data, err := r.readSmall(ctx, key.Join(inventoryName), inventoryMaxSize)
	if archive.CodeOf(err) == archive.NotFound {
		return nil, nil, missing(objectID)
	}
	if err != nil {
		return nil, nil, err
	}
	inv, err := parseStrict(data)
	if err != nil {
		return nil, nil, damaged(objectID, err)
	}
	if objectID != "" && inv.ID != objectID {
		return nil, nil, damaged(objectID, fmt.Errorf("the inventory is that of %q", inv.ID))
	}
	if err := r.confirm(ctx, key, data, inv); err != nil {
		return nil, nil, err
	}
	return inv, data, nil
}

// confirm checks data against the sidecar beside it or, when that is not the one, against the version's own inventory, which was
// written and sealed before: then an update is between its last two steps, or was stopped there.
func (r *Root) confirm(ctx context.Context, key storage.Key, data []byte, inv *Inventory) error {
	wrong, err := r.checkSidecarAt(ctx, key, data, inv.DigestAlgorithm)
	if err != nil || wrong == nil {
		return err
	}
	version := key.Join(inv.Head)
	same, err := r.readSmall(ctx, version.Join(inventoryName), inventoryMaxSize)
	if err != nil && archive.CodeOf(err) != archive.NotFound {
		return err
	}
	if err == nil && bytes.Equal(same, data) {
		if again, err := r.checkSidecarAt(ctx, version, data, inv.DigestAlgorithm); err != nil || again == nil {
			return err
		}
	}
	return damaged(inv.ID, errors.New(wrong.String()))
}

// checkSidecarAt compares data with the sidecar in folder.
func (r *Root) checkSidecarAt(ctx context.Context, folder storage.Key, data []byte, algorithm string) (*Problem, error) {
	text, err := r.readSmall(ctx, folder.Join(sidecarName(algorithm)), smallFile)
	if archive.CodeOf(err) == archive.NotFound {
		return &Problem{Code: "E058", Detail: "the inventory has no sidecar"}, nil
	}
	if err != nil {
		return nil, err
	}
	return checkSidecar(text, data, algorithm), nil
}

// ContentKey returns where the bytes of the newest version's file lie: an object that never changes. NotFound
// "archive-object-missing" or "archive-file-missing" with id and path.
func (r *Root) ContentKey(ctx context.Context, objectID, logicalPath string) (storage.Key, error) {
	inv, err := r.Inventory(ctx, objectID)
	if err != nil {
		return "", err
	}
	return r.KeyOf(&inv, logicalPath)
}

// KeyOf is ContentKey for an inventory that the caller has already.
func (r *Root) KeyOf(inv *Inventory, logicalPath string) (storage.Key, error) {
	f, ok := inv.File(logicalPath)
	if !ok || f.Content == "" {
		return "", archive.Fail(archive.NotFound, "archive-file-missing", inv.ID, logicalPath)
	}
	return r.key(inv.ID).Join(f.Content), nil
}

// Open returns the bytes of the newest version's file, to be closed by the caller. They are not compared with the digest:
// that is what Validate does.
func (r *Root) Open(ctx context.Context, objectID, logicalPath string) (io.ReadCloser, storage.Object, error) {
	key, err := r.ContentKey(ctx, objectID, logicalPath)
	if err != nil {
		return nil, storage.Object{}, err
	}
	return r.bucket.Open(ctx, key)
}

// Objects yields the id of every object, in the order of their places. An object of which no id can be read is yielded as "" with
// an error that names its place, and the sequence goes on; after an error of the store it ends.
func (r *Root) Objects(ctx context.Context) iter.Seq2[string, error] {
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
			if id, err := r.identify(ctx, folder); !yield(id, err) || archive.CodeOf(err) == archive.Unavailable {
				return
			}
		}
	}
}

// identify reads the id of the object in folder, also of one whose creation was stopped after its version was sealed.
func (r *Root) identify(ctx context.Context, folder string) (string, error) {
	inv, _, err := r.inventory(ctx, "", r.prefix.Join(folder))
	if archive.CodeOf(err) == archive.NotFound {
		inv, _, err = r.inventory(ctx, "", r.prefix.Join(folder, versionName(1)))
	}
	if err == nil && r.layout.folder(inv.ID) != folder {
		err = damaged(inv.ID, errors.New("the object lies where another belongs"))
	}
	if err != nil {
		return "", fmt.Errorf("object in %s: %w", folder, err)
	}
	return inv.ID, nil
}
