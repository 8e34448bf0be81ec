package preserve

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
	"vannghe/internal/ocfl"
	"vannghe/storage"
)

func (p *Preserve) handle(ctx context.Context, j catalog.Job, attempt catalog.Attempt) error {
	if j.Note != "" {
		return p.keepOther(ctx, j.Note)
	}
	if err := p.purgeDue(ctx, j.Work); err != nil || j.Kind == editorial.JobPurge {
		return err
	}
	return p.keepWork(ctx, j.Work, attempt)
}

// keepWork writes the version of the work that the archive of record is owed. It may be stopped anywhere and run again: what
// is written already is found, and what is recorded already is not recorded twice.
func (p *Preserve) keepWork(ctx context.Context, id archive.WorkID, attempt catalog.Attempt) error {
	object := WorkObject(id)
	return p.locked(ctx, object, func(lock *catalog.ObjectLock) error {
		v, err := p.read(ctx, id)
		if err != nil {
			return err
		}
		if holds, err := p.holdsFor(ctx, v.work); err != nil || holds {
			return err // the work into which it was merged says when its bytes are there
		}
		owed := v.work.Preserved < v.work.Version || len(v.waiting) > 0
		if owed {
			err = p.keepVersion(ctx, lock, v)
		}
		if err != nil || (owed && len(v.waiting) == 0 && attempt.Number <= 1) {
			return err // nothing was in staging, and no earlier attempt left anything there
		}
		return p.clearStaging(ctx, v.work)
	})
}

// read reads all that the catalogue knows of a work.
func (p *Preserve) read(ctx context.Context, id archive.WorkID) (version, error) {
	reader := p.catalog.Reader(viewer())
	w, err := reader.Work(ctx, id)
	if err != nil {
		return version{}, err
	}
	v := version{object: WorkObject(id), work: &w}
	var failures [5]error
	v.events, failures[0] = reader.Events(ctx, id)
	v.parts, failures[1] = reader.Parts(ctx, id)
	v.comments, failures[2] = reader.Comments(ctx, id)
	plan, err := reader.Purge(ctx, id)
	if err == nil {
		v.purge = &plan
	} else if archive.CodeOf(err) != archive.NotFound {
		failures[3] = err
	}
	v.merged, failures[4] = reader.Merged(ctx, id)
	v.waiting = append(staged(&w), p.elsewhere(&w, v.merged)...)
	return v, errors.Join(failures[:]...)
}

// locked runs fn as the only writer of the object.
func (p *Preserve) locked(ctx context.Context, object string, fn func(*catalog.ObjectLock) error) error {
	lock, err := p.catalog.LockObject(ctx, object)
	if err != nil {
		return fmt.Errorf("preserve %s: %w", object, err)
	}
	err = fn(lock)
	if unlockErr := lock.Unlock(context.WithoutCancel(ctx)); err == nil {
		err = unlockErr
	}
	if err != nil {
		return fmt.Errorf("preserve %s: %w", object, err)
	}
	return nil
}

func staged(w *archive.Work) []archive.File {
	var files []archive.File
	for _, r := range w.Representations {
		for _, f := range r.Files {
			if f.State == archive.FileStaged {
				files = append(files, f)
			}
		}
	}
	return files
}

// elsewhere are the files of a work whose bytes still lie in the object of one that was merged into it.
func (p *Preserve) elsewhere(w *archive.Work, merged []archive.Work) (files []archive.File) {
	for _, m := range merged {
		files = append(files, p.lying(w, m.ID)...)
	}
	return files
}

// lying are the archived files of a work whose bytes lie in the object of that one.
func (p *Preserve) lying(w *archive.Work, in archive.WorkID) (files []archive.File) {
	folder := string(p.root.Folder(WorkObject(in))) + "/"
	for _, r := range w.Representations {
		for _, f := range r.Files {
			if f.State == archive.FileArchived && strings.HasPrefix(f.Key, folder) {
				files = append(files, f)
			}
		}
	}
	return files
}

// holdsFor reports whether the object of a work that was merged into another still holds files of that: until it does not, its newest record goes on
// to name them, so that at no moment a file is without a record that names it.
func (p *Preserve) holdsFor(ctx context.Context, w *archive.Work) (bool, error) {
	if w.MergedInto == "" {
		return false, nil
	}
	into, err := p.catalog.Reader(viewer()).Work(ctx, w.MergedInto)
	return len(p.lying(&into, w.ID)) > 0 || len(p.stagedIn(&into, w.ID)) > 0, err
}

