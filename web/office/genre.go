package office

import (
	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/office"
	"vannghe/web/address"
	"vannghe/web/request"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// Genres lists report groups and genres.
func (h *Handler) Genres(c *fiber.Ctx) error {
	t, page, err := h.Frame(c, "settings.genres", address.SetGenres)
	if err != nil {
		return err
	}
	groups, _, err := h.Use.Groups(request.Context(c))
	if err != nil {
		return err
	}
	view := ui.Things{Title: page.Title, Lead: t.Text("genres.lead"), Done: doneLine(c, t), Back: back(t), Acts: []ui.Link{
		{Label: t.Text("genres.add"), URL: t.Path(address.SetGenre(address.NewThing))}, {Label: t.Text("genres.add-group"), URL: t.Path(address.SetGroup(address.NewThing))}}}
	for _, g := range groups {
		row := ui.ThingGroup{Heading: ui.Link{Label: nameIn(t, g.Name, g.English), URL: t.Path(address.SetGroup(g.ID))}, Empty: t.Text("genres.empty")}
		if g.Left {
			row.Note = t.Text("genres.left")
		}
		for _, genre := range g.Genres {
			row.Things = append(row.Things, ui.Thing{Link: ui.Link{Label: nameIn(t, genre.Name, genre.English), URL: t.Path(address.SetGenre(genre.ID))},
				Note: t.Text("list.count", genre.Works)})
		}
		view.Groups = append(view.Groups, row)
	}
	return respond.Unkept(c, fiber.StatusOK, ui.ThingsPage(t, page, view))
}

// nameIn is a name in the reader's language; that in Vietnamese where there is no English one.
func nameIn(t ui.Text, name, english string) string {
	if t.Language() == string(request.English) && english != "" {
		return english
	}
	return name
}

// Genre shows the form of a genre.
func (h *Handler) Genre(c *fiber.Ctx) error { return h.genre(c, nil) }

func (h *Handler) genre(c *fiber.Ctx, refused error) error {
	groups, _, err := h.Use.Groups(request.Context(c))
	if err != nil {
		return err
	}
	g, err := genreOf(c, groups)
	if err != nil {
		return err
	}
	t, path := text(c), address.SetGenre(archive.GenreID(c.Params("genre")))
	group := ui.Field{ID: "nhom", Label: t.Text("genres.group"), Help: t.Text("genres.group-help"), Kind: "select"}
	for _, o := range groups {
		group.Options = append(group.Options, ui.Option{Value: o.ID, Label: nameIn(t, o.Name, o.English), Chosen: o.ID == g.Group})
	}
	view := ui.FormView{Sections: []ui.FormSection{{Fields: append(namesFields(t, g.Name, g.English), group)}},
		Back: ui.Link{Label: t.Text("genres.back"), URL: t.Path(address.SetGenres)}}
	if refused != nil {
		view.Sections = typed(c, view.Sections)
	}
	if g.ID != "" {
		view.Stamp = office.GenreStamp(g)
		remove := ui.FormAct{Label: t.Text("genres.remove"), Path: t.Path(path + "/xoa"), Stamp: view.Stamp}
		if g.Works > 0 {
			remove.Help = t.Sentence(archive.Fail(archive.Conflict, "genre-used", g.Works))
		}
		view.Acts = append(moves(t, path), remove)
	}
	return h.send(c, form{"genres.genre", path, view}, refused)
}

func namesFields(t ui.Text, name, english string) []ui.Field {
	return []ui.Field{{ID: "ten", Label: t.Text("genres.name"), Value: name, Required: true}, {ID: "tieng-anh", Label: t.Text("genres.english"), Value: english}}
}

func moves(t ui.Text, path string) []ui.FormAct {
	return []ui.FormAct{{Label: t.Text("genres.up"), Path: t.Path(path + "/len")}, {Label: t.Text("genres.down"), Path: t.Path(path + "/xuong")}}
}

// genreOf is the genre that the address names; an empty one where it says that it is new.
func genreOf(c *fiber.Ctx, groups []office.Group) (archive.Genre, error) {
	id := archive.GenreID(c.Params("genre"))
	for _, g := range groups {
		for _, genre := range g.Genres {
			if genre.ID == id {
				return genre, nil
			}
		}
	}
	if id == address.NewThing {
		return archive.Genre{}, nil
	}
	return archive.Genre{}, archive.Fail(archive.NotFound, "genre-missing")
}

// existing is the identifier in an address, "" for what is new.
func existing(c *fiber.Ctx, name string) string {
	if id := c.Params(name); id != address.NewThing {
		return id
	}
	return ""
}

// SetGenre stores what the form says.
func (h *Handler) SetGenre(c *fiber.Ctx) error {
	g := archive.Genre{ID: archive.GenreID(existing(c, "genre")), Name: c.FormValue("ten"), English: c.FormValue("tieng-anh"), Group: c.FormValue("nhom")}
	if _, err := h.Use.PutGenre(request.Context(c), request.Viewer(c), c.FormValue("thay"), g); err != nil {
		return h.genre(c, err)
	}
	return seeOther(c, address.SetGenres)
}

// RemoveGenre takes it away.
func (h *Handler) RemoveGenre(c *fiber.Ctx) error {
	if err := h.Use.RemoveGenre(request.Context(c), request.Viewer(c), c.FormValue("thay"), archive.GenreID(c.Params("genre"))); err != nil {
		return h.unchanged(c, err, h.genre)
	}
	return seeOther(c, address.SetGenres)
}

// unchanged shows a form as it stands with what is wrong: nothing was typed into it.
func (h *Handler) unchanged(c *fiber.Ctx, err error, show func(*fiber.Ctx, error) error) error {
	if archive.CodeOf(err) != archive.Conflict {
		return err
	}
	return show(c, err)
}

// MoveGenre moves it among those of its group.
func (h *Handler) MoveGenre(up bool) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if err := h.Use.MoveGenre(request.Context(c), request.Viewer(c), archive.GenreID(c.Params("genre")), up); err != nil {
			return err
		}
		return seeOther(c, address.SetGenres)
	}
}

