package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// The sample archive is made once for all tests of the site.
func sampleArchive(t *testing.T) []string {
	t.Helper()
	set := []string{"--data", t.TempDir()}
	must(t, append([]string{"demo"}, set...)...)
	return set
}

// page returns the path of the page of the only work with the given title.
func (s *server) page(t *testing.T, title string) string {
	t.Helper()
	for _, h := range s.search(t, title).Hits {
		if h.Work.Title == title {
			return s.path(h.Work.URL)
		}
	}
	t.Fatalf("no work is called %q", title)
	return ""
}

func TestTheSite(t *testing.T) {
	t.Parallel()
	set := sampleArchive(t)
	s := serve(t, set...)
	if n := len(s.works(t)); n < 22 {
		t.Fatalf("the sample archive shows %d works, want about two dozen", n)
	}
	b := chromium(t, s.url)
	t.Run("pages fit and are clean", func(t *testing.T) { testPagesFit(t, s, b) })
	t.Run("film", func(t *testing.T) { testFilm(t, s, b) })
	t.Run("song", func(t *testing.T) { testSong(t, s, b) })
	t.Run("painting", func(t *testing.T) { testPainting(t, s, b) })
	t.Run("poem", func(t *testing.T) { testPoem(t, s) })
	t.Run("magazine", func(t *testing.T) { testMagazine(t, s, b) })
	t.Run("without scripts", func(t *testing.T) { testWithoutScripts(t, s, b) })
	t.Run("in English", func(t *testing.T) { testEnglish(t, s) })
	t.Run("to somebody who listens", func(t *testing.T) { testHeard(t, s, b, set) })
	t.Run("by keys alone", func(t *testing.T) { testByKeys(t, b, set) })
	s.stop(t)
}

// paths lists one page of every kind.
func paths(t *testing.T, s *server) map[string]string {
	t.Helper()
	list := map[string]string{"home": "/", "genres": "/the-loai", "genre": "/the-loai/tho", "agents": "/tac-gia", "collections": "/chuyen-muc",
		"search": "/tim-kiem?q=ben+trang", "search-none": "/tim-kiem?q=xyzzy", "magazine-list": "/tap-chi", "documents": "/van-ban", "announcements": "/thong-bao"}
	for name, title := range map[string]string{"work-poem": "Bến trăng", "work-story": "Người giữ đò", "work-film": "Thuyền qua trăng", "work-song": "Lời ru bên sông",
		"work-painting": "Sen tàn", "work-photo": "Sương sớm đèo Gió", "work-magazine": "Tạp chí Văn nghệ Sông Mơ, số 1",
		"work-document": "Kế hoạch số hoá tư liệu văn nghệ giai đoạn một", "work-announcement": "Thông báo về trại sáng tác mùa thu"} {
		list[name] = s.page(t, title)
	}
	return list
}

// Every kind of page, at the width of a phone and of a desk: nothing overflows, no script fails, nothing is asked of third parties.
func testPagesFit(t *testing.T, s *server, b *browser) {
	b.t = t
	for name, path := range paths(t, s) {
		for _, prefix := range []string{"", "/en"} {
			for _, width := range []int64{360, 1280} {
				b.width(width)
				b.open(prefix + path)
				where := fmt.Sprintf("%s%s at %d px", prefix, path, width)
				if over := value[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
					t.Errorf("%s: %d px wider than the screen", where, over)
				}
				if n := value[int](b, `document.querySelectorAll("h1").length`); n != 1 {
					t.Errorf("%s: %d headings of the first level", where, n)
				}
				b.clean(where)
				b.shot(fmt.Sprintf("%s%s-%d", strings.TrimPrefix(strings.Replace(prefix, "/", "", 1)+"-", "-"), name, width))
			}
		}
	}
}

