package page

import (
	"regexp"

	"vannghe/internal/archive"
)

// schema is a schema.org CreativeWork, as far as search engines read it.
type schema struct {
	Context     string  `json:"@context,omitempty"`
	Type        string  `json:"@type"`
	Name        string  `json:"name"`
	URL         string  `json:"url,omitempty"`
	Genre       string  `json:"genre,omitempty"`
	Language    string  `json:"inLanguage,omitempty"`
	Abstract    string  `json:"abstract,omitempty"`
	Created     string  `json:"dateCreated,omitempty"`
	Published   string  `json:"datePublished,omitempty"`
	Licence     string  `json:"license,omitempty"`
	Author      []party `json:"author,omitempty"`
	Creator     []party `json:"creator,omitempty"`
	Composer    []party `json:"composer,omitempty"`
	Lyricist    []party `json:"lyricist,omitempty"`
	ByArtist    []party `json:"byArtist,omitempty"`
	MusicBy     []party `json:"musicBy,omitempty"`
	Director    []party `json:"director,omitempty"`
	Translator  []party `json:"translator,omitempty"`
	Editor      []party `json:"editor,omitempty"`
	Publisher   []party `json:"publisher,omitempty"`
	Contributor []party `json:"contributor,omitempty"`

	// RecordingOf is what a recording performs: composer and lyricist belong to it.
	RecordingOf *schema `json:"recordingOf,omitempty"`
}

// party is a schema.org Person or Organization.
type party struct {
	Type string `json:"@type"`
	Name string `json:"name"`
}

// The types of schema.org whose properties differ.
const (
	typeFilm        = "VideoObject"
	typeRecording   = "MusicRecording"
	typeComposition = "MusicComposition"
)

// schemaTypes names the kind of work by its primary medium.
var schemaTypes = map[archive.Medium]string{
	archive.Video: typeFilm, archive.Audio: typeRecording, archive.Image: "VisualArtwork", archive.Paged: "PublicationIssue",
}

func schemaOf(w *archive.Work, url, genre string, agents map[archive.AgentID]archive.Agent) schema {
	s := schema{
		Context: "https://schema.org", Type: "CreativeWork", Name: w.Title, URL: url, Genre: genre, Language: w.Language,
		Abstract: firstSentence(w.Description), Created: isoDate(w.Date), Licence: w.Rights.Statement,
	}
	if t, ok := schemaTypes[w.Primary()]; ok {
		s.Type = t
	}
	if !w.Published.IsZero() {
		s.Published = w.Published.Format("2006-01-02")
	}
	for _, c := range w.Credits {
		p := party{"Person", c.Name}
		if a := agents[c.Agent]; a.Organisation {
			p.Type = "Organization"
		}
		list := s.share(c.Relator)
		*list = append(*list, p)
	}
	return s
}

// share returns the property that says what someone had to do with the work.
func (s *schema) share(r archive.Relator) *[]party {
	switch r {
	case archive.Author:
		return &s.Author
	case archive.Painter, archive.Photographer, archive.Sculptor, archive.Architect, archive.Choreography:
		return &s.Creator
	case archive.Composer, archive.Lyricist, archive.Performer, archive.Singer, archive.Director:
		return s.performing(r)
	case archive.Translator:
		return &s.Translator
	case archive.Editor:
		return &s.Editor
	case archive.Issuer:
		return &s.Publisher
	default:
		return &s.Contributor
	}
}

// performing is share for music and film, where the property depends on what the work is.
func (s *schema) performing(r archive.Relator) *[]party {
	recording := s.Type == typeRecording
	switch {
	case recording && r == archive.Composer:
		return &s.composition().Composer
	case recording && r == archive.Lyricist:
		return &s.composition().Lyricist
	case recording && (r == archive.Performer || r == archive.Singer):
		return &s.ByArtist
	case s.Type == typeFilm && r == archive.Director:
		return &s.Director
	case s.Type == typeFilm && r == archive.Composer:
		return &s.MusicBy
	case r == archive.Composer || r == archive.Lyricist:
		return &s.Author // of words or a score that are read
	default:
		return &s.Contributor
	}
}

func (s *schema) composition() *schema {
	if s.RecordingOf == nil {
		s.RecordingOf = &schema{Type: typeComposition, Name: s.Name}
	}
	return s.RecordingOf
}

// plainDate is the part of EDTF that is ISO 8601 too, as schema.org wants dates.
var plainDate = regexp.MustCompile(`^\d{4}(-\d{2}(-\d{2})?)?$`)

// isoDate returns a date that says exactly what it means, "" for one that is about right, a decade or a span.
func isoDate(d archive.Date) string {
	if plainDate.MatchString(string(d)) {
		return string(d)
	}
	return ""
}

// creditedAgents lists who is credited, for their kinds.
func creditedAgents(credits []archive.Credit) []archive.AgentID {
	ids := make([]archive.AgentID, 0, len(credits))
	for _, c := range credits {
		ids = append(ids, c.Agent)
	}
	return ids
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
