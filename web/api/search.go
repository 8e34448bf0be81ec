package api

import (
	"context"

	"vannghe/internal/archive"
	"vannghe/search"
	"vannghe/web/find"
)

type searchInput struct {
	Asking
	Q          string `query:"q" maxLength:"2000" doc:"What to find, with or without marks; \"words side by side\", -without, author:, genre:, year:1990..1999"`
	Genre      string `query:"genre" maxLength:"64"`
	Medium     string `query:"medium" enum:"video,audio,image,text,paged,other"`
	Person     string `query:"person" maxLength:"64"`
	Year       string `query:"year" maxLength:"9" doc:"1997 or 1990-1999"`
	Collection string `query:"collection" maxLength:"64"`
	Chapter    string `query:"chapter" maxLength:"200" doc:"Of the association, to which an author belongs"`
	Order      string `query:"order" enum:"relevance,newest,date,title" doc:"Without it by relevance, or the newest first when q is empty"`
	Cursor     string `query:"cursor" maxLength:"1024" doc:"The field next of the page before; the other parameters must be the same"`
	Size       int    `query:"size" minimum:"1" maximum:"200" default:"20"`
}

// SearchResult is what was found.
type SearchResult struct {
	Total       int                `json:"total" doc:"Works found"`
	Hits        []Hit              `json:"hits"`
	Facets      map[string][]Facet `json:"facets" doc:"By parameter: genre, medium, person, year, collection, chapter"`
	Loose       bool               `json:"loose" doc:"Works that hold only most of the words are among them, since few hold all"`
	Guess       string             `json:"guess" doc:"What was probably meant; works that hold it follow those that hold the words as typed. Empty when nothing had to be guessed"`
	Agents      []Name             `json:"agents" doc:"People and organisations of that name; on the first page of a search without filters"`
	Collections []Name             `json:"collections" doc:"Collections of that name; likewise"`
	Next        string             `json:"next" doc:"Cursor of the page that follows; empty at the end"`
}

// Name is a person, an organisation or a collection found by name.
type Name struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Works int    `json:"works"`
	URL   string `json:"url" doc:"Its page"`
}

// Hit is a work found, with the places in it.
type Hit struct {
	Work  Summary   `json:"work"`
	Parts []HitPart `json:"parts"`
	Score float64   `json:"score"`
}

// HitPart is a place in a work.
type HitPart struct {
	Label   string `json:"label"`
	Snippet string `json:"snippet" doc:"HTML-escaped text with the words found in mark elements"`
	URL     string `json:"url" doc:"The exact spot"`
}

// Facet is a value by which what was found can be narrowed.
type Facet struct {
	Value string `json:"value" doc:"Value of the parameter"`
	Label string `json:"label"`
	Count int    `json:"count"`
}

func (a *api) search(ctx context.Context, who *asker, in *searchInput) (*SearchResult, error) {
	found, err := a.finder(who).Find(ctx, find.Question{
		Text: in.Q, Genre: archive.GenreID(in.Genre), Medium: archive.Medium(in.Medium), Person: archive.AgentID(in.Person),
		Year: in.Year, Collection: archive.CollectionID(in.Collection), Chapter: in.Chapter, Order: search.Order(in.Order), Cursor: in.Cursor, Size: in.Size,
	})
	if err != nil {
		return nil, err
	}
	return who.searchResult(found), nil
}

func (a *api) finder(who *asker) find.Finder {
	return find.Finder{Catalog: a.Catalog, Index: a.Search, Viewer: who.viewer, Say: who.say}
}

func (a *asker) searchResult(found find.Found) *SearchResult {
	out := &SearchResult{
		Total: found.Total, Hits: []Hit{}, Facets: map[string][]Facet{}, Loose: found.Loose, Guess: found.Guess,
		Agents: a.names(found.Agents), Collections: a.names(found.Collections), Next: found.Next,
	}
	for i := range found.Hits {
		h := &found.Hits[i]
		hit := Hit{Work: a.summary(&h.Work), Parts: []HitPart{}, Score: h.Score}
		for _, p := range h.Parts {
			hit.Parts = append(hit.Parts, HitPart{p.Label, p.Snippet, a.link(p.Path)})
		}
		out.Hits = append(out.Hits, hit)
	}
	for _, f := range found.Facets {
		values := make([]Facet, 0, len(f.Values))
		for _, v := range f.Values {
			values = append(values, Facet(v))
		}
		out.Facets[f.Name] = values
	}
	return out
}

func (a *asker) names(found []find.Name) []Name {
	out := []Name{}
	for _, n := range found {
		out = append(out, Name{n.ID, n.Name, n.Works, a.link(n.Path)})
	}
	return out
}

type suggestInput struct {
	Asking
	Q    string `query:"q" maxLength:"200" doc:"What has been typed so far"`
	Size int    `query:"size" minimum:"1" maximum:"20" default:"8"`
}

// Suggestions complete what is being typed.
type Suggestions struct {
	Suggestions []Suggestion `json:"suggestions"`
}

// Suggestion leads to a work, to a person or organisation, or to the search for a phrase.
type Suggestion struct {
	Kind string `json:"kind" enum:"work,agent,phrase"`
	ID   string `json:"id,omitempty" doc:"Of a work or agent"`
	Text string `json:"text"`
	URL  string `json:"url" doc:"Its page; of a phrase the search for it"`
}

func (a *api) suggest(ctx context.Context, who *asker, in *suggestInput) (*Suggestions, error) {
	all, err := a.finder(who).Suggest(ctx, in.Q, in.Size)
	if err != nil {
		return nil, err
	}
	return who.suggestions(all), nil
}

func (a *asker) suggestions(all []find.Suggestion) *Suggestions {
	out := &Suggestions{Suggestions: []Suggestion{}}
	for _, s := range all {
		out.Suggestions = append(out.Suggestions, Suggestion{string(s.Kind), s.ID, s.Text, a.link(s.Path)})
	}
	return out
}
