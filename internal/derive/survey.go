package derive

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
	"vannghe/storage"
)

// JobSurvey compares the catalogue's derivatives with what lies below derived/ and with the recipes of this program, work by work:
// what is gone is made again, what newer recipes make is planned, what they have replaced is removed. It is what lets anybody
// delete all of derived/.
const JobSurvey catalog.JobKind = "survey"

const (
	surveyTimeout = 12 * time.Hour
	// surveyPause is the least time that a survey takes for each work, so that readers and other jobs hardly notice it.
	surveyPause = 5 * time.Millisecond
	surveyLock  = "derived" // one at a time over all processes
)

// Survey enqueues a survey, unless one waits already.
func Survey(ctx context.Context, tx *catalog.Tx) error {
	return tx.Enqueue(ctx, catalog.Job{Kind: JobSurvey, Unique: true, Priority: 4})
}

func (d *Deriver) survey(ctx context.Context, _ catalog.Job, _ catalog.Attempt) error {
	lock, err := d.catalog.LockObject(ctx, surveyLock)
	if err != nil {
		return fmt.Errorf("survey the derivatives: %w", err)
	}
	if err := errors.Join(d.surveyAll(ctx), lock.Unlock(context.WithoutCancel(ctx))); err != nil {
		return fmt.Errorf("survey the derivatives: %w", err)
	}
	return nil
}

func (d *Deriver) surveyAll(ctx context.Context) error {
	pause := time.NewTicker(surveyPause)
	defer pause.Stop()
	for last := archive.WorkID(""); ; {
		works, err := d.reader().DerivedWorks(ctx, last, batch)
		if err != nil || len(works) == 0 {
			return err
		}
		for _, id := range works {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-pause.C:
			}
			if err := d.surveyWork(ctx, id); err != nil {
				return fmt.Errorf("work %s: %w", id, err)
			}
		}
		last = works[len(works)-1]
	}
}

// surveyWork looks at the rows, then at the storage, then at the rows again: a row that became ready after the listing is not taken
// for one whose assets are gone, nor bytes whose row came after it for left ones.
func (d *Deriver) surveyWork(ctx context.Context, id archive.WorkID) error {
	before, err := d.reader().DerivativeVersions(ctx, id)
	if err != nil {
		return err
	}
	stored, err := d.stored(ctx, id)
	if err != nil {
		return err
	}
	w, err := d.reader().Work(ctx, id)
	if archive.CodeOf(err) == archive.NotFound {
		return nil // purged meanwhile
	}
	if err != nil {
		return err
	}
	s := &surveyed{deriver: d, work: &w, gone: map[catalog.DerivativeRef]time.Time{}}
	for _, m := range before {
		if m.State == archive.DerivativeReady && !whole(m, stored) {
			s.gone[refOf(m)] = m.Made
		}
	}
	if err := s.checkOriginals(ctx); err != nil {
		return err
	}
	if err := d.catalog.Update(ctx, s.settle); err != nil {
		return err
	}
	return d.removeLeft(ctx, stored, s.prefixes)
}

// stored lists what lies below derived/ of a work, with sizes.
func (d *Deriver) stored(ctx context.Context, id archive.WorkID) (map[storage.Key]int64, error) {
	sizes := map[storage.Key]int64{}
	for o, err := range d.bucket.List(ctx, "derived/"+string(id)) {
		if err != nil {
			return nil, err
		}
		sizes[o.Key] = o.Size
	}
	return sizes, nil
}

// whole reports whether every asset of m is there at its size.
func whole(m archive.Derivative, stored map[storage.Key]int64) bool {
	return !slices.ContainsFunc(m.Assets, func(a archive.Asset) bool {
		size, ok := stored[storage.Key(m.Prefix).Join(a.Path)]
		return !ok || size != a.Bytes
	})
}

func refOf(m archive.Derivative) catalog.DerivativeRef {
	return catalog.DerivativeRef{Work: m.Work, File: m.File, Recipe: m.Recipe, Version: m.Version}
}

// surveyed is what one look at a work found.
type surveyed struct {
	deriver  *Deriver
	work     *archive.Work
	gone     map[catalog.DerivativeRef]time.Time // ready at that time, with assets that are not there
	prefixes []string                            // of all rows that stay
}

