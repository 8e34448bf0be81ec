package backup

import (
	"bytes"
	"context"
	"crypto/sha512"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/storage"
)

// restoreKey is where a store says that it is being filled, and from which generation.
const restoreKey storage.Key = "restoring.json"

// Restoring reports whether a restore was begun in a store and not finished: what is there is not whole.
func Restoring(ctx context.Context, bucket *storage.Bucket) (bool, error) {
	_, err := bucket.Head(ctx, restoreKey)
	if archive.CodeOf(err) == archive.NotFound {
		return false, nil
	}
	return err == nil, err
}

// RestoreOptions are what Restore needs.
type RestoreOptions struct {
	From     *storage.Bucket // a target of Backup
	To       *storage.Bucket // empty
	Catalog  catalog.Options // of an empty database, of whichever kind
	Log      *slog.Logger    // nil: slog.Default
	Progress func(files int, bytes int64)
}

// Restored is what a restore came to.
type Restored struct {
	Generation Generation
	Lost       []Problem // what the backup does not hold as it should, of what cannot be made again
	Again      int       // derivatives that will be made again
}

// Restore fills an empty store and an empty catalogue from a generation. Every file is compared with its digest while it is copied; one that is damaged or missing is told, and all others are
// restored. Stopped anywhere it is run again with the same generation. Conflict "storage-filled", "catalog-filled" when there is something already;
// Invalid "backup-broken" when the documents of the generation are not what was written.
func Restore(ctx context.Context, g Generation, opt RestoreOptions) (Restored, error) {
	r := &restoring{RestoreOptions: opt, done: Restored{Generation: g}}
	if r.Log == nil {
		r.Log = slog.Default()
	}
	if r.Progress == nil {
		r.Progress = func(int, int64) {}
	}
	for _, step := range []func(context.Context) error{r.begin, r.documents, r.files, r.others, r.catalogue, r.end} {
		if err := step(ctx); err != nil {
			return r.done, fmt.Errorf("restore: %w", err)
		}
	}
	return r.done, nil
}

// restoring is one under way.
type restoring struct {
	RestoreOptions
	done   Restored
	mu     sync.Mutex
	lost   []File
	copied int
	bytes  int64
}

// begin marks the store. One that is marked must be so for the same generation.
func (r *restoring) begin(ctx context.Context) error {
	var begun struct {
		Generation string `json:"generation"`
	}
	body, _, err := r.To.Open(ctx, restoreKey)
	if err == nil {
		err = json.NewDecoder(body).Decode(&begun)
		if err = errors.Join(err, body.Close()); err != nil || begun.Generation != r.done.Generation.Name {
			return archive.Fail(archive.Conflict, "restore-other", begun.Generation).Because(err)
		}
		return nil
	}
	if archive.CodeOf(err) != archive.NotFound {
		return err
	}
	if err := r.checkEmpty(ctx); err != nil {
		return err
	}
	begun.Generation = r.done.Generation.Name
	doc, err := json.Marshal(begun)
	if err != nil {
		return err
	}
	_, err = r.To.Put(ctx, restoreKey, bytes.NewReader(doc), int64(len(doc)), storage.PutOptions{})
	return err
}

// checkEmpty refuses a store in which there is anything but the declaration of an archive of record.
func (r *restoring) checkEmpty(ctx context.Context) error {
	for o, err := range r.To.List(ctx, "") {
		if err != nil {
			return err
		}
		within, archived := strings.CutPrefix(string(o.Key), "archive/")
		if !archived || strings.HasSuffix(within, "/inventory.json") {
			return archive.Fail(archive.Conflict, "storage-filled", string(o.Key))
		}
	}
	return nil
}

// documents reads the catalogue and the list to their ends before anything is written.
func (r *restoring) documents(ctx context.Context) error {
	g := &r.done.Generation
	body, err := g.open(ctx, r.From, catalogueName, g.Catalogue)
	if err != nil {
		return missingDocument(err, g.key(catalogueName))
	}
	_, err = catalog.ReadSnapshot(ctx, body, catalog.SnapshotReader{})
	if err = errors.Join(err, body.Close()); err != nil {
		return err
	}
	for _, err := range g.files(ctx, r.From) {
		if err != nil {
			return missingDocument(err, g.key(listName))
		}
	}
	return nil
}

func missingDocument(err error, key storage.Key) error {
	if archive.CodeOf(err) == archive.NotFound {
		return brokenBackup(key, err)
	}
	return err
}

// writers is how many files are copied at the same time.
const writers = 4

func (r *restoring) files(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	waiting := make(chan File)
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for f := range waiting {
				if err := r.file(ctx, f, f.from()); err != nil {
					cancel(err)
				}
			}
		})
	}
	err := r.send(ctx, waiting)
	close(waiting)
	all.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