// hls.js plays the film: the source is a media source, time passes, pictures and sound are decoded.
func testFilm(t *testing.T, s *server, b *browser) {
	b.t = t
	b.width(1280)
	b.open(s.page(t, "Thuyền qua trăng"))
	b.truth(`document.querySelector("video").src.startsWith("blob:")`)
	if poster := value[string](b, `document.querySelector("video").poster`); poster == "" {
		t.Error("the film has no poster")
	}
	b.script(`void document.querySelector("video").play()`)
	b.truth(`document.querySelector("video").currentTime > 1.5 && document.querySelector("video").getVideoPlaybackQuality().totalVideoFrames > 10`)
	heard := value[int](b, `document.querySelector("video").webkitAudioDecodedByteCount`)
	b.truth(fmt.Sprintf(`document.querySelector("video").webkitAudioDecodedByteCount > %d`, max(heard, 1)))
	b.script(`document.querySelector("video").currentTime = 6`)
	b.truth(`!document.querySelector("video").seeking && document.querySelector("video").currentTime > 6.5`)
	b.clean("film")
	b.shot("film-playing")
}

func testSong(t *testing.T, s *server, b *browser) {
	b.t = t
	b.open(s.page(t, "Lời ru bên sông"))
	b.truth(`document.querySelector("media-controller audio") !== null`)
	b.script(`void document.querySelector("audio").play()`)
	b.truth(`document.querySelector("audio").currentTime > 1`)
	b.script(`document.querySelector("audio").currentTime = 12`)
	b.truth(`!document.querySelector("audio").seeking && document.querySelector("audio").currentTime > 12.3`)
	if !value[bool](b, `(() => { const c = document.querySelector(".sleeve-face img"); return c?.naturalWidth > 0 && c.currentSrc.includes("/cover-v"); })()`) {
		t.Error("the embedded cover is not shown")
	}
	tags := value[string](b, `document.querySelector(".recording .tags")?.innerText ?? ""`)
	for _, embedded := range []string{"Lưu Ngân", "Tiếng nước", "2021"} { // the album stands nowhere but in the file
		if !strings.Contains(tags, embedded) {
			t.Errorf("the embedded %q is not among the tags: %s", embedded, tags)
		}
	}
	if text := value[string](b, `document.body.innerText`); !strings.Contains(text, "con nước lớn ròng") {
		t.Error("the words of the song are missing")
	}
	b.clean("song")
	b.shot("song-playing")
}

// OpenSeadragon asks for tiles of the painting, and the canvas is not blank.
func testPainting(t *testing.T, s *server, b *browser) {
	b.t = t
	b.open(s.page(t, "Đêm bến Vải"))
	b.click("[data-closeup]")
	b.truth(`document.querySelector("dialog.closeup canvas") !== null`)
	b.truth(`performance.getEntriesByType("resource").filter(e => e.name.includes("/iiif/image/3/") && e.name.endsWith("default.jpg")).length >= 4`)
	b.truth(`(() => { const c = document.querySelector("dialog.closeup canvas"); const p = c.getContext("2d").getImageData(c.width/2, c.height/2, 8, 8).data; return p.some(v => v > 0); })()`)
	b.clean("painting")
	b.shot("painting-closeup")
	b.click(".closeup-close")
	b.truth(`document.querySelector("dialog.closeup") === null`)
}

// Every line of a poem is a line of the page.
func testPoem(t *testing.T, s *server) {
	_, body := s.get(t, s.page(t, "Bến trăng"))
	for _, line := range []string{"trăng buông một mái chèo rồi lặng thinh", "bến nghe tiếng guốc một mình"} {
		if !strings.Contains(body, line) {
			t.Errorf("the line %q is not whole", line)
		}
	}
	if strings.Contains(body, "không trôi trăng buông") {
		t.Error("two lines of verse run together")
	}
	if !strings.Contains(body, `id="kho-2"`) {
		t.Error("the second stanza has no address")
	}
}

// The pages of the magazine are shown, and a word of page 2 leads to page 2.
func testMagazine(t *testing.T, s *server, b *browser) {
	b.t = t
	found := s.search(t, "ghenh ho doi")
	url := ""
	for _, h := range found.Hits {
		for _, p := range h.Parts {
			if strings.Contains(p.URL, "#trang-2") {
				url = s.path(p.URL)
			}
		}
	}
	if url == "" {
		t.Fatalf("no hit leads to page 2: %+v", found)
	}
	b.open(url)
	b.truth(`document.querySelector("#trang-2 img, #trang-2 + * img, [id='trang-2'] img")?.naturalWidth > 0`)
	b.clean("magazine")
}

