package viet

import (
	"slices"
	"strings"
)

// Keystrokes returns the syllables that the keys of s make in the input methods Telex (Vieetj), VNI (Vie65t) and VIQR (Vie^.t),
// lowercase, each once: what somebody meant whose input method was off. A word that no method changes into a Vietnamese syllable
// has none.
func Keystrokes(s string) []string {
	var all []string
	for _, press := range []func(*typing, rune) bool{telex, vni, viqr} {
		if word, ok := retype(strings.ToLower(s), press); ok && !slices.Contains(all, word) {
			all = append(all, word)
		}
	}
	return all
}

// typing is a syllable under the keys: its letters with their shapes, and its tone.
type typing struct {
	letters []rune
	tone    Tone
}

// retype presses the keys of s one by one. A key that changes nothing is a letter.
func retype(s string, press func(*typing, rune) bool) (string, bool) {
	t := typing{}
	changed := false
	for _, key := range s {
		if press(&t, key) {
			changed = true
			continue
		}
		if t.letters = append(t.letters, key); len(t.letters) > maxSyllable {
			return "", false
		}
	}
	word, ok := t.syllable()
	return word, ok && changed
}

// syllable returns what was typed, with the tone on its vowel, if it has the form of a Vietnamese syllable. A syllable that ends in a stop
// has the tone sắc or nặng, or none yet.
func (t *typing) syllable() (string, bool) {
	p, ok := parse(t.letters)
	if !ok || p.mark >= 0 || (isStop(p.Final) && t.tone != Ngang && t.tone != Sac && t.tone != Nang) {
		return "", false
	}
	if p.Vowels == "ươ" && p.Final == "" { // thuở: both horns were given before it was known that nothing follows
		t.letters[p.first], p.Vowels = 'u', "uơ"
	}
	at := p.first + mainVowel(p.Vowels)
	t.letters[at] = withTone(t.letters[at], t.tone)
	return string(t.letters), true
}

func isStop(final string) bool { return final == "c" || final == "ch" || final == "p" || final == "t" }

// telex: s f r x j are tones and z takes one away, a doubled a, e, o gets its hat wherever the second is typed, w is horn or breve and
// before any vowel ư, dd is đ.
func telex(t *typing, key rune) bool {
	switch key {
	case 's', 'f', 'r', 'x', 'j', 'z':
		return t.setTone(map[rune]Tone{'s': Sac, 'f': Huyen, 'r': Hoi, 'x': Nga, 'j': Nang, 'z': Ngang}[key])
	case 'a', 'e', 'o':
		return t.shape("aâeêoô", key)
	case 'w':
		return t.hornPair() || t.shape("aăoơuư", 'a', 'o', 'u') || t.lonelyHorn()
	case 'd':
		return t.stroke()
	}
	return false
}

// vni: 1 to 5 are tones and 0 takes one away, 6 is the hat, 7 the horn, 8 the breve, 9 the stroke of đ.
func vni(t *typing, key rune) bool {
	switch key {
	case '0', '1', '2', '3', '4', '5':
		return t.setTone([]Tone{Ngang, Sac, Huyen, Hoi, Nga, Nang}[key-'0'])
	case '6':
		return t.shape("aâeêoô", 'a', 'e', 'o')
	case '7':
		return t.hornPair() || t.shape("oơuư", 'o', 'u')
	case '8':
		return t.shape("aă", 'a')
	case '9':
		return t.stroke()
	}
	return false
}

// viqr (RFC 1456): the mark follows its letter.
func viqr(t *typing, key rune) bool {
	switch key {
	case '\'', '`', '?', '~', '.':
		return t.setTone(map[rune]Tone{'\'': Sac, '`': Huyen, '?': Hoi, '~': Nga, '.': Nang}[key])
	case '^':
		return t.shape("aâeêoô", 'a', 'e', 'o')
	case '+', '*':
		return t.shape("oơuư", 'o', 'u')
	case '(':
		return t.shape("aă", 'a')
	case 'd':
		return t.stroke()
	}
	return false
}

// setTone gives the syllable its tone. Before its vowel, or a second time, the key is a letter.
func (t *typing) setTone(tone Tone) bool {
	if !slices.ContainsFunc(t.letters, isVowel) || (t.tone != Ngang && tone != Ngang) {
		return false
	}
	t.tone = tone
	return true
}

// shape gives the last of the letters its shape; pairs lists each letter with its shaped form.
func (t *typing) shape(pairs string, letters ...rune) bool {
	for i := len(t.letters) - 1; i >= 0; i-- {
		if slices.Contains(letters, t.letters[i]) {
			shapes := []rune(pairs)
			t.letters[i] = shapes[slices.Index(shapes, t.letters[i])+1]
			return true
		}
	}
	return false
}

// hornPair gives u and o that stand together their horns, and the u of ua its own.
func (t *typing) hornPair() bool {
	word := string(t.letters)
	for _, pair := range [][2]string{{"uo", "ươ"}, {"ưo", "ươ"}, {"ua", "ưa"}} {
		if strings.Contains(word, pair[0]) && !strings.Contains(word, "q"+pair[0]) {
			t.letters = []rune(strings.Replace(word, pair[0], pair[1], 1))
			return true
		}
	}
	return false
}

func (t *typing) lonelyHorn() bool {
	if slices.ContainsFunc(t.letters, isVowel) {
		return false
	}
	t.letters = append(t.letters, 'ư')
	return true
}

// stroke makes a d at the beginning đ.
func (t *typing) stroke() bool {
	if len(t.letters) == 0 || t.letters[0] != 'd' {
		return false
	}
	t.letters[0] = 'đ'
	return true
}
