package ingest

import (
	"path"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"vannghe/internal/archive"
	"vannghe/internal/viet"
)

// nameLimit is the longest file name taken, in bytes. File systems stop at 255 bytes or at 255 UTF-16 units, which are up to
// 765 bytes of UTF-8.
const nameLimit = 1024

// BaseName cuts the folders from a name given with a file, by "/" or "\", and returns the rest byte for byte: it is what the
// original is given back under. The errors are Invalid "name-invalid" (nothing left, "." or "..", a zero byte, not UTF-8)
// and "name-too-long".
func BaseName(given string) (string, error) {
	name := given[strings.LastIndexAny(given, `/\`)+1:]
	return name, checkName(name)
}

func checkName(name string) error {
	switch {
	case name == "", name == ".", name == "..", strings.ContainsRune(name, 0), !utf8.ValidString(name):
		return archive.Fail(archive.Invalid, "name-invalid", DisplayName(name))
	case len(name) > nameLimit:
		return archive.Fail(archive.Invalid, "name-too-long", DisplayName(name), nameLimit)
	}
	return nil
}

// DisplayName returns a file name as it may be shown: one line, without the controls that turn the text around them (an
// "exe" dressed as "jpg"), shortened in the middle so that the extension stays visible.
func DisplayName(name string) string {
	const longest = 120
	clean := []rune(viet.Clean(name))
	if len(clean) <= longest {
		return string(clean)
	}
	return string(clean[:longest-21]) + "…" + string(clean[len(clean)-20:])
}

// TitleOf makes a title of a file's name: without the extension, underscores as spaces. Never empty.
func TitleOf(name string) string {
	title := strings.TrimSuffix(name, path.Ext(name))
	title = viet.Clean(strings.ReplaceAll(title, "_", " "))
	if title == "" {
		title = viet.Clean(name)
	}
	if title == "" { // a name of nothing but invisible characters
		title = "Không tên"
	}
	return title
}

// NormalPath returns the path inside an imported folder in the one form by which a file is known again: "/" between names,
// NFC, no "." or "..". Whether p leads out of the folder is for the folder to say.
func NormalPath(p string) string {
	return norm.NFC.String(path.Clean(strings.ToValidUTF8(p, "\ufffd")))
}
