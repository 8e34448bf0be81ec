package ingest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// registerSetting is the catalogue's document about staging.
const registerSetting = "catalog.staging"

// errSwept says that a sweep has been at work since the staged bytes were last looked at.
var errSwept = errors.New("staging was swept meanwhile")

// register is what sweeps and those who record agree by, since a look into storage cannot be part of a transaction. A sweep
// first writes what it is about to remove into Condemned, then looks for rows, then removes, then takes the names out again and
// raises Swept. Whoever records reads Swept, looks that the bytes are there, and in the transaction that writes the rows
// makes sure that Swept is the same and no file condemned. Both transactions hold the register's lock, so either the sweep
// sees the row, or the row is not written.
type register struct {
	Swept     int64            `json:"swept"`               // grows whenever staged bytes have been removed
	Condemned []archive.FileID `json:"condemned,omitempty"` // about to be removed, or perhaps removed by a sweep that died
	Imports   map[string]int   `json:"imports,omitempty"`   // processes with how many imports they have under way

	Placed map[archive.FileID]placed `json:"placed,omitempty"` // what lies in the archive of record already and has no row yet; see Places
}

// register reads the register as it was last committed.
func (in *Ingest) register(ctx context.Context) (register, error) {
	var r register
	err := in.catalog.Reader(viewer()).Setting(ctx, registerSetting, &r)
	if err != nil && archive.CodeOf(err) != archive.NotFound {
		return register{}, fmt.Errorf("read what is known of staging: %w", err)
	}
	return r, nil
}

// changeRegister changes the register under its lock.
func (in *Ingest) changeRegister(ctx context.Context, change func(*register)) error {
	err := in.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		r := register{}
		if err := tx.LockedSetting(ctx, registerSetting, &r); err != nil {
			return err
		}
		change(&r)
		return tx.PutSetting(ctx, registerSetting, r)
	})
	if err != nil {
		return fmt.Errorf("keep what is known of staging: %w", err)
	}
	return nil
}

// hold keeps every sweep away for as long as this process lives or until the returned function is called: an import may well
// take days between the first byte of a work and its row.
func (in *Ingest) hold(ctx context.Context) (release func(), err error) {
	process := in.catalog.Process()
	err = in.changeRegister(ctx, func(r *register) {
		if r.Imports == nil {
			r.Imports = map[string]int{}
		}
		r.Imports[process]++
	})
	if err != nil {
		return nil, err
	}
	return func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
		defer cancel()
		err := in.changeRegister(ctx, func(r *register) {
			if r.Imports[process] > 1 {
				r.Imports[process]--
				return
			}
			delete(r.Imports, process) // which may have been forgotten: see Living
		})
		if err != nil {
			in.log.Warn("staging is not swept before this process has ended", "err", err)
		}
	}, nil
}

// importing reports whether an import is under way in any living process, and forgets those that died.
func (in *Ingest) importing(ctx context.Context, r register) (bool, error) {
	all := slices.Collect(maps.Keys(r.Imports))
	living, err := in.catalog.Living(ctx, all)
	if err != nil || len(living) > 0 || len(all) == 0 {
		return len(living) > 0, err
	}
	return false, in.changeRegister(ctx, func(r *register) {
		maps.DeleteFunc(r.Imports, func(process string, _ int) bool { return slices.Contains(all, process) })
	})
}

// secure makes sure that the staged bytes of all files are there, stages again, in place, what is not, and returns the number
// of the last sweep before it looked. What cannot be staged again is NotFound "staging-lost".
func (in *Ingest) secure(ctx context.Context, files []EntryFile) (swept int64, err error) {
	for {
		r, err := in.register(ctx)
		if err != nil {
			return 0, err
		}
		again, err := in.restage(ctx, r, files)
		if err != nil || !again {
			return r.Swept, err
		}
	}
}

// restage stages again what is lost and reports whether anything was.
func (in *Ingest) restage(ctx context.Context, r register, files []EntryFile) (again bool, err error) {
	for i := range files {
		f := &files[i]
		if lost, err := in.lost(ctx, r, f); err != nil {
			return false, err
		} else if !lost {
			continue
		}
		if f.again == nil {
			return false, archive.Fail(archive.NotFound, "staging-lost", DisplayName(f.Name))
		}
		in.log.Warn("staged bytes are gone and are staged again", "key", f.Key)
		if f.Staged, err = f.again(ctx); err != nil {
			return false, err
		}
		again = true
	}
	return again, nil
}

// lost reports whether the staged bytes of f are gone or about to go.
func (in *Ingest) lost(ctx context.Context, r register, f *EntryFile) (bool, error) {
	if f.Key == "" {
		return false, nil
	}
	if slices.Contains(r.Condemned, f.ID) {
		return true, nil
	}
	_, err := in.bucket.Head(ctx, f.Key)
	if archive.CodeOf(err) == archive.NotFound {
		return true, nil
	}
	return false, err
}

// unswept makes sure, inside the transaction that writes the rows of files, but of spare, that no sweep has come near them since swept was read.
func unswept(ctx context.Context, tx *catalog.Tx, swept int64, files, spare []EntryFile) error {
	var r register
	if err := tx.LockedSetting(ctx, registerSetting, &r); err != nil {
		return err
	}
	condemned := slices.ContainsFunc(files, func(f EntryFile) bool { return slices.Contains(r.Condemned, f.ID) })
	if r.Swept != swept || condemned {
		return errSwept
	}
	return r.recorded(ctx, tx, files, spare)
}
