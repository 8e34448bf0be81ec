package backup

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"os"
	"path/filepath"

	"vannghe/internal/archive"
	"vannghe/storage"
)

// paper is a compressed document that is being made in the scratch folder. It has no name there, and goes with the process.
type paper struct {
	file *os.File
	sum  hash.Hash
	zip  *gzip.Writer
	text *bufio.Writer
	size int64
}

func newPaper(dir string) (*paper, error) {
	f, err := os.CreateTemp(dir, "backup-*")
	if err != nil {
		return nil, archive.Fail(archive.Unavailable, "data-folder", dir).Because(err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	p := &paper{file: f, sum: sha512.New()}
	p.zip = gzip.NewWriter(p)
	p.text = bufio.NewWriterSize(p.zip, 1<<16)
	return p, nil
}

// raw is what gzip writes to.
func (p *paper) Write(b []byte) (int, error) {
	n, err := p.file.Write(b)
	p.sum.Write(b[:n])
	p.size += int64(n)
	if err != nil {
		err = archive.Fail(archive.Unavailable, "data-folder", filepath.Dir(p.file.Name())).Because(err)
	}
	return n, err
}

func (p *paper) add(f File) error {
	line, err := json.Marshal(f)
	if err != nil {
		return err
	}
	_, err = p.text.Write(append(line, '\n'))
	return err
}

// finish ends the writing and returns what was written.
func (p *paper) finish() (part, error) {
	err := errors.Join(p.text.Flush(), p.zip.Close())
	return part{Bytes: p.size, SHA512: archive.Digest(hex.EncodeToString(p.sum.Sum(nil)))}, err
}

// read returns what was written, from its beginning.
func (p *paper) read() (io.Reader, error) {
	return gzip.NewReader(bufio.NewReader(io.NewSectionReader(p.file, 0, p.size)))
}

// files yields the files of a list.
func (p *paper) files() iter.Seq2[File, error] {
	return func(yield func(File, error) bool) {
		r, err := p.read()
		if err != nil {
			yield(File{}, err)
			return
		}
		lines(r)(yield)
	}
}

func (p *paper) store(ctx context.Context, target *storage.Bucket, key storage.Key) error {
	_, err := target.Put(ctx, key, io.NewSectionReader(p.file, 0, p.size), p.size, storage.PutOptions{ContentType: "application/gzip"})
	return err
}

func (p *paper) close() error { return p.file.Close() }

// lines yields the files of a list that is read from r.
func lines(r io.Reader) iter.Seq2[File, error] {
	return func(yield func(File, error) bool) {
		d := json.NewDecoder(bufio.NewReaderSize(r, 1<<16))
		for {
			var f File
			err := d.Decode(&f)
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(File{}, archive.Fail(archive.Invalid, "backup-broken", listName).Because(err))
				return
			}
			if !yield(f, nil) {
				return
			}
		}
	}
}

// files yields the files of a generation in the order of their keys, while comparing the list with its digest: a list that was changed or cut ends
// with Invalid "backup-broken".
func (g *Generation) files(ctx context.Context, target *storage.Bucket) iter.Seq2[File, error] {
	return func(yield func(File, error) bool) {
		body, err := g.open(ctx, target, listName, g.List)
		if err != nil {
			yield(File{}, err)
			return
		}
		defer body.Close()
		for f, err := range lines(body) {
			if !yield(f, err) || err != nil {
				return
			}
		}
		if _, err := io.Copy(io.Discard, body); err != nil {
			yield(File{}, err)
		}
	}
}

// open reads one of the two documents of a generation, uncompressed. Reading fails with Invalid "backup-broken" when it is not what was written.
func (g *Generation) open(ctx context.Context, target *storage.Bucket, name string, is part) (io.ReadCloser, error) {
	key := g.key(name)
	body, o, err := target.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	if o.Size != is.Bytes {
		return nil, errors.Join(brokenBackup(key, fmt.Errorf("it has %d bytes, not %d", o.Size, is.Bytes)), body.Close())
	}
	checked := &checkedReader{from: body, sum: sha512.New(), want: is.SHA512, key: key}
	zip, err := gzip.NewReader(bufio.NewReader(checked))
	if err != nil {
		return nil, errors.Join(brokenBackup(key, err), body.Close())
	}
	return &document{zip: zip, under: checked, body: body, key: key}, nil
}

func brokenBackup(key storage.Key, cause error) error {
	return archive.Fail(archive.Invalid, "backup-broken", string(key)).Because(cause)
}

// document is a compressed one that is read: its end is that of a whole and unchanged file.
type document struct {
	zip   *gzip.Reader
	under io.Reader
	body  io.Closer
	key   storage.Key
}

func (d *document) Read(b []byte) (int, error) {
	n, err := d.zip.Read(b)
	if errors.Is(err, io.EOF) {
		if _, rest := io.Copy(io.Discard, d.under); rest != nil {
			return n, rest
		}
	} else if err != nil && archive.CodeOf(err) == archive.Internal {
		err = brokenBackup(d.key, err)
	}
	return n, err
}

func (d *document) Close() error { return d.body.Close() }

// checkedReader ends with io.EOF only when what was read has the digest that it should have, so that nobody keeps anything else.
type checkedReader struct {
	from io.Reader
	sum  hash.Hash
	want archive.Digest
	key  storage.Key
}

func (r *checkedReader) Read(b []byte) (int, error) {
	n, err := r.from.Read(b)
	r.sum.Write(b[:n])
	if errors.Is(err, io.EOF) && hex.EncodeToString(r.sum.Sum(nil)) != string(r.want) {
		return n, brokenBackup(r.key, errors.New("its digest is another"))
	}
	return n, err
}
