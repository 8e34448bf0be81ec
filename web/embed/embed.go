// Package embed tells other sites how to show a work within their own pages (oEmbed 1.0): a film or a song in a frame, a picture as
// a picture, everything else as a link with its title and authors.
//
// It must not draw the player (web/page does) or decide who may see what.
package embed

import (
	"fmt"
	"html"
	"net/url"
	"strings"

	"vannghe/internal/archive"
	"vannghe/web/address"
	"vannghe/web/media"
)

// Path is where other sites ask.
const Path = "/oembed"

// The media types of links that lead to an answer (oEmbed 1.0 §4).
const (
	JSONType = "application/json+oembed"
	XMLType  = "text/xml+oembed"
)

// URL returns the address that answers about a page of ours, in a format.
func URL(base, page, format string) string {
	return base + Path + "?format=" + format + "&url=" + url.QueryEscape(page)
}

// Size is the size of a frame in pixels.
type Size struct {
	Width, Height int
}

// The frame of a song is a bar, that of a film has its proportions and room for a line below.
const (
	frameWidth  = 640
	lineHeight  = 56
	soundHeight = 200
	minWidth    = 200 // narrower, the buttons of the player lie on each other
)

// SizeOf returns the size of the frame for what Recording returned.
func SizeOf(o *media.Offer) Size {
	if o.First("audio") != nil {
		return Size{frameWidth, soundHeight}
	}
	return filmFrame(o.File, frameWidth)
}

func filmFrame(f *archive.File, width int) Size {
	w, h := f.Width, f.Height
	if w <= 0 || h <= 0 {
		w, h = 16, 9
	}
	return Size{width, width*h/w + lineHeight}
}

// Within makes the frame of a recording no larger than wanted; 0 means any. A frame too small to be used is not made smaller.
func Within(o *media.Offer, wanted Size) Size {
	size := SizeOf(o)
	if o.First("audio") != nil {
		if wanted.Width > 0 {
			size.Width = max(minWidth, min(size.Width, wanted.Width))
		}
		return size
	}
	width := size.Width
	if wanted.Width > 0 {
		width = min(width, wanted.Width)
	}
	if wanted.Height > 0 && size.Height > wanted.Height {
		width = min(width, (wanted.Height-lineHeight)*size.Width/(size.Height-lineHeight))
	}
	return filmFrame(o.File, max(minWidth, width))
}

// Frame returns the markup of a frame. title is markup already.
func Frame(address, title string, s Size) string {
	return fmt.Sprintf(`<iframe src="%s" width="%d" height="%d" title="%s" frameborder="0" loading="lazy" allow="fullscreen" allowfullscreen></iframe>`,
		html.EscapeString(address), s.Width, s.Height, title)
}

// Recording returns the film or song that a frame plays: the one of that file, or the first for "". Nil when there is none.
func Recording(offers []media.Offer, file archive.FileID) *media.Offer {
	for i := range offers {
		o := &offers[i]
		plays := o.First("audio") != nil || o.First("mp4") != nil || o.First("hls") != nil
		if plays && (file == "" || file == o.File.ID) {
			return o
		}
	}
	return nil
}

// workOf returns the work whose page or player has the address, which must be one of ours at base. prefix is that of its language.
func workOf(base, given string) (id archive.WorkID, prefix string, ok bool) {
	u, err := url.Parse(given)
	if err != nil || u.User != nil || !ours(u, base) {
		return "", "", false
	}
	path := u.Path
	if rest, english := strings.CutPrefix(path, "/en/"); english {
		prefix, path = "/en", "/"+rest
	}
	if segment, page := strings.CutPrefix(path, "/tac-pham/"); page {
		id, ok = address.ID[archive.WorkID](segment)
		return id, prefix, ok
	}
	segment, player := strings.CutPrefix(path, address.Player(""))
	return archive.WorkID(segment), prefix, player && archive.ValidID(segment)
}

// ours reports whether an address lies on this site. The scheme may differ: people type addresses without it.
func ours(u *url.URL, base string) bool {
	_, host, _ := strings.Cut(base, "://")
	return (u.Scheme == "http" || u.Scheme == "https") && host != "" && strings.EqualFold(u.Host, host)
}
