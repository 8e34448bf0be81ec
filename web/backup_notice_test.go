package web_test

import (
	"net/url"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/office"
	"vannghe/web/address"
)

// TestFailedBackupIsTold: an administrator, and nobody else, reads on the desk and on both pages of the machine that the archive could not be backed up, when that
// was tried, why it failed and when the last good backup was. One failure after the other is one notice; a backup that ends well ends it.
func TestFailedBackupIsTold(t *testing.T) {
	b := newBoard(t)
	use := office.New(office.Options{Catalog: b.catalog})
	fail := func(reason archive.Reason) {
		b.must(use.NoteBrokenBackup(t.Context(), archive.Fail(archive.Unavailable, reason)))
	}
	pages := map[string]string{address.Notices: "Không sao lưu được kho", address.Operate: "", address.Health: ""}
	told := func(sentences ...string) {
		t.Helper()
		for page, headline := range pages {
			b.n.get(page, b.as("quan")).expect(t, 200, append(sentences, headline)...)
		}
	}
	fail("backup-away")
	told("Lần sao lưu gần nhất, lúc ", "không thành. Nơi giữ bản sao lưu không trả lời.", "Chưa có bản sao lưu nào dùng được.")
	b.must(use.NoteBackup(t.Context(), 0))
	if s := string(b.n.get(address.Health, b.as("quan")).expect(t, 200, "Mọi thứ đang tốt").body) + string(b.n.get(address.Notices, b.as("quan")).expect(t, 200).body); strings.Contains(s, "sao lưu") {
		t.Error("a backup that ended well is told")
	}
	b.n.get(address.Operate, b.as("quan")).expect(t, 200, "Sao lưu lần cuối ngày ", "không có lỗi.")

	fail("backup-full")
	told("không thành. Nơi giữ bản sao lưu đã hết chỗ.", "Bản sao lưu dùng được gần nhất: ngày ")
	b.n.get("/en"+address.Health, b.as("quan")).expect(t, 200, "The last try to back up, at ", "failed. The place of the backups is full.", "The last good backup is of ")
	b.n.get("/en"+address.Notices, b.as("quan")).expect(t, 200, "The archive could not be backed up")
	b.n.get(address.Desk, b.as("quan")).expect(t, 200, "Việc đang chờ (1 mới)")
	b.post("quan", address.Notices, url.Values{}).expect(t, 303)
	fail("backup-denied")
	told("không thành. Nơi giữ bản sao lưu không cho ghi hoặc đọc.")
	if strings.Contains(string(b.n.get(address.Desk, b.as("quan")).expect(t, 200).body), "mới)") {
		t.Error("the second failure of the same is told as new")
	}
	for _, who := range []string{"van", "kho", "do"} {
		if strings.Contains(string(b.n.get(address.Notices, b.as(who)).expect(t, 200).body), "sao lưu") {
			t.Errorf("%s is told of backups", who)
		}
	}
	b.must(use.NoteBackup(t.Context(), 2))
	b.n.get(address.Notices, b.as("quan")).expect(t, 200, "Bản sao lưu cần được xem lại", "có 2 lỗi.")
	b.n.get(address.Health, b.as("quan")).expect(t, 200, "có 2 lỗi.")
}
