package page

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/editorial"
	"vannghe/web/address"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// nameParts are what a row of names is made of.
var nameParts = []string{"ten", "kieu", "tu", "den"}

// agentEditing is a visit to the form of an agent.
type agentEditing struct {
	*visit
	agent      archive.Agent
	form       url.Values
	edited     editorial.Edited
	wrong      error
	unanswered []archive.Field
	done       string
}

// editingAgent begins a visit to the form. The errors are those of archive.Viewer.May and NotFound "agent-missing".
func (h *Handler) editingAgent(c *fiber.Ctx) (*agentEditing, error) {
	v, err := h.openBringIn(c)
	if err != nil {
		return nil, err
	}
	id, ok := address.ID[archive.AgentID](c.Params("agent"))
	if !ok {
		return nil, archive.Fail(archive.NotFound, "agent-missing")
	}
	a, err := v.reader.Agent(v.ctx, id)
	return &agentEditing{visit: v, agent: a}, err
}

// EditAgent is the form of a person or body.
func (h *Handler) EditAgent(c *fiber.Ctx) error {
	e, err := h.editingAgent(c)
	if err != nil {
		return err
	}
	e.form = e.written(e.agent.Said())
	if c.Query("xong") != "" {
		e.done = e.text.Text("describe.saved")
	}
	return e.draw(fiber.StatusOK)
}

// SaveAgent saves the form, or changes only the form where a button asks for that.
func (h *Handler) SaveAgent(c *fiber.Ctx) error {
	e, err := h.editingAgent(c)
	if err != nil {
		return err
	}
	if e.form = postForm(c); rearrangeNames(e.form) {
		return e.draw(fiber.StatusOK)
	}
	return e.save()
}

func (e *agentEditing) save() error {
	typed := e.typed()
	if len(e.unanswered) > 0 {
		e.wrong = archive.Fail(archive.Invalid, "clash-unanswered")
		return e.draw(fiber.StatusBadRequest)
	}
	var err error
	e.edited, err = e.Editorial.As(e.viewer).EditAgent(e.ctx, e.agent.ID, typed)
	switch archive.CodeOf(err) {
	case "":
		return e.seeOther(address.EditAgent(e.agent.ID) + "?xong=1")
	case archive.Invalid, archive.Conflict, archive.Forbidden:
	default:
		return err
	}
	e.wrong = err
	if len(e.edited.Clashes) > 0 {
		e.rebase()
	}
	status, _ := respond.Refused(e.c, err)
	return e.draw(status)
}

// rebase makes the form anew from what stands there by now, with what both wrote otherwise marked and kept.
func (e *agentEditing) rebase() {
	old, said := e.form, e.edited.Current
	merged := archive.Said{}
	for f, text := range said {
		merged[f] = text
	}
	for f, text := range e.edited.Merged {
		merged[f] = text
	}
	e.form = e.written(merged)
	e.form.Set(formBase, encoded(said))
	for _, clash := range e.edited.Clashes {
		f := string(clash.Field)
		e.form.Set("xung-"+f, "1")
		if clash.Field == archive.AgentNames {
			setRows(e.form, nameParts, rows(old, nameParts))
			continue
		}
		e.form[f], e.form[f+"-id"] = old[f], old[f+"-id"]
	}
}

func encoded(said archive.Said) string {
	b, err := json.Marshal(said)
	if err != nil { // strings always encode
		return ""
	}
	return string(b)
}

// written are the fields of a form that says what the agent says. Others are named by their identifier until the form is drawn.
func (e *agentEditing) written(said archive.Said) url.Values {
	form := url.Values{formBase: {encoded(said)}}
	for f, text := range said {
		switch f {
		case archive.AgentNames:
		case archive.AgentPredecessor, archive.AgentSuccessor:
			form.Set(string(f)+"-id", text)
			form.Set(string(f), e.nameOf(archive.AgentID(text)))
		case archive.AgentBorn, archive.AgentDied:
			form.Set(string(f), typedDate(e.text, text))
		default:
			form.Set(string(f), text)
		}
	}
	e.writeNames(form, said[archive.AgentNames])
	return form
}

