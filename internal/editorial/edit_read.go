package editorial

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/viet"
)

// TypedCredit is a row of credits.
type TypedCredit struct {
	Name    string
	Relator archive.Relator
	// Agent is who the name was taken from; it counts while the name is one of theirs, and with Chosen whatever the name.
	Agent  archive.AgentID
	Chosen bool
	// New makes an agent of the name, with what is known of them.
	New          bool
	Organisation bool
	Kind         archive.NameKind
	Born, Died   string // as typed
}

// Row names a row of a field in Edited.Wrong, from 0.
func Row(f archive.Field, i int) string { return fmt.Sprintf("%s.%d", f, i) }

// read turns what was typed into what it says, and notes what cannot be read.
func (e *edit) read(ctx context.Context) (archive.Said, error) {
	mine := archive.Said{}
	for f, typed := range e.typed.Fields {
		text, err := Tidy(f, typed, e.typed.Base[f])
		if err != nil {
			e.out.Wrong[string(f)] = err
			text = e.typed.Base[f]
		}
		mine[f] = text
	}
	if genre, ok := mine[archive.FieldGenre]; ok && genre != e.out.Current[archive.FieldGenre] {
		if _, err := e.tx.Group(ctx, archive.GenreID(genre)); err != nil {
			return nil, err
		}
	}
	if !e.typed.Rows {
		return mine, nil
	}
	e.relations(mine)
	return mine, e.credits(ctx, mine)
}

// Tidy is what a typed field says. What differs from base only in what browsers and keyboards do to a text is base. The errors are those of
// Work.Say, Invalid "field-long" with the greatest number of characters and "lines-many" with that of lines.
func Tidy(f archive.Field, typed, base string) (string, error) {
	text := tidied(f, typed)
	if text == tidied(f, base) {
		return base, nil
	}
	all := []string{text}
	if f.Lists() {
		if all = archive.Lines(text); len(all) > archive.MostLines {
			return "", archive.Fail(archive.Invalid, "lines-many", archive.MostLines)
		}
	}
	if slices.ContainsFunc(all, func(line string) bool { return len(line) > f.Longest() }) {
		return "", archive.Fail(archive.Invalid, "field-long", f.Longest())
	}
	if slices.Contains([]archive.Field{archive.FieldDate, archive.FieldFrom, archive.FieldTo, archive.FieldLicence, archive.FieldCopyright}, f) {
		if date, err := archive.TypedDate(text); err == nil {
			text = string(date)
		}
	}
	var scratch archive.Work
	if err := scratch.Say(f, text); err != nil {
		return "", err
	}
	return scratch.Said()[f], nil
}

func tidied(f archive.Field, text string) string {
	switch {
	case f.Lists():
		var all []string
		for line := range strings.SplitSeq(text, "\n") {
			if line = viet.Clean(line); line != "" {
				all = append(all, line)
			}
		}
		return strings.Join(all, "\n")
	case f.ManyLines():
		return strings.TrimSpace(strings.ReplaceAll(viet.Normalize(text), "\r\n", "\n"))
	default:
		return viet.Clean(text)
	}
}

func (e *edit) relations(mine archive.Said) {
	var all []string
	for i, r := range e.typed.Relations {
		switch r.Target {
		case "":
			e.out.Wrong[Row(archive.FieldRelations, i)] = archive.Fail(archive.Invalid, "relation-unsaid")
		case e.work.ID:
			e.out.Wrong[Row(archive.FieldRelations, i)] = archive.Fail(archive.Invalid, "relation-self")
		}
		if line := archive.RelationLine(r); !slices.Contains(all, line) {
			all = append(all, line)
		}
	}
	mine[archive.FieldRelations] = strings.Join(all, "\n")
}

func (e *edit) credits(ctx context.Context, mine archive.Said) error {
	if len(e.typed.Credits) > archive.MostLines {
		e.out.Wrong[string(archive.FieldCredits)] = archive.Fail(archive.Invalid, "lines-many", archive.MostLines)
		return nil
	}
	var all []string
	for i, c := range e.typed.Credits {
		if c.Name = viet.Clean(c.Name); c.Name == "" {
			continue
		}
		credit, err := e.credit(ctx, c)
		if archive.CodeOf(err) == archive.Invalid {
			e.out.Wrong[Row(archive.FieldCredits, i)] = err
			continue
		}
		if err != nil {
			return err
		}
		if line := archive.CreditLine(credit); !slices.Contains(all, line) {
			all = append(all, line)
		}
	}
	mine[archive.FieldCredits] = strings.Join(all, "\n")
	return nil
}

