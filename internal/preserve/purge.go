package preserve

import (
	"context"
	"errors"
	"fmt"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
)

// purgeDue destroys the bytes of a work when that is due: before anything else is done with its object, which may lie in halves.
func (p *Preserve) purgeDue(ctx context.Context, id archive.WorkID) error {
	plan, err := p.catalog.Reader(viewer()).Purge(ctx, id)
	if archive.CodeOf(err) == archive.NotFound || err == nil && !plan.Due() {
		return nil
	}
	if err != nil {
		return err
	}
	return p.purgeWork(ctx, id)
}

// purgeWork destroys the bytes of a work of which a purge was confirmed: what was derived, what lies in staging, and the object with
// all its versions; a new object then holds what is still said of the work, its events and the digests of its files. Stopped anywhere
// it is run again, at the latest by the next start: until the catalogue says that it is done, each run destroys what there is, also the
// new object, and writes that anew.
func (p *Preserve) purgeWork(ctx context.Context, id archive.WorkID) error {
	object := WorkObject(id)
	return p.locked(ctx, object, func(lock *catalog.ObjectLock) error {
		plan, err := p.catalog.Reader(viewer()).Purge(ctx, id)
		if err != nil || !plan.Due() { // done while this waited for the lock
			return err
		}
		if err := p.destroy(ctx, lock, id); err != nil {
			return err
		}
		if err := p.catalog.Scrub(ctx); err != nil {
			return err
		}
		return p.tellPurged(ctx, id)
	})
}

func (p *Preserve) destroy(ctx context.Context, lock *catalog.ObjectLock, id archive.WorkID) error {
	v, err := p.read(ctx, id)
	if err != nil {
		return err
	}
	v.parts, v.comments = nil, nil
	if err := p.bucket.DeletePrefix(ctx, "derived/"+string(id)); err != nil {
		return fmt.Errorf("destroy what was derived: %w", err)
	}
	if err := p.destroyStaged(ctx, v.work); err != nil {
		return fmt.Errorf("destroy what was staged: %w", err)
	}
	for _, m := range v.merged { // its bytes lie there as well
		if err := p.destroyMerged(ctx, &m); err != nil {
			return fmt.Errorf("destroy what was merged: %w", err)
		}
	}
	object := WorkObject(id)
	if err := p.root.Erase(ctx, object, lock.Check); err != nil {
		return err
	}
	doc, err := Encode(Document{Work: v.record()})
	if err != nil {
		return err
	}
	_, err = p.write(ctx, lock, revision{object: object, document: doc, message: "the bytes were destroyed: what is left of the record"})
	return err
}

// destroyMerged makes the object of a work that was merged anew, of the little that its record still says.
func (p *Preserve) destroyMerged(ctx context.Context, w *archive.Work) error {
	if err := p.bucket.DeletePrefix(ctx, "derived/"+string(w.ID)); err != nil {
		return err
	}
	events, err := p.catalog.Reader(viewer()).Events(ctx, w.ID)
	if err != nil {
		return err
	}
	doc, err := Encode(Document{Work: recordOf(w, events, nil)})
	if err != nil {
		return err
	}
	object := WorkObject(w.ID)
	return p.locked(ctx, object, func(lock *catalog.ObjectLock) error {
		if err := p.root.Erase(ctx, object, lock.Check); err != nil {
			return err
		}
		_, err := p.write(ctx, lock, revision{object: object, document: doc, message: "the bytes were destroyed: what is left of the record"})
		return err
	})
}

func (p *Preserve) destroyStaged(ctx context.Context, w *archive.Work) error {
	var failures []error
	for _, r := range w.Representations {
		for _, f := range r.Files {
			failures = append(failures, p.bucket.Delete(ctx, stagingKey(f.ID)), p.bucket.Forget(ctx, stagingKey(f.ID)))
		}
	}
	return errors.Join(failures...)
}

// tellPurged records that the bytes are gone.
func (p *Preserve) tellPurged(ctx context.Context, id archive.WorkID) error {
	return p.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		plan, err := tx.Purge(ctx, id)
		if err != nil || !plan.Due() {
			return err
		}
		plan.Done = tx.Now()
		if err := tx.PutPurge(ctx, plan); err != nil {
			return err
		}
		event := archive.Event{Work: id, Type: archive.EventPurge, Agent: "vannghe", Outcome: archive.Success, Detail: "the bytes of originals and derivatives are destroyed"}
		if err := tx.AddEvent(ctx, event); err != nil {
			return err
		}
		w, err := tx.Work(ctx, id)
		if err != nil {
			return err
		}
		return editorial.Keep(ctx, tx, &w)
	})
}

// duePurges are the purges that were confirmed and are not done.
func duePurges(ctx context.Context, tx *catalog.Tx) ([]catalog.Job, error) {
	works, err := tx.DuePurges(ctx)
	var jobs []catalog.Job
	for _, id := range works {
		jobs = append(jobs, catalog.Job{Kind: editorial.JobPurge, Work: id, Unique: true, Priority: 1})
	}
	return jobs, err
}
