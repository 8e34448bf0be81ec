package viet

import "unicode/utf8"

// reformOnsets are the onsets after which the spelling reform writes i where y stood as the whole rhyme; none is one of them.
var reformOnsets = wordSet("h k l m qu s t v")

// OneI returns a lowercase word, with or without marks, with i for a y that is its whole rhyme after h, k, l, m, qu, s, t, v or
// nothing: Mỹ and Mĩ, lý and lí, quý and quí, ý and í are two spellings of one syllable. Of ai and ay, ui and uy each is a
// syllable of its own, so they stay. It is used to compare, never to change what an author wrote, nor to sort. OneI is idempotent.
func OneI(word string) string {
	last, size := utf8.DecodeLastRuneInString(word)
	v, ok := vowelOf(last)
	if !ok || v.plain != 'y' || !reformOnsets[word[:len(word)-size]] {
		return word
	}
	return word[:len(word)-size] + string(withTone('i', v.tone))
}
