package derive

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
	"vannghe/internal/tool"
	"vannghe/internal/tool/ffmpeg"
)

// Prefix returns the storage prefix of what recipe at version makes of f, without a slash at the end.
func Prefix(f archive.File, recipe string, version int) string {
	return fmt.Sprintf("derived/%s/%s/%s-v%d", f.Work, f.Digest, recipe, version)
}

// errGoesOn says that time ran out, but that the next try will begin where this one came to: however long a film is, it comes to an end.
var errGoesOn = errors.New("to be gone on with")

// errDone says that there is nothing to do any more.
var errDone = errors.New("already settled")

// errOutdated says that a person chose otherwise while a derivative was made.
var errOutdated = errors.New("chosen otherwise meanwhile")

// settlePatience is how long the record of a failure may take. It does not end with the job, which may have ended by its timeout.
const settlePatience = 30 * time.Second

// derive makes one derivative: bytes first, then one transaction that makes them visible. Run again after a stop at any
// instant it comes to the same end: it writes the same keys and replaces the same rows.
func (d *Deriver) derive(ctx context.Context, j catalog.Job, _ catalog.Attempt) error {
	return errors.Join(d.deriveOne(ctx, j), d.clearPurged(ctx, j))
}

// clearPurged removes what a job has stored of a work that was purged meanwhile: the purge may have come before.
func (d *Deriver) clearPurged(ctx context.Context, j catalog.Job) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settlePatience)
	defer cancel()
	w, err := d.reader().Work(ctx, j.Work)
	if err != nil {
		return nil // the job has told of it
	}
	if f, ok := fileOf(&w, j.File); !ok || f.State != archive.FilePurged {
		return nil
	}
	if err := d.bucket.DeletePrefix(ctx, "derived/"+string(j.Work)); err != nil {
		return fmt.Errorf("remove what was made of work %s, which was purged: %w", j.Work, err)
	}
	return nil
}

func (d *Deriver) deriveOne(ctx context.Context, j catalog.Job) error {
	err := d.makeAndKeep(ctx, j)
	if hung(ctx, err) {
		d.log.Warn("a program hung; it is tried once more", "recipe", j.Recipe, "file", j.File, "err", err)
		err = d.makeAndKeep(ctx, j)
	}
	for errors.Is(err, errOutdated) && ctx.Err() == nil {
		err = d.makeAndKeep(ctx, j)
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) && !errors.Is(err, errGoesOn) { // that of the job: nothing else takes a day
		err = archive.Fail(archive.TooLarge, problemLong).Because(err)
	}
	switch {
	case err == nil, errors.Is(err, errDone):
		return nil
	case !final(err): // the file is not at fault: tried again until it is made
		return fmt.Errorf("make %s of file %s: %w", j.Recipe, j.File, err)
	}
	settling, cancel := context.WithTimeout(context.WithoutCancel(ctx), settlePatience)
	defer cancel()
	if settle := d.giveUp(settling, j, err); settle != nil {
		// The cause is final, its record is missing: only an error that is tried again keeps the derivative from staying pending.
		return fmt.Errorf("record that %s of file %s cannot be made (%s): %w", j.Recipe, j.File, problemOf(err), settle)
	}
	return fmt.Errorf("make %s of file %s: %w", j.Recipe, j.File, err)
}

// hung reports whether a program was ended because it took too long: perhaps the file's fault, perhaps that of a disk that hung.
func hung(ctx context.Context, err error) bool {
	return archive.ReasonOf(err) == "tool-timeout" && ctx.Err() == nil
}

// outOfTime reports whether a time limit ended the work, that of a program or of the job.
func outOfTime(ctx context.Context, err error) bool {
	return err != nil && (archive.ReasonOf(err) == "tool-timeout" || errors.Is(ctx.Err(), context.DeadlineExceeded))
}

func (d *Deriver) makeAndKeep(ctx context.Context, j catalog.Job) error {
	r, ok := d.recipes[j.Recipe]
	switch {
	case !ok:
		return archive.Fail(archive.Invalid, problemRetired)
	case r.version > j.Version:
		return d.replan(ctx, j)
	case r.version < j.Version: // a newer program runs beside this one, or did
		return archive.Fail(archive.Busy, archive.MakingGaveUp)
	}
	work, file, err := d.due(ctx, j)
	if err != nil {
		return err
	}
	folder, err := d.runner.Folder()
	if err != nil {
		return err
	}
	t := task{deriver: d, work: work, file: file, folder: folder, kept: new(int)}
	result, err := d.cook(ctx, r, t)
	if *t.kept > 0 && outOfTime(ctx, err) {
		err = archive.Fail(archive.Busy, archive.MakingGaveUp).Because(fmt.Errorf("%w: %w", errGoesOn, err))
	}
	if err == nil {
		err = d.keep(ctx, j, r, result)
	}
	if err == nil {
		d.dropStash(ctx, t, r)
	}
	return errors.Join(err, folder.Remove())
}

// replan has what a former version of a recipe was to make planned anew. Its row stays pending until then: were it settled now, a work
// that waits for it would be published with nothing to show.
func (d *Deriver) replan(ctx context.Context, j catalog.Job) error {
	m, err := d.current(ctx, j)
	if err != nil {
		return err
	}
	if !open(m) {
		return errDone
	}
	err = d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		return tx.Enqueue(ctx, catalog.Job{Kind: editorial.JobPlan, Work: j.Work, Unique: true})
	})
	if err != nil {
		return err
	}
	return errDone
}

