package page

import (
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/editorial"
	"vannghe/web/address"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// Minute is what was decided in a span of days: today when none is given. With dang=csv it is a table.
func (h *Handler) Minute(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	today := time.Now().In(archive.Vietnam).Format(time.DateOnly)
	from, until := c.Query("tu", today), c.Query("den", c.Query("tu", today))
	first, err := parseDay(from)
	if err != nil {
		return err
	}
	last, err := parseDay(until)
	if err != nil {
		return err
	}
	m, err := h.Editorial.As(v.viewer).Minute(v.ctx, first, last.AddDate(0, 0, 1))
	if err != nil {
		return err
	}
	if c.Query("dang") == "csv" {
		if m.More { // a table that misses something would be taken for the whole
			return archive.Fail(archive.Invalid, "minute-long")
		}
		return v.sendTable(m, "bien-ban-"+from+"-"+until)
	}
	view := v.minutes(m, address.Minute)
	view.Title, view.From, view.Until = v.text.Text("minute.heading"), from, until
	view.CSV = v.text.Path(address.Minute) + "?dang=csv&tu=" + from + "&den=" + until
	view.PDF = v.text.Path(address.Minute) + "?dang=pdf&tu=" + from + "&den=" + until
	if c.Query("dang") == "pdf" {
		return v.printMinute(view, "bien-ban-"+from+"-"+until)
	}
	return respond.Unkept(v.c, fiber.StatusOK, ui.MinutePage(v.text, v.deskPage(view.Title, address.Minute), view))
}

// MinuteOf is what was decided about one work.
func (h *Handler) MinuteOf(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	w, err := v.reviewed()
	if err != nil {
		return err
	}
	m, err := h.Editorial.As(v.viewer).MinuteOf(v.ctx, w.ID)
	if err != nil {
		return err
	}
	if c.Query("dang") == "csv" {
		return v.sendTable(m, "bien-ban-"+string(w.ID))
	}
	path := address.Review(w.ID) + "/bien-ban"
	view := v.minutes(m, path)
	view.Title, view.CSV = v.text.Text("minute.heading")+": "+w.Title, v.text.Path(path)+"?dang=csv"
	view.PDF = v.text.Path(path) + "?dang=pdf"
	if c.Query("dang") == "pdf" {
		return v.printMinute(view, "bien-ban-"+string(w.ID))
	}
	return respond.Unkept(v.c, fiber.StatusOK, ui.MinutePage(v.text, v.deskPage(view.Title, path), view))
}

// parseDay reads a day as a form writes it: its beginning where the association is. Invalid "date-invalid".
func parseDay(s string) (time.Time, error) {
	at, err := time.ParseInLocation(time.DateOnly, s, archive.Vietnam)
	if err != nil {
		return time.Time{}, archive.Fail(archive.Invalid, "date-invalid", s).Because(err)
	}
	return at, nil
}

func (v *visit) minutes(m editorial.Minute, path string) ui.Minutes {
	view := ui.Minutes{Body: v.bodyThen(m), Path: v.text.Path(path), More: m.More, Drawn: time.Now()}
	for _, e := range m.Entries {
		view.Entries = append(view.Entries, ui.MinuteEntry{
			Anchor: "qd-" + string(e.Event.Work) + "-" + strconv.FormatInt(e.Event.Sequence, 10), Time: e.Event.Time,
			Work: ui.Link{Label: e.Work.Title, URL: v.text.Path(address.Review(e.Event.Work))}, Type: e.Event.Type, Name: e.Decision.Name,
			Note: e.Decision.Note, Checks: e.Decision.Checks, Audience: e.Decision.Audience, Opens: e.Decision.Opens, Closes: e.Decision.Closes,
			Sequence: e.Event.Sequence, Head: e.Event.Hash,
		})
	}
	return view
}

// printMinute answers with a minute as PDF. Invalid "minute-long": one that misses something would be taken for the whole.
func (v *visit) printMinute(view ui.Minutes, name string) error {
	if view.More {
		return archive.Fail(archive.Invalid, "minute-long")
	}
	return respond.PDF(v.c, v.Print, name, ui.PrintedMinute(v.text, view))
}

func (v *visit) sendTable(m editorial.Minute, name string) error {
	respond.Attached(v.c, name+".csv")
	table, err := minuteTable(m)
	if err != nil {
		return err
	}
	return respond.Text{Type: "text/csv; charset=utf-8", Cache: respond.Never, Body: table}.Send(v.c)
}

// minuteTable is a minute as a table. Its column names are the same in every language, for programs.
func minuteTable(m editorial.Minute) ([]byte, error) {
	rows := [][]string{{"time", "work", "title", "decision", "name", "account", "note", "checks", "opens", "closes", "audience", "sequence", "chain_head"}}
	for _, e := range m.Entries {
		d := e.Decision
		rows = append(rows, []string{e.Event.Time.In(archive.Vietnam).Format(time.RFC3339), string(e.Event.Work), e.Work.Title, string(e.Event.Type), d.Name,
			e.Event.Agent, d.Note, checksLine(d.Checks), stamp(d.Opens), stamp(d.Closes), string(d.Audience), strconv.FormatInt(e.Event.Sequence, 10), e.Event.Hash})
	}
	return respond.Table(rows)
}

func checksLine(checks []archive.Check) string {
	var list []string
	for _, c := range checks {
		line := string(c.Item) + "=" + string(c.Answer)
		if c.Remark != "" {
			line += " (" + c.Remark + ")"
		}
		list = append(list, line)
	}
	return strings.Join(list, "; ")
}

func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(archive.Vietnam).Format(time.RFC3339)
}
