package page

import (
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/editorial"
	"vannghe/web/address"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// manyOrdered is how many works of a collection one page orders.
const manyOrdered = 2_000

// EditCollections lists all collections and makes new ones.
func (h *Handler) EditCollections(c *fiber.Ctx) error {
	return h.editCollections(c, ui.CollectionForm{}, nil)
}

func (h *Handler) editCollections(c *fiber.Ctx, form ui.CollectionForm, refused error) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	list, err := v.reader.EveryCollection(v.ctx, manyCollections)
	if err != nil {
		return err
	}
	view := ui.EditCollections{Path: v.text.Path(address.EditCollections), Desk: v.text.Path(address.Desk), Form: form}
	view.Form.Parents = parentOptions(list, "")
	titles := map[archive.CollectionID]string{}
	for _, c := range list {
		titles[c.ID] = c.Title
	}
	for _, c := range list {
		view.List = append(view.List, ui.CollectionEntry{URL: v.text.Path(address.EditCollection(c.ID)), Title: c.Title, Parent: titles[c.Parent], Closes: lastDay(c.Closes)})
	}
	status := fiber.StatusOK
	if refused != nil {
		status, view.Wrong = respond.Refused(c, refused)
	}
	return respond.Unkept(c, status, ui.EditCollectionsPage(v.text, v.deskPage(v.text.Text("collections.edit"), address.EditCollections), view))
}

// parentOptions are the collections below which one may lie: any but itself.
func parentOptions(list []archive.Collection, self archive.CollectionID) []ui.Option {
	var options []ui.Option
	for _, c := range list {
		if c.ID != self {
			options = append(options, ui.Option{Value: string(c.ID), Label: c.Title})
		}
	}
	return options
}

// lastDay is the last day on which a call accepts submissions: it is kept as the instant after that day.
func lastDay(closes time.Time) time.Time {
	if closes.IsZero() {
		return closes
	}
	return closes.Add(-time.Microsecond).In(archive.Vietnam)
}

// collectionForm is what was typed. Invalid "date-invalid".
func collectionForm(c *fiber.Ctx) (archive.Collection, ui.CollectionForm, error) {
	form := ui.CollectionForm{Title: c.FormValue("ten"), Description: c.FormValue("mo-ta"), Parent: c.FormValue("tren"), Closes: c.FormValue("het-han")}
	out := archive.Collection{Title: form.Title, Description: form.Description, Parent: archive.CollectionID(form.Parent)}
	if form.Closes == "" {
		return out, form, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, form.Closes, archive.Vietnam)
	if err != nil {
		return out, form, archive.Fail(archive.Invalid, "date-invalid", form.Closes).Because(err)
	}
	out.Closes = day.AddDate(0, 0, 1).UTC()
	return out, form, nil
}

// AddCollection makes a collection.
func (h *Handler) AddCollection(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	collection, form, err := collectionForm(c)
	var id archive.CollectionID
	if err == nil {
		id, err = h.Editorial.As(v.viewer).SaveCollection(v.ctx, "", collection)
	}
	switch archive.CodeOf(err) {
	case "":
		return v.seeOther(address.EditCollection(id))
	case archive.Invalid, archive.NotFound:
		return h.editCollections(c, form, err)
	default:
		return err
	}
}

// EditCollection shows a collection to be changed and ordered.
func (h *Handler) EditCollection(c *fiber.Ctx) error { return h.editCollection(c, nil, nil) }

func (h *Handler) editCollection(c *fiber.Ctx, typed *ui.CollectionForm, refused error) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	id := namedCollection(c)
	view, err := v.collectionEdit(id)
	if err != nil {
		return err
	}
	if typed != nil {
		typed.Parents = view.Form.Parents
		view.Form = *typed
	}
	status := fiber.StatusOK
	if refused != nil {
		status, view.Wrong = respond.Refused(c, refused)
	}
	return respond.Unkept(c, status, ui.EditCollectionPage(v.text, v.deskPage(view.Title, address.EditCollection(id)), view))
}

func namedCollection(c *fiber.Ctx) archive.CollectionID {
	return archive.CollectionID(c.Params("collection"))
}

func (v *visit) collectionEdit(id archive.CollectionID) (ui.EditCollection, error) {
	collection, err := v.reader.Collection(v.ctx, id)
	if err != nil {
		return ui.EditCollection{}, err
	}
	order, err := v.reader.OrderedWorks(v.ctx, id)
	if err != nil {
		return ui.EditCollection{}, err
	}
	list, err := v.reader.EveryCollection(v.ctx, manyCollections)
	if err != nil {
		return ui.EditCollection{}, err
	}
	view := ui.EditCollection{Base: v.text.Path(address.EditCollection(id)), All: v.text.Path(address.EditCollections), Public: v.text.Path(address.Collection(id, collection.Title)),
		Title: collection.Title, Seen: editorial.SeenCollection(collection, order), Total: len(order),
		Form: ui.CollectionForm{Title: collection.Title, Description: collection.Description, Parent: string(collection.Parent), Parents: parentOptions(list, id)}}
	if !collection.Closes.IsZero() {
		view.Form.Closes = lastDay(collection.Closes).Format(time.DateOnly)
	}
	for _, w := range order[:min(len(order), manyOrdered)] {
		view.Works = append(view.Works, ui.OrderedWork{ID: string(w.ID), Title: w.Title, State: v.text.Text("state." + string(w.State))})
		if string(w.ID) == v.c.Query("chuyen") {
			view.Moved = v.text.Text("collections.moved", w.Title, v.c.Query("cho"), len(order))
		}
	}
	view.Saved = v.c.Query("xong") != ""
	return view, nil
}

// SaveCollection changes what is said of a collection.
func (h *Handler) SaveCollection(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	collection, form, err := collectionForm(c)
	if collection.ID = namedCollection(c); err == nil {
		_, err = h.Editorial.As(v.viewer).SaveCollection(v.ctx, c.FormValue("thay"), collection)
	}
	switch archive.CodeOf(err) {
	case "":
		return v.seeOther(address.EditCollection(collection.ID) + "?xong=1")
	case archive.Invalid, archive.Conflict:
		return h.editCollection(c, &form, err)
	default:
		return err
	}
}

// RemoveCollection removes a collection; its works stay.
func (h *Handler) RemoveCollection(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	err = h.Editorial.As(v.viewer).RemoveCollection(v.ctx, namedCollection(c), c.FormValue("thay"))
	switch archive.CodeOf(err) {
	case "":
		return v.seeOther(address.EditCollections)
	case archive.Conflict:
		return h.editCollection(c, nil, err)
	default:
		return err
	}
}

// places are what the buttons of a work send.
func places(name string) editorial.Place {
	switch name {
	case "len":
		return editorial.PlaceUp
	case "xuong":
		return editorial.PlaceDown
	case "dau":
		return editorial.PlaceFirst
	case "cuoi":
		return editorial.PlaceLast
	default:
		return editorial.Place(name)
	}
}

// MoveInCollection moves one work and leads back to it.
func (h *Handler) MoveInCollection(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	id, work := namedCollection(c), c.FormValue("tac-pham")
	place, err := h.Editorial.As(v.viewer).MoveInCollection(v.ctx, id, c.FormValue("thay"), archive.WorkID(work), places(c.FormValue("toi")))
	if archive.CodeOf(err) == archive.Conflict {
		return h.editCollection(c, nil, err)
	}
	if err != nil {
		return err
	}
	return v.seeOther(address.EditCollection(id) + "?chuyen=" + work + "&cho=" + strconv.Itoa(place) + "#w-" + work)
}
