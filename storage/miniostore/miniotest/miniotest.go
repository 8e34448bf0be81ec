// Package miniotest starts a real MinIO server for tests, on a free loopback port, and stops, freezes and starts it again
// on command, so that faults are the server's own.
//
// It is for tests only. The program comes from `make test`, which builds it; a test that finds none fails.
package miniotest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// readyWithin bounds the start of a server.
const readyWithin = 60 * time.Second

// Server is a MinIO server with an empty drive of its own. Its methods fail the test that started it.
type Server struct {
	tb      testing.TB
	program string
	drive   string
	drives  []string // of the whole cluster, as addresses; none: this server is alone
	address string
	key     string
	secret  string
	running *process
}

// Start starts a server, which stops when the test ends.
func Start(tb testing.TB) *Server {
	tb.Helper()
	return StartOn(tb, tb.TempDir())
}

// StartOn starts a server on the drive folder given.
func StartOn(tb testing.TB, drive string) *Server {
	tb.Helper()
	return begin(&Server{tb: tb, program: program(tb), drive: drive, key: rand.Text(), secret: rand.Text()})
}

// StartWith starts a server with the key and secret given.
func StartWith(tb testing.TB, key, secret string) *Server {
	tb.Helper()
	return begin(&Server{tb: tb, program: program(tb), drive: tb.TempDir(), key: key, secret: secret})
}

func begin(s *Server) *Server {
	tb := s.tb
	tb.Helper()
	for range 3 { // somebody else may take the port between our look and the server's
		s.address = freePort(tb)
		if s.start() == nil {
			tb.Cleanup(s.Stop)
			return s
		}
	}
	tb.Fatal("MinIO does not start")
	return nil
}

// DSN returns the address of a bucket on this server.
func (s *Server) DSN(bucket string) string {
	return fmt.Sprintf("s3://%s:%s@%s/%s?tls=false", url.QueryEscape(s.key), url.QueryEscape(s.secret), s.address, bucket)
}

// Address returns host:port.
func (s *Server) Address() string { return s.address }

// Secret returns what must appear in no message.
func (s *Server) Secret() string { return s.secret }

// Stop kills the server as a loss of power would. Stopping a stopped one does nothing.
func (s *Server) Stop() {
	if s.running == nil {
		return
	}
	s.running.signal(s.tb, syscall.SIGKILL)
	<-s.running.ended
	s.running = nil
}

// Restart starts the stopped server again, on the same port and drive.
func (s *Server) Restart() {
	s.tb.Helper()
	if err := s.start(); err != nil {
		s.tb.Fatalf("start MinIO again: %v", err)
	}
}

// Freeze makes the server take connections and answer nothing, until Thaw or Stop.
func (s *Server) Freeze() {
	s.tb.Helper()
	s.running.signal(s.tb, syscall.SIGSTOP)
	var err error = unix.EINTR // the signal has been sent before every thread stands still
	for errors.Is(err, unix.EINTR) {
		err = unix.Waitid(unix.P_PID, s.running.cmd.Process.Pid, nil, unix.WSTOPPED, nil)
	}
	if err != nil {
		s.tb.Fatalf("wait until MinIO stands still: %v", err)
	}
}

// Thaw lets a frozen server go on.
func (s *Server) Thaw() { s.running.signal(s.tb, syscall.SIGCONT) }

func (s *Server) start() error {
	p, err := run(s.command())
	if err != nil {
		return err
	}
	if err := s.waitReady(p); err != nil {
		p.signal(s.tb, syscall.SIGKILL)
		<-p.ended
		s.tb.Logf("MinIO on %s: %v\n%s", s.address, err, p.output.String())
		return err
	}
	s.running = p
	return nil
}

func (s *Server) command() *exec.Cmd {
	if len(s.drives) > 0 {
		return s.clusterCommand()
	}
	cmd := exec.Command(s.program, "server", "--quiet", "--address", s.address, "--certs-dir", filepath.Join(s.drive, ".certs"), s.drive)
	cmd.Env = s.environment()
	return cmd
}

func (s *Server) environment() []string {
	return append(os.Environ(), "MINIO_ROOT_USER="+s.key, "MINIO_ROOT_PASSWORD="+s.secret,
		"MINIO_BROWSER=off", "MINIO_UPDATE=off", "MINIO_CALLHOME_ENABLE=off")
}

// waitReady polls the server, which has no other signal. Its health address says "ready" before it is: what counts is that a
// nameless request is refused, and no more answered with 503.
func (s *Server) waitReady(p *process) error {
	ctx, cancel := context.WithTimeout(context.Background(), readyWithin)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	top := url.URL{Scheme: "http", Host: s.address, Path: "/"}
	for {
		if refuses(ctx, top.String()) {
			return nil
		}
		select {
		case <-tick.C:
		case <-p.ended:
			return fmt.Errorf("it ended: %w", p.err)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func refuses(ctx context.Context, address string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err == nil && resp.StatusCode == http.StatusForbidden
}

// process is a child that dies with us.
type process struct {
	cmd    *exec.Cmd
	output *strings.Builder // whole only after ended
	ended  chan struct{}
	err    error // after ended
}

func run(cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd, output: new(strings.Builder), ended: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = p.output, p.output
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	go func() {
		// The kernel sends Pdeathsig when the thread that started the child ends, so that thread must stay.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.ended)
		}
	}()
	return p, <-started
}

func (p *process) signal(tb testing.TB, s os.Signal) {
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		tb.Errorf("send %s to MinIO: %v", s, err)
	}
}

// program finds the server that `make test` builds.
func program(tb testing.TB) string {
	tb.Helper()
	name := os.Getenv("VANNGHE_MINIO")
	if name == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			tb.Fatal(err)
		}
		name = filepath.Join(cache, "vannghe", "bin", "minio")
	}
	if _, err := os.Stat(name); err != nil {
		tb.Fatalf("no MinIO server for the tests (%v): `make test` builds it, or set VANNGHE_MINIO to one", err)
	}
	return name
}

func freePort(tb testing.TB) string {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
