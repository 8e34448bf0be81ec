package derive

import (
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/editorial"
	"vannghe/internal/viet"
)

// said is what the embedded tags of a recording say about the work. Those of documents are left alone: a word processor's title is
// as often as not that of the document from which this one was copied.
func said(f archive.File) editorial.Said {
	s := editorial.Said{Of: f.Name}
	if classOf(f.Format) != classMedia {
		return s
	}
	s.Title = viet.Clean(f.Tags["title"])
	artist := f.Tags["artist"]
	if artist == "" {
		artist = f.Tags["album_artist"]
	}
	for _, role := range []struct {
		names   string
		relator archive.Relator
	}{{f.Tags["composer"], archive.Composer}, {f.Tags["lyricist"], archive.Lyricist}, {artist, archive.Performer}} {
		for name := range strings.SplitSeq(role.names, ";") {
			if name = viet.Clean(name); name != "" {
				s.Credits = append(s.Credits, editorial.SaidCredit{Name: name, Relator: role.relator})
			}
		}
	}
	s.Date = dateOf(f.Tags["date"])
	return s
}

// dateOf reads a year, or a day with whatever follows it; "" when it is neither.
func dateOf(tag string) archive.Date {
	day, _, _ := strings.Cut(strings.TrimSpace(tag), "T")
	day, _, _ = strings.Cut(day, " ")
	d, err := archive.ParseDate(day)
	if err != nil {
		return ""
	}
	return d
}
