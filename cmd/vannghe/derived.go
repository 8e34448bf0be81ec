package main

import (
	"context"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/ingest"
)

// derived is what has become of a work's files.
type derived struct {
	files  []archive.File
	failed map[archive.FileID]archive.Reason
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
	d := &derived{failed: map[archive.FileID]archive.Reason{}}
	for _, rep := range work.Representations {
		d.files = append(d.files, rep.Files...)
	}
	for _, m := range made[id] {
		if m.State == archive.DerivativeFailed && d.failed[m.File] == "" {
			d.failed[m.File] = m.Problem
		}
	}
	return d, nil
}

// problem says why nothing, or not all, could be made of the file imported under path; nil when all is well.
func (d *derived) problem(path string) *archive.Error {
	want := ingest.NormalPath(path)
	for _, f := range d.files {
		if f.Path != want {
			continue
		}
		if f.Problem != "" {
			return archive.Fail(archive.Invalid, f.Problem)
		}
		if reason := d.failed[f.ID]; reason != "" {
			return archive.Fail(archive.Invalid, reason)
		}
	}
	return nil
}
