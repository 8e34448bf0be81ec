package derive

import (
	"context"
	"fmt"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
)

// Poster is what somebody chooses as the picture of a work.
type Poster struct {
	Work archive.WorkID
	File archive.FileID // a film or a picture of the work; "": what the recipes choose
	At   time.Duration  // of a film: the instant, or archive.PosterAttached
}

// ChoosePoster keeps what somebody chose as the picture of a work, in its record of events and in the archive of record, and has the posters
// made anew of the films that it concerns. No recipe changes the choice. The errors are NotFound "work-missing" and "file-missing",
// Invalid "poster-file" for a file that is neither a film nor a picture, and Invalid "poster-instant" beyond the film's end.
func ChoosePoster(ctx context.Context, c *catalog.Catalog, p Poster, by editorial.By) error {
	err := c.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, p.Work)
		if err != nil {
			return err
		}
		if err := p.check(&w); err != nil {
			return err
		}
		former := w
		if w.Poster, w.PosterAt = p.File, p.At; samePoster(&former, &w, p.File) && former.Poster == p.File {
			return nil
		}
		if err := editorial.ChoosePoster(ctx, tx, &w, by); err != nil {
			return err
		}
		return posterAgain(ctx, tx, c, &former, &w)
	})
	if err != nil {
		return fmt.Errorf("choose the picture of work %s: %w", p.Work, err)
	}
	return nil
}

func (p Poster) check(w *archive.Work) error {
	if p.File == "" {
		return nil
	}
	f, ok := fileOf(w, p.File)
	switch {
	case !ok || f.State == archive.FilePurged:
		return archive.Fail(archive.NotFound, "file-missing")
	case classOf(f.Format) == classMedia && f.Width > 0:
		if p.At != archive.PosterAttached && (p.At < 0 || f.Duration > 0 && p.At > f.Duration) {
			return archive.Fail(archive.Invalid, "poster-instant")
		}
		return nil
	case classOf(f.Format) == classImage && p.At == 0:
		return nil
	default:
		return archive.Fail(archive.Invalid, "poster-file")
	}
}

// posterAgain has the posters made anew that another choice changes.
func posterAgain(ctx context.Context, tx *catalog.Tx, c *catalog.Catalog, former, w *archive.Work) error {
	made, err := c.Reader(archive.System("derive")).DerivativeVersions(ctx, w.ID)
	if err != nil {
		return err
	}
	for _, m := range made {
		if m.Recipe != recipePoster || m.Version != posterVersion || samePoster(former, w, m.File) {
			continue
		}
		m.State, m.Problem = archive.DerivativePending, ""
		if err := tx.PutDerivative(ctx, m); err != nil {
			return err
		}
		if err := tx.Enqueue(ctx, recovered(m).job(m)); err != nil {
			return err
		}
	}
	return nil
}

// samePoster reports whether two states of a work have the same picture made of a film.
func samePoster(a, b *archive.Work, film archive.FileID) bool {
	atA, chosenA := a.PosterOf(film)
	atB, chosenB := b.PosterOf(film)
	return chosenA == chosenB && (!chosenA || atA == atB)
}