func (r *restoring) send(ctx context.Context, waiting chan<- File) error {
	for f, err := range r.done.Generation.files(ctx, r.From) {
		if err != nil {
			return err
		}
		select {
		case waiting <- f:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for _, f := range r.done.Generation.Moved {
		select {
		case waiting <- f:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// from is where a backup keeps the bytes of a file.
func (f File) from() storage.Key {
	at := f.Key
	if f.At != "" {
		at = f.At
	}
	return storage.Key(filesFolder).Join(string(at))
}

// file copies one file, unless a run before this one has. What cannot be had is put aside.
func (r *restoring) file(ctx context.Context, f File, from storage.Key) error {
	if o, err := r.To.Head(ctx, f.Key); err == nil && o.Size == f.Bytes && !replaced(f.Key) {
		r.tell(f)
		return nil
	}
	err := r.copy(ctx, f, from)
	switch {
	case err == nil:
		r.tell(f)
	case archive.CodeOf(err) == archive.NotFound, archive.ReasonOf(err) == "backup-broken", archive.ReasonOf(err) == "size-mismatch":
		r.mu.Lock()
		defer r.mu.Unlock()
		r.lost = append(r.lost, f)
		return nil
	}
	return err
}

// replaced reports whether the store may hold another file of that key: the declaration of an archive that is still empty.
func replaced(key storage.Key) bool {
	return strings.HasPrefix(string(key), "archive/") && strings.Count(string(key), "/") < 4
}

func (r *restoring) copy(ctx context.Context, f File, from storage.Key) error {
	body, _, err := r.From.Open(ctx, from)
	if err != nil {
		return err
	}
	_, err = r.To.Put(ctx, f.Key, &checkedReader{from: body, sum: sha512.New(), want: f.SHA512, key: from}, f.Bytes, storage.PutOptions{})
	return errors.Join(err, body.Close())
}

func (r *restoring) tell(f File) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.copied++
	r.bytes += f.Bytes
	r.Progress(r.copied, r.bytes)
}

// others looks elsewhere for what a file's own copy does not hold any more: a later generation has replaced the inventory of an object, whose former one lies in its version's folder under the same digest.
func (r *restoring) others(ctx context.Context) error {
	if len(r.lost) == 0 {
		return nil
	}
	wanted := map[archive.Digest][]File{}
	for _, f := range r.lost {
		wanted[f.SHA512] = append(wanted[f.SHA512], f)
	}
	for twin, err := range r.done.Generation.files(ctx, r.From) {
		if err != nil {
			return err
		}
		for _, f := range wanted[twin.SHA512] {
			if f.from() == twin.from() {
				continue
			}
			if err := r.copy(ctx, f, twin.from()); err == nil {
				r.tell(f)
				wanted[twin.SHA512] = slices.DeleteFunc(slices.Clone(wanted[twin.SHA512]), func(x File) bool { return x.Key == f.Key })
			} else if ctx.Err() != nil || archive.CodeOf(err) == archive.Unavailable {
				return err
			}
		}
	}
	for _, files := range wanted {
		for _, f := range files {
			r.giveUp(f)
		}
	}
	slices.SortFunc(r.done.Lost, func(a, b Problem) int { return strings.Compare(string(a.Key), string(b.Key)) })
	return nil
}

func (r *restoring) giveUp(f File) {
	if strings.HasPrefix(string(f.Key), "derived/") {
		r.done.Again++
		return
	}
	r.Log.Error("the backup does not hold a file as it should", "key", f.Key)
	r.done.Lost = append(r.done.Lost, Problem{Damaged, f.Key})
}

// catalogue fills the database. That it is filled already is right when a run before this one did so.
func (r *restoring) catalogue(ctx context.Context) error {
	g := &r.done.Generation
	body, err := g.open(ctx, r.From, catalogueName, g.Catalogue)
	if err != nil {
		return err
	}
	_, err = catalog.Load(ctx, r.Catalog, body)
	err = errors.Join(err, body.Close())
	if archive.ReasonOf(err) != "catalog-filled" {
		return err
	}
	if loaded, looking := r.loaded(ctx); looking != nil || loaded {
		return looking
	}
	return err
}

func (r *restoring) loaded(ctx context.Context) (bool, error) {
	c, err := catalog.Open(ctx, r.Catalog)
	if err != nil {
		return false, err
	}
	loaded, err := c.Loaded(ctx)
	return loaded, errors.Join(err, c.Close())
}

// end takes the mark away and lets jobs and indexes follow. When it is stopped in between, whoever opens the archive next does the rest.
func (r *restoring) end(ctx context.Context) error {
	if err := r.To.Delete(ctx, restoreKey); err != nil {
		return err
	}
	c, err := catalog.Open(ctx, r.Catalog)
	if err != nil {
		return err
	}
	_, err = c.ResumeLoaded(ctx)
	return errors.Join(err, c.Close())
}