// credit finds or makes whom a row means. The errors are Invalid "field-long", "relator-unknown", "agent-unknown", "agent-new" for a name that the
// archive does not know, "agent-several" for one that several bear, and those of dates.
func (e *edit) credit(ctx context.Context, c TypedCredit) (archive.Credit, error) {
	credit := archive.Credit{Agent: c.Agent, Name: c.Name, Relator: c.Relator}
	held := slices.Contains(archive.Lines(e.out.Current[archive.FieldCredits]), archive.CreditLine(credit))
	switch {
	case held: // as it stands, whatever it is
		return credit, nil
	case len(c.Name) > archive.FieldCredits.Longest():
		return credit, archive.Fail(archive.Invalid, "field-long", archive.FieldCredits.Longest())
	case !slices.Contains(archive.Relators(), c.Relator) && !e.holdsRelator(c.Relator):
		return credit, archive.Fail(archive.Invalid, "relator-unknown", string(c.Relator))
	case c.New:
		id, err := e.makeAgent(ctx, c)
		credit.Agent = id
		return credit, err
	case c.Agent != "":
		a, err := e.tx.Agent(ctx, c.Agent)
		if archive.CodeOf(err) == archive.NotFound {
			return credit, archive.Fail(archive.Invalid, "agent-unknown", string(c.Agent))
		}
		if err != nil || c.Chosen || bears(&a, c.Name) || e.credited(credit) {
			return credit, err
		}
	}
	return e.named(ctx, credit)
}

// named takes who alone bears the name.
func (e *edit) named(ctx context.Context, credit archive.Credit) (archive.Credit, error) {
	known, err := e.tx.AgentsByName(ctx, credit.Name)
	switch {
	case err != nil:
		return credit, err
	case len(known) == 0:
		return credit, archive.Fail(archive.Invalid, "agent-new", credit.Name)
	case len(known) > 1:
		return credit, archive.Fail(archive.Invalid, "agent-several", credit.Name)
	}
	credit.Agent = known[0].ID
	return credit, nil
}

// holdsRelator reports whether the work uses a relator that the forms do not offer.
func (e *edit) holdsRelator(r archive.Relator) bool {
	return r != "" && slices.ContainsFunc(e.work.Credits, func(c archive.Credit) bool { return c.Relator == r })
}

// credited reports whether the agent is credited under that name, if for something else.
func (e *edit) credited(credit archive.Credit) bool {
	return slices.ContainsFunc(e.work.Credits, func(c archive.Credit) bool { return c.Agent == credit.Agent && c.Name == credit.Name })
}

// bears reports whether a name is one of the agent's, as AgentByName compares them.
func bears(a *archive.Agent, name string) bool {
	key := viet.SortKey(name)
	return slices.ContainsFunc(a.Names, func(n archive.AgentName) bool { return n.Name == name || key != "" && viet.SortKey(n.Name) == key })
}

func (e *edit) makeAgent(ctx context.Context, c TypedCredit) (archive.AgentID, error) {
	if id, ok := e.made[c.Name]; ok {
		return id, nil
	}
	born, err := archive.TypedDate(c.Born)
	if err != nil {
		return "", err
	}
	died, err := archive.TypedDate(c.Died)
	if err != nil {
		return "", err
	}
	if !slices.Contains([]archive.NameKind{archive.UnsaidName, archive.RealName, archive.PenName, archive.FormerName}, c.Kind) {
		c.Kind = archive.UnsaidName
	}
	a := archive.Agent{ID: archive.NewID[archive.AgentID](), Organisation: c.Organisation, Born: born, Died: died,
		Names: []archive.AgentName{{Name: c.Name, Kind: c.Kind}}}
	e.made[c.Name] = a.ID
	return a.ID, e.tx.PutAgent(ctx, a)
}
