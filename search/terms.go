package search

// Terms are the words that a query asks for, in the form in which Highlight looks for them. The zero Terms marks nothing.
type Terms struct {
	words []word
}

// word is one syllable or word of a query.
type word struct {
	exact  string // lowercase, marks as typed, tone where viet.PlaceTone puts it
	folded string // without marks
}

// marked reports whether the word was typed with marks, which then count.
func (w word) marked() bool { return w.exact != w.folded }
