// Package ocfl keeps the archive of record: an OCFL 1.1 storage root (ocfl.io/1.1/spec) on a storage bucket. One object holds
// everything of one thing, in versions that are never changed again; any OCFL tool reads it without this program.
//
// It writes one way only: sha512, layout 0004 (hashed n-tuples), unpadded versions v1, v2, …, content directory "content",
// a sha256 of every content file in the fixity block, an inventory in every version. It reads and validates more.
//
// One writer per object. S3 has no compare-and-swap, so the caller holds a lock for an object while it updates or recovers it,
// and hands in a Lock that tells whether it still does. Readers need no lock: what Inventory returns is always a whole version.
//
// It must not know what the objects mean, nor of the catalogue.
package ocfl

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"

	"vannghe/internal/archive"
	"vannghe/storage"
)

const (
	rootDeclaration = "0=ocfl_1.1"
	layoutFile      = "ocfl_layout.json"
	layoutName      = "0004-hashed-n-tuple-storage-layout"
	layoutConfig    = "extensions/" + layoutName + "/config.json"

	// smallFile bounds what is read into memory as one of the root's own documents.
	smallFile = 1 << 20
)

// Root is an OCFL storage root. Make it with Open; it is safe for concurrent use.
type Root struct {
	bucket *storage.Bucket
	prefix storage.Key
	layout layout
	pace   Pace // nil: as fast as can be
}

// layout is the configuration of extension 0004.
type layout struct {
	ExtensionName   string `json:"extensionName"`
	DigestAlgorithm string `json:"digestAlgorithm"`
	TupleSize       int    `json:"tupleSize"`
	NumberOfTuples  int    `json:"numberOfTuples"`
	ShortObjectRoot bool   `json:"shortObjectRoot"`
}

func ourLayout() layout {
	return layout{ExtensionName: layoutName, DigestAlgorithm: "sha256", TupleSize: 3, NumberOfTuples: 3}
}

