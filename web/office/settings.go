package office

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/office"
	"vannghe/web/address"
	"vannghe/web/request"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// Settings lists what administrators set.
func (h *Handler) Settings(c *fiber.Ctx) error {
	t, page, err := h.Frame(c, "settings.title", address.Settings)
	if err != nil {
		return err
	}
	view := ui.Things{Title: page.Title, Lead: t.Text("settings.lead"), Groups: []ui.ThingGroup{{}}}
	for _, s := range []struct{ key, path string }{
		{"facts", address.SetFacts}, {"bodies", address.SetBodies}, {"logo", address.SetLogo}, {"chapters", address.SetChapters}, {"genres", address.SetGenres},
		{"rules", address.Rules}, {"security", address.SetSecurity}, {"record", address.Record},
	} {
		thing := ui.Thing{Link: ui.Link{Label: t.Text("settings." + s.key), URL: t.Path(s.path)}, Note: t.Text("settings." + s.key + "-note")}
		view.Groups[0].Things = append(view.Groups[0].Things, thing)
	}
	return respond.Unkept(c, fiber.StatusOK, ui.ThingsPage(t, page, view))
}

// back leads to the list of settings.
func back(t ui.Text) ui.Link {
	return ui.Link{Label: t.Text("settings.back"), URL: t.Path(address.Settings)}
}

// Facts shows what stands in the header and at the foot of every page.
func (h *Handler) Facts(c *fiber.Ctx) error { return h.facts(c, nil) }

func (h *Handler) facts(c *fiber.Ctx, refused error) error {
	site, stamp, err := h.Use.Site(request.Context(c))
	if err != nil {
		return err
	}
	t := text(c)
	field := func(id, key, value string) ui.Field {
		return ui.Field{ID: id, Label: t.Text("facts." + key), Value: value}
	}
	name, date, mail, phone := field("ten", "title", site.Title), field("ngay-phep", "licence-date", writeDay(t, site.LicenceDate)), field("thu", "email", site.Email), field("dien-thoai", "phone", site.Phone)
	name.Required, name.Help, date.Help, mail.Kind, phone.Kind = true, t.Text("facts.title-help"), t.Text("form.day-help"), "email", "tel"
	sections := []ui.FormSection{{Fields: []ui.Field{name, field("chu-quan", "managing-body", site.ManagingBody), field("truc-thuoc", "parent-body", site.ParentBody),
		field("dia-chi", "address", site.Address), mail, phone, field("trach-nhiem", "responsible", site.Responsible), field("giay-phep", "licence", site.Licence),
		date, field("noi-cap", "licence-from", site.LicenceFrom)}}}
	if refused != nil {
		sections = typed(c, sections)
	}
	return h.send(c, form{"settings.facts", address.SetFacts, ui.FormView{Lead: t.Text("facts.lead"), Stamp: stamp, Sections: sections, Back: back(t)}}, refused)
}

// SetFacts stores them.
func (h *Handler) SetFacts(c *fiber.Ctx) error {
	err := h.Use.SetFacts(request.Context(c), request.Viewer(c), c.FormValue("thay"), archive.Site{
		Title: c.FormValue("ten"), ManagingBody: c.FormValue("chu-quan"), ParentBody: c.FormValue("truc-thuoc"), Address: c.FormValue("dia-chi"),
		Email: c.FormValue("thu"), Phone: c.FormValue("dien-thoai"), Responsible: c.FormValue("trach-nhiem"), Licence: c.FormValue("giay-phep"),
		LicenceDate: archive.Date(c.FormValue("ngay-phep")), LicenceFrom: c.FormValue("noi-cap")})
	if err != nil {
		return h.facts(c, err)
	}
	return seeOther(c, address.SetFacts)
}

// writeDay writes a date as people type it: day first.
func writeDay(t ui.Text, d archive.Date) string {
	s := string(d)
	if len(s) == len("2006-01-02") && t.Language() == string(request.Vietnamese) {
		return s[8:] + "/" + s[5:7] + "/" + s[:4]
	}
	return s
}

// moreBodies is how many empty lines a form offers for names to come.
const moreBodies = 1

// Bodies shows what the association was and is called.
func (h *Handler) Bodies(c *fiber.Ctx) error { return h.bodies(c, nil) }

