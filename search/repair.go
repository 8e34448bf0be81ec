package search

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"vannghe/internal/viet"
)

// guess is what was probably meant by a question that few or no works answer.
type guess struct {
	question question
	text     string
}

// Bounds of a repair.
const (
	maxRepairWords = 16 // a longer query finds enough with the words that are right
	maxSlips       = 8  // readings of a word that are compared
	maxTried       = 96 // words one slip away, the most frequent ones, out of which those are chosen
)

// repair returns what was probably meant: keys that were typed with the input method off are read as what they make, and words one slip away
// take the place of those that do not occur, or do not occur beside their neighbours. It is false when nothing better is known.
func (v *view) repair(ctx context.Context, q question, s syntax) (guess, bool, error) {
	if len(q.words) == 0 || len(q.words) > maxRepairWords {
		return guess{}, false, nil
	}
	changed := false
	for i, c := range s.terms {
		text, retyped, err := v.retype(c.text)
		if err != nil {
			return guess{}, false, err
		}
		mended, slipped, err := v.mend(ctx, text)
		if err != nil {
			return guess{}, false, err
		}
		if retyped || slipped {
			s.terms = slices.Clone(s.terms)
			s.terms[i].text, changed = mended, true
		}
	}
	if !changed {
		return guess{}, false, nil
	}
	return guess{question: newQuestion(s), text: s.write()}, true, nil
}

// write returns the query as somebody would type it: the words, then what is asked for by name, then what is excluded.
func (s syntax) write() string {
	var all []string
	for _, c := range s.terms {
		all = append(all, c.write())
	}
	for _, v := range s.fields {
		all = append(all, v.write())
	}
	for _, c := range s.not {
		all = append(all, "-"+c.write())
	}
	return strings.Join(all, " ")
}

func (c chunk) write() string {
	text := strings.Join(strings.Fields(c.text), " ")
	if c.quoted {
		return `"` + text + `"`
	}
	return text
}

func (v fieldValue) write() string {
	sign := ""
	if v.not {
		sign = "-"
	}
	if v.kind == yearField {
		return sign + v.label + ":" + v.years.write()
	}
	return sign + v.label + ":" + chunk{v.text, true}.write()
}

// write returns one year, or a span whose open side is left out.
func (y years) write() string {
	if y.from == y.to {
		return strconv.Itoa(y.from)
	}
	return openYear(y.from) + ".." + openYear(y.to)
}

