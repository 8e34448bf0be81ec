package web_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/textproto"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"vannghe/internal/archive"
	"vannghe/web/address"
)

// sendRoutes is who may what where works are sent, for TestWhoMayWhat.
func sendRoutes() map[string]access {
	own := answers{303, 404, 200, 200, 403} // of somebody else's draft; administrators do not describe works by being that
	unknown, help := answers{303, 404, 404, 404, 404}, answers{303, 403, 200, 200, 403}
	table := map[string]access{
		"GET /ban-lam-viec/gui":                          {want: answers{303, 200, 200, 200, 200}},
		"POST /ban-lam-viec/gui":                         {want: answers{303, 400, 400, 400, 400}, body: "loai=xyz"},
		"GET /ban-lam-viec/gui/:work/tep/:file":          {want: unknown, path: "/ban-lam-viec/gui/aaaaaaaaaaaa/tep/aaaaaaaaaaaa"},
		"GET /ban-lam-viec/giup":                         {want: help},
		"POST /ban-lam-viec/giup":                        {want: answers{303, 403, 404, 404, 403}, body: "ma=AAAAAA"},
		"GET /ban-lam-viec/cua-toi/:work/theo-doi":       {want: answers{303, 404, 200, 200, 200}, path: "/ban-lam-viec/cua-toi/{hidden}/theo-doi"},
		"POST /ban-lam-viec/cua-toi/:work/theo-doi":      {want: unknown, path: "/ban-lam-viec/cua-toi/aaaaaaaaaaaa/theo-doi"},
		"POST /ban-lam-viec/cua-toi/:work/theo-doi/them": {want: unknown, path: "/ban-lam-viec/cua-toi/aaaaaaaaaaaa/theo-doi/them"},
		"POST /ban-lam-viec/cua-toi/:work/theo-doi/het":  {want: unknown, path: "/ban-lam-viec/cua-toi/aaaaaaaaaaaa/theo-doi/het"},
		"GET /tinh-trang":                                {want: all(404), path: "/tinh-trang?ma=x"},
	}
	for _, page := range []string{"", "/loi", "/xem"} {
		table["GET /ban-lam-viec/gui/:work"+page] = access{want: own, path: "/ban-lam-viec/gui/{hidden}" + page}
	}
	for _, act := range []string{"", "/tep", "/van-ban", "/loi", "/xem", "/giup", "/bo-het", "/xep/:file", "/bo/:file", "/bo-do/:file"} {
		path := "/ban-lam-viec/gui/aaaaaaaaaaaa" + strings.ReplaceAll(act, ":file", "bbbbbbbbbbbb")
		table["POST /ban-lam-viec/gui/:work"+act] = access{want: unknown, path: path, body: "loi=x"}
	}
	return table
}

// begin starts a work of a kind as somebody and returns its address.
func (b *board) begin(who, kind string) string {
	b.t.Helper()
	a := b.post(who, address.Send, url.Values{"loai": {kind}}).expect(b.t, 303)
	return a.Header.Get("Location")
}

// formFile is a file of a form.
type formFile struct {
	field, name string
	data        []byte
}

// sendForm sends files as a browser without scripts does.
func (b *board) sendForm(who, path string, files ...formFile) answer {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, f := range files {
		part, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf(`form-data; name=%q; filename="%s"`, f.field, f.name)}, "Content-Type": {"application/octet-stream"}})
		b.must(err)
		_, err = part.Write(f.data)
		b.must(err)
	}
	b.must(w.Close())
	return b.n.do(http.MethodPost, path, &body, "Content-Type: "+w.FormDataContentType(), "Sec-Fetch-Site: same-origin", b.as(who))
}

var seenInForm = regexp.MustCompile(`name="thay" value="([^"]+)"`)

