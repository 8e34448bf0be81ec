package web_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"vannghe/internal/editorial"
	"vannghe/web/iiif"
)

// A tile that a crowd asks for comes from memory, with all that the first answer had; the request after a withdrawal is refused, and what was in memory
// is gone soon after.
func TestCrowdedTile(t *testing.T) {
	w := newWorld(t, 1, nil)
	work := w.painting("Chợ phiên", 1300, 1000)
	n := w.nodes[0]
	root := strings.TrimSuffix(iiif.InfoURL(work.Representations[0].Files[0].ID), "/info.json")
	tile := root + "/512,0,512,512/512,512/0/default.jpg"
	first := n.get(tile).expect(t, 200)
	for range 100 {
		a := n.get(tile).expect(t, 200)
		a.Header.Set("X-Request-Id", first.Header.Get("X-Request-Id"))
		a.Header.Set("Date", first.Header.Get("Date"))
		if fmt.Sprint(a.Header) != fmt.Sprint(first.Header) || !bytes.Equal(a.body, first.body) {
			t.Fatalf("another answer than the first: %v, %v", a.Header, first.Header)
		}
	}
	if a := n.get(strings.ReplaceAll(tile, ",", "%2C")).expect(t, 200); !bytes.Equal(a.body, first.body) {
		t.Error("an address with other letters leads to another tile")
	}
	n.get(tile, "If-None-Match: "+first.Header.Get("ETag")).expect(t, 304)
	if a := n.get(tile, "Range: bytes=3-9").expect(t, 206); !bytes.Equal(a.body, first.body[3:10]) || a.Header.Get("Content-Range") != fmt.Sprintf("bytes 3-9/%d", len(first.body)) {
		t.Errorf("a range: %v %x", a.Header, a.body)
	}
	for _, path := range []string{root + "/512,0,512,512/512,512/0/default.jpg/", root + "//512,0,512,512/512,512/0/default.jpg", root + "/512,0,512,512/512,512/0/gray.jpg"} {
		if a := n.get(path); a.StatusCode == 200 {
			t.Errorf("%s: 200", path)
		}
	}
	if !n.server.HoldsImages(work.ID) {
		t.Error("nothing of the picture is in memory")
	}
	w.must(editorial.New(editorial.Options{Catalog: n.catalog}).Withdraw(t.Context(), work.ID, editorial.By{Agent: "test"}, "nhầm ảnh"))
	n.get(tile).expect(t, 410) // the process that withdrew it
	for began := time.Now(); n.server.HoldsImages(work.ID); {
		if time.Since(began) > 2*time.Second {
			t.Fatal("a withdrawn picture is still in memory after two seconds")
		}
		n.get("/healthz") // something to wait for
	}
}

// Answers that leave with their head by one call stand in their order and whole when a client asks for several at once.
func TestAskingForSeveralAtOnce(t *testing.T) {
	w := newWorld(t, 1, nil)
	poem := w.poem("Bến trăng", strings.Repeat("Trăng nghiêng bến cũ. ", 400))
	n := w.nodes[0]
	paths := []string{"/", "/healthz", "/api/v1/works/" + string(poem.ID), "/nothing", "/"}
	var asked strings.Builder
	for _, path := range paths {
		fmt.Fprintf(&asked, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", path, n.addr)
	}
	conn := dialled(t, n, asked.String())
	in := bufio.NewReader(conn)
	for _, path := range paths {
		resp, err := http.ReadResponse(in, nil)
		w.must(err)
		body, err := io.ReadAll(resp.Body)
		w.must(errors.Join(err, resp.Body.Close()))
		alone := n.get(path)
		if resp.StatusCode != alone.StatusCode || int64(len(body)) != resp.ContentLength || path != "/nothing" && !bytes.Equal(body, alone.body) {
			t.Errorf("%s: status %d, %d bytes; alone %d, %d", path, resp.StatusCode, len(body), alone.StatusCode, len(alone.body))
		}
	}
}
