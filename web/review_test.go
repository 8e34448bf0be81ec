package web_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/editorial"
	"vannghe/internal/tool"
	"vannghe/web"
	"vannghe/web/address"
	"vannghe/web/ui"
)

// board is an archive with the people who decide, who have signed in.
type board struct {
	*world
	n       *node
	people  map[string]archive.Viewer
	cookies map[string]string
}

func newBoard(t *testing.T) *board {
	t.Helper()
	b := &board{world: newWorld(t, 1, nil), people: map[string]archive.Viewer{}, cookies: map[string]string{}}
	for name, role := range map[string]archive.Role{"van": archive.EditorRole, "khoa": archive.EditorRole, "kho": archive.Archivist, "do": archive.Member, "khac": archive.Member, "quan": archive.Administrator} {
		a := addAccount(t, b.catalog, "Bà "+name, role)
		b.people[name], b.cookies[name] = a.Viewer(), signIn(t, b.catalog, a)
	}
	b.n = b.nodes[0]
	return b
}

// sent is a poem that a member has handed in, with its text ready to be read.
func (b *board) sent(title string, with ...func(*archive.Work)) *archive.Work {
	b.t.Helper()
	work := b.poem(title, "Trăng lên bến cũ", "Sương xuống đò đầy")
	work.State, work.Published = archive.Draft, time.Time{}
	work.Rights = archive.Rights{Statement: "https://creativecommons.org/licenses/by/4.0/", Evidence: "thư ngày 3/5"}
	for _, change := range with {
		change(work)
	}
	b.put(work)
	b.update(func(ctx context.Context, tx *catalog.Tx) error {
		return tx.AddEvent(ctx, archive.Event{Work: work.ID, Type: archive.EventCreation, Agent: string(b.people["do"].Account)})
	})
	b.must(editorial.New(editorial.Options{Catalog: b.catalog}).As(b.people["do"]).Submit(b.t.Context(), work.ID, ""))
	return work
}

// as is the header of somebody's device; that of the public, "", has no cookie.
func (b *board) as(who string) string { return "Cookie: " + b.cookies[who] }

func (b *board) post(who, path string, fields url.Values) answer {
	b.t.Helper()
	return b.n.post(path, fields, b.as(who))
}

func reviewOf(w *archive.Work) string { return address.Review(w.ID) }

var seenField = regexp.MustCompile(`name="thay" value="([^"]+)"`)

// seen is what the form of a work holds.
func (b *board) seen(who string, w *archive.Work) string {
	b.t.Helper()
	m := seenField.FindSubmatch(b.n.get(reviewOf(w), b.as(who)).expect(b.t, 200).body)
	if m == nil {
		b.t.Fatal("the page has no form")
	}
	return string(m[1])
}

func (b *board) approves(who string, w *archive.Work) url.Values {
	fields := url.Values{"thay": {b.seen(who, w)}}
	for _, item := range archive.CheckItems() {
		fields.Set("kiem-"+string(item), "yes")
	}
	return fields
}

func (b *board) done(a answer, w *archive.Work, act archive.Act) {
	b.t.Helper()
	a.expect(b.t, 303)
	if got := a.Header.Get("Location"); got != reviewOf(w)+"?xong="+string(act) {
		b.t.Fatalf("led to %s", got)
	}
}

