package ingest

import (
	"context"
	"errors"
	"fmt"
	"path"
	"time"

	"vannghe/internal/archive"
	"vannghe/storage"
)

// orphanAge is how old a staged object must be to be taken for an orphan: no file takes a day between its first byte and its row.
const orphanAge = 24 * time.Hour

// Sweep removes what lies under staging/ for more than a day and is no recorded file's only bytes: what a crash left between
// staging and recording, or between archiving and deleting. It goes on past objects it cannot remove and returns their
// errors together.
func (in *Ingest) Sweep(ctx context.Context) error {
	var failures []error
	for o, err := range in.bucket.List(ctx, stagingFolder) {
		if err != nil {
			return errors.Join(append(failures, fmt.Errorf("sweep: %w", err))...)
		}
		if in.now().Sub(o.ModTime) < orphanAge {
			continue
		}
		if err := in.sweep(ctx, o.Key); err != nil {
			failures = append(failures, err)
		}
	}
	return errors.Join(failures...)
}

func (in *Ingest) sweep(ctx context.Context, key storage.Key) error {
	id := path.Base(string(key))
	if !archive.ValidID(id) {
		return nil // not made by Stage
	}
	f, err := in.catalog.Reader(viewer()).FileByID(ctx, archive.FileID(id))
	switch {
	case archive.CodeOf(err) == archive.NotFound:
	case err != nil:
		return fmt.Errorf("sweep %s: %w", key, err)
	case f.Key == string(key):
		return nil
	}
	if err := in.bucket.Delete(ctx, key); err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	in.log.Info("an orphan was removed from staging", "key", key)
	return nil
}
