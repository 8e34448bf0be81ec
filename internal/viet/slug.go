package viet

import "strings"

// maxSlug is the greatest length of a slug in bytes.
const maxSlug = 80

// noSlug is the slug of a text without a Latin letter or digit: "untitled".
const noSlug = "khong-ten"

// Slug returns s for an address: a-z, 0-9 and single "-" between words, at most 80 bytes cut at a word, never empty.
// "Bến trăng" becomes "ben-trang".
func Slug(s string) string {
	words := strings.FieldsFunc(Fold(cut(s, 16*maxSlug)), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	slug := ""
	for _, w := range words {
		switch {
		case slug == "":
			slug = w[:min(len(w), maxSlug)]
		case len(slug)+1+len(w) > maxSlug:
			return slug
		default:
			slug += "-" + w
		}
	}
	if slug == "" {
		return noSlug
	}
	return slug
}
