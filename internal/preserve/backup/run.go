package backup

import (
	"context"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/preserve"
	"vannghe/storage"
)

// run is one backup under way.
type run struct {
	*Backup
	g         Generation
	former    *Generation // the newest there is; nil for the first
	destroyed []string    // folders of objects whose bytes were destroyed on purpose, or that were made anew without former versions
	last      time.Time   // when something was destroyed last
	papers    []*paper
	looked    int
	bytes     int64
}

func (b *Backup) begin(ctx context.Context) (*run, error) {
	r := &run{Backup: b}
	list, err := Generations(ctx, b.Target)
	if err != nil {
		return nil, OfTarget(err)
	}
	if len(list) > 0 {
		r.former = &list[0]
	}
	return r, nil
}

func (r *run) clean() error {
	var failures []error
	for _, p := range r.papers {
		failures = append(failures, p.close())
	}
	return errors.Join(failures...)
}

func (r *run) paper() (*paper, error) {
	p, err := newPaper(r.Scratch)
	if err == nil {
		r.papers = append(r.papers, p)
	}
	return p, err
}

// all does a run in its order; see the package comment.
func (r *run) all(ctx context.Context) error {
	if err := r.findDestroyed(ctx); err != nil {
		return err
	}
	none := func(func(File, error) bool) {}
	before := iter.Seq2[File, error](none)
	if r.former != nil {
		before = r.former.files(ctx, r.Target)
	}
	first, err := r.pass(ctx, before, false)
	if err != nil {
		return err
	}
	snapshot, err := r.save(ctx)
	if err != nil {
		return err
	}
	if err := r.findDestroyed(ctx); err != nil {
		return err
	}
	r.g.Problems, r.g.Files, r.g.Bytes = nil, 0, 0
	list, err := r.pass(ctx, first.files(), true)
	if err != nil {
		return err
	}
	if err := r.check(ctx, snapshot, list); err != nil {
		return err
	}
	if err := errors.Join(snapshot.store(ctx, r.Target, r.g.key(catalogueName)), list.store(ctx, r.Target, r.g.key(listName))); err != nil {
		return OfTarget(err)
	}
	if err := r.put(ctx, &r.g); err != nil {
		return OfTarget(err)
	}
	return OfTarget(r.prune(ctx))
}

// save writes the snapshot of the catalogue.
func (r *run) save(ctx context.Context) (*paper, error) {
	p, err := r.paper()
	if err != nil {
		return nil, err
	}
	if r.g.Snapshot, err = r.Catalog.Save(ctx, p.text); err != nil {
		return nil, err
	}
	r.g.Vannghe, r.g.Time = format, r.g.Snapshot.Time
	r.g.Name = r.g.Time.Format("20060102T150405Z") + "-" + archive.NewID[string]()[:4]
	r.g.Catalogue, err = p.finish()
	return p, err
}

// findDestroyed asks the catalogue what may be gone from the archive of record.
func (r *run) findDestroyed(ctx context.Context) error {
	objects, last, err := r.Catalog.Destroyed(ctx)
	if err != nil {
		return err
	}
	r.last, r.destroyed = last, nil
	for _, note := range objects {
		r.destroyed = append(r.destroyed, string(r.Root.Folder(objectOf(note)))+"/")
	}
	return nil
}

func (r *run) isDestroyed(key storage.Key) bool {
	for _, folder := range r.destroyed {
		if strings.HasPrefix(string(key), folder) {
			return true
		}
	}
	return false
}

// version is a key of the archive of record whose bytes never change: those below a version's folder. The inventory above is replaced with every version.
var version = regexp.MustCompile(`^archive/.*/v[0-9]+/`)

func (r *run) forEver(key storage.Key) bool {
	return version.MatchString(string(key)) && !r.isDestroyed(key)
}

