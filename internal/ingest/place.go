package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/storage"
)

// Places says where the archive of record will keep originals. A store without local files copies at the price of reading and writing all
// bytes once more; to it a large file of a new work is brought where it will stay, instead of to staging/.
type Places struct {
	// Reserve returns the place of a file of a work that is not recorded yet, if there can be one.
	Reserve func(work archive.WorkID, id archive.FileID, name string) (storage.Key, bool)
	// Keeps reports whether the archive of record holds anything of the work.
	Keeps func(ctx context.Context, work archive.WorkID) (bool, error)
	// From is from how many bytes on; 0: 64 MiB.
	From int64
}

// defaultFrom is from where on copying takes longer than keeping account of what was placed.
const defaultFrom = 64 << 20

// placed is a file that lies in the archive of record and that no row names yet, in the register.
type placed struct {
	Work archive.WorkID `json:"work"`
	Key  storage.Key    `json:"key"`
}

// placing says where the files of an entry may be placed, if its work is new: one of each size, since an object keeps equal bytes once.
type placing struct {
	key   string         // of the entry
	work  archive.WorkID // that it will become
	sizes []int64        // of what was placed
}

// place gives s a place in the archive of record where it may have one. First it is written down: whatever stops us, the bytes are found again.
func (in *Ingest) place(ctx context.Context, at *placing, s *Staged, size int64) error {
	if at == nil || size < in.places.From || slices.Contains(at.sizes, size) {
		return nil
	}
	if may, err := in.mayPlace(ctx, at); err != nil || !may {
		return err
	}
	key, ok := in.places.Reserve(at.work, s.ID, s.Name)
	if !ok {
		return nil
	}
	if err := in.changeRegister(ctx, func(r *register) { r.place(s.ID, placed{Work: at.work, Key: key}) }); err != nil {
		return err
	}
	at.sizes = append(at.sizes, size)
	s.Key, s.placedIn = key, at.work
	return nil
}

// mayPlace reports whether the store copies at a price, and the work is new as far as is known.
func (in *Ingest) mayPlace(ctx context.Context, at *placing) (bool, error) {
	if in.places.Reserve == nil {
		return false, nil
	}
	if f, local, err := in.bucket.File(ctx, StagingKey("none")); local {
		if f != nil {
			_ = f.Close() // nothing is read of it
		}
		return false, nil
	} else if err != nil || at.key == "" {
		return err == nil, err
	}
	_, err := in.catalog.Reader(viewer()).WorkByKey(ctx, at.key)
	if archive.CodeOf(err) == archive.NotFound {
		return true, nil
	}
	return false, err
}

func (r *register) place(id archive.FileID, p placed) {
	if r.Placed == nil {
		r.Placed = map[archive.FileID]placed{}
	}
	r.Placed[id] = p
}

// unplace forgets files in the register, and reports whether there were any.
func (r *register) unplace(ids []archive.FileID) (some bool) {
	for _, id := range ids {
		if _, ok := r.Placed[id]; ok {
			delete(r.Placed, id)
			some = true
		}
	}
	return some
}

// errElsewhere says that files were placed for a new work, and the work is not new.
var errElsewhere = errors.New("placed in the object of another work")

// elsewhere reports whether a file lies in the object of another work than this.
func elsewhere(files []EntryFile, work archive.WorkID) bool {
	return slices.ContainsFunc(files, func(f EntryFile) bool { return f.placedIn != "" && f.placedIn != work })
}

// toStaging brings files that were placed to staging, as if they had never been.
func (in *Ingest) toStaging(ctx context.Context, files []EntryFile) error {
	for i := range files {
		f := &files[i]
		if f.placedIn == "" {
			continue
		}
		if err := in.bucket.Copy(ctx, f.Key, StagingKey(f.ID)); err != nil {
			return err
		}
		before := *f
		f.Key, f.placedIn = StagingKey(f.ID), ""
		in.discard(ctx, []EntryFile{before})
	}
	return nil
}

// forgetPlaced forgets those of the files whose bytes were removed.
func (in *Ingest) forgetPlaced(ctx context.Context, files []EntryFile) {
	ids := idsOf(slices.DeleteFunc(slices.Clone(files), func(f EntryFile) bool { return f.placedIn == "" }))
	if len(ids) == 0 {
		return
	}
	if err := in.changeRegister(ctx, func(r *register) { r.unplace(ids) }); err != nil {
		in.log.Warn("what was placed is forgotten with the next sweep", "files", ids, "err", err)
	}
}

func idsOf(files []EntryFile) []archive.FileID {
	var ids []archive.FileID
	for _, f := range files {
		ids = append(ids, f.ID)
	}
	return ids
}

// sweepPlaced removes what was placed and never recorded, and forgets what was. No import is under way that could still record it.
func (in *Ingest) sweepPlaced(ctx context.Context, all map[archive.FileID]placed) error {
	var failures []error
	for id, p := range all {
		if err := in.condemn(ctx, []archive.FileID{id}); err != nil {
			return err
		}
		if err := in.sweepPlace(ctx, id, p); err != nil {
			failures = append(failures, err)
			continue
		}
		if err := in.changeRegister(ctx, func(r *register) { r.unplace([]archive.FileID{id}) }); err != nil {
			return err
		}
		failures = append(failures, in.absolve(ctx, []archive.FileID{id}))
	}
	return errors.Join(failures...)
}

// sweepPlace removes one unless a row names it, or the archive of record knows its work: what lies there then is no affair of ours.
func (in *Ingest) sweepPlace(ctx context.Context, id archive.FileID, p placed) error {
	_, err := in.catalog.Reader(viewer()).FileByID(ctx, id)
	if err == nil {
		return nil
	}
	if archive.CodeOf(err) != archive.NotFound {
		return fmt.Errorf("sweep %s: %w", p.Key, err)
	}
	kept, err := in.places.Keeps(ctx, p.Work)
	if err != nil || kept {
		return err
	}
	if err := in.bucket.Delete(ctx, p.Key); err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	in.log.Info("an orphan was removed from the archive of record", "key", p.Key)
	return nil
}

// recorded forgets, inside the transaction that writes the rows of files, that they have none. What was not taken is forgotten once it is removed.
func (r *register) recorded(ctx context.Context, tx *catalog.Tx, files, spare []EntryFile) error {
	not := idsOf(spare)
	taken := slices.DeleteFunc(idsOf(files), func(id archive.FileID) bool { return slices.Contains(not, id) })
	if !r.unplace(taken) {
		return nil
	}
	return tx.PutSetting(ctx, registerSetting, r)
}
