// Package clamdtest starts a real ClamAV daemon for tests, on a free loopback port, with one signature of our own for the EICAR test
// string and no database from elsewhere, and stops, freezes and starts it again on command.
//
// It is for tests only. The program comes from `make test`, which installs it; a test that finds none fails.
package clamdtest

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Signature is how the daemon calls what it finds in Infected.
const Signature = "Vannghe.Test"

// Limit is the most bytes the daemon takes (StreamMaxLength).
const Limit = 1 << 20

// Infected returns the EICAR test string. It is put together here so that no scanner takes this file for one.
func Infected() []byte {
	return []byte(`X5O!P%@AP[4\PZX54(P^)7CC)7}` + `$EICAR-STANDARD-ANTIVIRUS-` + `TEST-FILE!$H+H*`)
}

// Daemon is a daemon with a folder of its own. Its methods fail the test that started it.
type Daemon struct {
	tb      testing.TB
	program string
	dir     string
	address string
	running *exec.Cmd
	output  *bytes.Buffer
}

// New prepares a daemon that is not running yet.
func New(tb testing.TB) *Daemon {
	tb.Helper()
	program := "/usr/sbin/clamd"
	if _, err := os.Stat(program); err != nil {
		tb.Fatal("clamd is missing: apt-get install clamav-daemon (make test does it)")
	}
	dir, err := os.MkdirTemp("", "clamd") //nolint:usetesting // the name of a socket has a limit
	must(tb, err)
	tb.Cleanup(func() { must(tb, os.RemoveAll(dir)) })
	signature := fmt.Sprintf("%s:0:*:%s\n", Signature, hex.EncodeToString(Infected()))
	must(tb, os.WriteFile(filepath.Join(dir, "test.ndb"), []byte(signature), 0o600))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(tb, err)
	d := &Daemon{tb: tb, program: program, dir: dir, address: listener.Addr().String()}
	must(tb, listener.Close())
	return d
}

// Start starts a daemon, which stops when the test ends.
func Start(tb testing.TB) *Daemon {
	tb.Helper()
	d := New(tb)
	d.Start()
	return d
}

// Address returns host:port.
func (d *Daemon) Address() string { return d.address }

// Start starts the daemon and waits until it answers.
func (d *Daemon) Start() {
	d.tb.Helper()
	host, port, err := net.SplitHostPort(d.address)
	must(d.tb, err)
	config := filepath.Join(d.dir, "clamd.conf")
	lines := []string{"Foreground yes", "DatabaseDirectory " + d.dir, "TCPSocket " + port, "TCPAddr " + host, fmt.Sprintf("StreamMaxLength %d", Limit),
		"MaxThreads 2", "TemporaryDirectory " + d.dir, "User " + user(), "LogTime no"}
	must(d.tb, os.WriteFile(config, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	d.output = &bytes.Buffer{}
	d.running = exec.Command(d.program, "--config-file="+config)
	d.running.Stdout, d.running.Stderr = d.output, d.output
	must(d.tb, d.running.Start())
	d.tb.Cleanup(d.Stop)
	d.wait()
}

// user keeps the daemon from becoming one that may not read its folder.
func user() string {
	if os.Geteuid() == 0 {
		return "root"
	}
	return os.Getenv("USER")
}

func (d *Daemon) wait() {
	d.tb.Helper()
	for range 600 {
		if conn, err := net.Dial("tcp", d.address); err == nil {
			must(d.tb, conn.Close())
			return
		}
		time.Sleep(50 * time.Millisecond) // there is no signal that a port is listened at
	}
	d.Stop()
	d.tb.Fatalf("clamd does not start\n%s", d.output)
}

// Stop kills the daemon. Stopping a stopped one does nothing.
func (d *Daemon) Stop() {
	if d.running == nil {
		return
	}
	_ = d.running.Process.Kill()
	_ = d.running.Wait()
	d.running = nil
}

// Freeze makes the daemon take connections and answer nothing, until Stop.
func (d *Daemon) Freeze() {
	d.tb.Helper()
	must(d.tb, d.running.Process.Signal(syscall.SIGSTOP))
	var err error = unix.EINTR // the signal has been sent before every thread stands still
	for errors.Is(err, unix.EINTR) {
		err = unix.Waitid(unix.P_PID, d.running.Process.Pid, nil, unix.WSTOPPED, nil)
	}
	must(d.tb, err)
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
