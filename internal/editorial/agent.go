package editorial

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/viet"
)

// TypedAgent is what a person typed into the form of an agent.
type TypedAgent struct {
	Base   archive.Said // what the form was made from
	Fields archive.Said // as typed; the names apart
	Names  []TypedName
	// Before and After name who came before and after.
	Before, After TypedOther
}

// TypedName is a row of names.
type TypedName struct {
	Name     string
	Kind     archive.NameKind
	From, To string // as typed
}

// TypedOther is another agent by name.
type TypedOther struct {
	Name   string
	Agent  archive.AgentID // who the name was taken from; it counts while the name is one of theirs, and with Chosen whatever the name
	Chosen bool
}

// EditAgent changes what is said of an agent; whoever describes works may. Merging and errors are those of Edit, and NotFound "agent-missing". There is no
// chain of events of an agent: each version is kept by the archive of record.
func (d *Desk) EditAgent(ctx context.Context, id archive.AgentID, t TypedAgent) (Edited, error) {
	if err := d.viewer.May(archive.DescribeWorks); err != nil {
		return Edited{}, err
	}
	var out Edited
	err := d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		a, err := tx.Agent(ctx, id)
		if err != nil {
			return err
		}
		e := &agentEdit{tx: tx, agent: &a, typed: t, out: Edited{Wrong: map[string]error{}, Current: a.Said()}}
		defer func() { out = e.out }()
		return e.run(ctx)
	})
	if errors.Is(err, errUnchanged) {
		return out, nil
	}
	if err != nil {
		return out, fmt.Errorf("edit agent %s: %w", id, err)
	}
	d.log.Info("an agent was changed", "agent", id, "by", d.agent())
	return out, nil
}

// agentEdit is one edit of an agent under way.
type agentEdit struct {
	tx    *catalog.Tx
	agent *archive.Agent
	typed TypedAgent
	out   Edited
}

func (e *agentEdit) run(ctx context.Context) error {
	mine, err := e.read(ctx)
	if err != nil {
		return err
	}
	merged, clashes := archive.Merge(e.typed.Base, mine, e.out.Current)
	e.out.Merged = merged
	for _, c := range clashes {
		e.out.Clashes = append(e.out.Clashes, Clash{Clash: c})
	}
	changes := archive.Changes(e.out.Current, merged)
	for _, c := range changes {
		if err := e.agent.Say(c.Field, c.After); err != nil {
			e.out.Wrong[string(c.Field)] = err
		}
	}
	switch {
	case len(e.out.Wrong) > 0:
		return archive.Fail(archive.Invalid, "fields-wrong")
	case len(clashes) > 0:
		return archive.Fail(archive.Conflict, "fields-clash")
	case len(changes) == 0:
		return errUnchanged
	}
	e.out.Changes = changes
	return e.tx.PutAgent(ctx, *e.agent)
}

func (e *agentEdit) read(ctx context.Context) (archive.Said, error) {
	mine := archive.Said{}
	for f, typed := range e.typed.Fields {
		text, err := tidyAgent(f, typed, e.typed.Base[f])
		if err != nil {
			e.out.Wrong[string(f)] = err
			text = e.typed.Base[f]
		}
		mine[f] = text
	}
	e.names(mine)
	for f, other := range map[archive.Field]TypedOther{archive.AgentPredecessor: e.typed.Before, archive.AgentSuccessor: e.typed.After} {
		id, err := e.other(ctx, f, other)
		if archive.CodeOf(err) == archive.Invalid {
			e.out.Wrong[string(f)] = err
			continue
		}
		if err != nil {
			return nil, err
		}
		mine[f] = string(id)
	}
	return mine, nil
}

func tidyAgent(f archive.Field, typed, base string) (string, error) {
	text := tidied(f, typed)
	if text == tidied(f, base) {
		return base, nil
	}
	if len(text) > f.Longest() {
		return "", archive.Fail(archive.Invalid, "field-long", f.Longest())
	}
	if f == archive.AgentBorn || f == archive.AgentDied {
		date, err := archive.TypedDate(text)
		return string(date), err
	}
	return text, nil
}

// names are the rows that have a name.
func (e *agentEdit) names(mine archive.Said) {
	var all []string
	for i, n := range e.typed.Names {
		name := viet.Clean(n.Name)
		if name == "" {
			continue
		}
		line, err := nameLine(name, n)
		if err != nil {
			e.out.Wrong[Row(archive.AgentNames, i)] = err
			continue
		}
		if !slices.Contains(all, line) {
			all = append(all, line)
		}
	}
	if len(all) > archive.MostLines {
		e.out.Wrong[string(archive.AgentNames)] = archive.Fail(archive.Invalid, "lines-many", archive.MostLines)
		return
	}
	mine[archive.AgentNames] = strings.Join(all, "\n")
}

func nameLine(name string, n TypedName) (string, error) {
	from, err := archive.TypedDate(n.From)
	if err != nil {
		return "", err
	}
	to, err := archive.TypedDate(n.To)
	if err != nil {
		return "", err
	}
	if len(name) > archive.AgentNames.Longest() {
		return "", archive.Fail(archive.Invalid, "field-long", archive.AgentNames.Longest())
	}
	line := archive.NameLine(archive.AgentName{Name: name, Kind: n.Kind, From: from, To: to})
	_, err = archive.ParseName(line)
	return line, err
}

// other finds who came before or after. Invalid "agent-unknown", "agent-none", "agent-several".
func (e *agentEdit) other(ctx context.Context, f archive.Field, o TypedOther) (archive.AgentID, error) {
	name := viet.Clean(o.Name)
	if name == "" {
		return "", nil
	}
	if o.Agent != "" {
		a, err := e.tx.Agent(ctx, o.Agent)
		if archive.CodeOf(err) == archive.NotFound {
			return "", archive.Fail(archive.Invalid, "agent-unknown", string(o.Agent))
		}
		if err != nil || o.Chosen || bears(&a, name) || e.out.Current[f] == string(o.Agent) {
			return a.ID, err
		}
	}
	known, err := e.tx.AgentsByName(ctx, name)
	switch {
	case err != nil:
		return "", err
	case len(known) == 0:
		return "", archive.Fail(archive.Invalid, "agent-none", name)
	case len(known) > 1:
		return "", archive.Fail(archive.Invalid, "agent-several", name)
	}
	return known[0].ID, nil
}
