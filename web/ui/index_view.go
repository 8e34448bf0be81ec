package ui

// Index is a page of names that lead further: all genres, all authors, all collections.
type Index struct {
	Title   string
	Letters []Link // the alphabet, where names are many; a letter without names has no URL
	Groups  []IndexGroup
	Next    string // address of the names that follow; "" at the end
}

// IndexGroup is names that belong together. Label may be "".
type IndexGroup struct {
	Label string
	Links []Link // Count is the number of works behind each
}
