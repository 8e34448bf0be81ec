package viet

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Syllable is a written Vietnamese syllable taken apart, lowercase.
type Syllable struct {
	Onset  string // "", "b", "ngh", "qu", "gi", …
	Vowels string // with their shapes, without tone: "a", "iê", "oai"
	Final  string // "", "c", "nh", …
	Tone   Tone
}

var (
	onsets = wordSet("b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x")
	finals = wordSet("c ch m n ng nh p t")
	nuclei = wordSet("a ă â e ê i o ô ơ u ư y " +
		"ai ao au ay âu ây eo êu ia iê iu oa oă oe oi oo ôi ôô ơi ua uâ uê ui uô uơ uy ưa ưi ươ ưu yê " +
		"iêu oai oao oay oeo uai uao uau uây uêu uôi uya uyê uyu ươi ươu yêu")
)

// wordSet returns the words of s and the empty one: a syllable may lack an onset or a final.
func wordSet(s string) map[string]bool {
	m := map[string]bool{"": true}
	for w := range strings.FieldsSeq(s) {
		m[w] = true
	}
	return m
}

// ParseSyllable takes s (NFC, any case) apart and reports whether it has the form of a Vietnamese syllable. The tone mark may stand
// on any vowel of it, since people and keyboards disagree where it belongs.
func ParseSyllable(s string) (Syllable, bool) {
	p, ok := parse([]rune(strings.ToLower(s)))
	return p.Syllable, ok
}

// parsed is a syllable with the places, in runes, of what PlaceTone moves.
type parsed struct {
	Syllable
	first int // of the vowels
	mark  int // of the vowel that carries the tone, -1 when none does
}

// maxSyllable is the length in runes of the longest syllable, nghiêng.
const maxSyllable = 7

func parse(word []rune) (parsed, bool) {
	if len(word) == 0 || len(word) > maxSyllable {
		return parsed{}, false
	}
	p := parsed{mark: -1}
	letters := slices.Clone(word)
	for i, r := range word {
		v, ok := vowelOf(r)
		if !ok || v.tone == Ngang {
			continue
		}
		if p.mark >= 0 {
			return parsed{}, false
		}
		p.mark, p.Tone, letters[i] = i, v.tone, v.letter
	}
	p.first = onsetLength(letters)
	end := p.first
	for end < len(letters) && isVowel(letters[end]) {
		end++
	}
	p.Onset, p.Vowels, p.Final = string(letters[:p.first]), string(letters[p.first:end]), string(letters[end:])
	return p, end > p.first && onsets[p.Onset] && nuclei[p.Vowels] && finals[p.Final]
}

// onsetLength returns how many letters stand before the vowels. The u of qu belongs to the onset, and so does the i of gi
// when a vowel follows.
func onsetLength(letters []rune) int {
	n := 0
	for n < len(letters) && !isVowel(letters[n]) {
		n++
	}
	if n != 1 || len(letters) < 3 || !isVowel(letters[2]) {
		return n
	}
	if (letters[0] == 'q' && letters[1] == 'u') || (letters[0] == 'g' && letters[1] == 'i') {
		return 2
	}
	return n
}

func isVowel(r rune) bool {
	_, ok := vowelOf(r)
	return ok
}

// mainVowel returns the index, among the vowels, of the one that carries the tone.
func mainVowel(nucleus string) int {
	letters := []rune(nucleus)
	for i := len(letters) - 1; i >= 0; i-- {
		if strings.ContainsRune("ăâêôơ", letters[i]) {
			return i
		}
	}
	if len(letters) > 1 && (isGlide(letters[0], letters[1]) || nucleus == "oo") {
		return 1
	}
	return 0
}

// isGlide reports whether the first of two vowels is only the rounding of the lips before the second, as in hoa, khoe, thuy.
func isGlide(first, second rune) bool {
	return first == 'o' && (second == 'a' || second == 'e') ||
		first == 'u' && second == 'y'
}

// PlaceTone returns s with the tone mark of every Vietnamese syllable on its main vowel: hoà, khoẻ, thuý, uỷ (the placement of
// schoolbooks since the 1980s), from whichever of hoà and hòa, quý and qúy, già and gìa was written. That form is chosen because one rule
// gives it whether a final consonant follows or not (hoà, hoàn). It is used to compare, never to change what an author wrote.
// Words that are not Vietnamese syllables stay. The result is NFC; PlaceTone is idempotent.
func PlaceTone(s string) string {
	s = norm.NFC.String(s)
	runes := []rune(s)
	changed := false
	for start := 0; start < len(runes); {
		end := start
		for end < len(runes) && unicode.IsLetter(runes[end]) {
			end++
		}
		changed = placeTone(runes[start:end]) || changed
		start = max(end, start+1)
	}
	if !changed {
		return s
	}
	return string(runes)
}

// placeTone moves the tone of one word in place and reports whether it did.
func placeTone(word []rune) bool {
	if len(word) > maxSyllable {
		return false
	}
	var letters [maxSyllable]rune
	lower := letters[:len(word)]
	places := 0
	for i, r := range word {
		lower[i] = unicode.ToLower(r)
		if isVowel(lower[i]) {
			places++
		}
	}
	if places < 2 { // nowhere else to put it
		return false
	}
	p, ok := parse(lower)
	if !ok || p.mark < 0 {
		return false
	}
	at := p.first + mainVowel(p.Vowels)
	if at == p.mark {
		return false
	}
	bare, _ := vowelOf(lower[p.mark])
	word[p.mark], word[at] = likeCase(bare.letter, word[p.mark]), likeCase(withTone(lower[at], p.Tone), word[at])
	return true
}

// likeCase returns the lowercase r in the case of model.
func likeCase(r, model rune) rune {
	if unicode.IsUpper(model) {
		return unicode.ToUpper(r)
	}
	return r
}
