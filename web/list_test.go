package web_test

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/web/address"
	"vannghe/web/page"
	"vannghe/web/ui"
)

// day makes a work the n-th to be published.
func day(n int) func(*archive.Work) {
	return func(w *archive.Work) { w.Published = time.Date(2024, 1, 1, 0, n, 0, 0, time.UTC) }
}

func of(genre archive.GenreID, m archive.Medium) func(*archive.Work) {
	return func(w *archive.Work) { w.Genre, w.Representations[0].Medium = genre, m }
}

// order checks that words stand in a text in the order given.
func order(t *testing.T, text string, words ...string) {
	t.Helper()
	at := 0
	for _, word := range words {
		i := strings.Index(text[at:], word)
		if i < 0 {
			t.Fatalf("%q does not follow in %.3000s", word, text[at:])
		}
		at += i + len(word)
	}
}

// shelf returns the part of the front page under a heading.
func shelf(t *testing.T, body, heading string) string {
	t.Helper()
	_, rest, ok := strings.Cut(body, "<h2>"+heading+"</h2>")
	if !ok {
		t.Fatalf("there is no shelf %q", heading)
	}
	rest, _, _ = strings.Cut(rest, "</section>")
	return rest
}

// The front page shows the newest work, then a shelf for each medium with its newest six.
func TestHomeShowsTheNewestOfEachMedium(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	for i := range 8 {
		w.put(catalogtest.Work(fmt.Sprintf("Bài số %d.", i), day(i)))
	}
	w.put(catalogtest.Work("Phim làng", day(20), of("phim", archive.Video)), catalogtest.Work("Tranh làng", day(21), of("hoi-hoa", archive.Image)),
		catalogtest.Work("Khúc ca làng", day(22), of("ca-khuc", archive.Audio)), catalogtest.Work("Tạp chí làng", day(23), of("tap-chi", archive.Paged)))
	say := ui.Speak("vi")
	body := string(n.get("/").expect(t, 200, say.Text("home.total", 12)).body)
	order(t, body, say.Text("home.newest"), "Tạp chí làng</a></h1>")
	order(t, body, "<h2>"+say.Text("medium.video"), "<h2>"+say.Text("medium.image"), "<h2>"+say.Text("medium.text"), "<h2>"+say.Text("medium.audio"), "<h2>"+say.Text("medium.paged"))
	texts := shelf(t, body, say.Text("medium.text"))
	order(t, texts, `href="/tim-kiem?medium=text"`, "Bài số 7.", "Bài số 6.", "Bài số 5.", "Bài số 4.", "Bài số 3.", "Bài số 2.")
	if strings.Contains(texts, "Bài số 1.") {
		t.Error("a shelf shows more than six works")
	}
	// None has a picture: each shows a title page of its own.
	if got := strings.Count(texts, `class="cover cover-`); got != 6 {
		t.Errorf("%d typographic covers on the shelf of texts, want 6", got)
	}
	order(t, texts, `<span class="cover-genre">Thơ</span>`, `<span class="cover-title">Bài số 7.</span>`)
	if films := shelf(t, body, say.Text("medium.video")); !strings.Contains(films, "Phim làng") || strings.Contains(films, "Tranh làng") {
		t.Errorf("the shelf of films: %s", films)
	}
}

// Every list page leads to all its works and to each of them once, in every order.
func TestListsPageToTheirEnd(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	const all = catalog.DefaultSize*2 + 3
	for i := range all {
		w.put(catalogtest.Work(fmt.Sprintf("Trang thơ %02d", i), day(i), func(w *archive.Work) {
			w.Date = archive.Date(fmt.Sprint(2000 - i))
		}))
	}
	w.settle()
	first := map[string]string{"/the-loai/tho": "Trang thơ 50", "/the-loai/tho?order=title": "Trang thơ 00", "/the-loai/tho?order=date": "Trang thơ 00", "/tim-kiem?q=trang+tho": "", "/en/tim-kiem?genre=tho": ""}
	for start, want := range first {
		seen := map[string]int{}
		at := start
		for range 10 {
			body := string(n.get(at).expect(t, 200).body)
			titles := regexp.MustCompile(`<a href="[^"]*/tac-pham/trang-tho-(\d\d)-`).FindAllStringSubmatch(body, -1)
			if at == start && want != "" && "Trang thơ "+titles[0][1] != want {
				t.Errorf("%s begins with %s, want %s", start, titles[0][1], want)
			}
			for _, m := range titles {
				seen[m[1]]++
			}
			_, next, more := strings.Cut(body, `<p class="more"><a class="button" href="`)
			if !more {
				break
			}
			next, _, _ = strings.Cut(next, `"`)
			at = strings.ReplaceAll(next, "&amp;", "&")
		}
		if len(seen) != all {
			t.Errorf("%s leads to %d works, want %d", start, len(seen), all)
		}
		for title, times := range seen {
			if times != 1 {
				t.Errorf("%s shows %s %d times", start, title, times)
			}
		}
	}
	n.get("/the-loai/tho").expect(t, 200, `href="/the-loai/tho" aria-current="page"`, `href="/the-loai/tho?order=title"`)
	n.get("/the-loai/tho?order=position").expect(t, 400)
}

