package ui

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"vannghe/internal/archive"
)

// workShape is how the page of a work is built.
type workShape string

const (
	videoForm workShape = "video"
	audioForm workShape = "audio"
	imageForm workShape = "image"
	textForm  workShape = "text"
	pagedForm workShape = "paged"
	paperForm workShape = "paper"
)

// workForm chooses by the primary medium; what carries a document's number is shown as a document whatever it is made of.
func workForm(v Work) workShape {
	if v.Paper.Number != "" && (v.Medium == archive.Paged || v.Medium == archive.Text) {
		return paperForm
	}
	switch v.Medium {
	case archive.Video:
		return videoForm
	case archive.Audio:
		return audioForm
	case archive.Image:
		return imageForm
	case archive.Paged:
		return pagedForm
	default:
		return textForm
	}
}

func workClass(v Work) string {
	class := "work work-" + string(workForm(v))
	for _, i := range first(v).Items {
		if i.Reading != nil && i.Reading.Verse {
			return class + " work-verse"
		}
	}
	return class
}

// first is the section that the page is built around; an empty one while the work has none.
func first(v Work) Section {
	if len(v.Sections) == 0 {
		return Section{}
	}
	return v.Sections[0]
}

// relator is the word for a role, "" for an author, who needs none.
func relator(t Text, r archive.Relator) string {
	if r == "" || r == archive.Author {
		return ""
	}
	key := "relator." + strings.ReplaceAll(string(r), " ", "-")
	if !t.Has(key) {
		return string(r)
	}
	return t.Text(key)
}

// creators are the names that a title page carries: the first credit and those who share its role.
func creators(v Work) []string {
	var list []string
	for _, c := range v.Credits {
		if c.Role == v.Credits[0].Role {
			list = append(list, c.Name)
		}
	}
	return list
}

func sectionTitle(t Text, s Section) string {
	if s.Label != "" {
		return s.Label
	}
	return t.Text("kind." + string(s.Kind))
}

func relation(t Text, r Relation) string {
	key := "relation." + string(r.Type)
	if r.Reverse {
		key += "-reverse"
	}
	return t.Text(key)
}

// citation names author, title and year; the address follows it.
func citation(t Text, v Work) string {
	parts := []string{names(creators(v)), t.Text("work.quoted", v.Title), t.Date(v.Date)}
	return joined(", ", parts...) + "."
}

// kept says that the original is safe, and whether it may be taken home.
func kept(t Text, i Item) string {
	if i.Download != nil {
		return t.Text("item.kept-download")
	}
	return t.Text("item.kept")
}

func downloadLabel(t Text, d Download) string {
	return t.Text("item.download", joined(", ", d.Format, t.Size(d.Bytes)))
}

// sleeve is the cover embedded in the first recording that has one.
func sleeve(v Work) *Picture {
	for _, i := range first(v).Items {
		if i.Audio != nil && i.Audio.Cover != nil {
			return i.Audio.Cover
		}
	}
	return nil
}

// shownTags leaves out what there is no word for: players and encoders embed much that means nothing to a listener.
func shownTags(t Text, tags []Tag) []Tag {
	return slices.DeleteFunc(slices.Clone(tags), func(g Tag) bool {
		return g.Value == "" || !t.Has("tag."+g.Name)
	})
}

// words are the catalogue's sentences under a prefix as JSON, for a script that makes its own buttons. So the words of
// scripts stand in the same files as all others.
func words(t Text, prefix string) string {
	b, err := json.Marshal(t.Under(prefix))
	if err != nil { // cannot happen: a map of strings always encodes
		return "{}"
	}
	return string(b)
}

// duration is how long the first film or recording is, in words; "" when there is none.
func duration(t Text, v Work) string {
	for _, i := range first(v).Items {
		if i.Video != nil && i.Video.Duration > 0 {
			return t.Duration(i.Video.Duration)
		}
		if i.Audio != nil && i.Audio.Duration > 0 {
			return t.Duration(i.Audio.Duration)
		}
	}
	return ""
}

// folding is whether words stand open: those of a song are half of it, those of a film its sound has said.
type folding bool

const (
	folded   folding = false
	unfolded folding = true
)

// scriptTitle names the language where there are several.
func scriptTitle(t Text, s Script, of int) string {
	if of < 2 {
		return t.Text("work.cues")
	}
	return t.Text("work.cues-in", s.Label)
}

func seconds(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64)
}

// startFragment is a media fragment (W3C Media Fragments §4.2.1): browsers begin there without any script.
func startFragment(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return "#t=" + seconds(d)
}

func poster(v Video) templ.Attributes {
	a := templ.Attributes{}
	if v.Poster != "" {
		a["poster"] = v.Poster
	}
	if v.Width > 0 && v.Height > 0 {
		a["width"], a["height"] = strconv.Itoa(v.Width), strconv.Itoa(v.Height)
	}
	return a
}

// lazyAfter loads the first two pages at once and the others when they come near.
func lazyAfter(n int) string {
	if n < 2 {
		return "eager"
	}
	return "lazy"
}

// coverOf is the address of the small picture of a recording, "" when it has none.
func coverOf(v Audio) string {
	if v.Cover == nil {
		return ""
	}
	return v.Cover.Src
}
