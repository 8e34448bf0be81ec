package storage

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"vannghe/internal/archive"
)

// The limits of a key in bytes: S3's for the whole, the file systems' for one segment.
const (
	MaxKey     = 1024
	MaxSegment = 255
)

// Key names an object: segments joined by "/", relative, without escapes, compared byte for byte (NFC and NFD are two keys).
// Every key that passes Validate works on every driver and cannot leave the store's root.
type Key string

// ParseKey returns s as a Key, or Invalid "key-invalid".
func ParseKey(s string) (Key, error) {
	k := Key(s)
	return k, k.Validate()
}

// Validate returns Invalid "key-invalid" unless k is 1 to MaxKey bytes of UTF-8 without control characters or "\", in
// segments of 1 to MaxSegment bytes of which none is "." or ".." and the first does not begin with ".": there a store keeps
// what is its own.
func (k Key) Validate() error {
	if len(k) > MaxKey || strings.HasPrefix(string(k), ".") || !utf8.ValidString(string(k)) || strings.ContainsFunc(string(k), forbidden) {
		return k.invalid()
	}
	for segment := range strings.SplitSeq(string(k), "/") {
		if !validSegment(segment) {
			return k.invalid()
		}
	}
	return nil
}

func (k Key) invalid() error { return archive.Fail(archive.Invalid, "key-invalid", string(k)) }

// Join returns k followed by elem, with "/" between. It checks nothing; whatever takes the key does.
func (k Key) Join(elem ...string) Key {
	return Key(strings.Join(append([]string{string(k)}, elem...), "/"))
}

func validSegment(s string) bool {
	if s == "" || len(s) > MaxSegment {
		return false
	}
	// MinIO trims before it looks for dots, so " .." must be refused as well as "..".
	trimmed := strings.TrimSpace(s)
	return trimmed != "." && trimmed != ".."
}

// forbidden reports what a key may not hold: "\" separates folders on Windows, and neither control characters nor the two
// noncharacters can be written in the XML of an S3 listing (XML 1.0 §2.2).
func forbidden(r rune) bool {
	return r == '\\' || unicode.IsControl(r) || r == 0xFFFE || r == 0xFFFF
}

// parseFolder returns prefix as a Driver wants a folder: "" or a valid key and "/".
func parseFolder(prefix string) (string, error) {
	name := strings.TrimSuffix(prefix, "/")
	if name == "" && prefix == "" {
		return "", nil
	}
	if err := Key(name).Validate(); err != nil {
		return "", err
	}
	return name + "/", nil
}
