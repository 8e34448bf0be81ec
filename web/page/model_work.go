package page

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/web/address"
	"vannghe/web/iiif"
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
	start       time.Duration // where a recording begins
	permalink   string        // absolute
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
		Number: w.Paper.Number, Issuer: ui.Link{Label: w.Paper.Issuer}, Signer: w.Paper.Signer,
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
		if m.offers[i].Representation.ID == r.ID {
			s.Items = append(s.Items, v.item(m, &m.offers[i]))
		}
	}
	return s
}

// formatLabel is how people call a file's format: by the end of its name where that is short, else by what its content is.
func formatLabel(f *archive.File) string {
	ending := strings.TrimPrefix(path.Ext(media.SafeName(f.Name)), ".")
	if len(ending) < 2 || len(ending) > 4 {
		ending = f.Format
	}
	return strings.ToUpper(ending)
}

func (v *visit) item(m material, o *media.Offer) ui.Item {
	i := ui.Item{State: ui.ItemState(o.Status), Problem: o.Problem}
	if o.Original != "" {
		f := o.File
		i.Download = &ui.Download{URL: o.Original, Name: media.SafeName(f.Name), Format: formatLabel(f), Bytes: f.Size}
	}
	if o.Status != media.Ready {
		return i
	}
	parts := m.parts[o.File.ID]
	switch {
	case o.First("hls") != nil || o.First("mp4") != nil:
		i.Video = v.video(m, o, parts)
	case o.First("audio") != nil:
		i.Audio = audio(m, o)
	case o.First("page") != nil:
		i.Pages = pages(m, o, parts)
	case o.First("text") != nil && m.texts[o.File.ID] == "":
		i.State, i.Problem = ui.Unreadable, "text-over-limit" // longer than readTexts takes
	case o.First("text") != nil:
		i.Reading = reading(m, o, parts)
	default:
		i.Image = image(o)
	}
	return i
}

func (v *visit) video(m material, o *media.Offer, parts []archive.Part) *ui.Video {
	out := &ui.Video{Duration: o.File.Duration, Start: m.start, Width: o.File.Width, Height: o.File.Height}
	if a := o.First("hls"); a != nil {
		out.HLS = a.URL
	}
	if a := o.First("mp4"); a != nil {
		out.MP4 = a.URL
	}
	if p := picture(o.All("poster")); p != nil {
		out.Poster = p.Src
	}
	for _, a := range o.All("captions") {
		out.Captions = append(out.Captions, ui.Captions{URL: a.URL, Language: a.Language, Label: languageName(a.Language)})
	}
	page := v.text.Path(address.Work(m.work.ID, m.work.Title))
	for _, p := range parts {
		if at, ok := instant(p.Locator); ok && p.Kind == "cue" {
			out.Cues = append(out.Cues, ui.Cue{Start: at, URL: address.Part(page, p.Locator), Text: p.Text})
		}
	}
	return out
}

// instant reads the locator of a moment, such as "t=95".
func instant(locator string) (time.Duration, bool) {
	at, ok := strings.CutPrefix(locator, "t=")
	if !ok {
		return 0, false
	}
	return parseSeconds(at)
}

// parseSeconds reads a number of seconds from 0 to a year; anything else is no moment of a recording.
func parseSeconds(s string) (time.Duration, bool) {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || !(n >= 0 && n < 365*24*3600) {
		return 0, false
	}
	return seconds(n), true
}

// languageName is what speakers of a language call it.
func languageName(tag string) string {
	switch primary, _, _ := strings.Cut(tag, "-"); primary {
	case "vi", "":
		return "Tiếng Việt"
	case "en":
		return "English"
	case "fr":
		return "Français"
	case "zh":
		return "中文"
	default:
		return tag
	}
}

func audio(m material, o *media.Offer) *ui.Audio {
	out := &ui.Audio{Cover: picture(o.All("cover")), Duration: o.File.Duration, Start: m.start, Tags: tags(o.File.Tags)}
	for _, a := range o.All("audio") {
		out.Sources = append(out.Sources, ui.Source{URL: a.URL, Type: a.Type})
	}
	if a := o.First("waveform"); a != nil {
		out.Waveform = a.URL
	}
	return out
}

