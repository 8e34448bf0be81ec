package viet

import "strings"

// decoders are the 8-bit encodings of Vietnamese.
var decoders = map[string]func([]byte) string{
	TCVN3:       func(b []byte) string { return decodeTable(b, &tcvn3) },
	VNI:         decodeVNI,
	Windows1258: func(b []byte) string { return decodeTable(b, &windows1258) },
}

// table maps each byte to its character.
type table [256]rune

func decodeTable(b []byte, t *table) string {
	var s strings.Builder
	s.Grow(len(b) * 2)
	for _, c := range b {
		s.WriteRune(t[c])
	}
	return s.String()
}

// windows1252 is Latin-1 with Microsoft's punctuation in 0x80-0x9F; a byte that has no character becomes U+FFFD.
var windows1252 = func() table {
	var t table
	for i := range t {
		t[i] = rune(i)
	}
	const undefined = '\uFFFD'
	copy(t[0x80:], []rune{
		'€', undefined, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', undefined, 'Ž', undefined,
		undefined, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', undefined, 'ž', 'Ÿ',
	})
	return t
}()

// windows1258 writes the tone as a combining character after the vowel.
var windows1258 = windows1252.with(map[byte]string{
	0xC3: "Ă", 0xCC: "\u0300", 0xD0: "Đ", 0xD2: "\u0309", 0xD5: "Ơ", 0xDD: "Ư", 0xDE: "\u0303",
	0xE3: "ă", 0xEC: "\u0301", 0xF0: "đ", 0xF2: "\u0323", 0xF5: "ơ", 0xFD: "ư", 0xFE: "₫",
})

// tcvn3 is TCVN 5712:1993 from 0xA1 on. The fonts called ABC or TCVN3 use its small letters only: their capitals with tones are small letters
// drawn large, so a title in such a font comes out in small letters.
var tcvn3 = windows1252.with(map[byte]string{
	0xA1: "ĂÂÊÔƠƯĐăâêôơưđẰ",
	0xB0: "\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắ",
	0xBF: "ẴẮẦẨẪẤỀặầẩẫấậèỂẻ",
	0xCF: "ẽéẹềểễếệìỉỄẾỒĩíị",
	0xDF: "òỔỏõóọồổỗốộờởỡớợ",
	0xEF: "ùỖủũúụừửữứựỳỷỹýỵ",
})

// with returns a copy of t in which each run of characters stands from its byte on.
func (t table) with(runs map[byte]string) table {
	for first, run := range runs {
		copy(t[first:], []rune(run))
	}
	return t
}

// vniLetters are the letters that VNI writes with one byte; capitals are 0x20 below.
var vniLetters = map[byte]rune{0xEC: 'ì', 0xE6: 'ỉ', 0xF3: 'ĩ', 0xED: 'í', 0xF2: 'ị', 0xEE: 'ỵ', 0xF1: 'đ', 0xF4: 'ơ', 0xF6: 'ư'}

// vniMarks are the bytes that VNI writes after a plain vowel, ơ or ư: a tone, or a shape with its tone. After capitals they are 0x20 below.
var vniMarks = map[byte]string{
	0xF9: "\u0301", 0xF8: "\u0300", 0xFB: "\u0309", 0xF5: "\u0303", 0xEF: "\u0323",
	0xE2: "\u0302", 0xE1: "\u0302\u0301", 0xE0: "\u0302\u0300", 0xE5: "\u0302\u0309", 0xE3: "\u0302\u0303", 0xE4: "\u0302\u0323",
	0xEA: "\u0306", 0xE9: "\u0306\u0301", 0xE8: "\u0306\u0300", 0xFA: "\u0306\u0309", 0xFC: "\u0306\u0303", 0xEB: "\u0306\u0323",
}

const vniCapital = 0x20

func decodeVNI(b []byte) string {
	var s strings.Builder
	s.Grow(len(b) * 2)
	afterVowel := false
	for _, c := range b {
		if mark, ok := vniMark(c); ok && afterVowel {
			s.WriteString(mark)
			afterVowel = false
			continue
		}
		r := vniLetter(c)
		s.WriteRune(r)
		afterVowel = strings.ContainsRune("aeouyAEOUYơưƠƯ", r)
	}
	return s.String()
}

func vniMark(c byte) (string, bool) {
	if m, ok := vniMarks[c]; ok {
		return m, true
	}
	m, ok := vniMarks[c+vniCapital]
	return m, ok && c >= 0xC0
}

func vniLetter(c byte) rune {
	if r, ok := vniLetters[c]; ok {
		return r
	}
	if r, ok := vniLetters[c+vniCapital]; ok && c >= 0xC0 {
		return capitals[r]
	}
	return windows1252[c]
}

// capitals of the letters of vniLetters.
var capitals = map[rune]rune{'ì': 'Ì', 'ỉ': 'Ỉ', 'ĩ': 'Ĩ', 'í': 'Í', 'ị': 'Ị', 'ỵ': 'Ỵ', 'đ': 'Đ', 'ơ': 'Ơ', 'ư': 'Ư'}
