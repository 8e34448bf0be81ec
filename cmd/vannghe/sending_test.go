package main

import (
	"crypto/sha512"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"vannghe/internal/account"
	"vannghe/internal/archive"
	"vannghe/internal/tool/clamd/clamdtest"
)

// phone is a member at 360 px whose touches and screens are counted.
type phone struct {
	*browser
	taps    int
	screens map[string]bool
}

// tap touches what a finger finds: it must be seen, and large enough.
func (p *phone) tap(selector string) {
	p.t.Helper()
	if small := value[string](p.browser, fmt.Sprintf(`(() => { const e = document.querySelector(%s); const box = (e.closest("label") ?? e).getBoundingClientRect(); return box.height < 47.9 || box.width < 47.9 ? box.width + "x" + box.height : "" })()`, quote(selector))); small != "" {
		p.t.Errorf("%s is %s", selector, small)
	}
	p.taps++
	p.click(selector)
}

// screen waits for a screen, by the words above its heading.
func (p *phone) screen(words string) {
	p.t.Helper()
	p.arrives(`document.querySelector("main").innerText.includes(` + quote(words) + `)`)
	p.screens[words] = true
	if over := value[int](p.browser, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		p.t.Errorf("%q is %d px wider than the screen", words, over)
	}
	p.shot("gui-" + strings.ReplaceAll(words, " ", "-"))
}

// choose gives files to a field, which takes a touch on it and one on each file.
func (p *phone) choose(selector string, files ...string) {
	p.t.Helper()
	p.taps += 1 + len(files)
	p.do(chromedp.SetUploadFiles(chromedp.CSS(selector), files))
}

// association is a server with the people of an association.
type association struct {
	*server
	set     []string
	dir     string // for files that are sent
	line    *gate  // between the browsers and the server
	address string // of the server behind it
	origin  string // under which browsers know it
}

// meet leads the line to the server as it is now.
func (a *association) meet() {
	a.address, a.url = strings.TrimPrefix(a.url, "http://"), a.origin
	a.line.to(a.address)
}

func newAssociation(t *testing.T, more ...string) *association {
	t.Helper()
	a := &association{set: append([]string{"--data", t.TempDir()}, more...), dir: t.TempDir()}
	p := openParts(t, a.set[:2])
	use := account.New(p.catalog)
	for name, role := range map[string]archive.Role{"van": archive.EditorRole, "khoa": archive.EditorRole} {
		_, err := use.AddWithPassword(t.Context(), name, "Bà "+name, passphrase, role)
		noError(t, err)
	}
	a.server = serve(t, a.set...)
	a.line, a.origin = newGate(t, "", 1<<20)
	a.meet()
	return a
}

// member comes in by a link and stands at the desk.
func (a *association) member(t *testing.T, name string, more ...chromedp.ExecAllocatorOption) *phone {
	t.Helper()
	must(t, append([]string{"user", "add", name, "--shown", "Hội viên " + name}, a.set...)...)
	p := &phone{browser: chromium(t, a.url, more...), screens: map[string]bool{}}
	p.width(360)
	a.invite(t, p, name)
	return p
}

func (a *association) invite(t *testing.T, p *phone, name string) {
	t.Helper()
	link := ""
	for _, line := range lines(must(t, append([]string{"user", "invite", name, "--base-url", a.url}, a.set...)...)) {
		if at := strings.Index(line, a.url+"/loi-moi"); at >= 0 {
			link = strings.TrimPrefix(line[at:], a.url)
		}
	}
	p.open(link)
	p.click(`form[action="/loi-moi"] button`)
	p.arrives(`location.pathname === "/ban-lam-viec"`)
}

// make writes a file to be sent.
func (a *association) make(t *testing.T, name string, data []byte) string {
	t.Helper()
	at := filepath.Join(a.dir, name)
	noError(t, os.WriteFile(at, data, 0o600))
	return at
}