// The pages of the magazine, of official documents, of announcements and of collections show what is in them.
func TestPagesThatList(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	river := archive.Collection{ID: archive.NewID[archive.CollectionID](), Title: "Sông nước", Description: "Viết về sông.\nVẽ về sông."}
	ferry := archive.Collection{ID: archive.NewID[archive.CollectionID](), Title: "Bến đò", Parent: river.ID, Closes: time.Date(2031, 8, 31, 5, 0, 0, 0, time.UTC)}
	w.update(func(ctx context.Context, tx *catalog.Tx) error {
		if err := tx.PutCollection(ctx, river); err != nil {
			return err
		}
		return tx.PutCollection(ctx, ferry)
	})
	in := func(c archive.Collection) func(*archive.Work) {
		return func(w *archive.Work) { w.Collections = []archive.CollectionID{c.ID} }
	}
	paper := func(number string, date archive.Date) func(*archive.Work) {
		return func(w *archive.Work) {
			w.Genre, w.Paper.Number, w.Paper.Issuer, w.Date = "van-ban", number, "Hội Văn nghệ", date
		}
	}
	w.put(catalogtest.Work("Chuyến đò đầu", day(1), in(river)), catalogtest.Work("Mùa nước nổi", day(2), in(river)), catalogtest.Work("Đò chiều", day(3), in(ferry)),
		catalogtest.Work("Số Xuân", day(4), of("tap-chi", archive.Paged)), catalogtest.Work("Số Hạ", day(5), of("tap-chi", archive.Paged)),
		catalogtest.Work("Kế hoạch năm", day(6), paper("112/KH-HVN", "2023-11-21")), catalogtest.Work("Về trại sáng tác", day(7), paper("9/TB-HVN", "2022")),
		catalogtest.Work("Mời dự trại", day(8), of("thong-bao", archive.Text)))

	body := string(n.get("/tap-chi").expect(t, 200, "<h1>Tạp chí</h1>", "2 tác phẩm", `class="books"`).body)
	order(t, body, "Số Hạ", "Số Xuân")
	body = string(n.get("/van-ban").expect(t, 200, "<h1>Văn bản</h1>", "2 tác phẩm").body)
	order(t, body, "112/KH-HVN", "Kế hoạch năm", "Hội Văn nghệ", "21/11/2023", "9/TB-HVN", "Về trại sáng tác", "2022")
	n.get("/thong-bao").expect(t, 200, "<h1>Thông báo</h1>", "1 tác phẩm", "Mời dự trại")

	here := address.Collection(river.ID, river.Title)
	body = string(n.get("/chuyen-muc").expect(t, 200, `<a href="`+here+`">Sông nước</a>`, "2 tác phẩm").body)
	if strings.Contains(body, "Bến đò") {
		t.Error("a collection within another stands among those at the top")
	}
	body = string(n.get(here).expect(t, 200, "<h1>Sông nước</h1>", "Viết về sông.", "Vẽ về sông.", "2 tác phẩm", `<a href="`+address.Collection(ferry.ID, ferry.Title)+`">Bến đò</a>`).body)
	order(t, body, "Chuyến đò đầu", "Mùa nước nổi") // the editor's order, not the newest first
	n.get(address.Collection(ferry.ID, ferry.Title)).expect(t, 200, `<a href="`+here+`">Sông nước</a>`, "Đò chiều", "ngày 31 tháng 8 năm 2031")
	n.get("/en"+here).expect(t, 200, "2 works")
	n.get("/chuyen-muc/"+string(river.ID)).expect(t, 301)
	n.get("/chuyen-muc/khong-co-aaaaaaaaaaaa").expect(t, 404)
	for _, path := range []string{"/", "/en"} {
		prefix := strings.TrimSuffix(path, "/")
		order(t, string(n.get(path).expect(t, 200).body), `<nav class="sections"`, `href="`+prefix+`/chuyen-muc"`, `<footer`, `href="`+prefix+`/chuyen-muc"`)
	}
}

// What the law asks for stands at the foot of every page.
func TestFooterFacts(t *testing.T) {
	w := newWorld(t, 1, nil)
	w.update(func(ctx context.Context, tx *catalog.Tx) error {
		return tx.PutSetting(ctx, page.SiteSetting, ui.Site{Title: "Văn nghệ Sông Lường", Body: "Hội Văn nghệ Sông Lường", ManagingBody: "Hội Liên hiệp", ParentBody: "Ủy ban tỉnh",
			Address: "Số 12, phố Bến", Email: "hoi@songluong.example", Phone: "0200 000 1234", Responsible: "Lưu Đình Ngữ", Licence: "07/GP-TTĐT", LicenceDate: "2024-03-05", LicenceFrom: "Sở Văn hóa"})
	})
	n := w.nodes[0]
	for _, path := range []string{"/", "/tim-kiem", "/khong-co"} {
		_, foot, _ := strings.Cut(string(n.get(path).body), "<footer")
		order(t, foot, "Hội Văn nghệ Sông Lường", "Cơ quan chủ quản: Hội Liên hiệp", "Trực thuộc: Ủy ban tỉnh", "Lưu Đình Ngữ", "Số 12, phố Bến", `href="tel:02000001234"`,
			`href="mailto:hoi@songluong.example"`, "Giấy phép số 07/GP-TTĐT, ngày 5 tháng 3 năm 2024, do Sở Văn hóa cấp")
	}
}

