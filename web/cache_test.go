package web_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"vannghe/storage/blockcache"
	"vannghe/web"
)

// What is asked for often is read from this machine's disk; what is withdrawn is refused at once and leaves the cache within two seconds.
func TestCacheInFrontOfMinIO(t *testing.T) {
	bucket, _ := minio(t)
	w := newWorld(t, 0, bucket)
	cache, err := blockcache.Open(blockcache.Options{Bucket: bucket, Dir: t.TempDir(), Bytes: 64 << 20, Log: slog.New(slog.DiscardHandler)})
	w.must(err)
	t.Cleanup(cache.Close)
	n := w.startNode(web.Options{Cache: cache})
	w.nodes = append(w.nodes, n)
	film, d, content := w.film("Sông quê mùa nước nổi", 9<<20)
	path := assetPath(d, "1080p.mp4")
	for range 3 {
		for _, part := range [][2]int{{0, 1 << 20}, {4<<20 - 10, 4<<20 + 10}, {100, 9<<20 - 1}} {
			got := n.get(path, fmt.Sprintf("Range: bytes=%d-%d", part[0], part[1])).expect(t, 206)
			if !bytes.Equal(got.body, content[part[0]:part[1]+1]) {
				t.Fatalf("other bytes at %v", part)
			}
		}
		n.get(assetPath(d, "master.m3u8")).expect(t, 200, "#EXTM3U")
	}
	if st := cache.Stats(); st.Hits == 0 || st.Bytes < 9<<20 || st.Failures+st.Damaged > 0 {
		t.Fatalf("%+v", st)
	}
	hits := cache.Stats().Hits
	w.withdraw(film.ID, "Theo đề nghị của gia đình tác giả.")
	n.get(path).expect(t, 410)
	if cache.Stats().Hits != hits {
		t.Error("the cache was asked before it was asked who may see the work")
	}
	for began := time.Now(); cache.Holds(string(film.ID)); {
		if time.Since(began) > 2*time.Second {
			t.Fatal("the bytes of a withdrawn work are still in the cache after two seconds")
		}
		n.get("/healthz") // something to wait for
	}
}
