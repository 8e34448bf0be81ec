package web_test

import (
	"net/url"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog/catalogtest"
)

func TestAPIListsAndPages(t *testing.T) {
	w := newWorld(t, 1, nil)
	w.put(catalogtest.Work("Một"), catalogtest.Work("Hai"), catalogtest.Work("Ba"), catalogtest.Work("Nháp", func(w *archive.Work) { w.State = archive.Draft }))
	n := w.nodes[0]
	titles, cursor := map[string]bool{}, ""
	for range 10 {
		page := n.get("/api/v1/works?genre=tho&size=2&cursor="+url.QueryEscape(cursor)).expect(t, 200).json(t)
		for _, work := range page["works"].([]any) {
			titles[work.(map[string]any)["title"].(string)] = true
		}
		if cursor = page["next"].(string); cursor == "" {
			break
		}
	}
	if len(titles) != 3 || titles["Nháp"] {
		t.Errorf("listed %v", titles)
	}
	n.get("/api/v1/works?genre=phim").expect(t, 200, `"works":[]`, `"next":""`)
	n.get("/api/v1/works?cursor=bad").expect(t, 400, `"code":"cursor-invalid"`)
}

func TestAPISearch(t *testing.T) {
	w := newWorld(t, 1, nil)
	poem := w.poem("Bến trăng", "Đường về bến cũ\ntrăng nghiêng", "Mái chèo <khua> nước")
	w.settle()
	n := w.nodes[0]
	for _, q := range []string{"ben trang", "Bến trăng", "Be\u0302\u0301n tra\u0306ng", "BẾN TRĂNG", "dang thi suong", "mai cheo"} {
		n.get("/api/v1/search?q="+url.QueryEscape(q)).expect(t, 200, `"id":"`+string(poem.ID)+`"`, `"total":1`)
	}
	found := n.get("/api/v1/search?q=khua+nuoc&lang=en").expect(t, 200).json(t)
	hit := found["hits"].([]any)[0].(map[string]any)
	part := hit["parts"].([]any)[0].(map[string]any)
	snippet, at := part["snippet"].(string), part["url"].(string)
	if !strings.Contains(snippet, "&lt;<mark>khua</mark>&gt; <mark>nước</mark>") || !strings.HasSuffix(at, "#kho-2") || !strings.HasPrefix(at, n.url+"/en/") {
		t.Errorf("part %v", part)
	}
	genres := found["facets"].(map[string]any)["genre"].([]any)[0].(map[string]any)
	if genres["value"] != "tho" || genres["label"] != "Poem" || genres["count"] != 1.0 {
		t.Errorf("facet %v", genres)
	}
	n.get("/api/v1/search?q=trang&genre=phim").expect(t, 200, `"total":0`, `"hits":[]`)
	n.get("/api/v1/search?q=trang&year=19xx").expect(t, 400, `"code":"year-invalid"`)
	n.get("/api/v1/search?q=trang&medium=smell").expect(t, 400, `"code":"parameter-invalid"`)
	n.get("/api/v1/suggest?q=ben+tr").expect(t, 200, `"text":"Bến trăng"`, `"kind":"work"`)
}

func TestAPIWork(t *testing.T) {
	w := newWorld(t, 1, nil)
	film, _, _ := w.film("Sông quê", 1000)
	n := w.nodes[0]
	v := n.get("/api/v1/works/"+string(film.ID)).expect(t, 200).json(t)
	kinds := map[string]string{}
	for _, m := range v["media"].([]any) {
		m := m.(map[string]any)
		kinds[m["kind"].(string)] = m["url"].(string)
	}
	for _, kind := range []string{"hls", "poster", "original"} {
		path, ok := strings.CutPrefix(kinds[kind], n.url)
		if !ok {
			t.Fatalf("no %s in %v", kind, kinds)
		}
		n.get(path).expect(t, 200)
	}
	if _, ok := kinds["segment"]; ok {
		t.Error("segments are listed")
	}
	n.get("/api/v1/works/"+strings.ToUpper(string(film.ID))).expect(t, 404)
}

func TestAPIDescribesItself(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	d := n.get("/api/openapi.json").expect(t, 200, `"/api/v1/search"`, `"Problem"`).json(t)
	if d["openapi"] != "3.1.0" {
		t.Errorf("openapi %v", d["openapi"])
	}
	docs := string(n.get("/api/docs").expect(t, 200, "/api/v1/works/{id}", "cursor").body)
	if strings.Contains(docs, "<script") || strings.Contains(docs, "://") {
		t.Error("the page loads something foreign")
	}
}
