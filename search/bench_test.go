package search_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/search"
)

// syllables are frequent ones of Vietnamese; drawn with falling frequency they behave like it: each of the first is in most texts.
var syllables = strings.Fields("là và của có trong một không người cho những được các với đã đến ra khi về như này ở con lại từ thì nhà ông " +
	"năm bà làm đi anh vào sông đường trăng bến nước mẹ hoa tiếng đất trời mưa gió làng chợ đò núi biển thơ hát ca xưa nay mai sau trước " +
	"đêm ngày sáng chiều mắt tay chân lòng hồn tình yêu thương nhớ buồn vui cười khóc sống chết già trẻ lớn nhỏ cao thấp dài ngắn trắng đen")

// prose returns texts of 200 syllables.
func prose(r *rand.Rand) string {
	z := rand.NewZipf(r, 1.1, 4, uint64(len(syllables)-1))
	var b strings.Builder
	for range 200 {
		b.WriteString(syllables[z.Uint64()] + " ")
	}
	return b.String()
}

func benchWorks(n int) []search.Work {
	r := rand.New(rand.NewPCG(1, 2))
	works := make([]search.Work, n)
	for i := range works {
		text := prose(r)
		works[i] = by(work("x", strings.Join(strings.Fields(text)[:4], " "), text), fmt.Sprintf("agent%d", i%97))
		works[i].ID = archive.NewID[archive.WorkID]()
		works[i].Genre, works[i].Year = archive.GenreID(fmt.Sprintf("g%d", i%20)), 1950+i%70
	}
	return works
}

func BenchmarkApply(b *testing.B) {
	works := benchWorks(500)
	x := open(b, b.TempDir())
	for seq := int64(1); b.Loop(); seq++ {
		if err := x.Apply(b.Context(), seq, works, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(works)*b.N)/b.Elapsed().Seconds(), "works/s")
}

func BenchmarkSearch(b *testing.B) {
	x := filled(b, benchWorks(2000)...)
	for _, text := range []string{"trăng", "ben trang", "đường về làng", `"bến trăng"`, "một người đi trong đêm", ""} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				find(b, x, public(text))
			}
		})
	}
}

func BenchmarkSuggest(b *testing.B) {
	x := filled(b, benchWorks(2000)...)
	for b.Loop() {
		if _, err := x.Suggest(b.Context(), search.Prefix{Text: "bến tr", Audiences: archive.Public().Audiences()}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHighlight(b *testing.B) {
	text := prose(rand.New(rand.NewPCG(1, 2)))
	terms := search.ParseTerms("bến trăng")
	for b.Loop() {
		search.Highlight(text, terms, 200)
	}
}
