package web_test

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/index"
	"vannghe/search"
	"vannghe/web"
	"vannghe/web/address"
	"vannghe/web/ui"
)

// writtenBy credits a work to somebody.
func writtenBy(id archive.AgentID, name string) func(*archive.Work) {
	return func(w *archive.Work) {
		w.Credits = []archive.Credit{{Agent: id, Name: name, Relator: archive.Author}}
	}
}

// putAgent stores an agent.
func (w *world) putAgent(a archive.Agent) archive.AgentID {
	w.t.Helper()
	a.ID = archive.NewID[archive.AgentID]()
	w.update(func(ctx context.Context, tx *catalog.Tx) error { return tx.PutAgent(ctx, a) })
	return a.ID
}

// putCollection stores a collection.
func (w *world) putCollection(title string) archive.CollectionID {
	w.t.Helper()
	c := archive.Collection{ID: archive.NewID[archive.CollectionID](), Title: title}
	w.update(func(ctx context.Context, tx *catalog.Tx) error { return tx.PutCollection(ctx, c) })
	return c.ID
}

// Agents and collections are found by name, above the works, with their kind and their works counted.
func TestNamesAreFound(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	person := w.putAgent(archive.Agent{Names: []archive.AgentName{{Name: "Sông Hương", Kind: archive.PenName}, {Name: "Lê Thị Bình", Kind: archive.RealName}}})
	body := w.putAgent(archive.Agent{Organisation: true, Names: []archive.AgentName{{Name: "Nhóm thơ Hương Sông", Kind: archive.RealName}}})
	shelf := w.putCollection("Sông và hương")
	w.put(catalogtest.Work("Nước lên", writtenBy(person, "Sông Hương")), catalogtest.Work("Nước xuống", writtenBy(person, "Lê Thị Bình")),
		catalogtest.Work("Kỷ yếu", writtenBy(body, "Nhóm thơ Hương Sông"), func(w *archive.Work) { w.Collections = []archive.CollectionID{shelf} }))
	w.settle()
	agent, collection := address.Agent(person, "Sông Hương"), address.Collection(shelf, "Sông và hương")
	page := string(n.get("/tim-kiem?q=song+huong").expect(t, 200).body)
	order(t, page, `<li class="hit hit-name">`, `<a href="`+agent+`">Sông Hương</a>`, "Tác giả", "2 tác phẩm", "Nhóm thơ Hương Sông", "Tổ chức", "1 tác phẩm",
		`<a href="`+collection+`">Sông và hương</a>`, "Chuyên mục", "1 tác phẩm", `<li class="hit">`)
	n.get("/en/tim-kiem?q=song+huong").expect(t, 200, `<a href="/en`+agent+`" lang="vi">Sông Hương</a>`, "Author", "2 works")
	found := n.get("/api/v1/search?q=le+thi+binh&lang=en").expect(t, 200).json(t)
	if got, want := fmt.Sprint(found["agents"]), fmt.Sprintf("[map[id:%s name:Sông Hương url:%s/en%s works:2]]", person, n.url, agent); got != want {
		t.Errorf("by another of the names: %s, want %s", got, want)
	}
	n.get("/api/v1/search?q=song+huong").expect(t, 200, `"collections":[{"id":"`+string(shelf)+`","name":"Sông và hương","works":1,"url":"`+n.url+collection+`"}]`)
	n.get("/api/v1/search?q=song+huong&genre=tho").expect(t, 200, `"agents":[]`, `"collections":[]`) // the filter says which kind of thing is looked for
	if narrowed := string(n.get("/tim-kiem?q=song+huong&genre=tho").expect(t, 200).body); strings.Contains(narrowed, "hit-name") {
		t.Error("names are shown among works of a genre")
	}
}

// What was probably meant is offered as a search of its own, with everything else as it was.
func TestGuessIsOffered(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	w.put(catalogtest.Work("Thuyền trăng"), catalogtest.Work("Thuyền về bến cũ"))
	w.settle()
	n.get("/api/v1/search?q=thuyeenf+trawng").expect(t, 200, `"guess":"thuyền trăng"`)
	n.get("/api/v1/search?q=thuyen+trang").expect(t, 200, `"guess":""`)
	meant := "q=" + url.QueryEscape("thuyền trăng")
	n.get("/tim-kiem?q=thuyeenf+trawng").expect(t, 200, ui.Speak("vi").Text("search.meant"), `<a href="/tim-kiem?`+meant+`">“thuyền trăng”</a>?`)
	n.get("/en/tim-kiem?q=thuyeenf+trawng&order=title").expect(t, 200, "Did you mean", `<a href="/en/tim-kiem?order=title&amp;`+meant+`" lang="vi">`)
	if body := string(n.get("/tim-kiem?q=thuyen+trang").expect(t, 200).body); strings.Contains(body, ui.Speak("vi").Text("search.meant")) {
		t.Error("something is guessed of what was found")
	}
}

