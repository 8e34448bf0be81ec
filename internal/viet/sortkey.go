package viet

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// alphabet is the Vietnamese alphabet with the foreign letters f, j, w, z at their Latin places.
const alphabet = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"

var alphabetRank = func() map[rune]byte {
	m := make(map[rune]byte, len(alphabet))
	rank := byte(0)
	for _, r := range alphabet {
		m[r] = rank
		rank++
	}
	return m
}()

// The bytes of a sort key. A syllable ends with its tone, which is less than any letter or digit, so that a shorter
// syllable comes before a longer one and syllables are compared one after the other. All are printable ASCII but the letters of
// other scripts, so that PostgreSQL and SQLite keep a key as text.
const (
	keyTone   = '!' // + Tone, one more for marks that are not tones
	keyNumber = '0' // then '0' + number of digits, then the digits
	keyLetter = 'A' // + rank
	keyOther  = 'z' // then the rune
)

// keyTokens and maxDigits bound a key: PostgreSQL's B-tree refuses entries over about 2,700 bytes.
const (
	maxKey    = 512
	maxDigits = 60
)

// SortKey returns a key whose bytewise order (SQLite BINARY, PostgreSQL COLLATE "C") is that of Vietnamese dictionaries: syllable by
// syllable, letters a ă â b c d đ e ê … y z first, then the tones ngang, huyền, hỏi, ngã, sắc, nặng, so that "ma tuý" comes before
// "mà cả". Case, punctuation and the place of the tone mark do not count; numbers go by value and before letters; other scripts come last.
// At most 512 bytes of key are kept. The key of a text without letters or digits is empty.
func SortKey(s string) string {
	var b strings.Builder
	for t := range Tokens(s) {
		appendKey(&b, t.Exact)
		if b.Len() >= maxKey {
			break
		}
	}
	return cut(b.String(), maxKey)
}

func appendKey(b *strings.Builder, word string) {
	tone := byte(keyTone)
	for word != "" {
		if n := digits(word); n > 0 {
			appendNumber(b, word[:n])
			word = word[n:]
			continue
		}
		cluster := word[:clusterEnd(word, 0)]
		word = word[len(cluster):]
		if t := appendLetter(b, cluster); tone == keyTone {
			tone = t
		}
	}
	b.WriteByte(tone)
}

func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

func appendNumber(b *strings.Builder, number string) {
	number = cut(trimZeros(number), maxDigits)
	b.WriteByte(keyNumber)
	b.WriteByte('0' + byte(len(number)))
	b.WriteString(number)
}

// appendLetter appends one lowercase letter and returns the key byte of its tone.
func appendLetter(b *strings.Builder, cluster string) byte {
	r := []rune(norm.NFC.String(cluster))
	if v, ok := vowelOf(r[0]); ok && len(r) == 1 {
		b.WriteByte(keyLetter + alphabetRank[v.letter])
		return keyTone + byte(v.tone)
	}
	if rank, ok := alphabetRank[r[0]]; ok && len(r) == 1 {
		b.WriteByte(keyLetter + rank)
		return keyTone
	}
	for _, f := range Fold(cluster) {
		if rank, ok := alphabetRank[f]; ok {
			b.WriteByte(keyLetter + rank)
			continue
		}
		b.WriteByte(keyOther)
		b.WriteRune(f)
	}
	return keyTone + tones
}
