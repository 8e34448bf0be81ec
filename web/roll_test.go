package web_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"vannghe/internal/archive"
	"vannghe/web/address"
)

// secretive is what only the office may read of a member.
const secretive = "zq0912kín"

func rollForm(agent archive.Agent) url.Values {
	return url.Values{"thay": {"0"}, "ten": {"Đặng Thị Sương"}, "the": {"VH-" + secretive}, "sinh": {"3/2/1940"}, "ket-nap": {"1998"}, "dien-thoai": {secretive}, "thu": {secretive + "@example.com"},
		"dia-chi": {"=" + secretive}, "ghi-chu": {"<b>" + secretive}, "chi-hoi-0": {"Chi hội Thơ " + secretive}, "chi-hoi-tu-0": {"2001"}, "giai-0": {"Giải Nhì " + secretive}, "giai-nam-0": {"2005"},
		"tac-gia": {address.Agent(agent.ID, agent.Name())}, "tai-khoan": {""}}
}

// The roll by forms without scripts: written, corrected, filtered, printed, given out, removed. Nobody outside the office reads any of it.
func TestRollPages(t *testing.T) {
	b := newBoard(t)
	work := b.published("Bến trăng")
	agent := archive.Agent{ID: work.Credits[0].Agent, Names: []archive.AgentName{{Name: work.Credits[0].Name}}}
	form := rollForm(agent)
	for field, wrong := range map[string][2]string{"ten": {" ", "review-wrong"}, "mat": {"hôm qua", "hôm qua"}, "tac-gia": {"ai đó", "ai đó"}, "tai-khoan": {"khong-co", "khong-co"}} {
		bad := url.Values{}
		for k, v := range form {
			bad[k] = v
		}
		bad.Set(field, wrong[0])
		b.post("van", address.NewMember, bad).expect(t, 400, wrong[1], secretive, "&lt;b&gt;")
	}
	form.Set("tai-khoan", accountName(b, "khac"))
	to := strings.TrimSuffix(b.post("van", address.NewMember, form).expect(t, 303).Header.Get("Location"), "?xong=1")
	b.n.get(to, b.as("khoa")).expect(t, 200, "03/02/1940", "Chi hội Thơ", "Đặng Thị Sương")
	b.post("van", to, form).expect(t, 409, "Người khác vừa sửa")
	form.Set("thay", "1")
	form.Set("mat", "2020")
	b.post("khoa", to, form).expect(t, 303)
	b.n.get("/en"+address.Roll+"?q=suong&con=died", b.as("van")).expect(t, 200, "1 of 1 people", "Died: 2020")
	b.n.get(address.Roll+"?con=active", b.as("van")).expect(t, 200, "0 người, trong 1 người")
	if a := b.n.get(to, b.as("van")); bytes.Contains(a.body, []byte("/xoa")) {
		t.Error("an editor is led to what only administrators do")
	}
	b.rollFiles(to)
	b.nothingPublic(work, agent)
	b.removedByForm(to)
}

func accountName(b *board, who string) string {
	b.t.Helper()
	a, err := b.catalog.Reader(archive.System("test")).AccountByID(b.t.Context(), b.people[who].Account)
	b.must(err)
	return a.Name
}

func (b *board) rollFiles(to string) {
	b.t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(b.n.get(address.Roll+"?q=&dang=xlsx", b.as("van")).expect(b.t, 200).body))
	b.must(err)
	defer book.Close()
	if rows, err := book.GetRows("1"); err != nil || len(rows) != 4 || rows[3][0] != "Đặng Thị Sương" || rows[3][10] != "="+secretive {
		b.t.Errorf("%q %v", rows, err)
	}
	pdf := pdfText(b.t, b.printing().get(address.Roll+"?dang=pdf", b.as("van")).expect(b.t, 200).body)
	if !strings.Contains(pdf, "Đặng Thị Sương") || strings.Contains(pdf, "@example.com") {
		b.t.Errorf("printed: %s", pdf)
	}
	made := b.n.get(to+"/du-lieu", b.as("quan")).expect(b.t, 200)
	z, err := zip.NewReader(bytes.NewReader(made.body), int64(len(made.body)))
	b.must(err)
	said := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		b.must(err)
		all, err := io.ReadAll(r)
		b.must(err)
		said[f.Name] = string(all)
	}
	if !strings.Contains(said["so-hoi-vien.json"], secretive+"@example.com") || !strings.Contains(said["tac-pham.csv"], "Bến trăng") || !strings.Contains(said["tai-khoan.json"], "Bà khac") ||
		!strings.Contains(said["tac-gia.json"], "Đặng Thị Sương") || !strings.Contains(said["doc-truoc.txt"], "Đặng Thị Sương") || len(said) != 8 || strings.Contains(said["tai-khoan.json"], "argon2id") {
		b.t.Errorf("%q", said)
	}
}

// nothingPublic asks all that names the author, as the public, a member and an archivist.
func (b *board) nothingPublic(work *archive.Work, agent archive.Agent) {
	b.t.Helper()
	b.settle()
	for _, path := range []string{"/", address.Agent(agent.ID, agent.Name()), "/tac-gia", address.Work(work.ID, work.Title), "/tim-kiem?q=" + secretive, "/tim-kiem?q=suong", "/api/v1/works",
		"/api/v1/works/" + string(work.ID), "/api/v1/search?q=" + secretive, "/api/v1/suggest?q=zq09", "/feed.xml", address.Feed(address.Agent(agent.ID, agent.Name())),
		"/rest/search3?u=khach&p=khach&v=1.16.1&c=t&f=json&query=zq09", "/oembed?url=" + url.QueryEscape(b.n.url+address.Work(work.ID, work.Title)), address.Roll, address.Roll + "?dang=xlsx"} {
		for _, who := range []string{"", "do", "kho"} {
			a := b.n.get(path, b.as(who))
			if body := bytes.ReplaceAll(a.body, []byte("q="+secretive), nil); bytes.Contains(body, []byte("@example.com")) || bytes.Contains(body, []byte("VH-"+secretive)) || bytes.Contains(body, []byte("Chi hội Thơ")) {
				b.t.Errorf("%s tells %q what stands in the roll: %d", path, who, a.StatusCode)
			}
		}
	}
	if strings.Contains(b.log.String(), "@example.com") {
		b.t.Error("the log tells what stands in the roll")
	}
}

func (b *board) removedByForm(to string) {
	b.t.Helper()
	b.n.get(to+"/xoa", b.as("quan")).expect(b.t, 200, "Vẫn giữ", "bảng nhuận bút")
	b.post("quan", to+"/xoa", url.Values{"thay": {"2"}}).expect(b.t, 400, "đánh dấu")
	b.post("quan", to+"/xoa", url.Values{"thay": {"1"}, "chac": {"1"}}).expect(b.t, 409)
	b.post("quan", to+"/xoa", url.Values{"thay": {"2"}, "chac": {"1"}}).expect(b.t, 303)
	if a := b.n.get(to, b.as("quan")).expect(b.t, 200, "đã xoá"); bytes.Contains(a.body, []byte(secretive)) {
		b.t.Error("still there")
	}
	b.n.get(address.Desk, b.as("khac")).expect(b.t, 303) // signed out
	b.n.get(address.Roll, b.as("van")).expect(b.t, 200, "0 người, trong 0 người")
}
