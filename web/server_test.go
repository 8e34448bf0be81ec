package web_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/message"
	"vannghe/search"
	"vannghe/storage"
	"vannghe/storage/miniostore"
	"vannghe/storage/miniostore/miniotest"
	"vannghe/web"
	"vannghe/web/address"
	"vannghe/web/iiif"
)

func readAll(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEveryPage(t *testing.T) {
	w := newWorld(t, 1, nil)
	film, _, _ := w.film("Sông quê", 1000)
	poem := w.poem("Bến trăng", "Đường về bến cũ\ntrăng nghiêng", "Mái chèo khua nước")
	painting := w.painting("Chợ phiên", 700, 513)
	w.settle()
	n := w.nodes[0]
	agent := poem.Credits[0]
	for _, prefix := range []string{"", "/en"} {
		for path, words := range map[string][]string{
			"/":                                    {"Sông quê", "Bến trăng", "Chợ phiên"},
			"/the-loai":                            {"/the-loai/tho"},
			"/the-loai/tho":                        {"Bến trăng"},
			"/tac-gia":                             {"Đặng Thị Sương"},
			address.Agent(agent.Agent, agent.Name): {"Đặng Thị Sương", "Bến trăng"},
			"/chuyen-muc":                          nil,
			"/tap-chi":                             nil,
			"/van-ban":                             nil,
			"/thong-bao":                           nil,
			"/tim-kiem":                            nil,
			"/tim-kiem?q=duong%20ve":               {"Bến trăng", "<mark>Đường</mark>", "#kho-1"},
			address.Work(poem.ID, poem.Title):      {"Mái chèo khua nước", `id="kho-2"`},
			address.Work(film.ID, film.Title):      {"master.m3u8", "poster.jpg", "<video"},
			address.Work(film.ID, film.Title) + "?t=95": {`data-start="95"`},
			address.Work(painting.ID, painting.Title):   {"/iiif/image/3/", "image-960.jpg"},
		} {
			at := prefix + path
			if prefix != "" && path == "/" {
				at = prefix
			}
			a := n.get(at).expect(t, 200, words...)
			lang := map[string]string{"": "vi", "/en": "en"}[prefix]
			if !bytes.Contains(a.body, []byte(`<html lang="`+lang+`"`)) {
				t.Errorf("%s is not in %s", at, lang)
			}
			if head := n.do(http.MethodHead, at, nil); head.StatusCode != 200 || len(head.body) != 0 {
				t.Errorf("HEAD %s: %d with %d bytes", at, head.StatusCode, len(head.body))
			}
			if again := n.get(at, "If-None-Match: "+a.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
				t.Errorf("%s again: %d", at, again.StatusCode)
			}
		}
	}
}

func TestAddressesLeadOn(t *testing.T) {
	w := newWorld(t, 1, nil)
	poem := catalogtest.Work("Bến trăng", func(w *archive.Work) { w.SourceURL = "https://old.example/bai.php?id=12" })
	w.put(poem)
	n := w.nodes[0]
	page := address.Work(poem.ID, poem.Title)
	for from, to := range map[string]string{
		"/the-loai/tho/":                            "/the-loai/tho",
		"/tac-pham/" + string(poem.ID):              page,
		"/tac-pham/sai-" + string(poem.ID) + "?t=5": page + "?t=5",
		"/en/tac-pham/sai-" + string(poem.ID):       "/en" + page,
		page + "/":                                  page,
		"/bai.php?id=12":                            page,
		"/the-loai/tap-chi":                         "/tap-chi",
		"/the-loai/":                                "/the-loai",
	} {
		a := n.get(from).expect(t, http.StatusMovedPermanently)
		if got := a.Header.Get("Location"); strings.TrimPrefix(got, n.url) != to {
			t.Errorf("%s leads to %s, want %s", from, got, to)
		}
		if got := a.Header.Get("Cache-Control"); got != "no-cache" {
			t.Errorf("the way from %s may be kept: %q", from, got)
		}
		if head := n.do(http.MethodHead, from, nil); head.StatusCode != a.StatusCode || head.Header.Get("Location") != a.Header.Get("Location") {
			t.Errorf("HEAD %s: %d to %q", from, head.StatusCode, head.Header.Get("Location"))
		}
	}
	for _, nowhere := range []string{"//evil.example/", "/%2f%2fevil.example/", `/\evil.example/`} {
		to := n.get(nowhere).Header.Get("Location")
		if strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`) || (strings.Contains(to, "://") && !strings.HasPrefix(to, n.url)) {
			t.Errorf("%s leads to %s", nowhere, to)
		}
	}
}

func TestErrorsHaveTheFormOfTheirAddress(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	n.get("/khong-co").expect(t, 404, `<html lang="vi"`)
	n.get("/en/nothing").expect(t, 404, `<html lang="en"`)
	n.get("/tac-pham/x-aaaaaaaaaaaa").expect(t, 404, `<html lang="vi"`)
	n.get("/?after=%ff").expect(t, 200)
	n.get("/the-loai/tho?after=bad").expect(t, 400, `<html lang="vi"`)

	p := n.get("/api/v1/works/aaaaaaaaaaaa", "Accept-Language: en").expect(t, 404)
	if p.Header.Get("Content-Type") != "application/problem+json" || p.json(t)["code"] != "work-missing" {
		t.Errorf("%s: %s", p.Header.Get("Content-Type"), p.body)
	}
	p = n.get("/api/v1/works?size=many").expect(t, 400)
	if v := p.json(t); v["code"] != "parameter-invalid" || v["status"] != 400.0 {
		t.Errorf("%s", p.body)
	}
	n.get("/api/v1/nothing").expect(t, 404, `"code":"page-missing"`)
	text := n.get("/media/aaaaaaaaaaaa/bbbbbbbbbbbb/hls-v1/master.m3u8").expect(t, 404)
	if !strings.HasPrefix(text.Header.Get("Content-Type"), "text/plain") {
		t.Errorf("media error as %s", text.Header.Get("Content-Type"))
	}
	if text.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("an error may be kept: %q", text.Header.Get("Cache-Control"))
	}
}

func TestMethods(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	for _, path := range []string{"/", "/api/v1/works", "/healthz"} {
		a := n.do(http.MethodPost, path, strings.NewReader("x"))
		if a.StatusCode != http.StatusMethodNotAllowed || !strings.Contains(a.Header.Get("Allow"), "GET") {
			t.Errorf("POST %s: %d, Allow %q", path, a.StatusCode, a.Header.Get("Allow"))
		}
	}
	if a := n.do(http.MethodHead, "/api/v1/works", nil); a.StatusCode != 200 || a.ContentLength <= 0 {
		t.Errorf("HEAD of the API: %d, %d bytes", a.StatusCode, a.ContentLength)
	}
	a := n.do(http.MethodOptions, "/api/v1/works", nil, "Origin: https://app.example")
	if a.StatusCode != http.StatusNoContent || a.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("preflight: %d, %v", a.StatusCode, a.Header)
	}
}

func TestForeignSitesMayNotWrite(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	cases := []struct {
		sentence string
		status   int // 405 means that it came through to the routes, which take no POST here
		headers  []string
	}{
		{"our own page", 405, []string{"Sec-Fetch-Site: same-origin"}},
		{"the address bar", 405, []string{"Sec-Fetch-Site: none"}},
		{"another site", 403, []string{"Sec-Fetch-Site: cross-site"}},
		{"a neighbouring host", 403, []string{"Sec-Fetch-Site: same-site"}},
		{"an old browser on our page", 405, []string{"Origin: " + n.url}},
		{"an old browser elsewhere", 403, []string{"Origin: https://evil.example"}},
		{"a page without origin", 403, []string{"Origin: null"}},
		{"no browser", 405, nil},
	}
	for _, c := range cases {
		t.Run(c.sentence, func(t *testing.T) {
			a := n.do(http.MethodPost, "/", strings.NewReader("a=b"), c.headers...).expect(t, c.status)
			refused := message.For("vi").Sentence(archive.Fail(archive.Forbidden, "cross-site-request"))
			if c.status == http.StatusForbidden && !bytes.Contains(a.body, []byte(refused)) {
				t.Errorf("the person is not told why: %.300s", a.body)
			}
		})
	}
}

func TestOversize(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	n.do(http.MethodPost, "/", bytes.NewReader(make([]byte, 3<<20))).expect(t, http.StatusRequestEntityTooLarge, `<html lang="vi"`)
	n.do(http.MethodPost, "/api/v1/works", io.LimitReader(endless{}, 3<<20)).expect(t, http.StatusRequestEntityTooLarge, `"code":"request-too-large"`)
	n.get("/", "X-Long: "+strings.Repeat("x", 32<<10)).expect(t, http.StatusRequestHeaderFieldsTooLarge)
	n.get("/").expect(t, 200)
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestHeaders(t *testing.T) {
	w := newWorld(t, 1, nil)
	film, d, _ := w.film("Sông quê", 1000)
	n := w.nodes[0]
	for path, want := range map[string]map[string]string{
		assetPath(d, "1080p.mp4"):   {"Cache-Control": "private, max-age=300", "Content-Type": "video/mp4", "Access-Control-Allow-Origin": "*"},
		assetPath(d, "master.m3u8"): {"Cache-Control": "no-cache", "Content-Type": "application/vnd.apple.mpegurl"},
		originalPath(film): {"Content-Type": "video/mp4", "X-Content-Type-Options": "nosniff",
			"Content-Disposition": `inline; filename="b_n gpj.mp4"; filename*=UTF-8''b%E1%BA%BFn%20gpj.mp4`},
	} {
		a := n.get(path).expect(t, 200)
		for name, value := range want {
			if got := a.Header.Get(name); got != value {
				t.Errorf("%s: %s %q, want %q", path, name, got, value)
			}
		}
		if !strings.HasPrefix(a.Header.Get("Content-Security-Policy"), "sandbox;") {
			t.Errorf("%s: policy %q", path, a.Header.Get("Content-Security-Policy"))
		}
	}
	if a := n.get("/", "Host: x", "X-Request-ID: bad id\twith tab"); strings.Contains(a.Header.Get("X-Request-ID"), "bad") {
		t.Error("a client wrote into the log")
	}
}

func TestCompression(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	plain, packed := n.get("/the-loai"), n.get("/the-loai", "Accept-Encoding: br, gzip")
	if packed.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(packed.Header.Get("Vary"), "Accept-Encoding") {
		t.Fatalf("not compressed: %v", packed.Header)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed.body))
	w.must(err)
	unpacked, err := io.ReadAll(r)
	w.must(err)
	if !bytes.Equal(unpacked, plain.body) || packed.Header.Get("ETag") != plain.Header.Get("ETag") {
		t.Error("the compressed page is another")
	}
}

func TestMediaRanges(t *testing.T) {
	t.Run("disk", func(t *testing.T) { testMediaRanges(t, nil) })
	t.Run("MinIO", func(t *testing.T) {
		bucket, _ := minio(t)
		testMediaRanges(t, bucket)
	})
}

func minio(t *testing.T) (*storage.Bucket, *miniotest.Server) {
	t.Helper()
	server := miniotest.Start(t)
	driver, err := miniostore.Open(t.Context(), server.DSN("vannghe"))
	if err != nil {
		t.Fatal(err)
	}
	bucket := storage.NewBucket(driver)
	t.Cleanup(func() {
		if err := bucket.Close(); err != nil {
			t.Error(err)
		}
	})
	return bucket, server
}

func testMediaRanges(t *testing.T, bucket *storage.Bucket) {
	w := newWorld(t, 1, bucket)
	const size = 5<<20 + 3
	film, d, content := w.film("Sông quê", size)
	n := w.nodes[0]
	path := assetPath(d, "1080p.mp4")
	whole := n.get(path).expect(t, 200)
	if !bytes.Equal(whole.body, content) {
		t.Fatal("the film is another")
	}
	for _, c := range [][2]int{{0, 0}, {1, 4095}, {4095, 4<<20 + 1}, {size - 1, size - 1}, {4 << 20, size - 1}} {
		a := n.get(path, fmt.Sprintf("Range: bytes=%d-%d", c[0], c[1]), "If-Range: "+whole.Header.Get("ETag")).expect(t, 206)
		if !bytes.Equal(a.body, content[c[0]:c[1]+1]) || a.Header.Get("Content-Range") != fmt.Sprintf("bytes %d-%d/%d", c[0], c[1], size) {
			t.Errorf("bytes %v: %d bytes, %s", c, len(a.body), a.Header.Get("Content-Range"))
		}
	}
	n.get(path, "Range: bytes=0-9", `If-Range: "other"`).expect(t, 200)
	n.get(path, fmt.Sprintf("Range: bytes=%d-", size)).expect(t, 416)
	n.get(path, "If-None-Match: "+whole.Header.Get("ETag")).expect(t, 304)
	if head := n.do(http.MethodHead, path, nil); head.ContentLength != size {
		t.Errorf("HEAD says %d bytes", head.ContentLength)
	}
	n.get(assetPath(d, "master.m3u8")).expect(t, 200, "#EXTM3U")
	n.get(originalPath(film)).expect(t, 200, "whole")
}

func TestMediaTricks(t *testing.T) {
	w := newWorld(t, 1, nil)
	film, d, _ := w.film("Sông quê", 1000)
	w.store("derived/secret", []byte("secret"))
	n := w.nodes[0]
	folder := strings.TrimSuffix(assetPath(d, "x"), "/x")
	for _, path := range []string{
		folder + "/", folder + "/../../../../secret", folder + "/..%2f..%2fsecret", folder + "/%2e%2e/secret", folder + "/1080p.mp4%00",
		folder + "/1080P.MP4", folder + "/%zz", strings.Replace(folder, "hls-v1", "hls-v2", 1) + "/1080p.mp4",
		strings.Replace(folder, "hls-v1", "hls-v01", 1) + "/1080p.mp4", strings.TrimSuffix(originalPath(film), "bến") + "x",
		"/media/" + string(film.ID) + "/" + string(film.ID) + "/original/x", "/assets/../server.go", "/assets/%2e%2e/manifest.json",
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, n.url, nil)
		w.must(err)
		req.URL.Opaque = path // as it stands: Go's client would clean it
		resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
		w.must(err)
		body, err := io.ReadAll(resp.Body)
		w.must(errors.Join(err, resp.Body.Close()))
		if resp.StatusCode != 404 && resp.StatusCode != 400 || bytes.Contains(body, []byte("secret")) {
			t.Errorf("%s: %d %.100s", path, resp.StatusCode, body)
		}
	}
}

func TestOriginalsInCopyrightStay(t *testing.T) {
	w := newWorld(t, 1, nil)
	film, d, _ := w.film("Sông quê", 1000)
	film.Rights.Statement = "http://rightsstatements.org/vocab/InC/1.0/"
	w.put(film)
	n := w.nodes[0]
	n.get(originalPath(film)).expect(t, http.StatusForbidden)
	n.get(assetPath(d, "1080p.mp4")).expect(t, 200)
	a := n.get("/api/v1/works/"+string(film.ID)).expect(t, 200, `"kind":"hls"`)
	if bytes.Contains(a.body, []byte("/original/")) {
		t.Errorf("the API offers the original: %s", a.body)
	}
}

func TestImages(t *testing.T) {
	w := newWorld(t, 1, nil)
	work := w.painting("Chợ phiên", 1300, 1000)
	n := w.nodes[0]
	id := work.Representations[0].Files[0].ID
	root := strings.TrimSuffix(iiif.InfoURL(id), "/info.json")

	if a := n.get(root).expect(t, http.StatusSeeOther); !strings.HasSuffix(a.Header.Get("Location"), "/info.json") {
		t.Errorf("leads to %s", a.Header.Get("Location"))
	}
	info := n.get(root+"/info.json").expect(t, 200).json(t)
	if info["id"] != n.url+root || info["width"] != 1300.0 || info["maxWidth"] != 960.0 || info["profile"] != "level0" {
		t.Errorf("info.json: %v", info)
	}
	if a := n.get(root+"/info.json", "Accept: application/ld+json"); !strings.HasPrefix(a.Header.Get("Content-Type"), "application/ld+json") {
		t.Errorf("JSON-LD as %s", a.Header.Get("Content-Type"))
	}
	for path, status := range map[string]int{
		"/0,0,512,512/512,512/0/default.jpg":         200,
		"/0%2C0%2C512%2C512/512%2C512/0/default.jpg": 200,
		"/1024,512,276,488/276,488/0/default.jpg":    200,
		"/0,0,1300,1000/325,250/0/default.jpg":       200,
		"/full/325,250/0/default.jpg":                200,
		"/full/960,738/0/default.jpg":                200,
		"/full/max/0/default.jpg":                    200,
		"/full/max/0/color.jpg":                      200,
		"/full/100,/0/default.jpg":                   404,
		"/1,1,512,512/512,512/0/default.jpg":         404,
		"/full/max/90/default.jpg":                   404,
		"/full/max/0/default.png":                    404,
		"/full/huge/0/default.jpg":                   400,
		"/what/max/0/default.jpg":                    400,
	} {
		a := n.get(root + path)
		if a.StatusCode != status {
			t.Errorf("%s: %d, want %d: %.200s", path, a.StatusCode, status, a.body)
			continue
		}
		if status == 200 && (!bytes.HasPrefix(a.body, []byte("\xff\xd8")) || a.Header.Get("Content-Type") != "image/jpeg" || a.ContentLength != int64(len(a.body))) {
			t.Errorf("%s: %s, %d bytes, %.20q", path, a.Header.Get("Content-Type"), a.ContentLength, a.body)
		}
	}
	n.get("/iiif/image/3/aaaaaaaaaaaa/info.json").expect(t, 404)
	tile := n.get(root + "/0,0,512,512/512,512/0/default.jpg")
	n.get(root+"/0,0,512,512/512,512/0/default.jpg", "If-None-Match: "+tile.Header.Get("ETag")).expect(t, 304)
	w.withdraw(work.ID, "nhầm ảnh")
	n.get(root+"/info.json").expect(t, 410)
	n.get(root+"/0,0,512,512/512,512/0/default.jpg").expect(t, 410)
}

func TestConfiguredAddress(t *testing.T) {
	w := newWorld(t, 0, nil)
	poem := w.poem("Bến trăng", "trăng")
	n := w.startNode(web.Options{BaseURL: "https://vannghe.example"})
	n.get("/api/v1/works/"+string(poem.ID), "Host: evil.example").expect(t, 200, `"url":"https://vannghe.example/tac-pham/ben-trang-`)
	n.get("/").expect(t, 200, `href="https://vannghe.example/"`)
	if _, err := web.New(web.Options{BaseURL: "vannghe.example/sub"}); archive.ReasonOf(err) != "base-url-invalid" {
		t.Errorf("a wrong address was taken: %v", err)
	}
}

func TestForgedHostIsNotRepeated(t *testing.T) {
	w := newWorld(t, 1, nil)
	poem := w.poem("Bến trăng", "trăng")
	conn, err := net.Dial("tcp", w.nodes[0].addr)
	w.must(err)
	defer func() { w.must(conn.Close()) }()
	_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: \"><script>x</script>\r\nConnection: close\r\n\r\n", address.Work(poem.ID, poem.Title))
	w.must(err)
	got, err := io.ReadAll(conn)
	w.must(err)
	if bytes.Contains(got, []byte("<script>x")) || bytes.Contains(got, []byte("script&gt;x")) {
		t.Errorf("the host is repeated: %s", got)
	}
}

func TestOperators(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	n.get("/healthz").expect(t, 200, "ok")
	n.get("/readyz").expect(t, 200, "ready")
	n.get("/robots.txt").expect(t, 200, "Disallow: /tim-kiem")
	n.get("/tac-pham/x").expect(t, 404)
	n.get("/metrics").expect(t, 200, `vannghe_http_requests_total{area="page",method="GET",status="404"} 1`, `vannghe_jobs{state="waiting"}`)
	n.get("/metrics", "X-Forwarded-For: 192.0.2.1").expect(t, 403)
	closed := w.startNode(web.Options{MetricsToken: "s3cret", Search: func() *search.Index { return nil }})
	closed.get("/metrics", "X-Forwarded-For: 192.0.2.1", "Authorization: Bearer s3cret").expect(t, 200)
	closed.get("/metrics", "X-Forwarded-For: 192.0.2.1", "Authorization: Bearer wrong").expect(t, 403)
	closed.get("/readyz").expect(t, 503, "")
	closed.get("/api/v1/search?q=a").expect(t, 503, `"code":"search-unavailable"`)
	closed.get("/tim-kiem?q=a").expect(t, 503, `<html lang="vi"`)
	if strings.Contains(w.log.String(), "s3cret") {
		t.Error("the token is in the log")
	}
}

func TestAssets(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	page := string(n.get("/").body)
	_, rest, _ := strings.Cut(page, `rel="stylesheet" href="/assets/`)
	name, _, _ := strings.Cut(rest, `"`)
	a := n.get("/assets/"+name, "Accept-Encoding: gzip").expect(t, 200)
	if a.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || a.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("%s: %v", name, a.Header)
	}
	n.get("/assets/manifest.json").expect(t, 404)
	notices := n.get("/assets/THIRD_PARTY.txt").expect(t, 200, "hls.js")
	if got := notices.Header.Get("Cache-Control"); got != "no-cache" || notices.Header.Get("ETag") == "" {
		t.Errorf("a name without a hash is kept: %q, ETag %q", got, notices.Header.Get("ETag"))
	}
	n.get("/assets/THIRD_PARTY.txt", "If-None-Match: "+notices.Header.Get("ETag")).expect(t, 304)
}

