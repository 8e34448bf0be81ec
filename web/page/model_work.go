package page

import (
	"strconv"
	"time"

	"vannghe/internal/archive"
	"vannghe/web/address"
	"vannghe/web/media"
	"vannghe/web/ui"
)

// material is everything that the page of a work is made of.
type material struct {
	work        archive.Work
	offers      []media.Offer
	parts       map[archive.FileID][]archive.Part
	texts       map[archive.FileID]ui.HTML
	collections []archive.Collection
	targets     []ui.Relation
	related     []ui.Entry
	start       moment
	permalink   string // absolute
}

// moment is where a recording begins.
type moment struct {
	at   time.Duration
	file archive.FileID // "" for the first recording
}

// workView turns material into the view of the page.
func (v *visit) workView(m material) ui.Work {
	w := &m.work
	view := ui.Work{
		ID: w.ID, Title: w.Title, OtherTitles: w.Titles, Language: w.Language,
		Genre:  ui.Link{Label: v.names[w.Genre], URL: v.text.Path(genrePath(w.Genre))},
		Medium: w.Primary(), Credits: v.credits(w.Credits), Date: w.Date, Description: paragraphs(w.Description),
		Paper: v.paper(w), Rights: rights(v.text, w.Rights), Published: w.Published, Permalink: m.permalink,
		Relations: m.targets, Related: m.related,
	}
	for _, c := range m.collections {
		view.Collections = append(view.Collections, ui.Link{Label: c.Title, URL: v.text.Path(address.Collection(c.ID, c.Title))})
	}
	for i := range w.Representations {
		view.Sections = append(view.Sections, v.section(m, &w.Representations[i], i))
	}
	return view
}

func (v *visit) credits(list []archive.Credit) []ui.Credit {
	var out []ui.Credit
	for _, c := range list {
		out = append(out, ui.Credit{Name: c.Name, URL: v.text.Path(address.Agent(c.Agent, c.Name)), Role: c.Relator})
	}
	return out
}

func (v *visit) paper(w *archive.Work) ui.Paper {
	p := ui.Paper{
		Number: w.Paper.Number, Issuer: ui.Link{Label: v.issuer(w)}, Signer: w.Paper.Signer,
		Recipients: paragraphs(w.Paper.Recipients), Issue: ui.Link{Label: w.Paper.Issue}, Page: w.Paper.Page,
	}
	for _, c := range w.Credits {
		if c.Relator == archive.Issuer && c.Name == w.Paper.Issuer {
			p.Issuer.URL = v.text.Path(address.Agent(c.Agent, c.Name))
		}
	}
	return p
}

func (v *visit) section(m material, r *archive.Representation, position int) ui.Section {
	s := ui.Section{
		Anchor: "phan-" + strconv.Itoa(position+1), Label: r.Label, Kind: r.Kind, Medium: r.Medium, Date: r.Date,
		Credits: v.credits(r.Credits),
	}
	for i := range m.offers {
		if m.offers[i].Representation.ID == r.ID && v.shown(m, &m.offers[i]) {
			s.Items = append(s.Items, v.item(m, &m.offers[i]))
		}
	}
	return s
}
