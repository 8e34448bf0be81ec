package ui_test

import (
	"net/http/httptest"
	"testing"

	"vannghe/internal/archive"
	"vannghe/web/ui"
)

// sendSamples are the pages by which members send works, and those that go with them.
func sendSamples(t ui.Text, page func(string) ui.Page) []sample {
	public := page
	page = func(title string) ui.Page {
		p := public(title)
		p.SignedIn = true
		return p
	}
	wrong := func(reason archive.Reason, args ...any) string {
		return t.Sentence(archive.Fail(archive.Invalid, reason, args...))
	}
	kinds := []string{"tho", "truyen", "tranh", "anh", "bai-hat", "phim", "khac"}
	mine := []ui.Mine{{URL: "/gui-tep", Title: "Thơ", Untitled: true, Genre: "Thơ", State: archive.Draft, Updated: at(3)},
		{URL: "/gui-xem", Title: "Ngồi nghe mưa trên mái lá cọ", Genre: "Thơ", State: archive.ChangesRequested, Updated: at(4)}}
	files := []ui.SentFile{
		{ID: "aaaaaaaaaaaa", Name: "IMG_20260401_081512.jpg", Size: 3_400_000, Medium: archive.Image, Page: 1, URL: "/sample/ruong-1600.jpg"},
		{ID: "bbbbbbbbbbbb", Name: "Giọng đọc 01-04 08.20.11.webm", Size: 240_000, Medium: archive.Audio, URL: "/sample/media/audio.m4a"},
		{ID: "cccccccccccc", Name: "Cài đặt.exe", Size: 90_000, Upload: true, Problem: wrong("file-unshowable")},
	}
	help := ui.Help{Path: "/giup"}
	const poem = "Ngồi nghe mưa trên mái lá cọ\ngiọt rơi nghiêng, giọt đứng đợi bên thềm\n\nbà têm lại miếng trầu chưa kịp nhạt\n"
	return []sample{
		{"gui", ui.SendKindsPage(t, page(t.Text("send.heading")), ui.SendKinds{Path: "/gui", Kinds: kinds, Mine: mine, Wrong: wrong("send-kind-missing")})},
		{"gui-tep", ui.SendFilesPage(t, page(t.Text("send.heading")), ui.SendFiles{Base: "/gui-tep", Work: "aaaaaaaaaaaa", Kind: "tho", Back: "/gui", Accept: ".doc", Typing: true, Text: poem,
			Pages: true, Voice: true, Max: 64_000_000, Files: files, Help: help, Wrong: wrong("work-empty"),
			Half: []ui.HalfSent{{ID: "dddddddddddd", Name: "bang-ghi-am-1998-mat-a.wav", Received: 40, Size: 100}}})},
		{"gui-tranh", ui.SendFilesPage(t, page(t.Text("send.heading")), ui.SendFiles{Base: "/gui-tranh", Work: "aaaaaaaaaaaa", Kind: "tranh", Back: "/gui", Accept: "image/*", Max: 64_000_000})},
		{"gui-loi", ui.SendWordsPage(t, page(t.Text("send.heading")), ui.SendWords{Base: "/gui", Author: "Lâm Tịnh Vân", Genre: "tho", Help: help, Wrong: wrong("title-missing"), WrongField: "ten",
			Genres: []ui.Choice{{Value: "tho", Label: "Thơ"}, {Value: "truong-ca", Label: "Trường ca"}}})},
		{"gui-xem", ui.SendCheckPage(t, page(t.Text("send.heading")), ui.SendCheck{Base: "/gui", Title: "Ngồi nghe mưa trên mái lá cọ", Authors: []string{"Lâm Tịnh Vân"}, Genre: "Thơ",
			Description: "Viết ở Trúc Khê,\nmùa nước nổi.", Text: poem, Files: files[:2], Help: help})},
		{"gui-giup", ui.HelpCodePage(t, page(t.Text("help.title")), ui.HelpCode{Code: "7KXNDF", Until: at(5), Back: "/gui-tep"})},
		{"giup", ui.HelpEntryPage(t, page(t.Text("help.enter")), ui.HelpEntry{Path: "/giup", Code: "AAAAAA", Wrong: wrong("help-missing")})},
		{"theo-doi", ui.FollowLinkPage(t, page(t.Text("follow.title")), ui.FollowLink{Title: "Ngồi nghe mưa trên mái lá cọ", Until: at(2), Renew: "/theo-doi", Path: "/theo-doi", End: "/theo-doi", Back: "/duyet-nguoi-gui",
			Link: "https://vannghe.example/tinh-trang?ma=0123456789012345678901234567890123456789012", Size: 29, Code: "M4 4h7v1h-7zM4 5h1v5h-1z"})},
		{"tinh-trang", ui.FollowedPage(t, page("Ngồi nghe mưa trên mái lá cọ"), ui.Followed{Title: "Ngồi nghe mưa trên mái lá cọ", State: archive.ChangesRequested, Sent: at(2),
			Notes:    []ui.Told{{Time: at(4), Type: archive.EventRequest, Name: "Quách Hữu Đằng", Note: "Xin ghi năm sáng tác."}},
			Comments: []ui.FollowedComment{{Name: "Khổng Thị Mây", Time: at(3), Text: "Khổ 2 hay quá."}}})},
		{"dang-nhap-lai", ui.SignInPage(t, page("Đăng nhập"), ui.SignIn{Kept: ui.Kept{Action: "/ban-lam-viec/duyet/x/sua-lai", Body: "a=b"}})},
		{"gui-tiep", ui.ResumePage(t, page(t.Text("kept.title")), ui.Resume{Action: "/duyet", Back: "/", Fields: []ui.ResumeField{{Name: "thay", Value: "x"}, {Name: "ly-do", Value: "Xin ghi năm sáng tác,\nvà nơi viết."}}})},
	}
}

// crowdedHeader is what overlaps in the header, runs off, or leaves the search box no room: the words count, not the boxes that hold them.
const crowdedHeader = `(() => {
	const drawn = [...document.querySelectorAll(".masthead a, .masthead button, .masthead input")].filter(e => e.getClientRects().length).map(e => {
		const words = document.createRange();
		words.selectNodeContents(e);
		return { e, box: (e.matches("input") ? e : words).getBoundingClientRect() };
	});
	const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
	const bad = drawn.filter((d, n) => d.box.right > 321 || d.box.left < -1 || (d.e.matches("input") && d.box.width < 200) || drawn.slice(0, n).some(o => over(o.box, d.box)));
	return bad.map(d => d.e.className + " " + d.e.textContent.trim()).join();
})()`

// Letters of 200 % on a screen of 320 px: nothing of sending is wider than the screen, covered or too small to be pressed.
func TestSendingWithLargeLetters(t *testing.T) {
	site := httptest.NewServer(previewSite(t, t.TempDir()))
	defer site.Close()
	b := browser(t)
	for _, s := range sendSamples(ui.Speak("vi"), func(title string) ui.Page { return ui.Page{Title: title} }) {
		b.open(t, site.URL+"/"+s.name, 320)
		b.script(t, `document.documentElement.style.fontSize = "225%"; document.querySelectorAll("details").forEach(d => d.open = true)`)
		b.equal(t, `[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > 321 && getComputedStyle(e).position !== "absolute").map(e => e.tagName + "." + e.className).join()`, "")
		b.equal(t, `String(document.documentElement.scrollWidth <= 320)`, "true")
		b.equal(t, crowdedHeader, "")
	}
}
