package web_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/ingest"
	"vannghe/storage"
	"vannghe/storage/blockcache"
	"vannghe/storage/diskstore"
	"vannghe/storage/storagetest"
	"vannghe/web"
)

// What an operator asks is among the figures, and in plain words on the page of whoever runs the machine.
func TestHealth(t *testing.T) {
	driver, err := diskstore.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	faulty := storagetest.NewFaulty(driver)
	bucket := storage.NewBucket(faulty)
	w := newWorld(t, 0, bucket)
	t.Cleanup(func() { w.must(bucket.Close()) })
	cache, err := blockcache.Open(blockcache.Options{Bucket: bucket, Dir: t.TempDir(), Bytes: 64 << 20, Log: slog.New(slog.DiscardHandler)})
	w.must(err)
	t.Cleanup(cache.Close)
	n := w.startNode(web.Options{Cache: cache})
	admin := w.device(archive.Administrator)

	n.get("/van-hanh/may-chu", admin...).expect(t, 200, "Mọi thứ đang tốt", "Lượt xem", "<path class=\"curve-line\"", "Tệp đọc ngay trên máy này")
	n.get("/en/van-hanh/may-chu", admin...).expect(t, 200, "All is well")
	n.get("/van-hanh", admin...).expect(t, 200, `href="/van-hanh/may-chu"`)
	n.get("/van-hanh/may-chu").expect(t, 303)
	n.get("/metrics").expect(t, 200, "vannghe_jobs_oldest_seconds 0", "vannghe_storage_failures_total 0", `vannghe_cache_reads_total{result="hit"} 0`,
		"vannghe_index_behind_changes", "vannghe_connections ", "vannghe_http_request_seconds_bucket")

	w.update(func(ctx context.Context, tx *catalog.Tx) error {
		return tx.Enqueue(ctx, catalog.Job{Kind: ingest.JobScan})
	})
	faulty.FailAt(1, archive.Fail(archive.Unavailable, "storage-unavailable"))
	if _, err := bucket.Head(t.Context(), "a/b"); archive.CodeOf(err) != archive.Unavailable {
		t.Fatal(err)
	}
	n.get("/van-hanh/may-chu", admin...).expect(t, 200, "1 lần nơi giữ tệp không trả lời", "Bây giờ: 1 việc")
	figures := string(n.get("/metrics").expect(t, 200, "vannghe_storage_failures_total 1", `vannghe_jobs{state="waiting"} 1`).body)
	if strings.Contains(figures, "vannghe_jobs_oldest_seconds 0\n") {
		t.Error("a job that waits has no age")
	}
}