// version is a version of a work's object to be written.
type version struct {
	object   string
	work     *archive.Work
	events   []archive.Event
	parts    []archive.Part
	comments []archive.Comment
	merged   []archive.Work // into this one
	purge    *archive.Purge
	waiting  []archive.File // staged, or in the object of one that was merged
}

func (v version) record() *WorkRecord {
	record := recordOf(v.work, v.events, v.parts)
	record.Comments, record.Merged = recordComments(v.comments), recordMerged(v.merged)
	if v.purge != nil {
		record.Purge = recordPurge(*v.purge)
	}
	return record
}

func (p *Preserve) keepVersion(ctx context.Context, lock *catalog.ObjectLock, v version) error {
	doc, err := Encode(Document{Work: v.record()})
	if err != nil {
		return err
	}
	inv, err := p.write(ctx, lock, revision{object: v.object, document: doc, files: v.waiting,
		message: fmt.Sprintf("version %d of the record: %s", v.work.Version, v.work.State)})
	if err != nil {
		return err
	}
	err = p.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return p.account(ctx, tx, v, inv) })
	if err != nil {
		return fmt.Errorf("record what is preserved: %w", err)
	}
	p.log.Info("a work was preserved", "work", v.work.ID, "version", v.work.Version, "object", inv.Head, "new", len(v.waiting))
	return nil
}

// account records in the catalogue what the object holds now. Only files that are still staged or elsewhere there are touched: between
// reading the work and this transaction others may have changed it, and their own job will follow.
func (p *Preserve) account(ctx context.Context, tx *catalog.Tx, v version, inv *ocfl.Inventory) error {
	w, err := tx.Work(ctx, v.work.ID)
	if err != nil {
		return err
	}
	archived := 0
	merged, err := tx.Merged(ctx, w.ID)
	if err != nil {
		return err
	}
	for _, f := range append(staged(&w), p.elsewhere(&w, merged)...) {
		key, err := p.root.KeyOf(inv, contentPath(f))
		if err != nil {
			continue // added since: not in this version
		}
		f.State, f.Key = archive.FileArchived, string(key)
		if err := tx.SetFile(ctx, f); err != nil {
			return err
		}
		archived++
	}
	if err := tx.SetPreserved(ctx, w.ID, v.work.Version); err != nil {
		return err
	}
	for _, m := range merged {
		if m.Preserved < m.Version {
			if err := tx.Enqueue(ctx, catalog.Job{Kind: editorial.JobPreserve, Work: m.ID, Unique: true}); err != nil {
				return err
			}
		}
	}
	if archived > 0 {
		return p.accession(ctx, tx, v, fmt.Sprintf("%s %s: %d files", v.object, inv.Head, archived))
	}
	if len(w.Representations) == 0 {
		return editorial.Settle(ctx, tx, w.ID) // nothing will ever be planned for it
	}
	return nil
}

// accession hands the work on to those who derive from its files.
func (p *Preserve) accession(ctx context.Context, tx *catalog.Tx, v version, detail string) error {
	event := archive.Event{Work: v.work.ID, Type: archive.EventAccession, Agent: "vannghe", Outcome: archive.Success, Detail: detail}
	if err := tx.AddEvent(ctx, event); err != nil {
		return err
	}
	return tx.Enqueue(ctx, catalog.Job{Kind: editorial.JobPlan, Work: v.work.ID, Unique: true})
}

// clearStaging removes the bytes that the archive holds now. That of a file which is still staged stays.
func (p *Preserve) clearStaging(ctx context.Context, w *archive.Work) error {
	now, err := p.catalog.Reader(viewer()).Work(ctx, w.ID)
	if err != nil {
		return err
	}
	var failures []error
	for _, r := range now.Representations {
		for _, f := range r.Files {
			if f.State != archive.FileStaged {
				failures = append(failures, p.bucket.Delete(ctx, stagingKey(f.ID)))
			}
		}
	}
	return errors.Join(failures...)
}

// stagingKey is where internal/ingest leaves the bytes of a file.
func stagingKey(id archive.FileID) storage.Key { return storage.Key("staging").Join(string(id)) }
