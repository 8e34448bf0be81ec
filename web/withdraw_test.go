package web_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/storage"
	"vannghe/web/address"
)

// TestWithdrawal holds that within two seconds of a withdrawal every server refuses the work everywhere, and that streams that were
// open before have ended, on a disk and on MinIO.
func TestWithdrawal(t *testing.T) {
	t.Run("disk", func(t *testing.T) { testWithdrawal(t, nil) })
	t.Run("MinIO", func(t *testing.T) {
		bucket, _ := minio(t)
		testWithdrawal(t, bucket)
	})
}

func testWithdrawal(t *testing.T, bucket *storage.Bucket) {
	w := newWorld(t, 2, bucket)
	film, d, _ := w.film("Sông quê mùa nước nổi", 48<<20)
	other, otherD, _ := w.film("Bến khác", 48<<20)
	w.settle()
	const reason = "Theo đề nghị của gia đình tác giả."
	var streams, kept []net.Conn
	for _, n := range w.nodes {
		n.get("/tim-kiem?q=mua+nuoc+noi").expect(t, 200, string(film.ID))
		streams = append(streams, slow(t, n, assetPath(d, "1080p.mp4")))
		kept = append(kept, slow(t, n, assetPath(otherD, "1080p.mp4")))
	}

	began := time.Now()
	w.withdraw(film.ID, reason)
	for _, conn := range streams {
		ended(t, conn, began.Add(2*time.Second))
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("the streams ended after %v", took)
	}
	for _, n := range w.nodes { // at once, whether the indexes have heard of it or not
		refused(t, n, film, d, reason)
	}
	for i, conn := range kept {
		w.must(conn.SetReadDeadline(time.Now().Add(20 * time.Second)))
		if _, err := io.CopyN(io.Discard, conn, 40<<20); err != nil {
			t.Errorf("the stream of another work on node %d was cut: %v", i, err)
		}
	}
	w.nodes[0].get(address.Work(other.ID, other.Title)).expect(t, 200)
}

// TestWithdrawalCutsALongPage: a page that is still under way when its work is withdrawn ends like a film.
func TestWithdrawalCutsALongPage(t *testing.T) {
	w := newWorld(t, 1, nil)
	novel := w.poem("Tiểu thuyết", strings.Repeat("Dòng sông chảy qua làng tôi. ", 400_000))
	conn := slow(t, w.nodes[0], address.Work(novel.ID, novel.Title))
	began := time.Now()
	w.withdraw(novel.ID, "Theo đề nghị của gia đình tác giả.")
	ended(t, conn, began.Add(2*time.Second))
}

// slow opens a stream and reads only its beginning.
func slow(t *testing.T, n *node, path string, headers ...string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", n.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n", path, strings.Join(append(headers, ""), "\r\n")); err != nil {
		t.Fatal(err)
	}
	head := make([]byte, 4096)
	if _, err := io.ReadFull(conn, head); err != nil || !bytes.HasPrefix(head, []byte("HTTP/1.1 200")) {
		t.Fatalf("%v: %.200s", err, head)
	}
	return conn
}

// ended checks that the server reset the connection before the deadline, with most of the film unsent.
func ended(t *testing.T, conn net.Conn, deadline time.Time) {
	t.Helper()
	if err := conn.SetReadDeadline(deadline); err != nil {
		t.Fatal(err)
	}
	// Reading only once the reset has arrived shows that nothing more came after it.
	n, err := io.Copy(io.Discard, io.MultiReader(slowly{conn}))
	if err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the stream went on: %d bytes more, %v", n, err)
	}
}

// slowly reads little at a time, as a player on a slow line does.
type slowly struct{ conn net.Conn }

func (s slowly) Read(p []byte) (int, error) {
	return s.conn.Read(p[:min(len(p), 512)])
}

func refused(t *testing.T, n *node, film *archive.Work, d archive.Derivative, reason string) {
	t.Helper()
	page := address.Work(film.ID, film.Title)
	n.get(page).expect(t, 410, reason, `<html lang="vi"`)
	n.get("/en"+page).expect(t, 410, reason, `<html lang="en"`)
	n.get(assetPath(d, "1080p.mp4")).expect(t, 410)
	n.get(assetPath(d, "1080p.mp4"), "Range: bytes=0-9").expect(t, 410)
	n.get(assetPath(d, "master.m3u8")).expect(t, 410)
	n.get(originalPath(film)).expect(t, 410)
	gone := n.get("/api/v1/works/"+string(film.ID)).expect(t, 410).json(t)
	if gone["code"] != "work-withdrawn" || !strings.Contains(fmt.Sprint(gone["detail"]), reason) {
		t.Errorf("problem: %v", gone)
	}
	for _, path := range []string{"/", "/the-loai/phim", "/tim-kiem?q=" + url.QueryEscape(film.Title), "/api/v1/works", "/api/v1/search?q=mua+nuoc+noi", "/api/v1/suggest?q=song"} {
		if a := n.get(path).expect(t, 200); bytes.Contains(a.body, []byte(film.ID)) {
			t.Errorf("%s still names it", path)
		}
	}
}
