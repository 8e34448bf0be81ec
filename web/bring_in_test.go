package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"vannghe/internal/archive"
	"vannghe/web/address"
)

// bring sends files with the plain form, after what was chosen.
func (b *board) bring(who, genre, way string, files ...formFile) answer {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	b.must(w.WriteField("the-loai", genre))
	b.must(w.WriteField("cach", way))
	for _, f := range files {
		part, err := w.CreateFormFile(f.field, f.name)
		b.must(err)
		_, err = part.Write(f.data)
		b.must(err)
	}
	b.must(w.Close())
	return b.n.do(http.MethodPost, address.BringIn+"/tep", &body, "Content-Type: "+w.FormDataContentType(), "Sec-Fetch-Site: same-origin", b.as(who))
}

// Without scripts files become one work or one each; then a work is described and sent for review by forms.
func TestBringingInWithoutScripts(t *testing.T) {
	b := newBoard(t)
	b.n.get(address.Desk, b.as("kho")).expect(t, 200, address.BringIn)
	b.n.get(address.BringIn, b.as("kho")).expect(t, 200, "Mỗi tệp một tác phẩm", "webkitdirectory", "64 MB")
	b.bring("kho", "tho", "tung").expect(t, 400)
	b.bring("kho", "khong-co", "mot", formFile{"tep", "a.txt", []byte("Một")}).expect(t, 400)
	b.bring("do", "tho", "mot", formFile{"tep", "a.txt", []byte("Một")}).expect(t, 403)
	a := b.bring("kho", "tho", "tung", formFile{"tep", "Bến trăng.txt", []byte("Trăng lên")}, formFile{"tep", "Thuyền <b>về.txt", []byte("Thuyền về")}).expect(t, 303)
	list := b.n.get(a.Header.Get("Location"), b.as("kho")).expect(t, 200, "Đã lập 2 hồ sơ", "Bến trăng", "Thuyền &lt;b&gt;về")
	b.n.get(address.BringIn, b.as("van")).expect(t, 200)
	if other := string(b.n.get(address.BringIn, b.as("van")).body); strings.Contains(other, "Bến trăng") {
		t.Error("another's drafts are listed")
	}
	if n := len(regexp.MustCompile(`href="/ban-lam-viec/sua/[a-z2-7]{12}"`).FindAll(list.body, -1)); n != 2 {
		t.Errorf("%d works lead to their form", n)
	}
	a = b.bring("kho", "", "mot", formFile{"tep", "1.jpg", []byte("\xff\xd8\xff\xe0 1")}, formFile{"tep", "2.jpg", []byte("\xff\xd8\xff\xe0 2")}).expect(t, 303)
	path := a.Header.Get("Location")
	page := b.n.get(path, b.as("kho")).expect(t, 200, "Tên này lấy từ tên tệp", "Lưu và gửi duyệt")
	form := formOf(string(page.body))
	form.Set("lam", "gui")
	form.Set("date", "31/02/1997")
	b.post("kho", path, form).expect(t, 400, "Chưa lưu được")
	form.Set("date", "1997")
	form.Set("lam", "gui")
	id := archive.WorkID(strings.TrimPrefix(path, address.Edit("")))
	a = b.post("kho", path, form).expect(t, 303)
	if got := a.Header.Get("Location"); got != address.Review(id)+"?xong=submit" {
		t.Errorf("led to %s", got)
	}
	w, err := b.current(id)
	if err != nil || w.State != archive.Submitted || w.TitleGuessed || w.Date != "1997" || len(w.Representations) == 0 {
		t.Errorf("the work is %+v, %v", w, err)
	}
	b.n.get(address.Queue, b.as("van")).expect(t, 200, w.Title)
}

// A folder is dropped in a browser: what lies in it and below arrives in pieces and becomes one work, which leads to its form.
func TestBringingInAFolder(t *testing.T) {
	b := newBoard(t)
	dir := filepath.Join(t.TempDir(), "Tập thơ")
	b.must(os.MkdirAll(filepath.Join(dir, "phần hai"), 0o755))
	for name, text := range map[string]string{"1 Bến trăng.txt": "Trăng lên", "phần hai/2 Thuyền về.txt": "Thuyền về", ".DS_Store": "x"} {
		b.must(os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	k := newKeyboard(t)
	k.in(b.cookies["kho"], b.n.url, address.BringIn)
	k.until(`!!document.querySelector(".bring-in-drop")`)
	data := &input.DragData{Items: []*input.DragDataItem{}, Files: []string{dir}, DragOperationsMask: 1}
	for _, kind := range []input.DispatchDragEventType{input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop} {
		if _, err := chromedp.Call(k.ctx, input.DispatchDragEvent, input.DispatchDragEventParams{Type: kind, X: 100, Y: 300, Data: data}); err != nil {
			t.Fatal(err)
		}
	}
	k.until(`document.querySelectorAll("[data-arrived] [data-file]").length === 2`)
	k.run(`document.querySelector("[data-next] [value=mot]").focus()`)
	k.do(chromedp.KeyEvent(" "))
	k.to(`[data-next] button`, kb.Enter)
	k.sees("Lưu và gửi duyệt")
	works, err := b.catalog.Reader(b.people["kho"]).SentWorks(t.Context(), 10)
	if err != nil || len(works) != 1 || works[0].State != archive.Draft {
		t.Fatalf("made were %+v, %v", works, err)
	}
	var names []string
	for _, r := range works[0].Representations {
		for _, f := range r.Files {
			names = append(names, f.Name)
		}
	}
	if strings.Join(names, "|") != "1 Bến trăng.txt|2 Thuyền về.txt" {
		t.Errorf("its files are %q", names)
	}
}