func (e *agentEditing) writeNames(form url.Values, text string) {
	for i, line := range archive.Lines(text) {
		if n, err := archive.ParseName(line); err == nil {
			setRow(form, i, creditRow{"ten": n.Name, "kieu": string(n.Kind), "tu": typedDate(e.text, string(n.From)), "den": typedDate(e.text, string(n.To))})
		}
	}
}

// nameOf is what an agent is called, its identifier when it is not there.
func (e *agentEditing) nameOf(id archive.AgentID) string {
	if id == "" {
		return ""
	}
	a, err := e.reader.Agent(e.ctx, id)
	if err != nil {
		return string(id)
	}
	return a.Name()
}

// typed reads the form.
func (e *agentEditing) typed() editorial.TypedAgent {
	t := editorial.TypedAgent{Base: baseOf(e.form), Fields: archive.Said{}}
	for _, f := range archive.AgentFields() {
		if e.form.Has("xung-" + string(f)) {
			e.answer(t.Base, f)
		}
	}
	for _, f := range []archive.Field{archive.AgentBorn, archive.AgentDied, archive.AgentChapter, archive.AgentBiography} {
		t.Fields[f] = e.form.Get(string(f))
	}
	t.Fields[archive.AgentBody] = e.form.Get(string(archive.AgentBody))
	for _, row := range rows(e.form, nameParts) {
		t.Names = append(t.Names, editorial.TypedName{Name: row["ten"], Kind: archive.NameKind(row["kieu"]), From: row["tu"], To: row["den"]})
	}
	t.Before, t.After = e.other(archive.AgentPredecessor), e.other(archive.AgentSuccessor)
	return t
}

// answer takes the choice between what two people wrote.
func (e *agentEditing) answer(base archive.Said, f archive.Field) {
	switch e.form.Get("chon-" + string(f)) {
	case "mine":
	case "theirs":
		fresh := e.written(base)
		if f == archive.AgentNames {
			setRows(e.form, nameParts, rows(fresh, nameParts))
			return
		}
		e.form[string(f)], e.form[string(f)+"-id"] = fresh[string(f)], fresh[string(f)+"-id"]
	default:
		e.unanswered = append(e.unanswered, f)
	}
}

func (e *agentEditing) other(f archive.Field) editorial.TypedOther {
	o := editorial.TypedOther{Name: e.form.Get(string(f)), Agent: archive.AgentID(e.form.Get(string(f) + "-id"))}
	if chosen := e.form.Get(string(f) + "-chon"); chosen != "" {
		o.Agent, o.Chosen = archive.AgentID(chosen), true
	}
	return o
}

// rearrangeNames does what a button of the form asks and reports whether there was one.
func rearrangeNames(form url.Values) bool {
	name, number, _ := strings.Cut(form.Get(formAct), "-")
	form.Del(formAct)
	at, err := strconv.Atoi(number)
	all := rows(form, nameParts)
	switch {
	case name == "":
		return false
	case name == "them":
		all = append(all, creditRow{})
	case name == "bo" && err == nil:
		all = without(all, at)
	case name == "len" && err == nil && at > 0 && at < len(all):
		all[at-1], all[at] = all[at], all[at-1]
	}
	setRows(form, nameParts, all)
	return true
}