// The order is a link; filters, further pages and the other language keep it, and a cursor belongs to it.
func TestSearchOrders(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	titled := func(title, year string, published int) *archive.Work {
		return catalogtest.Work(title, day(published), func(w *archive.Work) { w.Date = archive.Date(year) })
	}
	w.put(titled("Đò sông Ánh", "1990", 1), titled("Đò", "1985", 2), titled("Đò An", "2001", 3), titled("Đò Ân", "", 4))
	w.settle()
	for query, want := range map[string][]string{
		"?q=do&order=title":      {"Đò", "Đò An", "Đò Ân", "Đò sông Ánh"},
		"?q=do&order=date":       {"Đò An", "Đò sông Ánh", "Đò", "Đò Ân"},
		"?genre=tho":             {"Đò Ân", "Đò An", "Đò", "Đò sông Ánh"},
		"?genre=tho&order=title": {"Đò", "Đò An", "Đò Ân", "Đò sông Ánh"},
		"?q=do&order=newest":     {"Đò Ân", "Đò An", "Đò", "Đò sông Ánh"},
		"?q=an&order=title":      {"Đò An", "Đò Ân"},
	} {
		var titles []string
		for _, hit := range n.get("/api/v1/search"+query).expect(t, 200).json(t)["hits"].([]any) {
			titles = append(titles, hit.(map[string]any)["work"].(map[string]any)["title"].(string))
		}
		if fmt.Sprint(titles) != fmt.Sprint(want) {
			t.Errorf("%s: %q, want %q", query, titles, want)
		}
	}
	page := string(n.get("/tim-kiem?q=do&order=title").expect(t, 200).body)
	for _, link := range []string{
		`<a href="/tim-kiem?q=do">Sát nhất</a>`, `<a href="/tim-kiem?order=date&amp;q=do">`, `<a href="/tim-kiem?order=title&amp;q=do" aria-current="page">`,
		`href="/tim-kiem?medium=text&amp;order=title&amp;q=do"`, `href="/en/tim-kiem?q=do&amp;order=title"`,
	} {
		if !strings.Contains(page, link) {
			t.Errorf("%s is not on the page", link)
		}
	}
	first := n.get("/api/v1/search?q=do&order=title&size=2").expect(t, 200).json(t)
	next := "/api/v1/search?q=do&size=2&cursor=" + url.QueryEscape(first["next"].(string))
	n.get(next+"&order=title").expect(t, 200, "Đò Ân", "Đò sông Ánh")
	n.get(next+"&order=date").expect(t, 400, `"code":"cursor-invalid"`)
	n.get("/api/v1/search?q=do&order=colour").expect(t, 400, `"code":"parameter-invalid"`)
	n.get("/tim-kiem?q=do&order=colour").expect(t, 400)
}

// The chapters of authors narrow a search.
func TestSearchByChapter(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	of := func(name, chapter string) func(*archive.Work) {
		return writtenBy(w.putAgent(archive.Agent{Chapter: chapter, Names: []archive.AgentName{{Name: name, Kind: archive.PenName}}}), name)
	}
	w.put(catalogtest.Work("Đò một", of("Mai", "Trúc Khê")), catalogtest.Work("Đò hai", of("Lan", "Trúc Khê")), catalogtest.Work("Đò ba", of("Cúc", "Bến Cũ")))
	w.settle()
	n.get("/api/v1/search?q=do").expect(t, 200, `"chapter":[{"value":"Trúc Khê","label":"Trúc Khê","count":2},{"value":"Bến Cũ","label":"Bến Cũ","count":1}]`)
	n.get("/api/v1/search?q=do&chapter="+url.QueryEscape("Bến Cũ")).expect(t, 200, `"total":1`, "Đò ba")
	chapter := "chapter=" + url.QueryEscape("Trúc Khê")
	n.get("/tim-kiem?q=do").expect(t, 200, "Chi hội", `<a href="/tim-kiem?`+chapter+`&amp;q=do">`)
	n.get("/tim-kiem?q=do&"+chapter).expect(t, 200, `aria-label="Bỏ Chi hội: Trúc Khê"`, `<input type="hidden" name="chapter" value="Trúc Khê">`, "Đò một", "Đò hai")
}