// A poem goes from the first button to the editors by plain forms, without scripts: typed, its pages photographed, read aloud from a file.
func TestSendingWithoutScripts(t *testing.T) {
	b := newBoard(t)
	b.n.get(address.Send, b.as("do")).expect(t, 200, "Quý vị muốn gửi gì?", `value="tho"`, "Bước 1 trên 4")
	base := b.begin("do", "tho")
	b.n.get(base, b.as("do")).expect(t, 200, "Bước 2 trên 4", "Gõ hoặc dán bài thơ", "Chụp các trang giấy", "64 MB", `enctype="multipart/form-data"`)
	b.post("do", base, url.Values{"loi": {" \r\n"}}).expect(t, 400, "chưa có gì bên trong")
	b.sendForm("do", base+"/tep", formFile{"trang", "1.jpg", []byte("\xff\xd8\xff\xe0 1")}, formFile{"trang", "2.jpg", []byte("\xff\xd8\xff\xe0 2")}, formFile{"tep", "", nil}).expect(t, 303)
	b.sendForm("do", base+"/tep", formFile{"tep", `giọng %22đọc%22.mp3`, []byte("ID3\x04\x00\x00\x00\x00\x00\x00\xff\xfb\x90\x00")}).expect(t, 303)
	page := b.n.get(base, b.as("do")).expect(t, 200, "Trang 1", "Trang 2", "1.jpg", "giọng &#34;đọc&#34;.mp3")
	picture := regexp.MustCompile(`src="([^"]+/tep/[a-z2-7]{12})"`).FindSubmatch(page.body)
	if picture == nil {
		t.Fatal("the sender does not see the page")
	}
	if a := b.n.get(string(picture[1]), b.as("do")).expect(t, 200); a.Header.Get("Content-Type") != "image/jpeg" || !strings.Contains(a.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("the picture comes with %v", a.Header)
	}
	b.n.get(string(picture[1]), b.as("khac")).expect(t, 404)
	b.n.get(string(picture[1])).expect(t, 303)
	a := b.post("do", base, url.Values{"loi": {"Trăng lên\r\n\r\n<script>alert(1)</script>\r\n"}}).expect(t, 303)
	b.n.get(a.Header.Get("Location"), b.as("do")).expect(t, 200, "Bước 3 trên 4", `value="Bà do"`)
	b.post("do", base+"/loi", url.Values{"ten": {" "}, "gioi-thieu": {"Viết năm 1975."}}).expect(t, 400, "Còn thiếu tên", "Viết năm 1975.", `aria-invalid="true"`)
	a = b.post("do", base+"/loi", url.Values{"ten": {"Bến <b>trăng</b>"}, "gioi-thieu": {"Viết năm 1975."}, "tac-gia": {"Bà do; Bà kia"}, "the-loai": {"truong-ca"}}).expect(t, 303)
	page = b.n.get(a.Header.Get("Location"), b.as("do")).expect(t, 200, "Bước 4 trên 4", "Bến &lt;b&gt;trăng", "&lt;script&gt;", "Trường ca", "Bà do, Bà kia", "Viết năm 1975.")
	if bytes.Contains(page.body, []byte("<script>alert")) {
		t.Error("what was typed runs")
	}
	b.handedIn(base, string(seenInForm.FindSubmatch(page.body)[1]))
}

