package page

import "vannghe/internal/archive"

// schema is a schema.org CreativeWork, as far as search engines read it.
type schema struct {
	Context   string         `json:"@context"`
	Type      string         `json:"@type"`
	Name      string         `json:"name"`
	URL       string         `json:"url"`
	Genre     string         `json:"genre,omitempty"`
	Language  string         `json:"inLanguage,omitempty"`
	Abstract  string         `json:"abstract,omitempty"`
	Created   string         `json:"dateCreated,omitempty"`
	Published string         `json:"datePublished,omitempty"`
	Licence   string         `json:"license,omitempty"`
	Author    []schemaAuthor `json:"author,omitempty"`
}

type schemaAuthor struct {
	Type string `json:"@type"`
	Name string `json:"name"`
}

// schemaTypes names the kind of work by its primary medium.
var schemaTypes = map[archive.Medium]string{
	archive.Video: "VideoObject", archive.Audio: "MusicRecording", archive.Image: "VisualArtwork", archive.Paged: "PublicationIssue",
}

func schemaOf(w *archive.Work, url, genre string) schema {
	s := schema{
		Context: "https://schema.org", Type: "CreativeWork", Name: w.Title, URL: url, Genre: genre, Language: w.Language,
		Abstract: firstSentence(w.Description), Created: string(w.Date), Licence: w.Rights.Statement,
	}
	if t, ok := schemaTypes[w.Primary()]; ok {
		s.Type = t
	}
	if !w.Published.IsZero() {
		s.Published = w.Published.Format("2006-01-02")
	}
	for _, c := range w.Credits {
		s.Author = append(s.Author, schemaAuthor{"Person", c.Name})
	}
	return s
}

// openGraphType is the type under which shared links show a work.
func openGraphType(m archive.Medium) string {
	switch m {
	case archive.Video:
		return "video.other"
	case archive.Audio:
		return "music.song"
	default:
		return "article"
	}
}
