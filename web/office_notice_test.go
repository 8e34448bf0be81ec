package web_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/web/address"
)

// What waits for an editor, an administrator, a member: each hears of their own, sees how much is new on the desk, and what they have looked at is not
// new any more until there is more.
func TestNotices(t *testing.T) {
	b := newBoard(t)
	work := b.sent("Bến trăng")
	lapsing := catalogtest.Work("Sắp hết hạn", func(w *archive.Work) { w.Rights.LicenceUntil = time.Now().Add(20 * 24 * time.Hour) })
	b.put(lapsing)
	failed := lapsing.Representations[0].Files[0]
	b.update(func(ctx context.Context, tx *catalog.Tx) error {
		return tx.PutDerivative(ctx, archive.Derivative{Work: lapsing.ID, File: failed.ID, Recipe: "hls", Version: 9, State: archive.DerivativeFailed, Problem: "making-too-long", Prefix: "derived/x"})
	})
	b.n.post(address.Letter(lapsing.ID), url.Values{"loai": {"remark"}, "loi": {"Sai năm."}}).expect(t, 200)
	b.n.get(address.Desk, b.as("van")).expect(t, 200, "Việc đang chờ (3 mới)")
	b.n.get(address.Notices, b.as("van")).expect(t, 200, "Chờ duyệt: Bến trăng", "Sắp hết hạn được phép đăng: Sắp hết hạn", "Thư góp ý, khiếu nại chờ trả lời")
	b.n.get(address.Notices, b.as("quan")).expect(t, 200, "1 tác phẩm có tệp chưa làm được")
	for who, not := range map[string]string{"quan": "Chờ duyệt", "do": "Chờ duyệt", "khac": "Bến trăng", "van": "chưa làm được"} {
		if strings.Contains(string(b.n.get(address.Notices, b.as(who)).expect(t, 200).body), not) {
			t.Errorf("%s is told %q", who, not)
		}
	}
	b.post("van", address.Notices, url.Values{}).expect(t, 303)
	b.n.get(address.Notices, b.as("van")).expect(t, 200, "Không có gì mới", "Đã xem", "Chờ duyệt: Bến trăng")
	b.n.get(address.Desk, b.as("khoa")).expect(t, 200, "Việc đang chờ (3 mới)") // what one has seen is new to another
	b.done(b.post("van", reviewOf(work)+"/sua-lai", url.Values{"thay": {b.seen("van", work)}, "ly-do": {"Xin ghi năm."}}), work, archive.ActReturn)
	b.n.get(address.Desk, b.as("do")).expect(t, 200, "Việc đang chờ (1 mới)")
	b.n.get(address.Notices, b.as("do")).expect(t, 200, "Đề nghị sửa: Bến trăng", address.Sent(work.ID))
	b.post("do", address.Notices, url.Values{}).expect(t, 303)
	b.post("van", reviewOf(work)+"/nhan-xet", url.Values{"loi": {"Khổ hai rất hay."}}).expect(t, 303)
	b.n.get(address.Notices, b.as("do")).expect(t, 200, "Ban biên tập viết về: Bến trăng", "Đã xem")
	b.n.get(address.Notices, b.as("khac")).expect(t, 200, "Không có gì mới")
}
