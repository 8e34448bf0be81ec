package desk

import (
	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/web/address"
	"vannghe/web/request"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// door leads from the desk's home to one of its pages.
type door struct {
	title, path string
	opens       func(archive.Viewer) bool
}

// room is some doors under one heading.
type room struct {
	heading string
	doors   []door
}

// rooms are all pages of the desk, for whoever may enter them.
func rooms() []room {
	may := func(a archive.Action) func(archive.Viewer) bool {
		return func(v archive.Viewer) bool { return v.May(a) == nil }
	}
	staff := archive.Viewer.Staff
	return []room{
		{"desk.board", []door{{"review.queue", address.Queue, staff}, {"case.title", address.Cases, staff}, {"minute.title", address.Minute, staff}, {"rules.title", address.Rules, staff}}},
		{"desk.works", []door{
			{"bring-in.title", address.BringIn, may(archive.DescribeWorks)}, {"intake.title", address.Intakes, may(archive.DescribeWorks)},
			{"batch.title", address.Batches, may(archive.DescribeWorks)}, {"collections.edit", address.EditCollections, may(archive.DescribeWorks)},
			{"help.enter", address.HelpOut, may(archive.DescribeWorks)},
		}},
		{"desk.office", []door{
			{"report.title", address.Report, may(archive.ReportWorks)}, {"fee.title", address.Fees, may(archive.RecordFees)}, {"roll.title", address.Roll, may(archive.KeepRoll)},
			{"settings.title", address.Settings, may(archive.KeepSettings)}, {"record.title", address.Record, may(archive.KeepSettings)},
		}},
		{"desk.machine", []door{
			{"operate.title", address.Operate, may(archive.OperateArchive)}, {"accounts.title", address.Accounts, may(archive.ManageAccounts)},
			{"purge.title", address.Purges, may(archive.PurgeWorks)},
		}},
		{"desk.own", []door{{"devices.title", address.Devices, may(archive.UseDesk)}, {"mailbox.title", address.Mailbox, may(archive.UseDesk)}, {"password.title", address.Password, staff}}},
	}
}

// Home says who has signed in, what waits for them and where they may go.
func (h *Handler) Home(c *fiber.Ctx) error {
	text, page, err := h.Frame(c, "desk.title", address.Desk)
	if err != nil {
		return err
	}
	v := request.Viewer(c)
	view := ui.Desk{Name: v.Name, Roles: v.Roles, Staff: v.Staff(), Rooms: open(text, v)}
	for _, action := range archive.Actions() {
		if v.May(action) == nil {
			view.May = append(view.May, text.Text("may."+string(action)))
		}
	}
	if v.May(archive.SendWorks) == nil {
		view.Send = text.Path(address.Send)
		if view.Mine, err = h.Mine(c); err != nil {
			return err
		}
	}
	unseen, err := h.Unseen(request.Context(c), v)
	if err != nil {
		return err
	}
	view.Waits = ui.Link{Label: text.Text("notices.title"), URL: text.Path(address.Notices)}
	if unseen > 0 {
		view.Waits.Label = text.Text("notices.title-new", unseen)
	}
	return send(c, fiber.StatusOK, ui.DeskPage(text, page, view))
}

// open are the rooms that have a door open for v.
func open(text ui.Text, v archive.Viewer) (list []ui.Room) {
	for _, r := range rooms() {
		shown := ui.Room{Heading: text.Text(r.heading)}
		for _, d := range r.doors {
			if d.opens(v) {
				shown.Links = append(shown.Links, ui.Link{Label: text.Text(d.title), URL: text.Path(d.path)})
			}
		}
		if len(shown.Links) > 0 {
			list = append(list, shown)
		}
	}
	return list
}

// Devices lists the devices of who asks.
func (h *Handler) Devices(c *fiber.Ctx) error {
	text, page, err := h.Frame(c, "devices.title", address.Devices)
	if err != nil {
		return err
	}
	v := request.Viewer(c)
	list, err := h.Use.Devices(request.Context(c), v, v.Account)
	if err != nil {
		return err
	}
	view := ui.Devices{}
	for _, s := range list {
		view.List = append(view.List, ui.Device{ID: s.ID, Label: s.Label, Since: s.Created, Used: s.Used, This: s.ID == v.Session})
	}
	return send(c, fiber.StatusOK, ui.DevicesPage(text, page, view))
}

// EndDevice signs one of one's devices out.
func (h *Handler) EndDevice(c *fiber.Ctx) error {
	v, id := request.Viewer(c), archive.SessionID(c.Params("device"))
	if err := h.Use.EndDevice(request.Context(c), v, v.Account, id); err != nil {
		return err
	}
	return respond.SeeOther(c, path(c, address.Devices))
}

// EndOthers signs every device of one's own out but the one that asks.
func (h *Handler) EndOthers(c *fiber.Ctx) error {
	v := request.Viewer(c)
	if err := h.Use.EndDevices(request.Context(c), v, v.Account, v.Session); err != nil {
		return err
	}
	return respond.SeeOther(c, path(c, address.Devices))
}
