package find

import (
	"context"
	"strconv"

	"vannghe/internal/archive"
	"vannghe/internal/message"
	"vannghe/search"
)

// Facet is one side by which what was found can be narrowed. Its name is that of the parameter, its values what that takes.
type Facet struct {
	Name   string
	Values []Value
}

// Value is a value of a facet.
type Value struct {
	Value string
	Label string
	Count int
}

// facetOrder is the order in which facets are shown, and which of the index's each is.
var facetOrder = []struct{ name, indexed string }{
	{"genre", search.FacetGenre},
	{"medium", search.FacetMedium},
	{"person", search.FacetAgent},
	{"year", search.FacetDecade},
	{"collection", search.FacetCollection},
	{"chapter", search.FacetChapter},
}

// facets gives the values labels. A value without a label is of something that was removed meanwhile, and is left out.
func (f Finder) facets(ctx context.Context, counted map[string][]search.Facet) ([]Facet, error) {
	label, err := f.labels(ctx, counted)
	if err != nil {
		return nil, err
	}
	var all []Facet
	for _, side := range facetOrder {
		facet := Facet{Name: side.name}
		for _, v := range counted[side.indexed] {
			if value, text := label(side.name, v.Value); text != "" {
				facet.Values = append(facet.Values, Value{Value: value, Label: text, Count: v.Count})
			}
		}
		if len(facet.Values) > 0 {
			all = append(all, facet)
		}
	}
	return all, nil
}

// labels loads what the labels of facets need, and returns how a value of the index is written as a parameter and named.
func (f Finder) labels(ctx context.Context, counted map[string][]search.Facet) (func(name, value string) (string, string), error) {
	genres, err := f.genreNames(ctx)
	if err != nil {
		return nil, err
	}
	people, err := f.agentNames(ctx, counted[search.FacetAgent])
	if err != nil {
		return nil, err
	}
	collections, err := f.collectionTitles(ctx, counted[search.FacetCollection])
	if err != nil {
		return nil, err
	}
	return func(name, value string) (string, string) {
		switch name {
		case "genre":
			return value, genres[value]
		case "medium":
			return value, f.mediumName(value)
		case "person":
			return value, people[value]
		case "year":
			return decade(f.Say, value)
		case "chapter":
			return value, value
		default:
			return value, collections[value]
		}
	}, nil
}

func (f Finder) mediumName(value string) string {
	if key := "medium." + value; f.Say.Has(key) {
		return f.Say.Text(key)
	}
	return ""
}

// decade turns "1990" into the span that the parameter takes and the words for it.
func decade(say *message.Catalogue, value string) (span, label string) {
	first, err := strconv.Atoi(value)
	if err != nil {
		return value, ""
	}
	return value + "-" + strconv.Itoa(first+9), say.Text("date.decade", value)
}

func (f Finder) genreNames(ctx context.Context) (map[string]string, error) {
	genres, err := f.Catalog.Reader(f.Viewer).Genres(ctx)
	if err != nil {
		return nil, err
	}
	names := make(map[string]string, len(genres))
	for _, g := range genres {
		names[string(g.ID)] = GenreName(f.Say, g)
	}
	return names, nil
}

// GenreName is a genre's name in the language of say.
func GenreName(say *message.Catalogue, g archive.Genre) string {
	if say.Language() == message.English && g.English != "" {
		return g.English
	}
	return g.Name
}

func (f Finder) agentNames(ctx context.Context, values []search.Facet) (map[string]string, error) {
	ids := make([]archive.AgentID, 0, len(values))
	for _, v := range values {
		ids = append(ids, archive.AgentID(v.Value))
	}
	agents, err := f.Catalog.Reader(f.Viewer).KnownAgents(ctx, ids)
	if err != nil {
		return nil, err
	}
	names := make(map[string]string, len(agents))
	for id, a := range agents {
		names[string(id)] = a.Name()
	}
	return names, nil
}

func (f Finder) collectionTitles(ctx context.Context, values []search.Facet) (map[string]string, error) {
	ids := make([]archive.CollectionID, 0, len(values))
	for _, v := range values {
		ids = append(ids, archive.CollectionID(v.Value))
	}
	found, err := f.Catalog.Reader(f.Viewer).KnownCollections(ctx, ids)
	if err != nil {
		return nil, err
	}
	titles := make(map[string]string, len(found))
	for id, c := range found {
		titles[string(id)] = c.Title
	}
	return titles, nil
}
