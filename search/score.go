package search

import (
	"math"
	"strconv"
)

// How much a match weighs by the field it is in. Title above agent above text; the context that a part borrows from its work must let
// words be found together, not outweigh the part's own.
const (
	weightTitle   = 3
	weightAgent   = 2
	weightText    = 1
	weightContext = 0.3
	weightPair    = 1
)

// weightFolded is what a word typed with marks weighs where only its letters are found; with its marks the exact word is added.
const weightFolded = 0.4

// bm25K1 is the saturation of BM25 (Robertson, Zaragoza 2009).
const bm25K1 = 1.2

// lengthRule is what BM25 needs to know of a field: how many terms it usually has, and how much a longer one counts less (b). The usual lengths are
// those of a printed page and its title. They are fixed instead of averaged, so that a document's score does not change with every other document
// and pages of one search fit together. A pair of words says as much in a long text, so its length hardly counts.
type lengthRule struct{ usual, b float64 }

var lengthRules = map[string]lengthRule{
	fieldTitle: {8, 0.5}, fieldAgent: {8, 0.5}, fieldText: {500, 0.5}, fieldContext: {30, 0.5}, fieldPair: {300, 0.2},
}

// measuredFields have a length.
var measuredFields = []string{fieldTitle, fieldAgent, fieldText, fieldContext, fieldPair}

// level is a number of occurrences from which on a term is in a field once more, and what numbers up to the next level are taken for. How often a term
// occurs is thus known from lists without numbers, which are read twenty times as fast. BM25 hardly tells six occurrences from seven.
type level struct {
	from  int
	stand float64
}

var (
	textLevels = []level{{1, 1}, {2, 2}, {3, 3.5}, {5, 6.5}, {9, 12}, {17, 23}, {33, 45}, {65, 90}}
	pairLevels = []level{{1, 1}, {2, 2.3}, {4, 5.5}, {9, 12}, {17, 25}, {41, 60}}
	onceLevel  = []level{{1, 1}}
)

// levelsOf returns the levels of a field. What is short hardly repeats itself.
func levelsOf(field string) []level {
	switch field {
	case fieldText:
		return textLevels
	case fieldPair:
		return pairLevels
	default:
		return onceLevel
	}
}

// levelField is the name in the index of level i of a field.
func levelField(field string, i int) string {
	if i == 0 {
		return field
	}
	return field + strconv.Itoa(levelsOf(field)[i].from)
}

// The length of a field is known to a step of a third of an octave.
const (
	lengthSteps     = 64
	stepsPerDoubled = 3
)

func lengthStep(terms int) uint8 {
	return uint8(min(math.Round(stepsPerDoubled*math.Log2(float64(terms))), lengthSteps-1))
}

// lengths are those of the steps.
var lengths = func() (all [lengthSteps]float64) {
	for step := range all {
		all[step] = math.Exp2(float64(step) / stepsPerDoubled)
	}
	return all
}()

// lengthTerm is the term of fieldLength of the documents whose field has a length of step.
func lengthTerm(field string, step uint8) string { return field + string(rune('0'+step)) }

// gains returns what a document gains by a term on a level of a field, above the level below, by the length of the field.
func gains(field string, i int, weight float64) *[lengthSteps]float32 {
	rule := lengthRules[field]
	levels := levelsOf(field)
	var all [lengthSteps]float32
	for step := range all {
		terms := lengths[step]
		gain := rule.saturated(levels[i].stand, terms)
		if i > 0 {
			gain -= rule.saturated(levels[i-1].stand, terms)
		}
		all[step] = float32(weight * gain)
	}
	return &all
}

// saturated is BM25's share of how often a term is in a field of a length.
func (r lengthRule) saturated(frequency, terms float64) float64 {
	longer := 1 - r.b + r.b*terms/r.usual
	return frequency * (bm25K1 + 1) / (frequency + bm25K1*longer)
}

// rarity is the inverse document frequency of BM25, never negative.
func rarity(documents, with float64) float64 {
	return math.Log(1 + (max(documents-with, 0)+0.5)/(with+0.5))
}
