package ingest

import (
	"context"
	"fmt"
	"slices"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
)

// ThrowAway empties a draft whole: its files, what was typed into it and what is said of it. Bytes that were never archived are removed. An empty draft is
// shown to nobody, and becomes the next work that its sender begins. The errors are those of editorial.Desk.Editing, and Conflict "work-changed" for a work
// that has been handed in.
func (in *Ingest) ThrowAway(ctx context.Context, v archive.Viewer, work archive.WorkID) error {
	l := &laying{in: in, by: v, work: work, draft: true, instead: func(*archive.File) bool { return true }}
	err := l.run(ctx)
	if err == nil {
		title, description, nobody := "", "", []string{}
		err = in.desk(v).Reword(ctx, work, editorial.Words{Title: &title, Description: &description, Authors: &nobody})
	}
	if err != nil {
		return fmt.Errorf("throw the draft %s away: %w", work, err)
	}
	return nil
}

// Move puts a file one place before, or after, where it stands among those of its representation; at either end nothing happens. The errors are those of
// editorial.Desk.Editing and NotFound "file-missing".
func (in *Ingest) Move(ctx context.Context, v archive.Viewer, work archive.WorkID, file archive.FileID, before bool) error {
	err := in.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		desk := in.desk(v)
		w, err := desk.Editing(ctx, tx, work, archive.ActFiles)
		if err != nil {
			return err
		}
		w.Representations = slices.Clone(w.Representations)
		moved, err := move(&w, file, before)
		if err != nil || !moved {
			return err
		}
		told := ""
		if w.State != archive.Draft {
			told = fmt.Sprintf("file %s moved", file)
		}
		return desk.Edited(ctx, tx, &w, told)
	})
	if err != nil {
		return fmt.Errorf("move file %s of work %s: %w", file, work, err)
	}
	return nil
}

func move(w *archive.Work, file archive.FileID, before bool) (bool, error) {
	for i := range w.Representations {
		r := &w.Representations[i]
		at := slices.IndexFunc(r.Files, func(f archive.File) bool { return f.ID == file })
		if at < 0 {
			continue
		}
		to := at + 1
		if before {
			to = at - 1
		}
		if to < 0 || to >= len(r.Files) {
			return false, nil
		}
		r.Files = slices.Clone(r.Files)
		r.Files[at], r.Files[to] = r.Files[to], r.Files[at]
		r.Files[at].Position, r.Files[to].Position = at, to
		return true, nil
	}
	return false, archive.Fail(archive.NotFound, "file-missing")
}
