package main

import (
	"context"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// derived is what has become of a work's files.
type derived struct {
	files   []archive.File
	failed  map[archive.FileID]archive.Reason
	settled bool // nothing of it waits to be made any more
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
	d := &derived{failed: map[archive.FileID]archive.Reason{}, settled: !work.PublishWhenReady}
	for _, rep := range work.Representations {
		d.files = append(d.files, rep.Files...)
	}
	planned := map[archive.FileID]bool{}
	for _, m := range made[id] {
		planned[m.File] = true
		d.settled = d.settled && m.State != archive.DerivativePending
		if m.State == archive.DerivativeFailed && d.failed[m.File] == "" {
			d.failed[m.File] = m.Problem
		}
	}
	for _, f := range d.files {
		d.settled = d.settled && f.State != archive.FileStaged && (planned[f.ID] || f.Problem != "")
	}
	return d, nil
}

// problem says why nothing, or not all, could be made of an original; nil when all is well.
func (d *derived) problem(id archive.FileID) *archive.Error {
	for _, f := range d.files {
		switch {
		case f.ID != id:
		case f.Problem != "":
			return archive.Fail(archive.Invalid, f.Problem)
		case f.State == archive.FileStaged:
			return archive.Fail(archive.Unavailable, "file-not-archived")
		case d.failed[id] != "":
			return archive.Fail(archive.Invalid, d.failed[id])
		}
	}
	return nil
}
