package ui

import (
	"hash/fnv"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"
)

// coverClass chooses ground, setting and size of type. The same work has the same cover on every page and at every
// start.
func coverClass(e Entry) string {
	grounds := []string{"son", "cham", "then", "hoe", "reu", "do"}
	settings := []string{"high", "middle", "low"}
	sum := fnv.New32a()
	sum.Write([]byte(e.Title + "\x00" + names(e.Authors))) // a hash never fails to write
	n := int(sum.Sum32() >> 1)
	return "cover cover-" + grounds[n%len(grounds)] + " cover-" + settings[n/len(grounds)%len(settings)] + coverSize(e.Title)
}

func coverSize(title string) string {
	switch n := utf8.RuneCountInString(title); {
	case n <= 12:
		return " cover-short"
	case n > 70:
		return " cover-vast"
	case n > 36:
		return " cover-long"
	default:
		return ""
	}
}

func names(authors []string) string { return strings.Join(authors, ", ") }

// responsive gives the proportions, and the versions to choose from.
func responsive(p Picture, sizes string) templ.Attributes {
	a := templ.Attributes{}
	if p.Width > 0 && p.Height > 0 {
		a["width"], a["height"] = strconv.Itoa(p.Width), strconv.Itoa(p.Height)
	}
	if p.SrcSet != "" {
		a["srcset"], a["sizes"] = p.SrcSet, sizes
	}
	return a
}

// called is a picture that is told by a name of its own: that of the link it fills.
func called(p Picture, name string) Picture {
	p.Alt = name
	return p
}

// pageTitle is the title of one of several pages.
func pageTitle(t Text, title string, page int) string {
	if page == 0 {
		return title
	}
	return title + ", " + t.Text("work.page", num(page))
}

// pointSize is the radius of a point on a picture, in its pixels.
func pointSize(p Picture) int { return max(p.Width, p.Height) * 3 / 100 }
