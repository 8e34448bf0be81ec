package page

import (
	"github.com/gofiber/fiber/v2"

	"vannghe/internal/account"
	"vannghe/web/address"
	"vannghe/web/ui"
)

const appsPath = "/ung-dung"

// Apps tells how to listen with music players of other makers, with the name and password that are everybody's.
func (h *Handler) Apps(c *fiber.Ctx) error {
	v, err := h.open(c)
	if err != nil {
		return err
	}
	server := h.Address.Of(c)
	return v.send(ui.AppsPage(v.text, v.page(v.text.Text("apps.title"), appsPath), ui.Apps{
		Server: server, User: account.Guest, Password: account.Guest, Feed: server + address.Feed(""),
	}))
}
