package derive

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
)

// finding is what inspecting one file came to.
type finding struct {
	file  archive.File // with its facts set
	steps []Step
}

// plan looks into the files of a work that nothing has been planned for, and in one transaction keeps what it found and
// enqueues what is to be made. A work of which nothing can be made is settled at once.
func (d *Deriver) plan(ctx context.Context, j catalog.Job, _ catalog.Attempt) error {
	findings, err := d.findings(ctx, j.Work)
	if err == nil {
		err = d.keepPlan(ctx, j.Work, findings)
	}
	if err != nil && !errors.Is(err, errDone) {
		return fmt.Errorf("plan work %s: %w", j.Work, err)
	}
	return nil
}

func (d *Deriver) findings(ctx context.Context, id archive.WorkID) ([]finding, error) {
	w, err := d.reader().Work(ctx, id)
	if archive.CodeOf(err) == archive.NotFound {
		return nil, errDone // purged while the job waited
	}
	if err != nil {
		return nil, err
	}
	made, err := d.reader().DerivativeVersions(ctx, id)
	if err != nil {
		return nil, err
	}
	var all []finding
	for _, f := range files(&w) {
		if f.State != archive.FileArchived || d.planned(f, made) {
			continue
		}
		found, err := d.find(ctx, f)
		if err != nil {
			return nil, fmt.Errorf("inspect file %s: %w", f.ID, err)
		}
		all = append(all, found)
	}
	return all, nil
}

// planned reports whether nothing is left to plan for f: it is known that nothing can be made, or all that is planned is
// of the versions made now (or of later ones: an older program was put back).
func (d *Deriver) planned(f archive.File, made []archive.Derivative) bool {
	if f.Problem != "" && !f.Problem.Ours() {
		return true
	}
	look, begun := lookOf(f.ID, made)
	return begun && len(missing(d.steps(f, look), f.ID, made)) == 0
}

// lookOf is what a look into the file must have told, to judge by what was planned then.
func lookOf(file archive.FileID, made []archive.Derivative) (look Look, begun bool) {
	for _, m := range made {
		if m.File != file {
			continue
		}
		begun = true
		switch m.Recipe {
		case recipeHLS, recipeLadder, recipePoster:
			look.Video = true
		case recipeAudio:
			look.Audio = true
		case recipeCover:
			look.Cover = true
		case recipeCaptions:
			look.Captions = true
		}
	}
	return look, begun
}

// steps is Plan with the versions of the recipes that are run.
func (d *Deriver) steps(f archive.File, look Look) []Step {
	plan := Plan(f, look)
	for i := range plan {
		plan[i].Version = d.recipes[plan[i].Recipe].version
	}
	return plan
}

// find inspects a file. A file that its tool gives up on is a finding; a tool or storage that does not answer is an error.
func (d *Deriver) find(ctx context.Context, f archive.File) (finding, error) {
	f.Problem = ""
	look, err := d.inspect(ctx, &f)
	if hung(ctx, err) {
		look, err = d.inspect(ctx, &f)
	}
	if err != nil && !final(err) {
		return finding{}, err
	}
	if err != nil {
		d.log.Warn("nothing can be made of a file", "file", f.ID, "format", f.Format, "err", err)
		f.Problem = problemOf(err)
		return finding{file: f}, nil
	}
	plan := d.steps(f, look)
	if len(plan) == 0 {
		f.Problem = problemUnknown
	}
	return finding{file: f, steps: plan}, nil
}

func (d *Deriver) keepPlan(ctx context.Context, id archive.WorkID, findings []finding) error {
	return d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, id)
		if err != nil {
			return err
		}
		made, err := d.reader().DerivativeVersions(ctx, id)
		if err != nil {
			return err
		}
		findings = slices.DeleteFunc(findings, func(found finding) bool { // purged meanwhile: its tags are nobody's title any more
			f, ok := fileOf(&w, found.file.ID)
			return ok && f.State == archive.FilePurged
		})
		for _, found := range findings { // first of all: putting the work writes its files as they were
			if err := editorial.Describe(ctx, tx, &w, said(found.file)); err != nil {
				return err
			}
		}
		if arrange(&w, findings) {
			if err := editorial.Arrange(ctx, tx, &w); err != nil {
				return err
			}
		}
		for _, found := range findings {
			f, ok := fileOf(&w, found.file.ID)
			if !ok || f.State != archive.FileArchived || f.Digest != found.file.Digest {
				continue
			}
			if err := keepFacts(ctx, tx, f, found.file); err != nil {
				return err
			}
			if err := keepSteps(ctx, tx, f, missing(found.steps, f.ID, made)); err != nil {
				return err
			}
			if err := dropFormer(ctx, tx, found.steps, f.ID, made); err != nil {
				return err
			}
		}
		if err := arrangeCollections(ctx, tx, &w, findings); err != nil {
			return err
		}
		return editorial.Settle(ctx, tx, id)
	})
}

