package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httputil"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// The programs of `make bench-load`: each measure beside its peers in one run, on this machine, CPU seconds of the servers beside throughput. They
// run when VANNGHE_BENCH_LOAD is set; VANNGHE_BENCH_OUT is the folder for the curves.

// bench skips a measure that was not asked for, and says on what it is taken.
func bench(t *testing.T) {
	t.Helper()
	if os.Getenv("VANNGHE_BENCH_LOAD") == "" {
		t.Skip("a measure: make bench-load")
	}
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s, load before %s", time.Now().UTC().Format("2006-01-02 15:04 UTC"), strings.TrimSpace(string(load)))
}

// amount is a number from the environment, so that a measure can be short or long.
func amount(t *testing.T, name string, otherwise int64) int64 {
	t.Helper()
	s := os.Getenv(name)
	if s == "" {
		return otherwise
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// ticksPerSecond is USER_HZ, which is 100 on every Linux that Go runs on.
const ticksPerSecond = 100

// stat is what a process says of itself in /proc (proc(5), stat): its parent, its name, and its CPU time.
func stat(pid int) (parent int, name string, cpu time.Duration, ok bool) {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, "", 0, false
	}
	open, last := bytes.IndexByte(line, '('), bytes.LastIndexByte(line, ')')
	fields := strings.Fields(string(line[last+1:]))
	if open < 0 || len(fields) < 13 {
		return 0, "", 0, false
	}
	parent, _ = strconv.Atoi(fields[1])
	user, _ := strconv.ParseInt(fields[11], 10, 64)
	system, _ := strconv.ParseInt(fields[12], 10, 64)
	return parent, string(line[open+1 : last]), time.Duration(user+system) * time.Second / ticksPerSecond, true
}

// family is a process and all that came from it.
func family(root int) []int {
	children := map[int][]int{}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil {
			if parent, _, _, ok := stat(pid); ok {
				children[parent] = append(children[parent], pid)
			}
		}
	}
	all := []int{root}
	for i := 0; i < len(all); i++ {
		all = append(all, children[all[i]]...)
	}
	return all
}

// called are the processes of this test whose name begins so.
func called(name string) []int {
	var list []int
	for _, pid := range family(os.Getpid()) {
		if _, n, _, ok := stat(pid); ok && strings.HasPrefix(n, name) {
			list = append(list, pid)
		}
	}
	return list
}

func cpuOf(pids []int) (sum time.Duration) {
	for _, pid := range pids {
		_, _, cpu, _ := stat(pid)
		sum += cpu
	}
	return sum
}

func residentOf(pids []int) (sum int64) {
	for _, pid := range pids {
		statm, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
		if fields := strings.Fields(string(statm)); err == nil && len(fields) > 1 {
			pages, _ := strconv.ParseInt(fields[1], 10, 64)
			sum += pages * int64(os.Getpagesize())
		}
	}
	return sum
}

// lean is a connection of a client that asks and throws the answers away: what is measured is the server.
type lean struct {
	addr string
	conn net.Conn
	in   *bufio.Reader
}

// get asks for a path, with further lines of head, and returns status and length of the answer.
func (l *lean) get(path string, head ...string) (status int, n int64, err error) {
	if l.conn == nil {
		if l.conn, err = net.Dial("tcp", l.addr); err != nil {
			return 0, 0, err
		}
		l.in = bufio.NewReaderSize(l.conn, 64<<10)
	}
	if _, err = io.WriteString(l.conn, "GET "+path+" HTTP/1.1\r\nHost: "+l.addr+"\r\n"+strings.Join(append(head, ""), "\r\n")+"\r\n"); err != nil {
		return 0, 0, err
	}
	return l.answer()
}

func (l *lean) answer() (status int, n int64, err error) {
	first, err := l.in.ReadString('\n')
	if err != nil || len(first) < 12 {
		return 0, 0, errors.Join(err, errors.New("no answer"))
	}
	if status, err = strconv.Atoi(first[9:12]); err != nil {
		return 0, 0, err
	}
	length := int64(-1)
	closing, pieces := false, false
	for {
		h, err := l.in.ReadSlice('\n')
		if err != nil {
			return status, 0, err
		}
		if len(h) <= 2 {
			break
		}
		name, value, _ := bytes.Cut(bytes.TrimSpace(h), []byte(":"))
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.ParseInt(string(bytes.TrimSpace(value)), 10, 64); err != nil {
				return status, 0, err
			}
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			pieces = true
		case bytes.EqualFold(name, []byte("Connection")):
			closing = bytes.EqualFold(bytes.TrimSpace(value), []byte("close"))
		}
	}
	if pieces {
		n, err = io.Copy(io.Discard, httputil.NewChunkedReader(l.in))
		if _, end := l.in.ReadSlice('\n'); end != nil || closing { // the line after the last piece
			l.close()
		}
		return status, n, err
	}
	if length < 0 {
		return status, 0, errors.New("an answer without length")
	}
	if n, err = io.CopyN(io.Discard, l.in, length); err != nil || closing {
		l.close()
	}
	return status, n, err
}

func (l *lean) close() {
	if l.conn != nil {
		_ = l.conn.Close()
		l.conn = nil
	}
}

