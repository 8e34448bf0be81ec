package editorial

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// Said is what a file says of itself, to describe a work of which nobody has said anything.
type Said struct {
	Title   string
	Credits []SaidCredit
	Date    archive.Date
	Of      string // the file's name, for the record
}

// SaidCredit is a name with what its bearer did.
type SaidCredit struct {
	Name    string
	Relator archive.Relator
}

// Describe fills the title, credits and date of a work with what one of its files says, as far as nobody has said better: the title
// only while it is a file's name (Work.TitleGuessed), the others only while they are empty, and nothing once the work has a
// title or credits of its own. It puts the work with an event when that changes anything. A name that the archive knows is that
// agent; others are made.
func Describe(ctx context.Context, tx *catalog.Tx, w *archive.Work, said Said) error {
	if !w.TitleGuessed || len(w.Credits) > 0 {
		return nil
	}
	var what []string
	if said.Title != "" {
		w.Title, w.TitleGuessed = said.Title, false
		what = append(what, "title")
	}
	for _, c := range said.Credits {
		credit, err := credit(ctx, tx, c)
		if err != nil {
			return fmt.Errorf("describe work %s: %w", w.ID, err)
		}
		if !slices.ContainsFunc(w.Credits, func(had archive.Credit) bool { return had.Agent == credit.Agent && had.Relator == credit.Relator }) {
			w.Credits = append(w.Credits, credit)
		}
	}
	if len(w.Credits) > 0 {
		what = append(what, "credits")
	}
	if w.Date == "" && said.Date != "" {
		w.Date = said.Date
		what = append(what, "date")
	}
	if len(what) == 0 {
		return nil
	}
	event := archive.Event{Work: w.ID, Type: archive.EventModification, Agent: "vannghe", Outcome: archive.Success,
		Detail: fmt.Sprintf("%s as the tags of %q have it", strings.Join(what, ", "), said.Of)}
	if err := tx.AddEvent(ctx, event); err != nil {
		return fmt.Errorf("record what the tags of work %s say: %w", w.ID, err)
	}
	if w.State == archive.Approved {
		if err := Corrected(ctx, tx, w, By{Agent: "vannghe"}); err != nil {
			return err
		}
	}
	return put(ctx, tx, w)
}

// Arrange puts a work whose recordings were ordered by disc and track, with an event.
func Arrange(ctx context.Context, tx *catalog.Tx, w *archive.Work) error {
	event := archive.Event{Work: w.ID, Type: archive.EventModification, Agent: "vannghe", Outcome: archive.Success,
		Detail: "the recordings stand by disc and track as their tags have it"}
	if err := tx.AddEvent(ctx, event); err != nil {
		return fmt.Errorf("record the order of work %s: %w", w.ID, err)
	}
	return put(ctx, tx, w)
}

func credit(ctx context.Context, tx *catalog.Tx, c SaidCredit) (archive.Credit, error) {
	known, err := tx.AgentByName(ctx, c.Name)
	if archive.CodeOf(err) == archive.NotFound {
		known = archive.Agent{ID: archive.NewID[archive.AgentID](), Names: []archive.AgentName{{Name: c.Name, Kind: archive.UnsaidName}}}
		err = tx.PutAgent(ctx, known)
	}
	return archive.Credit{Agent: known.ID, Name: c.Name, Relator: c.Relator}, err
}
