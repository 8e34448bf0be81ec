package page

import (
	"strconv"
	"strings"

	"vannghe/internal/archive"
	"vannghe/web/address"
	"vannghe/web/media"
	"vannghe/web/ui"
)

// entry is a work in a list.
func (v *visit) entry(w *archive.Work, offers []media.Offer) ui.Entry {
	return ui.Entry{
		URL: v.text.Path(address.Work(w.ID, w.Title)), Title: w.Title, Authors: creditNames(w.Credits), Genre: v.names[w.Genre],
		Medium: w.Primary(), Length: length(w, offers), Date: w.Date, Picture: face(offers), Summary: firstSentence(w.Description),
		Language: w.Language,
	}
}

// creditNames lists who is credited, each once.
func creditNames(credits []archive.Credit) []string {
	var names []string
	seen := map[string]bool{}
	for _, c := range credits {
		if !seen[c.Name] {
			seen[c.Name] = true
			names = append(names, c.Name)
		}
	}
	return names
}

// length adds up what the originals of the first representation have of its measure.
func length(w *archive.Work, offers []media.Offer) ui.Length {
	var l ui.Length
	if len(w.Representations) == 0 {
		return l
	}
	for _, f := range w.Representations[0].Files {
		l.Duration += f.Duration
		l.Pages += f.Pages
	}
	for i := range offers {
		if text := offers[i].First("text"); text != nil && offers[i].Representation.ID == w.Representations[0].ID {
			l.Words += text.Words
		}
	}
	return l
}

// summaryLength is about how many characters of a description a list shows.
const summaryLength = 160

// firstSentence is the beginning of a description, cut at the end of a sentence or else of a word.
func firstSentence(description string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(description), "\n")
	if i := strings.Index(first, ". "); i >= 0 && i < summaryLength*2 {
		return first[:i+1]
	}
	count, space := 0, 0
	for i, r := range first {
		if r == ' ' {
			space = i
		}
		if count++; count > summaryLength && space > 0 {
			return first[:space] + "…"
		}
	}
	return first
}

// face is the picture of a work in a list, nil when it has none.
func face(offers []media.Offer) *ui.Picture {
	offers = media.Faces(offers)
	for i := range offers {
		for _, kind := range media.FaceKinds() {
			if p := picture(firstPage(offers[i].All(kind))); p != nil {
				return p
			}
		}
	}
	return nil
}

func firstPage(assets []media.Asset) []media.Asset {
	var first []media.Asset
	for _, a := range assets {
		if a.Page <= 1 {
			first = append(first, a)
		}
	}
	return first
}

// middling is the width in pixels that suits most screens; the others are offered beside it.
const middling = 960

// picture makes one picture of its versions in JPEG, which every browser knows, and offers those in WebP beside them; nil when
// there is none in JPEG.
func picture(versions []media.Asset) *ui.Picture {
	var p ui.Picture
	best := 0
	for _, a := range versions {
		if a.Type != "image/jpeg" {
			continue
		}
		if p.Src == "" || distance(a.Width) < distance(best) {
			p.Src, best = a.URL, a.Width
		}
		if a.Width >= p.Width {
			p.Width, p.Height = a.Width, a.Height
		}
	}
	if p.Src == "" {
		return nil
	}
	set := widths(versions, "image/jpeg")
	if len(set) > 1 {
		p.SrcSet = strings.Join(set, ", ")
	}
	if webp := widths(versions, "image/webp"); len(webp) == len(set) { // else a small screen might be given the large one
		p.WebP = strings.Join(webp, ", ")
	}
	return &p
}

// widths lists the versions of a format with their widths, as a set of addresses is written.
func widths(versions []media.Asset, format string) []string {
	var set []string
	for _, a := range versions {
		if a.Type == format && a.Width > 0 {
			set = append(set, a.URL+" "+strconv.Itoa(a.Width)+"w")
		}
	}
	return set
}

func distance(width int) int { return max(width-middling, middling-width) }

// largest returns the address of the widest version in JPEG, "" when there is none.
func largest(versions []media.Asset) string {
	url, width := "", -1
	for _, a := range versions {
		if a.Type == "image/jpeg" && a.Width > width {
			url, width = a.URL, a.Width
		}
	}
	return url
}

// paragraphs cuts a text at its line ends.
func paragraphs(s string) []string {
	var list []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}
