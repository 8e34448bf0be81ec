package respond

import (
	"strconv"
	"strings"
)

// span is a run of bytes of a representation.
type span struct {
	offset int64
	length int64
}

// contentRange is the value of Content-Range for this part of size bytes (RFC 9110 §14.4).
func (s span) contentRange(size int64) string {
	return "bytes " + strconv.FormatInt(s.offset, 10) + "-" + strconv.FormatInt(s.offset+s.length-1, 10) + "/" +
		strconv.FormatInt(size, 10)
}

// maxRanges bounds the work that one header can cause; players send one range, download managers a few.
const maxRanges = 16

// selection is what a Range header asks of a representation.
type selection int

const (
	selectWhole selection = iota // no range, one we do not understand, or several: the whole is a correct answer to each
	selectPart
	selectNothing // understood, and outside the representation: 416
)

// selectRange reads a Range header (RFC 9110 §14.2) for a representation of size bytes. Several satisfiable ranges select the
// whole: §14.2 allows it, no player asks for them, and multipart answers have been used to multiply traffic. An empty
// representation is always sent whole.
func selectRange(header string, size int64) (span, selection) {
	unit, list, found := strings.Cut(header, "=")
	if !found || !strings.EqualFold(strings.TrimSpace(unit), "bytes") || size == 0 {
		return span{}, selectWhole
	}
	specs := strings.Split(list, ",")
	if len(specs) > maxRanges {
		return span{}, selectWhole
	}
	var satisfiable []span
	for _, spec := range specs {
		s, ok := parseSpec(strings.Trim(spec, " \t"), size)
		if !ok {
			return span{}, selectWhole
		}
		if s.length > 0 {
			satisfiable = append(satisfiable, s)
		}
	}
	switch len(satisfiable) {
	case 0:
		return span{}, selectNothing
	case 1:
		return satisfiable[0], selectPart
	default:
		return span{}, selectWhole
	}
}

// parseSpec reads "a-b", "a-" or "-n" against size. A length of 0 means that nothing of the representation is asked for;
// false that the syntax is wrong.
func parseSpec(spec string, size int64) (span, bool) {
	first, last, found := strings.Cut(spec, "-")
	if !found {
		return span{}, false
	}
	if first == "" {
		n, ok := parsePosition(last)
		n = min(n, size)
		return span{offset: size - n, length: n}, ok
	}
	a, ok := parsePosition(first)
	if !ok {
		return span{}, false
	}
	b := size - 1
	if last != "" {
		if b, ok = parsePosition(last); !ok || b < a {
			return span{}, false
		}
	}
	if a >= size {
		return span{}, true
	}
	return span{offset: a, length: min(b, size-1) - a + 1}, true
}

// parsePosition reads 1*DIGIT. strconv alone would also take a sign. A number too great for an int64 is beyond every file,
// and is cut to the greatest: RFC 9110 §14.1.2 wants it read, not refused.
func parsePosition(s string) (int64, bool) {
	if s == "" {
		return 0, false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 1<<63 - 1, true
	}
	return n, true
}
