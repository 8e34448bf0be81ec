package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/editorial"
	"vannghe/internal/index"
	"vannghe/search"
	"vannghe/storage"
	"vannghe/storage/diskstore"
	"vannghe/web"
	"vannghe/web/media"
	"vannghe/web/ui"
)

// world is an archive with servers on real loopback connections, which share a database and a store.
type world struct {
	t       *testing.T
	options catalog.Options
	catalog *catalog.Catalog
	bucket  *storage.Bucket
	folder  string // of the bucket; "" when it is another
	log     *syncBuffer
	nodes   []*node
}

// node is one server with its own connection to the catalogue and its own index, as a process of its own would have.
type node struct {
	w       *world
	url     string
	addr    string
	catalog *catalog.Catalog
	index   *index.Index
	server  *web.Server
	broken  bool // its catalogue was closed on purpose
	stop    func() error
}

// syncBuffer collects the log.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// newWorld starts count servers over a bucket; a nil bucket is a plain folder.
func newWorld(t *testing.T, count int, bucket *storage.Bucket) *world {
	t.Helper()
	w := &world{t: t, options: catalogtest.SQLite(t), bucket: bucket, log: &syncBuffer{}}
	w.options.Log = w.logger()
	w.catalog = catalogtest.OpenWith(t, w.options)
	if bucket == nil {
		w.folder = t.TempDir()
		driver, err := diskstore.Open(w.folder)
		w.must(err)
		w.bucket = storage.NewBucket(driver)
		t.Cleanup(func() { w.must(w.bucket.Close()) })
	}
	for range count {
		w.nodes = append(w.nodes, w.startNode(web.Options{}))
	}
	return w
}

func (w *world) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) startNode(o web.Options) *node {
	w.t.Helper()
	n := &node{w: w}
	var err error
	n.catalog, err = catalog.Open(w.t.Context(), w.options)
	w.must(err)
	w.t.Cleanup(func() {
		if err := n.catalog.Close(); err != nil && !n.broken {
			w.t.Errorf("close the catalogue: %v", err)
		}
	})
	n.index, err = index.Open(w.t.Context(), index.Options{Catalog: n.catalog, Dir: filepath.Join(w.t.TempDir(), "index"), Log: w.logger()})
	w.must(err)
	assets, err := ui.LoadAssets()
	w.must(err)
	o.Catalog, o.Bucket, o.Assets, o.Log = n.catalog, w.bucket, assets, w.logger()
	if o.Search == nil {
		o.Search = func() *search.Index { return n.index.Search() }
	}
	server, err := web.New(o)
	w.must(err)
	n.server = server
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	w.must(err)
	n.addr, n.url = ln.Addr().String(), "http://"+ln.Addr().String()
	n.run(server, ln)
	return n
}

// run serves until stop, which is called at the latest when the test ends.
func (n *node) run(server *web.Server, ln net.Listener) {
	ctx, cancel := context.WithCancel(context.Background())
	indexed, served := make(chan error, 1), make(chan error, 1)
	go func() { indexed <- n.index.Run(ctx) }()
	go func() { served <- server.Serve(ctx, ln) }()
	var once sync.Once
	var err error
	n.stop = func() error {
		once.Do(func() {
			cancel()
			err = <-served
			if e := <-indexed; e != nil && !errors.Is(e, context.Canceled) && !n.broken {
				err = errors.Join(err, e)
			}
			err = errors.Join(err, n.index.Close())
		})
		return err
	}
	n.w.t.Cleanup(func() {
		if err := n.stop(); err != nil {
			n.w.t.Errorf("stop the server: %v", err)
		}
	})
}

