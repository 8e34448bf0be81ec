package clamd_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/tool/clamd"
	"vannghe/internal/tool/clamd/clamdtest"
)

// TestScan asks a real daemon, with a signature of our own for the EICAR test string.
func TestScan(t *testing.T) {
	daemon := clamdtest.Start(t)
	c := &clamd.Client{Address: daemon.Address()}
	large := bytes.Repeat([]byte("0123456789abcdef"), 40<<10)
	for about, want := range map[string]struct {
		data      []byte
		signature string
		reason    archive.Reason
	}{
		"nothing":                {nil, "", ""},
		"a poem":                 {[]byte("Trăng lên đầu bến"), "", ""},
		"the test string":        {clamdtest.Infected(), clamdtest.Signature, ""},
		"more than a chunk":      {large, "", ""},
		"more than it takes":     {bytes.Repeat(large, 4), "", "scan-too-large"},
		"far more than it takes": {bytes.Repeat(large, 40), "", "scan-too-large"},
	} {
		v, err := c.Scan(t.Context(), bytes.NewReader(want.data))
		if !strings.HasPrefix(v.Signature, want.signature) || v.Signature == "" && want.signature != "" || archive.ReasonOf(err) != want.reason {
			t.Errorf("%s: %+v, %v", about, v, err)
		}
	}
	broken := errors.New("the disk is broken")
	if _, err := c.Scan(t.Context(), io.MultiReader(strings.NewReader("x"), failing{broken})); !errors.Is(err, broken) {
		t.Errorf("a source that fails: %v", err)
	}
	if err := c.Ping(t.Context()); err != nil {
		t.Errorf("ping: %v", err)
	}
	daemon.Freeze()
	c.Stall = 200 * time.Millisecond
	if _, err := c.Scan(t.Context(), strings.NewReader("x")); archive.ReasonOf(err) != "scanner-unavailable" {
		t.Errorf("a daemon that hangs: %v", err)
	}
	daemon.Stop()
	if err := c.Ping(t.Context()); archive.ReasonOf(err) != "scanner-unavailable" {
		t.Errorf("a daemon that is not there: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// TestScannerThatFails: whatever a daemon does but say that all is well is no leave.
func TestScannerThatFails(t *testing.T) {
	for about, does := range map[string]func(net.Conn){
		"ends at once":           func(net.Conn) {},
		"ends in the middle":     func(c net.Conn) { _, _ = io.CopyN(io.Discard, c, 1000) },
		"says half a word":       func(c net.Conn) { _, _ = io.CopyN(io.Discard, c, 1000); _, _ = c.Write([]byte("stream: O")) },
		"says something else":    func(c net.Conn) { _, _ = io.CopyN(io.Discard, c, 1000); _, _ = c.Write([]byte("HTTP/1.1 200 OK\x00")) },
		"talks without end":      func(c net.Conn) { _, _ = io.Copy(c, endless{}) },
		"approves of the half":   func(c net.Conn) { _, _ = io.CopyN(io.Discard, c, 1000); _, _ = c.Write([]byte("stream: OK\x00")) },
		"cannot allocate memory": func(c net.Conn) { _, _ = c.Write([]byte("INSTREAM: Can't allocate memory ERROR\x00")) },
	} {
		l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			if conn, err := l.Accept(); err == nil {
				does(conn)
				_ = conn.Close()
			}
		}()
		c := &clamd.Client{Address: l.Addr().String(), Stall: 5 * time.Second}
		v, err := c.Scan(t.Context(), bytes.NewReader(make([]byte, 32<<20)))
		if archive.ReasonOf(err) != "scanner-unavailable" {
			t.Errorf("%s: %+v, %v", about, v, err)
		}
		_ = l.Close()
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (&clamd.Client{Address: "127.0.0.1:1"}).Scan(ctx, strings.NewReader("")); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestScanThatFails: that a daemon cannot look into some bytes says nothing of others.
func TestScanThatFails(t *testing.T) {
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		if conn, err := l.Accept(); err == nil {
			_, _ = io.CopyN(io.Discard, conn, int64(len("zINSTREAM\x00")+4+3+4))
			_, _ = conn.Write([]byte("stream: Can't open file or directory ERROR\x00"))
			_ = conn.Close()
		}
	}()
	v, err := (&clamd.Client{Address: l.Addr().String()}).Scan(t.Context(), strings.NewReader("abc"))
	if archive.ReasonOf(err) != "scan-failed" || archive.CodeOf(err) != archive.Unavailable {
		t.Errorf("%+v, %v", v, err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 1
	}
	return len(p), nil
}
