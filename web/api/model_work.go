package api

import (
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/web/address"
	"vannghe/web/find"
	"vannghe/web/iiif"
	"vannghe/web/media"
)

// Summary is a work in a list.
type Summary struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Creators []string `json:"creators" doc:"Names in the order of the credits"`
	Genre    string   `json:"genre" doc:"Value of the parameter genre"`
	Medium   string   `json:"medium" enum:"video,audio,image,text,paged,other"`
	URL      string   `json:"url" doc:"Its page"`
}

// Work is everything about a work.
type Work struct {
	Summary
	GenreLabel  string       `json:"genre_label"`
	OtherTitles []string     `json:"other_titles,omitempty"`
	Description string       `json:"description,omitempty"`
	Language    string       `json:"language,omitempty" doc:"BCP 47"`
	Date        string       `json:"date,omitempty" doc:"EDTF"`
	Credits     []Credit     `json:"credits"`
	Paper       *Paper       `json:"paper,omitempty"`
	Rights      *Rights      `json:"rights,omitempty"`
	Collections []Reference  `json:"collections,omitempty"`
	Relations   []Relation   `json:"relations,omitempty"`
	Published   *time.Time   `json:"published,omitempty"`
	Updated     time.Time    `json:"updated"`
	SourceURL   string       `json:"source_url,omitempty" doc:"Where it was before"`
	Media       []Media      `json:"media" doc:"Everything that plays, shows or can be read"`
	Files       []FileStatus `json:"files" doc:"The originals and how far they are"`
}

// Credit is who did what.
type Credit struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Relator string `json:"relator" doc:"MARC relator term"`
	URL     string `json:"url"`
}

// Paper is the form of an official document, or the place of a piece in a magazine.
type Paper struct {
	Number     string `json:"number,omitempty"`
	Issuer     string `json:"issuer,omitempty"`
	Signer     string `json:"signer,omitempty"`
	Recipients string `json:"recipients,omitempty"`
	Issue      string `json:"issue,omitempty"`
	Page       string `json:"page,omitempty"`
}

// Rights is what may be done with a work.
type Rights struct {
	Statement string `json:"statement,omitempty" doc:"URI of rightsstatements.org or Creative Commons"`
	Holder    string `json:"holder,omitempty"`
}

// Reference names something that has a page.
type Reference struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	URL   string `json:"url"`
}

// Relation is how the work relates to another.
type Relation struct {
	Type string  `json:"type"`
	Work Summary `json:"work"`
}

// Media is one playable or readable form of a work.
type Media struct {
	Kind     string  `json:"kind" doc:"hls, mp4, audio, image, iiif, text, page, pdf, epub, original, poster, cover, captions, waveform, thumbnails, …"`
	Type     string  `json:"type" doc:"Media type"`
	URL      string  `json:"url"`
	File     string  `json:"file" doc:"Of which original"`
	Width    int     `json:"width,omitempty"`
	Height   int     `json:"height,omitempty"`
	Duration float64 `json:"duration,omitempty" doc:"Seconds"`
	Bytes    int64   `json:"bytes,omitempty"`
	Page     int     `json:"page,omitempty" doc:"From 1, for the picture of a page"`
	Language string  `json:"language,omitempty" doc:"BCP 47"`
}

// FileStatus is an original and how far it is.
type FileStatus struct {
	ID       string  `json:"id"`
	Name     string  `json:"name"`
	Type     string  `json:"type"`
	Format   string  `json:"format"`
	Bytes    int64   `json:"bytes"`
	SHA512   string  `json:"sha512"`
	Medium   string  `json:"medium"`
	Duration float64 `json:"duration,omitempty" doc:"Seconds"`
	Width    int     `json:"width,omitempty"`
	Height   int     `json:"height,omitempty"`
	Pages    int     `json:"pages,omitempty"`
	Status   string  `json:"status" enum:"ready,preparing,unreadable"`
	Problem  string  `json:"problem,omitempty" doc:"Stable code of why it is unreadable; for staff"`
	Message  string  `json:"message,omitempty" doc:"The same as a sentence"`
}

