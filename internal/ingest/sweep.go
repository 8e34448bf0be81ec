package ingest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path"
	"slices"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/storage"
)

// orphanAge is how old a staged object must be before a sweep looks whether it is an orphan. It saves looks and keeps staged
// bytes that no import holds until somebody records them; what is recorded is safe from a sweep at any age (register).
const orphanAge = 24 * time.Hour

// sweepAtOnce bounds how many objects are condemned together.
const sweepAtOnce = 500

// Sweep removes what lies under staging/ for more than a day and is no recorded file's only bytes: what a crash left between
// staging and recording, or between archiving and deleting. While an import is under way in a living process it does nothing.
// It goes on past objects it cannot remove and returns their errors together.
func (in *Ingest) Sweep(ctx context.Context) error {
	r, err := in.register(ctx)
	if err != nil {
		return err
	}
	if busy, err := in.importing(ctx, r); err != nil || busy {
		return err
	}
	// What was placed comes first: an earlier sweep may have died over that as well.
	failures := []error{in.sweepPlaced(ctx, r.Placed), in.sweepAll(ctx, r.Condemned)}
	for old, err := range in.old(ctx) {
		if err != nil {
			return errors.Join(append(failures, fmt.Errorf("sweep: %w", err))...)
		}
		failures = append(failures, in.sweepAll(ctx, old))
	}
	return errors.Join(failures...)
}

// old yields what has lain in staging for long, some at a time.
func (in *Ingest) old(ctx context.Context) iter.Seq2[[]archive.FileID, error] {
	return func(yield func([]archive.FileID, error) bool) {
		var ids []archive.FileID
		for o, err := range in.bucket.List(ctx, stagingFolder) {
			if err != nil {
				yield(nil, err)
				return
			}
			id := archive.FileID(path.Base(string(o.Key)))
			if in.now().Sub(o.ModTime) < orphanAge || !archive.ValidID(string(id)) || o.Key != StagingKey(id) {
				continue // young, or not made by Stage
			}
			if ids = append(ids, id); len(ids) < sweepAtOnce {
				continue
			}
			if !yield(ids, nil) {
				return
			}
			ids = nil
		}
		if len(ids) > 0 {
			yield(ids, nil)
		}
	}
}

// sweepAll removes those of the staged objects that no row names. What could not be looked at or removed stays condemned.
func (in *Ingest) sweepAll(ctx context.Context, ids []archive.FileID) error {
	if len(ids) == 0 {
		return nil
	}
	if err := in.condemn(ctx, ids); err != nil {
		return err
	}
	var settled []archive.FileID
	var failures []error
	for _, id := range ids {
		if err := in.sweep(ctx, id); err != nil {
			failures = append(failures, err)
			continue
		}
		settled = append(settled, id)
	}
	return errors.Join(append(failures, in.absolve(ctx, settled))...)
}

func (in *Ingest) condemn(ctx context.Context, ids []archive.FileID) error {
	return in.changeRegister(ctx, func(r *register) {
		r.Condemned = append(r.Condemned, ids...)
		slices.Sort(r.Condemned)
		r.Condemned = slices.Compact(r.Condemned)
	})
}

// absolve takes out of the register what has been removed or turned out to be named.
func (in *Ingest) absolve(ctx context.Context, ids []archive.FileID) error {
	return in.changeRegister(ctx, func(r *register) {
		r.Condemned = slices.DeleteFunc(r.Condemned, func(id archive.FileID) bool {
			_, placed := r.Placed[id] // and not removed: sweepPlaced comes back to it
			return slices.Contains(ids, id) && !placed
		})
		r.Swept++
	})
}

// sweep removes one condemned object unless its row needs it.
func (in *Ingest) sweep(ctx context.Context, id archive.FileID) error {
	key := StagingKey(id)
	named, err := in.named(ctx, id, key)
	if err != nil || named {
		return err
	}
	if err := in.bucket.Delete(ctx, key); err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	in.log.Info("an orphan was removed from staging", "key", key)
	return nil
}

// named reports whether the bytes under key are those of an upload or of a recorded file.
func (in *Ingest) named(ctx context.Context, id archive.FileID, key storage.Key) (bool, error) {
	// The upload first: its row ends in the transaction that makes the file's.
	u, err := in.catalog.Reader(viewer()).Upload(ctx, id)
	if err == nil && u.State != catalog.UploadRemoved {
		return true, nil
	}
	if err != nil && archive.CodeOf(err) != archive.NotFound {
		return false, fmt.Errorf("sweep %s: %w", key, err)
	}
	f, err := in.catalog.Reader(viewer()).FileByID(ctx, id)
	if archive.CodeOf(err) == archive.NotFound {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("sweep %s: %w", key, err)
	}
	return f.Key == string(key), nil
}
