package web_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/ingest"
	"vannghe/web/address"
)

// bringing is an archivist at a server whose jobs are run.
type bringing struct {
	*world
	n      *node
	cookie string
	turned chan struct{} // a turn of the job has ended
}

func newBringing(t *testing.T) *bringing {
	w := newWorld(t, 1, nil)
	in := ingest.New(ingest.Options{Catalog: w.catalog, Bucket: w.bucket})
	turned := make(chan struct{}, 100)
	jobs, err := w.catalog.StartJobs(t.Context(), catalog.JobOptions{Handlers: map[catalog.JobKind]catalog.Handler{
		ingest.JobIntake: func(ctx context.Context, j catalog.Job, _ catalog.Attempt) error {
			defer func() { turned <- struct{}{} }()
			return in.RunIntake(ctx, archive.IntakeID(j.Note))
		},
	}})
	w.must(err)
	t.Cleanup(func() { w.must(jobs.Stop(context.Background())) })
	return &bringing{w, w.nodes[0], signIn(t, w.catalog, addAccount(t, w.catalog, "Vân", archive.Archivist)), turned}
}

func (b *bringing) post(path string, fields url.Values) answer {
	return b.n.do("POST", path, strings.NewReader(fields.Encode()), "Cookie: "+b.cookie, "Content-Type: application/x-www-form-urlencoded", "Sec-Fetch-Site: same-origin")
}

func (b *bringing) get(path string) answer { return b.n.get(path, "Cookie: "+b.cookie) }

// idle waits for the jobs that this world runs. Works that are brought in leave jobs that it does not.
func (b *bringing) idle() {
	b.t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		list, err := b.catalog.Reader(archive.System("test")).Intakes(b.t.Context(), 1)
		b.must(err)
		if s := list[0].Stage; s != catalog.IntakeChecking && s != catalog.IntakeTaking {
			return
		}
		<-b.turned
	}
	b.t.Fatal("the intake never ended")
}

// A folder with a list, in the browser at 360 px: sent by pieces, looked at, brought in.
func TestAFolderIsBroughtInByAList(t *testing.T) {
	b := newBringing(t)
	dir := filepath.Join(t.TempDir(), "Hộp băng 3")
	for name, text := range map[string]string{"thơ/mưa.txt": "Mưa rơi trên mái", "thơ/gió.txt": "Gió qua bến", "ghi chú.txt": "Không ai kể"} {
		b.must(os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o750))
		b.must(os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	list := filepath.Join(t.TempDir(), "bảng kê.csv")
	b.must(os.WriteFile(list, []byte("file;title;genre\nthơ/mưa.txt;<script>alert(1)</script>Mưa;thơ\nthơ\\gió.txt;Gió;thơ\nthơ/nắng.txt;Nắng;thơ\n"), 0o600))
	k := newKeyboard(t)
	k.do(chromedp.Navigate(b.n.url+"/robots.txt"), chromedp.Evaluate[chromedp.Void](`document.cookie = "`+b.cookie+`; path=/"`),
		chromedp.Navigate(b.n.url+address.Intakes), chromedp.Click(chromedp.CSS(".button.main")))
	k.sees("Tệp và bảng kê")
	k.do(chromedp.SetUploadFiles(chromedp.CSS("#thu-muc"), []string{dir}), chromedp.SetUploadFiles(chromedp.CSS("#bang-ke"), []string{list}),
		chromedp.Click(chromedp.CSS(`form[data-intake-send] button`)))
	k.sees("3 tệp đã gửi")
	k.sees("Bảng kê: bảng kê.csv")
	k.do(chromedp.Click(chromedp.CSS(`form[action$="/kiem-tra"] button`)))
	k.sees("2 tệp sẽ vào kho, 0 tệp đã có, 1 dòng có lỗi.")
	k.sees("Chưa gửi tệp “thơ/nắng.txt”")
	k.sees("<script>alert(1)</script>Mưa")
	k.do(chromedp.Click(chromedp.CSS(`form[action$="/dua-vao"] button`)))
	k.sees("2 tệp đã vào kho, 0 tệp đã có từ trước, 1 dòng có lỗi.")
	if !k.is(`document.documentElement.scrollWidth <= innerWidth`) {
		t.Error("the page is wider than a telephone")
	}
	page, err := b.catalog.Reader(archive.System("test")).Works(t.Context(), catalog.WorkFilter{State: archive.Draft})
	b.must(err)
	if len(page.Works) != 2 {
		t.Errorf("%d works came in", len(page.Works))
	}
}

// form is a form with files, as a browser without scripts sends it.
func (b *bringing) form(path string, files [][3]string) answer {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, f := range files {
		part, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf(`form-data; name=%q; filename="%s"`, f[0], f[1])}, "Content-Type": {"application/octet-stream"}})
		b.must(err)
		_, err = part.Write([]byte(f[2]))
		b.must(err)
	}
	b.must(w.Close())
	return b.n.do("POST", path, &body, "Cookie: "+b.cookie, "Content-Type: "+w.FormDataContentType(), "Sec-Fetch-Site: same-origin")
}

