package editorial

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/viet"
)

// longestTitle bounds a title, and longestNames those of the authors together, in bytes.
const (
	longestTitle = 500
	longestNames = 2000
)

// Begin makes a draft of the person's: a work of that genre which has yet to be given a title and files. A draft of theirs that is still empty
// becomes it, so that who goes back and chooses again leaves nothing behind. The errors are those of archive.Viewer.May and Invalid
// "genre-unknown".
func (d *Desk) Begin(ctx context.Context, genre archive.GenreID) (archive.WorkID, error) {
	if err := d.viewer.May(archive.SendWorks); err != nil {
		return "", err
	}
	name, err := d.genreName(ctx, genre)
	if err != nil {
		return "", err
	}
	var id archive.WorkID
	err = d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.EmptyDraft(ctx, d.viewer.Account)
		known := err == nil
		if archive.CodeOf(err) == archive.NotFound {
			w = archive.Work{ID: archive.NewID[archive.WorkID](), State: archive.Draft, Audience: archive.AudiencePublic}
		} else if err != nil {
			return err
		}
		w.Genre, w.Title, w.TitleGuessed, id = genre, name, true, w.ID
		if err := tx.PutWork(ctx, &w); err != nil || known {
			return err
		}
		return tx.AddEvent(ctx, archive.Event{Work: id, Type: archive.EventCreation, Agent: d.agent(), Outcome: archive.Success})
	})
	if err != nil {
		return "", fmt.Errorf("begin a work: %w", err)
	}
	return id, nil
}

// genreName is what an untitled work of a genre is called meanwhile.
func (d *Desk) genreName(ctx context.Context, id archive.GenreID) (string, error) {
	genres, err := d.catalog.Reader(d.viewer).Genres(ctx)
	if err != nil {
		return "", err
	}
	at := slices.IndexFunc(genres, func(g archive.Genre) bool { return g.ID == id })
	if at < 0 {
		return "", archive.Fail(archive.Invalid, "genre-unknown", string(id))
	}
	return genres[at].Name, nil
}

// Editing returns a work with which the person may do act, ActEdit or ActFiles, inside the caller's transaction. The errors are those of MayDo,
// and NotFound "work-missing" also for whoever may not know of it.
func (d *Desk) Editing(ctx context.Context, tx *catalog.Tx, id archive.WorkID, act archive.Act) (archive.Work, error) {
	w, err := tx.Work(ctx, id)
	if err != nil {
		return w, err
	}
	events, err := tx.Events(ctx, id)
	if err != nil {
		return w, err
	}
	if err := d.discusses(events); err != nil {
		return w, err
	}
	return w, d.viewer.MayDo(act, w.State, d.viewer.Owns(events))
}

// Edited puts a work that Editing returned and that the person changed. What is told stands in its record; "" is what a draft is saved as while
// somebody types. A draft is not written to the archive of record before it is handed in: until then it is nobody's but its sender's.
func (d *Desk) Edited(ctx context.Context, tx *catalog.Tx, w *archive.Work, told string) error {
	if err := Corrected(ctx, tx, w, By{Agent: d.agent(), Reason: told}); err != nil {
		return err
	}
	if told != "" {
		e := archive.Event{Work: w.ID, Type: archive.EventModification, Agent: d.agent(), Outcome: archive.Success, Detail: told}
		if err := tx.AddEvent(ctx, e); err != nil {
			return err
		}
	}
	if w.State == archive.Draft {
		return tx.PutWork(ctx, w)
	}
	return put(ctx, tx, w)
}

// Words are what a sender says of a work. A field that is nil stays as it is.
type Words struct {
	Title       *string
	Description *string
	Genre       *archive.GenreID
	Authors     *[]string // in order; what they did the genre says
}

// Reword changes what is said of a work. An empty title takes the one away that the draft had. The errors are those of Editing, Invalid
// "title-long", "text-long", "genre-unknown" and, of a work that has been handed in, "title-missing".
func (d *Desk) Reword(ctx context.Context, id archive.WorkID, words Words) error {
	if err := words.tidy(); err != nil {
		return err
	}
	err := d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		w, err := d.Editing(ctx, tx, id, archive.ActEdit)
		if err != nil {
			return err
		}
		changed, err := d.reword(ctx, tx, &w, words)
		if err != nil || len(changed) == 0 {
			return err
		}
		told := strings.Join(changed, ", ") + " changed"
		if w.State == archive.Draft {
			told = ""
		}
		return d.Edited(ctx, tx, &w, told)
	})
	if err != nil {
		return fmt.Errorf("change what is said of work %s: %w", id, err)
	}
	return nil
}

