package search

import (
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

// dualAnalyzer emits every word twice at the same position: as typed and without marks; once when that is the same.
// A query without marks then matches all forms in one list, and one with marks can prefer its own.
type dualAnalyzer struct{}

func (dualAnalyzer) Analyze(input []byte) analysis.TokenStream {
	text := string(input)
	stream := make(analysis.TokenStream, 0, len(text)/3)
	position := 0
	for t := range viet.Tokens(text) {
		position++
		stream = append(stream, term(t.Folded, position))
		if t.Exact != t.Folded {
			stream = append(stream, term(t.Exact, position))
		}
	}
	return stream
}

// pairAnalyzer emits every two neighbouring words, without marks, as one term. A phrase is then a few terms instead of
// positions to compare (60 ms against less than one at 200,000 documents).
type pairAnalyzer struct{}

func (pairAnalyzer) Analyze(input []byte) analysis.TokenStream {
	text := string(input)
	stream := make(analysis.TokenStream, 0, len(text)/5)
	last := ""
	for t := range viet.Tokens(text) {
		if last != "" {
			stream = append(stream, term(pairTerm(last, t.Folded), len(stream)+1))
		}
		last = t.Folded
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
		end := cutPoint(text)
		all = append(all, text[:end])
		text = text[end:]
	}
	return append(all, text)
}

// cutPoint returns where the first piece of text ends: after the last white space of it, at worst at a rune boundary.
func cutPoint(text string) int {
	for i := pieceSize; i > pieceSize/2; i-- {
		if c := text[i-1]; c == ' ' || c == '\n' || c == '\t' {
			return i
		}
	}
	end := pieceSize
	for end > pieceSize-utf8.UTFMax && !utf8.RuneStart(text[end]) {
		end--
	}
	return end
}