// The sample list, in either language, is one that the archive reads; what the page says of headings is so.
func TestTheSampleListGoesIn(t *testing.T) {
	b := newBringing(t)
	for lang, file := range map[string]string{"": "Thơ/Khu vườn.docx", "/en": "Poems/The garden.docx"} {
		a := b.post(lang+address.Intakes, nil)
		at := a.Header.Get("Location")
		base := strings.TrimPrefix(at, lang)
		b.get(at).expect(t, 200, lang+base+"/mau.csv")
		sample := b.get(at + "/mau.csv")
		sample.expect(t, 200, file)
		b.form(base+"/gui", [][3]string{{"thu-muc", "Hop/" + file, "Trăng lên"}, {"bang-ke", "mau.csv", string(sample.body)}}).expect(t, 303, "")
		b.post(base+"/kiem-tra", nil).expect(t, 303, "")
		b.idle()
		b.get(base).expect(t, 200, "1 tệp sẽ vào kho, 0 tệp đã có, 0 dòng có lỗi.")
	}
	base := b.post(address.Intakes, nil).Header.Get("Location")
	b.get(base).expect(t, 200, "tệp, mã tác phẩm, tên, tác giả, thể loại")
	b.form(base+"/gui", [][3]string{{"thu-muc", "Hop/a.txt", "a"}, {"bang-ke", "list.csv", "tệp,cân nặng\na.txt,3\n"}})
	b.post(base+"/kiem-tra", nil)
	b.idle()
	b.get(base).expect(t, 200, "Kho không biết cột “cân nặng” trong bảng kê. Các cột dùng được là: tệp, mã tác phẩm, tên")
	b.get("/en"+base).expect(t, 200, "a column “cân nặng” that is not known. The columns that can be used are: file, work, title")
}

// Without scripts, with a list in TCVN3 and hostile names: nothing is guessed, nothing leaves its folder, no formula leaves the archive.
func TestBringingInByForms(t *testing.T) {
	b := newBringing(t)
	a := b.post(address.Intakes, nil)
	base, list := a.Header.Get("Location"), "file,title,creator\na.txt,Tr\xa8ng s\xb8ng v\xad\xean ch\xcc c\xf1a nh\xb5 th\xac ngh\xcco,\n=1+2.txt,=HYPERLINK(\"x\"),\n../../b.txt,Tr\xa8ng,\n"
	list = strings.ReplaceAll(list, `=HYPERLINK("x")`, `=1+cmd`)
	big := strings.Repeat("a line of a text\n", 100_000) // more than a form may hold elsewhere
	b.form(base+"/gui", [][3]string{{"thu-muc", "Hop/a.txt", big}, {"thu-muc", "Hop/=1+2.txt", "b"}, {"tep", "", ""}, {"bang-ke", "list.csv", list}}).expect(t, 303, "")
	page := b.get(base)
	page.expect(t, 200, "Có vẻ là bảng mã TCVN3 (ABC)")
	page.expect(t, 200, "Trăng sáng vườn chè của nhà thơ nghèo")
	b.get(base+"?ma=vni").expect(t, 200, "Đúng chữ, chuyển từ VNI")
	b.post(base+"/kiem-tra", nil).expect(t, 409, "Bảng kê chưa rõ bảng mã")
	b.post(base+"/bang-ma", url.Values{"ma": {"x"}}).expect(t, 400, "Không có bảng mã này")
	b.post(base+"/bang-ma", url.Values{"ma": {"tcvn3"}}).expect(t, 303, "")
	b.post(base+"/kiem-tra", url.Values{"gui-duyet": {"1"}}).expect(t, 303, "")
	b.idle()
	b.get(base).expect(t, 200, "2 tệp sẽ vào kho, 0 tệp đã có, 1 dòng có lỗi.")
	b.get(base+"?xem=failed").expect(t, 200, "nằm ngoài thư mục")
	b.get("/en"+base).expect(t, 200, "2 files will come in")
	b.post(base+"/dua-vao", nil).expect(t, 303, "")
	b.idle()
	b.get(base).expect(t, 200, "Đã đưa vào kho xong")
	table := b.get(base + "/bang.csv")
	table.expect(t, 200, "'=1+cmd")
	if strings.Contains(string(table.body), ",=1") || strings.Contains(string(table.body), "\n=") {
		t.Errorf("a formula leaves the archive:\n%s", table.body)
	}
	b.form(base+"/gui", [][3]string{{"tep", "c.txt", "c"}}).expect(t, 409, "Đợt nhập này đã xong")
	b.n.get(base, "Cookie: "+signIn(t, b.catalog, addAccount(t, b.catalog, "Mai", archive.Archivist))).expect(t, 404, "")
	b.form(b.post(address.Intakes, nil).Header.Get("Location")+"/gui", [][3]string{{"tep", "../../etc/passwd", "x"}}).expect(t, 400, "nằm ngoài thư mục")
	b.post(base+"/bo", nil).expect(t, 303, "")
	b.get(base).expect(t, 404, "")
}