func (h *Handler) bodies(c *fiber.Ctx, refused error) error {
	site, stamp, err := h.Use.Site(request.Context(c))
	if err != nil {
		return err
	}
	t, list := text(c), site.Bodies
	if len(list) == 0 && site.Body != "" {
		list = []archive.BodyName{{Name: site.Body}}
	}
	if refused != nil {
		list = bodiesOf(c)
	}
	var sections []ui.FormSection
	for i := range len(list) + moreBodies {
		var b archive.BodyName
		legend := t.Text("bodies.new")
		if i < len(list) {
			b, legend = list[i], t.Text("bodies.nth", i+1)
		}
		n := strconv.Itoa(i)
		from, to := ui.Field{ID: "tu-" + n, Label: t.Text("bodies.from"), Value: writeDay(t, b.From)}, ui.Field{ID: "den-" + n, Label: t.Text("bodies.to"), Value: writeDay(t, b.To)}
		from.Help, to.Help = t.Text("bodies.from-help"), t.Text("bodies.to-help")
		sections = append(sections, ui.FormSection{Legend: legend, Fields: []ui.Field{{ID: "ten-" + n, Label: t.Text("bodies.name"), Value: b.Name}, from, to}})
	}
	return h.send(c, form{"settings.bodies", address.SetBodies, ui.FormView{Lead: t.Text("bodies.lead"), Stamp: stamp, Sections: sections, Back: back(t)}}, refused)
}

// mostRows bounds how many lines of a form are read.
const mostRows = 500

// bodiesOf reads the lines of a form, without those at the end that are empty.
func bodiesOf(c *fiber.Ctx) (list []archive.BodyName) {
	for i := range mostRows {
		n := strconv.Itoa(i)
		if !c.Request().PostArgs().Has("ten-" + n) {
			break
		}
		list = append(list, archive.BodyName{Name: c.FormValue("ten-" + n), From: archive.Date(c.FormValue("tu-" + n)), To: archive.Date(c.FormValue("den-" + n))})
	}
	for len(list) > 0 && list[len(list)-1] == (archive.BodyName{}) {
		list = list[:len(list)-1]
	}
	return list
}

// SetBodies stores them.
func (h *Handler) SetBodies(c *fiber.Ctx) error {
	if err := h.Use.SetBodies(request.Context(c), request.Viewer(c), c.FormValue("thay"), bodiesOf(c)); err != nil {
		return h.bodies(c, err)
	}
	return seeOther(c, address.SetBodies)
}

// Chapters shows the chapters of the association.
func (h *Handler) Chapters(c *fiber.Ctx) error { return h.chapters(c, nil) }

func (h *Handler) chapters(c *fiber.Ctx, refused error) error {
	list, stamp, err := h.Use.Chapters(request.Context(c))
	if err != nil {
		return err
	}
	t := text(c)
	var fields []ui.Field
	for i, chapter := range list {
		n := strconv.Itoa(i)
		name := ui.Field{ID: "ten-" + n, Label: t.Text("chapters.nth", i+1), Value: chapter.Name, Help: t.Text("chapters.members", chapter.Members)}
		fields = append(fields, ui.Field{ID: "cu-" + n, Kind: "hidden", Value: chapter.Name}, name)
	}
	n := strconv.Itoa(len(list))
	fields = append(fields, ui.Field{ID: "cu-" + n, Kind: "hidden"}, ui.Field{ID: "ten-" + n, Label: t.Text("chapters.new")})
	sections := []ui.FormSection{{Fields: fields}}
	if refused != nil {
		sections = typed(c, sections)
	}
	return h.send(c, form{"settings.chapters", address.SetChapters, ui.FormView{Lead: t.Text("chapters.lead"), Stamp: stamp, Sections: sections, Back: back(t)}}, refused)
}

// SetChapters stores them.
func (h *Handler) SetChapters(c *fiber.Ctx) error {
	var edits []office.ChapterEdit
	for i := range mostRows {
		n := strconv.Itoa(i)
		if !c.Request().PostArgs().Has("ten-" + n) {
			break
		}
		edits = append(edits, office.ChapterEdit{Before: c.FormValue("cu-" + n), After: c.FormValue("ten-" + n)})
	}
	if err := h.Use.SetChapters(request.Context(c), request.Viewer(c), c.FormValue("thay"), edits); err != nil {
		return h.chapters(c, err)
	}
	return seeOther(c, address.SetChapters)
}

// Security shows whether staff need a second factor.
func (h *Handler) Security(c *fiber.Ctx) error {
	asked, err := h.Accounts.SecondFactor(request.Context(c))
	if err != nil {
		return err
	}
	t := text(c)
	box := ui.Field{ID: "xac-thuc", Label: t.Text("security.second-factor"), Help: t.Text("security.second-factor-help"), Kind: "check"}
	if asked {
		box.Value = "1"
	}
	return h.send(c, form{"settings.security", address.SetSecurity, ui.FormView{Sections: []ui.FormSection{{Fields: []ui.Field{box}}}, Back: back(t)}}, nil)
}

// SetSecurity sets it.
func (h *Handler) SetSecurity(c *fiber.Ctx) error {
	if err := h.Accounts.AskSecondFactor(request.Context(c), request.Viewer(c), c.FormValue("xac-thuc") != ""); err != nil {
		return err
	}
	return seeOther(c, address.SetSecurity)
}
