package ui_test

import (
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"vannghe/internal/archive"
	"vannghe/web/ui"
)

// deskSamples are the pages that people sign in for.
func deskSamples(t ui.Text, page func(string) ui.Page) []sample {
	roles := []archive.Role{archive.Member, archive.Archivist, archive.EditorRole, archive.Administrator}
	wrong := func(reason archive.Reason, args ...any) string {
		return t.Sentence(archive.Fail(archive.Invalid, reason, args...))
	}
	day := time.Date(2025, 4, 2, 3, 0, 0, 0, time.UTC)
	devices := []ui.Device{{ID: "aaaaaaaaaaaa", Label: "Chrome, Android", Since: day, Used: day, This: true}, {ID: "bbbbbbbbbbbb", Label: "Samsung Internet, Android", Since: day, Used: day}}
	signedIn := page("Bàn làm việc")
	signedIn.SignedIn = true
	return []sample{
		{"dang-nhap", ui.SignInPage(t, page("Đăng nhập"), ui.SignIn{})},
		{"dang-nhap-sai", ui.SignInPage(t, page("Đăng nhập"), ui.SignIn{Name: "van", Next: "/ban-lam-viec", WrongPassword: wrong("sign-in-wrong"), WrongCode: wrong("too-many-tries", 3), Digits: true})},
		{"loi-moi", ui.InvitationPage(t, page("Lời mời"), ui.Invitation{Secret: "x", For: "Khổng Thị Mây", Name: "khong-thi-may"})},
		{"loi-moi-nhan-vien", ui.InvitationPage(t, page("Lời mời"), ui.Invitation{Secret: "x", For: "Lâm Tịnh Vân", Name: "tinhvan", Password: true, MinPassword: 12, Wrong: wrong("password-differs"), Key: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", Size: 29, Path: "M4 4h7v1h-7zM4 5h1v5h-1z"})},
		{"lan-dau", ui.InvitationPage(t, page("Lần đầu"), ui.Invitation{Secret: "x", Setup: true, Password: true, MinPassword: 12})},
		{"ban-lam-viec", ui.DeskPage(t, signedIn, ui.Desk{Name: "Lâm Tịnh Vân", Roles: roles, May: []string{"Duyệt, công bố và rút tác phẩm."},
			Send: "/gui", Mine: []ui.Mine{{URL: "/gui-xem", Title: "Bến trăng", Genre: "Thơ", State: archive.Published, Updated: day}},
			Waits: ui.Link{Label: t.Text("notices.title-new", 3), URL: "/viec"}, Rooms: []ui.Room{{Heading: t.Text("desk.board"), Links: []ui.Link{{Label: t.Text("review.queue"), URL: "/duyet"}, {Label: t.Text("case.title"), URL: "/gop-y"}}},
				{Heading: t.Text("desk.own"), Links: []ui.Link{{Label: t.Text("devices.title"), URL: "/thiet-bi"}}}}})},
		{"thiet-bi", ui.DevicesPage(t, signedIn, ui.Devices{List: devices})},
		{"mat-khau", ui.PasswordPage(t, signedIn, ui.Password{MinPassword: 12, Wrong: wrong("password-wrong")})},
		{"mat-khau-xong", ui.PasswordPage(t, signedIn, ui.Password{MinPassword: 12, Done: true})},
		{"tai-khoan", ui.AccountsPage(t, signedIn, ui.Accounts{Roles: roles, Chosen: roles[:1], Wrong: wrong("account-taken", "van"), List: []ui.AccountEntry{
			{URL: "/tai-khoan-1", Name: "tinhvan", Shown: "Lâm Tịnh Vân", Roles: roles[2:]}, {URL: "/tai-khoan-1", Name: "may", Shown: "Khổng Thị Mây", Roles: roles[:1], Ended: day}}})},
		{"tai-khoan-1", ui.AccountPage(t, signedIn, ui.Account{Base: "/x", Name: "tinhvan", Shown: "Lâm Tịnh Vân", Roles: roles, Chosen: roles[2:3], Devices: devices, Wrong: wrong("last-administrator")})},
		{"moi-xong", ui.InvitedPage(t, signedIn, ui.Invited{Shown: "Khổng Thị Mây", Link: "https://vannghe.example/loi-moi?ma=0123456789012345678901234567890123456789012", Size: 29,
			Path: "M4 4h7v1h-7zM4 5h1v5h-1z", Code: "031874", Until: day, CodeUntil: day, Back: "/tai-khoan-1"})},
	}
}

// axe finds nothing on any page of the desk, in both languages, by day and by night; nothing is wider than a screen of 320 px, and nothing that is pressed is
// lower than 48 px unless it stands in a line of text.
func TestTheDeskFitsEverybody(t *testing.T) {
	site := httptest.NewServer(previewSite(t, t.TempDir()))
	defer site.Close()
	b := browser(t)
	b.always(t, watchPolicy)
	for _, language := range []string{"vi", "en"} {
		prefix := map[string]string{"vi": "/", "en": "/en/"}[language]
		page := func(title string) ui.Page { return ui.Page{Title: title} }
		for i, s := range slices.Concat(deskSamples(ui.Speak(language), page), sendSamples(ui.Speak(language), page), officeSamples(ui.Speak(language), page), mailSamples(ui.Speak(language), page), bureauSamples(ui.Speak(language), page),
			describeSamples(ui.Speak(language), page)) {
			theme := []string{"?theme=light", "?theme=dark"}[i%2]
			b.open(t, site.URL+prefix+s.name+theme, 320)
			b.script(t, `document.querySelectorAll("details").forEach(d => d.open = true)`)
			b.axe(t)
			b.equal(t, `[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > 321 && getComputedStyle(e).position !== "absolute" && !e.closest(".table-wide table")).map(e => e.tagName + "." + e.className).join()`, "")
			b.equal(t, `[...document.querySelectorAll("main a, main button:not(.visually-hidden), main summary, main input:not([type=hidden], .visually-hidden)")].filter(e => {
				const box = (e.closest("label") ?? e).getBoundingClientRect()
				return box.width > 0 && getComputedStyle(e).display !== "inline" && box.height < 47.9
			}).map(e => e.tagName + " " + e.textContent).join()`, "")
			b.nothingRefused(t)
		}
	}
}

func (b tab) script(t *testing.T, statement string) {
	t.Helper()
	if err := chromedp.Do(b.ctx, chromedp.Evaluate[chromedp.Void](statement)); err != nil {
		t.Fatal(err)
	}
}