// page is a photograph of a page, taken with the telephone on its side.
func (a *association) page(t *testing.T, name, colour string) string {
	t.Helper()
	at := filepath.Join(a.dir, name)
	runTool(t, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color="+colour+":s=640x480", "-frames:v", "1", at)
	flat, err := os.ReadFile(at)
	noError(t, err)
	// Exif (CIPA DC-008 §4.6.4): its orientation is 6, to be turned to the right.
	exif := "\xff\xe1\x00\x22Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
	return a.make(t, name, append(append(flat[:2:2], exif...), flat[2:]...))
}

// TestMemberSends: a member sends a poem from a telephone, with its pages and the own voice; two editors approve, one publishes, the public
// reads, looks and hears.
func TestMemberSends(t *testing.T) {
	t.Parallel()
	a := newAssociation(t)
	p := a.member(t, "may", chromedp.Flag("use-fake-device-for-media-stream", true), chromedp.Flag("use-fake-ui-for-media-stream", true))
	p.shot("gui-ban-lam-viec")
	p.tap(`a[href="/ban-lam-viec/gui"]`)
	p.screen("Bước 1 trên 4")
	p.tap(`button[value="tho"]`)
	p.screen("Bước 2 trên 4")
	p.tap(`#loi`)
	p.keys("Trăng lên bến cũ\r\rSương xuống đò đầy")
	p.choose(`#trang`, a.page(t, "mot.jpg", "red"), a.page(t, "hai.jpg", "blue"))
	p.truth(`document.querySelectorAll("[data-file]").length === 2 && document.querySelector(".send-list").children.length === 0`)
	p.tap(`[data-voice] button`)
	p.truth(`Number(document.querySelector("[data-voice] button").dataset.time?.slice(2)) >= 2`)
	p.tap(`[data-voice] button`)
	p.truth(`document.querySelectorAll("[data-file]").length === 3`)
	p.shot("gui-da-nhan")
	p.tap(`[data-next] button`)
	p.screen("Bước 3 trên 4")
	p.tap(`#ten`)
	p.keys("Bến trăng")
	p.tap(`[data-words-form] button`)
	p.screen("Bước 4 trên 4")
	p.is(`document.querySelector(".send-read").textContent`, "Trăng lên bến cũ\n\nSương xuống đò đầy\n")
	p.tap(`form[action$="/xem"] button`)
	p.arrives(`document.body.innerText.includes("Chờ duyệt")`)
	p.shot("gui-da-gui")
	if p.taps > 12 || len(p.screens) > 4 {
		t.Errorf("%d touches, %d screens", p.taps, len(p.screens))
	}
	t.Logf("%d touches, with those for two pages and a voice; %d screens", p.taps, len(p.screens))
	p.clean("a member sends")
	public := a.decide(t, "Bến trăng")
	reader := chromium(t, a.url)
	reader.width(360)
	reader.open(public)
	reader.truth(`document.body.innerText.includes("Sương xuống đò đầy")`)
	until(t, patience, "the voice can be heard", func() bool { // it is made while the work is public already
		reader.open(public)
		return value[bool](reader, `document.querySelector("audio") !== null`)
	})
	reader.script(`void document.querySelector("audio").play()`)
	reader.truth(`document.querySelector("audio").currentTime > 0.5`)
	if upright := value[int](reader, `[...document.querySelectorAll("main picture img")].filter(i => i.getAttribute("height") > i.getAttribute("width")).length`); upright != 2 {
		t.Errorf("%d pages stand upright", upright)
	}
	reader.shot("gui-cong-chung")
	reader.clean("the public")
	p.open("/ban-lam-viec")
	p.truth(`document.querySelector(".things").innerText.includes("Đã công bố")`)
}

// decide has two editors approve a work and one publish it, through their pages, and returns the page of the work.
func (a *association) decide(t *testing.T, title string) string {
	t.Helper()
	for _, who := range []string{"van", "khoa"} {
		b := chromium(t, a.url)
		b.width(360)
		b.open("/ban-lam-viec/duyet")
		b.do(chromedp.SendKeys(chromedp.CSS("#ten"), who+kb.Tab+passphrase+kb.Enter))
		b.arrives(`location.pathname === "/ban-lam-viec/duyet"`)
		until(t, patience, "the files are in the archive", func() bool {
			b.open("/ban-lam-viec/duyet")
			b.script(`[...document.querySelectorAll(".review-list h2 a")].find(a => a.innerText.includes(` + quote(title) + `)).click()`)
			b.arrives(`document.querySelector("#quyet-dinh") !== null`)
			return value[bool](b, `document.querySelector(".review-preview").innerText.includes("bến")`)
		})
		for item, answer := range map[string]string{"rights": "exempt", "consent": "exempt", "agents": "yes", "content": "yes"} {
			b.click(fmt.Sprintf(`[name="kiem-%s"][value="%s"]`, item, answer))
			if answer == "exempt" {
				b.do(chromedp.SendKeys(chromedp.CSS(`[name="vi-sao-`+item+`"]`), "Tác giả tự gửi."))
			}
		}
		b.shot("duyet-" + who)
		b.click(`form[action$="/duyet"] button`)
		b.arrives(`document.body.innerText.includes("Đã ghi lượt duyệt")`)
		if who == "van" {
			continue
		}
		b.click(`form[action$="/cong-bo"] button`)
		b.arrives(`document.body.innerText.includes("Đã công bố.")`)
	}
	return a.server.page(t, title)
}

// TestMemberSendsByKeyboard goes the same way by keys alone.
func TestMemberSendsByKeyboard(t *testing.T) {
	t.Parallel()
	a := newAssociation(t)
	p := a.member(t, "may")
	press := func(selector, keys string) {
		t.Helper()
		p.tabTo(selector)
		p.keys(keys)
	}
	press(`a[href="/ban-lam-viec/gui"]`, kb.Enter)
	p.screen("Bước 1 trên 4")
	press(`button[value="tho"]`, kb.Enter)
	p.screen("Bước 2 trên 4")
	press(`#loi`, "Trăng lên\rbến cũ")
	press(`[data-next] button`, kb.Enter)
	p.screen("Bước 3 trên 4")
	press(`#ten`, "Trăng")
	press(`#gioi-thieu`, "Viết bên bến.")
	press(`[data-words-form] button`, kb.Enter)
	p.screen("Bước 4 trên 4")
	press(`form[action$="/xem"] button`, kb.Enter)
	p.arrives(`document.body.innerText.includes("Chờ duyệt")`)
	p.clean("by keyboard")
}

// gate is a line to a server that carries so many bytes a second upwards, and can be cut.
type gate struct {
	rate int // bytes a second

	mu     sync.Mutex
	target string // "" cuts every connection at once
	open   map[net.Conn]bool
}

func newGate(t *testing.T, target string, rate int) (g *gate, address string) {
	t.Helper()
	g = &gate{rate: rate, target: target, open: map[net.Conn]bool{}}
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	noError(t, err)
	t.Cleanup(func() { _ = ln.Close(); g.to("") })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go g.carry(c)
		}
	}()
	return g, "http://" + ln.Addr().String()
}

