package archive

import (
	"slices"
	"testing"
)

func TestRates(t *testing.T) {
	rates := []Rate{{"tho", "2026-01-01", 149_000, 300}, {"tho", "2025-01-01", 149_000, 200}, {"ky", "2025-01-01", 149_000, 1000}, {"tho", "2027-01-01", 1, 100}}
	for day, want := range map[string]int64{"2025-06-30": 298_000, "2026-01-01": 447_000, "2026-12-31": 447_000} {
		if r, ok := RateOn(rates, "tho", day); !ok || r.Amount() != want {
			t.Errorf("%s: %+v", day, r)
		}
	}
	if _, ok := RateOn(rates, "tho", "2024-12-31"); ok {
		t.Error("a rate before the first")
	}
	if got := (Rate{Unit: 3, Coefficient: 50}).Amount(); got != 2 {
		t.Errorf("a half đồng: %d", got)
	}
	for r, want := range map[Rate]Reason{{"tho", "2026-02-30", 1, 100}: "date-invalid", {"tho", "2026-02-03", -1, 100}: "money-invalid", {"tho", "2026-02-03", MaxMoney + 1, 100}: "money-invalid",
		{"tho", "2026-02-03", 1, 0}: "coefficient-invalid", {"tho", "2026-02-03", MaxMoney, MaxCoefficient}: ""} {
		if got := ReasonOf(r.Check()); got != want {
			t.Errorf("%+v: %q", r, got)
		}
	}
	if most := (Rate{Unit: MaxMoney, Coefficient: MaxCoefficient}).Amount(); most <= 0 {
		t.Errorf("overflows: %d", most)
	}
}

func TestShares(t *testing.T) {
	for _, c := range []struct {
		amount int64
		n      int
		want   []int64
	}{{100, 3, []int64{34, 33, 33}}, {2, 3, []int64{1, 1, 0}}, {0, 2, []int64{0, 0}}, {5, 1, []int64{5}}, {5, 0, nil}} {
		if got := Shares(c.amount, c.n); !slices.Equal(got, c.want) {
			t.Errorf("%d by %d: %v", c.amount, c.n, got)
		}
	}
}

func TestPaidFor(t *testing.T) {
	w := Work{Credits: []Credit{{Agent: "a", Name: "A", Relator: Composer}, {Agent: "b", Name: "B", Relator: Issuer}, {Agent: "a", Name: "A", Relator: Lyricist}},
		Representations: []Representation{{Credits: []Credit{{Agent: "c", Name: "C", Relator: Singer}, {Agent: "a", Name: "A", Relator: Performer}}}}}
	var names []string
	for _, c := range w.PaidFor() {
		names = append(names, c.Name)
	}
	if !slices.Equal(names, []string{"A", "C"}) {
		t.Errorf("%v", names)
	}
}