// subject is a work with what is needed to tell about it.
type subject struct {
	work        archive.Work
	genre       archive.Genre
	collections []archive.Collection
	related     map[archive.WorkID]archive.Work
	offers      []media.Offer
}

func (a *asker) summary(w *archive.Work) Summary {
	s := Summary{
		ID: string(w.ID), Title: w.Title, Creators: []string{}, Genre: string(w.Genre), Medium: string(w.Primary()),
		URL: a.link(address.Work(w.ID, w.Title)),
	}
	for _, c := range w.Credits {
		s.Creators = append(s.Creators, c.Name)
	}
	return s
}

func (a *asker) work(s subject) *Work {
	w := &s.work
	out := &Work{
		Summary: a.summary(w), GenreLabel: find.GenreName(a.say, s.genre), OtherTitles: w.Titles, Description: w.Description,
		Language: w.Language, Date: string(w.Date), Credits: a.credits(w), Updated: w.Updated, SourceURL: w.SourceURL,
		Media: []Media{}, Files: []FileStatus{},
	}
	if w.Paper != (archive.Paper{}) {
		p := Paper(w.Paper)
		out.Paper = &p
	}
	if w.Rights.Statement != "" || w.Rights.Holder != "" {
		out.Rights = &Rights{w.Rights.Statement, w.Rights.Holder}
	}
	if !w.Published.IsZero() {
		out.Published = &w.Published
	}
	for _, c := range s.collections {
		out.Collections = append(out.Collections, Reference{string(c.ID), c.Title, a.link(address.Collection(c.ID, c.Title))})
	}
	for _, r := range w.Relations {
		if target, ok := s.related[r.Target]; ok {
			out.Relations = append(out.Relations, Relation{string(r.Type), a.summary(&target)})
		}
	}
	for i := range s.offers {
		out.Media = append(out.Media, a.media(&s.offers[i])...)
		out.Files = append(out.Files, a.file(&s.offers[i]))
	}
	return out
}

func (a *asker) credits(w *archive.Work) []Credit {
	out := []Credit{}
	for _, c := range w.Credits {
		out = append(out, Credit{string(c.Agent), c.Name, string(c.Relator), a.link(address.Agent(c.Agent, c.Name))})
	}
	return out
}

// media lists what plays or shows a file, and the file itself where it may be taken home.
func (a *asker) media(o *media.Offer) []Media {
	var out []Media
	for _, asset := range o.Assets {
		m := Media{
			Kind: asset.Kind, Type: asset.Type, URL: a.base + asset.URL, File: string(o.File.ID),
			Width: asset.Width, Height: asset.Height, Duration: asset.Duration, Bytes: asset.Bytes,
			Page: asset.Page, Language: asset.Language,
		}
		if asset.Kind == "iiif" { // tiles.zip is no use to anybody; its service is
			m.Type, m.URL, m.Bytes = "application/json", a.base+iiif.InfoURL(o.File.ID), 0
		}
		out = append(out, m)
	}
	if o.Original == "" {
		return out
	}
	f := o.File
	whole := Media{
		Kind: "original", Type: f.Type, URL: a.base + o.Original, File: string(f.ID),
		Width: f.Width, Height: f.Height, Duration: f.Duration.Seconds(), Bytes: f.Size,
	}
	if f.Format == "pdf" || f.Format == "epub" { // every reader program opens these as they are
		readable := whole
		readable.Kind = f.Format
		out = append(out, readable)
	}
	return append(out, whole)
}

func (a *asker) file(o *media.Offer) FileStatus {
	f := o.File
	s := FileStatus{
		ID: string(f.ID), Name: f.Name, Type: f.Type, Format: f.Format, Bytes: f.Size, SHA512: string(f.Digest),
		Medium: string(o.Representation.Medium), Duration: f.Duration.Seconds(), Width: f.Width, Height: f.Height, Pages: f.Pages,
		Status: string(o.Status),
	}
	if a.viewer.Staff() { // its sentence speaks to whoever brought the file in
		s.Problem, s.Message = string(o.Problem), a.say.Reason(o.Problem)
	}
	return s
}

// parameterName takes the name out of huma's location, such as "query.size".
func parameterName(location string) string {
	return location[strings.LastIndexByte(location, '.')+1:]
}
