package message

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"vannghe/internal/viet"
)

// Money returns an amount of đồng in figures: "1.250.000 đ", "1,250,000 VND".
func (c *Catalogue) Money(amount int64) string { return c.Text("money", amount) }

// MoneyWords returns an amount of đồng in words, as the law asks of papers about money: "Một triệu hai trăm năm mươi nghìn đồng".
func (c *Catalogue) MoneyWords(amount int64) string {
	words := viet.Number(amount)
	if c.language == English {
		words = englishNumber(amount)
	}
	first, size := utf8.DecodeRuneInString(words)
	return string(unicode.ToUpper(first)) + words[size:] + " " + c.Text("money.unit")
}

// ones and tens are the English number words.
var (
	ones = [...]string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
		"fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"}
	tens = [...]string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}
)

func englishNumber(n int64) string {
	if n < 0 {
		return "minus " + englishUnsigned(uint64(-n))
	}
	return englishUnsigned(uint64(n))
}

func englishUnsigned(n uint64) string {
	if n < 1000 {
		return englishHundreds(int(n))
	}
	var words []string
	for _, scale := range []struct {
		unit uint64
		name string
	}{{1e18, "quintillion"}, {1e15, "quadrillion"}, {1e12, "trillion"}, {1e9, "billion"}, {1e6, "million"}, {1e3, "thousand"}, {1, ""}} {
		if group := n / scale.unit % 1000; group > 0 {
			words = append(words, strings.TrimSpace(englishHundreds(int(group))+" "+scale.name))
		}
	}
	return strings.Join(words, " ")
}

func englishHundreds(n int) string {
	switch {
	case n < 20:
		return ones[n]
	case n < 100 && n%10 == 0:
		return tens[n/10]
	case n < 100:
		return tens[n/10] + "-" + ones[n%10]
	case n%100 == 0:
		return ones[n/100] + " hundred"
	default:
		return ones[n/100] + " hundred " + englishHundreds(n%100)
	}
}
