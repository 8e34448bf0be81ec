package message_test

import (
	"errors"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/message"
)

// TestLastRun says in both languages when a backup was made and tried last, and why the tries failed.
func TestLastRun(t *testing.T) {
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 5, 0, 0, archive.Vietnam) }
	var never, well, odd archive.LastRun
	never.Broke(at(24, 2), archive.Fail(archive.Unavailable, "backup-broken", "generations/x"))
	well.Ended(at(20, 3), 0)
	failed := well
	failed.Broke(at(21, 3), archive.Fail(archive.Unavailable, "backup-full"))
	failed.Broke(at(22, 3), errors.New("what nobody foresaw"))
	odd.Ended(at(20, 3), 4)
	if !failed.Failed.Since.Equal(at(21, 3)) || !failed.Tried().Equal(at(22, 3)) || !failed.Time.Equal(at(20, 3)) || !well.Tried().Equal(at(20, 3)) {
		t.Errorf("%+v %+v", failed, failed.Failed)
	}
	for name, c := range map[string]struct {
		last   archive.LastRun
		vi, en string
	}{
		"never tried":  {archive.LastRun{}, "Chưa có bản sao lưu nào được ghi nhận.", "No backup is on record."},
		"never ended":  {never, "Lần sao lưu gần nhất, lúc 02:05 ngày 24 tháng 11 năm 2026, không thành. Bản sao lưu bị hỏng ở “generations/x”. Xin dùng bản khác (--generation). Chưa có bản sao lưu nào dùng được.", "The last try to back up, at 02:05 on 24 November 2026, failed. The backup is damaged at “generations/x”. Please use another one (--generation). There is no good backup yet."},
		"failed since": {failed, "Lần sao lưu gần nhất, lúc 03:05 ngày 22 tháng 11 năm 2026, không thành. Máy chủ gặp trục trặc. Việc này đã được ghi lại; xin thử lại sau. Bản sao lưu dùng được gần nhất: ngày 20 tháng 11 năm 2026.", "The last try to back up, at 03:05 on 22 November 2026, failed. The server met a problem. It has been recorded; please try again later. The last good backup is of 20 November 2026."},
		"well":         {well, "Sao lưu lần cuối ngày 20 tháng 11 năm 2026, không có lỗi.", "Last backup 20 November 2026, without errors."},
		"with errors":  {odd, "Sao lưu lần cuối ngày 20 tháng 11 năm 2026 có 4 lỗi.", "The last backup 20 November 2026 had 4 errors."},
	} {
		if got := message.For("vi").LastRun("backup", c.last); got != c.vi {
			t.Errorf("%s: %s", name, got)
		}
		if got := message.For("en").LastRun("backup", c.last); got != c.en {
			t.Errorf("%s: %s", name, got)
		}
	}
}
