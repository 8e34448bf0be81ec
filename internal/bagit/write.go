package bagit

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"vannghe/internal/archive"
)

// Line is a line of bag-info.txt (§2.2.2).
type Line struct{ Label, Value string }

// Writer makes a bag, with manifests of SHA-512 and SHA-256. Until Close it lies beside its place, in a folder whose name ends in ".partial", so that what was stopped is
// never taken for a bag; the next Create removes that. For one goroutine.
type Writer struct {
	final  string
	folder string               // until Close
	digest [2]map[string]string // sha512, sha256: path → digest
	bytes  int64
	files  int
}

// Create begins a bag in a folder that is not there yet: Conflict "bag-exists" with its name.
func Create(folder string) (*Writer, error) {
	if err := os.MkdirAll(filepath.Dir(folder), 0o750); err != nil {
		return nil, archive.Fail(archive.Unavailable, "bag-unwritable", folder).Because(err)
	}
	if _, err := os.Lstat(folder); err == nil {
		return nil, archive.Fail(archive.Conflict, "bag-exists", folder)
	}
	partial := folder + ".partial"
	if err := errors.Join(os.RemoveAll(partial), os.Mkdir(partial, 0o750)); err != nil {
		return nil, archive.Fail(archive.Unavailable, "bag-unwritable", folder).Because(err)
	}
	return &Writer{final: folder, folder: partial, digest: [2]map[string]string{{}, {}}}, nil
}

// Add puts a file into the payload, under a path such as "original/x.txt", and returns its SHA-512. An error of r is returned as it is.
func (w *Writer) Add(path string, r io.Reader) (string, error) {
	name := payload + path
	if !filepath.IsLocal(filepath.FromSlash(path)) {
		return "", invalid("bag-path", path)
	}
	full := filepath.Join(w.folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(full), 0o750); err != nil {
		return "", archive.Fail(archive.Unavailable, "bag-unwritable", name).Because(err)
	}
	f, err := os.OpenFile(full, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if err != nil {
		return "", archive.Fail(archive.Unavailable, "bag-unwritable", name).Because(err)
	}
	long, short := sha512.New(), sha256.New()
	n, err := io.Copy(io.MultiWriter(f, long, short), r)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", fmt.Errorf("write %s: %w", name, err)
	}
	w.digest[0][name], w.digest[1][name] = sum(long), sum(short)
	w.bytes += n
	w.files++
	return sum(long), nil
}

// Close writes the tag files, bagit.txt last. Payload-Oxum is added to info.
func (w *Writer) Close(info []Line) error {
	info = append(info, Line{"Payload-Oxum", fmt.Sprintf("%d.%d", w.bytes, w.files)})
	var text strings.Builder
	for _, l := range info {
		fmt.Fprintf(&text, "%s: %s\n", l.Label, strings.Join(strings.Fields(l.Value), " "))
	}
	bag := "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
	tags := map[string]string{infoFile: text.String(), declaration: bag, "manifest-sha512.txt": manifest(w.digest[0]), "manifest-sha256.txt": manifest(w.digest[1])}
	digests := map[string]string{}
	for name, content := range tags {
		s := sha512.Sum512([]byte(content))
		digests[name] = fmt.Sprintf("%x", s)
	}
	for _, name := range []string{infoFile, "manifest-sha512.txt", "manifest-sha256.txt"} {
		if err := w.write(name, tags[name]); err != nil {
			return err
		}
	}
	if err := errors.Join(w.write("tagmanifest-sha512.txt", manifest(digests)), w.write(declaration, bag)); err != nil {
		return err
	}
	if err := os.Rename(w.folder, w.final); err != nil {
		return archive.Fail(archive.Unavailable, "bag-unwritable", w.final).Because(err)
	}
	return nil
}

func (w *Writer) write(name, content string) error {
	if err := os.WriteFile(filepath.Join(w.folder, name), []byte(content), 0o640); err != nil {
		return archive.Fail(archive.Unavailable, "bag-unwritable", name).Because(err)
	}
	return nil
}

// Abort removes what was written.
func (w *Writer) Abort() error { return os.RemoveAll(w.folder) }

// manifest writes digests in the order of the paths.
func manifest(digests map[string]string) string {
	paths := make([]string, 0, len(digests))
	for p := range digests {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	var b bytes.Buffer
	for _, p := range paths {
		fmt.Fprintf(&b, "%s  %s\n", digests[p], escape(p))
	}
	return b.String()
}
