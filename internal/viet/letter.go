package viet

import "strings"

// Tone is the tone of a syllable, in the order of Vietnamese dictionaries.
type Tone int

// The tones.
const (
	Ngang Tone = iota
	Huyen
	Hoi
	Nga
	Sac
	Nang
)

// tones is the number of tones, and the width of a row of vowelRows.
const tones = 6

// vowelRows holds the twelve vowel letters in alphabetical order, each with its tones in dictionary order.
var vowelRows = []rune("aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵ")

// vowel is a lowercase vowel letter taken apart.
type vowel struct {
	letter rune // with its shape: one of aăâeêioôơuưy
	plain  byte // without: one of aeiouy
	tone   Tone
}

// The vowels lie in two short stretches of Unicode. They are looked up for every letter of every text, so in a table and not in a map.
const (
	lowEnd    = 0x200
	highBegin = 0x1ea0
	highEnd   = 0x1f00
)

var vowels = func() *vowelTable {
	t := new(vowelTable)
	for i, r := range vowelRows {
		row := i / tones
		v := vowel{letter: vowelRows[row*tones], plain: "aaaeeiooouuy"[row], tone: Tone(i % tones)}
		if r < lowEnd {
			t.low[r] = v
		} else {
			t.high[r-highBegin] = v
		}
	}
	return t
}()

type vowelTable struct {
	low  [lowEnd]vowel
	high [highEnd - highBegin]vowel
}

// vowelOf takes a lowercase vowel letter apart; ok is false for every other rune.
func vowelOf(r rune) (v vowel, ok bool) {
	switch {
	case r >= 0 && r < lowEnd:
		v = vowels.low[r]
	case r >= highBegin && r < highEnd:
		v = vowels.high[r-highBegin]
	}
	return v, v.letter != 0
}

// ownLetters are letters of Vietnamese that its neighbours and the languages of Western Europe do not write, beside those of the
// block U+1EA0 to U+1EF9.
const ownLetters = "đĐơƠưƯ"

// IsVietnamese reports whether s, in NFC, holds a letter that tells it from the other languages of these archives. A short text in Vietnamese may hold none.
func IsVietnamese(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return r >= '\u1ea0' && r <= '\u1ef9' || strings.ContainsRune(ownLetters, r)
	})
}

// withTone returns the lowercase vowel letter with the tone.
func withTone(letter rune, tone Tone) rune {
	for i := 0; i < len(vowelRows); i += tones {
		if vowelRows[i] == letter {
			return vowelRows[i+int(tone)]
		}
	}
	return letter
}

// Forms returns the lowercase letters that r may stand for when marks were left out in typing: of a all of a, ă and â with every tone, of â
// only those of â, of á those of á, ă and â with that tone, of d also đ. Other letters stand for themselves.
func Forms(r rune) []string {
	if r == 'd' {
		return []string{"d", "đ"}
	}
	v, ok := vowelOf(r)
	if !ok {
		return []string{string(r)}
	}
	var all []string
	for _, form := range vowelRows {
		f, _ := vowelOf(form)
		shaped := f.letter == v.letter || (v.letter == rune(v.plain) && f.plain == v.plain)
		toned := v.tone == Ngang || f.tone == v.tone
		if shaped && toned {
			all = append(all, string(form))
		}
	}
	return all
}