// A member sends, two editors approve by forms without scripts, one publishes, the public reads; then it is withdrawn, and restored.
func TestDeciding(t *testing.T) {
	b := newBoard(t)
	work := b.sent("Bến trăng")
	public := address.Work(work.ID, work.Title)
	b.n.get(public).expect(t, 404)
	if page := b.n.get(reviewOf(work), b.as("van")).expect(t, 200, "Bà do").body; bytes.Contains(page, []byte(b.people["do"].Account+" ")) {
		t.Error("the history names an account by its identifier")
	}
	b.n.get(address.Queue, b.as("van")).expect(t, 200, "Bến trăng", "Đã duyệt 0 trên 2", "Thơ")
	b.n.get(public, b.as("van")).expect(t, 200, "Trăng lên bến cũ", `class="bar"`, "Chờ duyệt", reviewOf(work), `content="noindex"`)
	b.n.get(originalPath(work), b.as("van")).expect(t, 200, "whole")
	shown := b.n.get(reviewOf(work), b.as("van")).expect(t, 200, "Trăng lên bến cũ", "thư ngày 3/5", "Đặng Thị Sương")
	if got := shown.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("the page may be kept: %s", got)
	}
	b.done(b.post("van", reviewOf(work)+"/duyet", b.approves("van", work)), work, archive.ActApprove)
	b.n.get(reviewOf(work)+"?xong=approve", b.as("van")).expect(t, 200, "Đã ghi lượt duyệt", "Đã duyệt 1 trên 2")
	b.done(b.post("khoa", reviewOf(work)+"/duyet", b.approves("khoa", work)), work, archive.ActApprove)
	b.n.get(address.Queue+"?buoc=approved", b.as("van")).expect(t, 200, "Bến trăng")
	b.done(b.post("van", reviewOf(work)+"/cong-bo", url.Values{"thay": {b.seen("van", work)}, "ai": {"public"}}), work, archive.ActPublish)
	b.n.get(public).expect(t, 200, "Trăng lên bến cũ", address.Letter(work.ID))
	b.done(b.post("khoa", reviewOf(work)+"/rut", url.Values{"thay": {b.seen("khoa", work)}, "ly-do": {"Theo đề nghị."}}), work, archive.ActWithdraw)
	b.n.get(reviewOf(work), b.as("khoa")).expect(b.t, 200, "công chúng chỉ thấy trang báo gỡ")
	b.n.get(public).expect(t, 410, "Theo đề nghị.")
	b.n.get(public, b.as("van")).expect(t, 200, "Đã rút")
	b.done(b.post("van", reviewOf(work)+"/khoi-phuc", url.Values{"thay": {b.seen("van", work)}, "ly-do": {"Đã rõ."}}), work, archive.ActRestore)
	b.n.get(public).expect(t, 200)
	b.minuted(work)
}

// Photographed pages stand apart, in their order, each with its number; what is written about a point of one is drawn on it under the number that the comment has.
func TestPagesAndPointsBesideTheDecision(t *testing.T) {
	b := newBoard(t)
	var pages []archive.File
	for n, name := range []string{"hai.jpg", "mot.jpg"} { // as they were chosen, not as they are called
		f := catalogtest.File(name)
		f.Type, f.Format, f.Position = "image/jpeg", "jpeg", n
		pages = append(pages, f)
	}
	work := b.sent("Bến trăng", func(w *archive.Work) {
		w.Representations = append(w.Representations, archive.Representation{ID: archive.NewID[archive.RepresentationID](), Kind: archive.KindScan, Medium: archive.Paged, Files: pages})
	})
	for _, f := range pages {
		f.Work = work.ID
		b.deriveFile(work, f, "images", map[archive.Asset][]byte{{Kind: "image", Path: "image-960.jpg", Type: "image/jpeg", Width: 1000, Height: 2000}: []byte("\xff\xd8")})
	}
	comment := url.Values{"cho": {string(pages[1].ID)}, "ngang": {"25"}, "doc": {"12,5"}, "loi": {"Chữ này mờ."}}
	b.done(b.post("van", reviewOf(work)+"/nhan-xet", comment), work, archive.ActEdit)
	page := string(b.n.get(reviewOf(work), b.as("van")).expect(t, 200, "Điểm 1", `href="#anh-`+string(pages[1].ID)+`"`, `name="ngang"`).body)
	first, second, two := strings.Cut(page, `id="anh-`+string(pages[1].ID)+`"`)
	if !two || !strings.Contains(first, `id="anh-`+string(pages[0].ID)+`"`) || !strings.Contains(first, "Trang 1") || !strings.Contains(second, "Trang 2") {
		t.Fatalf("the pages do not stand one after the other:\n%s", page)
	}
	if strings.Contains(first, "<circle") || !strings.Contains(second, `viewBox="0 0 1000 2000"`) || !strings.Contains(second, `<circle cx="250" cy="250"`) {
		t.Errorf("the point is not drawn on the second page:\n%s", second)
	}
	if public := string(b.n.get(address.Work(work.ID, work.Title), b.as("van")).expect(t, 200, "Trang 2").body); strings.Contains(public, "<circle") {
		t.Error("the page of the work shows what editors wrote")
	}
	comment.Set("ngang", "101")
	b.post("van", reviewOf(work)+"/nhan-xet", comment).expect(t, 400, "Chữ này mờ.")
}

