package main

import (
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"
)

// thinLine is a line to a server as the measures want it: so many bytes a second for all connections together, a round trip that takes long, and
// packets that are lost. It stands in for tc netem, which many kernels of virtual machines lack. What TCP makes of a lost packet is modelled: all that
// follows on its connection waits a round trip for it to be sent again.
type thinLine struct {
	target string
	rate   float64 // bytes a second, towards the viewer
	trip   time.Duration
	loss   float64 // of packets

	mu   sync.Mutex
	free time.Time // when the line has sent what it was given
	sent int64
	lost int
}

// packetBytes is what a packet of TCP carries.
const packetBytes = 1448

// open listens and returns the address of the line's end.
func (l *thinLine) open(t *testing.T) string {
	t.Helper()
	var listen net.ListenConfig
	ln, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go l.carry(c)
		}
	}()
	return "http://" + ln.Addr().String()
}

// carry serves one connection.
func (l *thinLine) carry(viewer net.Conn) {
	time.Sleep(l.trip) // to be connected takes a round trip
	server, err := net.Dial("tcp", l.target)
	if err != nil {
		_ = viewer.Close()
		return
	}
	both := func() { _ = viewer.Close(); _ = server.Close() }
	go func() { defer both(); pass(server, viewer, func(int) time.Time { return time.Now().Add(l.trip / 2) }) }()
	defer both()
	pass(viewer, server, l.due)
}

// due says when a packet that begins to be sent now has come over.
func (l *thinLine) due(bytes int) time.Time {
	l.mu.Lock()
	now := time.Now()
	if l.free.Before(now) {
		l.free = now
	}
	l.free = l.free.Add(time.Duration(float64(bytes) / l.rate * float64(time.Second)))
	sent := l.free
	late := l.trip / 2
	if rand.Float64() < l.loss { //nolint:gosec // chance, not a secret
		late += l.trip
		l.lost++
	}
	l.sent += int64(bytes)
	l.mu.Unlock()
	time.Sleep(time.Until(sent)) // so that no more is under way than the line holds
	return sent.Add(late)
}

// pass copies packets, each to be there when due says, in their order.
func pass(to io.Writer, from io.Reader, due func(bytes int) time.Time) {
	type packet struct {
		bytes []byte
		at    time.Time
	}
	way := make(chan packet, 1024)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for p := range way {
			time.Sleep(time.Until(p.at))
			if _, err := to.Write(p.bytes); err != nil {
				if c, ok := from.(io.Closer); ok {
					_ = c.Close()
				}
				for range way { // what is under way is for nobody
				}
				return
			}
		}
	}()
	var err error
	for err == nil {
		b := make([]byte, packetBytes)
		var n int
		if n, err = from.Read(b); n > 0 {
			way <- packet{b[:n], due(n)}
		}
	}
	close(way)
	<-done
	if c, ok := to.(*net.TCPConn); ok && errors.Is(err, io.EOF) {
		_ = c.CloseWrite()
	}
}