// Group shows the form of a report group.
func (h *Handler) Group(c *fiber.Ctx) error { return h.group(c, nil) }

func (h *Handler) group(c *fiber.Ctx, refused error) error {
	groups, stamp, err := h.Use.Groups(request.Context(c))
	if err != nil {
		return err
	}
	g, known := groupOf(groups, c.Params("group"))
	if !known && c.Params("group") != address.NewThing {
		return archive.Fail(archive.NotFound, "group-missing")
	}
	t, path := text(c), address.SetGroup(c.Params("group"))
	counted := ui.Field{ID: "tinh", Label: t.Text("genres.counted"), Help: t.Text("genres.counted-help"), Kind: "check"}
	if !g.Left {
		counted.Value = "1"
	}
	view := ui.FormView{Stamp: stamp, Sections: []ui.FormSection{{Fields: append(namesFields(t, g.Name, g.English), counted)}},
		Back: ui.Link{Label: t.Text("genres.back"), URL: t.Path(address.SetGenres)}}
	if refused != nil {
		view.Sections = typed(c, view.Sections)
	}
	if known {
		remove := ui.FormAct{Label: t.Text("genres.remove-group"), Path: t.Path(path + "/xoa"), Stamp: stamp}
		if len(g.Genres) > 0 {
			remove.Help = t.Sentence(archive.Fail(archive.Conflict, "group-used"))
		}
		view.Acts = append(moves(t, path), remove)
	}
	return h.send(c, form{"genres.group", path, view}, refused)
}

func groupOf(groups []office.Group, id string) (office.Group, bool) {
	for _, g := range groups {
		if g.ID == id {
			return g, true
		}
	}
	return office.Group{}, false
}

// SetGroup stores what the form says.
func (h *Handler) SetGroup(c *fiber.Ctx) error {
	g := archive.ReportGroup{ID: existing(c, "group"), Name: c.FormValue("ten"), English: c.FormValue("tieng-anh"), Left: c.FormValue("tinh") == ""}
	if err := h.Use.PutGroup(request.Context(c), request.Viewer(c), c.FormValue("thay"), g); err != nil {
		return h.group(c, err)
	}
	return seeOther(c, address.SetGenres)
}

// RemoveGroup takes it away.
func (h *Handler) RemoveGroup(c *fiber.Ctx) error {
	if err := h.Use.RemoveGroup(request.Context(c), request.Viewer(c), c.FormValue("thay"), c.Params("group")); err != nil {
		return h.unchanged(c, err, h.group)
	}
	return seeOther(c, address.SetGenres)
}

// MoveGroup moves it among the others.
func (h *Handler) MoveGroup(up bool) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if err := h.Use.MoveGroup(request.Context(c), request.Viewer(c), c.Params("group"), up); err != nil {
			return err
		}
		return seeOther(c, address.SetGenres)
	}
}
