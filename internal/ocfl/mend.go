package ocfl

import (
	"bytes"
	"context"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"

	"vannghe/internal/archive"
	"vannghe/storage"
)

// Mend puts the bytes that a file of the object had back in place, from another copy of the archive, and reports whether it could: only bytes that
// what is whole of this object vouches for are written, and nothing else ever is. path is relative to the object. The caller
// holds the object's lock, and has found the file damaged or missing. The error is one of a store.
func (r *Root) Mend(ctx context.Context, other *Root, objectID, path string, held Lock) (bool, error) {
	m := &mending{root: r, other: other, id: objectID, held: held}
	done, err := m.mend(ctx, path)
	if err != nil {
		return false, fmt.Errorf("mend %s of %s: %w", path, objectID, err)
	}
	return done, nil
}

type mending struct {
	root, other *Root // other: nil when there is none
	id          string
	held        Lock
}

func (m *mending) mend(ctx context.Context, path string) (bool, error) {
	folder, name := "", path
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		folder, name = path[:i+1], path[i+1:]
	}
	inSeal := folder == "" || versionNumber(strings.TrimSuffix(folder, "/")) > 0
	switch {
	case folder == "" && name == objectDeclaration:
		return true, m.put(ctx, path, []byte(objectDeclaration[2:]+"\n"))
	case inSeal && name == inventoryName:
		return m.mendInventory(ctx, folder)
	case inSeal && name == sidecarName(ourAlgorithm):
		return m.mendSidecar(ctx, folder)
	default:
		return m.mendContent(ctx, path)
	}
}

func (m *mending) put(ctx context.Context, path string, data []byte) error {
	if err := m.held(ctx); err != nil {
		return fmt.Errorf("the lock is lost: %w", err)
	}
	return m.root.put(ctx, m.root.Key(m.id, path), data)
}

// read returns a small file of the object in a root, nothing when it is not there.
func (m *mending) read(ctx context.Context, r *Root, path string) ([]byte, error) {
	if r == nil {
		return nil, nil
	}
	data, err := r.readSmall(ctx, r.Key(m.id, path), inventoryMaxSize)
	if code := archive.CodeOf(err); code == archive.NotFound || code == archive.TooLarge {
		return nil, nil
	}
	return data, err
}

// sealed is an inventory with its sidecar.
type sealed struct{ inventory, sidecar []byte }

// whole returns the inventory when it is valid, of this object, and the sidecar's.
func (m *mending) whole(s sealed) *Inventory {
	inv, err := parseStrict(s.inventory)
	if err != nil || inv.ID != m.id || checkSidecar(s.sidecar, s.inventory, inv.DigestAlgorithm) != nil {
		return nil
	}
	return inv
}

func (m *mending) seal(ctx context.Context, r *Root, folder string) (sealed, error) {
	inventory, err := m.read(ctx, r, folder+inventoryName)
	if err != nil {
		return sealed{}, err
	}
	side, err := m.read(ctx, r, folder+sidecarName(ourAlgorithm))
	return sealed{inventory, side}, err
}

// twins are the sealed inventories that may say what the one in folder was: the other in this object, then those of the other copy.
func (m *mending) twins(ctx context.Context, folder string) ([]sealed, error) {
	var places []string
	newest, err := m.newest(ctx)
	if err != nil {
		return nil, err
	}
	switch folder {
	case "":
		places = []string{newest}
	case newest:
		places = []string{""}
	}
	var found []sealed
	for _, place := range places {
		s, err := m.seal(ctx, m.root, place)
		if err != nil {
			return nil, err
		}
		found = append(found, s)
	}
	if m.other == nil {
		return found, nil
	}
	s, err := m.seal(ctx, m.other, folder)
	return append(found, s), err
}

// newest is the folder of the newest version that lies here, with its "/".
func (m *mending) newest(ctx context.Context) (string, error) {
	last := 0
	for o, err := range m.root.bucket.List(ctx, string(m.root.key(m.id))) {
		if err != nil {
			return "", err
		}
		folder, _, _ := strings.Cut(strings.TrimPrefix(string(o.Key), string(m.root.key(m.id))+"/"), "/")
		last = max(last, versionNumber(folder))
	}
	return versionName(last) + "/", nil
}

// mendInventory takes an inventory that this one's sidecar seals or, when that is damaged too, one that is sealed elsewhere and is of the
// version that this one must be.
func (m *mending) mendInventory(ctx context.Context, folder string) (bool, error) {
	here, err := m.seal(ctx, m.root, folder)
	if err != nil {
		return false, err
	}
	twins, err := m.twins(ctx, folder)
	if err != nil {
		return false, err
	}
	head, err := m.headOf(ctx, folder)
	if err != nil {
		return false, err
	}
	for _, twin := range twins {
		if m.whole(sealed{twin.inventory, here.sidecar}) != nil {
			return true, m.put(ctx, folder+inventoryName, twin.inventory)
		}
	}
	for _, twin := range twins {
		inv := m.whole(twin)
		if inv == nil || inv.Head != head {
			continue
		}
		if err := m.put(ctx, folder+inventoryName, twin.inventory); err != nil {
			return false, err
		}
		return true, m.put(ctx, folder+sidecarName(ourAlgorithm), twin.sidecar)
	}
	return false, nil
}