// A title in which a word is found is shown whole.
func TestTitlesOfHitsAreWhole(t *testing.T) {
	w := newWorld(t, 1, nil)
	w.put(catalogtest.Work("Người lái đò già kể chuyện thuyền qua trăng"))
	w.settle()
	w.nodes[0].get("/tim-kiem?q=trang").expect(t, 200, "Người lái đò già kể chuyện thuyền qua <mark>trăng</mark>")
	w.nodes[0].get("/tim-kiem?q=nguoi+lai").expect(t, 200, "<mark>Người</mark> <mark>lái</mark> đò già kể chuyện thuyền qua trăng")
}

// Every filter is a link that adds it or takes it away; it is seen whether anything is found or not.
func TestSearchFilters(t *testing.T) {
	w := newWorld(t, 1, nil)
	w.put(catalogtest.Work("Bến trăng", day(1), func(w *archive.Work) { w.Date = "1997" }), catalogtest.Work("Bến đò", day(2), of("phim", archive.Video)),
		catalogtest.Work("Trăng non", day(3), func(w *archive.Work) { w.Date = "1985" }))
	w.settle()
	n := w.nodes[0]
	get := func(query string) string { return string(n.get("/tim-kiem"+query).expect(t, 200).body) }
	has := func(body string, words ...string) {
		t.Helper()
		for _, word := range words {
			if !strings.Contains(body, word) {
				t.Errorf("%q is not on the page", word)
			}
		}
	}
	body := get("?q=ben")
	has(body, "Bến trăng", "Bến đò", `href="/tim-kiem?genre=tho&amp;q=ben"`, `href="/tim-kiem?medium=video&amp;q=ben"`, `href="/tim-kiem?q=ben&amp;year=1990-1999"`)
	if strings.Contains(body, `type="checkbox"`) {
		t.Error("there are boxes still")
	}
	body = get("?q=ben&genre=tho")
	has(body, "Bến trăng", `<input type="hidden" name="genre" value="tho">`, `href="/tim-kiem?genre=tho&amp;medium=text&amp;q=ben"`, `aria-label="Bỏ Thể loại: Thơ"`, `href="/tim-kiem?q=ben"`)
	if strings.Contains(body, "Bến đò") || strings.Contains(body, "genre=phim") {
		t.Error("the filter does not hold, or a second value would replace it")
	}
	has(get("?q=ben&year=1997"), "Bến trăng", "1997 <span", `<input type="hidden" name="year" value="1997">`)
	has(get("?year=1980-1989"), "Trăng non", "những năm 1980", `href="/tim-kiem"`)
	has(get("?year=1996-1998"), "Bến trăng", "1996–1998")
	body = get("?genre=tho&medium=video")
	has(body, ui.Speak("vi").Text("search.nothing-chosen"), "Bỏ Thể loại: Thơ", "Bỏ Loại hình: Phim", ui.Speak("vi").Text("search.try-wider"))
	if strings.Contains(body, ui.Speak("vi").Text("search.how")) {
		t.Error("a filter without a hit shows how to search")
	}
	has(get("?medium=smell&person=aaaaaaaaaaaa"), "smell <span", "aaaaaaaaaaaa <span")
	draft := catalogtest.Work("Nháp", func(w *archive.Work) {
		w.State = archive.Draft
		w.Credits = []archive.Credit{{Agent: archive.NewID[archive.AgentID](), Name: "Người chưa công bố", Relator: archive.Author}}
	})
	w.put(draft)
	if id := string(draft.Credits[0].Agent); strings.Contains(get("?person="+id), "Người chưa công bố") {
		t.Error("a filter names somebody who is known from a draft only")
	}
	has(get(""), ui.Speak("vi").Text("search.how"))

	has(get("?q=b%E1%BA%BFn+s%E1%BA%A5m+tr%C4%83ng"), ui.Speak("vi").Text("search.loose"), "Bến trăng")
	n.get("/api/v1/search?q="+url.QueryEscape("bến sấm trăng")).expect(t, 200, `"loose":true`)
	n.get("/api/v1/search?q=ben").expect(t, 200, `"loose":false`)
	has(get("?q=tra&genre=xam"), "Có thể cần tìm", "Trăng non</a>")
	// A hit without a picture has a title page, as everything else has a face.
	order(t, get("?q=trang+non"), `class="hit"`, `class="cover cover-`, `<span class="cover-title">Trăng non</span>`)
}
