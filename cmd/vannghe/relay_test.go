package main

import (
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// relay stands between the program and MinIO and makes a bad line of it, as a seed has it: answers that come late, are cut in the middle, or are 503; and
// uploads that are cut. It passes everything else on as it is, so that signatures hold.
type relay struct {
	address string

	mu     sync.Mutex
	chance *rand.Rand
	bad    float64 // of the requests, each kind of fault
	owed   []fault // faults that come before chance has its say
	most   int     // bytes after which every answer is cut; 0: none is
	late   int
	cut    int // requests, and answers that were long enough
	busy   int
	passed int
}

// newRelay starts a relay to a server.
func newRelay(t *testing.T, target string, chance *rand.Rand) *relay {
	t.Helper()
	r := &relay{chance: chance}
	to := &url.URL{Scheme: "http", Host: target}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			p.Out.URL.Scheme, p.Out.URL.Host, p.Out.Host = to.Scheme, to.Host, p.In.Host
		},
		ErrorHandler:  func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
		FlushInterval: -1, Transport: &http.Transport{DisableCompression: true},
	}
	var listen net.ListenConfig
	ln, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	noError(t, err)
	r.address = ln.Addr().String()
	server := &http.Server{Handler: r.spoiling(proxy), ReadHeaderTimeout: time.Minute, ErrorLog: silent()}
	go func() { _ = server.Serve(ln) }()
	t.Cleanup(func() { _ = server.Close() })
	return r
}

// spoil sets of how many requests each kind of fault spoils one. Every kind comes among the next eight requests, so that no seed makes a good line.
func (r *relay) spoil(share float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bad, r.owed = share, nil
	if share > 0 {
		r.owed = []fault{lateAnswer, noFault, cutAnswer, noFault, busyAnswer, noFault, cutRequest, noFault}
		r.chance.Shuffle(len(r.owed), func(i, k int) { r.owed[i], r.owed[k] = r.owed[k], r.owed[i] })
	}
}

// cutAfter cuts every answer that has more than so many bytes.
func (r *relay) cutAfter(most int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.most = most
}

type fault int

const (
	noFault fault = iota
	lateAnswer
	cutAnswer
	cutRequest
	busyAnswer
)

// draw says what becomes of a request, and after how many bytes or milliseconds.
func (r *relay) draw() (fault, int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f, after := noFault, r.chance.IntN(1500)
	if len(r.owed) > 0 {
		f, r.owed, after = r.owed[0], r.owed[1:], after/25 // early, within the shortest answer that has a body
	} else if r.most > 0 {
		return cutAnswer, r.most
	} else if d := r.chance.Float64(); r.bad > 0 && d < 4*r.bad {
		f = fault(1 + int(d/r.bad))
	}
	switch f {
	case lateAnswer:
		r.late++
	case cutRequest:
		r.cut++
	case cutAnswer: // counted when it is cut: it may be shorter
	case busyAnswer:
		r.busy++
	default:
		r.passed++
	}
	return f, after
}

// counted is how many requests had which fate.
func (r *relay) counted() (late, cut, busy, passed int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.late, r.cut, r.busy, r.passed
}

// allKinds reports whether answers came late, were cut and were refused.
func (r *relay) allKinds() bool {
	late, cut, busy, _ := r.counted()
	return late > 0 && cut > 0 && busy > 0
}

func (r *relay) spoiling(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		f, after := r.draw()
		switch f {
		case lateAnswer:
			timer := time.NewTimer(time.Duration(after) * time.Millisecond)
			defer timer.Stop()
			select {
			case <-timer.C:
			case <-req.Context().Done():
			}
		case cutAnswer:
			w = &cutWriter{ResponseWriter: w, left: after, cut: func() {
				r.mu.Lock()
				defer r.mu.Unlock()
				r.cut++
			}}
		case cutRequest:
			_, _ = io.CopyN(io.Discard, req.Body, int64(after))
			panic(http.ErrAbortHandler)
		case busyAnswer:
			w.Header().Set("Content-Type", "application/xml")
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = io.Copy(w, strings.NewReader(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate</Message></Error>`))
			return
		}
		next.ServeHTTP(w, req)
	})
}

// cutWriter ends the connection after some bytes of an answer.
type cutWriter struct {
	http.ResponseWriter

	left int
	cut  func()
}

func (c *cutWriter) Write(p []byte) (int, error) {
	if len(p) >= c.left {
		_, _ = c.ResponseWriter.Write(p[:c.left])
		c.cut()
		panic(http.ErrAbortHandler)
	}
	c.left -= len(p)
	return c.ResponseWriter.Write(p)
}

func (c *cutWriter) Unwrap() http.ResponseWriter { return c.ResponseWriter }
