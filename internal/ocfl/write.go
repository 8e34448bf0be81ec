package ocfl

import (
	"context"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/storage"
)

const objectDeclaration = "0=ocfl_object_1.1"

// abandonWithin bounds the removal of what a failed update has written.
const abandonWithin = 30 * time.Second

// write writes the version in the order from which Recover can always go on: content, the version's inventory, its sidecar,
// and only then what readers look at: the declaration of a new object, the root inventory, the root sidecar.
func (p *plan) write(ctx context.Context) error {
	data, err := encode(p.inv)
	if err != nil {
		return err
	}
	key := p.update.root.key(p.inv.ID)
	if err := p.writeVersion(ctx, key.Join(p.inv.Head), data); err != nil {
		return errors.Join(err, p.abandon(ctx, key.Join(p.inv.Head)))
	}
	return p.update.root.promote(ctx, promotion{key: key, data: data, creates: p.creates, held: p.update.held})
}

func (p *plan) writeVersion(ctx context.Context, version storage.Key, data []byte) error {
	for _, content := range slices.Sorted(maps.Keys(p.copies)) {
		if err := p.update.held(ctx); err != nil {
			return fmt.Errorf("the lock is lost: %w", err)
		}
		if err := p.copyContent(ctx, content); err != nil {
			return fmt.Errorf("store %s: %w", content, err)
		}
	}
	return p.update.root.putInventory(ctx, version, data, p.update.held)
}

// abandon removes what writeVersion wrote, but no source, so that a disk that ran full is not left so. A later Recover does the same.
func (p *plan) abandon(ctx context.Context, version storage.Key) error {
	if p.update.held(ctx) != nil {
		return nil // who lost the lock removes nothing: another may be writing there
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), abandonWithin)
	defer cancel()
	c := &recovery{root: p.update.root, held: p.update.held, keep: p.update.keys()}
	return c.remove(ctx, version)
}

func (p *plan) copyContent(ctx context.Context, content string) error {
	r, source := p.update.root, p.copies[content]
	to := r.key(p.inv.ID).Join(content)
	switch {
	case source.key == "":
		return r.put(ctx, to, source.data)
	case source.key == to:
		return r.settled(ctx, source)
	case strings.HasPrefix(string(source.key), string(r.prefix)+"/"):
		return r.copyBytes(ctx, source, to)
	default:
		return r.copyWhole(ctx, source, to)
	}
}

// copyWhole lets the store copy. The digests were counted when the source was stored, and the store answers for its copy; reading
// gigabytes back over the network would double the cost of every accession. What can be had for nothing is compared: the size.
// On disk the copy is a second name for the same bytes until the staged one is deleted; none remains in the archive (E090).
func (r *Root) copyWhole(ctx context.Context, source Source, to storage.Key) error {
	if err := r.bucket.Copy(ctx, source.key, to); err != nil {
		return err
	}
	o, err := r.bucket.Head(ctx, to)
	if err != nil {
		return err
	}
	if o.Size != source.size {
		return archive.Fail(archive.Internal, "original-changed", string(source.key)).Because(
			fmt.Errorf("%d bytes, not %d", o.Size, source.size))
	}
	return nil
}

// copyBytes copies from within the archive, where two names for the same bytes must not be, through this process.
func (r *Root) copyBytes(ctx context.Context, source Source, to storage.Key) error {
	body, o, err := r.bucket.Open(ctx, source.key)
	if err != nil {
		return err
	}
	defer body.Close()
	sum := sha512.New()
	if _, err := r.bucket.Put(ctx, to, io.TeeReader(body, sum), o.Size, storage.PutOptions{}); err != nil {
		return err
	}
	if hex.EncodeToString(sum.Sum(nil)) != source.digest {
		return archive.Fail(archive.Internal, "original-changed", string(source.key))
	}
	return nil
}

// putInventory writes an inventory, then its sidecar.
func (r *Root) putInventory(ctx context.Context, folder storage.Key, data []byte, held Lock) error {
	sum := sha512.Sum512(data)
	for _, f := range []struct {
		name string
		data []byte
	}{{inventoryName, data}, {sidecarName(ourAlgorithm), sidecar(hex.EncodeToString(sum[:]))}} {
		if err := held(ctx); err != nil {
			return fmt.Errorf("the lock is lost: %w", err)
		}
		if err := r.put(ctx, folder.Join(f.name), f.data); err != nil {
			return err
		}
	}
	return nil
}

// promotion makes a sealed version the newest.
type promotion struct {
	key     storage.Key // of the object
	data    []byte      // the inventory
	creates bool
	held    Lock
}

func (r *Root) promote(ctx context.Context, p promotion) error {
	if p.creates {
		if err := p.held(ctx); err != nil {
			return fmt.Errorf("the lock is lost: %w", err)
		}
		if err := r.put(ctx, p.key.Join(objectDeclaration), []byte(objectDeclaration[2:]+"\n")); err != nil {
			return err
		}
	}
	return r.putInventory(ctx, p.key, p.data, p.held)
}
