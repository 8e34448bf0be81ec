package main

import (
	"cmp"
	"context"
	"slices"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// derived is what has become of a work's files.
type derived struct {
	files   []archive.File
	failed  map[archive.FileID]archive.Reason
	waiting map[archive.FileID]archive.Reason // why something is not made yet
	begun   map[archive.FileID]bool           // something is or was to be made
	settled bool                              // nothing of it waits to be made any more
}

func lookAt(ctx context.Context, r *catalog.Reader, id archive.WorkID) (*derived, error) {
	work, err := r.Work(ctx, id)
	if err != nil {
		return nil, err
	}
	made, err := r.Derivatives(ctx, id)
	if err != nil {
		return nil, err
	}
	d := &derived{failed: map[archive.FileID]archive.Reason{}, waiting: map[archive.FileID]archive.Reason{}, begun: map[archive.FileID]bool{}}
	for _, rep := range work.Representations {
		d.files = append(d.files, rep.Files...)
	}
	for _, m := range made[id] {
		d.begun[m.File] = true
		switch {
		case m.State == archive.DerivativeFailed && d.failed[m.File] == "":
			d.failed[m.File] = m.Problem
		case m.State == archive.DerivativePending && d.waiting[m.File] == "":
			d.waiting[m.File] = cmp.Or(m.Problem, archive.MakingGaveUp)
		}
	}
	d.settled = !work.PublishWhenReady && len(d.waiting) == 0 && !slices.ContainsFunc(d.files, d.awaited)
	return d, nil
}

// awaited reports whether it is not known yet what can be made of a file.
func (d *derived) awaited(f archive.File) bool {
	return f.State == archive.FileStaged || f.Problem.Ours() || f.Problem == archive.ScanWaits || (f.Problem == "" && !d.begun[f.ID])
}

// problem says why nothing, or not all, could be made of an original; nil when all is well.
func (d *derived) problem(id archive.FileID) *archive.Error {
	for _, f := range d.files {
		switch {
		case f.ID != id:
		case f.Problem.Ours(), f.Problem == archive.ScanWaits:
			return archive.Fail(archive.Unavailable, f.Problem)
		case f.Problem != "":
			return archive.Fail(archive.Invalid, f.Problem)
		case f.State == archive.FileStaged:
			return archive.Fail(archive.Unavailable, "file-not-archived")
		case d.waiting[id] != "":
			return archive.Fail(archive.Unavailable, d.waiting[id])
		case !d.begun[id] && f.State == archive.FileArchived:
			return archive.Fail(archive.Unavailable, archive.MakingGaveUp)
		case d.failed[id] != "":
			return archive.Fail(archive.Invalid, d.failed[id])
		}
	}
	return nil
}