// due returns the work and file of a job that is still to be done, errDone when it is not: the derivative is settled, or
// the file is gone.
func (d *Deriver) due(ctx context.Context, j catalog.Job) (archive.Work, archive.File, error) {
	m, err := d.current(ctx, j)
	if err != nil {
		return archive.Work{}, archive.File{}, err
	}
	w, err := d.reader().Work(ctx, j.Work)
	if archive.CodeOf(err) == archive.NotFound {
		return w, archive.File{}, errDone
	}
	if err != nil {
		return w, archive.File{}, err
	}
	f, ok := fileOf(&w, j.File)
	if !open(m) || !ok || f.State != archive.FileArchived {
		return w, f, errDone
	}
	return w, f, nil
}

// current returns the derivative that a job is to make, errDone when none is planned.
func (d *Deriver) current(ctx context.Context, j catalog.Job) (archive.Derivative, error) {
	all, err := d.reader().DerivativeVersions(ctx, j.Work)
	if err != nil {
		return archive.Derivative{}, err
	}
	for _, m := range all {
		if m.File == j.File && m.Recipe == j.Recipe && m.Version == j.Version {
			return m, nil
		}
	}
	return archive.Derivative{}, errDone
}

// open reports whether a derivative is still to be made. An earlier version of the program gave up what failed because of us.
func open(m archive.Derivative) bool {
	return m.State == archive.DerivativePending || m.State == archive.DerivativeFailed && m.Problem.Ours()
}

// cook fetches the original, runs the recipe and stores what came of it.
func (d *Deriver) cook(ctx context.Context, r recipe, t task) (made, error) {
	input, err := d.fetch(ctx, t.file, t.folder, roomLeft+roomFor(r.name, t.file))
	if err != nil {
		return made{}, err
	}
	t.input = input
	result, err := r.make(ffmpeg.Told(ctx, d.progress(ctx, t.file)), t)
	if err != nil {
		return made{}, err
	}
	result.work = t.work
	result.assets, err = d.upload(ctx, t, r, result.assets)
	return result, err
}

// keep makes a derivative visible, in one transaction with its parts, its event and whatever waited for it.
func (d *Deriver) keep(ctx context.Context, j catalog.Job, r recipe, m made) error {
	agent := d.agent(ctx, r.name, r.version, m.program)
	return d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, j.Work)
		if err != nil {
			return err
		}
		f, ok := fileOf(&w, j.File)
		if j.Recipe == recipePoster && !samePoster(&m.work, &w, j.File) {
			return errOutdated
		}
		if !ok || f.State != archive.FileArchived {
			return nil // purged meanwhile: what was stored is an orphan that nothing leads to
		}
		ready := archive.Derivative{Work: j.Work, File: j.File, Recipe: j.Recipe, Version: j.Version, State: archive.DerivativeReady,
			Problem: m.note, Prefix: Prefix(f, j.Recipe, j.Version), Assets: m.assets, Made: tx.Now()}
		if err := tx.PutDerivative(ctx, ready); err != nil {
			return fmt.Errorf("keep %s of file %s: %w", j.Recipe, j.File, err)
		}
		if r.parts {
			if err := tx.PutParts(ctx, f, m.parts); err != nil {
				return fmt.Errorf("keep the parts of file %s: %w", j.File, err)
			}
		}
		return d.record(ctx, tx, archive.Event{Work: j.Work, Agent: agent, Outcome: archive.Success, Detail: detail(f, m.detail)})
	})
}

// giveUp records that a derivative will not be made, and why, unless it is settled already. One that is not planned was made by
// a recipe that is run no more, and is settled as well.
func (d *Deriver) giveUp(ctx context.Context, j catalog.Job, cause error) error {
	return d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, j.Work)
		if err != nil {
			return err
		}
		m, err := d.current(ctx, j)
		planned := !errors.Is(err, errDone)
		f, ok := fileOf(&w, j.File)
		if planned && (err != nil || !open(m)) || !ok || f.State == archive.FilePurged {
			return err
		}
		reason := problemOf(cause)
		failed := archive.Derivative{Work: j.Work, File: j.File, Recipe: j.Recipe, Version: j.Version, State: archive.DerivativeFailed,
			Problem: reason, Prefix: Prefix(f, j.Recipe, j.Version), Made: tx.Now()}
		if err := tx.PutDerivative(ctx, failed); err != nil {
			return fmt.Errorf("give up %s of file %s: %w", j.Recipe, j.File, err)
		}
		return d.record(ctx, tx, archive.Event{Work: j.Work, Agent: d.agent(ctx, j.Recipe, j.Version, ""), Outcome: archive.Failure,
			Detail: detail(f, string(reason))})
	})
}

// record adds a derivation event and publishes the work if it waited for just this.
func (d *Deriver) record(ctx context.Context, tx *catalog.Tx, e archive.Event) error {
	e.Type = archive.EventDerivation
	if err := tx.AddEvent(ctx, e); err != nil {
		return fmt.Errorf("record a derivation of work %s: %w", e.Work, err)
	}
	return editorial.Settle(ctx, tx, e.Work)
}

// agent names recipe and program for the record: "vannghe hls v1, ffmpeg 5.1.9-0+deb12u1".
func (d *Deriver) agent(ctx context.Context, name string, version int, p tool.Program) string {
	s := fmt.Sprintf("vannghe %s v%d", name, version)
	if p != "" {
		s += ", " + d.version(ctx, p)
	}
	return s
}

// detail says of which file, by name and the head of its digest.
func detail(f archive.File, how string) string {
	s := fmt.Sprintf("%s (sha512 %.16s…)", f.Name, f.Digest)
	if how != "" {
		s += ": " + how
	}
	return s
}
