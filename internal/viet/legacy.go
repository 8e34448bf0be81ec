package viet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// The encodings that Decode recognises.
const (
	UTF8        = "utf-8"
	UTF16LE     = "utf-16le"
	UTF16BE     = "utf-16be"
	TCVN3       = "tcvn3" // TCVN 5712:1993, also called ABC; fonts .VnTime, …
	VNI         = "vni"   // VNI-Windows; fonts VNI-Times, …
	Windows1258 = "windows-1258"
	Windows1252 = "windows-1252"
)

// ErrNotText is returned by Decode for bytes that are no text in any encoding it knows.
var ErrNotText = errors.New("viet: not text")

// Decode finds out in which encoding b is written and returns it normalised. It trusts a byte order mark, then valid UTF-8, then UTF-16 by
// its zero bytes. Among the 8-bit encodings it takes the one under which the words become Vietnamese syllables; when
// none does, b is read as Windows-1252, which has a character for nearly every byte. The error is ErrNotText.
func Decode(b []byte) (text, encoding string, err error) {
	switch {
	case bytes.HasPrefix(b, []byte("\xEF\xBB\xBF")):
		return Normalize(string(b[3:])), UTF8, nil
	case bytes.HasPrefix(b, []byte("\xFF\xFE")):
		return Normalize(decodeUTF16(b[2:], binary.LittleEndian)), UTF16LE, nil
	case bytes.HasPrefix(b, []byte("\xFE\xFF")):
		return Normalize(decodeUTF16(b[2:], binary.BigEndian)), UTF16BE, nil
	case bytes.IndexByte(b, 0) >= 0:
		return decodeZeros(b)
	case mostlyUTF8(b):
		return Normalize(string(b)), UTF8, nil
	case isBinary(b):
		return "", "", ErrNotText
	}
	if encoding := detect(b); encoding != "" {
		return Normalize(decoders[encoding](b)), encoding, nil
	}
	return Normalize(decodeTable(b, &windows1252)), Windows1252, nil
}

// Encodings lists what DecodeAs reads, in the order in which they are offered.
func Encodings() []string {
	return []string{UTF8, TCVN3, VNI, Windows1258, UTF16LE, UTF16BE, Windows1252}
}

// DecodeAs reads b in an encoding of Encodings, as somebody has said it is, and returns it normalised. ErrNotText for any other encoding.
func DecodeAs(b []byte, encoding string) (string, error) {
	switch encoding {
	case UTF8:
		return Normalize(strings.ToValidUTF8(string(bytes.TrimPrefix(b, []byte("\xEF\xBB\xBF"))), "\uFFFD")), nil
	case UTF16LE:
		return Normalize(decodeUTF16(bytes.TrimPrefix(b, []byte("\xFF\xFE")), binary.LittleEndian)), nil
	case UTF16BE:
		return Normalize(decodeUTF16(bytes.TrimPrefix(b, []byte("\xFE\xFF")), binary.BigEndian)), nil
	case Windows1252:
		return Normalize(decodeTable(b, &windows1252)), nil
	}
	if decode, ok := decoders[encoding]; ok {
		return Normalize(decode(b)), nil
	}
	return "", ErrNotText
}

// Repair returns s as it was meant when s is Vietnamese in an old font encoding whose bytes some program took for Latin letters, as
// in word-processor files that use the fonts .VnTime or VNI-Times ("Lªi" in TCVN3 is "Lêi"), with the encoding found, TCVN3 or VNI.
// Otherwise it returns s and "". It decides on the whole of s, so give it a paragraph or more.
func Repair(s string) (text, encoding string) {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		c, ok := latinByte(r)
		if !ok {
			return s, ""
		}
		b = append(b, c)
	}
	switch encoding := detect(b); encoding {
	case TCVN3, VNI:
		return Normalize(decoders[encoding](b)), encoding
	default:
		return s, ""
	}
}

func latinByte(r rune) (byte, bool) {
	if r < 0x80 || (r >= 0xA0 && r <= 0xFF) {
		return byte(r), true
	}
	for c := 0x80; c < 0xA0; c++ {
		if windows1252[c] == r {
			return byte(c), true
		}
	}
	return 0, false
}

// mostlyUTF8 reports whether b is UTF-8, forgiving a broken character now and then: a text cut at a length, one bad edit.
func mostlyUTF8(b []byte) bool {
	if utf8.Valid(b) {
		return true
	}
	const forgiven = 20 // good characters for each broken byte
	good, bad := 0, 0
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && size == 1:
			bad++
		case size > 1:
			good++
		}
		b = b[size:]
	}
	return good >= forgiven*bad
}

// isBinary reports whether control characters that no text has are common in b.
func isBinary(b []byte) bool {
	n := 0
	for _, c := range b {
		if c < ' ' && !strings.ContainsRune("\t\n\v\f\r\x1A\x1B", rune(c)) {
			n++
		}
	}
	return n*100 > len(b)
}

// decodeZeros reads text with zero bytes, which is UTF-16 without a mark or no text at all.
func decodeZeros(b []byte) (text, encoding string, err error) {
	var zeros [2]int
	for i, c := range b {
		if c == 0 {
			zeros[i%2]++
		}
	}
	// Every ASCII letter, space and line end of UTF-16 has one zero byte, always on the same side; Vietnamese is mostly those.
	enough := len(b) / 8
	switch {
	case len(b)%2 == 0 && zeros[1] > enough && zeros[0]*20 < zeros[1]:
		return Normalize(decodeUTF16(b, binary.LittleEndian)), UTF16LE, nil
	case len(b)%2 == 0 && zeros[0] > enough && zeros[1]*20 < zeros[0]:
		return Normalize(decodeUTF16(b, binary.BigEndian)), UTF16BE, nil
	}
	return "", "", ErrNotText
}

func decodeUTF16(b []byte, order binary.ByteOrder) string {
	units := make([]uint16, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		units = append(units, order.Uint16(b))
	}
	return string(utf16.Decode(units))
}

// sample is how many bytes detection looks at.
const sample = 64 << 10

// detect returns the 8-bit encoding under which b reads as Vietnamese, "" when none does convincingly.
func detect(b []byte) string {
	b = b[:min(len(b), sample)]
	best, bestScore := "", 0.0
	for _, encoding := range []string{TCVN3, VNI, Windows1258} {
		if s := plausible(Normalize(decoders[encoding](b))); s > bestScore {
			best, bestScore = encoding, s
		}
	}
	return best
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}

// plausible scores a decoded text by its words with letters beyond ASCII: 0 unless there are three and four in five of them are Vietnamese syllables,
// otherwise their number weighed by that share. Two such words may look right under any table by chance.
func plausible(text string) float64 {
	good, bad := 0, 0
	for t := range Tokens(text) {
		if ascii(t.Exact) { // numbers too, whose forms differ by their zeros: the times of subtitles
			continue
		}
		if _, ok := ParseSyllable(t.Exact); ok {
			good++
		} else {
			bad++
		}
	}
	for _, r := range text {
		if r >= 0xA0 && r <= 0xFF && !unicode.IsLetter(r) && !strings.ContainsRune("«»·§°\u00A0", r) {
			bad++
		}
	}
	if good < 3 || good*5 < (good+bad)*4 {
		return 0
	}
	return float64(good) * float64(good) / float64(good+bad)
}
