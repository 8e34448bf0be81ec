package preserve

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/storage"
)

// JobCatchUp writes into the archive of record what became of works without a new version of their record: what was derived from their files, what
// was found out about them, events of programs, comments; and beside the derivatives of each what the catalogue knows of them.
const JobCatchUp catalog.JobKind = "catch-up"

// CatchUp is JobCatchUp. A work that cannot be written is passed over, and the first error returned when all others are done. It may be stopped anywhere and run again, also
// by several processes at once.
func (p *Preserve) CatchUp(ctx context.Context) error {
	var first error
	after := archive.WorkID("")
	for {
		works, err := p.catalog.Reader(viewer()).LateWorks(ctx, after, batch)
		if err != nil || len(works) == 0 {
			return errors.Join(first, err)
		}
		for _, id := range works {
			err := p.keepLate(ctx, id)
			if ctx.Err() != nil || archive.CodeOf(err) == archive.Unavailable {
				return err
			}
			if err != nil && first == nil {
				first = err
			}
		}
		after = works[len(works)-1]
	}
}

// keepLate writes all that the catalogue knows of a work now. Where that is what the archive of record holds already, nothing is written there.
func (p *Preserve) keepLate(ctx context.Context, id archive.WorkID) error {
	if err := p.purgeDue(ctx, id); err != nil {
		return err
	}
	return p.locked(ctx, WorkObject(id), func(lock *catalog.ObjectLock) error {
		note := catalog.WorkNote(id)
		known, err := p.catalog.Reader(viewer()).RecordVersion(ctx, note)
		if err != nil {
			return err
		}
		v, err := p.read(ctx, id)
		if err != nil {
			return err
		}
		if len(v.waiting) > 0 || v.work.Preserved < v.work.Version { // its own job writes more than this one would
			return nil
		}
		if err := p.keepVersion(ctx, lock, v); err != nil {
			return err
		}
		if err := p.keepMade(ctx, v); err != nil {
			return err
		}
		return p.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.SetRecordPreserved(ctx, note, known) })
	})
}

// recoverLate enqueues the job when there is something for it to do.
func (p *Preserve) recoverLate(ctx context.Context) error {
	works, err := p.catalog.Reader(viewer()).LateWorks(ctx, "", 1)
	if err != nil || len(works) == 0 {
		return err
	}
	return p.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		return tx.Enqueue(ctx, catalog.Job{Kind: JobCatchUp, Unique: true, Priority: 4})
	})
}

// Made is what lies beside the derivatives of a work: what the catalogue knows of them, and the parts of its files, those that a person edited
// among them. It may be deleted with them: then they are made again.
type Made struct {
	Vannghe     int                  `json:"vannghe"`
	Work        archive.WorkID       `json:"work"`
	Derivatives []archive.Derivative `json:"derivatives"`
	Parts       []archive.Part       `json:"parts,omitempty"`
}

// madeKey is where Made of a work lies.
func madeKey(id archive.WorkID) storage.Key {
	return storage.Key("derived").Join(string(id), archive.MadeName)
}

func (p *Preserve) keepMade(ctx context.Context, v version) error {
	derivatives, err := p.catalog.Reader(viewer()).DerivativeVersions(ctx, v.work.ID)
	if err != nil || len(derivatives) == 0 && len(v.parts) == 0 {
		return err
	}
	doc, err := json.Marshal(Made{Vannghe: format, Work: v.work.ID, Derivatives: derivatives, Parts: v.parts})
	if err != nil {
		return fmt.Errorf("encode what was derived of work %s: %w", v.work.ID, err)
	}
	_, err = p.bucket.Put(ctx, madeKey(v.work.ID), bytes.NewReader(doc), int64(len(doc)), storage.PutOptions{})
	if err != nil {
		return fmt.Errorf("write beside the derivatives of work %s: %w", v.work.ID, err)
	}
	return nil
}
