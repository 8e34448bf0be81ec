package office

import (
	"cmp"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/office"
	"vannghe/web/address"
	"vannghe/web/request"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// Notices shows what waits for who asks: what they have not looked at, then the rest.
func (h *Handler) Notices(c *fiber.Ctx) error {
	t, page, err := h.Frame(c, "notices.title", address.Notices)
	if err != nil {
		return err
	}
	list, err := h.Use.Notices(request.Context(c), request.Viewer(c))
	if err != nil {
		return err
	}
	view := ui.Things{Title: page.Title, Done: doneLine(c, t), Back: ui.Link{Label: t.Text("desk.title"), URL: t.Path(address.Desk)}}
	fresh, known := ui.ThingGroup{Heading: ui.Link{Label: t.Text("notices.new")}, Empty: t.Text("notices.none")}, ui.ThingGroup{Heading: ui.Link{Label: t.Text("notices.seen")}}
	for _, n := range list {
		if n.Seen {
			known.Things = append(known.Things, thing(t, n))
		} else {
			fresh.Things = append(fresh.Things, thing(t, n))
		}
	}
	view.Groups = []ui.ThingGroup{fresh}
	if len(known.Things) > 0 {
		view.Groups = append(view.Groups, known)
	}
	if len(fresh.Things) > 0 {
		view.Forms = []ui.FormAct{{Label: t.Text("notices.see"), Path: t.Path(address.Notices)}}
	}
	return respond.Unkept(c, fiber.StatusOK, ui.ThingsPage(t, page, view))
}

// SeeNotices notes that they were looked at.
func (h *Handler) SeeNotices(c *fiber.Ctx) error {
	if err := h.Use.See(request.Context(c), request.Viewer(c)); err != nil {
		return err
	}
	return respond.SeeOther(c, text(c).Path(address.Notices))
}

// thing words a notice: where it leads, and what is to be done. A letter says the same.
func thing(t ui.Text, n office.Notice) ui.Thing {
	title := cmp.Or(n.Title, t.Text("notice.untitled"))
	key, path, args := "notice."+string(n.Kind), address.Review(n.Work), []any{title}
	note := t.Text("notices.since", t.Day(n.Time))
	switch n.Kind {
	case office.NoticeLicence:
		note = t.Text("notices.ends", t.Day(n.Time))
	case office.NoticeCase:
		path, args, note = address.Case(n.Case), nil, t.Text("notices.due", t.Day(n.Time))
		if n.Late {
			note = t.Text("notices.late", t.Day(n.Time))
		}
	case office.NoticePurge:
		path, note = address.Purge(n.Work), t.Text("notices.confirm", t.Day(n.Time))
	case office.NoticeFailed:
		path, args, note = address.Operate, []any{n.Many}, ""
	case office.NoticeDisk:
		path, args, note = address.Operate, []any{n.Many}, ""
	case office.NoticeFixity:
		path, args, note = address.Operate, []any{n.Many}, t.Text("notices.checked", t.Day(n.Time))
	case office.NoticeComment:
		path = address.Sent(n.Work)
	case office.NoticeAct:
		path, args = address.Sent(n.Work), []any{title, ui.EventName(t, n.Act)}
	case office.NoticeBackup:
		path, note = address.Operate, t.LastRun("backup", n.Last)
		if n.Last.Failed != nil {
			key = "notice.backup-failed"
		}
	case office.NoticePost:
		path, note = address.Operate, t.Sentence(archive.Fail(archive.Unavailable, n.Reason))
	case office.NoticeWaiting:
	}
	return ui.Thing{Link: ui.Link{Label: t.Text(key, args...), URL: t.Path(path)}, Note: note}
}
