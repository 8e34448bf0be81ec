package main

import (
	"testing"

	"vannghe/storage/miniostore/miniotest"
)

// MinIO stops in the middle of an import: the import says so and ends with status 1; when MinIO is back, the next run carries on.
func TestMinIOStopsInTheMiddle(t *testing.T) {
	minio := miniotest.Start(t)
	set := []string{"--data", t.TempDir(), "--storage", minio.DSN("vannghe")}
	s := serve(t, set...)
	must(t, append([]string{"import", library(t), "--manifest", "works.csv", "--publish"}, set...)...)
	poem := s.page(t, "Bến cũ")
	minio.Stop()
	second := t.TempDir()
	write(t, second, "moi.txt", "Một bài thơ mới\ngửi trong lúc kho ngừng")
	r := vannghe(t, append([]string{"import", second, "--publish"}, set...)...)
	if r.code != 1 || r.err == "" {
		t.Errorf("import into a stopped store: status %d\n%s", r.code, r.err)
	}
	if status, _ := s.get(t, poem); status != 200 && status != 503 {
		t.Errorf("the page of a poem answers %d while the store is down", status)
	}
	minio.Restart()
	must(t, append([]string{"import", second, "--publish"}, set...)...)
	if n := len(s.works(t)); n != 4 {
		t.Errorf("%d works after the store came back, want 4", n)
	}
	s.stop(t)
}