// checkOriginals leaves alone what could not be made again now: where the original is not there either, a disk that is not mounted is
// likelier than one from which derivatives were deleted.
func (s *surveyed) checkOriginals(ctx context.Context) error {
	there := map[archive.FileID]bool{}
	for ref := range s.gone {
		f, ok := fileOf(s.work, ref.File)
		if _, asked := there[ref.File]; !asked && ok && f.State == archive.FileArchived {
			_, err := s.deriver.bucket.Head(ctx, storage.Key(f.Key))
			if err != nil && archive.CodeOf(err) != archive.NotFound {
				return err
			}
			if there[ref.File] = err == nil; err != nil {
				s.deriver.log.Error("derivatives are gone, and so is their original", "work", f.Work, "file", f.ID, "key", f.Key)
			}
		}
		if !there[ref.File] {
			delete(s.gone, ref)
		}
	}
	return nil
}

// settle brings the rows to what was found. The work's state is left alone: what is published stays so while something of it is
// made again, since it is no less approved, and its page says that it is being prepared.
func (s *surveyed) settle(ctx context.Context, tx *catalog.Tx) error {
	s.prefixes = nil // the transaction may be run again
	rows, err := s.deriver.reader().DerivativeVersions(ctx, s.work.ID)
	if err != nil {
		return err
	}
	var stay []archive.Derivative
	for _, m := range rows {
		kept, err := s.settleRow(ctx, tx, m, replaced(m, rows) || outlived(m, rows, tx.Now()))
		if err != nil {
			return err
		}
		if kept {
			stay = append(stay, m)
			s.prefixes = append(s.prefixes, m.Prefix)
			if open(m) {
				s.prefixes = append(s.prefixes, stashOf(m.Prefix))
			}
		}
	}
	for _, f := range files(s.work) {
		if f.State == archive.FileArchived && !s.deriver.planned(f, stay) {
			return tx.Enqueue(ctx, catalog.Job{Kind: editorial.JobPlan, Work: s.work.ID, Unique: true, Priority: 4})
		}
	}
	return nil
}

// settleRow removes a row that is replaced or that nobody can fill again, makes one pending whose assets are gone, and reports
// whether it stays.
func (s *surveyed) settleRow(ctx context.Context, tx *catalog.Tx, m archive.Derivative, replaced bool) (bool, error) {
	made, gone := s.gone[refOf(m)]
	gone = gone && m.State == archive.DerivativeReady && m.Made.Equal(made)
	switch {
	case replaced, gone && s.deriver.recipes[m.Recipe].version != m.Version:
		return false, tx.DropDerivative(ctx, m)
	case !gone:
		return true, nil
	}
	m.State, m.Problem, m.Assets = archive.DerivativePending, "", nil
	s.deriver.log.Warn("a derivative is gone and is made again", "work", m.Work, "file", m.File, "recipe", m.Recipe)
	return true, errors.Join(tx.PutDerivative(ctx, m), tx.Enqueue(ctx, recovered(m).job(m)))
}

// replaced reports whether a later version of m is ready, or m is one that will not be made any more since a later one is planned.
func replaced(m archive.Derivative, rows []archive.Derivative) bool {
	return slices.ContainsFunc(rows, func(n archive.Derivative) bool {
		return n.File == m.File && n.Recipe == m.Recipe && n.Version > m.Version &&
			(n.State == archive.DerivativeReady || m.State != archive.DerivativeReady)
	})
}

// earlyStays is how long what played early is kept beside the ladder: whoever has begun with it sees the film to its end.
const earlyStays = 24 * time.Hour

// outlived reports whether m played early and is of no use any more.
func outlived(m archive.Derivative, rows []archive.Derivative, now time.Time) bool {
	return m.Recipe == recipeHLS && slices.ContainsFunc(rows, func(n archive.Derivative) bool {
		return n.File == m.File && n.Recipe == recipeLadder && n.State == archive.DerivativeReady && now.Sub(n.Made) > earlyStays
	})
}

// removeLeft deletes what was stored for no row: of a recipe that was replaced, or of a process that died before its row was there.
func (d *Deriver) removeLeft(ctx context.Context, stored map[storage.Key]int64, prefixes []string) error {
	for key := range stored {
		told := path.Base(string(key)) == archive.MadeName && strings.Count(string(key), "/") == 2 // beside the derivatives of a work
		if told || slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(string(key), p+"/") }) {
			continue
		}
		if err := d.bucket.Delete(ctx, key); err != nil {
			return err
		}
		d.log.Info("a derivative that is replaced was removed", "prefix", path.Dir(string(key)))
	}
	return nil
}
