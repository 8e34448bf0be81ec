package reading_test

import (
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/derive/reading"
)

const poem = `Trên bến trăng gầy con nước lên
Người đi bóng ngả xuống mạn thuyền

Sông ơi sông có còn nhớ bến
  Đò xưa neo lại một bờ quên
`

func TestPlainPoemKeepsLinesAndStanzas(t *testing.T) {
	d := plain(t, poem)
	want := `<p class="stanza" id="kho-1"><span class="line">Trên bến trăng gầy con nước lên</span><br>
<span class="line">Người đi bóng ngả xuống mạn thuyền</span></p>
<p class="stanza" id="kho-2"><span class="line">Sông ơi sông có còn nhớ bến</span><br>
<span class="line">` + "\u2003" + `Đò xưa neo lại một bờ quên</span></p>
`
	if d.HTML != want {
		t.Errorf("got\n%s\nwant\n%s", d.HTML, want)
	}
	checkPieces(t, d, []reading.Piece{
		{Kind: "stanza", Locator: "kho-1", Text: "Trên bến trăng gầy con nước lên\nNgười đi bóng ngả xuống mạn thuyền"},
		{Kind: "stanza", Locator: "kho-2", Text: "Sông ơi sông có còn nhớ bến\nĐò xưa neo lại một bờ quên"},
	})
}

func TestPlainProseHasSectionsAndPieces(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("Con đò nhỏ vẫn nằm đợi khách bên bến cũ, nước chảy lững lờ qua mạn thuyền đã bạc màu. ", 8))
	d := plain(t, "Chương 1\n\n"+long+"\n\n- Ai đấy?\n- Tôi.\n\n"+long+"\n\nChương 2: Trở về\n\n"+long+"\n")
	if d.Form != reading.Prose {
		t.Fatalf("form %q", d.Form)
	}
	checkPieces(t, d, []reading.Piece{
		{Kind: "section", Locator: "muc-1", Label: "Chương 1", Text: long + "\n- Ai đấy?\n- Tôi.\n" + long},
		{Kind: "section", Locator: "muc-2", Label: "Chương 2: Trở về", Text: long},
	})
	for _, want := range []string{`<h2 id="muc-1">Chương 1</h2>`, "<p>- Ai đấy?</p>\n<p>- Tôi.</p>", `<h2 id="muc-2">Chương 2: Trở về</h2>`} {
		if !strings.Contains(d.HTML, want) {
			t.Errorf("no %q in\n%s", want, d.HTML)
		}
	}
}

func TestLongProseIsCutIntoPiecesNearWhatIsLookedFor(t *testing.T) {
	paragraph := strings.TrimSpace(strings.Repeat("Mùa nước nổi năm ấy về sớm hơn mọi năm. ", 12)) // 108 words
	d := plain(t, strings.Repeat(paragraph+"\n\n", 10))
	if len(d.Pieces) != 5 {
		t.Fatalf("%d pieces of 1,080 words, want 5 of about 216", len(d.Pieces))
	}
	checkAnchors(t, d)
	if d.Pieces[1].Locator != "doan-2" {
		t.Errorf("second piece at %q", d.Pieces[1].Locator)
	}
}

func TestOneParagraphOfManyPagesIsCutWithin(t *testing.T) {
	d := plain(t, "Mở đầu câu chuyện này.\n"+strings.Repeat("Nước cứ chảy mãi về phía biển xa. ", 500))
	checkAnchors(t, d)
	if len(d.Pieces) < 10 || strings.Count(d.HTML, "<p") != 2 {
		t.Fatalf("%d pieces in %d paragraphs", len(d.Pieces), strings.Count(d.HTML, "<p"))
	}
	for _, p := range d.Pieces {
		if n := len(strings.Fields(p.Text)); n > 420 {
			t.Errorf("piece %s has %d words", p.Locator, n)
		}
	}
}

func TestForm(t *testing.T) {
	wrapped := "Nước sông đầy lên từng ngày một, người ta be bờ giữ lúa mà\nkhông xuể, đành để mặc cho nước tràn vào những thửa ruộng\nsắp gặt. Bà cụ ngồi trên chõng nhìn ra, không nói một câu\nnào nữa."
	dialogue := strings.Repeat("- Anh đi đâu?\n- Tôi đi chợ.\n", 6)
	free := "Tôi viết cho em những dòng này trong một đêm mưa rất dài và rất lạnh ở phía bên kia núi\nkhông ai hay\nnhư cỏ\nMột lần nữa tôi nhắc lại tên dòng sông đã đưa chúng ta về với nhau mùa ấy năm xưa"
	tests := []struct {
		name, in string
		hint     reading.Form
		want     reading.Form
	}{
		{"a poem nobody described", poem, reading.Unknown, reading.Verse},
		{"a poem filed under stories", poem, reading.Prose, reading.Verse},
		{"a story filed under poems", strings.Repeat("Đây là một đoạn văn xuôi dài, kể lại chuyện một người đàn bà chờ chồng bên bến sông suốt hai mươi năm trời.\n", 3), reading.Verse, reading.Prose},
		{"prose wrapped at sixty columns", wrapped, reading.Unknown, reading.Prose},
		{"a page of talk", dialogue, reading.Unknown, reading.Prose},
		{"free verse known to be a poem", free, reading.Verse, reading.Verse},
		{"the same lines unknown", free, reading.Unknown, reading.Prose},
		{"a single line", "Nước chảy.", reading.Verse, reading.Prose},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := reading.Plain(tt.in, tt.hint)
			if err != nil || d.Form != tt.want {
				t.Errorf("got %q, %v; want %q", d.Form, err, tt.want)
			}
		})
	}
	d := plain(t, wrapped)
	if strings.Count(d.HTML, "<p") != 1 || !strings.Contains(d.HTML, "lúa mà không xuể") {
		t.Errorf("wrapped lines are not one paragraph:\n%s", d.HTML)
	}
}