// minuted: page and table tell who decided what, on which answers, with the head of the chain.
func (b *board) minuted(work *archive.Work) {
	b.t.Helper()
	events, err := b.catalog.Reader(archive.System("test")).Events(b.t.Context(), work.ID)
	b.must(err)
	head := events[len(events)-1].Hash
	b.n.get(address.Minute, b.as("van")).expect(b.t, 200, "Bà khoa", "Tuyên bố về quyền", head)
	b.n.get("/en"+reviewOf(work)+"/bien-ban", b.as("kho")).expect(b.t, 200, "Minute of decisions", head)
	table := b.n.get(address.Minute+"?dang=csv", b.as("van")).expect(b.t, 200)
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(table.body, []byte("\ufeff")))).ReadAll()
	b.must(err)
	if len(rows) != 7 || rows[2][3] != "approval" || !strings.Contains(rows[2][7], "content=yes") || rows[6][12] != head {
		b.t.Errorf("the table: %q", rows)
	}
	b.n.get(address.Minute+"?dang=pdf", b.as("van")).expect(b.t, 503) // this server runs no programs
	printing := b.printing()
	for _, path := range []string{address.Minute + "?dang=pdf", reviewOf(work) + "/bien-ban?dang=pdf"} {
		pdf := printing.get(path, b.as("van")).expect(b.t, 200, "%PDF-1.7", "/Lang (vi)")
		if said := pdfText(b.t, pdf.body); !strings.Contains(said, "Bà khoa") || !strings.Contains(said, "Tuyên bố về quyền") || !strings.Contains(strings.Join(strings.Fields(said), ""), head) {
			b.t.Errorf("%s says\n%s", path, said)
		}
		if pdf.Header.Get("Cache-Control") != "no-store" || pdf.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(pdf.Header.Get("Content-Disposition"), `attachment; filename="bien-ban-`) {
			b.t.Errorf("%v", pdf.Header)
		}
	}
	b.n.get(address.Minute+"?tu=2020-01-01&den=2020-01-02", b.as("van")).expect(b.t, 200, "Có 0 quyết định")
	b.n.get(address.Minute+"?tu=x", b.as("van")).expect(b.t, 400)
}

// printing is one more server, which makes PDF.
func (b *board) printing() *node {
	b.t.Helper()
	assets, err := ui.LoadAssets()
	b.must(err)
	dir := b.t.TempDir()
	runner, err := tool.Open(b.t.Context(), tool.Options{Scratch: filepath.Join(dir, "scratch")})
	b.must(err)
	printer, err := web.NewPrinter(runner, assets)
	b.must(err)
	return b.startNode(web.Options{Print: printer})
}