func (w *Words) tidy() (err error) {
	if w.Title != nil {
		title := viet.Clean(*w.Title)
		if len(title) > longestTitle {
			return archive.Fail(archive.Invalid, "title-long")
		}
		w.Title = &title
	}
	if w.Description != nil {
		text, err := said(*w.Description, "")
		if err != nil {
			return err
		}
		w.Description = &text
	}
	if w.Authors != nil {
		var names []string
		for _, name := range *w.Authors {
			if name = viet.Clean(name); name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		if len(strings.Join(names, "")) > longestNames {
			return archive.Fail(archive.Invalid, "text-long")
		}
		w.Authors = &names
	}
	return nil
}

// reword changes w and tells what.
func (d *Desk) reword(ctx context.Context, tx *catalog.Tx, w *archive.Work, words Words) (changed []string, err error) {
	if g := words.Genre; g != nil && *g != w.Genre {
		name, err := d.genreName(ctx, *g)
		if err != nil {
			return nil, err
		}
		if w.Genre = *g; w.TitleGuessed {
			w.Title = name
		}
		changed = append(changed, "genre")
	}
	if t := words.Title; t != nil && (*t != w.Title || w.TitleGuessed) {
		was, guessed := w.Title, w.TitleGuessed
		if err := d.retitle(ctx, w, *t); err != nil {
			return nil, err
		}
		if was != w.Title || guessed != w.TitleGuessed {
			changed = append(changed, "title")
		}
	}
	if t := words.Description; t != nil && *t != w.Description {
		w.Description = *t
		changed = append(changed, "description")
	}
	if words.Authors != nil {
		was := w.Credits
		if err := authored(ctx, tx, w, *words.Authors); err != nil {
			return nil, err
		}
		if !slices.Equal(was, w.Credits) {
			changed = append(changed, "credits")
		}
	}
	return changed, nil
}

func (d *Desk) retitle(ctx context.Context, w *archive.Work, title string) (err error) {
	if title == "" && w.State != archive.Draft {
		return archive.Fail(archive.Invalid, "title-missing")
	}
	if title != "" {
		w.Title, w.TitleGuessed = title, false
		return nil
	}
	w.TitleGuessed = true
	w.Title, err = d.genreName(ctx, w.Genre)
	return err
}

// authored sets who made the work, as authors of its genre do; credits of other kinds stay.
func authored(ctx context.Context, tx *catalog.Tx, w *archive.Work, names []string) error {
	group, err := tx.Group(ctx, w.Genre)
	if err != nil {
		return err
	}
	relator := archive.DefaultRelator(w.Genre, group)
	var credits []archive.Credit
	for _, name := range names {
		at := slices.IndexFunc(w.Credits, func(c archive.Credit) bool { return c.Relator == relator && c.Name == name })
		if at >= 0 {
			credits = append(credits, w.Credits[at])
			continue
		}
		c, err := credit(ctx, tx, SaidCredit{Name: name, Relator: relator})
		if err != nil {
			return err
		}
		credits = append(credits, c)
	}
	for _, c := range w.Credits {
		if c.Relator != relator {
			credits = append(credits, c)
		}
	}
	w.Credits = credits
	return nil
}

// complete reports what a work must have before it is handed in: Invalid "title-missing", "work-empty".
func complete(w *archive.Work) error {
	if w.TitleGuessed {
		return archive.Fail(archive.Invalid, "title-missing")
	}
	files := slices.ContainsFunc(w.Representations, func(r archive.Representation) bool { return len(r.Files) > 0 })
	if !files && w.Description == "" {
		return archive.Fail(archive.Invalid, "work-empty")
	}
	return nil
}

// Mine lists the works that the person sent, in whatever state, the one changed last first, at most so many.
func (d *Desk) Mine(ctx context.Context, limit int) ([]archive.Work, error) {
	return d.catalog.Reader(d.viewer).SentWorks(ctx, limit)
}