// With scripts off, native elements really play and pictures are really there.
func testWithoutScripts(t *testing.T, s *server, b *browser) {
	b.t = t
	b.width(1280)
	b.scripts(false)
	defer b.scripts(true)
	b.open(s.page(t, "Thuyền qua trăng"))
	if value[bool](b, `document.querySelector("media-controller") !== null || document.documentElement.dataset.theme !== undefined`) {
		t.Fatal("scripts run")
	}
	if !value[bool](b, `document.querySelector("video").controls`) {
		t.Error("the film has no controls")
	}
	b.script(`void document.querySelector("video").play()`)
	b.still(`document.querySelector("video").videoWidth > 0 && document.querySelector("video").currentTime > 0.5`)
	b.still(`document.querySelector("video").getVideoPlaybackQuality().totalVideoFrames > 5 && document.querySelector("video").webkitAudioDecodedByteCount > 0`)
	b.shot("no-script-film")
	b.open(s.page(t, "Lời ru bên sông"))
	b.script(`void document.querySelector("audio").play()`)
	b.still(`Number.isFinite(document.querySelector("audio").duration) && document.querySelector("audio").currentTime > 0.5`)
	for _, title := range []string{"Sen tàn", "Lời ru bên sông", "Tạp chí Văn nghệ Sông Mơ, số 1"} {
		b.open(s.page(t, title))
		b.still(`document.images.length > 0 && [...document.images].every(i => { i.scrollIntoView(); return i.complete && i.naturalWidth > 0 })`)
	}
	b.clean("without scripts")
	b.shot("no-script-pages")
}

// With scripts off, the search box asks at Enter, a facet narrows by its link, and lists lead on page by page.
func TestLinksWithoutScripts(t *testing.T) {
	t.Parallel()
	set := []string{"--data", t.TempDir()}
	must(t, append([]string{"demo", "--light", "--works", "60"}, set...)...)
	s := serve(t, set...)
	b := chromium(t, s.url)
	b.scripts(false)
	b.open("/")
	b.do(chromedp.SendKeys(chromedp.CSS(`.find input[type="search"]`), "ben\r"))
	b.still(`location.pathname === "/tim-kiem" && new URLSearchParams(location.search).get("q") === "ben" && document.querySelector(".hit mark") !== null`)
	all := value[int](b, `Number(document.querySelector(".found").innerText.replace(/\D/g, ""))`)
	b.click(".facets summary")
	b.click(`.facets a[href*="person="]`)
	b.still(`new URLSearchParams(location.search).get("person") !== null && document.querySelector(".hit") !== null`)
	if some := value[int](b, `Number(document.querySelector(".found").innerText.replace(/\D/g, ""))`); some < 1 || some >= all {
		t.Errorf("narrowed from %d to %d works", all, some)
	}
	seen := map[string]bool{}
	for b.open("/the-loai/tho"); ; {
		for _, path := range value[[]string](b, `[...document.querySelectorAll("main a[href^='/tac-pham/']")].map(a => a.pathname)`) {
			seen[path] = true
		}
		if !value[bool](b, `document.querySelector("a[rel=next]") !== null`) {
			break
		}
		before := value[string](b, `location.href`)
		b.click("a[rel=next]")
		b.still(fmt.Sprintf(`location.href !== %q && document.readyState === "complete"`, before))
	}
	if total := len(s.poems(t)); len(seen) != total || total < 25 {
		t.Errorf("the pages of the list show %d poems of %d", len(seen), total)
	}
	b.clean("links without scripts")
	s.stop(t)
}

// poems lists the addresses of the pages of all poems, as the API tells them.
func (s *server) poems(t *testing.T) []string {
	t.Helper()
	var all []string
	for cursor := ""; ; {
		var page workList
		s.answer(t, "/api/v1/works?genre=tho&size=50&cursor="+cursor, &page)
		for _, w := range page.Works {
			all = append(all, w.URL)
		}
		if cursor = page.Next; cursor == "" {
			return all
		}
	}
}

func testEnglish(t *testing.T, s *server) {
	_, home := s.get(t, "/en")
	if !strings.Contains(home, `lang="en"`) || !strings.Contains(home, `hreflang="vi"`) {
		t.Error("the English home page does not say its language or where the Vietnamese one is")
	}
	_, home = s.get(t, "/")
	if !strings.Contains(home, `lang="vi"`) {
		t.Error("the Vietnamese home page does not say its language")
	}
}
