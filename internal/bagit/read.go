package bagit

import (
	"context"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"vannghe/internal/archive"
)

const (
	mostTags  = 64 << 20 // bytes of a manifest
	mostFiles = 1_000_000
)

// Bag is a bag whose lists were read and whose files are exactly those that they name. Make it with Open.
type Bag struct {
	root      *os.Root
	old       bool
	manifests map[string]listing // of the payload, by algorithm
	tags      map[string]listing
	files     map[string]int64 // every file of the bag: path → bytes
	Info      []Line
}

// Open reads the lists of the bag in a folder and compares them with the files that are there. The error is Invalid: "bag-invalid" with the name of the tag
// file that is not as RFC 8493 wants it, "bag-path" with a path that leads out of the bag or is no plain file, "bag-file-missing", "bag-file-extra" with the
// path, "bag-fetch" where files are to be fetched from elsewhere, which is never done. Close it.
func Open(folder string) (*Bag, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, invalid("bag-invalid", declaration).Because(err)
	}
	b := &Bag{root: root, manifests: map[string]listing{}, tags: map[string]listing{}, files: map[string]int64{}}
	if err := b.read(); err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return b, nil
}

// IsBag reports whether a folder says that it is a bag.
func IsBag(folder string) bool {
	info, err := os.Lstat(filepath.Join(folder, declaration))
	return err == nil && info.Mode().IsRegular()
}

// Close releases the folder.
func (b *Bag) Close() error { return b.root.Close() }

func (b *Bag) read() error {
	text, err := b.tag(declaration)
	if err != nil {
		return err
	}
	if b.old, err = parseDeclaration(text); err != nil {
		return err
	}
	if err := b.walk(); err != nil {
		return err
	}
	if _, there := b.files[fetchFile]; there {
		return invalid("bag-fetch")
	}
	for name := range b.files {
		if err := b.readManifest(name); err != nil {
			return err
		}
	}
	if len(b.manifests) == 0 {
		return invalid("bag-invalid", "manifest")
	}
	if _, there := b.files[infoFile]; there {
		if text, err = b.tag(infoFile); err != nil {
			return err
		}
		if b.Info, err = parseInfo(text); err != nil {
			return err
		}
	}
	return b.complete()
}

// tag reads a tag file.
func (b *Bag) tag(name string) ([]byte, error) {
	f, err := b.root.Open(name)
	if err != nil {
		return nil, invalid("bag-invalid", name).Because(err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostTags+1))
	if err != nil || len(text) > mostTags {
		return nil, invalid("bag-invalid", name).Because(err)
	}
	return text, nil
}

// walk lists the files of the bag. What is neither a folder nor a plain file, such as a link, is refused.
func (b *Bag) walk() error {
	return fs.WalkDir(b.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return archive.Fail(archive.Unavailable, "bag-unreadable", name).Because(err)
		}
		if d.IsDir() {
			return nil
		}
		info, err := d.Info()
		if err != nil || !d.Type().IsRegular() || !local(name) || len(b.files) == mostFiles {
			return invalid("bag-path", name).Because(err)
		}
		b.files[name] = info.Size()
		return nil
	})
}

func (b *Bag) readManifest(name string) error {
	into := b.manifests
	rest, ok := strings.CutPrefix(name, "manifest-")
	if !ok {
		into = b.tags
		rest, ok = strings.CutPrefix(name, "tagmanifest-")
	}
	algorithm, isText := strings.CutSuffix(rest, ".txt")
	if _, known := newHash(algorithm); !ok || !isText || !known {
		return nil
	}
	text, err := b.tag(name)
	if err != nil {
		return err
	}
	into[algorithm], err = parseManifest(name, text, algorithm, b.old)
	return err
}

// complete compares what the lists name with what is there: a payload file stands in every manifest (§3), a tag file that is named is there.
func (b *Bag) complete() error {
	for _, list := range b.manifests {
		for path := range list {
			if !strings.HasPrefix(path, payload) {
				return invalid("bag-path", path)
			}
			if _, there := b.files[path]; !there {
				return invalid("bag-file-missing", path)
			}
		}
	}
	for _, list := range b.tags {
		for path := range list {
			if _, there := b.files[path]; !there {
				return invalid("bag-file-missing", path)
			}
		}
	}
	for path := range b.files {
		if strings.HasPrefix(path, payload) && !b.listed(path) {
			return invalid("bag-file-extra", path)
		}
	}
	return b.checkOxum()
}