func openYear(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// retype reads what in a text is keys of an input method that was off.
func (v *view) retype(text string) (string, bool, error) {
	fields := strings.Fields(text)
	changed := false
	for i, f := range fields {
		known, err := v.knows(f)
		if err != nil {
			return "", false, err
		}
		if known {
			continue
		}
		word, err := v.likeliest(readings(f))
		if err != nil {
			return "", false, err
		}
		if word != "" {
			fields[i], changed = word, true
		}
	}
	if !changed {
		return text, false, nil
	}
	return strings.Join(fields, " "), true, nil
}

// knows reports whether text is one word that occurs. Several words joined by signs may be keys of VIQR.
func (v *view) knows(text string) (bool, error) {
	words := wordsIn(text)
	if len(words) != 1 {
		return false, nil
	}
	n, err := v.wordDocs(words[0].folded)
	return n > 0, err
}

// readings returns what the keys of a word make, with and without the punctuation that may follow it.
func readings(field string) []string {
	all := viet.Keystrokes(field)
	trimmed := strings.TrimRightFunc(field, func(r rune) bool { return unicode.IsPunct(r) })
	return append(all, viet.Keystrokes(trimmed)...)
}

// likeliest returns the most frequent of the words, "" when none occurs.
func (v *view) likeliest(words []string) (string, error) {
	best, most := "", uint64(0)
	for _, w := range words {
		n, err := v.wordDocs(viet.OneI(viet.Fold(w)))
		if err != nil {
			return "", err
		}
		if n > most {
			best, most = w, n
		}
	}
	return best, nil
}

// reading is one way to read a word of a query.
type reading struct {
	folded string
	docs   float64
	slip   bool
}

// mend replaces words by others one slip away where that makes the text much likelier.
func (v *view) mend(ctx context.Context, text string) (string, bool, error) {
	all := slices.Collect(tokens(text))
	lattice, err := v.lattice(ctx, all)
	if err != nil || lattice == nil {
		return text, false, err
	}
	path, err := v.likeliestPath(lattice)
	if err != nil {
		return text, false, err
	}
	var b strings.Builder
	at, changed := 0, false
	for i, n := range path {
		r := lattice[i][n]
		if !r.slip {
			continue
		}
		shown, err := v.withMarks(ctx, all[i].Exact, r.folded)
		if err != nil {
			return text, false, err
		}
		b.WriteString(text[at:all[i].Start] + shown)
		at, changed = all[i].End, true
	}
	return b.String() + text[at:], changed, nil
}

// lattice returns the readings of each word, as typed first; nil when all words stand where they often do.
func (v *view) lattice(ctx context.Context, words []viet.Token) ([][]reading, error) {
	all := make([][]reading, len(words))
	doubtful := false
	for i, w := range words {
		docs, err := v.wordDocs(w.Folded)
		if err != nil {
			return nil, err
		}
		all[i] = []reading{{folded: w.Folded, docs: float64(docs)}}
		doubt, err := v.doubts(words, i, docs)
		if err != nil {
			return nil, err
		}
		if !doubt || len(w.Folded) < 2 || strings.ContainsAny(w.Folded, "0123456789") {
			continue
		}
		slips, err := v.readSlips(ctx, words, i)
		if err != nil {
			return nil, err
		}
		all[i], doubtful = append(all[i], slips...), doubtful || len(slips) > 0
	}
	if !doubtful {
		return nil, nil
	}
	return all, nil
}

// readSlips returns the words one slip from word i: those that occur beside its neighbours before the frequent ones.
func (v *view) readSlips(ctx context.Context, words []viet.Token, i int) ([]reading, error) {
	slips, err := v.slips(ctx, words[i].Folded, maxTried)
	if err != nil {
		return nil, err
	}
	fits := make(map[string]uint64, len(slips))
	for _, o := range slips {
		if fits[o.term], err = v.besideNeighbours(words, i, o.term); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(slips, func(a, b occurring) int { return cmp.Compare(fits[b.term], fits[a.term]) })
	var all []reading
	for _, o := range slips[:min(len(slips), maxSlips)] {
		all = append(all, reading{folded: o.term, docs: float64(o.docs), slip: true})
	}
	return all, nil
}

// besideNeighbours returns how often term stands beside the neighbours of word i.
func (v *view) besideNeighbours(words []viet.Token, i int, term string) (total uint64, err error) {
	if i > 0 {
		if total, err = v.docs(fieldPair, pairTerm(words[i-1].Folded, term)); err != nil {
			return 0, err
		}
	}
	if i+1 < len(words) {
		n, err := v.docs(fieldPair, pairTerm(term, words[i+1].Folded))
		return total + n, err
	}
	return total, nil
}

// doubts reports whether word i may be a slip: it does not occur, or never beside a neighbour it has here.
func (v *view) doubts(words []viet.Token, i int, docs uint64) (bool, error) {
	if docs == 0 {
		return true, nil
	}
	if len(words) == 1 {
		return false, nil
	}
	n, err := v.besideNeighbours(words, i, words[i].Folded)
	return n == 0, err
}

// The model by which readings are compared: the chance of a word after another, from the pairs of the index, mixed with the chance of
// the word alone, and the chance of a slip.
const (
	slipCost  = 3.5 // about one word in thirty, in nats
	pairPrior = 1.0
	absent    = 50.0 // what a word costs that no document has: any other reading is better
)

// likeliestPath returns the reading of each word that together are likeliest, by Viterbi's algorithm. The readings as typed win unless others
// are likelier by far.
func (v *view) likeliestPath(lattice [][]reading) ([]int, error) {
	score := make([][]float64, len(lattice))
	from := make([][]int, len(lattice))
	for i, readings := range lattice {
		score[i], from[i] = make([]float64, len(readings)), make([]int, len(readings))
		for n, r := range readings {
			own := r.cost()
			if i == 0 {
				score[i][n] = own + v.chance(r.docs)
				continue
			}
			best := math.Inf(-1)
			for m, before := range lattice[i-1] {
				follows, err := v.follows(before, r)
				if err != nil {
					return nil, err
				}
				if s := score[i-1][m] + follows; s > best {
					best, from[i][n] = s, m
				}
			}
			score[i][n] = own + best
		}
	}
	return backtrack(score, from), nil
}

func (r *reading) cost() float64 {
	switch {
	case r.slip:
		return -slipCost
	case r.docs == 0:
		return -absent
	default:
		return 0
	}
}

func backtrack(score [][]float64, from [][]int) []int {
	path := make([]int, len(score))
	last := len(score) - 1
	for n := range score[last] {
		if score[last][n] > score[last][path[last]] {
			path[last] = n
		}
	}
	for i := last; i > 0; i-- {
		path[i-1] = from[i][path[i]]
	}
	return path
}

// chance is the logarithm of how likely a word is that so many documents have.
func (v *view) chance(docs float64) float64 { return math.Log((docs + 0.1) / (v.live + 1)) }

// follows is the logarithm of how likely b is after a.
func (v *view) follows(a, b reading) (float64, error) {
	together, err := v.docs(fieldPair, pairTerm(a.folded, b.folded))
	if err != nil {
		return 0, err
	}
	alone := math.Exp(v.chance(b.docs))
	return math.Log((float64(together) + pairPrior*alone) / (a.docs + pairPrior)), nil
}

// withMarks returns the most frequent word with marks that is both one slip from what was typed and folded without them; folded itself
// when what was typed has no marks or no such word occurs.
func (v *view) withMarks(ctx context.Context, typed, folded string) (string, error) {
	if viet.OneI(viet.Fold(typed)) == typed {
		return folded, nil
	}
	near, err := v.near(ctx, typed)
	if err != nil {
		return "", err
	}
	for _, o := range near {
		if viet.OneI(viet.Fold(o.term)) == folded && o.term != folded {
			return o.term, nil
		}
	}
	return folded, nil
}
