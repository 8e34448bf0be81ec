package derive_test

import (
	"slices"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/tool/pandoc"
	"vannghe/internal/tool/rsvg"
	"vannghe/internal/viet"
)

const poem = "Trên bến trăng gầy con nước lên\nNgười đi bóng ngả xuống mạn thuyền\n\nSông ơi sông có còn nhớ bến\nĐò xưa neo lại một bờ quên\n"

func TestAPoemBecomesStanzas(t *testing.T) {
	b := newBench(t)
	r := b.derived("tho", original{"bài thơ.txt", "text", []byte(poem)})
	html := string(r.read("text", "text.html"))
	if strings.Count(html, `class="stanza"`) != 2 || strings.Count(html, `class="line"`) != 4 {
		t.Errorf("html\n%s", html)
	}
	if len(r.parts) != 2 || r.parts[1].Kind != "stanza" || r.parts[1].Locator != "kho-2" || r.parts[1].Language != "vi" ||
		!strings.Contains(html, `id="`+r.parts[1].Locator+`"`) {
		t.Errorf("parts %+v", r.parts)
	}
}

// A list tells how long a text is: its syllables, without the dashes and stars between them.
func TestATextKnowsItsLength(t *testing.T) {
	b := newBench(t)
	r := b.derived("tho", original{"tho.txt", "text", []byte("Trên bến — trăng gầy\nNăm 1997, ***\n")})
	made := r.made[slices.IndexFunc(r.made, func(d archive.Derivative) bool { return d.Recipe == "text" })]
	if got := made.Assets[0].Words; got != 6 {
		t.Errorf("%d words in %q, want 6", got, r.parts[0].Text)
	}
}

func TestAPoemInAnOldEncodingIsReadAsItWasMeant(t *testing.T) {
	b := newBench(t)
	// "Trên bến trăng gầy" in TCVN3, with a second line so that it is a poem.
	old := []byte("Tr\xaan b\xd5n tr\xa8ng g\xc7y con n\xad\xedc l\xaan\nNg\xad\xeai \xaei b\xe3ng ng\xb6 xu\xe8ng m\xb9n thuy\xd2n\n")
	r := b.derived("tho", original{"tho.txt", "text", old})
	if len(r.parts) != 1 || !strings.HasPrefix(r.parts[0].Text, "Trên bến trăng gầy con nước lên") {
		t.Errorf("parts %+v", r.parts)
	}
}

func TestDocumentsOfWordProcessors(t *testing.T) {
	b := newBench(t)
	sentence := "Đêm ấy trăng lên muộn, thuyền về bến cũ, người đàn bà đứng đợi trên bờ đã mấy canh giờ."
	doc := pandoc.Document{Title: "x", Author: "y", Language: "vi", Markdown: "# Phần một\n\n" + sentence + "\n\n# Phần hai\n\n" + sentence + "\n"}
	for _, format := range []pandoc.Format{pandoc.DOCX, pandoc.ODT, pandoc.EPUB, pandoc.HTML} {
		t.Run(string(format), func(t *testing.T) {
			b := b.in(t)
			file := b.fileMade(func(out string) error { return pandoc.New(b.runner).Write(t.Context(), doc, format, out) })
			r := b.derived("truyen-ngan", original{"a." + string(format), string(format), file})
			i := slices.IndexFunc(r.parts, func(p archive.Part) bool { return p.Label == "Phần hai" })
			if i < 0 || r.parts[i].Kind != "section" || r.parts[i].Text != sentence || !strings.HasPrefix(r.parts[i].Locator, "muc-") {
				t.Errorf("parts %+v", r.parts)
			}
		})
	}
}

func TestMarkdownAndLyrics(t *testing.T) {
	b := newBench(t)
	r := b.derived("ca-khuc", original{"a.md", "markdown", []byte("# Lời một\n\n| Trên bến trăng gầy\n| Người đi bóng ngả\n")},
		original{"b.lrc", "lrc", []byte("[ti:x]\n[00:01.00]Sông ơi có nhớ\n[00:02.00]Đò xưa neo lại\n")})
	if len(r.parts) != 2 || r.parts[0].Text != "Trên bến trăng gầy\nNgười đi bóng ngả" || r.parts[1].Text != "Sông ơi có nhớ\nĐò xưa neo lại" {
		t.Errorf("parts %+v", r.parts)
	}
}