// Pages are put in order by buttons, and a draft is thrown away whole: then it is nobody's, and the next one begins with nothing.
func TestPagesInOrderAndADraftThrownAway(t *testing.T) {
	b := newBoard(t)
	base := b.begin("do", "tho")
	b.sendForm("do", base+"/tep", formFile{"trang", "mot.jpg", []byte("\xff\xd8\xff\xe0 1")}, formFile{"trang", "hai.jpg", []byte("\xff\xd8\xff\xe0 2")}, formFile{"trang", "ba.jpg", []byte("\xff\xd8\xff\xe0 3")}).expect(t, 303)
	order := func() (names, moves []string) {
		page := string(b.n.get(base, b.as("do")).expect(t, 200, "Bỏ bản nháp này").body)
		for _, m := range regexp.MustCompile(`Trang \d ·\s*([a-z]+)\.jpg`).FindAllStringSubmatch(page, -1) {
			names = append(names, m[1])
		}
		for _, m := range regexp.MustCompile(`action="([^"]+/xep/[a-z2-7]{12})"`).FindAllStringSubmatch(page, -1) {
			moves = append(moves, m[1])
		}
		return names, moves
	}
	names, moves := order()
	if strings.Join(names, " ") != "mot hai ba" || len(moves) != 3 {
		t.Fatalf("the pages stand as %v, moved by %v", names, moves)
	}
	b.post("khac", moves[2], url.Values{"toi": {"len"}}).expect(t, 404)
	b.post("do", moves[2], url.Values{"toi": {"len"}}).expect(t, 303)
	b.post("do", moves[0], url.Values{"toi": {"len"}}).expect(t, 303) // it is the first already
	if names, _ = order(); strings.Join(names, " ") != "mot ba hai" {
		t.Errorf("moved, the pages stand as %v", names)
	}
	b.post("do", base, url.Values{"loi": {"Trăng lên"}}).expect(t, 303)
	b.post("do", base+"/loi", url.Values{"ten": {"Bến trăng"}, "gioi-thieu": {"Viết năm 1975."}, "tac-gia": {"Bà do"}}).expect(t, 303)
	b.post("khac", base+"/bo-het", nil).expect(t, 404)
	b.post("do", base+"/bo-het", nil).expect(t, 303)
	if page := b.n.get(address.Desk, b.as("do")).expect(t, 200); bytes.Contains(page.body, []byte("Bến trăng")) {
		t.Error("the draft is still on the desk")
	}
	again := b.begin("do", "tho")
	page := b.n.get(again, b.as("do")).expect(t, 200)
	words := b.n.get(again+"/loi", b.as("do")).expect(t, 200)
	if again != base || bytes.Contains(page.body, []byte("ba.jpg")) || bytes.Contains(page.body, []byte("Trăng lên")) || bytes.Contains(words.body, []byte("Viết năm 1975.")) {
		t.Errorf("%s begins with what was thrown away", again)
	}
}

// handedIn sends the draft off: once, seen as it is, and never changed by its sender after that.
func (b *board) handedIn(base, seen string) {
	b.t.Helper()
	b.n.get(address.Desk, b.as("do")).expect(b.t, 200, "Bến &lt;b&gt;trăng", "Bản nháp", base)
	b.post("do", base+"/xem", url.Values{"thay": {"draft.0000"}}).expect(b.t, 409, "vừa được người khác sửa")
	a := b.post("do", base+"/xem", url.Values{"thay": {seen}}).expect(b.t, 303)
	follow := a.Header.Get("Location")
	b.n.get(follow, b.as("do")).expect(b.t, 200, "Chờ duyệt", "Lấy đường dẫn theo dõi", "Về bàn làm việc")
	for _, page := range []string{"", "/loi", "/xem"} {
		if to := b.n.get(base+page, b.as("do")).expect(b.t, 303).Header.Get("Location"); !strings.HasPrefix(follow, to) {
			b.t.Errorf("%s leads to %s", page, to)
		}
	}
	b.post("do", base+"/xem", url.Values{"thay": {seen}}).expect(b.t, 303) // pressed again
	b.n.get(address.Queue, b.as("van")).expect(b.t, 200, "Bến &lt;b&gt;trăng", "Gửi hôm nay")
	b.n.get(address.Desk, b.as("khac")).expect(b.t, 200, `<a class="button main large" href="`+address.Send+`">Gửi tác phẩm</a>`)
	b.n.get(address.Desk, b.as("van")).expect(b.t, 200, `<a href="`+address.Send+`">Gửi tác phẩm</a>`) // an editor has other things to do first
}

// "There is nothing in it yet" goes when something arrives.
func TestArrivedFilesClearTheComplaint(t *testing.T) {
	b := newBoard(t)
	base := b.begin("do", "tho")
	poem := filepath.Join(t.TempDir(), "thơ.txt")
	b.must(os.WriteFile(poem, []byte("Trăng lên"), 0o600))
	k := newKeyboard(t)
	k.do(chromedp.Navigate(b.n.url+"/robots.txt"), chromedp.Evaluate[chromedp.Void](`document.cookie = "`+b.cookies["do"]+`; path=/"`),
		chromedp.Navigate(b.n.url+base), chromedp.Click(chromedp.CSS("#di-tiep button")))
	k.sees("chưa có gì bên trong")
	k.do(chromedp.SetUploadFiles(chromedp.CSS("#tep"), []string{poem}))
	k.sees("Bỏ ra")
	if !k.is(`document.querySelector("[data-file]") && !document.getElementById("sai")`) {
		t.Error("a file has arrived, and the page still says that there is none")
	}
}

