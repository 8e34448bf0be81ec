package page

import (
	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/derive"
	"vannghe/internal/editorial"
	"vannghe/web/address"
	"vannghe/web/media"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// Operate lists what could not be made, for whoever runs the machine: the route lets nobody else in. It shows works in every state.
func (h *Handler) Operate(c *fiber.Ctx) error {
	v, err := h.open(c)
	if err != nil {
		return err
	}
	failed, err := derive.Failed(v.ctx, h.Catalog.Reader(operator()), "")
	if err != nil {
		return err
	}
	view := v.operated(failed)
	if err := v.openJobs(&view); err != nil {
		return err
	}
	if err := v.keeping(&view); err != nil {
		return err
	}
	return respond.Unkept(v.c, fiber.StatusOK, ui.OperatePage(v.text, v.deskPage(v.text.Text("operate.title"), address.Operate), view))
}

// operator is whoever runs the machine.
func operator() archive.Viewer { return archive.System("operator") }

// operated gathers what failed by work.
func (v *visit) operated(failed []catalog.Failed) ui.Operate {
	view := ui.Operate{Again: v.text.Path(address.TryAgain)}
	var last archive.WorkID
	for _, f := range failed {
		if f.Work != last {
			last = f.Work
			view.Failed = append(view.Failed, ui.FailedWork{Title: f.Title, URL: v.text.Path(address.Work(f.Work, f.Title)), Again: v.text.Path(address.TryAgain + "/" + string(f.Work))})
		}
		w := &view.Failed[len(view.Failed)-1]
		w.Files = append(w.Files, ui.FailedFile{Name: media.SafeName(f.Name), Recipe: f.Recipe, Reason: f.Problem})
	}
	return view
}

// TryAgain tries again what could not be made of a work, or of all, and shows the list anew.
func (h *Handler) TryAgain(c *fiber.Ctx) error {
	v, err := h.open(c)
	if err != nil {
		return err
	}
	work := archive.WorkID(c.Params("work"))
	if work != "" && !archive.ValidID(string(work)) {
		return archive.Fail(archive.NotFound, "work-missing")
	}
	agent := operator().Name
	if v.viewer.Account != "" {
		agent = string(v.viewer.Account)
	}
	if _, err := derive.Retry(v.ctx, h.Catalog, work, editorial.By{Agent: agent}); err != nil {
		return err
	}
	return v.seeOther(address.Operate)
}