// Open opens the storage root below prefix, making it where nothing lies there yet; a stop while it is being made is mended by
// the next Open. What lies there and is not such a root is Invalid "archive-foreign" with the prefix.
func Open(ctx context.Context, bucket *storage.Bucket, prefix storage.Key) (*Root, error) {
	if err := prefix.Validate(); err != nil {
		return nil, err
	}
	r := &Root{bucket: bucket, prefix: prefix, layout: ourLayout()}
	declared, err := r.declared(ctx)
	if err != nil {
		return nil, fmt.Errorf("look at the archive root: %w", err)
	}
	if declared {
		err = r.readLayout(ctx)
	} else {
		err = r.create(ctx)
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (r *Root) foreign(cause error) error {
	return archive.Fail(archive.Invalid, "archive-foreign", string(r.prefix)).Because(cause)
}

// declared reports whether the root says that it is one.
func (r *Root) declared(ctx context.Context) (bool, error) {
	text, err := r.readSmall(ctx, r.prefix.Join(rootDeclaration), smallFile)
	if archive.CodeOf(err) == archive.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if string(text) != rootDeclaration[2:]+"\n" {
		return false, r.foreign(errors.New("E080: the declaration says something else than its name"))
	}
	return true, nil
}

// create writes the root's own files, the declaration last.
func (r *Root) create(ctx context.Context) error {
	own := []string{layoutFile, layoutConfig}
	for o, err := range r.bucket.List(ctx, string(r.prefix)) {
		if err != nil {
			return err
		}
		if !slices.Contains(own, r.relative(o.Key)) {
			return r.foreign(fmt.Errorf("E069: no declaration, but there is %s", o.Key))
		}
	}
	config, err := encode(r.layout)
	if err != nil {
		return err
	}
	about, err := encode(map[string]string{"extension": layoutName,
		"description": "An object lies below three folders named by the first nine digits of the SHA-256 of its identifier, in a folder named by all of them."})
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		data []byte
	}{{layoutConfig, config}, {layoutFile, about}, {rootDeclaration, []byte(rootDeclaration[2:] + "\n")}} {
		if err := r.put(ctx, r.prefix.Join(f.name), f.data); err != nil {
			return fmt.Errorf("make the archive root: %w", err)
		}
	}
	return nil
}

func (r *Root) readLayout(ctx context.Context) error {
	var about struct {
		Extension string `json:"extension"`
	}
	if err := r.readJSON(ctx, layoutFile, &about); err != nil {
		return err
	}
	if about.Extension != layoutName {
		return r.foreign(fmt.Errorf("layout %q", about.Extension))
	}
	l := ourLayout() // the extension's defaults
	if err := r.readJSON(ctx, layoutConfig, &l); err != nil {
		return err
	}
	if err := l.check(); err != nil {
		return r.foreign(err)
	}
	r.layout = l
	return nil
}

func (r *Root) readJSON(ctx context.Context, name string, into any) error {
	data, err := r.readSmall(ctx, r.prefix.Join(name), smallFile)
	if archive.CodeOf(err) == archive.NotFound {
		return r.foreign(err)
	}
	if err != nil {
		return fmt.Errorf("read the archive root: %w", err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return r.foreign(fmt.Errorf("%s: %w", name, err))
	}
	return nil
}

func (l layout) check() error {
	size := map[string]int{"sha256": sha256.Size * 2, "sha512": sha512.Size * 2}[l.DigestAlgorithm]
	if size == 0 {
		return fmt.Errorf("layout with digest %q", l.DigestAlgorithm)
	}
	if (l.TupleSize == 0) != (l.NumberOfTuples == 0) || l.TupleSize < 0 || l.NumberOfTuples < 0 ||
		l.TupleSize > size || l.NumberOfTuples > size || l.TupleSize*l.NumberOfTuples > size ||
		l.ShortObjectRoot && l.TupleSize*l.NumberOfTuples == size {
		return fmt.Errorf("layout with %d tuples of %d", l.NumberOfTuples, l.TupleSize)
	}
	return nil
}

// folder returns the path of an object below the root (extension 0004).
func (l layout) folder(objectID string) string {
	var digest string
	if l.DigestAlgorithm == "sha512" {
		sum := sha512.Sum512([]byte(objectID))
		digest = hex.EncodeToString(sum[:])
	} else {
		sum := sha256.Sum256([]byte(objectID))
		digest = hex.EncodeToString(sum[:])
	}
	var elem []string
	rest := digest
	for range l.NumberOfTuples {
		elem = append(elem, rest[:l.TupleSize])
		rest = rest[l.TupleSize:]
	}
	if !l.ShortObjectRoot {
		rest = digest
	}
	return path.Join(append(elem, rest)...)
}

var hexadecimal = regexp.MustCompile(`^[0-9a-f]+$`)

// object cuts a path below the root into the object's folder and the path within, or reports false for what lies in none.
func (l layout) object(relative string) (folder, within string, ok bool) {
	parts := strings.SplitN(relative, "/", l.NumberOfTuples+2)
	if len(parts) != l.NumberOfTuples+2 {
		return "", "", false
	}
	for _, p := range parts[:l.NumberOfTuples+1] {
		if !hexadecimal.MatchString(p) {
			return "", "", false
		}
	}
	return path.Join(parts[:l.NumberOfTuples+1]...), parts[l.NumberOfTuples+1], true
}

// Folder returns the key below which an object lies, whether it is there or not.
func (r *Root) Folder(objectID string) storage.Key { return r.key(objectID) }

// key returns where the object lies.
func (r *Root) key(objectID string) storage.Key { return r.prefix.Join(r.layout.folder(objectID)) }

// relative returns key as a path below the root.
func (r *Root) relative(key storage.Key) string {
	return strings.TrimPrefix(string(key), string(r.prefix)+"/")
}

func (r *Root) put(ctx context.Context, key storage.Key, data []byte) error {
	_, err := r.bucket.Put(ctx, key, bytes.NewReader(data), int64(len(data)), storage.PutOptions{})
	return err
}

// readSmall reads a whole object of at most limit bytes; TooLarge "inventory-too-large" above.
func (r *Root) readSmall(ctx context.Context, key storage.Key, limit int64) ([]byte, error) {
	return readSmall(ctx, r.bucket, key, limit)
}

func readSmall(ctx context.Context, bucket *storage.Bucket, key storage.Key, limit int64) ([]byte, error) {
	body, o, err := bucket.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	if o.Size > limit {
		return nil, archive.Fail(archive.TooLarge, "inventory-too-large", o.Size)
	}
	data, err := io.ReadAll(io.LimitReader(body, limit))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", key, err)
	}
	return data, nil
}

// encode writes JSON for people: indented, nothing escaped that need not be.
func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return out.Bytes(), nil
}
