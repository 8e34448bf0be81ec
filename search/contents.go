package search

import (
	"slices"

	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/size"
	index "github.com/blevesearch/bleve_index_api"

	"vannghe/internal/viet"
)

// contents are the texts of a document by field and, once they have been read, the terms of each field and level. They are read once, by the first of
// its fields that Bleve analyses: it analyses the fields of a document one after the other.
type contents struct {
	texts map[string][]string
	terms map[string]index.TokenFrequencies // by name of the field, of the higher levels too; nil until the texts have been read
	free  []index.TokenFreq
}

// addTo adds the fields to d: those of the texts, of their pairs, of what occurs several times, and of their lengths.
func (c *contents) addTo(d *document.Document) {
	for name, texts := range c.texts {
		bytes := 0
		for _, text := range texts {
			bytes += len(text)
		}
		c.addField(d, name, bytes)
	}
	c.addField(d, fieldPair, 0)
	d.AddField(&termField{contents: c, name: fieldLength})
}

func (c *contents) addField(d *document.Document, base string, bytes int) {
	d.AddField(&termField{contents: c, name: base, bytes: bytes})
	for i := range levelsOf(base)[1:] {
		d.AddField(&termField{contents: c, name: levelField(base, i+1)})
	}
}

// read finds the terms. Every word is a term twice, as typed and without marks: a query without marks then matches all forms in one list, and one
// with marks can prefer its own. Two neighbouring words of a text, without marks, are one term more: a phrase is then a few terms instead of
// positions to compare (60 ms against less than one at 200,000 documents). No pair spans two texts, and none is of what is only context.
func (c *contents) read() {
	if c.terms != nil {
		return
	}
	c.terms = map[string]index.TokenFrequencies{}
	pairs, pairCount := index.TokenFrequencies{}, 0
	for field, texts := range c.texts {
		words, count := index.TokenFrequencies{}, 0
		for _, text := range texts {
			all := slices.Collect(tokens(text))
			count += c.countWords(words, all)
			if field != fieldContext && len(all) > 1 {
				c.countPairs(pairs, all)
				pairCount += len(all) - 1
			}
		}
		c.divide(field, words, count)
	}
	c.divide(fieldPair, pairs, pairCount)
}

// divide gives each level of a field its terms, of which there are count with repetitions. Each is then there once.
func (c *contents) divide(field string, terms index.TokenFrequencies, count int) {
	if count == 0 {
		return
	}
	c.countUp(c.level(fieldLength), lengthTerm(field, lengthStep(count)))
	c.terms[field] = terms
	levels := levelsOf(field)
	for _, t := range terms {
		for i := 1; i < len(levels) && t.Frequency() >= levels[i].from; i++ {
			c.level(levelField(field, i))[string(t.Term)] = t
		}
		t.SetFrequency(1)
	}
}

// level returns the terms of a field, which it makes when it has none.
func (c *contents) level(name string) index.TokenFrequencies {
	if c.terms[name] == nil {
		c.terms[name] = index.TokenFrequencies{}
	}
	return c.terms[name]
}

// countWords counts the terms of words and returns how many there are.
func (c *contents) countWords(counts index.TokenFrequencies, words []viet.Token) int {
	n := 0
	for i := range words {
		w := &words[i]
		c.countUp(counts, w.Folded)
		n++
		if w.Exact != w.Folded {
			c.countUp(counts, w.Exact)
			n++
		}
	}
	return n
}

func (c *contents) countPairs(counts index.TokenFrequencies, words []viet.Token) {
	for i := 1; i < len(words); i++ {
		c.countUp(counts, pairTerm(words[i-1].Folded, words[i].Folded))
	}
}

// termsAtOnce is for how many terms memory is taken.
const termsAtOnce = 128

func (c *contents) countUp(counts index.TokenFrequencies, term string) {
	t := counts[term]
	if t == nil {
		if len(c.free) == 0 {
			c.free = make([]index.TokenFreq, termsAtOnce)
		}
		t, c.free = &c.free[0], c.free[1:]
		t.Term = []byte(term)
		counts[term] = t
	}
	t.SetFrequency(t.Frequency() + 1)
}

// pairTerm joins two folded words; no word holds a space.
func pairTerm(a, b string) string { return a + " " + b }

// termField is a field of terms of contents, each of them once.
type termField struct {
	contents *contents
	name     string
	bytes    int // of text
	terms    index.TokenFrequencies
}

// Analyze reads the texts.
func (f *termField) Analyze() {
	f.contents.read()
	f.terms = f.contents.terms[f.name]
}

// Name returns the name of the field.
func (f *termField) Name() string { return f.name }

// Value returns nothing: texts are not stored.
func (f *termField) Value() []byte { return nil }

// ArrayPositions returns none.
func (f *termField) ArrayPositions() []uint64 { return nil }

// EncodedFieldType says that it is a field of text.
func (f *termField) EncodedFieldType() byte { return 't' }

// Options returns: no stored text, no doc values, no term vectors.
func (f *termField) Options() index.FieldIndexingOptions { return index.IndexField }

// AnalyzedLength returns the number of terms.
func (f *termField) AnalyzedLength() int { return len(f.terms) }

// AnalyzedTokenFrequencies returns the terms.
func (f *termField) AnalyzedTokenFrequencies() index.TokenFrequencies { return f.terms }

// NumPlainTextBytes returns how many bytes of text the terms were made of.
func (f *termField) NumPlainTextBytes() uint64 { return uint64(f.bytes) }

// Size returns about how many bytes of memory the field takes.
func (f *termField) Size() int { return size.SizeOfPtr*16 + f.terms.Size() }
