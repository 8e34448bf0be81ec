package page

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"vannghe/internal/archive"
	"vannghe/web/address"
	"vannghe/web/iiif"
	"vannghe/web/media"
	"vannghe/web/ui"
)

// formatLabel is how people call a file's format: by the end of its name where that is short, else by what its content is.
func formatLabel(f *archive.File) string {
	ending := strings.TrimPrefix(path.Ext(media.SafeName(f.Name)), ".")
	if len(ending) < 2 || len(ending) > 4 {
		ending = f.Format
	}
	return strings.ToUpper(ending)
}

// shown reports whether a file has a place of its own on the page. Words that go with a recording are shown there; they keep one
// for what a reader may take home, or staff must know.
func (v *visit) shown(m material, o *media.Offer) bool {
	return m.work.Recording(o.File.ID) == nil || o.Original != "" || plainLyrics(o) || (o.Status == media.Unreadable && v.viewer.Staff())
}

// plainLyrics reports whether a file for words and their times holds words alone: they are a text.
func plainLyrics(o *media.Offer) bool {
	return o.File.TimedWords() && o.First("captions") == nil && o.First("text") != nil
}

// told is a reason for whoever is to do something about it: its sentence speaks to whoever brought the file in.
func (v *visit) told(r archive.Reason) archive.Reason {
	if v.viewer.Staff() {
		return r
	}
	return ""
}

func (v *visit) item(m material, o *media.Offer) ui.Item {
	i := ui.Item{State: ui.ItemState(o.Status), Problem: v.told(o.Problem)}
	if o.Original != "" {
		f := o.File
		i.Download = &ui.Download{URL: o.Original, Name: media.SafeName(f.Name), Format: formatLabel(f), Bytes: f.Size}
	}
	if m.work.Recording(o.File.ID) != nil && o.Status == media.Preparing {
		i.State = ui.Ready // the recording does not wait for its words
	}
	if o.Status != media.Ready {
		return i
	}
	parts := m.parts[o.File.ID]
	switch {
	case o.First("hls") != nil || o.First("mp4") != nil:
		i.Video = v.video(m, o)
	case o.First("audio") != nil:
		i.Audio = v.audio(m, o)
	case o.First("page") != nil:
		i.Pages = pages(m, o, parts)
	case o.File.TimedWords() && !plainLyrics(o):
		if m.work.Recording(o.File.ID) == nil {
			i.Words = v.scripts(m, o)
		}
	case o.First("text") != nil && m.texts[o.File.ID] == "":
		i.State, i.Problem = ui.Unreadable, v.told("text-over-limit") // longer than readTexts takes
	case o.First("text") != nil:
		i.Reading = reading(m, o, parts)
	default:
		i.Image = image(o)
		i.Image.Page = pageOf(o)
	}
	return i
}

func (v *visit) video(m material, o *media.Offer) *ui.Video {
	out := &ui.Video{
		File: o.File.ID, Duration: o.File.Duration, Start: m.begins(o.File.ID), Width: o.File.Width, Height: o.File.Height,
		Scripts: v.scripts(m, o), Chapters: v.chapters(m, o), Sound: o.Sound, Address: moments(m, o.File.ID),
	}
	if a := o.First("chapters"); a != nil {
		out.ChapterTrack = a.URL
	}
	if a := o.First("hls"); a != nil {
		out.HLS = cmp.Or(o.Quick, a.URL)
	}
	if a := o.First("mp4"); a != nil {
		out.MP4 = a.URL
	}
	if p := m.poster(o); p != nil {
		out.Poster = p.Src
	}
	if a := o.First("thumbnails"); a != nil {
		out.Thumbnails = a.URL
	}
	for _, said := range m.saidIn(o) {
		for _, a := range said.All("captions") {
			out.Captions = append(out.Captions, ui.Captions{URL: a.URL, Language: a.Language, Label: languageName(v.text, a.Language)})
		}
	}
	return out
}

