package page

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/editorial"
	"vannghe/web/address"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// SendWords asks for the title and a few words.
func (h *Handler) SendWords(c *fiber.Ctx) error {
	v, own, err := h.drafting(c)
	if err != nil {
		return h.notDrafting(v, own, err)
	}
	return v.sendWords(&own.Work, nil)
}

func (v *visit) sendWords(w *archive.Work, refused error) error {
	view := ui.SendWords{Base: v.text.Path(address.SendWork(w.ID)), Description: w.Description, Genre: w.Genre, Genres: v.choices(w), Help: v.help(w)}
	if !w.TitleGuessed {
		view.Title = w.Title
	}
	view.Author = strings.Join(authors(w), "; ")
	if view.Author == "" && w.TitleGuessed {
		view.Author = v.viewer.Name // most send their own
	}
	status := fiber.StatusOK
	if refused != nil {
		status, view.Wrong = respond.Refused(v.c, refused)
		given := v.given()
		view.Title, view.Author, view.Description, view.Genre = given["ten"], given["tac-gia"], given["gioi-thieu"], archive.GenreID(given["the-loai"])
		view.WrongField = "ten"
		if archive.ReasonOf(refused) == "text-long" {
			view.WrongField = "loi"
		}
	}
	return respond.Unkept(v.c, status, ui.SendWordsPage(v.text, v.deskPage(v.text.Text("send.heading"), address.SendWork(w.ID)+"/loi"), view))
}

// authors are who made the work, as authors of its genre do.
func authors(w *archive.Work) (names []string) {
	for _, c := range w.Credits {
		names = append(names, c.Name)
	}
	return names
}

// choices are the genres near the draft's own; all of them where nothing is known.
func (v *visit) choices(w *archive.Work) (list []ui.Choice) {
	kind, group := v.kindOf(w), v.group(w.Genre)
	for _, g := range v.around.genres {
		if len(kind.groups) == 0 || g.Group == group {
			list = append(list, ui.Choice{Value: string(g.ID), Label: v.names[g.ID]})
		}
	}
	return list
}

// SaveWords keeps title and words and leads to reading everything again. The script that saves while somebody types sends no authors.
func (h *Handler) SaveWords(c *fiber.Ctx) error {
	v, own, err := h.drafting(c)
	if err != nil {
		return h.notDrafting(v, own, err)
	}
	given := v.given()
	saving := given["luu"] != "" // while it is typed, see SaveText
	if saving && own.Work.State != archive.Draft {
		return c.SendStatus(fiber.StatusAccepted)
	}
	err = h.Editorial.As(v.viewer).Reword(v.ctx, own.Work.ID, wordsOf(given))
	if err == nil && !saving && strings.TrimSpace(given["ten"]) == "" {
		err = archive.Fail(archive.Invalid, "title-missing")
	}
	switch {
	case err == nil && saving:
		return c.SendStatus(fiber.StatusNoContent)
	case err == nil:
		return v.seeOther(address.SendWork(own.Work.ID) + "/xem")
	case refusable(err) && !saving:
		return v.sendWords(&own.Work, err)
	default:
		return err
	}
}

func wordsOf(given map[string]string) (words editorial.Words) {
	if title, ok := given["ten"]; ok {
		words.Title = &title
	}
	if about, ok := given["gioi-thieu"]; ok {
		words.Description = &about
	}
	if genre := archive.GenreID(given["the-loai"]); genre != "" {
		words.Genre = &genre
	}
	if names, ok := given["tac-gia"]; ok {
		list := strings.FieldsFunc(names, func(r rune) bool { return r == ';' || r == '\n' })
		words.Authors = &list
	}
	return words
}

// SendCheck shows everything once more.
func (h *Handler) SendCheck(c *fiber.Ctx) error {
	v, own, err := h.drafting(c)
	if err != nil {
		return h.notDrafting(v, own, err)
	}
	return v.sendCheck(&own.Work, nil)
}

func (v *visit) sendCheck(w *archive.Work, refused error) error {
	text, err := v.Ingest.Typed(v.ctx, v.viewer, w.ID)
	if err != nil {
		return err
	}
	view := ui.SendCheck{Base: v.text.Path(address.SendWork(w.ID)), Seen: editorial.Seen(w), Title: w.Title, Untitled: w.TitleGuessed, Authors: authors(w),
		Genre: v.names[w.Genre], Description: w.Description, Text: text, Files: v.sentFiles(w, false), Help: v.help(w)}
	status := fiber.StatusOK
	if refused != nil {
		status, view.Wrong = respond.Refused(v.c, refused)
		view.Consent = archive.Consent(v.c.FormValue("cua-ai"))
	}
	return respond.Unkept(v.c, status, ui.SendCheckPage(v.text, v.deskPage(v.text.Text("send.heading"), address.SendWork(w.ID)+"/xem"), view))
}

// SendOff hands the draft to the editors. Sent twice, since the answer was lost, it leads to where the work is followed.
func (h *Handler) SendOff(c *fiber.Ctx) error {
	v, own, err := h.drafting(c)
	if err != nil {
		return h.notDrafting(v, own, err)
	}
	err = h.Editorial.As(v.viewer).SubmitSaying(v.ctx, own.Work.ID, c.FormValue("thay"), archive.Consent(c.FormValue("cua-ai")))
	switch {
	case err == nil:
		return v.seeOther(address.Sent(own.Work.ID) + "?xong=" + string(archive.ActSubmit))
	case refusable(err):
		now, readErr := h.Editorial.As(v.viewer).Own(v.ctx, own.Work.ID)
		if readErr != nil {
			return readErr
		}
		return v.sendCheck(&now.Work, err)
	default:
		return err
	}
}