func pdfText(t *testing.T, pdf []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "made.pdf")
	if err := os.WriteFile(name, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.Command("pdftotext", "-layout", name, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Every page and act of deciding, and who gets what: the public is led to sign in, members are refused, archivists look on.
func TestWhoDecides(t *testing.T) {
	b := newBoard(t)
	work := b.sent("Bến trăng")
	for _, path := range []string{address.Queue, reviewOf(work), reviewOf(work) + "/bien-ban", address.Minute, address.Minute + "?dang=csv", address.Rules, address.Cases, address.Case("abcdefgh2345")} {
		b.n.get(path).expect(t, 303) // to sign in
		b.n.get(path, b.as("do")).expect(t, 403)
		want := 200
		if strings.HasSuffix(path, "2345") {
			want = 404
		}
		b.n.get(path, b.as("kho")).expect(t, want)
		b.n.get("/en"+path, b.as("van")).expect(t, want)
	}
	for _, act := range []string{"duyet", "sua-lai", "cong-bo", "che-do-xem", "rut", "khoi-phuc"} {
		for who, status := range map[string]int{"": 303, "do": 403, "kho": 403} {
			b.post(who, reviewOf(work)+"/"+act, url.Values{"ly-do": {"x"}, "kiem-rights": {"yes"}, "kiem-consent": {"yes"}, "kiem-agents": {"yes"}, "kiem-content": {"yes"}}).expect(t, status)
		}
	}
	b.n.do("POST", reviewOf(work)+"/rut", strings.NewReader("ly-do=x"), b.as("van"), "Origin: https://evil.example").expect(t, 403)
	if got, err := b.catalog.Reader(archive.System("test")).Work(t.Context(), work.ID); err != nil || got.State != archive.Submitted {
		t.Errorf("%s, %v", got.State, err)
	}
}

// What is refused is said on the page beside what was typed, and nothing is retyped.
func TestRefusedDecisions(t *testing.T) {
	b := newBoard(t)
	work := b.sent("Bến trăng")
	fields := b.approves("van", work)
	fields.Del("kiem-content")
	fields.Set("ghi-chu", "Bài <b>hay</b>")
	b.post("van", reviewOf(work)+"/duyet", fields).expect(t, 400, "Còn câu hỏi chưa được trả lời", "Bài &lt;b&gt;hay&lt;/b&gt;", `value="yes" required checked`)
	stale := b.approves("van", work)
	work, err := b.current(work.ID)
	b.must(err)
	work.Title = "Bờ trăng"
	b.put(work)
	b.post("van", reviewOf(work)+"/duyet", stale).expect(t, 409, "vừa được người khác sửa")
	b.post("van", reviewOf(work)+"/sua-lai", url.Values{"thay": {b.seen("van", work)}, "ly-do": {" "}}).expect(t, 400, "Xin viết vài lời")
	b.post("van", reviewOf(work)+"/cong-bo", url.Values{"thay": {b.seen("van", work)}}).expect(t, 409, "không còn ở bước ấy")
	b.n.get(address.Queue+"?buoc=x", b.as("van")).expect(t, 404)
	b.n.get(address.Review("abcdefgh2345"), b.as("van")).expect(t, 404)
}

func (b *board) current(id archive.WorkID) (*archive.Work, error) {
	w, err := b.catalog.Reader(archive.System("test")).Work(b.t.Context(), id)
	return &w, err
}

// published is a poem on its way past the desk.
func (b *board) published(title string) *archive.Work {
	b.t.Helper()
	work := b.poem(title, "Trăng lên bến cũ")
	b.settle()
	return work
}

func TestAccessByForm(t *testing.T) {
	b := newBoard(t)
	work := b.published("Bến trăng")
	public := address.Work(work.ID, work.Title)
	tomorrow := time.Now().Add(24 * time.Hour).In(archive.Vietnam).Format("2006-01-02T15:04")
	b.done(b.post("van", reviewOf(work)+"/che-do-xem", url.Values{"thay": {b.seen("van", work)}, "tu": {tomorrow}, "ai": {"public"}}), work, archive.ActArrange)
	b.n.get(public).expect(t, 404)
	b.n.get(reviewOf(work), b.as("van")).expect(t, 200, `value="`+tomorrow+`"`, "Đã duyệt đăng, hiện từ")
	b.done(b.post("van", reviewOf(work)+"/che-do-xem", url.Values{"thay": {b.seen("van", work)}, "ai": {"members"}}), work, archive.ActArrange)
	b.n.get(public).expect(t, 404)
	b.n.get(public, b.as("do")).expect(t, 200)
	b.post("van", reviewOf(work)+"/che-do-xem", url.Values{"thay": {b.seen("van", work)}, "tu": {"hôm nay"}}).expect(t, 400, "hôm nay")
	b.post("van", reviewOf(work)+"/che-do-xem", url.Values{"thay": {b.seen("van", work)}, "ai": {"x"}}).expect(t, 400, "Không có nhóm người xem")
}

func TestCommentsByForm(t *testing.T) {
	b := newBoard(t)
	work := b.sent("Bến trăng", func(w *archive.Work) {
		f := catalogtest.File("tranh.png")
		w.Representations = append(w.Representations, archive.Representation{ID: archive.NewID[archive.RepresentationID](), Kind: archive.KindPicture, Medium: archive.Image,
			Position: 1, Files: []archive.File{f}}, archive.Representation{ID: archive.NewID[archive.RepresentationID](), Kind: archive.KindReading, Medium: archive.Audio,
			Position: 2, Files: []archive.File{catalogtest.File("doc.mp3")}})
	})
	file := string(work.Representations[0].Files[0].ID)
	b.n.get(reviewOf(work), b.as("van")).expect(t, 200, `value="`+file+`/kho-2"`, "Khổ 2: Sương xuống đò đầy")
	say := func(fields url.Values) answer { return b.post("kho", reviewOf(work)+"/nhan-xet", fields) }
	b.done(say(url.Values{"cho": {file + "/kho-2"}, "loi": {`<script>alert("x")</script>`}}), work, archive.ActEdit)
	b.done(say(url.Values{"luc": {"1:35"}, "loi": {"nghe không rõ"}}), work, archive.ActEdit)
	b.done(say(url.Values{"ngang": {"12,5"}, "doc": {"50"}, "loi": {"vệt này"}}), work, archive.ActEdit)
	a := b.n.get(reviewOf(work), b.as("van")).expect(t, 200, "&lt;script&gt;alert(", "#kho-2", "t=95", "lúc 1:35", "điểm ngang 12,5 %, dọc 50 %", "Bà kho")
	for _, wrong := range []url.Values{{"loi": {"x"}, "luc": {"khi nào đó"}}, {"loi": {"x"}, "ngang": {"120"}, "doc": {"5"}}, {"loi": {"x"}, "ngang": {"NaN"}, "doc": {"5"}}, {"loi": {""}}, {"loi": {"x"}, "cho": {"zzz/kho-1"}}} {
		say(wrong).expect(t, 400)
	}
	tick := regexp.MustCompile(reviewOf(work) + `/nhan-xet/[a-z2-7]{12}`).Find(a.body)
	b.done(b.post("van", string(tick), nil), work, archive.ActEdit)
	b.n.get(reviewOf(work), b.as("van")).expect(t, 200, "Đã xong")
	b.post("van", reviewOf(work)+"/nhan-xet/abcdefgh2345", nil).expect(t, 404)
}

// TestWithdrawalByTheDeskEverywhere: one button and a reason, and within two seconds no surface of any server names the work, the
// protocols of other programs included.
func TestWithdrawalByTheDeskEverywhere(t *testing.T) {
	b := newBoard(t)
	other := b.startNode(web.Options{})
	b.nodes = append(b.nodes, other)
	song := b.song("Lời ru bên sông", "Một mình")
	b.settle()
	agent := song.Credits[0]
	const ask = "/rest/%s?u=khach&p=khach&v=1.16.1&c=test&f=json"
	rest := func(method, query string) string { return strings.Replace(ask, "%s", method, 1) + query }
	named := []string{
		"/", "/the-loai/ca-khuc", "/tim-kiem?q=loi+ru", "/api/v1/works", "/api/v1/search?q=loi+ru", "/api/v1/suggest?q=loi", "/feed.xml",
		address.Feed(address.Agent(agent.Agent, agent.Name)), rest("getAlbumList2", "&type=newest"), rest("search3", "&query=ru"), rest("getAlbum", "&id="+string(song.ID)),
		"/oembed?url=" + url.QueryEscape(other.url+address.Work(song.ID, song.Title)), "/nhung/" + string(song.ID),
	}
	for _, path := range named {
		if a := other.get(path); !bytes.Contains(a.body, []byte(song.ID)) && !bytes.Contains(a.body, []byte("Lời ru bên sông")) {
			t.Errorf("%s does not name the work before: %d %.300s", path, a.StatusCode, a.body)
		}
	}
	began := time.Now()
	b.done(b.post("van", reviewOf(song)+"/rut", url.Values{"thay": {b.seen("van", song)}, "ly-do": {"Theo đề nghị của gia đình."}}), song, archive.ActWithdraw)
	for _, n := range b.nodes {
		for _, path := range named {
			if a := n.get(path); a.StatusCode < 400 && bytes.Contains(a.body, []byte("Lời ru bên sông")) {
				t.Errorf("%s still names it: %.300s", path, a.body)
			}
		}
		n.get(originalPath(song)).expect(t, 410)
		n.get(address.Work(song.ID, song.Title)).expect(t, 410)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("withdrawing and asking every surface of both servers took %v", took)
	}
}

func TestLetters(t *testing.T) {
	b := newBoard(t)
	work := b.published("Bến trăng")
	path := address.Letter(work.ID)
	b.n.get(address.Work(work.ID, work.Title)).expect(t, 200, path)
	b.n.get("/en"+path).expect(t, 200, "Remark or complaint")
	send := func(fields url.Values) answer { return b.post("", path, fields) }
	send(url.Values{"loai": {"remark"}, "loi": {"x"}, "trang-web": {"http://spam"}}).expect(t, 200, "Đã nhận thư")
	send(url.Values{"loai": {"complaint"}, "loi": {" "}, "ten": {"Đò <i>"}}).expect(t, 400, "Xin viết nội dung", "Đò &lt;i&gt;")
	send(url.Values{"loai": {"x"}, "loi": {"x"}}).expect(t, 400, "Xin chọn góp ý")
	open, err := b.catalog.Reader(archive.System("test")).OpenCases(t.Context(), 9)
	b.must(err)
	if len(open) != 0 {
		t.Errorf("kept although nothing was said: %+v", open)
	}
	send(url.Values{"loai": {"complaint"}, "loi": {"Ảnh này tôi chụp."}, "lien-he": {"0900"}}).expect(t, 200, "Đã nhận thư")
	b.n.get(address.Queue, b.as("van")).expect(t, 200, "Có 1 góp ý, khiếu nại chưa khép lại")
	b.n.get(address.Cases, b.as("van")).expect(t, 200, "Khiếu nại: Bến trăng", "hạn trả lời")
	b.answered()
	b.withdraw(work.ID, "Theo yêu cầu")
	if a := b.n.get(path).expect(t, 200, "Góp ý, khiếu nại"); bytes.Contains(a.body, []byte(work.Title)) {
		t.Error("the title of a withdrawn work is told")
	}
	send(url.Values{"loai": {"complaint"}, "loi": {"Vì sao rút?"}}).expect(t, 200, "Đã nhận thư")
	hidden := b.sent("Chưa công bố")
	b.n.get(address.Letter(hidden.ID)).expect(t, 404)
	b.post("", address.Letter(hidden.ID), url.Values{"loai": {"remark"}, "loi": {"x"}}).expect(t, 404)
}

// answered notes an order, then closes the case.
func (b *board) answered() {
	b.t.Helper()
	open, err := b.catalog.Reader(archive.System("test")).OpenCases(b.t.Context(), 9)
	b.must(err)
	path := address.Case(open[0].ID)
	b.n.get(path, b.as("kho")).expect(b.t, 200, "Ảnh này tôi chụp.", "0900")
	b.post("kho", path, url.Values{"ket-qua": {"x"}, "khep": {"1"}}).expect(b.t, 403)
	b.post("van", path, url.Values{"co-quan": {"Sở Văn hóa"}, "khep": {"1"}}).expect(b.t, 400, "Xin ghi kết quả", "Sở Văn hóa")
	b.post("van", path, url.Values{"co-quan": {"Sở Văn hóa"}, "so": {"5/QĐ"}, "ngay": {"2026-05-01"}}).expect(b.t, 303)
	b.post("quan", path, url.Values{"co-quan": {"Sở Văn hóa"}, "so": {"5/QĐ"}, "ngay": {"2026-05-01"}, "ket-qua": {"Đã ghi tên."}, "khep": {"1"}}).expect(b.t, 303)
	b.n.get(path, b.as("van")).expect(b.t, 200, "Đã ghi tên.", "5/QĐ", "ngày 1 tháng 5 năm 2026", "Bà quan")
	b.post("van", path, url.Values{"ket-qua": {"x"}, "khep": {"1"}}).expect(b.t, 409)
}

// One address sends so many letters in ten minutes and no more.
func TestLettersAreBounded(t *testing.T) {
	b := newBoard(t)
	path := address.Letter(b.published("Bến trăng").ID)
	letter := url.Values{"loai": {"remark"}, "loi": {"Sai năm."}}
	for range 8 {
		b.post("", path, letter).expect(t, 200)
	}
	b.post("", path, letter).expect(t, 503, "nhiều thư", "Sai năm.")
}

// The sender follows a work that the public does not see: what the editors wrote, answers, and hands it in again; others learn nothing.
func TestSenderFollows(t *testing.T) {
	b := newBoard(t)
	work := b.sent("Bến trăng")
	path := address.Sent(work.ID)
	b.done(b.post("van", reviewOf(work)+"/nhan-xet", url.Values{"loi": {"Năm nào?"}}), work, archive.ActEdit)
	b.done(b.post("van", reviewOf(work)+"/sua-lai", url.Values{"thay": {b.seen("van", work)}, "ly-do": {"Xin ghi năm."}}), work, archive.ActReturn)
	b.n.get(path, b.as("do")).expect(t, 200, "Chờ người gửi sửa", "Xin ghi năm.", "Năm nào?", path+"/gui")
	b.n.get("/en"+path, b.as("do")).expect(t, 200, "With its sender")
	b.n.get(path).expect(t, 303) // to sign in
	b.n.get(path, b.as("khac")).expect(t, 404)
	b.post("khac", path+"/gui", nil).expect(t, 404)
	b.post("do", path+"/nhan-xet", url.Values{"loi": {" "}}).expect(t, 400, "Xin viết nội dung")
	b.post("do", path+"/nhan-xet", url.Values{"loi": {"Năm 1974."}}).expect(t, 303)
	b.post("do", path+"/gui", nil).expect(t, 303)
	b.post("do", path+"/gui", nil).expect(t, 409, "không còn ở bước ấy")
	b.n.get(reviewOf(work), b.as("van")).expect(t, 200, "Năm 1974.", "Bà do")
	if a := b.n.get(path, b.as("do")).expect(t, 200, "Chờ duyệt"); bytes.Contains(a.body, []byte("Đánh dấu đã xong")) {
		t.Error("a sender ticks comments off")
	}
}

func TestRulesByForm(t *testing.T) {
	b := newBoard(t)
	b.sent("Bến trăng")
	b.n.get(address.Rules, b.as("van")).expect(t, 200, "Chỉ người quản trị đổi được", `name="nhom-tho" type="number" min="1" max="9" required value="2"`)
	rules := url.Values{"nhom-tho": {"3"}, "nhom-thong-bao": {"1"}, "bao-truoc": {"30"}, "han": {"10"}}
	b.post("van", address.Rules, rules).expect(t, 403)
	b.post("quan", address.Rules, url.Values{"nhom-tho": {"0"}, "bao-truoc": {"30"}, "han": {"mười"}}).expect(t, 400, "từ 1 đến 9", `value="mười"`)
	b.post("quan", address.Rules, rules).expect(t, 303)
	b.n.get(address.Rules+"?xong=1", b.as("quan")).expect(t, 200, "Đã lưu", `value="3"`, `value="10"`)
	b.n.get(address.Queue, b.as("van")).expect(t, 200, "Đã duyệt 0 trên 3")
}
