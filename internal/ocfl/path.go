package ocfl

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"vannghe/internal/archive"
	"vannghe/storage"
)

// checkLogical refuses a logical path that the specification (§3.5.3.1) does not allow, or that JSON cannot carry unchanged.
func checkLogical(logical string) error {
	bad := archive.Fail(archive.Invalid, "archive-path-invalid", logical)
	if !utf8.ValidString(logical) {
		return bad
	}
	for element := range strings.SplitSeq(logical, "/") {
		if element == "" || element == "." || element == ".." {
			return bad
		}
	}
	return nil
}

// LogicalName makes of a file's name as given one that may be an element of a logical path: "/" and NUL, of which a name
// cannot consist, and bytes that are no UTF-8 become "_", and so does a name that is empty, "." or "..". All else stays.
func LogicalName(name string) string {
	name = strings.ToValidUTF8(name, "_")
	name = strings.Map(func(r rune) rune {
		if r == '/' || r == 0 {
			return '_'
		}
		return r
	}, name)
	if name == "" || name == "." || name == ".." {
		return strings.Repeat("_", max(1, len(name)))
	}
	return name
}

// safePath maps a logical path to a content path that every store, file system and person can take: what is not a letter, a mark,
// a digit or plain punctuation becomes %XX. Different paths stay different. false when the result would be too long.
func safePath(logical string) (string, bool) {
	elements := strings.Split(logical, "/")
	for i, e := range elements {
		elements[i] = safeElement(e)
		if len(elements[i]) > storage.MaxSegment {
			return "", false
		}
	}
	return strings.Join(elements, "/"), true
}

func safeElement(e string) string {
	var out strings.Builder
	for i, r := range e {
		edge := i == 0 || i+utf8.RuneLen(r) == len(e)
		if plain(r) && (!edge || r != ' ' && r != '.') {
			out.WriteRune(r)
			continue
		}
		for _, b := range []byte(string(r)) {
			fmt.Fprintf(&out, "%%%02X", b)
		}
	}
	// MinIO takes a name that ends so for a folder.
	if s, found := strings.CutSuffix(out.String(), "__XLDIR__"); found {
		return s + "__XLDIR_%5F"
	}
	return out.String()
}

// plain leaves out, beside controls and symbols, what Windows refuses in names and "%", which begins an escape.
func plain(r rune) bool {
	if r == utf8.RuneError {
		return false
	}
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || strings.ContainsRune(" -_.,()[]+&'!@=~", r)
}

// hashedPath is the content path of a logical path that has no safe one.
func hashedPath(logical string) string {
	sum := sha256.Sum256([]byte(logical))
	ext := path.Ext(logical)
	if len(ext) > 10 || safeElement("x"+ext) != "x"+ext {
		ext = ""
	}
	return "name-" + hex.EncodeToString(sum[:]) + ext
}
