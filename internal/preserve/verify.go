package preserve

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/ocfl"
	"vannghe/storage"
)

// VerifyOptions say how Verify goes about.
type VerifyOptions struct {
	Rate   int64      // bytes a second that are read at most; 0: as fast as can be
	Mirror *ocfl.Root // another copy of the archive, from which damage is repaired; nil: there is none
	// Round names what a run goes on with when one of the same name was stopped.
	Round string
	// Scan asks the virus scanner about an archived file that it has not found clean yet, and reports whether it is infected; nil: nobody is asked.
	Scan func(ctx context.Context, f archive.File) (infected bool, err error)
	// Found, when set, is told of everything that is found, and Progress after each object of how many are done of how many.
	Found    func(archive.Damage)
	Progress func(done, total int)
}

// Round is how far a check of the archive has come. It is kept in the catalogue, so that a run that is stopped anywhere goes on.
type Round struct {
	Started time.Time        `json:"started"`
	Stage   int              `json:"stage"`  // 0 works, 1 other records, 2 what belongs to neither
	Cursor  string           `json:"cursor"` // the last work or note that was looked at
	Objects int              `json:"objects"`
	Files   int              `json:"files"`
	Bytes   int64            `json:"bytes"`
	Damages []archive.Damage `json:"damages,omitempty"`
	More    int              `json:"more,omitempty"` // damages beyond mostDamages, which are counted only
}

// Problems is how many damages of a round were not repaired.
func (r *Round) Problems() int {
	n := r.More
	for i := range r.Damages {
		if !r.Damages[i].Repaired {
			n++
		}
	}
	return n
}

const (
	// mostDamages bounds what is kept by name: a disk that is gone would name every file.
	mostDamages = 300
	// roundStays is how long a run that was stopped is gone on with; after that what it saw says little.
	roundStays = 14 * 24 * time.Hour
	// saveEvery is how often it is noted how far the check of records beside works has come; works note it with their events.
	saveEvery = 2 * time.Second
	atOnce    = 500
)

// roundSetting is where the round of that name is kept.
func roundSetting(name string) string { return "catalog.fixity.round." + name }

// Verify reads everything that is in the archive of record again and says in what it is not as it was: digests and structure of every object, every
// object that should be there and any that should not, the chain of events of every work against what the archive of record, and the catalogue beside
// it, know of its end. What looks damaged is read a second time, as the only writer, before it counts; where there is another copy, what can be
// is repaired from it. Each work gets an event. It may be stopped anywhere: run again, it goes on. Two of the same name run one
// after the other. The error is what kept it from going on, not what it found.
func (p *Preserve) Verify(ctx context.Context, opt VerifyOptions) (Round, error) {
	lock, err := p.catalog.LockObject(ctx, "fixity:"+opt.Round)
	if err != nil {
		return Round{}, fmt.Errorf("verify: %w", err)
	}
	v := &verifier{Preserve: p, opt: opt, root: p.root}
	if opt.Rate > 0 {
		v.root = p.root.Paced(pace(opt.Rate))
	}
	err = v.run(ctx)
	if err != nil && ctx.Err() != nil && !v.round.Started.IsZero() { // told to stop: nothing is looked at twice
		err = errors.Join(err, v.save(context.WithoutCancel(ctx)))
	}
	if unlockErr := lock.Unlock(context.WithoutCancel(ctx)); err == nil {
		err = unlockErr
	}
	if err != nil {
		return v.round, fmt.Errorf("verify: %w", err)
	}
	return v.round, nil
}

type verifier struct {
	*Preserve
	opt   VerifyOptions
	root  *ocfl.Root // paced
	round Round
	total int
	saved time.Time
}

func (v *verifier) run(ctx context.Context) error {
	if err := v.resume(ctx); err != nil {
		return err
	}
	for v.round.Stage < 3 {
		stage := []func(context.Context) error{v.works, v.records, v.rest}[v.round.Stage]
		if err := stage(ctx); err != nil {
			return err
		}
		v.round.Stage, v.round.Cursor = v.round.Stage+1, ""
	}
	return v.finish(ctx)
}

// resume goes on with the round that was stopped, or begins one.
func (v *verifier) resume(ctx context.Context) error {
	err := v.catalog.Reader(viewer()).Setting(ctx, roundSetting(v.opt.Round), &v.round)
	if err != nil && archive.CodeOf(err) != archive.NotFound {
		return err
	}
	if v.round.Started.IsZero() || v.now().Sub(v.round.Started) > roundStays {
		v.round = Round{Started: v.now().UTC()}
	}
	v.saved = v.now()
	if v.opt.Progress != nil {
		v.total, err = v.count(ctx)
		return err
	}
	return nil
}

// count is how many works and records there are.
func (v *verifier) count(ctx context.Context) (n int, err error) {
	err = v.eachWork(ctx, "", func(archive.WorkID) error { n++; return nil })
	if err == nil {
		err = v.eachRecord(ctx, "", func(catalog.KeptRecord) error { n++; return nil })
	}
	return n, err
}

func (v *verifier) eachWork(ctx context.Context, after archive.WorkID, fn func(archive.WorkID) error) error {
	for {
		ids, err := v.catalog.Reader(viewer()).Kept(ctx, after, atOnce)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			if err := fn(id); err != nil {
				return err
			}
			after = id
		}
	}
}

func (v *verifier) eachRecord(ctx context.Context, after string, fn func(catalog.KeptRecord) error) error {
	for {
		list, err := v.catalog.Reader(viewer()).KeptRecords(ctx, after, atOnce)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, k := range list {
			if err := fn(k); err != nil {
				return err
			}
			after = k.Note
		}
	}
}