func TestMinIOStopped(t *testing.T) {
	bucket, server := minio(t)
	w := newWorld(t, 1, bucket)
	poem := w.poem("Bến trăng", "trăng nghiêng")
	film, d, _ := w.film("Sông quê", 1000)
	n := w.nodes[0]
	page := address.Work(poem.ID, poem.Title)
	n.get(page).expect(t, 200, "trăng nghiêng")
	server.Stop()
	a := n.get(page).expect(t, 503, `<html lang="vi"`)
	if a.Header.Get("Retry-After") == "" || bytes.Contains(a.body, []byte(server.Address())) {
		t.Errorf("Retry-After %q\n%s", a.Header.Get("Retry-After"), a.body)
	}
	n.get(assetPath(d, "1080p.mp4")).expect(t, 503)
	n.get("/readyz").expect(t, 503)
	n.get(address.Work(film.ID, film.Title)).expect(t, 200)
	n.get("/api/v1/works").expect(t, 200)
	server.Restart()
	n.get(page).expect(t, 200, "trăng nghiêng")
	n.get(assetPath(d, "1080p.mp4")).expect(t, 200)
	n.get("/readyz").expect(t, 200)
	if strings.Contains(w.log.String(), server.Secret()) {
		t.Error("the secret is in the log")
	}
}

