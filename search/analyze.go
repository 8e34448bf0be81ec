package search

import (
	"slices"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"

	"vannghe/internal/viet"
)

// The fields of the index. Title and agent stand on the document of the work, context on all: it lets words of the title, an agent and a
// text be asked for together.
const (
	fieldTitle   = "t"
	fieldAgent   = "a"
	fieldText    = "x" // the description of a work; the label and text of a part
	fieldContext = "c" // of a part: title, agents and labels of its work; of a work: its labels
	fieldPair    = "p" // neighbouring words of title, agent and text
	fieldCard    = "k" // stored, not indexed
)

// words are the words of a text, read once for both analysers. Bleve analyses the fields of a document one after the other.
type words struct{ tokens []viet.Token }

func (w *words) of(text []byte) []viet.Token {
	if w.tokens == nil {
		w.tokens = slices.Collect(tokens(string(text)))
	}
	return w.tokens
}

// dualAnalyzer emits every word twice at the same position: as typed and without marks; once when that is the same.
// A query without marks then matches all forms in one list, and one with marks can prefer its own.
type dualAnalyzer struct{ words *words }

func (a dualAnalyzer) Analyze(text []byte) analysis.TokenStream {
	tokens := a.words.of(text)
	stream := make(analysis.TokenStream, 0, 2*len(tokens))
	for i, t := range tokens {
		stream = append(stream, term(t.Folded, i+1))
		if t.Exact != t.Folded {
			stream = append(stream, term(t.Exact, i+1))
		}
	}
	return stream
}

// pairAnalyzer emits every two neighbouring words, without marks, as one term. A phrase is then a few terms instead of
// positions to compare (60 ms against less than one at 200,000 documents).
type pairAnalyzer struct{ words *words }

func (a pairAnalyzer) Analyze(text []byte) analysis.TokenStream {
	tokens := a.words.of(text)
	stream := make(analysis.TokenStream, 0, len(tokens))
	for i := 1; i < len(tokens); i++ {
		stream = append(stream, term(pairTerm(tokens[i-1].Folded, tokens[i].Folded), i))
	}
	return stream
}

// pairTerm joins two folded words; no word holds a space.
func pairTerm(a, b string) string { return a + " " + b }

func term(s string, position int) *analysis.Token {
	return &analysis.Token{Term: []byte(s), Position: position, Type: analysis.AlphaNumeric}
}

// pieceSize is the number of bytes of text that make one document of the index: it bounds what analysing one takes.
const pieceSize = 64 << 10

// pieces cuts a text into stretches of at most pieceSize bytes, between words where there is white space.
func pieces(text string) []string {
	var all []string
	for len(text) > pieceSize {
		end := cutPoint(text, pieceSize)
		all = append(all, text[:end])
		text = text[end:]
	}
	return append(all, text)
}

// cutPoint returns where the first size bytes of text end: after the last white space of them, at worst at a rune boundary.
func cutPoint(text string, size int) int {
	for i := size; i > size/2; i-- {
		if c := text[i-1]; c == ' ' || c == '\n' || c == '\t' {
			return i
		}
	}
	end := size
	for end > size-utf8.UTFMax && !utf8.RuneStart(text[end]) {
		end--
	}
	return end
}
