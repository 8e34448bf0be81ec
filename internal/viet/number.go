package viet

import "strings"

// figures are the words of the figures.
var figures = [...]string{"không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"}

// scales are the words of the groups of three figures below a billion.
var scales = [...]string{"", "nghìn", "triệu"}

// Number returns a whole number in words, as papers about money spell it: "một triệu không trăm lẻ năm nghìn" for 1,005,000.
func Number(n int64) string {
	if n == 0 {
		return figures[0]
	}
	if n < 0 {
		if n == -n { // the least number there is has no counterpart
			return "âm " + billions(1<<63)
		}
		return "âm " + billions(uint64(-n))
	}
	return billions(uint64(n))
}

// billions spells n: everything from a billion up is counted in billions.
func billions(n uint64) string {
	const billion = 1_000_000_000
	if n < billion {
		return strings.Join(below(n, false), " ")
	}
	head := billions(n/billion) + " tỷ"
	if rest := n % billion; rest > 0 {
		return head + " " + strings.Join(below(rest, true), " ")
	}
	return head
}

// below spells n, which is less than a billion. behind: something greater stands before it, so that hundreds are named also when there are none.
func below(n uint64, behind bool) []string {
	var words []string
	for scale, unit := 2, uint64(1_000_000); ; scale, unit = scale-1, unit/1000 {
		if group := n / unit % 1000; group > 0 {
			words = append(words, hundreds(int(group), behind || len(words) > 0)...)
			if scales[scale] != "" {
				words = append(words, scales[scale])
			}
		}
		if scale == 0 {
			return words
		}
	}
}

// hundreds spells 1 to 999.
func hundreds(n int, behind bool) []string {
	var words []string
	h, t, u := n/100, n/10%10, n%10
	if h > 0 || behind {
		words = append(words, figures[h], "trăm")
	}
	switch {
	case t == 0 && u > 0 && len(words) > 0:
		words = append(words, "lẻ")
	case t == 1:
		words = append(words, "mười")
	case t > 1:
		words = append(words, figures[t], "mươi")
	}
	switch {
	case u == 1 && t > 1:
		return append(words, "mốt")
	case u == 5 && t > 0:
		return append(words, "lăm")
	case u > 0:
		return append(words, figures[u])
	}
	return words
}