// On a slow line somebody chooses a file before the script has come: it is sent all the same.
func TestFilesChosenBeforeTheScripts(t *testing.T) {
	b := newBoard(t)
	base := b.begin("do", "tho")
	to, err := url.Parse(b.n.url)
	b.must(err)
	arrive, asked := make(chan struct{}), make(chan struct{}, 8)
	proxy := &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(to); p.Out.Host = p.In.Host }}
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/send-") {
			asked <- struct{}{}
			<-arrive
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(slow.Close)
	release := sync.OnceFunc(func() { close(arrive) })
	t.Cleanup(release)
	k := newKeyboard(t)
	k.do(chromedp.Navigate(b.n.url+"/robots.txt"), chromedp.Evaluate[chromedp.Void](`document.cookie = "`+b.cookies["do"]+`; path=/"`),
		chromedp.Navigate(slow.URL+base))
	const choose = `(field => { const chosen = new DataTransfer(); chosen.items.add(new File(["Trăng lên"], "thơ.txt")); field.files = chosen.files; return true })(document.getElementById("tep"))`
	for deadline := time.Now().Add(time.Minute); !k.is(choose); {
		if time.Now().After(deadline) {
			t.Fatal("the page has no field for files")
		}
	}
	select {
	case <-asked:
	case <-time.After(time.Minute):
		t.Fatal("the script was not asked for")
	}
	release()
	k.sees("Bỏ ra")
	b.n.get(base, b.as("do")).expect(t, 200, "thơ.txt")
}

// What a form must not bring: nothing, a program, an empty file, one that is too long, too many, no form at all, somebody else's draft.
func TestFormsThatLie(t *testing.T) {
	b := newBoard(t)
	base := b.begin("do", "tranh")
	jpeg := []byte("\xff\xd8\xff\xe0 tranh")
	long := append(bytes.Clone(jpeg), make([]byte, 64<<20)...)
	many := make([]formFile, 52)
	for i := range many {
		many[i] = formFile{"tep", fmt.Sprintf("%d.jpg", i), fmt.Appendf(bytes.Clone(jpeg), "%d", i)}
	}
	for about, c := range map[string]struct {
		files  []formFile
		status int
		says   string
	}{
		"no file":          {[]formFile{{"tep", "", nil}}, 400, "Chưa có tệp nào"},
		"a program":        {[]formFile{{"tep", "tranh.jpg", []byte("MZ\x90\x00\x03 program")}}, 400, "không phải là bài viết, ảnh"},
		"an empty file":    {[]formFile{{"tep", "a.jpg", jpeg}, {"tep", "b.jpg", []byte{}}}, 400, "Tệp này trống"},
		"one that is long": {[]formFile{{"tep", "a.jpg", long}}, 413, "lớn hơn 64 MB"},
		"too many":         {many, 400, "nhiều nhất 50 tệp"},
	} {
		t.Run(about, func(t *testing.T) {
			b.sendForm("do", base+"/tep", c.files...).expect(t, c.status, c.says, "Bước 2 trên 4")
		})
	}
	for _, kind := range []string{"multipart/form-data; boundary=x", "multipart/form-data", "application/json", ""} {
		b.n.do(http.MethodPost, base+"/tep", strings.NewReader("--y\r\n{}"), "Content-Type: "+kind, "Sec-Fetch-Site: same-origin", b.as("do")).expect(t, 400)
	}
	b.sendForm("khac", base+"/tep", formFile{"tep", "a.jpg", jpeg}).expect(t, 404)
	b.sendForm("do", base+"/tep", formFile{"tep", "a.jpg", jpeg}).expect(t, 303)
	page := string(b.n.get(base, b.as("do")).expect(t, 200).body)
	if strings.Count(page, `class="thing"`) != 1 || !strings.Contains(page, "a.jpg") {
		t.Errorf("the draft holds %s", regexp.MustCompile(`<strong>[^<]*`).FindAllString(page, -1))
	}
	typed := b.post("do", base+"/van-ban", url.Values{"loi": {strings.Repeat("ô", 1<<20)}})
	typed.expect(t, 413, "lưu thành một tệp")
}

