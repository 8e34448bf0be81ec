package miniostore

import (
	"bytes"
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

// torn is the body of an answer that ends in its middle.
type torn struct {
	io.ReadCloser

	left int64
}

func (r *torn) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, errors.New("the line is cut")
	}
	n, err := r.ReadCloser.Read(p[:min(int64(len(p)), r.left)])
	r.left -= int64(n)
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
		r.Body = &torn{ReadCloser: r.Body, left: max(1, r.ContentLength/2)}
	}
	return nil
}

// A store is opened, and everything in it is listed once and in order, though every second answer that lists is cut.
func TestListingsThatAreCut(t *testing.T) {
	server := miniotest.Start(t)
	b := storage.NewBucket(connect(t, server, defaultLimits()))
	var want []storage.Key
	var all sync.WaitGroup
	for n := range 1050 { // an answer lists 1,000
		want = append(want, storage.Key(fmt.Sprintf("thơ/%04d", n)))
	}
	for part := range slices.Chunk(want, 132) {
		all.Go(func() {
			for _, key := range part {
				if _, err := b.Put(t.Context(), key, strings.NewReader("x"), 1, storage.PutOptions{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	line := &knife{cut: func(n int64) bool { return n%2 == 1 }}
	asked := &line.asked
	d, err := open(t.Context(), behind(t, server, line.change), defaultLimits())
	if err != nil {
		t.Fatalf("opened: %v", err)
	}
	if asked.Load() < 4 {
		t.Errorf("it was opened with %d listings: none was cut", asked.Load())
	}
	if asked.Load()%2 == 1 {
		asked.Add(1) // the first of those below is cut
	}
	before := asked.Load()
	var got []storage.Key
	for o, err := range d.List(t.Context(), "") {
		if err != nil {
			t.Fatalf("after %d: %v", len(got), err)
		}
		got = append(got, o.Key)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d of %d objects were listed, or in another order", len(got), len(want))
	}
	if asked.Load()-before < 4 {
		t.Errorf("%d answers: they were not cut", asked.Load()-before)
	}
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
	before func() // a cut
	cuts   atomic.Int64
}

func (h *halver) change(r *http.Response) error {
	if r.Request.Method == http.MethodGet && strings.HasSuffix(r.Request.URL.Path, "/k") && r.ContentLength > 32<<10 {
		h.before()
		h.cuts.Add(1)
		r.Body = &torn{ReadCloser: r.Body, left: r.ContentLength / 2}
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
	line := &halver{before: func() {}}
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

// An object that is another by the time its answer is cut is not read on: the bytes of two would be mixed.
func TestAnAnswerIsCutAndTheObjectIsAnother(t *testing.T) {
	server := miniotest.Start(t)
	direct := connect(t, server, small())
	data := held(t, direct, 1)
	line := &halver{before: func() { held(t, direct, 2) }}
	d, err := open(t.Context(), behind(t, server, line.change), small())
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
		t.Errorf("%d bytes, which are not those of the object that was opened", len(got))
	}
}