func (e *agentEditing) draw(status int) error {
	a := &e.agent
	view := ui.AgentForm{Name: a.Name(), Path: e.text.Path(address.EditAgent(a.ID)), Public: e.text.Path(address.Agent(a.ID, a.Name())), Find: e.text.Path(address.FindAgents),
		Base: e.form.Get(formBase), Done: e.done, Names: e.field(archive.AgentNames), Body: e.field(archive.AgentBody)}
	if e.wrong != nil {
		view.Wrong = e.text.Sentence(e.wrong)
	}
	for _, k := range archive.NameKinds() {
		key := "describe.kind." + string(k)
		if k == archive.UnsaidName {
			key = "describe.kind.unsaid"
		}
		view.Kinds = append(view.Kinds, ui.DescribeOption{Value: string(k), Label: e.text.Text(key)})
	}
	for i, row := range rows(e.form, nameParts) {
		view.Rows = append(view.Rows, ui.NameRow{At: i, Name: row["ten"], Kind: row["kieu"], From: row["tu"], To: row["den"], Wrong: e.sentence(editorial.Row(archive.AgentNames, i))})
	}
	for _, f := range []archive.Field{archive.AgentBorn, archive.AgentDied, archive.AgentChapter, archive.AgentBiography} {
		view.Fields = append(view.Fields, e.field(f))
	}
	for _, f := range []archive.Field{archive.AgentPredecessor, archive.AgentSuccessor} {
		other, err := e.otherView(f)
		if err != nil {
			return err
		}
		view.Others = append(view.Others, other)
	}
	view.Problems = agentProblems(view)
	return respond.Unkept(e.c, status, ui.AgentFormPage(e.text, e.deskPage(e.text.Text("describe.of", a.Name()), address.EditAgent(a.ID)), view))
}

func (e *agentEditing) sentence(place string) string {
	if err := e.edited.Wrong[place]; err != nil {
		return e.text.Sentence(err)
	}
	return ""
}

func (e *agentEditing) field(f archive.Field) ui.DescribeField {
	name := string(f)
	field := ui.DescribeField{Name: name, Label: e.text.Text("field." + name), Value: e.form.Get(name), Kind: ui.DescribeLine, Wrong: e.sentence(name)}
	if f.ManyLines() {
		field.Kind = ui.DescribeText
	}
	if key := "describe.help." + name; e.text.Has(key) {
		field.Help = e.text.Text(key)
	}
	if slices.Contains(e.unanswered, f) {
		field.Wrong = e.text.Sentence(archive.Fail(archive.Invalid, "clash-unanswered"))
	}
	if e.form.Has("xung-" + name) {
		field.Clash = &ui.DescribeClash{Theirs: e.said(f, baseOf(e.form)[f]), Chosen: e.form.Get("chon-" + name)}
	}
	return field
}

// said is a field in words.
func (e *agentEditing) said(f archive.Field, text string) (list []string) {
	switch f {
	case archive.AgentNames:
		for _, line := range archive.Lines(text) {
			if n, err := archive.ParseName(line); err == nil {
				list = append(list, n.Name)
			}
		}
		return list
	case archive.AgentPredecessor, archive.AgentSuccessor:
		return nonEmpty(e.nameOf(archive.AgentID(text)))
	case archive.AgentBorn, archive.AgentDied:
		return nonEmpty(typedDate(e.text, text))
	case archive.AgentBody:
		if text != "" {
			return nonEmpty(e.text.Text("describe.is-body"))
		}
		return nil
	default:
		return archive.Lines(text)
	}
}

func (e *agentEditing) otherView(f archive.Field) (ui.OtherAgent, error) {
	o := ui.OtherAgent{Field: e.field(f), Agent: e.form.Get(string(f) + "-id")}
	if a, err := e.reader.Agent(e.ctx, archive.AgentID(o.Agent)); o.Agent != "" && err == nil {
		o.About = aboutAgent(e.text, &a, o.Field.Value)
	}
	if e.edited.Wrong[string(f)] == nil {
		return o, nil
	}
	found, err := e.reader.FindAgents(e.ctx, o.Field.Value, mostFound)
	for i := range found {
		o.Choices = append(o.Choices, ui.DescribeOption{Value: string(found[i].ID), Label: nameLike(&found[i], o.Field.Value), Help: aboutAgent(e.text, &found[i], o.Field.Value)})
	}
	return o, err
}

// agentProblems lead to every field that is wrong or asks for a choice.
func agentProblems(v ui.AgentForm) []ui.Link {
	fields := append([]ui.DescribeField{v.Names, v.Body}, v.Fields...)
	for _, o := range v.Others {
		fields = append(fields, o.Field)
	}
	section := ui.DescribeSection{Fields: fields}
	for _, r := range v.Rows {
		section.Fields = append(section.Fields, ui.DescribeField{Name: "ten-" + strconv.Itoa(r.At), Label: r.Name, Wrong: r.Wrong})
	}
	return problems([]ui.DescribeSection{section})
}