// missing returns the steps for which no derivative of that version or a later one is known, and that are not past their use.
func missing(plan []Step, file archive.FileID, made []archive.Derivative) []Step {
	return slices.DeleteFunc(slices.Clone(plan), func(s Step) bool {
		if s.Recipe == recipeHLS && climbed(file, made) {
			return true
		}
		return slices.ContainsFunc(made, func(m archive.Derivative) bool {
			return m.File == file && m.Recipe == s.Recipe && m.Version >= s.Version
		})
	})
}

// climbed reports whether the ladder of a film is whole, so that nobody needs what played before it.
func climbed(file archive.FileID, made []archive.Derivative) bool {
	return slices.ContainsFunc(made, func(m archive.Derivative) bool {
		return m.File == file && m.Recipe == recipeLadder && m.State == archive.DerivativeReady
	})
}

// keepFacts writes what was found out about f, if it is news.
func keepFacts(ctx context.Context, tx *catalog.Tx, f, found archive.File) error {
	old := f
	f.Problem, f.Duration, f.Width, f.Height, f.Pages, f.Tags = found.Problem, found.Duration, found.Width, found.Height, found.Pages, found.Tags
	if f.Problem == old.Problem && f.Duration == old.Duration && f.Width == old.Width && f.Height == old.Height &&
		f.Pages == old.Pages && maps.Equal(f.Tags, old.Tags) {
		return nil
	}
	if err := tx.SetFile(ctx, f); err != nil {
		return fmt.Errorf("keep the facts of file %s: %w", f.ID, err)
	}
	return nil
}

// keepSteps records what is to be made. The jobs are not unique: a job that still runs for the same derivative may have
// read the state before this change, and one too many finds the derivative ready and ends.
func keepSteps(ctx context.Context, tx *catalog.Tx, f archive.File, plan []Step) error {
	for _, s := range plan {
		pending := archive.Derivative{Work: f.Work, File: f.ID, Recipe: s.Recipe, Version: s.Version,
			State: archive.DerivativePending, Prefix: Prefix(f, s.Recipe, s.Version)}
		if err := tx.PutDerivative(ctx, pending); err != nil {
			return fmt.Errorf("plan %s of file %s: %w", s.Recipe, f.ID, err)
		}
		if err := tx.Enqueue(ctx, s.job(pending)); err != nil {
			return fmt.Errorf("enqueue %s of file %s: %w", s.Recipe, f.ID, err)
		}
	}
	return nil
}

// dropFormer removes what former versions of the steps' recipes were to make and have not: nobody makes it any more.
func dropFormer(ctx context.Context, tx *catalog.Tx, plan []Step, file archive.FileID, made []archive.Derivative) error {
	for _, m := range made {
		former := slices.ContainsFunc(plan, func(s Step) bool { return s.Recipe == m.Recipe && s.Version > m.Version })
		if m.File != file || m.State == archive.DerivativeReady || !former {
			continue
		}
		if err := tx.DropDerivative(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// job is the one that makes m by the step.
func (s Step) job(m archive.Derivative) catalog.Job {
	return catalog.Job{Kind: JobDerive, Work: m.Work, File: m.File, Recipe: s.Recipe, Version: s.Version, Queue: s.Queue, Priority: s.Priority}
}

// files lists the files of all representations in order.
func files(w *archive.Work) []archive.File {
	var all []archive.File
	for _, r := range w.Representations {
		all = append(all, r.Files...)
	}
	return all
}

func fileOf(w *archive.Work, id archive.FileID) (archive.File, bool) {
	all := files(w)
	i := slices.IndexFunc(all, func(f archive.File) bool { return f.ID == id })
	if i < 0 {
		return archive.File{}, false
	}
	return all[i], true
}