// headOf is the version whose inventory belongs into folder.
func (m *mending) headOf(ctx context.Context, folder string) (string, error) {
	if folder != "" {
		return strings.TrimSuffix(folder, "/"), nil
	}
	newest, err := m.newest(ctx)
	return strings.TrimSuffix(newest, "/"), err
}

// mendSidecar writes the sidecar of an inventory that is the same elsewhere, sealed.
func (m *mending) mendSidecar(ctx context.Context, folder string) (bool, error) {
	here, err := m.seal(ctx, m.root, folder)
	if err != nil {
		return false, err
	}
	twins, err := m.twins(ctx, folder)
	if err != nil {
		return false, err
	}
	for _, twin := range twins {
		if bytes.Equal(twin.inventory, here.inventory) && m.whole(twin) != nil {
			return true, m.put(ctx, folder+sidecarName(ourAlgorithm), twin.sidecar)
		}
	}
	return false, nil
}

// errOtherBytes ends a copy whose bytes are not the ones that belong there, before they become visible.
var errOtherBytes = errors.New("other bytes than the inventory names")

// mendContent copies a content file whose digests are those that the inventory here names.
func (m *mending) mendContent(ctx context.Context, path string) (bool, error) {
	if m.other == nil {
		return false, nil
	}
	inv, _, err := m.root.inventory(ctx, m.id, m.root.key(m.id))
	if err != nil {
		return false, ignoreDamage(err)
	}
	want := ""
	for content, digest := range inv.contentPaths() {
		if content == path {
			want = digest
		}
	}
	if want == "" || inv.DigestAlgorithm != ourAlgorithm {
		return false, nil
	}
	return m.copyChecked(ctx, path, want)
}

func ignoreDamage(err error) error {
	if code := archive.CodeOf(err); code == archive.NotFound || code == archive.Internal {
		return nil
	}
	return err
}

func (m *mending) copyChecked(ctx context.Context, path, want string) (bool, error) {
	body, o, err := m.other.bucket.Open(ctx, m.other.Key(m.id, path))
	if archive.CodeOf(err) == archive.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer body.Close()
	if err := m.held(ctx); err != nil {
		return false, fmt.Errorf("the lock is lost: %w", err)
	}
	checked := &checkedReader{Reader: body, sum: sha512.New(), want: want}
	_, err = m.root.bucket.Put(ctx, m.root.Key(m.id, path), checked, o.Size, storage.PutOptions{})
	if errors.Is(err, errOtherBytes) {
		return false, nil
	}
	return err == nil, err
}

// checkedReader fails instead of ending when what was read is not what was wanted: a Bucket then keeps nothing of it.
type checkedReader struct {
	io.Reader
	sum  hash.Hash
	want string
}

func (c *checkedReader) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.sum.Write(b[:n])
	if errors.Is(err, io.EOF) && !strings.EqualFold(hex.EncodeToString(c.sum.Sum(nil)), c.want) {
		return n, errOtherBytes
	}
	return n, err
}

// Bring copies an object that is not here at all from another copy of the archive, where it is valid to its last byte, in the order in which a new one is
// written. It reports false, and copies nothing, when it is not there or not valid. Stopped in between it leaves an object without its root
// inventory, which Mend completes. The caller holds the object's lock.
func (r *Root) Bring(ctx context.Context, other *Root, objectID string, held Lock) (bool, error) {
	found, err := other.Validate(ctx, objectID, Fixity)
	if err != nil || Invalid(found) {
		return false, err
	}
	m := &mending{root: r, other: other, id: objectID, held: held}
	inv, _, err := other.inventory(ctx, objectID, other.key(objectID))
	if err != nil {
		return false, ignoreDamage(err)
	}
	for path, digest := range inv.contentPaths() {
		if ok, err := m.copyChecked(ctx, path, digest); err != nil || !ok {
			return false, errors.Join(err, r.bucket.DeletePrefix(context.WithoutCancel(ctx), string(r.key(objectID))))
		}
	}
	return true, m.bringSeals(ctx, inv)
}

// bringSeals copies the inventories, oldest first, and the root's last.
func (m *mending) bringSeals(ctx context.Context, inv *Inventory) error {
	var folders []string
	for name := range inv.Versions {
		folders = append(folders, name+"/")
	}
	slices.SortFunc(folders, func(a, b string) int {
		return versionNumber(strings.TrimSuffix(a, "/")) - versionNumber(strings.TrimSuffix(b, "/"))
	})
	for _, folder := range append(folders, "") {
		s, err := m.seal(ctx, m.other, folder)
		if err != nil {
			return err
		}
		if folder == "" {
			if err := m.put(ctx, objectDeclaration, []byte(objectDeclaration[2:]+"\n")); err != nil {
				return err
			}
		}
		if err := errors.Join(m.put(ctx, folder+inventoryName, s.inventory), m.put(ctx, folder+sidecarName(ourAlgorithm), s.sidecar)); err != nil {
			return err
		}
	}
	return nil
}
