package search_test

import (
	"fmt"
	"testing"

	"vannghe/search"
)

// scattered returns works that have all words of "đi chợ tết xa", as those of a phrase with a slip, but never side by side.
func scattered(n int) []search.Work {
	works := make([]search.Work, n)
	for i := range works {
		works[i] = work(fmt.Sprintf("s%c%c", 'a'+i/26, 'a'+i%26), "Chuyện", "xa nhà, tết buồn; chợ đông mà không đi đâu")
	}
	return works
}

// TestAPhraseWithASlipIsFound: the slip made another word that occurs, and many works have all words as they were typed, but only the one meant has them
// side by side.
func TestAPhraseWithASlipIsFound(t *testing.T) {
	x := filled(t, append(scattered(30), work("right", "Sáng tết", "mẹ đi chợ tết xưa về muộn"), work("other", "Khác", "đi chợ phiên"))...)
	for _, text := range []string{"đi chợ tết xa", "đi chợ tế xưa", "đi chợ ttết xưa", "di cho te xua", "đi hcợ tết xưa", "đi chợ tết ưa"} {
		r := find(t, x, public(text))
		if len(r.Hits) == 0 || r.Hits[0].Work != id("right") || r.Guess == "" {
			t.Errorf("%q: guess %q, first %v", text, r.Guess, ids(r)[:min(1, len(r.Hits))])
		}
	}
}

// TestAPhraseThatIsThereIsNotRephrased: nor words that make no phrase with any other word.
func TestAPhraseThatIsThereIsNotRephrased(t *testing.T) {
	x := filled(t, append(scattered(30), work("right", "Sáng tết", "mẹ đi chợ tết xưa về muộn"), work("near", "Gần", "đi chợ tết xa lắm"))...)
	for _, text := range []string{"đi chợ tết xưa", "đi chợ tết xa", "xa chợ tết đi"} {
		if r := find(t, x, public(text)); r.Guess != "" {
			t.Errorf("%q is taken for %q", text, r.Guess)
		}
	}
	if r := find(t, x, public("đi chợ tết xa")); len(r.Hits) == 0 || r.Hits[0].Work != id("near") {
		t.Errorf("what is there side by side comes first, not %v", ids(r)[:1])
	}
}