// The page says how to ask, and what to try when nothing is found.
func TestSearchExplainsItself(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	vi, en := ui.Speak("vi"), ui.Speak("en")
	n.get("/tim-kiem").expect(t, 200, "<summary>Cách tìm</summary>", "tác giả: Đặng Thị Sương", "năm:1990..1999", vi.Text("search.way-quotes"))
	n.get("/en/tim-kiem").expect(t, 200, "<summary>How to search</summary>", "author: Đặng Thị Sương", "genre: poem", en.Text("search.way-without"))
	n.get("/tim-kiem?q="+url.QueryEscape(`"xyzzy"`)).expect(t, 200, vi.Text("search.try"), vi.Text("search.try-signs"))
	if body := string(n.get("/tim-kiem?q=xyzzy").expect(t, 200, vi.Text("search.try")).body); strings.Contains(body, vi.Text("search.try-signs")) {
		t.Error("signs are blamed that were not typed")
	}
}

// secret stores works that the public may not see, whose every word is their own, and returns the search of their collection.
func (w *world) secret(hide func(*archive.Work)) string {
	w.t.Helper()
	author := w.putAgent(archive.Agent{Chapter: "Ngưỡng Cửa", Names: []archive.AgentName{{Name: "Ẩn Danh Khách", Kind: archive.PenName}}})
	shelf := w.putCollection("Ngăn khoá kín")
	one := catalogtest.Work("Mật thư đầm vắng", writtenBy(author, "Ẩn Danh Khách"), hide, func(w *archive.Work) {
		w.Collections, w.Date = []archive.CollectionID{shelf}, "1902"
	})
	two := catalogtest.Work("Về mật thư cũ", writtenBy(author, "Ẩn Danh Khách"), hide, func(w *archive.Work) { w.Collections = []archive.CollectionID{shelf} })
	seen := catalogtest.Work("Mật ong rừng")
	w.put(one, two, seen)
	w.parts(one, one.Representations[0].Files[0], archive.Part{Kind: "stanza", Locator: "kho-1", Text: "phong thư niêm sáp đỏ dưới đáy hòm"})
	w.parts(seen, seen.Representations[0].Files[0], archive.Part{Kind: "stanza", Locator: "kho-1", Text: "phong cảnh, niêm luật và sáp ong"})
	return "/tim-kiem?collection=" + string(shelf)
}

// Nothing that the public finds, is counted, suggested, related or named concerns what it may not see: not in the index that has heard
// of it, and not in one that is late.
func TestNothingTellsOfWhatIsHidden(t *testing.T) {
	for name, hide := range map[string]func(*archive.Work){
		"withdrawn": func(w *archive.Work) { w.State = archive.Withdrawn },
		"embargoed": func(w *archive.Work) { w.PublicFrom = time.Now().Add(24 * time.Hour).UTC().Truncate(time.Microsecond) },
		"members":   func(w *archive.Work) { w.Audience = archive.AudienceMembers },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 1, nil)
			collection := w.secret(hide)
			w.settle()
			w.nodes[0].tellsNothing(t, collection)
		})
		t.Run(name+" while the index is late", func(t *testing.T) {
			w := newWorld(t, 0, nil)
			collection := w.secret(func(*archive.Work) {})
			late := w.lateIndex()
			w.hideAll(hide)
			n := w.startNode(web.Options{Search: func() *search.Index { return late }})
			n.tellsNothing(t, collection)
		})
	}
}

// lateIndex is an index that has heard of everything so far and hears of nothing more.
func (w *world) lateIndex() *search.Index {
	w.t.Helper()
	x, err := index.Open(w.t.Context(), index.Options{Catalog: w.catalog, Dir: filepath.Join(w.t.TempDir(), "late"), Log: w.logger()})
	w.must(err)
	w.t.Cleanup(func() { w.must(x.Close()) })
	last, err := w.catalog.LastChange(w.t.Context())
	w.must(err)
	w.must(x.CatchUp(w.t.Context(), last))
	return x.Search()
}

