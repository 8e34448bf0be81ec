package media

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxName is the length in bytes at which names are cut; most file systems stop at 255 and browsers add " (1)".
const maxName = 200

// SafeName returns a file name that is the same to the eye and to the disk: NFC, one segment, without control characters and
// without the marks that turn the direction of writing, by which "gpj.exe" shows as "exe.jpg". Never empty, never a dot file.
func SafeName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, unicode.IsControl(r), turnsDirection(r):
			return -1
		case r == '/', r == '\\', r == ':', unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
			return '_'
		default:
			return r
		}
	}, norm.NFC.String(name))
	name = strings.TrimLeft(strings.TrimSpace(name), ".")
	if name == "" {
		return "original"
	}
	return shorten(name)
}

// turnsDirection reports the characters of Unicode's bidirectional control, and those that are not seen at all.
func turnsDirection(r rune) bool {
	return unicode.Is(unicode.Bidi_Control, r) || r == '\u200b' || r == '\ufeff'
}

// shorten cuts a name in the middle of its stem, between characters, so that its extension stays.
func shorten(name string) string {
	if len(name) <= maxName {
		return name
	}
	ext := path.Ext(name)
	if len(ext) > 20 {
		ext = ""
	}
	stem := name[:maxName-len(ext)]
	for !utf8.ValidString(stem) {
		stem = stem[:len(stem)-1]
	}
	return stem + ext
}

// disposition returns a Content-Disposition (RFC 6266) with both forms of the name: plain for old programs, and RFC 8187 for
// the rest. how is "attachment" or "inline".
func disposition(how, name string) string {
	name = SafeName(name)
	return how + `; filename="` + plain(name) + `"; filename*=UTF-8''` + extended(name)
}

// plain keeps what can stand in a quoted string without being an escape to any program: quotes, backslashes and percent
// signs do not.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' || r == '%' {
			return '_'
		}
		return r
	}, name)
}

// extended encodes every byte that is no attr-char (RFC 8187 §3.2.1).
func extended(name string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(name) {
		c := name[i]
		if isAttrChar(c) {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String()
}

func isAttrChar(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("!#$&+-.^_`|~", c) >= 0
}
