package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// asProgram makes this test binary behave as vannghe itself: the tests below start, stop and kill the real program.
const asProgram = "VANNGHE_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if file := os.Getenv(asSendfile); file != "" {
		fmt.Fprintln(os.Stderr, serveBare(file, sendRanges))
		os.Exit(1)
	}
	if object := os.Getenv(asRelay); object != "" {
		fmt.Fprintln(os.Stderr, serveBare(object, passOn))
		os.Exit(1)
	}
	if file := os.Getenv(asFiber); file != "" {
		fmt.Fprintln(os.Stderr, bareFiber(file))
		os.Exit(1)
	}
	if os.Getenv(asProgram) == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ended := profiled()
	code := run(ctx, os.Args[1:], console{in: os.Stdin, out: os.Stdout, err: os.Stderr})
	ended()
	stop()
	os.Exit(code)
}

func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	cmd.Dir = t.TempDir() // no vannghe.yaml of this folder counts
	return cmd
}

// result is what a finished command left.
type result struct {
	code     int
	out, err string
}

// vannghe runs a command to its end.
func vannghe(t *testing.T, args ...string) result {
	t.Helper()
	cmd := program(t, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatalf("start %v: %v", args, err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// must runs a command that has to succeed and returns its output.
func must(t *testing.T, args ...string) string {
	t.Helper()
	r := vannghe(t, args...)
	if r.code != 0 {
		t.Fatalf("vannghe %s: status %d\n%s%s", strings.Join(args, " "), r.code, r.out, r.err)
	}
	return r.out
}

// diary is what a program has written to its log so far.
type diary struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (d *diary) Write(b []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.Write(b)
}

func (d *diary) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.String()
}

// server is a running vannghe serve.
type server struct {
	url  string
	cmd  *exec.Cmd
	done chan struct{} // closed when the process has ended
	log  *diary
	said chan string // what it prints after its address, a line each; what nobody takes is dropped
}

// serve starts a server on a free port and waits for its address line.
func serve(t *testing.T, args ...string) *server {
	t.Helper()
	cmd := program(t, append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	s := &server{cmd: cmd, done: make(chan struct{}), log: new(diary), said: make(chan string, 16)}
	cmd.Stderr = s.log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	reader := bufio.NewReader(out)
	line, readErr := reader.ReadString('\n')
	go func() {
		s.tell(reader)
		_ = cmd.Wait()
		close(s.done)
	}()
	t.Cleanup(s.kill)
	if readErr != nil {
		<-s.done
		t.Fatalf("serve ended before it listened: %v\n%s", readErr, s.log)
	}
	s.url = strings.TrimSuffix(strings.TrimSpace(strings.TrimPrefix(line, "vannghe:")), "/")
	return s
}

// tell hands on what the server prints.
func (s *server) tell(out *bufio.Reader) {
	defer close(s.said)
	for {
		line, err := out.ReadString('\n')
		if err != nil {
			return
		}
		select {
		case s.said <- strings.TrimSpace(line):
		default:
		}
	}
}

// stop ends the server as Ctrl-C does and checks that it ends cleanly.
func (s *server) stop(t *testing.T) {
	t.Helper()
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	<-s.done
	if code := s.cmd.ProcessState.ExitCode(); code != 0 {
		t.Fatalf("server ended with status %d\n%s", code, s.log)
	}
}

// kill is kill -9.
func (s *server) kill() {
	_ = s.cmd.Process.Kill()
	<-s.done
}

// get fetches a path and returns status and body; redirects are not followed.
func (s *server) get(t *testing.T, path string) (int, string) {
	t.Helper()
	client := &http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Get(s.url + path)
	if err != nil {
		t.Fatalf("get %s: %v\n%s", path, err, s.log)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("read %s: %v", path, err)
	}
	return resp.StatusCode, string(body)
}

// answer fetches a path of the JSON API into v.
func (s *server) answer(t *testing.T, path string, v any) {
	t.Helper()
	status, body := s.get(t, path)
	if status != http.StatusOK {
		t.Fatalf("get %s: status %d: %s", path, status, body)
	}
	if err := json.Unmarshal([]byte(body), v); err != nil {
		t.Fatalf("get %s: %v: %s", path, err, body)
	}
}

// workList is a page of /api/v1/works.
type workList struct {
	Works []struct {
		ID    string `json:"id"`
		Title string `json:"title"`
		URL   string `json:"url"`
	} `json:"works"`
	Next string `json:"next"`
}

// works returns the titles of all public works, page after page, with how often each occurs.
func (s *server) works(t *testing.T) map[string]int {
	t.Helper()
	titles := map[string]int{}
	cursor := ""
	for {
		var page workList
		s.answer(t, "/api/v1/works?size=50&cursor="+cursor, &page)
		for _, w := range page.Works {
			titles[w.Title]++
		}
		if cursor = page.Next; cursor == "" {
			return titles
		}
	}
}

// until asks again and again, at most every 20 ms, until ok or the deadline; it fails the test with what.
func until(t *testing.T, deadline time.Duration, what string, ok func() bool) {
	t.Helper()
	end := time.NewTimer(deadline)
	defer end.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-end.C:
			t.Fatalf("not within %v: %s", deadline, what)
		case <-tick.C:
		}
	}
}

func lines(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == '\n' })
}

// write puts a file into folder, making the folders on the way.
func write(t *testing.T, folder, name, content string) {
	t.Helper()
	path := fmt.Sprintf("%s/%s", folder, name)
	if err := os.MkdirAll(path[:strings.LastIndex(path, "/")], 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
