package search

import (
	"html"
	"slices"
	"strings"
	"unicode/utf8"

	"vannghe/internal/viet"
)

// ellipsis stands where a snippet leaves text out.
const ellipsis = "…"

// Highlight returns a snippet of text as HTML: about length characters around the best place, the words of terms inside <mark>, everything
// else escaped, white space as single spaces, "…" where text was left out. What is marked are the letters of the text itself, composed or not,
// old or new tone placement. A word typed with marks marks only words with those marks when the text has any, otherwise
// all with its letters. ok is false when nothing matches; the snippet is then the beginning of the text.
func Highlight(text string, terms Terms, length int) (snippet string, ok bool) {
	marks := terms.marks(text)
	if len(marks) == 0 {
		return render(text, 0, endAfter(text, 0, length), nil), false
	}
	first, last := bestWindow(text, marks, length)
	start, end := around(text, marks[first].at, marks[last].at, length)
	return render(text, start, end, marks), true
}

// mark is a token that matches.
type mark struct {
	at    viet.Token
	token int // its number among the tokens of the text
	word  int // the first word of the query that it matches
	exact bool
}

// marks returns the tokens of text that match a word, in order.
func (t Terms) marks(text string) []mark {
	byFolded := map[string][]int{}
	for i, w := range t.words {
		byFolded[w.folded] = append(byFolded[w.folded], i)
	}
	var all []mark
	exact := make([]bool, len(t.words)) // the text has the word as it was typed
	wanted := func(folded []byte) bool {
		return byFolded[string(folded)] != nil || folded[len(folded)-1] == 'y' // y may be i for OneI
	}
	for i, k := range viet.Wanted(text, wanted) {
		for _, n := range byFolded[viet.OneI(k.Folded)] {
			m := mark{at: k, token: i, word: n, exact: t.words[n].means(viet.OneI(k.Exact))}
			exact[n] = exact[n] || m.exact
			all = append(all, m)
		}
	}
	return slices.CompactFunc(
		slices.DeleteFunc(all, func(m mark) bool { return exact[m.word] && !m.exact }),
		func(a, b mark) bool { return a.token == b.token })
}

// bestWindow returns the first and last mark of the stretch of at most length characters that shows most: different words above all, then
// words side by side as they were typed, then many.
func bestWindow(text string, marks []mark, length int) (first, last int) {
	best := -1
	for i := range marks {
		seen, score := map[int]bool{}, 0
		begin := marks[i].at.Start
		for j := i; j < len(marks); j++ {
			end := marks[j].at.End
			if j > i && (end-begin > 4*length || utf8.RuneCountInString(text[begin:end]) > length) {
				break
			}
			score += gain(marks, i, j, seen)
			if score > best {
				best, first, last = score, i, j
			}
		}
	}
	return first, last
}

// gain is what the mark j adds to a window that begins with the mark i.
func gain(marks []mark, i, j int, seen map[int]bool) int {
	score := 1
	if !seen[marks[j].word] {
		seen[marks[j].word] = true
		score += 20
	}
	if j > i && marks[j].token == marks[j-1].token+1 && marks[j].word == marks[j-1].word+1 {
		score += 10
	}
	return score
}

// around widens the stretch between two tokens to about length characters, a third of the room before it, and cuts between words.
func around(text string, first, last viet.Token, length int) (start, end int) {
	start, end = first.Start, last.End
	room := max(0, length-utf8.RuneCountInString(text[start:end]))
	before := startBefore(text, start, room/3)
	room -= utf8.RuneCountInString(text[before:start])
	return before, max(end, endAfter(text, end, room))
}

// endAfter returns the place at most n characters after from, moved back to white space unless the text ends there.
func endAfter(text string, from, n int) int {
	end := from
	for ; n > 0 && end < len(text); n-- {
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
	}
	if end == len(text) {
		return end
	}
	if i := strings.LastIndexAny(text[from:end], " \n\t"); i >= 0 {
		return from + i
	}
	return end
}

// startBefore returns the place at most n characters before from, moved on to after white space unless the text begins there.
func startBefore(text string, from, n int) int {
	start := from
	for ; n > 0 && start > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:start])
		start -= size
	}
	if start == 0 {
		return 0
	}
	if i := strings.IndexAny(text[start:from], " \n\t"); i >= 0 {
		return start + i + 1
	}
	return from
}

// render writes text[start:end] with the marks.
func render(text string, start, end int, marks []mark) string {
	var b strings.Builder
	if strings.TrimSpace(text[:start]) != "" {
		b.WriteString(ellipsis)
	}
	at := start
	for _, m := range marks {
		t := m.at
		if t.Start < start || t.End > end {
			continue
		}
		writeEscaped(&b, text[at:t.Start])
		b.WriteString("<mark>")
		writeEscaped(&b, text[t.Start:t.End])
		b.WriteString("</mark>")
		at = t.End
	}
	writeEscaped(&b, text[at:end])
	snippet := strings.Join(strings.Fields(b.String()), " ")
	if strings.TrimSpace(text[end:]) != "" {
		snippet += ellipsis
	}
	return snippet
}

func writeEscaped(b *strings.Builder, s string) {
	b.WriteString(html.EscapeString(strings.ToValidUTF8(s, "\uFFFD")))
}
