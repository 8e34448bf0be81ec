package ocfl

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/storage"
)

// Lock tells whether the caller still holds the object's lock: nil when it does, else the error with which the work stops. It is
// asked before every write. A writer that lost its lock can thus still finish the one write it is in, no more; the lock's
// term should be longer than that.
type Lock func(ctx context.Context) error

// Alone is the Lock of a program that is known to be the only one, such as a restore or a test.
func Alone(context.Context) error { return nil }

// VersionInfo says who made a version, when and why. All but UserAddress is required.
type VersionInfo struct {
	Created     time.Time
	Message     string
	UserName    string
	UserAddress string // a URI, such as mailto:… or urn:uuid:…
}

// Source is where the bytes of a file come from: FromKey or FromBytes.
type Source struct {
	key    storage.Key // "" when data are the bytes
	data   []byte
	size   int64
	digest string
	sha256 string
}

// FromKey is an object of the same bucket, typically a staged upload, with its size and digests as counted when it was stored. It
// is copied and stays where it is, until the caller deletes it.
func FromKey(key storage.Key, size int64, digest archive.Digest, sha256 string) Source {
	return Source{key: key, size: size, digest: string(digest), sha256: sha256}
}

// FromBytes is a small document, such as a description.
func FromBytes(data []byte) Source {
	long, short := sha512.Sum512(data), sha256.Sum256(data)
	return Source{data: data, size: int64(len(data)), digest: hex.EncodeToString(long[:]), sha256: hex.EncodeToString(short[:])}
}

func (s Source) check() error {
	if !archive.ValidDigest(s.digest) || !validHex(s.sha256, "sha256") || s.sha256 != strings.ToLower(s.sha256) || s.size < 0 {
		return fmt.Errorf("source %s: its digests or size are not known", s.key)
	}
	return nil
}

// Update prepares one new version of an object. Its state begins empty; Add, Keep, KeepAll and Remove change it in the order
// in which they are called. For one goroutine, and used once.
type Update struct {
	root     *Root
	id       string
	expected int
	held     Lock
	steps    []step
	sources  map[string]Source // by digest
	err      error             // the first wrong argument
}

// step changes the new state: logical path → digest. head is the version before.
type step func(state map[string]string, head map[string]string) error

// Update begins a new version of the object after version expectedHead; 0 creates the object. The caller holds the object's lock,
// and held tells whether it still does.
func (r *Root) Update(objectID string, expectedHead int, held Lock) *Update {
	return &Update{root: r, id: objectID, expected: expectedHead, held: held, sources: make(map[string]Source)}
}

// Add puts a file into the new version, in place of one of the same path. Bytes that the object holds already, in whichever
// version, are not stored again. A wrong argument is reported by Commit.
func (u *Update) Add(logicalPath string, source Source) {
	if err := errors.Join(checkLogical(logicalPath), source.check()); err != nil {
		u.err = errors.Join(u.err, err)
		return
	}
	if had, ok := u.sources[source.digest]; !ok || !strings.HasPrefix(string(had.key), string(u.root.versionFolder(u.id, u.expected+1))) {
		u.sources[source.digest] = source // else one that lies in its place already
	}
	u.steps = append(u.steps, func(state, _ map[string]string) error {
		state[logicalPath] = source.digest
		return nil
	})
}

// Keep carries a file of the version before into the new one. Commit answers NotFound "archive-file-missing" when there is none.
func (u *Update) Keep(logicalPath string) {
	u.steps = append(u.steps, func(state, head map[string]string) error {
		digest, ok := head[logicalPath]
		if !ok {
			return archive.Fail(archive.NotFound, "archive-file-missing", u.id, logicalPath)
		}
		state[logicalPath] = digest
		return nil
	})
}

// KeepAll carries every file of the version before into the new one.
func (u *Update) KeepAll() {
	u.steps = append(u.steps, func(state, head map[string]string) error {
		maps.Copy(state, head)
		return nil
	})
}

// Remove takes a file out of the new version; older versions keep it. That it is not there is no error.
func (u *Update) Remove(logicalPath string) {
	u.steps = append(u.steps, func(state, _ map[string]string) error {
		delete(state, logicalPath)
		return nil
	})
}

// Commit writes the version and returns the inventory that is then the newest. It first recovers what a stopped writer left.
// Conflict "version-conflict" with the id when the newest version is not the expected one. After any other error, also one
// that stops it in the middle, the object is as before or has the new version, whole: Recover says which.
func (u *Update) Commit(ctx context.Context, info VersionInfo) (Inventory, error) {
	inv, err := u.commit(ctx, info)
	if err != nil {
		return Inventory{}, fmt.Errorf("new version of %s: %w", u.id, err)
	}
	return *inv, nil
}