// pass copies everything that is not in the target yet, and returns the list of what is then there. before is what an earlier run, or the first pass
// of this one, has listed; of the latter what is no more in staging stays listed, since rows may refer to it.
func (r *run) pass(ctx context.Context, before iter.Seq2[File, error], again bool) (*paper, error) {
	list, err := r.paper()
	if err != nil {
		return nil, err
	}
	known, stop := iter.Pull2(before)
	defer stop()
	copies, stopCopies := iter.Pull2(r.Target.List(ctx, filesFolder))
	defer stopCopies()
	p := &passing{run: r, again: again, list: list, known: &cursor[File]{next: known}, copies: &cursor[storage.Object]{next: copies}}
	for o, err := range r.source(ctx) {
		if err != nil {
			return nil, err
		}
		if err := p.look(ctx, o); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(p.vanished(""), p.settle()); err != nil {
		return nil, err
	}
	r.g.List, err = list.finish()
	return list, err
}

// source yields what the archive holds, in the order of keys.
func (r *run) source(ctx context.Context) iter.Seq2[storage.Object, error] {
	return func(yield func(storage.Object, error) bool) {
		placed, err := preserve.PlacedIn(ctx, r.Catalog) // what is nobody's yet may go again
		if err != nil {
			yield(storage.Object{}, err)
			return
		}
		for _, folder := range []string{"archive", "derived", "staging"} {
			if folder == "derived" && !r.Derived {
				continue
			}
			for o, err := range r.Bucket.List(ctx, folder) {
				if _, early := placed[o.Key]; early {
					continue
				}
				if !yield(o, err) || err != nil {
					return
				}
			}
		}
	}
}

// cursor is a sequence of which the element at hand may be looked at again.
type cursor[T any] struct {
	next func() (T, error, bool)
	at   T
	err  error
	held bool
	end  bool
}

// peek returns the element at hand; false at the end.
func (c *cursor[T]) peek() (T, bool, error) {
	if !c.held && !c.end {
		var ok bool
		c.at, c.err, ok = c.next()
		c.held, c.end = ok, !ok
	}
	return c.at, c.held, c.err
}

func (c *cursor[T]) skip() { c.held = false }

// passing is a pass under way.
type passing struct {
	*run
	again  bool
	list   *paper
	folder string // of the object whose files are in object
	object []File
	known  *cursor[File]
	copies *cursor[storage.Object]
}

// look decides about one object of the archive.
func (p *passing) look(ctx context.Context, o storage.Object) error {
	if err := p.vanished(o.Key); err != nil {
		return err
	}
	was, is, err := p.known.peek()
	if err != nil {
		return OfTarget(err)
	}
	is = is && was.Key == o.Key
	if is {
		p.known.skip()
	}
	size, err := p.copied(o.Key)
	if err != nil {
		return err
	}
	if p.Reread && !p.again && is && size == was.Bytes && !p.sound(ctx, was) {
		size = -1
	}
	p.looked++
	p.bytes += o.Size
	p.Progress(p.looked, p.bytes)
	switch {
	case is && was.ETag == o.ETag && was.Bytes == o.Size && size == o.Size:
		return p.keep(was)
	case is && p.forEver(o.Key):
		return p.compare(ctx, o, was, size)
	}
	f, err := p.copy(ctx, o, size)
	if archive.CodeOf(err) == archive.NotFound { // gone since it was listed
		return nil
	}
	if err != nil {
		return err
	}
	return p.keep(f)
}

// sound reports whether a copy has the digest that it should have.
func (p *passing) sound(ctx context.Context, f File) bool {
	sum, _, err := digest(ctx, p.Target, storage.Key(filesFolder).Join(string(f.Key)))
	if err == nil && sum == f.SHA512 {
		return true
	}
	p.Log.Warn("a copy in the backup is damaged and made again", "key", f.Key, "error", err)
	return false
}

// keep lists a file. Those of one object are listed together.
func (p *passing) keep(f File) error {
	p.g.Files++
	p.g.Bytes += f.Bytes
	folder := objectFolder(f.Key)
	if folder == "" || folder != p.folder {
		if err := p.settle(); err != nil {
			return err
		}
	}
	p.folder = folder
	p.object = append(p.object, f)
	if folder == "" {
		return p.settle()
	}
	return nil
}

// vanished deals with what is known and comes before a key ("": with all that is left): it is not in the archive any more.
func (p *passing) vanished(before storage.Key) error {
	for {
		f, ok, err := p.known.peek()
		if err != nil || !ok || before != "" && f.Key >= before {
			return OfTarget(err)
		}
		p.known.skip()
		switch folder, _, _ := strings.Cut(string(f.Key), "/"); {
		case folder == "archive" && !p.isDestroyed(f.Key):
			p.problem(Gone, f.Key)
			err = p.keep(f)
		case folder == "staging" && p.again:
			err = p.keep(f)
		}
		if err != nil {
			return err
		}
	}
}

func (r *run) problem(kind ProblemKind, key storage.Key) {
	r.Log.Error("a backup found something wrong", "kind", kind, "key", key)
	r.g.Problems = append(r.g.Problems, Problem{kind, key})
}

// copied is how many bytes of the file lie in the target; -1 when it does not.
func (p *passing) copied(key storage.Key) (int64, error) {
	want := storage.Key(filesFolder).Join(string(key))
	for {
		o, ok, err := p.copies.peek()
		if err != nil || !ok || o.Key > want {
			return -1, OfTarget(err)
		}
		p.copies.skip()
		if o.Key == want {
			return o.Size, nil
		}
	}
}

// compare reads a file that should never change and is to be looked at again: its copy was made before, and stays when this one is another.
func (p *passing) compare(ctx context.Context, o storage.Object, was File, size int64) error {
	sum, n, err := digest(ctx, p.Bucket, o.Key)
	switch {
	case archive.CodeOf(err) == archive.NotFound:
		p.problem(Gone, o.Key)
		return p.keep(was)
	case err != nil:
		return err
	case sum != was.SHA512 || n != was.Bytes:
		p.problem(Changed, o.Key)
		return p.keep(was)
	}
	f := File{Key: o.Key, Bytes: n, SHA512: sum, ETag: o.ETag}
	if size != n {
		if f, err = p.copy(ctx, o, -1); err != nil {
			return err
		}
	}
	return p.keep(f)
}

// digest reads an object to its end.
func digest(ctx context.Context, from *storage.Bucket, key storage.Key) (archive.Digest, int64, error) {
	body, _, err := from.Open(ctx, key)
	if err != nil {
		return "", 0, err
	}
	sum := sha512.New()
	n, err := io.Copy(sum, body)
	if err = errors.Join(err, body.Close()); err != nil {
		return "", 0, fmt.Errorf("read %s: %w", key, err)
	}
	return archive.Digest(hex.EncodeToString(sum.Sum(nil))), n, nil
}

// copy copies an object to the target. When so many bytes lie there already, which a run that was stopped may have left, both are read instead.
func (p *passing) copy(ctx context.Context, o storage.Object, size int64) (File, error) {
	to := storage.Key(filesFolder).Join(string(o.Key))
	if size == o.Size && size > 0 {
		here, n, err := digest(ctx, p.Bucket, o.Key)
		if err != nil {
			return File{}, err
		}
		there, _, err := digest(ctx, p.Target, to)
		if err == nil && here == there {
			return File{Key: o.Key, Bytes: n, SHA512: here, ETag: o.ETag}, nil
		}
	}
	body, now, err := p.Bucket.Open(ctx, o.Key)
	if err != nil {
		return File{}, err
	}
	sum := sha512.New()
	from := &source{Reader: io.TeeReader(body, sum)}
	_, err = p.Target.Put(ctx, to, from, now.Size, storage.PutOptions{})
	if from.err == nil {
		err = OfTarget(err)
	}
	if err = errors.Join(err, body.Close()); err != nil {
		return File{}, fmt.Errorf("copy %s: %w", o.Key, err)
	}
	return File{Key: o.Key, Bytes: now.Size, SHA512: archive.Digest(hex.EncodeToString(sum.Sum(nil))), ETag: now.ETag}, nil
}

// objectOf returns the object of the archive of record that a note of the catalogue names.
func objectOf(note string) string {
	kind, id, _ := strings.Cut(note, ":")
	return preserve.ObjectID(kind, id)
}

// check looks whether everything that the catalogue refers to was copied.
func (r *run) check(ctx context.Context, snapshot, list *paper) error {
	needed, err := originals(ctx, snapshot)
	if err != nil {
		return err
	}
	for f, err := range list.files() {
		if err != nil {
			return err
		}
		if want, ok := needed[f.Key]; ok && want == f.SHA512 {
			delete(needed, f.Key)
		}
	}
	if len(needed) == 0 {
		return nil
	}
	if err := r.moved(list, needed); err != nil {
		return err
	}
	return r.late(ctx, needed)
}

// late copies originals that came while the last listing was under way, so that it does not name them.
func (r *run) late(ctx context.Context, needed map[storage.Key]archive.Digest) error {
	for key, want := range needed {
		f, err := (&passing{run: r}).copy(ctx, storage.Object{Key: key}, -1)
		if err != nil && archive.CodeOf(err) != archive.NotFound {
			return err
		}
		if err != nil || f.SHA512 != want {
			r.problem(Missing, key)
			continue
		}
		r.g.Moved = append(r.g.Moved, f)
	}
	return nil
}

// moved finds under which other keys the bytes lie that rows refer to: they went from staging into the archive of record meanwhile.
func (r *run) moved(list *paper, needed map[storage.Key]archive.Digest) error {
	byDigest := map[archive.Digest][]storage.Key{}
	for key, sum := range needed {
		byDigest[sum] = append(byDigest[sum], key)
	}
	for f, err := range list.files() {
		if err != nil {
			return err
		}
		for _, key := range byDigest[f.SHA512] {
			if !strings.HasPrefix(string(key), "archive/") {
				r.g.Moved = append(r.g.Moved, File{Key: key, Bytes: f.Bytes, SHA512: f.SHA512, At: f.Key})
				delete(needed, key)
			}
		}
		if len(byDigest[f.SHA512]) > 0 && !strings.HasPrefix(string(byDigest[f.SHA512][0]), "archive/") {
			delete(byDigest, f.SHA512)
		}
	}
	return nil
}

// originals are the keys and digests of the files that rows of a snapshot refer to.
func originals(ctx context.Context, snapshot *paper) (map[storage.Key]archive.Digest, error) {
	from, err := snapshot.read()
	if err != nil {
		return nil, err
	}
	needed := map[storage.Key]archive.Digest{}
	_, err = catalog.ReadSnapshot(ctx, from, catalog.SnapshotReader{Row: func(table string, columns []string, values []any) error {
		if table != "file" {
			return nil
		}
		row := catalog.Named(columns, values)
		if key := row.Get("key"); key != "" && row.Get("state") != string(archive.FilePurged) {
			needed[storage.Key(key)] = archive.Digest(row.Get("digest"))
		}
		return nil
	}})
	return needed, err
}