// tagOrder is the order in which embedded tags are told; others follow by name.
var tagOrder = []string{"title", "artist", "album_artist", "composer", "lyricist", "album", "track", "date", "genre", "publisher", "comment"}

func tags(embedded map[string]string) []ui.Tag {
	var list []ui.Tag
	for name, value := range embedded {
		list = append(list, ui.Tag{Name: name, Value: value})
	}
	rank := func(t ui.Tag) int {
		if i := slices.Index(tagOrder, t.Name); i >= 0 {
			return i
		}
		return len(tagOrder)
	}
	slices.SortFunc(list, func(a, b ui.Tag) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return strings.Compare(a.Name, b.Name)
	})
	return list
}

func image(o *media.Offer) *ui.Image {
	versions := o.All("image")
	out := &ui.Image{Large: largest(versions)}
	if p := picture(versions); p != nil {
		out.Picture = *p
	}
	if o.First("iiif") != nil {
		out.Tiles = iiif.InfoURL(o.File.ID)
	}
	return out
}

func reading(m material, o *media.Offer, parts []archive.Part) *ui.Reading {
	out := &ui.Reading{HTML: m.texts[o.File.ID]}
	for _, p := range parts {
		switch {
		case p.Kind == "stanza":
			out.Verse = true
		case p.Kind == "section" && p.Label != "":
			out.Contents = append(out.Contents, ui.Link{Label: p.Label, URL: "#" + p.Locator})
		}
	}
	return out
}

func pages(m material, o *media.Offer, parts []archive.Part) *ui.Pages {
	text := map[string]string{}
	for _, p := range parts {
		text[p.Locator] = p.Text
	}
	versions := map[int][]media.Asset{}
	last := o.File.Pages
	for _, a := range o.All("page") {
		versions[a.Page] = append(versions[a.Page], a)
		last = max(last, a.Page)
	}
	out := &ui.Pages{Spread: m.work.Genre == magazineGenre}
	for n := 1; n <= last; n++ {
		view := ui.PageView{Number: n, Large: largest(versions[n]), Text: text["trang-"+strconv.Itoa(n)]}
		if p := picture(versions[n]); p != nil {
			view.Picture = *p
		}
		out.Pages = append(out.Pages, view)
	}
	return out
}

// statements maps what follows "rightsstatements.org/vocab/" to the key of its name.
var statements = map[string]string{
	"inc": "rights.inc", "inc-edu": "rights.inc-edu", "inc-nc": "rights.inc-nc", "inc-ow-eu": "rights.inc", "inc-ruu": "rights.inc",
	"noc-oklr": "rights.noc", "noc-us": "rights.noc", "noc-nc": "rights.noc", "noc-cr": "rights.noc",
	"und": "rights.und", "cne": "rights.und", "nkc": "rights.und",
}

// rights names a statement. One that is no address of rightsstatements.org or Creative Commons is shown as it was written.
func rights(t ui.Text, r archive.Rights) ui.Rights {
	out := ui.Rights{Holder: r.Holder}
	scheme, rest, found := strings.Cut(r.Statement, "://")
	if !found || (scheme != "http" && scheme != "https") {
		out.Name = r.Statement
		return out
	}
	out.URL, out.Name = r.Statement, r.Statement
	segments := strings.Split(strings.ToLower(strings.Trim(rest, "/")), "/")
	switch {
	case len(segments) > 2 && strings.HasSuffix(segments[0], "rightsstatements.org"):
		if key, ok := statements[segments[2]]; ok {
			out.Name = t.Text(key)
		}
	case len(segments) > 2 && strings.HasSuffix(segments[0], "creativecommons.org") && segments[1] == "publicdomain":
		out.Name = t.Text("rights.cc0")
	case len(segments) > 2 && strings.HasSuffix(segments[0], "creativecommons.org") && segments[1] == "licenses":
		out.Name = t.Text("rights.cc", "CC "+strings.ToUpper(segments[2]))
	}
	return out
}