func (u *Update) commit(ctx context.Context, info VersionInfo) (*Inventory, error) {
	if err := u.checkArguments(info); err != nil {
		return nil, err
	}
	if err := u.root.Recover(ctx, u.id, u.held, u.keys()...); err != nil {
		return nil, err
	}
	head, _, err := u.root.inventory(ctx, u.id, u.root.key(u.id))
	if archive.CodeOf(err) == archive.NotFound {
		head, err = newInventory(u.id), nil
	}
	if err != nil {
		return nil, err
	}
	if err := u.checkHead(head); err != nil {
		return nil, err
	}
	p, err := u.plan(head, info)
	if err != nil {
		return nil, err
	}
	if err := p.write(ctx); err != nil {
		return nil, err
	}
	return p.inv, nil
}

func (u *Update) checkArguments(info VersionInfo) error {
	if u.err != nil {
		return u.err
	}
	if u.id == "" || u.held == nil || info.Created.IsZero() || info.Message == "" || info.UserName == "" {
		return errors.New("id, lock, time, message and user must be given")
	}
	return nil
}

func (u *Update) checkHead(head *Inventory) error {
	if head.HeadNumber() != u.expected {
		return archive.Fail(archive.Conflict, "version-conflict", u.id)
	}
	// Ours are never so; a foreign one would have to be carried on in its own manner.
	if head.DigestAlgorithm != ourAlgorithm || head.contentDirectory() != defaultContent || padded(head.Head) {
		return damaged(u.id, errors.New("not written by this program: it can be read, not updated"))
	}
	return nil
}

func newInventory(id string) *Inventory {
	return &Inventory{ID: id, DigestAlgorithm: ourAlgorithm}
}

// plan is a version that is about to be written.
type plan struct {
	update  *Update
	inv     *Inventory
	copies  map[string]Source // content path → source
	creates bool
}

func (u *Update) plan(head *Inventory, info VersionInfo) (*plan, error) {
	before := make(map[string]string)
	for _, f := range head.Files() {
		before[f.Logical] = string(f.Digest)
	}
	state := make(map[string]string)
	for _, s := range u.steps {
		if err := s(state, before); err != nil {
			return nil, err
		}
	}
	p := &plan{update: u, inv: head.clone(), copies: make(map[string]Source), creates: u.expected == 0}
	p.inv.Type = ourType
	p.inv.Head = versionName(u.expected + 1)
	if err := p.addState(state, info); err != nil {
		return nil, err
	}
	return p, nil
}

// clone copies what a plan changes. Digests become lowercase, as ours are.
func (inv *Inventory) clone() *Inventory {
	c := *inv
	c.Manifest = lower(inv.Manifest)
	c.Fixity = make(map[string]map[string][]string, len(inv.Fixity))
	for algorithm, block := range inv.Fixity {
		c.Fixity[algorithm] = lower(block)
	}
	c.Versions = make(map[string]Version, len(inv.Versions))
	for name, v := range inv.Versions {
		v.State = lower(v.State)
		c.Versions[name] = v
	}
	return &c
}

func lower(block map[string][]string) map[string][]string {
	out := make(map[string][]string, len(block))
	for digest, paths := range block {
		out[strings.ToLower(digest)] = slices.Clone(paths)
	}
	return out
}

func (p *plan) addState(state map[string]string, info VersionInfo) error {
	version := Version{
		Created: info.Created.UTC(),
		Message: info.Message,
		User:    &User{Name: info.UserName, Address: info.UserAddress},
		State:   make(map[string][]string),
	}
	logicals, contents := newTree(), newTree()
	for path := range p.inv.contentPaths() {
		contents.add(path)
	}
	for _, logical := range slices.Sorted(maps.Keys(state)) {
		if !logicals.add(logical) {
			return archive.Fail(archive.Invalid, "archive-path-invalid", logical)
		}
		digest := state[logical]
		version.State[digest] = append(version.State[digest], logical)
		if _, held := p.inv.Manifest[digest]; !held {
			p.addContent(logical, p.update.sources[digest], contents)
		}
	}
	p.inv.Versions[p.inv.Head] = version
	return nil
}

// addContent chooses where in the version the source's bytes go.
func (p *plan) addContent(logical string, source Source, taken *tree) {
	folder := p.inv.Head + "/" + defaultContent + "/"
	if there, ok := p.inPlace(source); ok && taken.add(there) {
		p.holds(there, source)
		return
	}
	content, ok := safePath(logical)
	key := p.update.root.key(p.inv.ID).Join(folder + content)
	if !ok || key.Validate() != nil || !taken.add(folder+content) {
		content = hashedPath(logical)
		taken.add(folder + content)
	}
	p.holds(folder+content, source)
}

// holds records that the version keeps the source's bytes there.
func (p *plan) holds(content string, source Source) {
	p.inv.Manifest[source.digest] = []string{content}
	if p.inv.Fixity["sha256"] == nil {
		p.inv.Fixity["sha256"] = make(map[string][]string)
	}
	p.inv.Fixity["sha256"][source.sha256] = append(p.inv.Fixity["sha256"][source.sha256], content)
	p.copies[content] = source
}