func TestHostileTextDoesNothing(t *testing.T) {
	b := newBench(t)
	page := `<!doctype html><title>x</title><script>alert(1)</script><p onclick="x()">Nước chảy<img src=x onerror=alert(1)><a href="javascript:x">đi</a></p>`
	r := b.derived("tho", original{"a.html", "html", []byte(page)})
	html := string(r.read("text", "text.html"))
	for _, bad := range []string{"script", "onclick", "onerror", "<img", "alert"} {
		if strings.Contains(html, bad) {
			t.Errorf("%q is in\n%s", bad, html)
		}
	}
	if len(r.parts) != 1 || !strings.Contains(r.parts[0].Text, "Nước chảy") {
		t.Errorf("parts %+v", r.parts)
	}
}

func TestTextThatCannotBeReadSaysWhy(t *testing.T) {
	b := newBench(t)
	r := b.derived("tho", original{"a.docx", "docx", []byte("PK\x03\x04 nothing")}, original{"b.txt", "text", []byte(" \n \n")},
		original{"c.srt", "srt", []byte("không phải phụ đề")}, original{"d.txt", "text", []byte("\x00\x01\x02\xff\xfe\x00\x03 \x00")})
	want := map[string]archive.Reason{"a.docx": "document-unreadable", "b.txt": "text-empty", "c.srt": "captions-unreadable", "d.txt": "text-unreadable"}
	for _, f := range r.files {
		i := slices.IndexFunc(r.made, func(d archive.Derivative) bool { return d.File == f.ID })
		if i < 0 || r.made[i].State != archive.DerivativeFailed || r.made[i].Problem != want[f.Name] {
			t.Errorf("%s: %+v, want %s", f.Name, r.made, want[f.Name])
		}
	}
	if len(r.parts) != 0 {
		t.Errorf("parts %+v", r.parts)
	}
}

func TestAMagazineIsShownAndSearchedToThePage(t *testing.T) {
	b := newBench(t)
	r := b.derived("tap-chi", original{"so 9.pdf", "pdf", b.magazine("Lời chào số chín", "Bến trăng và con nước")})
	if got := r.recipes(); !slices.Equal(got, []string{"pages", "pagetext"}) {
		t.Fatalf("made %v: %+v", got, r.made)
	}
	if r.files[0].Pages != 2 {
		t.Errorf("facts %+v", r.files[0])
	}
	if a := r.asset("pages", "page-0002.jpg"); a.Page != 2 || a.Width != 1200 || a.Height < 1600 || a.Kind != "page" {
		t.Errorf("page %+v", a)
	}
	if a := r.asset("pages", "page-0002-360.jpg"); a.Page != 2 || a.Width != 360 {
		t.Errorf("small page %+v", a)
	}
	if len(r.parts) != 2 || r.parts[1].Kind != "page" || r.parts[1].Locator != "trang-2" || viet.Normalize(r.parts[1].Text) != "Bến trăng và con nước" {
		t.Errorf("parts %+v", r.parts)
	}
}

func TestAScanWithoutTextIsShownAndNoted(t *testing.T) {
	b := newBench(t)
	page := rsvg.A4()
	page.Shapes = []rsvg.Shape{rsvg.Rect{X: 100, Y: 100, Width: 200, Height: 200, Colour: "#222"}}
	scan := b.fileMade(func(out string) error { return rsvg.New(b.runner).PDF(t.Context(), []rsvg.Page{page}, out) })
	r := b.derived("van-ban", original{"scan.pdf", "pdf", scan})
	if d := r.one("pagetext"); d.State != archive.DerivativeReady || d.Problem != "page-text-missing" || len(r.parts) != 0 {
		t.Errorf("%+v, parts %+v", d, r.parts)
	}
	if len(r.one("pages").Assets) != 2 {
		t.Errorf("pages %+v", r.one("pages"))
	}
}

func (b *bench) magazine(pages ...string) []byte {
	b.t.Helper()
	var all []rsvg.Page
	for _, words := range pages {
		p := rsvg.A4()
		p.Shapes = []rsvg.Shape{rsvg.Text{X: 60, Y: 100, Size: 24, Lines: []string{words}}}
		all = append(all, p)
	}
	return b.fileMade(func(out string) error { return rsvg.New(b.runner).PDF(b.t.Context(), all, out) })
}

// in returns the bench for a subtest.
func (b *bench) in(t *testing.T) *bench {
	c := *b
	c.t = t
	return &c
}