// listed reports whether every manifest names a payload file; the drafts before 1.0 were content with one.
func (b *Bag) listed(path string) bool {
	n := 0
	for _, list := range b.manifests {
		if list[path] != "" {
			n++
		}
	}
	return n == len(b.manifests) || b.old && n > 0
}

// checkOxum compares the bytes and files that bag-info.txt states.
func (b *Bag) checkOxum() error {
	var bytes, files int64
	for path, size := range b.files {
		if strings.HasPrefix(path, payload) {
			bytes += size
			files++
		}
	}
	for _, l := range b.Info {
		if strings.EqualFold(l.Label, "Payload-Oxum") && l.Value != fmt.Sprintf("%d.%d", bytes, files) {
			return invalid("bag-invalid", infoFile)
		}
	}
	return nil
}

// Verify reads every file that a list names and compares all its digests: Invalid "bag-file-changed" with the path.
func (b *Bag) Verify(ctx context.Context) error {
	for _, path := range b.named() {
		if err := b.verify(ctx, path); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bag) named() []string {
	seen := map[string]bool{}
	for _, lists := range []map[string]listing{b.tags, b.manifests} {
		for _, list := range lists {
			for path := range list {
				seen[path] = true
			}
		}
	}
	paths := make([]string, 0, len(seen))
	for p := range seen {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	return paths
}

func (b *Bag) verify(ctx context.Context, path string) error {
	f, err := b.root.Open(filepath.FromSlash(path))
	if err != nil {
		return invalid("bag-file-missing", path).Because(err)
	}
	defer f.Close()
	hashes := map[string]hash.Hash{}
	var all []io.Writer
	for algorithm := range b.wants(path) {
		h, _ := newHash(algorithm)
		hashes[algorithm] = h
		all = append(all, h)
	}
	if _, err := io.Copy(io.MultiWriter(all...), &stoppable{ctx, f}); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	for algorithm, want := range b.wants(path) {
		if sum(hashes[algorithm]) != want {
			return invalid("bag-file-changed", path)
		}
	}
	return nil
}

// wants returns the digests of a file, by algorithm.
func (b *Bag) wants(path string) map[string]string {
	all := map[string]string{}
	for _, lists := range []map[string]listing{b.tags, b.manifests} {
		for algorithm, list := range lists {
			if digest := list[path]; digest != "" {
				all[algorithm] = digest
			}
		}
	}
	return all
}

// stoppable is a reader that ends with its context.
type stoppable struct {
	ctx context.Context //nolint:containedctx // a Reader has no other way to be told
	io.Reader
}

func (s *stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.Reader.Read(p)
}

// Payload returns the paths of the payload, without "data/", in their order.
func (b *Bag) Payload() []string {
	var paths []string
	for path := range b.files {
		if rest, ok := strings.CutPrefix(path, payload); ok {
			paths = append(paths, rest)
		}
	}
	slices.Sort(paths)
	return paths
}

// Digest returns the SHA-512 that the bag names of a payload file, "" where it names none of that algorithm.
func (b *Bag) Digest(path string) string { return b.manifests["sha512"][payload+path] }

// OpenFile opens a payload file, to be closed by the caller. NotFound "bag-file-missing" with the path.
func (b *Bag) OpenFile(path string) (*os.File, error) {
	f, err := b.root.Open(filepath.FromSlash(payload + path))
	if err != nil {
		return nil, archive.Fail(archive.NotFound, "bag-file-missing", path).Because(err)
	}
	return f, nil
}

// ReadFile returns a payload file of at most limit bytes. NotFound "bag-file-missing", TooLarge "bag-file-large" with the path.
func (b *Bag) ReadFile(path string, limit int64) ([]byte, error) {
	f, err := b.OpenFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = archive.Fail(archive.TooLarge, "bag-file-large", path)
	}
	return text, err
}
