package search

import (
	"slices"
	"strings"

	"vannghe/internal/viet"
)

// Bounds of suggesting phrases.
const (
	phraseTitles = 200 // titles that are read
	phraseLimit  = 2
	phraseWorks  = 2 // a phrase that fewer works share is no frequent one
	phraseMore   = 2 // words of a phrase after those typed
)

// suggestPhrases returns what was typed with the last word whole and up to two words more, as it stands in the titles of several works: the longest
// of those that the most works share.
func (v *view) suggestPhrases(titled []uint32, t typed) []scored {
	works := map[string]int{}
	shown := map[string]string{}
	for _, work := range titled[:min(len(titled), phraseTitles)] {
		for key, text := range t.phrasesOf(v.cards[work].title) {
			works[key]++
			shown[key] = text
		}
	}
	var all []scored
	for key, n := range works {
		if n >= phraseWorks && !extended(key, n, works) {
			all = append(all, scored{Suggestion: Suggestion{Kind: SuggestPhrase, Text: shown[key]}, works: n})
		}
	}
	return best(all, phraseLimit)
}

// extended reports whether as many works share a longer phrase that begins with key.
func extended(key string, n int, works map[string]int) bool {
	for other, m := range works {
		if m == n && len(other) > len(key) && strings.HasPrefix(other, key+" ") {
			return true
		}
	}
	return false
}

// phrasesOf returns the phrases of a title that complete what was typed: by their words, as they are written. A phrase that is the whole title
// is a work, not a phrase.
func (t *typed) phrasesOf(title string) map[string]string {
	words := slices.Collect(tokens(title))
	found := map[string]string{}
	for at := 0; at+len(t.words) <= len(words); at++ {
		if !t.completedAt(words[at:]) {
			continue
		}
		for more := range phraseMore + 1 {
			end := at + len(t.words) + more
			if end > len(words) || end-at < 2 || end-at == len(words) {
				continue
			}
			stretch := words[at:end]
			found[exactJoined(stretch)] = strings.ToLower(title[stretch[0].Start:stretch[len(stretch)-1].End])
		}
	}
	return found
}

// completedAt reports whether words begin with those typed, the last of which may be a beginning.
func (t *typed) completedAt(words []viet.Token) bool {
	last := len(t.words) - 1
	for i, w := range t.words[:last] {
		if words[i].Folded != w {
			return false
		}
	}
	return beginsWith(words[last].Folded, t.endings)
}

func exactJoined(words []viet.Token) string {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = w.Exact
	}
	return strings.Join(all, " ")
}

// together returns the phrases of titles, which are as somebody wrote them, and those of texts that neither begin one of them nor are a title.
func (v *view) together(titles, texts []scored, titled []uint32) []scored {
	all := slices.Clone(titles)
	for _, s := range texts {
		folded := foldedWords(s.Text)
		if !slices.ContainsFunc(titles, func(o scored) bool { return strings.HasPrefix(foldedWords(o.Text)+" ", folded+" ") }) &&
			!v.isTitle(folded, titled) {
			all = append(all, s)
		}
	}
	return all
}

// isTitle reports whether one of the works is called so.
func (v *view) isTitle(folded string, works []uint32) bool {
	sum := titleSum(folded)
	return slices.ContainsFunc(works, func(w uint32) bool { return v.facts.all[w].title == sum && v.cards[w].folded == folded })
}
