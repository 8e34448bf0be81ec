package miniostore

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vannghe/storage"
	"vannghe/storage/miniostore/miniotest"
)

// behind is a line to the server that does with the answers as change says.
func behind(t *testing.T, server *miniotest.Server, change func(*http.Response) error) Settings {
	t.Helper()
	proxy := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: server.Address()})
			r.Out.Host = r.In.Host
			r.Out.Header.Del("X-Amz-Sdk-Checksum-Algorithm")
		},
		ModifyResponse: change, FlushInterval: -1, // what came before a cut is on its way
		ErrorLog: log.New(io.Discard, "", 0),
	})
	t.Cleanup(proxy.Close)
	s, err := ParseDSN(server.DSN("faults"))
	if err != nil {
		t.Fatal(err)
	}
	s.Endpoint = strings.TrimPrefix(proxy.URL, "http://")
	return s
}

// half is the body of an answer that ends in its middle.
type half struct {
	io.ReadCloser

	left int64
	cut  func()
}

func (h *half) Read(p []byte) (int, error) {
	if h.left == 0 {
		h.cut()
		return 0, errors.New("the line is cut")
	}
	n, err := h.ReadCloser.Read(p[:min(int64(len(p)), h.left)])
	h.left -= int64(n)
	return n, err
}

// knife cuts of the answers that list objects or uploads those of which cut is true; the first has number 1.
type knife struct {
	cut   func(n int64) bool
	asked atomic.Int64
}

func (k *knife) change(r *http.Response) error {
	query := r.Request.URL.Query()
	if (query.Has("list-type") || query.Has("uploads")) && r.Request.Method == http.MethodGet && k.cut(k.asked.Add(1)) {
		r.Body = &half{ReadCloser: r.Body, left: max(1, r.ContentLength/2), cut: func() {}}
	}
	return nil
}

// A store is opened, and everything in it is listed once and in order, though every second answer that lists is cut; and though the second
// of two is, of a server that does not know where to begin.
func TestListingsThatAreCut(t *testing.T) {
	server := miniotest.Start(t)
	direct := connect(t, server, defaultLimits())
	want := many(t, direct)
	line := &knife{cut: func(n int64) bool { return n%2 == 1 }}
	d, err := open(t.Context(), behind(t, server, line.change), defaultLimits())
	if err != nil {
		t.Fatalf("opened: %v", err)
	}
	if n := line.asked.Load(); n < 4 {
		t.Errorf("it was opened with %d listings: none was cut", n)
	}
	line.asked.Store(0)
	if got := listed(t, d); !slices.Equal(got, want) || line.asked.Load() != 4 {
		t.Errorf("%d of %d objects were listed, or in another order, in %d answers", len(got), len(want), line.asked.Load())
	}

	line.cut = func(n int64) bool { return n == 2 }
	forgetful := func(r *http.Response) error { return cmp.Or(forget(direct, r), line.change(r)) }
	if d, err = open(t.Context(), behind(t, server, forgetful), defaultLimits()); err != nil {
		t.Fatal(err)
	}
	line.asked.Store(0)
	if got := listed(t, d); !slices.Equal(got, want) || line.asked.Load() != 4 {
		t.Errorf("a server that does not know where to begin: %d of %d objects were listed, or in another order, in %d answers", len(got), len(want), line.asked.Load())
	}
}