// poster is what a film shows before it plays: the picture that somebody chose for its work, else its own.
func (m material) poster(film *media.Offer) *ui.Picture {
	for i := range m.offers {
		if o := &m.offers[i]; o.Chosen && o.First("image") != nil {
			return picture(o.All("image"))
		}
	}
	return picture(film.All("poster"))
}

func (v *visit) audio(m material, o *media.Offer) *ui.Audio {
	out := &ui.Audio{
		File: o.File.ID, Cover: picture(o.All("cover")), Duration: o.File.Duration, Start: m.begins(o.File.ID), Tags: tags(o.File.Tags),
		Scripts: v.scripts(m, o), Chapters: v.chapters(m, o),
	}
	if len(out.Scripts) == 0 && m.texts[o.File.ID] != "" {
		out.Lyrics = reading(m, o, m.parts[o.File.ID])
	}
	for _, said := range m.saidIn(o) {
		for _, a := range said.All("captions") {
			out.Captions = append(out.Captions, ui.Captions{URL: a.URL, Language: a.Language, Label: languageName(v.text, a.Language)})
		}
	}
	out.Spoken = o.Representation.Kind == archive.KindReading
	if recordings(&m.work) > 1 {
		out.Title = o.File.Tags["title"]
	}
	for _, a := range o.All("audio") {
		out.Sources = append(out.Sources, ui.Source{URL: a.URL, Type: a.Type})
	}
	if a := o.First("waveform"); a != nil {
		out.Waveform = a.URL
	}
	return out
}

// recordings counts the files of a work that are played.
func recordings(w *archive.Work) int {
	n := 0
	for i := range w.Representations {
		for j := range w.Representations[i].Files {
			if w.Plays(w.Representations[i].Files[j].ID) {
				n++
			}
		}
	}
	return n
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
	out := &ui.Image{File: o.File.ID, Large: largest(versions)}
	if p := picture(versions); p != nil {
		out.Picture = *p
	}
	if o.First("iiif") != nil {
		out.Tiles = iiif.InfoURL(o.File.ID)
	}
	return out
}

// pageOf is the number of a picture among the photographed pages of which it is one; 0 for a picture by itself.
func pageOf(o *media.Offer) int {
	if o.Representation.Medium != archive.Paged || len(o.Representation.Files) < 2 {
		return 0
	}
	return 1 + slices.IndexFunc(o.Representation.Files, func(f archive.File) bool { return f.ID == o.File.ID })
}

func reading(m material, o *media.Offer, parts []archive.Part) *ui.Reading {
	suffix := address.Suffix(&m.work, o.File.ID)
	out := &ui.Reading{HTML: anchored(m.texts[o.File.ID], suffix), Suffix: suffix}
	for _, p := range parts {
		if p.Kind == "stanza" {
			out.Verse = true
		}
		if !strings.HasPrefix(p.Locator, "muc-") || p.Label == "" {
			continue
		}
		link := ui.Link{Label: p.Label, URL: "#" + p.Locator + suffix}
		if !slices.Contains(out.Contents, link) { // a section too long for one part has several with its anchor
			out.Contents = append(out.Contents, link)
		}
	}
	return out
}

// ownAnchor is an id in what the recipe of texts writes, or a link to one. Elsewhere in it quotation marks are escaped.
var ownAnchor = regexp.MustCompile(`( id="| href="#)([a-z]+-?[0-9]+)"`)

// anchored adds suffix to the ids of a text, so that it may stand on one page with others.
func anchored(html ui.HTML, suffix string) ui.HTML {
	if suffix == "" {
		return html
	}
	return ui.HTML(ownAnchor.ReplaceAllString(string(html), `${1}${2}`+suffix+`"`))
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
		locator := "trang-" + strconv.Itoa(n)
		view := ui.PageView{Number: n, Anchor: address.Anchor(&m.work, o.File.ID, locator), Large: largest(versions[n]), Text: text[locator]}
		if p := picture(versions[n]); p != nil {
			view.Picture = *p
		}
		out.Pages = append(out.Pages, view)
	}
	return out
}
