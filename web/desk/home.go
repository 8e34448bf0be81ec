package desk

import (
	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/web/address"
	"vannghe/web/request"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// Home says who has signed in and what they may do.
func (h *Handler) Home(c *fiber.Ctx) error {
	text, page, err := h.Frame(c, "desk.title", address.Desk)
	if err != nil {
		return err
	}
	v := request.Viewer(c)
	view := ui.Desk{Name: v.Name, Roles: v.Roles}
	for _, action := range archive.Actions() {
		if v.May(action) == nil {
			view.May = append(view.May, text.Text("may."+string(action)))
		}
	}
	view.Links = append(view.Links, ui.Link{Label: text.Text("devices.title"), URL: text.Path(address.Devices)})
	if v.Staff() {
		view.Links = append(view.Links, ui.Link{Label: text.Text("review.queue"), URL: text.Path(address.Queue)})
	}
	if v.May(archive.RecordFees) == nil {
		view.Links = append(view.Links, ui.Link{Label: text.Text("fee.title"), URL: text.Path(address.Fees)})
	}
	if v.May(archive.KeepRoll) == nil {
		view.Links = append(view.Links, ui.Link{Label: text.Text("roll.title"), URL: text.Path(address.Roll)})
	}
	if v.May(archive.OperateArchive) == nil {
		view.Links = append(view.Links, ui.Link{Label: text.Text("operate.title"), URL: text.Path(address.Operate)})
	}
	if v.May(archive.PurgeWorks) == nil {
		view.Links = append(view.Links, ui.Link{Label: text.Text("purge.title"), URL: text.Path(address.Purges)})
	}
	if v.May(archive.ManageAccounts) == nil {
		view.Links = append(view.Links, ui.Link{Label: text.Text("accounts.title"), URL: text.Path(address.Accounts)})
	}
	return send(c, fiber.StatusOK, ui.DeskPage(text, page, view))
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