// peer is a server that is measured.
type peer struct {
	name string
	addr string
	pids []int
	// ask is the n-th question: a path and further lines of head.
	ask func(n int64) (path string, head []string)
	// expect is the status of its answers.
	expect int
}

// outcome is what a run came to.
type outcome struct {
	name     string
	asked    int64
	bytes    int64
	took     time.Duration
	cpu      time.Duration // of the peer's processes
	memory   int64         // that they have in the end, bytes
	waits    []time.Duration
	failures int64
}

// perGiB is CPU seconds for each GiB.
func (o outcome) perGiB() float64 { return o.cpu.Seconds() / (float64(o.bytes) / (1 << 30)) }

// each is CPU time for each answer.
func (o outcome) each() time.Duration { return o.cpu / time.Duration(max(1, o.asked)) }

// rate is answers a second.
func (o outcome) rate() float64 { return float64(o.asked) / o.took.Seconds() }

// at is how long a share of the answers took at most.
func (o outcome) at(percent int) time.Duration {
	if len(o.waits) == 0 {
		return 0
	}
	return o.waits[min(len(o.waits)-1, len(o.waits)*percent/100)]
}

// put asks a peer count questions over some connections.
func (p peer) put(t *testing.T, connections int, count int64) outcome {
	t.Helper()
	o := outcome{name: p.name, asked: count}
	var next, sum, failures atomic.Int64
	waits := make([][]time.Duration, connections)
	before, began := cpuOf(p.pids), time.Now()
	var clients sync.WaitGroup
	for c := range connections {
		clients.Go(func() {
			l := &lean{addr: p.addr}
			defer l.close()
			for n := next.Add(1) - 1; n < count; n = next.Add(1) - 1 {
				path, head := p.ask(n)
				at := time.Now()
				status, got, err := l.get(path, head...)
				waits[c] = append(waits[c], time.Since(at))
				sum.Add(got)
				if err != nil || status != p.expect {
					if failures.Add(1) == 1 {
						t.Errorf("%s: %s: status %d, %v", p.name, path, status, err)
					}
					l.close()
				}
			}
		})
	}
	clients.Wait()
	o.took, o.cpu, o.bytes, o.failures, o.memory = time.Since(began), cpuOf(p.pids)-before, sum.Load(), failures.Load(), residentOf(p.pids)
	o.waits = slices.Concat(waits...)
	slices.Sort(o.waits)
	return o
}

// address is host and port of a server of ours.
func (s *server) address() string { return strings.TrimPrefix(s.url, "http://") }

// peerNginx starts nginx as its own documents advise for files, with what a measure adds to the configuration, and returns its address and processes.
func peerNginx(t *testing.T, root, more string) (addr string, pids []int) {
	t.Helper()
	dir := t.TempDir()
	addr = freeAddress(t)
	config := "worker_processes 2;\nerror_log stderr crit;\npid " + dir + "/pid;\nevents { worker_connections 4096; }\nhttp { access_log off; sendfile on; tcp_nopush on; keepalive_timeout 65; keepalive_requests 1000000;\n" +
		"open_file_cache max=10000 inactive=60s; open_file_cache_valid 60s;\ntypes { text/html html; application/vnd.apple.mpegurl m3u8; video/mp4 mp4 m4s; image/jpeg jpg; text/css css; }\n" +
		"client_body_temp_path " + dir + "/b; proxy_temp_path " + dir + "/p; fastcgi_temp_path " + dir + "/f; uwsgi_temp_path " + dir + "/u; scgi_temp_path " + dir + "/s;\n" +
		"server { listen " + addr + " backlog=4096; root " + root + ";\n" + more + "\n} }\n"
	if os.Geteuid() == 0 { // workers of another user could not read a folder of this test
		config = "user root;\n" + config
	}
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/usr/sbin/nginx", "-p", dir, "-e", "stderr", "-c", file, "-g", "daemon off;")
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatalf("start nginx: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	await(t, addr)
	return addr, family(cmd.Process.Pid)
}

// await returns when somebody listens.
func await(t *testing.T, addr string) {
	t.Helper()
	until(t, time.Minute, addr+" listens", func() bool {
		c, err := (&net.Dialer{Timeout: time.Second}).DialContext(context.Background(), "tcp", addr)
		return err == nil && c.Close() == nil
	})
}

// verdict says a ratio and its bar.
func verdict(t *testing.T, what string, ratio, bar float64, atMost bool) {
	t.Helper()
	met, sign := ratio <= bar, "≤"
	if !atMost {
		met, sign = ratio >= bar, "≥"
	}
	word := "met"
	if !met {
		word = "MISSED"
	}
	t.Logf("RATIO %s: %.2f (bar %s %.2f): %s", what, ratio, sign, bar, word)
}

// profiled writes a CPU profile of this program into the folder VANNGHE_BENCH_PROFILE, when there is one, until the returned function is called.
func profiled() (ended func()) {
	folder := os.Getenv("VANNGHE_BENCH_PROFILE")
	if folder == "" {
		return func() {}
	}
	f, err := os.CreateTemp(folder, "cpu-*.pprof")
	if err != nil || pprof.StartCPUProfile(f) != nil {
		return func() {}
	}
	return func() {
		pprof.StopCPUProfile()
		_ = f.Close()
	}
}