// "Giúp tôi": the sender reads six characters, an archivist opens the draft and finishes it; then a link shows where it stands to whoever has it.
func TestHelpMeAndFollow(t *testing.T) {
	b := newBoard(t)
	base := b.begin("do", "tho")
	b.post("do", base, url.Values{"loi": {"Trăng lên"}}).expect(t, 303)
	page := b.post("do", base+"/giup", nil).expect(t, 200, "Giúp tôi")
	code := strings.ReplaceAll(string(regexp.MustCompile(`data-code>([^<]+)<`).FindSubmatch(page.body)[1]), " ", "")
	for range 7 {
		b.post("kho", address.HelpOut, url.Values{"ma": {"333333"}}).expect(t, 404, "không đúng hoặc đã hết hạn", `value="333333"`)
	}
	a := b.post("kho", address.HelpOut, url.Values{"ma": {strings.ToLower(code)}}).expect(t, 303)
	if a.Header.Get("Location") != base {
		t.Fatalf("the code leads to %s", a.Header.Get("Location"))
	}
	b.post("kho", address.HelpOut, url.Values{"ma": {code}}).expect(t, 429, "Đã thử nhiều mã quá")
	b.post("van", address.HelpOut, url.Values{"ma": {code}}).expect(t, 404) // others are not locked out; the code is used up
	b.n.get(base, b.as("kho")).expect(t, 200, "Trăng lên")
	b.post("kho", base+"/loi", url.Values{"ten": {"Bến trăng"}}).expect(t, 303)
	b.n.get(base+"/loi", b.as("do")).expect(t, 200, `value="Bến trăng"`)
	b.post("do", base+"/xem", nil).expect(t, 303)

	id := archive.WorkID(strings.TrimPrefix(base, address.Send+"/"))
	page = b.post("do", address.Follow(id), nil).expect(t, 200, "chỉ hiện một lần")
	link := string(regexp.MustCompile(`value="(http[^"]+)"`).FindSubmatch(page.body)[1])
	path := strings.TrimPrefix(link, b.n.url)
	sent := &archive.Work{ID: id}
	b.post("van", reviewOf(sent)+"/sua-lai", url.Values{"thay": {b.seen("van", sent)}, "ly-do": {"Xin xem lại khổ 2."}}).expect(t, 303)
	shown := b.n.get(path).expect(t, 200, "Bến trăng", "Chờ người gửi sửa", "Xin xem lại khổ 2.", `content="noindex"`)
	if got := shown.Header; got.Get("Cache-Control") != "no-store" || got.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("the page comes with %v", got)
	}
	if bytes.Contains(shown.body, []byte("Trăng lên")) || strings.Contains(b.log.String(), path[len(path)-43:]) {
		t.Error("the link shows the work itself, or stands in the log")
	}
	b.n.get("/en"+path).expect(t, 200, "The editors ask")
	b.n.get(path[:len(path)-1]).expect(t, 404)
	b.post("do", address.Follow(id)+"/het", nil).expect(t, 303)
	b.n.get(path).expect(t, 404, "không còn dùng được")
	b.n.get(base, b.as("do")).expect(t, 200, "Trăng lên") // changes were asked for: it can be changed again
}

