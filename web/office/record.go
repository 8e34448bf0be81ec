package office

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/web/address"
	"vannghe/web/request"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// How many lines a page of the record has, and how many a table may have.
const (
	recordPage  = 50
	recordTable = 50_000
)

// recordFilter reads what the record is asked for. Invalid "date-invalid", "cursor-invalid", "work-unknown".
func recordFilter(c *fiber.Ctx) (f catalog.RecordFilter, err error) {
	f.Agent, f.Kind = c.Query("ai"), c.Query("viec")
	if s := strings.TrimSpace(c.Query("tac-pham")); s != "" {
		id, ok := address.ID[archive.WorkID](s[strings.LastIndexByte(s, '/')+1:])
		if !ok {
			return f, archive.Fail(archive.Invalid, "work-unknown")
		}
		f.Work = id
	}
	if f.From, err = dayOf(c.Query("tu")); err != nil {
		return f, err
	}
	if f.Until, err = dayOf(c.Query("den")); err != nil {
		return f, err
	}
	if !f.Until.IsZero() {
		f.Until = f.Until.AddDate(0, 0, 1) // the day itself counts
	}
	f.After, err = placeOf(c.Query("sau"))
	return f, err
}

// dayOf reads a day as a form writes it: its beginning where the association is; zero for none.
func dayOf(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	at, err := time.ParseInLocation(time.DateOnly, s, archive.Vietnam)
	if err != nil {
		return time.Time{}, archive.Fail(archive.Invalid, "date-invalid", s).Because(err)
	}
	return at, nil
}

// placeOf reads what placed wrote.
func placeOf(s string) (p catalog.RecordPlace, err error) {
	if s == "" {
		return p, nil
	}
	refused := archive.Fail(archive.Invalid, "cursor-invalid")
	parts := strings.Split(s, ".")
	if len(parts) != 3 {
		return p, refused
	}
	key, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return p, refused.Because(err)
	}
	if p.Time, err = strconv.ParseInt(parts[0], 10, 64); err != nil {
		return p, refused.Because(err)
	}
	if p.Number, err = strconv.ParseInt(parts[2], 10, 64); err != nil {
		return p, refused.Because(err)
	}
	p.Key = string(key)
	return p, nil
}

func placed(p catalog.RecordPlace) string {
	return strconv.FormatInt(p.Time, 10) + "." + base64.RawURLEncoding.EncodeToString([]byte(p.Key)) + "." + strconv.FormatInt(p.Number, 10)
}

// Record shows what happened to works, accounts and settings; with dang=csv as a table.
func (h *Handler) Record(c *fiber.Ctx) error {
	f, wrong := recordFilter(c)
	if wrong == nil && c.Query(formField) == "csv" {
		return h.recordTable(c, f)
	}
	t, page, err := h.Frame(c, "record.title", address.Record)
	if err != nil {
		return err
	}
	view := ui.Record{Path: t.Path(address.Record), Work: c.Query("tac-pham"), From: c.Query("tu"), Until: c.Query("den"), Back: ui.Link{Label: t.Text("desk.back"), URL: t.Path(address.Desk)}}
	if view.People, err = h.people(c, f.Agent); err != nil {
		return err
	}
	view.Kinds = kinds(t, f.Kind)
	if wrong != nil {
		status, sentence := respond.Refused(c, wrong)
		view.Wrong = sentence
		return respond.Unkept(c, status, ui.RecordPage(t, page, view))
	}
	f.Limit = recordPage + 1
	list, err := h.Use.Record(request.Context(c), request.Viewer(c), f)
	if err != nil {
		return err
	}
	if len(list) > recordPage {
		list = list[:recordPage]
		view.Next = recordURL(view.Path, c, "sau", placed(list[recordPage-1].Place()))
	}
	for i := range list {
		view.Lines = append(view.Lines, recordLine(t, &list[i]))
	}
	view.CSV = recordURL(view.Path, c, formField, "csv")
	return respond.Unkept(c, fiber.StatusOK, ui.RecordPage(t, page, view))
}

// recordURL is the record as it is asked for, with one thing more.
func recordURL(path string, c *fiber.Ctx, name, value string) string {
	q := url.Values{}
	for _, field := range []string{"ai", "viec", "tac-pham", "tu", "den"} {
		if v := c.Query(field); v != "" {
			q.Set(field, v)
		}
	}
	q.Set(name, value)
	return path + "?" + q.Encode()
}