func TestVerseQuotedInAStoryKeepsItsLines(t *testing.T) {
	prose := strings.Repeat("Ông cụ ngồi tựa lưng vào gốc đa già đầu làng, mắt lim dim như đang nhớ lại một chuyện rất xa xưa nào đó. ", 5)
	d := plain(t, prose+"\n\nTrăm năm trong cõi người ta\nChữ tài chữ mệnh khéo là ghét nhau\n\n"+prose)
	if d.Form != reading.Prose || !strings.Contains(d.HTML, `<p class="stanza" id="kho-1"><span class="line">Trăm năm trong cõi người ta</span><br>`) {
		t.Errorf("form %q\n%s", d.Form, d.HTML)
	}
}

func TestADoubleSpacedPoemIsClosedUp(t *testing.T) {
	d := plain(t, "Trên bến trăng gầy\n\nNgười đi bóng ngả\n\n\nSông ơi có nhớ\n\nĐò xưa neo lại\n")
	checkPieces(t, d, []reading.Piece{
		{Kind: "stanza", Locator: "kho-1", Text: "Trên bến trăng gầy\nNgười đi bóng ngả"},
		{Kind: "stanza", Locator: "kho-2", Text: "Sông ơi có nhớ\nĐò xưa neo lại"},
	})
}

func TestAPoemWithoutStanzasIsAddressedByLines(t *testing.T) {
	d := plain(t, strings.Repeat("Trăm năm trong cõi người ta\nChữ tài chữ mệnh khéo là ghét nhau\n", 30))
	checkAnchors(t, d)
	if len(d.Pieces) != 5 || d.Pieces[0].Locator != "kho-1" || d.Pieces[2].Locator != "dong-25" {
		t.Errorf("%d pieces, %+v", len(d.Pieces), d.Pieces)
	}
}

const sentence = "Người đàn bà chờ chồng bên bến sông suốt hai mươi năm trời mà không một lời oán trách."

func TestHTML(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"a poem whose lines are paragraphs, stanzas parted by empty ones",
			"<p>Trên bến trăng gầy</p><p>Người đi bóng ngả</p><p> </p><p>Sông ơi có nhớ</p><p>Đò xưa neo lại</p>",
			`<p class="stanza" id="kho-1"><span class="line">Trên bến trăng gầy</span><br>` + "\n" + `<span class="line">Người đi bóng ngả</span></p>` + "\n" +
				`<p class="stanza" id="kho-2"><span class="line">Sông ơi có nhớ</span><br>` + "\n" + `<span class="line">Đò xưa neo lại</span></p>` + "\n"},
		{"emphasis over a line break stays on both lines",
			"<div><i>Trên bến<br>trăng gầy</i></div>",
			`<p class="stanza" id="kho-1"><span class="line"><em>Trên bến</em></span><br>` + "\n" + `<span class="line"><em>trăng gầy</em></span></p>` + "\n"},
		{"headings start at h2 under the page's own title and containers part paragraphs",
			"<h3>Một</h3><div>" + sentence + "</div><div>Trăng.</div><h4>Hai</h4>Gió.",
			`<h2 id="muc-1">Một</h2>` + "\n<p>" + sentence + "</p>\n<p>Trăng.</p>\n" + `<h3 id="muc-2">Hai</h3>` + "\n<p>Gió.</p>\n"},
		{"a table keeps its cells, drops its attributes and carries an anchor",
			`<table onclick="x" style="y"><tr><td colspan="2" class="z">Số</td></tr></table>`,
			`<div id="doan-1"><table><tbody><tr><td colspan="2">Số</td></tr></tbody></table></div>` + "\n"},
		{"notes lead to each other, other fragments nowhere, web addresses out",
			`<p>Chữ<a href="#fn1" id="fnref1"><sup>1</sup></a> <a href="#x" id="login">a</a> <a href="/b">b</a> <a href="https://c.vn/?a=1&amp;b">c</a></p>`,
			`<p id="doan-1">Chữ<a id="fnref1" href="#fn1"><sup>1</sup></a> a b <a href="https://c.vn/?a=1&amp;b" rel="nofollow noopener">c</a></p>` + "\n"},
		{"decomposed letters from entities are composed", "<p>Hoa&#x300;</p>", "<p id=\"doan-1\">Hoà</p>\n"},
		{"quotations", "<p>" + sentence + "</p><blockquote><p>Nước.</p></blockquote><p>Xong.</p>",
			"<p id=\"doan-1\">" + sentence + "</p>\n<blockquote>\n<p>Nước.</p>\n</blockquote>\n<p>Xong.</p>\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := reading.HTML(tt.in, reading.Unknown)
			if err != nil {
				t.Fatal(err)
			}
			if d.HTML != tt.want {
				t.Errorf("got\n%s\nwant\n%s", d.HTML, tt.want)
			}
		})
	}
}

