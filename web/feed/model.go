package feed

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"vannghe/internal/archive"
	"vannghe/web/address"
	"vannghe/web/media"
)

// subject is what a feed is about.
type subject struct {
	base        string // scheme and host
	site        string
	title       string
	description string
	author      string // of everything in it; "" for the archive itself
	path        string // of its page
	feed        string // path of the feed
	stable      string // path that does not change with the title; "" for path
	works       []published
}

// published is a work in a feed.
type published struct {
	*archive.Work
	offers []media.Offer
	genre  string
}

// podcasts is the namespace of podcast:guid, fixed by the Podcasting 2.0 specification.
const podcasts = "ead4c236-bf58-58c6-a2c6-a6b28d128cb6"

// channelPicture and itemPicture are the widths in pixels at which podcast programs show them.
const (
	channelPicture = 1400
	itemPicture    = 960
)

func (s subject) document() rss {
	c := channel{
		Title: s.title, Link: s.base + s.path, Description: cmp.Or(s.description, s.title), Language: "vi", Generator: "vannghe",
		Self:     link{Rel: "self", Type: "application/rss+xml", Href: s.base + s.feed},
		Author:   cmp.Or(s.author, s.site),
		Explicit: "false", Type: "episodic", Category: category{Text: "Arts"},
		GUID: s.guid(), Medium: s.medium(),
	}
	for i := range s.works {
		w := &s.works[i]
		c.Items = append(c.Items, s.items(w)...)
		c.Items = c.Items[:min(len(c.Items), maxItems)]
		if c.Image == nil {
			c.Image = s.picture(w.offers, channelPicture)
		}
	}
	return rss{
		Version: "2.0", Atom: "http://www.w3.org/2005/Atom", ITunes: "http://www.itunes.com/dtds/podcast-1.0.dtd",
		Podcast: "https://podcastindex.org/namespace/1.0", DC: "http://purl.org/dc/elements/1.1/", Channel: c,
	}
}

// guid names the feed wherever it is moved to: a UUID of its address without scheme.
func (s subject) guid() string {
	_, host, _ := strings.Cut(s.base, "://")
	return uuid.NewSHA1(uuid.MustParse(podcasts), []byte(host+address.Feed(cmp.Or(s.stable, s.path)))).String()
}

// medium says what the recordings are (podcast:medium), "" when there is none.
func (s subject) medium() string {
	var found string
	for _, w := range s.works {
		for i := range w.offers {
			medium := "video"
			switch {
			case w.offers[i].First("audio") != nil:
				medium = "music"
			case w.offers[i].First("mp4") == nil:
				continue
			}
			if found != "" && found != medium {
				return "mixed"
			}
			found = medium
		}
	}
	return found
}

// items are the recordings of a work, one each, since an item has one enclosure; of a work without any, the work itself.
func (s subject) items(w *published) []item {
	var list []item
	for i := range w.offers {
		o := &w.offers[i]
		a := cmp.Or(o.First("audio"), o.First("mp4"))
		if a == nil || a.Bytes == 0 {
			continue
		}
		one := s.item(w)
		one.GUID.Value = string(o.File.ID)
		one.Enclosure = &enclosure{URL: s.base + a.URL, Length: a.Bytes, Type: a.Type}
		one.Duration = int(cmp.Or(o.File.Duration, time.Duration(a.Duration*float64(time.Second))).Round(time.Second).Seconds())
		one.Transcripts, one.Chapters = s.transcripts(w, o), s.chapters(o)
		list = append(list, one)
	}
	if len(list) == 0 {
		return []item{s.item(w)}
	}
	if len(list) > 1 {
		for i := range list {
			list[i].Title += " – " + trackTitle(w, list[i].GUID.Value, i)
		}
	}
	return list
}

// trackTitle tells the recordings of a work apart.
func trackTitle(w *published, file string, position int) string {
	for i := range w.offers {
		if o := &w.offers[i]; string(o.File.ID) == file {
			return cmp.Or(o.File.Tags["title"], o.Representation.Label, strconv.Itoa(position+1))
		}
	}
	return strconv.Itoa(position + 1)
}

func (s subject) item(w *published) item {
	page := s.base + address.Work(w.ID, w.Title)
	names := creditNames(w.Credits)
	return item{
		Title: w.Title, Link: page, GUID: guid{Permanent: "false", Value: string(w.ID)}, Description: describe(w, names),
		Date: w.Published.UTC().Format(time.RFC1123Z), Category: w.genre, Creator: strings.Join(names, ", "), Author: strings.Join(names, ", "),
		Image: s.picture(w.offers, itemPicture), Explicit: "false",
	}
}

// What a feed holds at most, beside maxWorks: recordings in all, and characters of a description.
const (
	maxItems       = 300
	maxDescription = 2000
)

// describe is the description, or else what a list would say of the work.
func describe(w *published, names []string) string {
	if text := []rune(w.Description); len(text) > maxDescription {
		return string(text[:maxDescription]) + "…"
	}
	if w.Description != "" {
		return w.Description
	}
	return strings.Join(slices.DeleteFunc([]string{strings.Join(names, ", "), w.genre}, func(s string) bool { return s == "" }), " · ")
}

func creditNames(credits []archive.Credit) []string {
	var names []string
	for _, c := range credits {
		if !slices.Contains(names, c.Name) {
			names = append(names, c.Name)
		}
	}
	return names
}

func (s subject) picture(offers []media.Offer, width int) *picture {
	a := media.Face(offers, width)
	if a == nil {
		return nil
	}
	return &picture{Href: s.base + a.URL}
}

// transcripts are the words of a recording: its own captions, and those in files beside it.
func (s subject) transcripts(w *published, recording *media.Offer) []transcript {
	var list []transcript
	for i := range w.offers {
		o := &w.offers[i]
		beside := w.Recording(o.File.ID)
		if o != recording && (beside == nil || beside.ID != recording.File.ID) {
			continue
		}
		for _, a := range o.All("captions") {
			list = append(list, transcript{URL: s.base + a.URL, Type: a.Type, Language: a.Language, Rel: "captions"})
		}
	}
	return list
}

// chapters are those of a recording, in the form of podcast programs; nil for none.
func (s subject) chapters(recording *media.Offer) *chapters {
	for _, a := range recording.All("chapters") {
		if a.Type == archive.PodcastChapters {
			return &chapters{URL: s.base + a.URL, Type: a.Type}
		}
	}
	return nil
}
