package find

import (
	"context"
	"strconv"

	"vannghe/internal/archive"
	"vannghe/search"
)

// Filter is a side of a question that is narrowed: the name and value of a parameter, and the value in words.
type Filter struct {
	Name  string
	Value string
	Label string
}

// Filters lists what narrows q, in the order of the facets.
func (q Question) Filters() []Filter {
	value := map[string]string{
		"genre": string(q.Genre), "medium": string(q.Medium), "person": string(q.Person), "year": q.Year, "collection": string(q.Collection),
		"chapter": q.Chapter,
	}
	var all []Filter
	for _, side := range facetOrder {
		if v := value[side.name]; v != "" {
			all = append(all, Filter{Name: side.name, Value: v})
		}
	}
	return all
}

// Chosen is Filters with labels. A value that names nothing is its own label, so that a filter is never out of sight.
func (f Finder) Chosen(ctx context.Context, q Question) ([]Filter, error) {
	chosen := q.Filters()
	if len(chosen) == 0 {
		return nil, nil
	}
	label, err := f.labels(ctx, map[string][]search.Facet{
		search.FacetAgent:      {{Value: string(q.Person)}},
		search.FacetCollection: {{Value: string(q.Collection)}},
	})
	if err != nil {
		return nil, err
	}
	for i := range chosen {
		c := &chosen[i]
		if c.Name == "year" {
			c.Label = f.years(c.Value)
		} else {
			_, c.Label = label(c.Name, c.Value)
		}
		if c.Label == "" {
			c.Label = c.Value
		}
	}
	return chosen, nil
}

// years words "1997", "1990-1999" and "1990-1995".
func (f Finder) years(value string) string {
	from, to, err := ParseYears(value)
	if err != nil {
		return ""
	}
	first, last := strconv.Itoa(from), strconv.Itoa(to)
	switch {
	case from == to:
		return first
	case from%10 == 0 && to == from+9:
		_, label := decade(f.Say, first)
		return label
	default:
		return f.Say.Date(archive.Date(first + "/" + last))
	}
}
