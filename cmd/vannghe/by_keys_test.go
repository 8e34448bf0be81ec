package main

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"vannghe/internal/account"
	"vannghe/internal/archive"
)

// hand is somebody with a keyboard and nothing else: they go on by Tab alone, and look at where they are after every step.
type hand struct{ *browser }

// whereIAm says what is wrong with the place of the focus, or that the page has an order of its own; "" when a person sees where they are.
const whereIAm = `(() => {
	const e = document.activeElement || document.body, told = e.tagName + " " + (e.name || e.textContent || "").trim().slice(0, 30) + ": "
	if (document.querySelector("[tabindex]:not([tabindex='0']):not([tabindex='-1'])")) return "the page has an order of its own"
	if (e === document.body || e.matches("main")) return ""
	const ringed = e.matches(".send-file") ? e.nextElementSibling ?? e : e, style = getComputedStyle(ringed), box = ringed.getBoundingClientRect()
	if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) return told + "has the focus and shows nothing of it"
	if (box.width < 1 || box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) return told + "is not on the screen"
	const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1), y = Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 1), innerHeight - 1)
	const hit = document.elementFromPoint(x, y)
	return hit && (hit === e || ringed.contains(hit) || hit.contains(ringed) || hit.closest("label")?.contains(e)) ? "" : told + "is covered by " + hit?.className
})()`

// to goes past what stands on every page, by its first link, and on by Tab until what has the focus matches; then it presses keys there.
func (h *hand) to(selector, keys string) {
	h.t.Helper()
	lost := 0
	for range 120 {
		if value[bool](h.browser, `!!document.activeElement?.matches(`+quote(selector)+`)`) {
			h.keys(keys)
			return
		}
		h.keys(kb.Tab)
		if wrong := value[string](h.browser, whereIAm); wrong != "" {
			h.t.Errorf("%s: %s", value[string](h.browser, `location.pathname`), wrong)
		}
		if value[bool](h.browser, `!!document.activeElement?.matches(".skip")`) {
			h.keys(kb.Enter)
		}
		if value[bool](h.browser, `document.activeElement === document.body`) {
			lost++ // once is the end of the page, after which it begins anew
		}
		if lost > 1 {
			break
		}
	}
	h.t.Fatalf("on %s no Tab leads to %s", value[string](h.browser, `location.pathname`), selector)
}

func (h *hand) comes(words string) {
	h.t.Helper()
	h.arrives(`document.querySelector("main")?.innerText.includes(` + quote(words) + `)`)
}

// signsIn is somebody by name and password.
func (h *hand) signsIn(name string) {
	h.t.Helper()
	h.become("")
	h.open("/dang-nhap")
	h.to("#ten", name)
	h.to("#mat-khau", passphrase)
	h.to(`form[action="/dang-nhap"] button`, kb.Enter)
	h.comes("Bàn làm việc")
}

// testByKeys: a member sends, two editors decide, the public finds and reads, an editor withdraws: by keys alone. The focus is always seen, never lost, never
// trapped.
func testByKeys(t *testing.T, b *browser, set []string) {
	for name, role := range map[string]archive.Role{"phim-van": archive.EditorRole, "phim-khoa": archive.EditorRole, "phim-may": archive.Member} {
		_, err := account.New(openParts(t, set).catalog).AddWithPassword(t.Context(), name, "Bà "+name, passphrase, role)
		noError(t, err)
	}
	b.t = t
	b.width(1280)
	h := &hand{b}
	h.sends()
	for _, who := range []string{"phim-van", "phim-khoa"} {
		h.approves(who)
	}
	h.to(`form[action$="/cong-bo"] button`, kb.Enter)
	h.comes("Đã công bố.")
	h.finds()
	h.signsIn("phim-van")
	h.withdraws()
	b.noted("410")
}

func (h *hand) sends() {
	h.signsIn("phim-may")
	h.to(`a[href="/ban-lam-viec/gui"]`, kb.Enter)
	h.comes("Bước 1 trên 4")
	h.to(`button[value="tho"]`, kb.Enter)
	h.comes("Bước 2 trên 4")
	h.to("#loi", "Trăng gõ phím\rbến không chuột")
	h.to("[data-next] button", kb.Enter)
	h.comes("Bước 3 trên 4")
	h.to("#ten", "Trăng phím")
	h.to("[data-words-form] button", kb.Enter)
	h.comes("Bước 4 trên 4")
	h.to(`form[action$="/xem"] button`, kb.Enter)
	h.comes("Đã gửi.")
}

// approves opens the work from the queue, once it can be read, and answers every question.
func (h *hand) approves(who string) {
	h.t.Helper()
	h.signsIn(who)
	h.to(`a[href="/ban-lam-viec/duyet"]`, kb.Enter)
	h.comes("Trăng phím")
	path := value[string](h.browser, `[...document.querySelectorAll(".review-list h2 a")].find(a => a.innerText === "Trăng phím").pathname`)
	h.to(`a[href="`+path+`"]`, kb.Enter)
	h.comes("Duyệt: Trăng phím")
	until(h.t, patience, "the words can be read", func() bool {
		h.open(path)
		return value[bool](h.browser, `document.querySelector(".review-preview").innerText.includes("bến không chuột")`)
	})
	for _, item := range archive.CheckItems() {
		field := `[name="kiem-` + string(item) + `"]`
		if item != archive.CheckRights && item != archive.CheckConsent {
			h.to(field, " ")
			continue
		}
		h.to(field, kb.ArrowDown) // "does not apply"
		h.to(`[name="vi-sao-`+string(item)+`"]`, "Tác giả tự gửi.")
	}
	h.to(`form[action$="/duyet"] button`, kb.Enter)
	h.comes("Đã ghi lượt duyệt")
}

// finds is the public, by words without marks.
func (h *hand) finds() {
	h.t.Helper()
	h.become("")
	until(h.t, patience, "the work is found", func() bool {
		h.open("/tim-kiem?q=trang+phim+khong+chuot")
		return value[bool](h.browser, `document.querySelector(".hit")?.innerText.includes("Trăng phím") ?? false`)
	})
	h.open("/")
	h.keys(kb.Tab)
	h.tabTo(`.find input[type="search"]`)
	h.keys("trang phim khong chuot" + kb.Enter)
	h.comes("Trăng phím")
	h.to(`.hit .row-title a`, kb.Enter)
	h.comes("bến không chuột")
}

func (h *hand) withdraws() {
	h.t.Helper()
	h.open("/tim-kiem?q=trang+phim+khong+chuot")
	h.to(`.hit .row-title a`, kb.Enter)
	h.comes("bến không chuột")
	page := value[string](h.browser, `location.pathname`)
	h.to(`.bar a.button`, kb.Enter) // staff find the way to deciding above the work
	h.comes("Rút tác phẩm")
	h.to(`form[action$="/rut"] textarea`, "Theo đề nghị.")
	h.to(`form[action$="/rut"] button`, kb.Enter)
	h.comes("Đã rút.")
	h.become("")
	h.open(page)
	h.comes("Theo đề nghị.")
}