// to leads to another server, or cuts the line; what was open ends.
func (g *gate) to(target string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.target = target
	for c := range g.open {
		_ = c.Close()
	}
	clear(g.open)
}

func (g *gate) carry(browser net.Conn) {
	defer func() { _ = browser.Close() }()
	g.mu.Lock()
	target := g.target
	g.mu.Unlock()
	if target == "" {
		return
	}
	server, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	g.mu.Lock()
	g.open[browser], g.open[server] = true, true
	g.mu.Unlock()
	go func() {
		_, _ = io.Copy(browser, server)
		_ = browser.Close()
	}()
	const step = 16 << 10
	for {
		n, err := io.CopyN(server, browser, step)
		if err != nil {
			return
		}
		time.Sleep(time.Duration(n) * time.Second / time.Duration(g.rate)) // how fast it is
	}
}

// TestSendingThroughFaults: the line goes away in the middle of a file, the server is killed, the page is loaded again, the session ends, files
// are wrong; nothing is chosen or typed twice, and nothing is called failed that arrived.
func TestSendingThroughFaults(t *testing.T) {
	t.Parallel()
	clamd := clamdtest.Start(t)
	a := newAssociation(t, "--clamd", clamd.Address())
	p := a.member(t, "may")
	p.open("/ban-lam-viec/gui")
	p.click(`button[value="khac"]`)
	p.screen("Bước 2 trên 4")
	base := value[string](p.browser, `location.pathname`)
	state := `(document.querySelector(".send-list")?.innerText ?? "")`
	part := `Number((` + state + `.match(/Đã gửi (\d+) %/) ?? [0, 0])[1])`

	p.choose(`#tep`, a.make(t, "băng.wav", wav(12<<20)))
	p.truth(part + ` >= 5`)
	a.line.to("") // away
	p.truth(state + `.includes("Đường truyền đang gián đoạn")`)
	p.shot("gui-mat-mang")
	a.line.to(a.address)
	p.truth(part + ` >= 20`)

	a.kill()
	p.truth(state + `.includes("Đường truyền đang gián đoạn")`)
	a.server = serve(t, a.set...)
	a.meet()
	p.truth(part + ` >= 35`)

	p.open(base) // loaded again: the file is still on the device
	p.truth(part + ` >= 45`)

	must(t, append([]string{"user", "end-sessions", "may"}, a.set...)...)
	p.truth(state + `.includes("Phiên làm việc đã hết")`)
	p.shot("gui-het-phien")
	p.click(`#loi`)
	p.keys("Trăng lên")
	p.truth(`document.querySelector("[data-saved]").textContent.includes("giữ trong máy này")`)
	a.invite(t, p, "may")
	p.open(base)
	p.truth(`document.querySelectorAll("[data-file]").length === 1 && document.querySelector(".send-list").children.length === 0`)
	p.truth(`document.querySelector("#loi").value === "Trăng lên"`)
	p.truth(`document.querySelector("[data-saved]").textContent.includes("Đã lưu")`)

	a.wrongFiles(t, p, base)
	a.holdsOnce(t, strings.TrimPrefix(base, "/ban-lam-viec/gui/"), wav(12<<20))
}

