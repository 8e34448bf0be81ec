package ui

// narrowed reports whether any facet is chosen: then the boxes stand open.
func narrowed(v Search) bool {
	return Search{Facets: v.Facets}.Asked()
}
