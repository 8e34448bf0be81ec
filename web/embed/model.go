package embed

import (
	"encoding/xml"
	"html"
	"strings"

	"vannghe/internal/archive"
	"vannghe/web/address"
	"vannghe/web/media"
)

// document is an answer (oEmbed 1.0 §2.3.4).
type document struct {
	XMLName         xml.Name `json:"-" xml:"oembed"`
	Type            string   `json:"type" xml:"type"` // video, rich, photo or link
	Version         string   `json:"version" xml:"version"`
	Title           string   `json:"title" xml:"title"`
	AuthorName      string   `json:"author_name,omitempty" xml:"author_name,omitempty"`
	AuthorURL       string   `json:"author_url,omitempty" xml:"author_url,omitempty"`
	ProviderName    string   `json:"provider_name" xml:"provider_name"`
	ProviderURL     string   `json:"provider_url" xml:"provider_url"`
	CacheAge        int      `json:"cache_age" xml:"cache_age"` // seconds
	ThumbnailURL    string   `json:"thumbnail_url,omitempty" xml:"thumbnail_url,omitempty"`
	ThumbnailWidth  int      `json:"thumbnail_width,omitempty" xml:"thumbnail_width,omitempty"`
	ThumbnailHeight int      `json:"thumbnail_height,omitempty" xml:"thumbnail_height,omitempty"`
	URL             string   `json:"url,omitempty" xml:"url,omitempty"` // of a photo
	HTML            string   `json:"html,omitempty" xml:"html,omitempty"`
	Width           int      `json:"width,omitempty" xml:"width,omitempty"`
	Height          int      `json:"height,omitempty" xml:"height,omitempty"`
}

// subject is what an answer is about.
type subject struct {
	base   string // scheme and host
	prefix string // of the page's language
	site   string
	work   archive.Work
	offers []media.Offer
}

// cacheAge is short: a withdrawn work must not stay on other sites.
const cacheAge = 300

// thumbnailWidth is the width in pixels that suits a card.
const thumbnailWidth = 480

func (s subject) document(wanted Size) document {
	d := document{
		Version: "1.0", Type: "link", Title: s.work.Title, ProviderName: s.site, ProviderURL: s.base + s.prefix + address.Home, CacheAge: cacheAge,
	}
	d.author(s)
	if o := Recording(s.offers, ""); o != nil {
		d.frame(s, o, Within(o, wanted))
	} else if s.work.Primary() == archive.Image {
		d.photo(s, wanted)
	}
	d.thumbnail(s, wanted)
	return d
}

func (d *document) author(s subject) {
	var names []string
	for _, c := range s.work.Credits {
		names = append(names, c.Name)
	}
	d.AuthorName = strings.Join(names, ", ")
	if len(names) == 1 {
		d.AuthorURL = s.base + s.prefix + address.Agent(s.work.Credits[0].Agent, names[0])
	}
}

func (d *document) frame(s subject, o *media.Offer, size Size) {
	d.Type, d.Width, d.Height = "video", size.Width, size.Height
	if o.First("audio") != nil {
		d.Type = "rich"
	}
	d.HTML = Frame(s.base+s.prefix+address.Player(s.work.ID), html.EscapeString(s.work.Title), size)
}

// photo offers the largest version that is small enough; a picture with none stays a link.
func (d *document) photo(s subject, wanted Size) {
	width := 0
	for i := range s.offers {
		for _, a := range s.offers[i].All("image") {
			if a.Type == "image/jpeg" && fits(a, wanted) && a.Width > width {
				width = a.Width
				d.Type, d.URL, d.Width, d.Height = "photo", s.base+a.URL, a.Width, a.Height
			}
		}
		if d.URL != "" {
			return
		}
	}
}

func fits(a media.Asset, wanted Size) bool {
	return (wanted.Width == 0 || a.Width <= wanted.Width) && (wanted.Height == 0 || a.Height <= wanted.Height)
}

// thumbnail obeys the limits too (§2.2); all three values stand together or none.
func (d *document) thumbnail(s subject, wanted Size) {
	a := media.Face(s.offers, thumbnailWidth)
	if a == nil || a.Width == 0 || a.Height == 0 || !fits(*a, wanted) {
		return
	}
	d.ThumbnailURL, d.ThumbnailWidth, d.ThumbnailHeight = s.base+a.URL, a.Width, a.Height
}
