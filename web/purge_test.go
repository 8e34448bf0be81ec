package web_test

import (
	"bytes"
	"net/url"
	"testing"

	"vannghe/internal/archive"
	"vannghe/web/address"
)

// One administrator proposes, another agrees; the one alone cannot, and from then on nobody gets anything.
func TestPurgePages(t *testing.T) {
	b := newBoard(t)
	phó := addAccount(t, b.catalog, "Ông phó", archive.Administrator)
	b.cookies["pho"] = signIn(t, b.catalog, phó)
	work := b.published("Bến <trăng>")
	path := address.Purge(work.ID)
	b.n.get(reviewOf(work), b.as("quan")).expect(t, 200, path)
	if a := b.n.get(reviewOf(work), b.as("van")); bytes.Contains(a.body, []byte(path)) {
		t.Error("editors are led to what they may not do")
	}
	b.n.get(address.Purges, b.as("quan")).expect(t, 200, "trang duyệt của tác phẩm đã rút")
	b.n.get(path, b.as("quan")).expect(t, 200, "Xin rút xuống trước")
	b.withdraw(work.ID, "Theo lệnh")
	thay := func(who string) string {
		m := seenField.FindSubmatch(b.n.get(path, b.as(who)).expect(t, 200, "Bến &lt;trăng&gt;").body)
		if m == nil {
			t.Fatal("no form")
		}
		return string(m[1])
	}
	b.post("quan", path+"/de-nghi", url.Values{"thay": {thay("quan")}, "ly-do": {"x"}}).expect(t, 400, "Xin chọn một căn cứ")
	b.post("quan", path+"/de-nghi", url.Values{"thay": {thay("quan")}, "can-cu": {"order"}, "ly-do": {"<b>Số 12/QĐ</b>"}}).expect(t, 303)
	b.n.get(path, b.as("quan")).expect(t, 200, "&lt;b&gt;Số 12/QĐ", "Chờ một người quản trị khác")
	if a := b.n.get(path, b.as("quan")); bytes.Contains(a.body, []byte("/dong-y")) {
		t.Error("who proposed is offered to agree")
	}
	b.n.get(address.Notices, b.as("pho")).expect(t, 200, "đề nghị huỷ nội dung Bến &lt;trăng&gt;", path)
	b.n.get("/en"+address.Notices, b.as("pho")).expect(t, 200, "destroy the content of Bến", "/en"+path)
	for _, who := range []string{"quan", "van"} {
		if a := b.n.get(address.Notices, b.as(who)); bytes.Contains(a.body, []byte(path)) {
			t.Errorf("%s, who may not confirm it, is told", who)
		}
	}
	seen := thay("pho")
	b.post("quan", path+"/dong-y", url.Values{"thay": {seen}, "chac": {"1"}}).expect(t, 403, "Người đề nghị không tự đồng ý")
	b.post("pho", path+"/dong-y", url.Values{"thay": {seen}}).expect(t, 400, "đánh dấu")
	b.post("pho", path+"/dong-y", url.Values{"thay": {seen}, "chac": {"1"}}).expect(t, 303)
	b.n.get("/en"+path, b.as("quan")).expect(t, 200, "Being destroyed")
	b.n.get(address.Purges, b.as("pho")).expect(t, 200, "Bến &lt;trăng&gt;", "Đang huỷ", "Về bàn làm việc")
	b.post("pho", path+"/dong-y", url.Values{"thay": {seen}, "chac": {"1"}}).expect(t, 409)
	b.n.get(address.Work(work.ID, work.Title)).expect(t, 410, "Theo lệnh")
	b.n.get(originalPath(work), b.as("van")).expect(t, 404)
	b.post("van", reviewOf(work)+"/khoi-phuc", url.Values{"thay": {b.seen("van", work)}, "ly-do": {"x"}}).expect(t, 409, "đã huỷ")
}