// hideAll hides the secret works.
func (w *world) hideAll(hide func(*archive.Work)) {
	w.t.Helper()
	page, err := w.catalog.Reader(archive.System("test")).Works(w.t.Context(), catalog.WorkFilter{})
	w.must(err)
	w.update(func(ctx context.Context, tx *catalog.Tx) error {
		for i := range page.Works {
			if work := &page.Works[i]; len(work.Collections) > 0 {
				hide(work)
				if err := tx.PutWork(ctx, work); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (n *node) tellsNothing(t *testing.T, collection string) {
	t.Helper()
	paths := []string{collection, "/", "/tac-gia", "/the-loai/tho", "/tim-kiem?genre=tho", "/api/v1/search", "/api/v1/works", n.path(t, "Mật ong rừng")}
	for _, q := range []string{"mat thu", "mat thu dam vang", "mật", "niêm sáp đỏ", "an danh khach", "ngan khoa kin", "aarn danh", "mat thuw", `"mat thu"`, "tac gia: an danh", "m", "mat th", "an da"} {
		for _, page := range []string{"/tim-kiem?q=", "/en/tim-kiem?q=", "/api/v1/search?q=", "/api/v1/suggest?q="} {
			paths = append(paths, page+url.QueryEscape(q))
		}
	}
	for _, path := range paths {
		answered := n.get(path).expect(t, 200)
		told := strings.NewReplacer("<mark>", "", "</mark>", "").Replace(string(answered.body))
		for _, word := range []string{"Mật thư", "mật thư", "niêm sáp đỏ dưới", "Ẩn Danh Khách", "Ngăn khoá kín", "Ngưỡng Cửa", "1900"} {
			if strings.Contains(told, word) {
				t.Errorf("%s tells %q", path, word)
			}
		}
	}
	for q, total := range map[string]int{"thu": 0, "ong": 1, "": 1, "an danh khach": 0} {
		n.get("/api/v1/search?q="+url.QueryEscape(q)).expect(t, 200, fmt.Sprintf(`"total":%d,`, total))
	}
}

// path returns the path of the page of the work with a title.
func (n *node) path(t *testing.T, title string) string {
	t.Helper()
	for _, hit := range n.get("/api/v1/search?q="+url.QueryEscape(title)).expect(t, 200).json(t)["hits"].([]any) {
		if work := hit.(map[string]any)["work"].(map[string]any); work["title"] == title {
			return strings.TrimPrefix(work["url"].(string), n.url)
		}
	}
	t.Fatalf("no work is called %q", title)
	return ""
}

// The list of authors stands in the order of the alphabet, real names under the given name, and the alphabet leads to each letter.
func TestAuthorsByLetter(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	name := func(name string, kind archive.NameKind) {
		id := w.putAgent(archive.Agent{Names: []archive.AgentName{{Name: name, Kind: kind}}})
		w.put(catalogtest.Work("Của "+name, writtenBy(id, name)))
	}
	name("Nguyễn Công Hoan", archive.RealName)
	name("Hoài Thanh", archive.PenName)
	name("Đỗ Ân", archive.RealName)
	name("Ánh Đêm", archive.PenName)
	name("Đêm Hội", archive.UnsaidName)
	name("1954", archive.PenName)
	w.putAgent(archive.Agent{Names: []archive.AgentName{{Name: "Vô Danh", Kind: archive.PenName}}}) // without a work
	body := string(n.get("/tac-gia").expect(t, 200).body)
	order(t, body, `<nav class="letters" aria-label="Theo chữ cái">`, `<a href="/tac-gia" aria-current="page">Tất cả</a>`, `<a href="/tac-gia?letter=A">A</a>`,
		`<span>Ă</span>`, `<a href="/tac-gia?letter=%C3%82">Â</a>`, `<span>B</span>`, `<a href="/tac-gia?letter=%C4%90">Đ</a>`, `<a href="/tac-gia?letter=H">H</a>`, `<span>V</span>`, "</nav>",
		"Số và ký tự khác", "1954", ">A</h2>", "Ánh Đêm", ">Â</h2>", "Đỗ Ân", ">Đ</h2>", "Đêm Hội", ">H</h2>", "Hoài Thanh", "Nguyễn Công Hoan")
	if strings.Contains(body, ">F<") || strings.Contains(body, "Vô Danh") {
		t.Error("a foreign letter without a name, or somebody without a work, is shown")
	}
	body = string(n.get("/en/tac-gia?letter=h").expect(t, 200, `<a href="/en/tac-gia?letter=H" aria-current="page">H</a>`, `href="/tac-gia?letter=h"`).body)
	order(t, body, "Hoài Thanh", "Nguyễn Công Hoan")
	if strings.Contains(body, "Đêm Hội") {
		t.Error("a name stands under another letter")
	}
	for _, asked := range []string{"?letter=<b>", "?letter=AA", "?letter=%CC%80", "?letter=7"} {
		n.get("/tac-gia"+asked).expect(t, 200, "1954", "Hoài Thanh")
	}
}

// A letter with more names than a page leads on, under the same letter.
func TestAuthorsOfALetterPage(t *testing.T) {
	w := newWorld(t, 1, nil)
	work := catalogtest.Work("Tuyển tập")
	for i := range 103 {
		work.Credits = append(work.Credits, archive.Credit{Agent: archive.NewID[archive.AgentID](), Name: fmt.Sprintf("Đông %03d", i), Relator: archive.Author})
	}
	w.update(func(ctx context.Context, tx *catalog.Tx) error {
		for _, c := range work.Credits {
			if err := tx.PutAgent(ctx, archive.Agent{ID: c.Agent, Names: []archive.AgentName{{Name: c.Name, Kind: archive.PenName}}}); err != nil {
				return err
			}
		}
		return tx.PutWork(ctx, work)
	})
	body := string(w.nodes[0].get("/tac-gia?letter="+url.QueryEscape("Đ")).expect(t, 200, "Đông 000", "Đông 099").body)
	_, next, more := strings.Cut(body, `<p class="more"><a class="button" href="`)
	next, _, _ = strings.Cut(next, `"`)
	if !more || !strings.HasSuffix(next, "&amp;letter=%C4%90") {
		t.Fatalf("the page leads on to %q", next)
	}
	w.nodes[0].get(strings.ReplaceAll(next, "&amp;", "&")).expect(t, 200, "Đông 100", "Đông 102")
}

// A work's page names works like it, but none that there is nothing to say for, and goes without while the index does not answer.
func TestRelatedWorksOnThePage(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	told := func(title, genre string, text string, change ...func(*archive.Work)) *archive.Work {
		work := catalogtest.Work(title, append(change, func(w *archive.Work) { w.Genre = archive.GenreID(genre) })...)
		w.put(work)
		w.parts(work, work.Representations[0].Files[0], archive.Part{Kind: "stanza", Locator: "kho-1", Text: text})
		return work
	}
	author := w.putAgent(archive.Agent{Names: []archive.AgentName{{Name: "Bến Trúc", Kind: archive.PenName}}})
	here := told("Mùa nước nổi", "tho", "con đò chở lúa qua đồng nước nổi", writtenBy(author, "Bến Trúc"))
	told("Chở lúa", "ky", "con đò chở lúa qua đồng làng bên")
	told("Của cùng người", "xam", "câu hát hội làng", writtenBy(author, "Bến Trúc"))
	alone := told("Phố huyện", "tan-van", "đèn lồng quán nhỏ")
	for i := range 8 {
		told(fmt.Sprintf("Bài khác %d", i), "tin-tuc", "tin trong tuần")
	}
	w.settle()
	heading := "<h2>" + ui.Speak("vi").Text("work.related") + "</h2>"
	near := shelf(t, string(n.get(address.Work(here.ID, here.Title)).expect(t, 200).body), ui.Speak("vi").Text("work.related"))
	order(t, near, "Chở lúa", "Của cùng người") // the words of one, the hand of the other
	if strings.Contains(near, "Phố huyện") || strings.Contains(near, "Mùa nước nổi") {
		t.Errorf("related are %s", near)
	}
	if body := string(n.get(address.Work(alone.ID, alone.Title)).expect(t, 200).body); strings.Contains(body, heading) {
		t.Error("a work like no other has related works")
	}
	told("Sau cùng", "truyen-ngan", "chuyện hội", writtenBy(author, "Bến Trúc")) // what is remembered goes with the next change
	w.settle()
	n.get(address.Work(here.ID, here.Title)).expect(t, 200, heading, "Sau cùng")

	deaf := w.startNode(web.Options{Search: func() *search.Index { return nil }})
	if body := string(deaf.get(address.Work(here.ID, here.Title)).expect(t, 200, "Mùa nước nổi").body); strings.Contains(body, heading) {
		t.Error("there are related works without an index")
	}
}