func (h *Handler) people(c *fiber.Ctx, chosen string) (list []ui.Option, err error) {
	people, err := h.Use.People(request.Context(c), request.Viewer(c))
	for _, p := range people {
		list = append(list, ui.Option{Value: string(p.Account), Label: p.Name, Chosen: string(p.Account) == chosen})
	}
	return list, err
}

func kinds(t ui.Text, chosen string) []ui.OptionGroup {
	works, beside := ui.OptionGroup{Label: t.Text("record.of-works")}, ui.OptionGroup{Label: t.Text("record.beside")}
	for _, e := range archive.EventTypes() {
		works.Options = append(works.Options, ui.Option{Value: string(e), Label: ui.EventName(t, e), Chosen: string(e) == chosen})
	}
	for _, k := range archive.DeedKinds() {
		beside.Options = append(beside.Options, ui.Option{Value: string(k), Label: ui.DeedName(t, string(k)), Chosen: string(k) == chosen})
	}
	return []ui.OptionGroup{works, beside}
}

func recordLine(t ui.Text, r *catalog.Recorded) ui.RecordLine {
	l := ui.RecordLine{Time: r.Time, Who: r.Name, Failed: r.Outcome == archive.Failure}
	if l.Who == "" {
		l.Who, l.Machine = t.Text("record.machine"), r.Agent
	}
	if r.Work == "" {
		l.What, l.Thing = ui.DeedName(t, r.Kind), ui.Link{Label: r.Title}
		for _, c := range r.Changes {
			l.Changes = append(l.Changes, change(t, c))
		}
		return l
	}
	l.What, l.Thing = ui.EventName(t, archive.EventType(r.Kind)), ui.Link{Label: r.Title, URL: t.Path(address.Review(r.Work))}
	if d, ok := archive.ParseDecision(r.Detail); ok {
		l.Note = d.Note
	} else {
		l.Machine = strings.Trim(l.Machine+": "+r.Detail, ": ")
	}
	return l
}

// change words one fact before and after.
func change(t ui.Text, c archive.Changed) ui.RecordChange {
	field, of, _ := strings.Cut(c.Field, " ")
	return ui.RecordChange{Field: t.Text("deed.field."+field, of), Before: fact(t, field, c.Before), After: fact(t, field, c.After)}
}

// fact words a value that is a code.
func fact(t ui.Text, field, value string) string {
	switch {
	case value == "":
		return ""
	case field == "roles":
		roles := strings.Split(value, ", ")
		for i, r := range roles {
			if slices.Contains([]archive.Role{archive.Member, archive.Archivist, archive.EditorRole, archive.Administrator}, archive.Role(r)) {
				roles[i] = t.Text("role." + r)
			}
		}
		return strings.Join(roles, ", ")
	case value == "true" || value == "false":
		return t.Text("deed." + value)
	case strings.HasSuffix(field, "-date"):
		return t.Date(archive.Date(value))
	default:
		return value
	}
}

// recordTable answers with the record as a table. Its column names are the same in every language, for programs. Invalid "record-long": a table that
// misses something would be taken for the whole.
func (h *Handler) recordTable(c *fiber.Ctx, f catalog.RecordFilter) error {
	f.Limit = recordTable + 1
	list, err := h.Use.Record(request.Context(c), request.Viewer(c), f)
	if err != nil {
		return err
	}
	if len(list) > recordTable {
		return archive.Fail(archive.Invalid, "record-long", recordTable)
	}
	rows := [][]string{{"time", "account", "name", "kind", "work", "title", "thing", "outcome", "detail", "changes"}}
	for _, r := range list {
		var changes []string
		for _, ch := range r.Changes {
			changes = append(changes, ch.Field+": "+ch.Before+" → "+ch.After)
		}
		rows = append(rows, []string{r.Time.In(archive.Vietnam).Format(time.RFC3339), r.Agent, r.Name, r.Kind, string(r.Work), r.Title, r.Thing, string(r.Outcome),
			r.Detail, strings.Join(changes, "; ")})
	}
	table, err := respond.Table(rows)
	if err != nil {
		return err
	}
	respond.Attached(c, "nhat-ky.csv")
	return respond.Text{Type: "text/csv; charset=utf-8", Cache: respond.Never, Body: table}.Send(c)
}
