package web_test

import (
	"net/url"
	"slices"
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

// What the search and the suggestions answer is what the description says: every field is described, and what is required is there.
func TestAPIAnswersAsDescribed(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	author := w.putAgent(archive.Agent{Chapter: "Trúc Khê", Names: []archive.AgentName{{Name: "Bến Trăng", Kind: archive.PenName}}})
	shelf := w.putCollection("Bến trăng xưa")
	in := func(w *archive.Work) { w.Collections = []archive.CollectionID{shelf} }
	w.put(catalogtest.Work("Về bến trăng nọ", writtenBy(author, "Bến Trăng"), in), catalogtest.Work("Ở bến trăng kia", in))
	w.poem("Bến trăng đêm", "Đường về bến trăng")
	w.settle()
	d := n.get("/api/openapi.json").expect(t, 200).json(t)
	schemas := d["components"].(map[string]any)["schemas"].(map[string]any)
	for path, of := range map[string]string{
		"/api/v1/search?q=ben+trang": "SearchResult", "/api/v1/search?q=xyzzy": "SearchResult", "/api/v1/search?q=beesn+trawng": "SearchResult",
		"/api/v1/suggest?q=ben+tr": "Suggestions", "/api/v1/suggest?q=xyzzy": "Suggestions",
	} {
		described(t, schemas, of, path, n.get(path).expect(t, 200).json(t))
	}
	n.get("/api/v1/suggest?q=ben+tr").expect(t, 200, `{"kind":"phrase","text":"bến trăng","url":"`+n.url+`/tim-kiem?q=b%E1%BA%BFn+tr%C4%83ng"}`, `"kind":"agent"`, `"kind":"work"`)
	n.get("/api/v1/search?q=ben&lang=en-GB").expect(t, 200, `"label":"Poem"`) // any tag of a language that is spoken here
	names := map[string]bool{}
	for _, p := range d["paths"].(map[string]any)["/api/v1/search"].(map[string]any)["get"].(map[string]any)["parameters"].([]any) {
		names[p.(map[string]any)["name"].(string)] = true
	}
	for _, name := range []string{"q", "genre", "medium", "person", "year", "collection", "chapter", "order", "cursor", "size", "lang"} {
		if !names[name] {
			t.Errorf("the parameter %s is not described", name)
		}
	}
}

// described checks a value against the schema of a name, and what lies in it against theirs.
func described(t *testing.T, schemas map[string]any, name, where string, value map[string]any) {
	t.Helper()
	schema, ok := schemas[name].(map[string]any)
	if !ok {
		t.Fatalf("%s: there is no schema %s", where, name)
	}
	properties := schema["properties"].(map[string]any)
	for field, v := range value {
		property, ok := properties[field].(map[string]any)
		if !ok {
			t.Errorf("%s: %s has no field %s", where, name, field)
			continue
		}
		within(t, schemas, property, where+" "+field, v)
	}
	for _, field := range schema["required"].([]any) {
		if _, ok := value[field.(string)]; !ok {
			t.Errorf("%s: %s lacks %s", where, name, field)
		}
	}
}

// within checks the objects in a value whose schema is given.
func within(t *testing.T, schemas, schema map[string]any, where string, value any) {
	t.Helper()
	if ref, ok := schema["$ref"].(string); ok {
		described(t, schemas, ref[strings.LastIndexByte(ref, '/')+1:], where, value.(map[string]any))
		return
	}
	switch v := value.(type) {
	case []any:
		for _, one := range v {
			within(t, schemas, schema["items"].(map[string]any), where, one)
		}
	case map[string]any:
		for _, one := range v {
			within(t, schemas, schema["additionalProperties"].(map[string]any), where, one)
		}
	case string:
		if values, ok := schema["enum"].([]any); ok && !slices.Contains(values, any(v)) {
			t.Errorf("%s: %q is none of %v", where, v, values)
		}
	}
}
