package web_test

import (
	"bytes"
	"context"
	"io"
	"testing"

	"vannghe/internal/archive"
	"vannghe/storage"
	"vannghe/storage/miniostore/miniotest"
)

// BenchmarkUpload measures an upload through the whole server beside a bare write to the same store. VANNGHE_UPLOAD_BYTES makes the file larger.
func BenchmarkUpload(b *testing.B) {
	size := fromEnv(b, "VANNGHE_UPLOAD_BYTES", 64<<20)
	data := bytes.Repeat(noise(1<<20), int(size>>20))
	for name, c := range map[string]*child{"disk": {Disk: b.TempDir()}, "MinIO": {S3: ""}} {
		b.Run(name, func(b *testing.B) {
			if c.Disk == "" {
				c.S3 = miniotest.Start(b).DSN("bench")
			}
			_, who := c.open(b)
			c.start()
			defer c.kill()
			bucket, err := c.bucket(b.Context())
			must(b, err)
			defer bucket.Close()
			b.Run("bare", func(b *testing.B) {
				b.SetBytes(size)
				for b.Loop() {
					must(b, bareWrite(b.Context(), bucket, data))
				}
			})
			b.Run("tus", func(b *testing.B) {
				b.SetBytes(size)
				for b.Loop() {
					must(b, sendAll(b.Context(), "http://"+c.Addr, who, bytes.NewReader(data), size))
				}
			})
		})
	}
}

func bareWrite(ctx context.Context, bucket *storage.Bucket, data []byte) error {
	key := storage.Key("bare/" + archive.NewID[string]())
	w, err := bucket.CreateAbout(ctx, key, int64(len(data)))
	if err != nil {
		return err
	}
	defer w.Abort()
	if _, err := io.Copy(w, bytes.NewReader(data)); err != nil {
		return err
	}
	_, err = w.Commit()
	return err
}
