package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"syscall"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// TestDailyBackupFails: of a daily backup that does not come to its end administrators read when it was tried last, why it failed and when the last good one was;
// the next that ends is told again as one that is well.
func TestDailyBackupFails(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	mount(t, folder, "size=1m")
	s := &Settings{Data: t.TempDir(), BackupTo: "disk:" + folder}
	set := []string{"--data", s.Data, "--backup-to", s.BackupTo}
	book := t.TempDir()
	write(t, book, "trường ca.txt", strings.Repeat("một bài rất dài\n", 1<<16))
	must(t, append([]string{"import", book, "--publish"}, set...)...)
	server := serve(t, set...) // which backs up at once
	var log bytes.Buffer
	p, err := s.open(t.Context(), slog.New(slog.NewTextHandler(&log, nil)))
	noError(t, err)
	t.Cleanup(func() { noError(t, p.close()) })
	last := func(what string, want func(archive.LastRun) bool) {
		t.Helper()
		until(t, time.Minute, what, func() bool {
			run, err := p.bureau().LastBackup(t.Context())
			noError(t, err)
			return want(run)
		})
	}
	last("the full disk is told", func(run archive.LastRun) bool {
		return run.Time.IsZero() && run.Failed != nil && run.Failed.Reason == "backup-full"
	})
	doctorSays(t, set, "--", "Nơi giữ bản sao lưu đã hết chỗ", "Chưa có bản sao lưu nào dùng được", "There is no good backup yet")
	mount(t, folder, "remount,size=16m")
	last("with room it ends well", func(run archive.LastRun) bool { return !run.Time.IsZero() && run.Failed == nil })
	server.stop(t)
	doctorSays(t, set, "ok", "không có lỗi", "without errors")

	noError(t, syscall.Mount("tmpfs", folder, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, "size=16m"))
	p.dailyFails(t, *s, "backup-denied")
	doctorSays(t, set, "--", "Nơi giữ bản sao lưu không cho ghi hoặc đọc", "Bản sao lưu dùng được gần nhất: ngày", "The last good backup is of")
	away := t.TempDir() // what is seen of a place whose disk is not attached
	p.dailyFails(t, Settings{Data: s.Data, BackupTo: "disk:" + away}, "backup-gone")
	doctorSays(t, set, "--", "không thành. Nơi giữ bản sao lưu đang trống", "failed. The place of the backups is empty")
	p.dailyFails(t, Settings{Data: s.Data, BackupTo: "s3://key:secret@127.0.0.1:1/vannghe"}, "backup-away")
	p.dailyFails(t, Settings{Data: s.Data, BackupTo: "disk:" + s.Data + "/storage"}, "backup-same-place")
	p.dailyFails(t, Settings{Data: s.Data, BackupTo: "disk:" + book + "/trường ca.txt/sao lưu"}, "backup-away") // a folder that cannot be made
	if !strings.Contains(log.String(), "not a directory") {
		t.Errorf("the log does not say why:\n%s", log.String())
	}
	p.stopsUntold(t, *s)
	mount(t, folder, "remount,size=16m")
	if out := must(t, append([]string{"backup"}, set...)...); !strings.Contains(out, "Đã sao lưu xong") {
		t.Error(out)
	}
	doctorSays(t, set, "ok", "không có lỗi", "without errors")
}

// dailyFails runs the job of the day, which has to fail and to note why.
func (p *parts) dailyFails(t *testing.T, s Settings, why archive.Reason) {
	t.Helper()
	before, err := p.bureau().LastBackup(t.Context())
	noError(t, err)
	if err := p.backUpDaily(&s)(t.Context(), catalog.Job{}, catalog.Attempt{}); archive.ReasonOf(err) != why {
		t.Errorf("want %s: %v", why, err)
	}
	last, err := p.bureau().LastBackup(t.Context())
	if err != nil || last.Failed == nil || last.Failed.Reason != why || !last.Time.Equal(before.Time) {
		t.Errorf("after %s there is noted %+v, %v", why, last, err)
	}
	if before.Failed != nil && (!last.Failed.Since.Equal(before.Failed.Since) || !last.Failed.Time.After(before.Failed.Time)) {
		t.Errorf("after %s: %+v, before %+v", why, last.Failed, before.Failed)
	}
}

// stopsUntold: a server that stops in the middle of a backup has not failed.
func (p *parts) stopsUntold(t *testing.T, s Settings) {
	t.Helper()
	before, err := p.bureau().LastBackup(t.Context())
	noError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.backUpDaily(&s)(ctx, catalog.Job{}, catalog.Attempt{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if last, err := p.bureau().LastBackup(t.Context()); err != nil || !last.Tried().Equal(before.Tried()) {
		t.Errorf("noted: %+v, %v", last, err)
	}
}

func doctorSays(t *testing.T, set []string, mark string, sentences ...string) {
	t.Helper()
	out := vannghe(t, append([]string{"doctor"}, set...)...).out
	for line := range strings.Lines(out) {
		if !strings.Contains(line, "  backup  ") {
			continue
		}
		for _, s := range append(sentences, mark+"  ") {
			if !strings.Contains(line, s) {
				t.Errorf("the doctor does not say %q: %s", s, line)
			}
		}
		return
	}
	t.Errorf("the doctor says nothing of backups: %s", out)
}
