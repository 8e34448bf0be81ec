package search

import "unicode/utf8"

// The fields of the index. Title and agent stand on the document of the work, context on all: it lets words of the title, an agent and a
// text be asked for together.
const (
	fieldTitle   = "t"
	fieldAgent   = "a"
	fieldText    = "x" // the description of a work; the label and text of a part
	fieldContext = "c" // of a part: title, agents and labels of its work; of a work: its labels
	fieldPair    = "p" // neighbouring words of title, agent and text
	fieldLength  = "l" // how long those fields are: lengthTerm
	fieldCard    = "k" // stored, not indexed
)

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