// A session that ended in the middle costs nothing of what was written: a member's words, and an editor's act with its answers.
func TestASessionThatEndedLosesNothing(t *testing.T) {
	b := newBoard(t)
	w := b.sent("Bến trăng")
	b.staff("lan", archive.EditorRole)
	gone := "Cookie: vannghe=" + strings.Repeat("A", 43) // a device that was signed out
	fields := url.Values{"thay": {b.seen("van", w)}, "ly-do": {"Xin xem lại <b>khổ</b> 2,\r\ndòng 3 & 4."}}
	path := reviewOf(w) + "/sua-lai"
	page := b.n.post(path, fields, gone).expect(t, 403, "Phiên làm việc đã hết", `name="giu-toi" value="`+path+`"`)
	kept := url.Values{"giu-toi": {path}, "giu": {fields.Encode()}, "ten": {"lan"}}
	if !bytes.Contains(page.body, []byte("kh%E1%BB%95")) || strings.Contains(b.log.String(), "khổ") {
		t.Error("what was written is not carried, or stands in the log")
	}
	kept.Set("mat-khau", "sai")
	b.n.post("/dang-nhap", kept).expect(t, 403, `name="giu-toi" value="`+path+`"`)
	kept.Set("mat-khau", passphrase)
	in := b.n.post("/dang-nhap", kept).expect(t, 200, "Quý vị đã vào lại", `action="`+path+`"`, "Xin xem lại &lt;b&gt;khổ&lt;/b&gt; 2,")
	cookie, _ := in.cookie(t)
	b.n.post(path, fields, cookie).expect(t, 303)
	b.n.get(reviewOf(w), cookie).expect(t, 200, "Chờ người gửi sửa", "dòng 3 &amp; 4.")

	for about, k := range map[string]url.Values{
		"another site": {"giu-toi": {"//evil.example/ban-lam-viec"}}, "another page": {"giu-toi": {"/dang-xuat"}}, "one that only looks so": {"giu-toi": {"/ban-lam-viecx"}},
		"a script": {"giu-toi": {"javascript:alert(1)"}},
	} {
		k.Set("ten", "lan")
		k.Set("mat-khau", passphrase)
		if a := b.n.post("/dang-nhap", k); a.StatusCode != 303 {
			t.Errorf("%s is carried: status %d", about, a.StatusCode)
		}
	}
	b.n.post(path, fields).expect(t, 303)                                                // never signed in: led to signing in
	b.n.post(path, fields, gone, "Sec-Fetch-Dest: empty").expect(t, 303)                 // a script keeps what it has
	b.n.post(address.Send, url.Values{"loai": {"tho"}}, gone).expect(t, 403, "loai=tho") // also what members send
}

// A device that is signed out in the middle of a piece sends no more within two seconds, on any node; what came is kept for its owner.
func TestASignedOutDeviceSendsNoMore(t *testing.T) {
	w := newWorld(t, 2, nil)
	here, there := w.nodes[0], w.nodes[1]
	cookie, invited := w.member(here, "may")
	s := &sending{there, member{cookie: strings.TrimPrefix(cookie, "Cookie: ")}}
	at := s.create(t, 1<<20)
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", there.addr)
	w.must(err)
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "PATCH %s HTTP/1.1\r\nHost: %s\r\nTus-Resumable: 1.0.0\r\nSec-Fetch-Site: same-origin\r\n%s\r\nContent-Type: %s\r\nUpload-Offset: 0\r\nContent-Length: %d\r\n\r\n%s",
		at, there.addr, cookie, pieceType, 1<<20, noise(300_000))
	w.must(err)
	until(t, time.Minute, func() bool { return len(there.server.Ingest.Senders()) == 1 })
	began := time.Now()
	w.must(w.accounts().EndDevices(t.Context(), archive.System("test"), invited.Account.ID, ""))
	until(t, time.Minute, func() bool { return len(there.server.Ingest.Senders()) == 0 })
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("it could send for %s", took)
	}
	w.must(conn.SetReadDeadline(began.Add(time.Minute)))
	if answered, _ := io.ReadAll(conn); bytes.Contains(answered, []byte(" 204 ")) { // a connection that was reset has ended, too
		t.Errorf("answered %.100s", answered)
	}
	s.ask("HEAD", at, nil).expect(t, http.StatusForbidden)
	again := signIn(t, w.catalog, invited.Account)
	s.cookie = again
	a := s.ask("HEAD", at, nil).expect(t, http.StatusOK)
	if got := a.Header.Get("Upload-Offset"); got == "0" || len(got) > 6 {
		t.Errorf("the upload stands at %s", got)
	}
}

