package searchtest

import (
	"strings"
	"unicode"

	"vannghe/internal/viet"
)

// phrases returns what a query asks for, as the programs around the other engines would take it apart: each word by itself, those in quotation
// marks together. All is NFC and lowercase, đ is d: no engine but vannghe folds that letter itself.
func phrases(text string) [][]string {
	var all [][]string
	for i, chunk := range strings.Split(foldD(strings.ToLower(viet.Normalize(text))), `"`) {
		words := strings.FieldsFunc(chunk, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.M, r)
		})
		if i%2 == 1 && len(words) > 0 {
			all = append(all, words)
			continue
		}
		for _, w := range words {
			all = append(all, []string{w})
		}
	}
	return all
}

// foldD makes đ a d.
func foldD(s string) string { return strings.NewReplacer("đ", "d", "Đ", "D").Replace(s) }

// joined writes the phrases with operator between them, each as quote writes it.
func joined(all [][]string, operator string, quote func(words []string) string) string {
	written := make([]string, len(all))
	for i, words := range all {
		written[i] = quote(words)
	}
	return strings.Join(written, operator)
}
