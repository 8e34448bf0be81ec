package search

import (
	"math"
	"testing"
)

// TestLevelsStandForFrequencies: what levels and steps say of a document is near what BM25 makes of the numbers themselves.
func TestLevelsStandForFrequencies(t *testing.T) {
	for _, field := range []string{fieldText, fieldPair} {
		rule := lengthRules[field]
		for frequency := 1; frequency <= 200; frequency++ {
			for _, terms := range []int{frequency, 2 * frequency, 50, 333, 4000, 20000} {
				if terms < frequency {
					continue
				}
				sum := 0.0
				for i, l := range levelsOf(field) {
					if frequency >= l.from {
						sum += float64(gains(field, i, 1)[lengthStep(terms)])
					}
				}
				want := rule.saturated(float64(frequency), float64(terms))
				if off := math.Abs(sum-want) / want; off > 0.35 {
					t.Errorf("%d times among %d terms of field %s: %.3f, by the numbers %.3f", frequency, terms, field, sum, want)
				}
			}
		}
	}
}

// TestGainsAreNeverNegative: a document never loses by a word, so that the gains of the lists it may be in bound its score.
func TestGainsAreNeverNegative(t *testing.T) {
	for field := range lengthRules {
		for i := range levelsOf(field) {
			for step, gain := range gains(field, i, 1) {
				if gain <= 0 {
					t.Errorf("field %s, level %d, step %d: %v", field, i, step, gain)
				}
			}
		}
	}
}
