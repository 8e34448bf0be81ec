package ocfl

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"vannghe/storage"
)

// Recover brings an object that a writer left in the middle back to a whole state: a version that was completely written and
// sealed becomes the newest, anything less of it is removed but what the caller wants kept for the next. Doing it again, or to a whole object, changes nothing. The
// caller holds the object's lock. Internal "object-damaged" with the id when what lies there cannot come from a stopped
// writer; then nothing is touched.
func (r *Root) Recover(ctx context.Context, objectID string, held Lock, keep ...storage.Key) error {
	c := &recovery{root: r, id: objectID, key: r.key(objectID), held: held, files: make(map[string]bool), keep: keep}
	if err := c.run(ctx); err != nil {
		return fmt.Errorf("recover %s: %w", objectID, err)
	}
	return nil
}

type recovery struct {
	root  *Root
	id    string
	key   storage.Key
	held  Lock
	files map[string]bool // relative to the object
	last  int             // highest version of which anything lies there
	keep  []storage.Key   // that are not removed
}

func (c *recovery) run(ctx context.Context) error {
	if err := c.look(ctx); err != nil {
		return err
	}
	if len(c.files) == 0 {
		return nil
	}
	if !c.files[inventoryName] {
		return c.finishCreation(ctx)
	}
	inv, data, err := c.root.inventory(ctx, c.id, c.key)
	if err != nil {
		return err
	}
	wrong, err := c.root.checkSidecarAt(ctx, c.key, data, inv.DigestAlgorithm)
	if err != nil {
		return err
	}
	if wrong != nil && inv.DigestAlgorithm == ourAlgorithm { // inventory has confirmed it by the version's own
		if err := c.root.putInventory(ctx, c.key, data, c.held); err != nil {
			return err
		}
	}
	return c.finishUpdate(ctx, inv)
}

func (c *recovery) look(ctx context.Context) error {
	for o, err := range c.root.bucket.List(ctx, string(c.key)) {
		if err != nil {
			return err
		}
		relative := strings.TrimPrefix(string(o.Key), string(c.key)+"/")
		c.files[relative] = true
		folder, _, _ := strings.Cut(relative, "/")
		c.last = max(c.last, versionNumber(folder))
	}
	return nil
}

// finishCreation deals with an object that no reader has seen yet.
func (c *recovery) finishCreation(ctx context.Context) error {
	for f := range c.files {
		if f != objectDeclaration && !strings.HasPrefix(f, versionName(1)+"/") {
			return damaged(c.id, fmt.Errorf("no root inventory, but there is %s", f))
		}
	}
	data, err := c.whole(ctx, nil)
	if err != nil {
		return err
	}
	if data == nil {
		return c.remove(ctx, c.key)
	}
	return c.root.promote(ctx, promotion{key: c.key, data: data, creates: true, held: c.held})
}

// finishUpdate deals with what lies beyond the newest version.
func (c *recovery) finishUpdate(ctx context.Context, inv *Inventory) error {
	head := inv.HeadNumber()
	if c.last <= head {
		return nil
	}
	if c.last > head+1 || inv.DigestAlgorithm != ourAlgorithm || padded(inv.Head) {
		return damaged(c.id, fmt.Errorf("version %d lies beyond the newest, %s", c.last, inv.Head))
	}
	data, err := c.whole(ctx, inv)
	if err != nil {
		return err
	}
	if data == nil {
		return c.remove(ctx, c.key.Join(versionName(head+1)))
	}
	return c.root.promote(ctx, promotion{key: c.key, data: data, held: c.held})
}

// whole returns the inventory of the version after before, nil unless the version is complete and valid to its last byte.
func (c *recovery) whole(ctx context.Context, before *Inventory) ([]byte, error) {
	name := versionName(1)
	if before != nil {
		name = versionName(before.HeadNumber() + 1)
	}
	if !c.files[name+"/"+inventoryName] || !c.files[name+"/"+sidecarName(ourAlgorithm)] {
		return nil, nil
	}
	data, err := c.root.readSmall(ctx, c.key.Join(name, inventoryName), inventoryMaxSize)
	if err != nil {
		return nil, err
	}
	if wrong, err := c.root.checkSidecarAt(ctx, c.key.Join(name), data, ourAlgorithm); err != nil || wrong != nil {
		return nil, err
	}
	inv, found := parse(data, name+"/"+inventoryName)
	if inv == nil || Invalid(found) || inv.ID != c.id || inv.Head != name || inv.DigestAlgorithm != ourAlgorithm {
		return nil, nil
	}
	if before != nil && !continues(inv, before) {
		return nil, nil
	}
	ok, err := c.contentWhole(ctx, inv)
	if err != nil || !ok {
		return nil, err
	}
	return data, nil
}

// continues reports whether every version of before has the same state in inv.
func continues(inv, before *Inventory) bool {
	p := &problems{}
	for name := range before.Versions {
		compareState(p, name, before, inv)
	}
	return len(p.found) == 0
}

// contentWhole reads what the version inv.Head brought and compares the digests.
func (c *recovery) contentWhole(ctx context.Context, inv *Inventory) (bool, error) {
	for content, digest := range inv.contentPaths() {
		if !strings.HasPrefix(content, inv.Head+"/") {
			continue
		}
		if !c.files[content] {
			return false, nil
		}
		got, err := hashObject(ctx, c.root.bucket, c.key.Join(content), []string{ourAlgorithm})
		if err != nil {
			return false, err
		}
		if !strings.EqualFold(got[ourAlgorithm], digest) {
			return false, nil
		}
	}
	return true, nil
}

// remove deletes a folder's objects one by one, asking for the lock each time; the sidecars and inventories go first, so that
// a stop in between leaves nothing that looks whole.
func (c *recovery) remove(ctx context.Context, folder storage.Key) error {
	var keys, sealed []storage.Key
	for o, err := range c.root.bucket.List(ctx, string(folder)) {
		if err != nil {
			return err
		}
		if name := string(o.Key[strings.LastIndexByte(string(o.Key), '/')+1:]); strings.HasPrefix(name, inventoryName) {
			sealed = append(sealed, o.Key)
		} else {
			keys = append(keys, o.Key)
		}
	}
	for _, key := range append(sealed, keys...) {
		if slices.Contains(c.keep, key) {
			continue
		}
		if err := c.held(ctx); err != nil {
			return fmt.Errorf("the lock is lost: %w", err)
		}
		if err := c.root.bucket.Delete(ctx, key); err != nil {
			return err
		}
	}
	return nil
}
