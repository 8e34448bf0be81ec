package page

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/web/address"
	"vannghe/web/ui"
)

// shelfWorks is how many of the newest works of a medium the front page shows.
const shelfWorks = 6

// shelfForms is how each medium is shown on the front page, in its order, and where a list holds mostly that.
var shelfForms = []struct {
	medium      archive.Medium
	shelf, list ui.Form
}{
	{archive.Video, ui.Screen, ui.Screen},
	{archive.Image, ui.Wall, ui.Wall},
	{archive.Text, ui.Books, ui.Rows}, // on the front page literature has a face as everything else; a long list is rows
	{archive.Audio, ui.Rows, ui.Rows},
	{archive.Paged, ui.Books, ui.Books},
}

// Home is the front page: the newest work, then the newest of each medium.
func (h *Handler) Home(c *fiber.Ctx) error {
	v, err := h.open(c)
	if err != nil {
		return err
	}
	view, err := v.home()
	if err != nil {
		return err
	}
	return v.send(ui.HomePage(v.text, v.page("", address.Home), view))
}

func (v *visit) home() (ui.Home, error) {
	newest, err := v.reader.Works(v.ctx, catalog.WorkFilter{Size: 1})
	if err != nil {
		return ui.Home{}, err
	}
	view := ui.Home{Total: newest.Total}
	if len(newest.Works) == 0 {
		return view, nil
	}
	if err := v.lead(&view, newest.Works[0]); err != nil {
		return view, err
	}
	for _, s := range shelfForms {
		list, err := v.reader.Works(v.ctx, catalog.WorkFilter{Medium: s.medium, Size: shelfWorks})
		if err != nil {
			return view, err
		}
		if len(list.Works) == 0 {
			continue
		}
		entries, err := v.entries(list.Works)
		if err != nil {
			return view, err
		}
		view.Shelves = append(view.Shelves, ui.Shelf{
			Title: v.text.Text("medium." + string(s.medium)), Form: s.shelf, Works: entries,
			URL: v.text.Path(address.Search) + "?medium=" + string(s.medium),
		})
	}
	return view, nil
}

// excerptLines is how many lines of a text the front page shows.
const excerptLines = 4

func (v *visit) lead(view *ui.Home, w archive.Work) error {
	entries, err := v.entries([]archive.Work{w})
	if err != nil {
		return err
	}
	view.Lead = &entries[0]
	if w.Primary() != archive.Text {
		return nil
	}
	parts, err := v.reader.Parts(v.ctx, w.ID)
	if err != nil || len(parts) == 0 {
		return err
	}
	view.Excerpt, view.Verse = excerpt(&parts[0])
	return nil
}

// excerpt is the beginning of a text: the first lines of verse, or the first sentences of prose.
func excerpt(p *archive.Part) (lines []string, verse bool) {
	lines = paragraphs(p.Text)
	if p.Kind == "stanza" {
		return lines[:min(len(lines), excerptLines)], true
	}
	if len(lines) == 0 {
		return nil, false
	}
	return []string{firstSentence(strings.TrimSpace(lines[0]))}, false
}