func TestHostileHTMLDoesNothing(t *testing.T) {
	d, err := reading.HTML(`<!doctype html><meta charset="utf-8"><title>Thơ</title><script>alert(document.domain)</script><img src=x onerror=alert(1)>`+
		`<svg/onload=alert(2)><a href="java	script:alert(3)">x</a><style>*{display:none}</style><iframe src="//e"></iframe>`+
		`<form action="//e"><input name=p></form><p onclick="a()" style="position:fixed" id="main" class="header">còn lại`+"\u202e"+`</p>`+
		`<a href="data:text/html,x">d</a><base href="//e"><p>&lt;script&gt;</p>`, reading.Unknown)
	if err != nil {
		t.Fatal(err)
	}
	lower := strings.ToLower(d.HTML)
	for _, bad := range []string{"<script", "onerror", "onload", "onclick", "javascript", "java\t", "<img", "<svg", "<iframe", "<form", "<base", "<style", "style=", "data:", `id="main"`, `class="header"`, "\u202e"} {
		if strings.Contains(lower, bad) {
			t.Errorf("%q got through:\n%s", bad, d.HTML)
		}
	}
	if !strings.Contains(d.HTML, "còn lại") || !strings.Contains(d.HTML, "&lt;script&gt;") {
		t.Errorf("text was lost:\n%s", d.HTML)
	}
}

func TestEmptyTextIsSaidToBeEmpty(t *testing.T) {
	_, plainErr := reading.Plain(" \n\t\n", reading.Unknown)
	_, htmlErr := reading.HTML("<p> </p><script>x</script>", reading.Unknown)
	for _, err := range []error{plainErr, htmlErr} {
		if archive.ReasonOf(err) != "text-empty" || archive.CodeOf(err) != archive.Invalid {
			t.Errorf("got %v, want Invalid text-empty", err)
		}
	}
}

func TestBounds(t *testing.T) {
	if _, err := reading.Plain(strings.Repeat("a", reading.MaxBytes+1), reading.Unknown); archive.ReasonOf(err) != "text-too-large" {
		t.Errorf("got %v, want text-too-large", err)
	}
	tests := []struct {
		name, in string
		read     func(string, reading.Form) (reading.Document, error)
	}{
		{"one line of ten megabytes with spaces", strings.Repeat("nước chảy ", 10<<20/14), reading.Plain},
		{"one paragraph of HTML of ten megabytes without a space", strings.Repeat("nước", 10<<20/7), reading.HTML},
		{"a hundred thousand paragraphs", strings.Repeat("Nước chảy.\n\n", 100_000), reading.Plain},
		{"a hundred thousand lines", strings.Repeat("Nước chảy\n", 100_000), reading.Plain},
		{"a hundred thousand paragraphs of HTML", strings.Repeat("<p>Nước chảy.", 100_000), reading.HTML},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := tt.read(tt.in, reading.Unknown)
			if err != nil {
				t.Fatal(err)
			}
			if len(d.HTML) > 6*len(tt.in) || len(d.Pieces) == 0 || len(d.Pieces) > 20_000 {
				t.Errorf("%d bytes became %d and %d pieces", len(tt.in), len(d.HTML), len(d.Pieces))
			}
			for _, p := range d.Pieces {
				if len(p.Text) > 16<<10 {
					t.Fatalf("piece %s has %d bytes", p.Locator, len(p.Text))
				}
			}
		})
	}
	if _, err := reading.HTML(strings.Repeat("<blockquote>", 100_000)+"x", reading.Unknown); err != nil && archive.ReasonOf(err) != "text-unreadable" {
		t.Errorf("nested beyond reason: %v", err)
	}
}

func plain(t *testing.T, s string) reading.Document {
	t.Helper()
	d, err := reading.Plain(s, reading.Unknown)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func checkPieces(t *testing.T, d reading.Document, want []reading.Piece) {
	t.Helper()
	checkAnchors(t, d)
	if len(d.Pieces) != len(want) {
		t.Fatalf("%d pieces, want %d: %+v", len(d.Pieces), len(want), d.Pieces)
	}
	for i := range want {
		if d.Pieces[i] != want[i] {
			t.Errorf("piece %d is %+v, want %+v", i, d.Pieces[i], want[i])
		}
	}
}

// checkAnchors holds that every piece leads somewhere and that no id occurs twice.
func checkAnchors(t *testing.T, d reading.Document) {
	t.Helper()
	for _, p := range d.Pieces {
		if n := strings.Count(d.HTML, ` id="`+p.Locator+`"`); n != 1 {
			t.Errorf("anchor %q occurs %d times", p.Locator, n)
		}
	}
}