// What has arrived whole joins its draft by whichever look at the page comes first, once, as what it was sent as; uploads of others and for other
// drafts do not.
func TestArrivedFilesJoinTheirDraft(t *testing.T) {
	b := newBoard(t)
	base := b.begin("do", "tho")
	id := strings.TrimPrefix(base, address.Send+"/")
	up := func(who, work, as, name string, data []byte) string {
		s := &sending{b.n, member{cookie: b.cookies[who]}}
		meta := fmt.Sprintf("filename %s,work %s,as %s,modified %s", b64(name), b64(work), b64(as), b64("1700000000000"))
		at := s.ask("POST", "/files", nil, "Upload-Length", fmt.Sprint(len(data)), "Upload-Metadata", meta).expect(t, 201).Header.Get("Location")
		s.patch(at, 0, data).expect(t, 204)
		return at
	}
	up("do", id, "page", "1.jpg", []byte("\xff\xd8\xff\xe0 1"))
	up("do", id, "voice", "giọng.webm", []byte("\x1a\x45\xdf\xa3\x93\x42\x82\x84webm and more"))
	up("do", "aaaaaaaaaaaa", "", "khac.jpg", []byte("\xff\xd8\xff\xe0 khac"))
	up("khac", id, "page", "cua-nguoi-khac.jpg", []byte("\xff\xd8\xff\xe0 theirs"))
	var all sync.WaitGroup
	answers := make([]answer, 8)
	for i := range answers {
		all.Go(func() { answers[i] = b.n.get(base, b.as("do")) })
	}
	all.Wait()
	for _, a := range answers {
		a.expect(t, 200)
	}
	page := string(b.n.get("/en"+base, b.as("do")).expect(t, 200, "Page 1", `<audio`, "giọng.webm", `href="`+base+`"`).body)
	if n := strings.Count(page, "data-file="); n != 2 || strings.Contains(page, "khac") {
		t.Errorf("the draft holds %d files\n%s", n, page)
	}
	// A half one is listed by what tells it from others; the page of the next screen is also that of the other language.
	s := &sending{b.n, member{cookie: b.cookies["do"]}}
	meta := "filename " + b64("băng 1.wav") + ",work " + b64(id) + ",modified " + b64("5")
	s.ask("POST", "/files", nil, "Upload-Length", "10", "Upload-Metadata", meta).expect(t, 201)
	b.n.get(base, b.as("do")).expect(t, 200, `data-name="băng 1.wav"`, `data-size="10"`, `data-modified="5"`, "Mới nhận được 0 %")
	b.n.get("/en"+base+"/loi", b.as("do")).expect(t, 200, `href="`+base+`/loi"`)
}

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// Once it was handed in, a work is changed by a button: what is saved while somebody types leaves no trace of every word.
func TestNothingIsSavedBehindTheEditorsBacks(t *testing.T) {
	b := newBoard(t)
	w := b.sent("Bến trăng")
	b.post("van", reviewOf(w)+"/sua-lai", url.Values{"thay": {b.seen("van", w)}, "ly-do": {"Xin xem lại."}}).expect(t, 303)
	base := address.SendWork(w.ID)
	b.post("do", base+"/van-ban", url.Values{"loi": {"Trăng"}}).expect(t, 202)
	b.post("do", base+"/loi", url.Values{"ten": {"Trăng"}, "luu": {"1"}}).expect(t, 202)
	b.n.get(base+"/loi", b.as("do")).expect(t, 200, `value="Bến trăng"`)
	b.post("do", base, url.Values{"loi": {"Trăng lên"}}).expect(t, 303)
	b.post("do", base+"/loi", url.Values{"ten": {"Trăng"}}).expect(t, 303)
	b.post("do", base+"/xem", nil).expect(t, 303)
	b.n.get(reviewOf(w), b.as("van")).expect(t, 200, "Chờ duyệt", "Trăng")
}
