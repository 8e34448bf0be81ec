package find

import (
	"context"
	"net/url"
	"slices"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/search"
	"vannghe/web/address"
)

// Suggestion completes what is being typed.
type Suggestion struct {
	Kind search.SuggestionKind
	ID   string // "" of a phrase
	Text string
	Path string // without the prefix of the language; that of a phrase searches for it
}

// Suggest completes what is being typed, at most size suggestions. The errors are those of a search index that does not answer.
func (f Finder) Suggest(ctx context.Context, typed string, size int) ([]Suggestion, error) {
	index, err := f.index()
	if err != nil {
		return nil, err
	}
	all, err := index.Suggest(ctx, search.Prefix{Text: typed, Size: size, Now: time.Now().UnixMicro(), Audiences: f.Viewer.Audiences()})
	if err != nil {
		return nil, err
	}
	if all, err = f.written(ctx, typed, all); err != nil {
		return nil, err
	}
	seen, err := f.tellable(ctx, index, all)
	if err != nil {
		return nil, err
	}
	var told []Suggestion
	for _, s := range all {
		if seen(s) {
			told = append(told, Suggestion{Kind: s.Kind, ID: s.ID, Text: s.Text, Path: suggested(s)})
		}
	}
	return told, nil
}

// written gives the phrases of texts the marks that they have in most of the parts that were named. One that stands in none of them as it was
// typed is left out.
func (f Finder) written(ctx context.Context, typed string, all []search.Suggestion) ([]search.Suggestion, error) {
	var refs []catalog.PartRef
	for _, s := range all {
		for _, spot := range s.Spots {
			refs = append(refs, catalog.PartRef(spot))
		}
	}
	if len(refs) == 0 {
		return all, nil
	}
	parts, err := f.Catalog.Reader(f.Viewer).PartsByRef(ctx, refs)
	if err != nil {
		return nil, err
	}
	texts := make(map[search.Spot]string, len(parts))
	for _, p := range parts {
		texts[search.Spot{Work: p.Work, Ordinal: p.Ordinal}] = p.Label + "\n" + p.Text
	}
	var told []search.Suggestion
	for _, s := range all {
		if len(s.Spots) > 0 {
			s.Text = mostWritten(s, typed, texts)
		}
		if s.Text != "" {
			told = append(told, s)
		}
	}
	return told, nil
}

// mostWritten returns how a phrase is written in most of its spots, "" when in none.
func mostWritten(s search.Suggestion, typed string, texts map[search.Spot]string) string {
	times, most := map[string]int{}, ""
	for _, spot := range s.Spots {
		form := search.Written(texts[spot], s.Text, typed)
		if form == "" {
			continue
		}
		if times[form]++; times[form] > times[most] {
			most = form
		}
	}
	return most
}

func suggested(s search.Suggestion) string {
	switch s.Kind {
	case search.SuggestAgent:
		return address.Agent(archive.AgentID(s.ID), s.Text)
	case search.SuggestPhrase:
		return address.Search + "?q=" + url.QueryEscape(s.Text)
	default:
		return address.Work(archive.WorkID(s.ID), s.Text)
	}
}

// tellable returns which suggestions the viewer may be told: a suggestion is the title of a work, the name of somebody who has
// works, or words of titles.
func (f Finder) tellable(ctx context.Context, index *search.Index, all []search.Suggestion) (func(search.Suggestion) bool, error) {
	reader := f.Catalog.Reader(f.Viewer)
	works, err := reader.WorksByID(ctx, idsOf[archive.WorkID](all, search.SuggestWork))
	if err != nil {
		return nil, err
	}
	agents, err := reader.KnownAgents(ctx, idsOf[archive.AgentID](all, search.SuggestAgent))
	if err != nil {
		return nil, err
	}
	current, err := f.current(ctx, index, all)
	if err != nil {
		return nil, err
	}
	return func(s search.Suggestion) bool {
		switch s.Kind {
		case search.SuggestAgent:
			_, known := agents[archive.AgentID(s.ID)]
			return known
		case search.SuggestPhrase:
			return current
		default:
			return slices.ContainsFunc(works, func(w archive.Work) bool { return string(w.ID) == s.ID })
		}
	}, nil
}

// current reports whether the index has applied every change. Nobody can say of a phrase whose titles it is of, so until then a
// withdrawn one may be among them.
func (f Finder) current(ctx context.Context, index *search.Index, all []search.Suggestion) (bool, error) {
	if !slices.ContainsFunc(all, func(s search.Suggestion) bool { return s.Kind == search.SuggestPhrase }) {
		return true, nil
	}
	last, err := f.Catalog.LastChange(ctx)
	return index.Applied() >= last, err
}

func idsOf[T ~string](all []search.Suggestion, kind search.SuggestionKind) []T {
	var ids []T
	for _, s := range all {
		if s.Kind == kind {
			ids = append(ids, T(s.ID))
		}
	}
	return ids
}
