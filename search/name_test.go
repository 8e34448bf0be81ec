package search_test

import (
	"fmt"
	"testing"

	"vannghe/internal/archive"
	"vannghe/search"
)

func TestAgentsAndCollectionsAreFoundByName(t *testing.T) {
	credited := func(name string, agents ...search.Agent) search.Work {
		w := work(name, "Bài "+name, "chữ")
		w.Agents = agents
		return w
	}
	nam := search.Agent{ID: "nam", Names: []string{"Nam Cao", "Trần Hữu Tri"}}
	a, b := credited("a", nam, nam), credited("b", nam, search.Agent{ID: "nang", Names: []string{"Nắm Cao"}})
	c := credited("c", search.Agent{ID: "son", Names: []string{"Cao Nam Sơn"}})
	a.Collections = []search.Collection{{ID: "tap", Title: "Tuyển tập Nam Cao"}}
	a.Genre, a.Media, a.Year = "tho", []archive.Medium{archive.Text}, 1950
	hidden := credited("d", search.Agent{ID: "kin", Names: []string{"Nam Cao Kín"}})
	hidden.Audience = archive.AudienceStaff
	x := filled(t, a, b, c, hidden)
	for text, want := range map[string]string{
		"nam cao":          "[{nam Nam Cao 2} {nang Nắm Cao 1} {son Cao Nam Sơn 1}] [{tap Tuyển tập Nam Cao 1}]",
		"Nam Cao":          "[{nam Nam Cao 2} {nang Nắm Cao 1} {son Cao Nam Sơn 1}] [{tap Tuyển tập Nam Cao 1}]",
		"nắm cao":          "[{nang Nắm Cao 1} {nam Nam Cao 2} {son Cao Nam Sơn 1}] [{tap Tuyển tập Nam Cao 1}]",
		"trần hữu tri":     "[{nam Nam Cao 2}] []",
		"cao":              "[{nam Nam Cao 2} {son Cao Nam Sơn 1} {nang Nắm Cao 1}] [{tap Tuyển tập Nam Cao 1}]",
		"nam cao kín":      "[] []",
		"chữ":              "[] []",
		"":                 "[] []",
		"nam cao chữ":      "[] []",
		"tác giả: nam cao": "[] []",
	} {
		r := find(t, x, public(text))
		if got := fmt.Sprint(r.Agents, r.Collections); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	for side, narrow := range map[string]func(q *search.Query){
		"person": func(q *search.Query) { q.Person = "nam" }, "collection": func(q *search.Query) { q.Collection = "tap" },
		"genre": func(q *search.Query) { q.Genre = "tho" }, "medium": func(q *search.Query) { q.Medium = archive.Text },
		"year": func(q *search.Query) { q.YearTo = 2100 },
	} {
		q := public("nam cao")
		narrow(&q)
		if r := find(t, x, q); len(r.Agents)+len(r.Collections) > 0 {
			t.Errorf("narrowed by %s, names are found: %v %v", side, r.Agents, r.Collections)
		}
	}
}
