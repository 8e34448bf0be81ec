package searchtest

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"vannghe/internal/archive"
)

// seed makes every run the same.
const seed = 20261125

// How the grown works are spread, by Zipf's law: a few agents, genres and collections have most of them.
const (
	zipfSlope      = 1.2
	agentCount     = 3000
	shelfCount     = 60
	firstYear      = 1930
	lastYear       = 2025
	fewestWords    = 150 // a document has from this many words …
	spreadOfWords  = 100 // … to this many more,
	longestToPoint = 40  // and then goes on to the end of its sentence, at most this far
)

// Grower makes documents of about 200 words of real prose: consecutive paragraphs of one article, then of another.
type Grower struct {
	r        *rand.Rand
	articles []Article
	genres   []archive.Genre
	agents   []string
	pick     struct{ agent, genre, shelf, year, medium *rand.Zipf }
}

// NewGrower returns a Grower that makes the same documents of the same articles every time.
func NewGrower(articles []Article) *Grower {
	r := rand.New(rand.NewPCG(seed, 2))
	g := &Grower{r: r, articles: articles, genres: archive.Genres(), agents: make([]string, agentCount)}
	for i := range g.agents {
		g.agents[i] = personName(i)
	}
	zipf := func(n int) *rand.Zipf { return rand.NewZipf(r, zipfSlope, 2, uint64(n-1)) }
	g.pick.agent, g.pick.genre, g.pick.shelf = zipf(agentCount), zipf(len(g.genres)), zipf(shelfCount)
	g.pick.year, g.pick.medium = zipf(lastYear-firstYear+1), zipf(len(archive.Media()))
	return g
}

var (
	surnames = strings.Fields("Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương")
	middles  = strings.Fields("Văn Thị Đức Minh Thanh Quang Hữu Ngọc Xuân Kim")
	given    = strings.Fields("An Bình Châu Dũng Đạt Giang Hà Hạnh Hòa Khánh Lan Linh Mai Nam Nga Phong Quý Sơn Tâm Thúy")
)

func personName(i int) string {
	return fmt.Sprintf("%s %s %s", surnames[i%len(surnames)], middles[i/len(surnames)%len(middles)], given[i/len(surnames)/len(middles)%len(given)])
}

// Doc returns the next document.
func (g *Grower) Doc() Doc {
	target := fewestWords + g.r.IntN(spreadOfWords+1)
	a, b := g.twoArticles()
	text, n := g.run(a, target/2)
	rest, _ := g.run(b, target-n)
	d := Doc{
		ID: newID(g.r), Title: a.Title + " – " + b.Title, Agent: g.agents[g.pick.agent.Uint64()],
		Genre: g.genres[g.pick.genre.Uint64()].ID, Year: lastYear - int(g.pick.year.Uint64()),
		Medium: g.medium(), Parts: []string{text + "\n\n" + rest},
	}
	if g.r.IntN(10) == 0 {
		d.Collection = fmt.Sprintf("Tuyển tập %d", 1+g.pick.shelf.Uint64())
	}
	return d
}

// medium is text most often.
func (g *Grower) medium() archive.Medium {
	if g.r.IntN(2) == 0 {
		return archive.Text
	}
	return archive.Media()[g.pick.medium.Uint64()]
}

func (g *Grower) twoArticles() (a, b *Article) {
	i := g.r.IntN(len(g.articles))
	j := (i + 1 + g.r.IntN(len(g.articles)-1)) % len(g.articles)
	return &g.articles[i], &g.articles[j]
}

// run returns consecutive paragraphs of a from a random one on, about n words, and how many they are.
func (g *Grower) run(a *Article, n int) (string, int) {
	var taken []string
	words := 0
	for i := g.r.IntN(len(a.Paragraphs)); i < len(a.Paragraphs) && words < n; i++ {
		p, w := beginning(a.Paragraphs[i], n-words)
		taken = append(taken, p)
		words += w
	}
	return strings.Join(taken, "\n\n"), words
}

// beginning returns the first n words of a paragraph and the rest of their sentence.
func beginning(paragraph string, n int) (string, int) {
	words := strings.Fields(paragraph)
	if len(words) <= n+longestToPoint {
		return paragraph, len(words)
	}
	for end := n; end < n+longestToPoint; end++ {
		if strings.HasSuffix(words[end-1], ".") {
			n = end
			break
		}
	}
	return strings.Join(words[:n], " "), n
}

// newID returns an identifier that depends on nothing but r.
func newID(r *rand.Rand) archive.WorkID {
	const letters = "abcdefghijklmnopqrstuvwxyz234567"
	id := make([]byte, archive.IDLength)
	for i := range id {
		id[i] = letters[r.IntN(len(letters))]
	}
	return archive.WorkID(id)
}
