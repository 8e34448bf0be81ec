package searchtest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode"
	"unicode/utf8"

	"vannghe/internal/viet"
)

// How many queries are drawn: of each class for each mode, and before all to warm up.
const (
	queriesPerClass = 200
	warmQueries     = 40
	maxDraws        = 200 // in a row without a new query: the corpus has no more
)

// Drawer draws queries from documents: what people remember are words that stand there.
type Drawer struct {
	r    *rand.Rand
	docs []Doc
	seen map[string]bool
}

// Draw returns distinct queries of every class for both modes.
func Draw(docs []Doc) []Query {
	d := &Drawer{r: rand.New(rand.NewPCG(seed, 3)), docs: docs, seen: map[string]bool{}}
	all := d.many(classWarm, ModeSearch, warmQueries)
	all = append(all, d.many(classWarm, ModePage, warmQueries)...)
	for _, class := range classes() {
		for _, mode := range []string{ModeSearch, ModePage} {
			all = append(all, d.many(class, mode, queriesPerClass)...)
		}
	}
	return all
}

func (d *Drawer) many(class, mode string, n int) []Query {
	var all []Query
	for misses := 0; len(all) < n && misses < maxDraws; misses++ {
		q := d.one(class)
		if q.Text == "" || d.seen[q.Text] {
			continue
		}
		d.seen[q.Text] = true
		q.Class, q.Mode, misses = class, mode, 0
		all = append(all, q)
	}
	return all
}

// one draws a query; its Text is "" when the place drawn has no words for it. Half of them are typed without marks.
func (d *Drawer) one(class string) Query {
	doc := &d.docs[d.r.IntN(len(d.docs))]
	q := Query{}
	switch class {
	case classWarm:
		q.Text = d.words(doc, 2)
	case classPhrase:
		if w := d.words(doc, 2+d.r.IntN(3)); w != "" {
			q.Text = `"` + w + `"`
		}
	case classPrefix:
		q.Text = d.prefix(doc)
	case classTypo:
		q.Text = d.slip(d.words(doc, 3))
	case classFaceted:
		q.Text, q.Genre = d.words(doc, 2), doc.Genre
	default:
		var n int
		if _, err := fmt.Sscan(class, &n); err == nil {
			q.Text = d.words(doc, n)
		}
	}
	if class != classTypo && d.r.IntN(2) == 0 {
		q.Text = viet.Fold(q.Text)
	}
	return q
}

// words returns n words of the document that stand side by side with nothing but spaces between them.
func (d *Drawer) words(doc *Doc, n int) string {
	fields := strings.Fields(doc.Parts[d.r.IntN(len(doc.Parts))])
	if len(fields) < n {
		return ""
	}
	at := d.r.IntN(len(fields) - n + 1)
	for _, w := range fields[at : at+n] {
		if strings.ContainsFunc(w, func(r rune) bool { return !unicode.IsLetter(r) }) {
			return ""
		}
	}
	return strings.Join(fields[at:at+n], " ")
}

// prefix returns the beginning of a title or a name, cut within a word.
func (d *Drawer) prefix(doc *Doc) string {
	text := doc.Title
	if d.r.IntN(4) == 0 {
		text = doc.Agent
	}
	words := strings.Fields(text)
	words = words[:1+d.r.IntN(min(3, len(words)))]
	last := []rune(words[len(words)-1])
	words[len(words)-1] = string(last[:1+d.r.IntN(len(last))])
	if typed := strings.Join(words, " "); utf8.RuneCountInString(typed) > 1 {
		return typed
	}
	return ""
}

// slip makes one slip in the longest word: a letter missing, doubled, or changed with the next.
func (d *Drawer) slip(text string) string {
	words := strings.Fields(text)
	longest := 0
	for i, w := range words {
		if len(w) > len(words[longest]) {
			longest = i
		}
	}
	if len(words) == 0 || utf8.RuneCountInString(words[longest]) < 3 {
		return ""
	}
	w := []rune(words[longest])
	at := d.r.IntN(len(w) - 1)
	switch d.r.IntN(3) {
	case 0:
		w = append(w[:at], w[at+1:]...)
	case 1:
		w = append(w[:at+1], w[at:]...)
	default:
		if w[at], w[at+1] = w[at+1], w[at]; w[at] == w[at+1] {
			return ""
		}
	}
	words[longest] = string(w)
	return strings.Join(words, " ")
}
