package preserve

import (
	"context"
	"crypto/sha512"
	"encoding/hex"
	"fmt"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/ocfl"
	"vannghe/storage"
)

// revision is what the newest version of an object is to hold.
type revision struct {
	object   string
	document []byte
	files    []archive.File // staged, or in another object; what the object holds already stays
	message  string
}

// write makes r the newest version of its object, unless it is that already, and returns the inventory. What a writer that
// was stopped left there is finished or removed first.
func (p *Preserve) write(ctx context.Context, lock *catalog.ObjectLock, r revision) (*ocfl.Inventory, error) {
	if err := p.root.Recover(ctx, r.object, lock.Check, keysOf(r.files)...); err != nil {
		return nil, err
	}
	head, err := p.root.Inventory(ctx, r.object)
	if err != nil && archive.CodeOf(err) != archive.NotFound {
		return nil, err
	}
	if r.held(&head) {
		return &head, nil
	}
	u := p.root.Update(r.object, head.HeadNumber(), lock.Check)
	u.KeepAll()
	u.Add(documentName, ocfl.FromBytes(r.document))
	for _, f := range r.files {
		u.Add(contentPath(f), ocfl.FromKey(storage.Key(f.Key), f.Size, f.Digest, f.SHA256))
	}
	inv, err := u.Commit(ctx, ocfl.VersionInfo{Created: p.now().UTC(), Message: r.message, UserName: "vannghe",
		UserAddress: ObjectID("program", "vannghe")})
	if err != nil {
		return nil, fmt.Errorf("write the archive of record: %w", err)
	}
	return &inv, nil
}

// held reports whether the newest version is r: a run before this one got so far.
func (r revision) held(head *ocfl.Inventory) bool {
	sum := sha512.Sum512(r.document)
	doc, ok := head.File(documentName)
	if !ok || string(doc.Digest) != hex.EncodeToString(sum[:]) {
		return false
	}
	for _, f := range r.files {
		if there, ok := head.File(contentPath(f)); !ok || there.Digest != f.Digest {
			return false
		}
	}
	return true
}
