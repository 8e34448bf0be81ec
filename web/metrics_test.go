package web_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vannghe/web"
)

func TestMetricsAreForThisMachine(t *testing.T) {
	w := newWorld(t, 0, nil)
	plain := w.startNode(web.Options{MetricsToken: "s3cret"})
	public := w.startNode(web.Options{MetricsToken: "s3cret", BaseURL: "https://vannghe.example"})
	own := w.startNode(web.Options{BaseURL: "http://localhost:8080"})
	const token = "Authorization: Bearer s3cret\r\n"
	for _, c := range []struct {
		sentence string
		node     *node
		version  string
		head     string
		status   string
	}{
		{"a program on this machine", plain, "1.1", "Host: 127.0.0.1:8080\r\n", "200"},
		{"by name", plain, "1.1", "Host: LOCALHOST\r\n", "200"},
		{"by IPv6", plain, "1.1", "Host: [::1]:8080\r\n", "200"},
		{"an archive that is only for this machine", own, "1.1", "Host: localhost:8080\r\n", "200"},
		{"nginx with a plain proxy_pass", plain, "1.0", "Host: 127.0.0.1:8080\r\nConnection: close\r\n", "403"},
		{"a proxy that keeps the host", plain, "1.1", "Host: vannghe.example\r\n", "403"},
		{"a host that only begins like this machine", plain, "1.1", "Host: 127.0.0.1.evil.example\r\n", "403"},
		{"X-Forwarded-For", plain, "1.1", "Host: 127.0.0.1\r\nX-Forwarded-For: 192.0.2.1\r\n", "403"},
		{"X-Forwarded-Host", plain, "1.1", "Host: 127.0.0.1\r\nX-Forwarded-Host: vannghe.example\r\n", "403"},
		{"X-Real-IP", plain, "1.1", "Host: 127.0.0.1\r\nX-Real-IP: 192.0.2.1\r\n", "403"},
		{"Forwarded", plain, "1.1", "Host: 127.0.0.1\r\nForwarded: for=192.0.2.1\r\n", "403"},
		{"Via", plain, "1.1", "Host: 127.0.0.1\r\nVia: 1.1 proxy\r\n", "403"},
		{"an archive with a public address", public, "1.1", "Host: 127.0.0.1\r\n", "403"},
		{"the token there", public, "1.1", "Host: 127.0.0.1\r\n" + token, "200"},
		{"the token through a proxy", plain, "1.0", "Host: vannghe.example\r\nX-Forwarded-For: 192.0.2.1\r\n" + token, "200"},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			got := raw(t, c.node, "GET /metrics HTTP/"+c.version+"\r\n"+c.head+"\r\n")
			if !strings.Contains(got, " "+c.status+" ") {
				t.Errorf("answered %q, want %s", got, c.status)
			}
		})
	}
}

// raw sends bytes on a connection of their own and returns the status line.
func raw(t *testing.T, n *node, request string) string {
	t.Helper()
	conn, err := net.Dial("tcp", n.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { n.w.must(conn.Close()) }()
	n.w.must(conn.SetDeadline(time.Now().Add(20 * time.Second)))
	_, err = io.WriteString(conn, request)
	n.w.must(err)
	head := make([]byte, 64)
	got, err := io.ReadAtLeast(conn, head, 16)
	n.w.must(err)
	line, _, _ := strings.Cut(string(head[:got]), "\r\n")
	return line
}

// TestBehindNginx holds that what nginx passes on with nothing but proxy_pass is the site, and never the operators' figures.
func TestBehindNginx(t *testing.T) {
	w := newWorld(t, 0, nil)
	poem := w.poem("Bến trăng", "trăng nghiêng")
	n := w.startNode(web.Options{})
	front := *n
	front.url = nginx(t, n.addr)
	front.get("/healthz").expect(t, 200)
	front.get("/metrics").expect(t, 403)
	front.get("/metrics", "Host: 127.0.0.1").expect(t, 403)
	front.get("/api/v1/works/"+string(poem.ID)).expect(t, 200, "Bến trăng")
	n.get("/metrics").expect(t, 200)
}

// nginx starts one with the plainest configuration before addr and returns its address.
func nginx(t *testing.T, addr string) string {
	t.Helper()
	dir := t.TempDir()
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	front := socket.Addr().String()
	if err := socket.Close(); err != nil {
		t.Fatal(err)
	}
	config := fmt.Sprintf(`daemon off; pid %[1]s/pid; error_log stderr notice; worker_processes 1; events {}
http { access_log off; client_body_temp_path %[1]s/a; proxy_temp_path %[1]s/b; fastcgi_temp_path %[1]s/c; uwsgi_temp_path %[1]s/d; scgi_temp_path %[1]s/e;
server { listen %[2]s; location / { proxy_pass http://%[3]s; } } }`, dir, front, addr)
	if err := os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/usr/sbin/nginx", "-p", dir, "-e", "stderr", "-c", filepath.Join(dir, "nginx.conf"))
	started := &started{word: []byte("start worker process "), seen: make(chan struct{})}
	cmd.Stderr = started
	if err := cmd.Start(); err != nil {
		t.Fatalf("nginx is missing: apt-get install nginx-light (make test does it): %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	select {
	case <-started.seen:
	case <-time.After(20 * time.Second):
		t.Fatalf("nginx does not start: %s", started.String())
	}
	return "http://" + front
}

// started keeps what a program says and tells when a word of it has come.
type started struct {
	syncBuffer
	word []byte
	seen chan struct{}
	done bool
}

func (s *started) Write(p []byte) (int, error) {
	n, err := s.syncBuffer.Write(p)
	if !s.done && bytes.Contains([]byte(s.String()), s.word) {
		s.done = true
		close(s.seen)
	}
	return n, err
}
