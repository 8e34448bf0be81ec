// Package office is the pages of an association's office: what administrators set, the yearly report, the whole record. One file per page and what it
// does.
//
// It parses, calls the use cases of internal/office and answers. It must not decide who may do what, or change the catalogue but through a use case.
package office

import (
	"github.com/gofiber/fiber/v2"

	"vannghe/internal/account"
	"vannghe/internal/archive"
	"vannghe/internal/office"
	"vannghe/internal/tool/weasyprint"
	"vannghe/web/request"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// Handler answers the pages.
type Handler struct {
	Use      *office.Office
	Accounts *account.Accounts
	// Frame returns what stands around a page at a path, whose title is a sentence of the catalogue.
	Frame func(c *fiber.Ctx, title, path string) (ui.Text, ui.Page, error)
	// Print turns pages of paper into PDF; nil: this server has nothing to do it with.
	Print *weasyprint.Tool
}

// text speaks to who asks.
func text(c *fiber.Ctx) ui.Text { return ui.Speak(string(request.Language(c))) }

// doneField says in the address that something was done.
const doneField = "xong"

// seeOther leads to a page of ours and has it say that something was done.
func seeOther(c *fiber.Ctx, path string) error {
	return respond.SeeOther(c, text(c).Path(path)+"?"+doneField+"=1")
}

// doneLine is what a page says after something was done.
func doneLine(c *fiber.Ctx, t ui.Text) string {
	if c.Query(doneField) == "" {
		return ""
	}
	return t.Text("form.done")
}

// form is a form at a path, as it is shown and as it is shown again.
type form struct {
	title, path string
	view        ui.FormView
}

// send shows a form; refused says why what was sent is not taken, and is given back when it is not the person's to mend.
func (h *Handler) send(c *fiber.Ctx, f form, refused error) error {
	t, page, err := h.Frame(c, f.title, f.path)
	if err != nil {
		return err
	}
	f.view.Title, f.view.Action = t.Text(f.title), t.Path(f.path)
	status := fiber.StatusOK
	if refused != nil {
		if !mendable(refused) {
			return refused
		}
		status, f.view.Wrong = respond.Refused(c, refused)
		f.view.At = fieldOf(archive.ReasonOf(refused), f.view)
	} else {
		f.view.Done = doneLine(c, t)
	}
	if f.view.Save == "" {
		f.view.Save = t.Text("form.save")
	}
	return respond.Unkept(c, status, ui.FormPage(t, page, f.view))
}

// mendable reports whether a form is shown again with what is wrong.
func mendable(err error) bool {
	switch archive.CodeOf(err) {
	case archive.Invalid, archive.Conflict, archive.TooLarge, archive.Unavailable:
		return true
	default:
		return false
	}
}

// fieldOf names the field of a form that a reason speaks of.
func fieldOf(r archive.Reason, f ui.FormView) string {
	id := map[string]string{
		"site-title-missing": "ten", "email-invalid": "thu", "licence-date": "ngay-phep", "name-missing": "ten", "genre-twice": "ten", "group-twice": "ten",
		"group-missing": "nhom", "logo-unreadable": "anh", "logo-too-large": "anh",
	}[string(r)]
	for _, s := range f.Sections {
		for _, field := range s.Fields {
			if field.ID == id {
				return id
			}
		}
	}
	return ""
}

// typed puts what was typed into the fields of a form that is shown again.
func typed(c *fiber.Ctx, sections []ui.FormSection) []ui.FormSection {
	for _, s := range sections {
		for i := range s.Fields {
			f := &s.Fields[i]
			f.Value = c.FormValue(f.ID)
			for j := range f.Options {
				f.Options[j].Chosen = f.Options[j].Value == f.Value
			}
		}
	}
	return sections
}