// put stores works and waits until every node finds them.
func (w *world) put(works ...*archive.Work) {
	w.t.Helper()
	w.update(func(ctx context.Context, tx *catalog.Tx) error {
		for _, work := range works {
			if err := w.putAgents(ctx, tx, work); err != nil {
				return err
			}
			if err := tx.PutWork(ctx, work); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *world) putAgents(ctx context.Context, tx *catalog.Tx, work *archive.Work) error {
	for i := range work.Credits {
		c := &work.Credits[i]
		if known, err := tx.AgentByName(ctx, c.Name); err == nil {
			c.Agent = known.ID
			continue
		}
		if err := tx.PutAgent(ctx, archive.Agent{ID: c.Agent, Names: []archive.AgentName{{Name: c.Name, Kind: archive.RealName}}}); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) update(fn func(context.Context, *catalog.Tx) error) {
	w.t.Helper()
	w.must(w.catalog.Update(w.t.Context(), fn))
}

// settle waits until every node's index has applied every change.
func (w *world) settle() {
	w.t.Helper()
	last, err := w.catalog.LastChange(w.t.Context())
	w.must(err)
	for _, n := range w.nodes {
		w.must(n.index.CatchUp(w.t.Context(), last))
	}
}

// derive stores assets as a ready derivative of a work's first file.
func (w *world) derive(work *archive.Work, recipe string, assets map[archive.Asset][]byte) archive.Derivative {
	w.t.Helper()
	return w.deriveFile(work, work.Representations[0].Files[0], recipe, assets)
}

// deriveFile stores assets as a ready derivative of one file of a work.
func (w *world) deriveFile(work *archive.Work, f archive.File, recipe string, assets map[archive.Asset][]byte) archive.Derivative {
	w.t.Helper()
	d := archive.Derivative{
		Work: work.ID, File: f.ID, Recipe: recipe, Version: 1, State: archive.DerivativeReady,
		Prefix: fmt.Sprintf("derived/%s/%s/%s-v1", work.ID, f.ID, recipe), Made: time.Now().UTC().Truncate(time.Microsecond),
	}
	for a, content := range assets {
		w.store(storage.Key(d.Prefix).Join(a.Path), content)
		a.Bytes = int64(len(content))
		d.Assets = append(d.Assets, a)
	}
	w.update(func(ctx context.Context, tx *catalog.Tx) error { return tx.PutDerivative(ctx, d) })
	return d
}

func (w *world) store(key storage.Key, content []byte) {
	w.t.Helper()
	_, err := w.bucket.Put(w.t.Context(), key, bytes.NewReader(content), int64(len(content)), storage.PutOptions{})
	w.must(err)
}

func (w *world) withdraw(id archive.WorkID, reason string) {
	w.t.Helper()
	w.must(editorial.New(editorial.Options{Catalog: w.catalog}).Withdraw(w.t.Context(), id, editorial.By{Agent: "test"}, reason))
}

// answer is a response read to its end.
type answer struct {
	*http.Response
	body []byte
}

func (n *node) get(path string, headers ...string) answer {
	return n.do(http.MethodGet, path, nil, headers...)
}

// do sends a request with "Name: value" headers and does not follow redirects.
func (n *node) do(method, path string, body io.Reader, headers ...string) answer {
	n.w.t.Helper()
	req, err := http.NewRequestWithContext(n.w.t.Context(), method, n.url+path, body)
	n.w.must(err)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	resp, err := (&http.Transport{DisableKeepAlives: true, DisableCompression: true}).RoundTrip(req)
	n.w.must(err)
	content, err := io.ReadAll(resp.Body)
	n.w.must(errors.Join(err, resp.Body.Close()))
	return answer{resp, content}
}

func (a answer) json(t *testing.T) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(a.body, &v); err != nil {
		t.Fatalf("%v in %.200s", err, a.body)
	}
	return v
}

// expect checks a status and that the body holds some words.
func (a answer) expect(t *testing.T, status int, words ...string) answer {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("%s: status %d, want %d\n%.400s", a.Request.URL, a.StatusCode, status, a.body)
	}
	for _, word := range words {
		if !bytes.Contains(a.body, []byte(word)) {
			t.Errorf("%s: %q is not in\n%.2000s", a.Request.URL, word, a.body)
		}
	}
	return a
}

// noise is size bytes that do not repeat.
func noise(size int) []byte {
	b := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{7}).Read(b) // never fails
	return b
}

// film is a published video with a big file to stream, a playlist and its original.
func (w *world) film(title string, size int) (*archive.Work, archive.Derivative, []byte) {
	w.t.Helper()
	work := catalogtest.Work(title, func(work *archive.Work) {
		work.Genre = "phim"
		work.Credits = []archive.Credit{{Agent: archive.NewID[archive.AgentID](), Name: "Lưu Đình Ngữ", Relator: archive.Director}}
		r := &work.Representations[0]
		r.Kind, r.Medium = archive.KindRecording, archive.Video
		r.Files[0].Name, r.Files[0].Type, r.Files[0].Format = "bến \u202egpj.mp4", "video/mp4", "mp4"
	})
	w.put(work)
	f := work.Representations[0].Files[0]
	w.store(storage.Key(f.Key), []byte("whole"))
	content := noise(size)
	d := w.derive(work, "hls", map[archive.Asset][]byte{
		{Kind: "hls", Path: "master.m3u8", Type: "application/vnd.apple.mpegurl", Width: 1920, Height: 1080}: []byte("#EXTM3U\n"),
		{Kind: "segment", Path: "1080p.mp4", Type: "video/mp4"}:                                              content,
		{Kind: "poster", Path: "poster.jpg", Type: "image/jpeg", Width: 960, Height: 540}:                    []byte("\xff\xd8poster"),
	})
	return work, d, content
}

// painting is a published picture cut into tiles by vips.
func (w *world) painting(title string, width, height int) *archive.Work {
	w.t.Helper()
	work := catalogtest.Work(title, func(work *archive.Work) {
		work.Genre = "hoi-hoa"
		r := &work.Representations[0]
		r.Kind, r.Medium = archive.KindPicture, archive.Image
		r.Files[0].Name, r.Files[0].Type, r.Files[0].Format = "tranh.png", "image/png", "png"
	})
	w.put(work)
	dir := w.t.TempDir()
	picture, zip := filepath.Join(dir, "p.v"), filepath.Join(dir, "tiles.zip")
	for _, args := range [][]string{
		{"black", picture, fmt.Sprint(width), fmt.Sprint(height), "--bands", "3"},
		{"dzsave", picture, zip, "--layout", "iiif3", "--tile-size", "512", "--container", "zip", "--compression", "0", "--suffix", ".jpg[Q=85]"},
	} {
		if out, err := exec.CommandContext(w.t.Context(), "vips", args...).CombinedOutput(); err != nil {
			w.t.Fatalf("vips (Debian package libvips-tools): %v\n%s", err, out)
		}
	}
	w.derive(work, "tiles", map[archive.Asset][]byte{{Kind: "iiif", Path: "tiles.zip", Type: "application/zip", Width: width, Height: height}: readAll(w.t, zip)})
	w.derive(work, "images", map[archive.Asset][]byte{
		{Kind: "image", Path: "image-480.jpg", Type: "image/jpeg", Width: 480, Height: 480 * height / width}:  []byte("\xff\xd8480"),
		{Kind: "image", Path: "image-960.jpg", Type: "image/jpeg", Width: 960, Height: 960 * height / width}:  []byte("\xff\xd8960"),
		{Kind: "image", Path: "image-960.webp", Type: "image/webp", Width: 960, Height: 960 * height / width}: []byte("webp"),
	})
	return work
}

// parts stores the parts of one file of a work.
func (w *world) parts(work *archive.Work, f archive.File, parts ...archive.Part) {
	w.t.Helper()
	f.Work = work.ID
	w.update(func(ctx context.Context, tx *catalog.Tx) error { return tx.PutParts(ctx, f, parts) })
}

// poem is a published poem with its text and parts.
func (w *world) poem(title string, stanzas ...string) *archive.Work {
	w.t.Helper()
	work := catalogtest.Work(title, func(work *archive.Work) {
		work.Credits = []archive.Credit{{Agent: archive.NewID[archive.AgentID](), Name: "Đặng Thị Sương", Relator: archive.Author}}
	})
	w.put(work)
	html, parts := "", []archive.Part{}
	for i, s := range stanzas {
		locator := fmt.Sprintf("kho-%d", i+1)
		html += `<p class="stanza" id="` + locator + `">` + s + "</p>"
		parts = append(parts, archive.Part{Work: work.ID, Kind: "stanza", Locator: locator, Text: s, Language: "vi"})
	}
	w.derive(work, "text", map[archive.Asset][]byte{{Kind: "text", Path: "text.html", Type: "text/html"}: []byte(html)})
	f := work.Representations[0].Files[0]
	f.Work = work.ID
	w.store(storage.Key(f.Key), []byte("whole"))
	w.update(func(ctx context.Context, tx *catalog.Tx) error { return tx.PutParts(ctx, f, parts) })
	return work
}

func assetPath(d archive.Derivative, name string) string { return media.AssetURL(&d, name) }

func originalPath(w *archive.Work) string {
	f := w.Representations[0].Files[0]
	f.Work = w.ID
	return media.OriginalURL(&f)
}