// TestCatalogueGone holds that even then every request is answered, in a page that a person understands.
func TestCatalogueGone(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	n.get("/").expect(t, 200)
	n.broken = true
	w.must(n.catalog.Close())
	if a := n.get("/"); a.StatusCode < 500 || !bytes.Contains(a.body, []byte(`<html lang="vi"`)) {
		t.Errorf("status %d: %.200s", a.StatusCode, a.body)
	}
	n.get("/healthz").expect(t, 200)
	n.get("/readyz").expect(t, 503)
}

func TestStopLetsAnswersEnd(t *testing.T) {
	w := newWorld(t, 1, nil)
	const size = 32 << 20
	_, d, content := w.film("Sông quê", size)
	n := w.nodes[0]
	conn, err := net.Dial("tcp", n.addr)
	w.must(err)
	defer func() { w.must(conn.Close()) }()
	_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", assetPath(d, "1080p.mp4"))
	w.must(err)
	head := make([]byte, 4096)
	_, err = io.ReadFull(conn, head)
	w.must(err)
	stopped := make(chan error, 1)
	go func() { stopped <- n.stop() }()
	w.must(conn.SetReadDeadline(time.Now().Add(9 * time.Second)))
	rest, err := io.ReadAll(conn)
	w.must(err)
	_, body, _ := bytes.Cut(append(head, rest...), []byte("\r\n\r\n"))
	if !bytes.Equal(body, content) {
		t.Errorf("%d of %d bytes arrived", len(body), size)
	}
	w.must(<-stopped)
	if conn, err := net.Dial("tcp", n.addr); err == nil {
		_ = conn.Close()
		t.Error("still listening")
	}
}