func (v *verifier) works(ctx context.Context) error {
	return v.eachWork(ctx, archive.WorkID(v.round.Cursor), func(id archive.WorkID) error {
		seen, err := v.work(ctx, id)
		if err != nil {
			return fmt.Errorf("work %s: %w", id, err)
		}
		before := v.round
		v.step(string(id), seen)
		err = v.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
			if e, ok := seen.event(id); ok {
				if err := tx.AddEvent(ctx, e); err != nil {
					return err
				}
			}
			return tx.PutSetting(ctx, roundSetting(v.opt.Round), v.round)
		})
		if err != nil {
			v.round = before
			return err
		}
		v.saved = v.now()
		v.tell()
		return nil
	})
}

func (v *verifier) records(ctx context.Context) error {
	return v.eachRecord(ctx, v.round.Cursor, func(k catalog.KeptRecord) error {
		seen, err := v.record(ctx, k)
		if err != nil {
			return fmt.Errorf("record %s: %w", k.Note, err)
		}
		v.step(k.Note, seen)
		defer v.tell()
		if v.now().Sub(v.saved) < saveEvery && len(seen.damages) == 0 {
			return nil
		}
		v.saved = v.now()
		return v.save(ctx)
	})
}

func (v *verifier) save(ctx context.Context) error {
	return v.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		return tx.PutSetting(ctx, roundSetting(v.opt.Round), v.round)
	})
}

// step notes what was seen of an object.
func (v *verifier) step(cursor string, seen sighting) {
	v.round.Cursor = cursor
	v.round.Objects++
	v.round.Files += seen.files
	v.round.Bytes += seen.bytes
	for _, d := range seen.damages {
		v.add(d)
	}
}

func (v *verifier) tell() {
	if v.opt.Progress != nil {
		v.opt.Progress(min(v.round.Objects, v.total), v.total)
	}
}

func (v *verifier) add(d archive.Damage) {
	d.Found = v.now().UTC()
	v.log.Error("the archive is not as it was", "kind", d.Kind, "work", d.Work, "record", d.Note, "object", d.Object, "path", d.Path, "event", d.Event, "detail", d.Detail, "repaired", d.Repaired)
	if len(v.round.Damages) < mostDamages {
		v.round.Damages = append(v.round.Damages, d)
	} else if !d.Repaired {
		v.round.More++
	}
	if v.opt.Found != nil {
		v.opt.Found(d)
	}
}

// rest looks for what belongs to no object, and for objects of which the catalogue knows nothing.
func (v *verifier) rest(ctx context.Context) error {
	found, err := v.Preserve.root.ValidateRoot(ctx)
	if err != nil {
		return err
	}
	for _, problem := range found {
		if problem.Code == "E085" {
			continue // an object without its declaration is found by who looks at the object
		}
		kind := archive.DamageAdded
		if slices.Contains([]string{"E069", "E071", "E080"}, problem.Code) {
			kind = archive.DamageChanged
		}
		v.add(archive.Damage{Kind: kind, Path: problem.Path, Detail: problem.String()})
	}
	strange, err := v.strange(ctx)
	if err != nil {
		return err
	}
	for _, place := range strange {
		d := archive.Damage{Kind: archive.DamageObjectUnknown, Path: place}
		if d.Object, err = v.Preserve.root.Identify(ctx, place); err != nil {
			d.Detail = err.Error()
		}
		v.add(d)
	}
	return nil
}

// strange returns the places at which an object lies that nothing in the catalogue has. The catalogue is asked after the archive was listed, since what is
// written is known there first.
func (v *verifier) strange(ctx context.Context) ([]string, error) {
	there := map[string]bool{}
	before, err := v.Placed(ctx)
	if err != nil {
		return nil, err
	}
	for place, err := range v.Preserve.root.Places(ctx) {
		if err != nil {
			return nil, err
		}
		there[place] = true
	}
	after, err := v.Placed(ctx) // before the works: what was placed is written down until there is one
	if err != nil {
		return nil, err
	}
	for _, placed := range []map[storage.Key]archive.WorkID{before, after} {
		for _, id := range placed {
			delete(there, v.root.Place(WorkObject(id)))
		}
	}
	err = v.eachWork(ctx, "", func(id archive.WorkID) error {
		delete(there, v.root.Place(WorkObject(id)))
		return nil
	})
	if err == nil {
		err = v.eachRecord(ctx, "", func(k catalog.KeptRecord) error {
			kind, id, _ := strings.Cut(strings.TrimPrefix(k.Note, "forget:"), ":")
			delete(there, v.root.Place(ObjectID(kind, id)))
			return nil
		})
	}
	var places []string
	for place := range there {
		places = append(places, place)
	}
	slices.Sort(places)
	return places, err
}

// finish keeps what was found where people are told of it, and forgets how far the round had come.
func (v *verifier) finish(ctx context.Context) error {
	return v.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		last := struct {
			Time     time.Time
			Problems int
		}{tx.Now(), v.round.Problems()}
		if err := tx.PutSetting(ctx, fixitySetting, last); err != nil {
			return err
		}
		if err := tx.PutSetting(ctx, archive.FixityDamages, v.round.Damages); err != nil {
			return err
		}
		return tx.PutSetting(ctx, roundSetting(v.opt.Round), Round{})
	})
}

// fixitySetting is office.FixitySetting, which this package may not see.
const fixitySetting = "catalog.fixity"