// wrongFiles: an empty one, a program, one that is infected. Each is told beside its name, and the way on is open.
func (a *association) wrongFiles(t *testing.T, p *phone, base string) {
	t.Helper()
	p.choose(`#tep`, a.make(t, "trống.jpg", nil))
	p.truth(`document.querySelector(".send-list").innerText.includes("Tệp này trống")`)
	p.choose(`#tep`, a.make(t, "tranh.jpg", []byte("MZ\x90\x00 program")))
	p.truth(`document.querySelector("[data-arrived]").innerText.includes("không phải là bài viết, ảnh")`)
	p.choose(`#tep`, a.make(t, "doc.txt", clamdtest.Infected()))
	p.truth(`document.querySelector("[data-arrived]").innerText.includes("mã độc")`)
	p.shot("gui-tep-sai")
	for left := range 2 {
		p.script(`document.querySelector(".wrong").closest("li").querySelector("details").open = true`)
		p.script(`document.querySelector(".wrong").closest("li").querySelector("form button").click()`)
		p.arrives(fmt.Sprintf(`location.pathname === %s && document.querySelectorAll(".wrong").length === %d`, quote(base), 1-left))
	}
	p.arrives(`document.querySelectorAll("[data-file]").length === 1`)
}

// holdsOnce fails unless the draft holds these bytes, once, besides what was typed, and no upload is left.
func (a *association) holdsOnce(t *testing.T, work string, data []byte) {
	t.Helper()
	p := openParts(t, a.set[:2])
	w, err := p.catalog.Reader(archive.System("test")).Work(t.Context(), archive.WorkID(work))
	noError(t, err)
	var held []string
	for _, r := range w.Representations {
		for _, f := range r.Files {
			held = append(held, string(f.Digest))
		}
	}
	want := []string{fmt.Sprintf("%x", sha512.Sum512(data)), fmt.Sprintf("%x", sha512.Sum512([]byte("Trăng lên\n")))}
	slices.Sort(held)
	slices.Sort(want)
	if !slices.Equal(held, want) {
		t.Errorf("the draft holds %d files, not the two", len(held))
	}
	if left, err := p.catalog.Reader(archive.System("test")).Uploads(t.Context(), 9); err != nil || len(left) != 0 {
		t.Errorf("uploads left: %+v, %v", left, err)
	}
}

// wav is a recording of that many bytes, of which no two parts are alike.
func wav(size int) []byte {
	b := make([]byte, size)
	copy(b, "RIFF\x00\x00\xc0\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x44\xac\x00\x00\x88\x58\x01\x00\x02\x00\x10\x00data\x00\x00\xc0\x00")
	for i := 44; i < size; i++ {
		b[i] = byte(i * (i >> 8) >> 3)
	}
	return b
}
