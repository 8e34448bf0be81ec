package search

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"vannghe/internal/viet"
)

// syntax is a query text taken apart by its signs: quotation marks hold words together, a minus excludes, and a name with a colon
// asks for an author, a genre or years. Whatever is not a sign is a word, and no text is an error.
type syntax struct {
	terms  []chunk
	not    []chunk
	fields []fieldValue
	blank  bool // nothing was typed, as opposed to punctuation only
}

// chunk is a stretch of words.
type chunk struct {
	text   string
	quoted bool
}

// years is a span of years, inclusive. A zero leaves its side open.
type years struct{ from, to int }

// fieldValue is what a field asks for.
type fieldValue struct {
	kind  field
	label string // the name as it was typed, without its colon
	not   bool   // it is excluded
	text  string // of an agent or genre: words, of which the first ones may be a name
	years years
}

// field is what a name with a colon asks for.
type field int

const (
	noField field = iota
	agentField
	genreField
	yearField
)

// fieldNames are the names before a colon, without marks.
var fieldNames = map[string]field{
	"tac gia": agentField, "tacgia": agentField, "author": agentField,
	"the loai": genreField, "theloai": genreField, "genre": genreField,
	"nam": yearField, "year": yearField,
}

// longestFieldName is the number of bytes before a colon that are looked at.
const longestFieldName = 24

// scanner reads a query text from left to right.
type scanner struct {
	text string
	at   int
	out  syntax
	bare strings.Builder
}

// scan takes text apart.
func scan(text string) syntax {
	if len(text) > maxQueryText {
		text = strings.ToValidUTF8(text[:maxQueryText], "")
	}
	s := scanner{text: viet.Normalize(text)}
	s.out.blank = strings.TrimSpace(s.text) == ""
	for s.skipSpace(); s.at < len(s.text); s.skipSpace() {
		s.item()
	}
	s.endBare()
	return s.out
}

func (s *scanner) skipSpace() {
	for s.at < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[s.at:])
		if !unicode.IsSpace(r) {
			return
		}
		s.at += size
	}
}

// item reads what begins where a word may begin.
func (s *scanner) item() {
	minus := s.minusHere()
	if minus {
		s.at++
	}
	if kind, length := s.fieldHere(); kind != noField {
		s.endBare()
		v := fieldValue{kind: kind, not: minus, label: strings.TrimSpace(s.text[s.at : s.at+length-1])}
		s.at += length
		s.field(v)
		return
	}
	if minus {
		s.endBare()
		text, quoted := s.value(false)
		s.out.not = append(s.out.not, chunk{text, quoted})
		return
	}
	if text, ok := s.quotation(); ok {
		s.endBare()
		s.out.terms = append(s.out.terms, chunk{text, true})
		return
	}
	s.bare.WriteString(s.word())
	s.bare.WriteByte(' ')
}

func (s *scanner) endBare() {
	if s.bare.Len() > 0 {
		s.out.terms = append(s.out.terms, chunk{text: s.bare.String()})
		s.bare.Reset()
	}
}

// fieldHere returns which field a name here asks for and the length of the name with its colon.
func (s *scanner) fieldHere() (kind field, length int) {
	rest := s.text[s.at:]
	colon := strings.IndexByte(rest[:min(len(rest), longestFieldName)], ':')
	if colon < 0 {
		return noField, 0
	}
	name := strings.Join(strings.Fields(rest[:colon]), " ")
	kind = fieldNames[viet.Fold(name)]
	after := rest[colon+1:]
	if kind == yearField && !beginsYears(after) {
		return noField, 0
	}
	// "nam" without its mark is more often the south than the year.
	if kind == yearField && strings.EqualFold(name, "nam") && strings.HasPrefix(after, " ") {
		return noField, 0
	}
	return kind, colon + 1
}

func beginsYears(s string) bool {
	s = strings.TrimLeft(s, " ")
	return s != "" && (s[0] >= '0' && s[0] <= '9' || strings.HasPrefix(s, ".."))
}

// minusHere reports whether a minus excludes what follows at once.
func (s *scanner) minusHere() bool {
	if s.text[s.at] != '-' {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s.text[s.at+1:])
	return unicode.IsLetter(r) || unicode.IsNumber(r) || isQuote(r)
}

// field reads the value of a field. Years that cannot be read ask for nothing.
func (s *scanner) field(v fieldValue) {
	s.skipSpace()
	if v.kind == yearField {
		var ok bool
		if v.years, ok = parseYears(s.word()); !ok {
			return
		}
	} else {
		v.text, _ = s.value(true)
	}
	s.out.fields = append(s.out.fields, v)
}

// value reads a quotation, or one word, or all words up to the next sign.
func (s *scanner) value(all bool) (text string, quoted bool) {
	if text, ok := s.quotation(); ok {
		return text, true
	}
	text = s.word()
	for s.skipSpace(); all && s.at < len(s.text); s.skipSpace() {
		r, _ := utf8.DecodeRuneInString(s.text[s.at:])
		if kind, _ := s.fieldHere(); kind != noField || s.minusHere() || isQuote(r) {
			break
		}
		text += " " + s.word()
	}
	return text, false
}

// quotation reads what stands here between quotation marks. A mark that does not close, or holds nothing, is skipped.
func (s *scanner) quotation() (string, bool) {
	for s.at < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[s.at:])
		if !isQuote(r) {
			return "", false
		}
		s.at += size
		end := strings.IndexFunc(s.text[s.at:], isQuote)
		if end <= 0 {
			continue
		}
		text := s.text[s.at : s.at+end]
		_, size = utf8.DecodeRuneInString(s.text[s.at+end:])
		s.at += end + size
		return text, true
	}
	return "", false
}

// word reads up to the next white space or quotation mark.
func (s *scanner) word() string {
	end := strings.IndexFunc(s.text[s.at:], func(r rune) bool { return unicode.IsSpace(r) || isQuote(r) })
	if end < 0 {
		end = len(s.text) - s.at
	}
	word := s.text[s.at : s.at+end]
	s.at += end
	return word
}

func isQuote(r rune) bool { return strings.ContainsRune("\"“”„«»", r) }

// parseYears reads 1990..1999, 1990-1999, 1990.., ..1999 or 1990.
func parseYears(s string) (years, bool) {
	s = strings.TrimRight(s, ",;")
	for _, sign := range []string{"..", "-", "–"} {
		if from, to, ok := strings.Cut(s, sign); ok {
			y := years{number(from), number(to)}
			return y, y.from > 0 || y.to > 0
		}
	}
	n := number(s)
	return years{n, n}, n > 0
}

// number returns the year that s writes, 0 when it writes none.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 9999 {
		return 0
	}
	return n
}
