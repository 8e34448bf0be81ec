package ingest

import (
	"context"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
	"vannghe/storage"
)

// ScanArchived asks the virus scanner about a file that is in the archive already, records what it said, and reports whether it found something: the file is
// then served to nobody. The error is Unavailable "scanner-unavailable" when there is none or it does not answer, "scan-failed" when it fails on this file.
func (in *Ingest) ScanArchived(ctx context.Context, f archive.File) (infected bool, err error) {
	if in.scanner.client == nil {
		return false, archive.Fail(archive.Unavailable, "scanner-unavailable")
	}
	found, err := in.ask(ctx, storage.Key(f.Key))
	if err != nil {
		return false, err
	}
	if found.State == ScanPassed { // larger than it takes: that is on record since it came in, and would be told anew each time
		return false, nil
	}
	return found.State == ScanInfected, in.rescanned(ctx, f, found)
}

func (in *Ingest) rescanned(ctx context.Context, f archive.File, found Scan) error {
	return in.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		e, ok := found.event(f.ID)
		if !ok {
			return nil
		}
		e.Work = f.Work
		if found.State == ScanInfected {
			if err := in.quarantine(ctx, tx, f); err != nil {
				return err
			}
		}
		return tx.AddEvent(ctx, e)
	})
}

// quarantine shuts a file that is archived away.
func (in *Ingest) quarantine(ctx context.Context, tx *catalog.Tx, f archive.File) error {
	w, err := tx.Work(ctx, f.Work)
	if err != nil {
		return err
	}
	for i := range w.Representations {
		for j := range w.Representations[i].Files {
			if held := &w.Representations[i].Files[j]; held.ID == f.ID && held.State == archive.FileArchived {
				held.Problem = archive.Infected
			}
		}
	}
	if err := tx.PutWork(ctx, &w); err != nil {
		return err
	}
	return tx.Enqueue(ctx, catalog.Job{Kind: editorial.JobPreserve, Work: w.ID, Unique: true, Priority: 3})
}
