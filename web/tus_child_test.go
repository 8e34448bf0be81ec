package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"vannghe/internal/catalog"
	"vannghe/search"
	"vannghe/storage"
	"vannghe/storage/diskstore"
	"vannghe/storage/miniostore"
	"vannghe/web"
	"vannghe/web/ui"
)

// childSettings, when set, makes this test binary a server that can be killed.
const childSettings = "VANNGHE_TEST_UPLOAD_SERVER"

type child struct {
	t    testing.TB
	DSN  string // of the catalogue
	Disk string // folder of the store; "": S3
	S3   string
	Addr string

	mu    sync.Mutex
	cmd   *exec.Cmd
	ended chan struct{}
}

func (c *child) bucket(ctx context.Context) (*storage.Bucket, error) {
	if c.Disk == "" {
		d, err := miniostore.Open(ctx, c.S3)
		return storage.NewBucket(d), err
	}
	d, err := diskstore.Open(c.Disk)
	return storage.NewBucket(d), err
}

// TestUploadServer is the child; as a test it does nothing.
func TestUploadServer(t *testing.T) {
	settings := os.Getenv(childSettings)
	if settings == "" {
		return
	}
	var c child
	must(t, json.Unmarshal([]byte(settings), &c))
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	cat, err := catalog.Open(t.Context(), catalog.Options{DSN: c.DSN, Log: log})
	must(t, err)
	bucket, err := c.bucket(t.Context())
	must(t, err)
	assets, err := ui.LoadAssets()
	must(t, err)
	server, err := web.New(web.Options{Catalog: cat, Bucket: bucket, Assets: assets, Log: log, Search: func() *search.Index { return nil }})
	must(t, err)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", c.Addr)
	must(t, err)
	_, err = os.Stdout.WriteString("listening\n")
	must(t, err)
	must(t, server.Serve(t.Context(), listener))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// freeAddress returns an address nobody listens at.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().String()
}

// start starts the server and waits until it listens.
func (c *child) start() {
	c.t.Helper()
	settings, err := json.Marshal(c)
	must(c.t, err)
	cmd := exec.Command(os.Args[0], "-test.run=^TestUploadServer$", "-test.timeout=0")
	cmd.Env = append(os.Environ(), childSettings+"="+string(settings))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	must(c.t, err)
	must(c.t, cmd.Start())
	said := bufio.NewReader(out)
	if line, err := said.ReadString('\n'); err != nil || line != "listening\n" {
		rest, _ := io.ReadAll(said)
		_ = cmd.Wait()
		c.t.Fatalf("the server says %q, %v\n%s", line, err, rest)
	}
	ended := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, said)
		_ = cmd.Wait()
		close(ended)
	}()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cmd, c.ended = cmd, ended
}

// kill is kill -9.
func (c *child) kill() {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.cmd.Process.Kill()
	<-c.ended
}

// peakMemory returns the most memory the server has had, in bytes.
func (c *child) peakMemory() int64 {
	c.t.Helper()
	status, err := os.ReadFile("/proc/" + itoa(c.cmd.Process.Pid) + "/status")
	must(c.t, err)
	for line := range strings.Lines(string(status)) {
		if kilobytes, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			return 1024 * atoi(c.t, strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(kilobytes), "kB")))
		}
	}
	c.t.Fatal("the system does not say how much memory the server has had")
	return 0
}

// badLine is a way to the server that is cut when so many bytes have gone to it, again and again.
type badLine struct {
	t        testing.TB
	listener net.Listener
	target   string
	lines    sync.WaitGroup

	mu   sync.Mutex
	sent int64
	cuts []int64        // of sent, still to come
	cut  int            // how many there were
	at   map[int]func() // what happens at the n-th cut, while no line is open
}

// newBadLine cuts so often, by chance, while size bytes are sent.
func newBadLine(t testing.TB, target string, size int64, cuts int, chance *rand.Rand) *badLine {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	b := &badLine{t: t, listener: l, target: target, at: map[int]func(){}}
	for range cuts {
		b.cuts = append(b.cuts, 1+chance.Int64N(size*19/20))
	}
	slices.Sort(b.cuts)
	b.lines.Go(b.accept)
	t.Cleanup(func() { _ = l.Close(); b.lines.Wait() })
	return b
}

func (b *badLine) url() string { return "http://" + b.listener.Addr().String() }

func (b *badLine) accept() {
	for {
		conn, err := b.listener.Accept()
		if err != nil {
			return
		}
		b.lines.Go(func() { b.carry(conn) })
	}
}

// dial waits for a server that is being started.
func (b *badLine) dial() net.Conn {
	for range 600 {
		if conn, err := net.Dial("tcp", b.target); err == nil {
			return conn
		}
		time.Sleep(50 * time.Millisecond) // there is no signal that a port is listened at
	}
	return nil
}

func (b *badLine) carry(client net.Conn) {
	defer client.Close()
	server := b.dial()
	if server == nil {
		return
	}
	defer server.Close()
	b.lines.Go(func() { // closing either end ends this
		_, _ = io.Copy(client, server)
		_ = client.Close()
		_ = server.Close()
	})
	buffer := make([]byte, 16<<10)
	for {
		n, err := client.Read(buffer)
		allowed, cut := b.pass(n)
		if _, writeErr := server.Write(buffer[:allowed]); err != nil || writeErr != nil {
			return
		}
		if cut != nil {
			_ = client.Close()
			_ = server.Close()
			cut()
			return
		}
	}
}

// cutSoFar returns how often the line was cut.
func (b *badLine) cutSoFar() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.cut
}

// total returns how many bytes have gone to the server.
func (b *badLine) total() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.sent
}

// pass counts bytes and returns how many may go, and when the line is cut behind them, what happens then.
func (b *badLine) pass(n int) (int, func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.cuts) == 0 || b.sent+int64(n) < b.cuts[0] {
		b.sent += int64(n)
		return n, nil
	}
	allowed := int(max(0, b.cuts[0]-b.sent))
	b.sent += int64(allowed)
	b.cuts = b.cuts[1:]
	b.cut++
	if then := b.at[b.cut]; then != nil {
		return allowed, then
	}
	return allowed, func() {}
}