// many puts more objects than an answer lists, which is 1,000.
func many(t *testing.T, d *Driver) []storage.Key {
	t.Helper()
	var keys []storage.Key
	for n := range 1050 {
		keys = append(keys, storage.Key(fmt.Sprintf("thơ/%04d", n)))
	}
	b := storage.NewBucket(d)
	var all sync.WaitGroup
	for part := range slices.Chunk(keys, 132) {
		all.Go(func() {
			for _, key := range part {
				if _, err := b.Put(t.Context(), key, strings.NewReader("x"), 1, storage.PutOptions{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	return keys
}

func listed(t *testing.T, d *Driver) []storage.Key {
	t.Helper()
	var keys []storage.Key
	for o, err := range d.List(t.Context(), "") {
		if err != nil {
			t.Errorf("after %d: %v", len(keys), err)
			break
		}
		keys = append(keys, o.Key)
	}
	return keys
}

// A line that cuts every answer is told of, soon.
func TestEveryListingIsCut(t *testing.T) {
	server := miniotest.Start(t)
	b := storage.NewBucket(connect(t, server, small()))
	if _, err := b.Put(t.Context(), "k", strings.NewReader("x"), 1, storage.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	var bad atomic.Bool
	line := behind(t, server, (&knife{cut: func(int64) bool { return bad.Load() }}).change)
	d, err := open(t.Context(), line, small())
	if err != nil {
		t.Fatal(err)
	}
	bad.Store(true)
	began := time.Now()
	_, err = open(t.Context(), line, small())
	unavailable(t, server, "open", began, err)
	began = time.Now()
	err = nil
	for _, err = range d.List(t.Context(), "") {
	}
	unavailable(t, server, "list", began, err)
}

// halver cuts the answers with the bytes of the object "k" in their middle while they are long, as often as it is asked.
type halver struct {
	cut  func()
	cuts atomic.Int64
}

func (h *halver) change(r *http.Response) error {
	if r.Request.Method == http.MethodGet && strings.HasSuffix(r.Request.URL.Path, "/k") && r.ContentLength > 32<<10 {
		h.cuts.Add(1)
		r.Body = &half{ReadCloser: r.Body, left: r.ContentLength / 2, cut: h.cut}
	}
	return nil
}

// held puts an object "k" of many different bytes.
func held(t *testing.T, d *Driver, first byte) []byte {
	t.Helper()
	data := make([]byte, 3*mebibyte+7)
	for i := range data {
		data[i] = first + byte(i>>10) ^ byte(i)
	}
	if _, err := storage.NewBucket(d).Put(t.Context(), "k", bytes.NewReader(data), int64(len(data)), storage.PutOptions{}); err != nil {
		t.Error(err)
	}
	return data
}

// What is read of an object comes whole though the answers are cut again and again: all of it, its end, and a piece.
func TestAnswersThatAreCut(t *testing.T) {
	server := miniotest.Start(t)
	data := held(t, connect(t, server, small()), 1)
	line := &halver{cut: func() {}}
	d, err := open(t.Context(), behind(t, server, line.change), small())
	if err != nil {
		t.Fatal(err)
	}
	for _, span := range []storage.Span{storage.Whole(), {Offset: 2*mebibyte + 1, Length: -1}, {Offset: 1000, Length: lineFrom - 1}} {
		want := data[span.Offset:]
		if span.Length >= 0 {
			want = want[:span.Length]
		}
		line.cuts.Store(0)
		body, _, err := d.Open(t.Context(), "k", span)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(body)
		if body.Close(); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%+v: %d of %d bytes, or others: %v", span, len(got), len(want), err)
		}
		if line.cuts.Load() == 0 {
			t.Errorf("%+v: nothing was cut", span)
		}
	}
}

// forget answers a request as a server does that knows neither If-Match nor start-after, as some that speak S3.
func forget(d *Driver, r *http.Response) error {
	query := r.Request.URL.Query()
	if !query.Has("start-after") && r.Request.Header.Get("If-Match") == "" {
		return nil
	}
	query.Del("start-after")
	_, key, _ := strings.Cut(strings.TrimPrefix(r.Request.URL.Path, "/"), "/")
	address, err := d.core.Presign(r.Request.Context(), http.MethodGet, d.bucket, key, time.Minute, query)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(r.Request.Context(), http.MethodGet, address.String(), nil)
	if err != nil {
		return err
	}
	request.Header.Set("Range", r.Request.Header.Get("Range"))
	answer, err := http.DefaultClient.Do(request) //nolint:bodyclose // its body is read as that of r
	if err != nil {
		return err
	}
	_ = r.Body.Close()
	r.Status, r.StatusCode, r.Header, r.Body, r.ContentLength = answer.Status, answer.StatusCode, answer.Header, answer.Body, answer.ContentLength
	return nil
}

// An object that is another by the time its answer is cut is not read on, also of a server that knows no conditions: the bytes of two would be mixed.
func TestAnAnswerIsCutAndTheObjectIsAnother(t *testing.T) {
	server := miniotest.Start(t)
	direct := connect(t, server, small())
	for _, forgetful := range []bool{false, true} {
		data := held(t, direct, 1)
		line := &halver{cut: sync.OnceFunc(func() { held(t, direct, 2) })}
		change := line.change
		if forgetful {
			change = func(r *http.Response) error { return cmp.Or(forget(direct, r), line.change(r)) }
		}
		d, err := open(t.Context(), behind(t, server, change), small())
		if err != nil {
			t.Fatal(err)
		}
		body, _, err := d.Open(t.Context(), "k", storage.Whole())
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		got, err := io.ReadAll(body)
		unavailable(t, server, "read", began, err)
		if body.Close(); len(got) >= len(data) || !bytes.Equal(got, data[:len(got)]) {
			t.Errorf("forgetful %v: %d bytes, which are not those of the object that was opened", forgetful, len(got))
		}
	}
}

// Whoever leaves while the rest is asked for is told that, and not that the server is silent.
func TestLeavingWhileItIsAskedForAgain(t *testing.T) {
	server := miniotest.Start(t)
	held(t, connect(t, server, small()), 1)
	ctx, leave := context.WithCancel(t.Context())
	line := &halver{cut: func() {}}
	change := func(r *http.Response) error {
		if r.Request.Header.Get("If-Match") != "" {
			leave()
			<-r.Request.Context().Done()
		}
		return line.change(r)
	}
	d, err := open(t.Context(), behind(t, server, change), small())
	if err != nil {
		t.Fatal(err)
	}
	body, _, err := d.Open(ctx, "k", storage.Whole())
	if err != nil {
		t.Fatal(err)
	}
	if _, err = io.ReadAll(body); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := body.Close(); err != nil {
		t.Error(err)
	}
}
