package web_test

import (
	"encoding/csv"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/web/address"
)

var nextLine = regexp.MustCompile(`href="([^"]+)" rel="next"`)

// Who invited, gave roles and ended is on record; so is what happened to works; it is filtered, paged, and a table without formulas.
func TestRecord(t *testing.T) {
	b := newBoard(t)
	work := b.sent("=Bến trăng")
	if a := b.n.get(address.Accounts, b.as("quan")).expect(t, 200, `name="vai"`); strings.Contains(string(a.body), " checked") {
		t.Error("a role is ticked before anybody chose")
	}
	b.post("quan", address.Accounts, url.Values{"ten": {"la"}, "ten-hien-thi": {"Khổng <b>Lá</b>"}, "vai": {"member"}}).expect(t, 200)
	la := archive.AccountID(regexp.MustCompile(address.Accounts + `/([a-z2-7]{12})"[^>]*>[^<]*Khổng`).FindStringSubmatch(string(b.n.get(address.Accounts, b.as("quan")).body))[1])
	b.post("quan", address.Account(la)+"/vai", url.Values{"vai": {"member", "editor"}}).expect(t, 303)
	b.post("quan", address.Account(la)+"/tac-gia", url.Values{"tac-gia": {"Không <i>ai</i>"}}).expect(t, 400, `value="Không &lt;i&gt;ai&lt;/i&gt;"`)
	b.post("quan", address.Account(la)+"/tac-gia", url.Values{"tac-gia": {"Đặng Thị Sương"}}).expect(t, 303)
	b.n.get(address.Account(la), b.as("quan")).expect(t, 200, "Đã ghi là:", ">Đặng Thị Sương</a>")
	b.post("quan", address.Account(la)+"/ket-thuc", url.Values{}).expect(t, 303)
	b.post("quan", address.SetSecurity, url.Values{"xac-thuc": {"1"}}).expect(t, 303)
	b.n.get(address.Record, b.as("quan")).expect(t, 200, "Về bàn làm việc", "Thêm tài khoản: Khổng &lt;b&gt;Lá&lt;/b&gt;", "Mời vào", "Vai: “hội viên” đổi thành “hội viên, biên tập viên”",
		"Ghi tài khoản là tác giả nào", "Tác giả: ", "Kết thúc tài khoản", "Phải dùng ứng dụng xác thực", "Bà quan", "Gửi duyệt: =Bến trăng", "Bà do")
	for filter, want := range map[string][2]string{
		"?viec=account-roles": {"Đổi vai", "Gửi duyệt:"}, "?ai=" + string(b.people["do"].Account): {"Gửi duyệt:", "Đổi vai:"},
		"?tac-pham=" + url.QueryEscape("https://x.example"+address.Work(work.ID, work.Title)): {"Gửi duyệt:", "Đổi vai:"}, "?den=2001-01-01": {"Không có việc nào", "Đổi vai:"},
	} {
		body := string(b.n.get(address.Record+filter, b.as("quan")).expect(t, 200, want[0]).body)
		if strings.Contains(body, want[1]) {
			t.Errorf("%s shows %s", filter, want[1])
		}
	}
	for _, bad := range []string{"?tu=x", "?tac-pham=%27%3B--", "?sau=1.!.2", "?sau=x"} {
		b.n.get(address.Record+bad, b.as("quan")).expect(t, 400, `role="alert"`)
	}
	table := b.n.get(address.Record+"?dang=csv", b.as("quan")).expect(t, 200)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(table.body), "\ufeff"))).ReadAll()
	b.must(err)
	for _, row := range rows {
		for _, cell := range row {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("a cell is a formula: %s", cell)
			}
		}
	}
	b.pages()
}

// pages: whoever goes on and on sees every line once.
func (b *board) pages() {
	b.t.Helper()
	for range 60 {
		b.post("quan", address.SetGenre("tho")+"/len", url.Values{}).expect(b.t, 303)
		b.post("quan", address.SetGenre("tho")+"/xuong", url.Values{}).expect(b.t, 303)
	}
	seen, path := 0, address.Record+"?viec=genre"
	for range 10 {
		body := string(b.n.get(path, b.as("quan")).expect(b.t, 200).body)
		seen += strings.Count(body, `<li class="thing">`)
		m := nextLine.FindStringSubmatch(body)
		if m == nil {
			break
		}
		path = strings.ReplaceAll(m[1], "&amp;", "&")
	}
	want := 0
	for _, d := range b.deeds() {
		if d.Kind == string(archive.DeedGenre) {
			want++
		}
	}
	if seen != want || want < 60 {
		b.t.Errorf("%d lines are seen of %d", seen, want)
	}
}
