package preserve

import (
	"context"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// repairRounds is how often what was repaired is looked at again: an object whose inventory was damaged shows what else is only once that is mended.
const repairRounds = 4

// repair mends what another copy of the archive, or the object itself, vouches for, and looks again until nothing more can be.
func (v *verifier) repair(ctx context.Context, lock *catalog.ObjectLock, seen sighting, load func(context.Context) (*subject, error)) (sighting, error) {
	var repaired []archive.Damage
	for range repairRounds {
		mended, err := v.mend(ctx, lock, seen)
		if err != nil {
			return seen, err
		}
		if len(mended) == 0 {
			break
		}
		repaired = append(repaired, mended...)
		if seen, err = v.look(ctx, seen.object, load); err != nil {
			return seen, err
		}
	}
	for _, d := range repaired {
		if !contains(seen.damages, d) { // what is still damaged was not
			d.Repaired = true
			seen.damages = append(seen.damages, d)
		}
	}
	return seen, nil
}

func contains(list []archive.Damage, d archive.Damage) bool {
	for _, l := range list {
		if l.Kind == d.Kind && l.Path == d.Path && l.Event == d.Event {
			return true
		}
	}
	return false
}

// mend returns the damages for which bytes were put back.
func (v *verifier) mend(ctx context.Context, lock *catalog.ObjectLock, seen sighting) (mended []archive.Damage, err error) {
	var inventories, others []archive.Damage // content can be judged only by a whole inventory
	for _, d := range seen.damages {
		if strings.Contains(d.Path, "inventory.json") {
			inventories = append(inventories, d)
		} else if d.Repairable() {
			others = append(others, d)
		}
	}
	for _, d := range append(inventories, others...) {
		if !d.Repairable() {
			continue
		}
		ok, err := v.mendOne(ctx, lock, d)
		if err != nil {
			return mended, err
		}
		if ok {
			mended = append(mended, d)
		}
	}
	return mended, nil
}

// mendOne mends one damage. A second store that does not answer is no reason to stop looking.
func (v *verifier) mendOne(ctx context.Context, lock *catalog.ObjectLock, d archive.Damage) (ok bool, err error) {
	if d.Kind == archive.DamageObjectMissing {
		if v.opt.Mirror == nil {
			return false, nil
		}
		ok, err = v.Preserve.root.Bring(ctx, v.opt.Mirror, d.Object, lock.Check)
	} else {
		ok, err = v.Preserve.root.Mend(ctx, v.opt.Mirror, d.Object, d.Path, lock.Check)
	}
	if err != nil && ctx.Err() == nil && archive.CodeOf(err) != archive.Conflict {
		v.log.Error("a damage could not be repaired", "object", d.Object, "path", d.Path, "err", err)
		return false, nil
	}
	return ok, err
}
