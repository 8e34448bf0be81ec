package tool_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
)

// shell is run under the name of a program of the table, from a folder that stands first in the path.
const shell = tool.Pandoc

// newRunner opens a runner for which `pandoc` is a shell script with the given body.
func newRunner(t testing.TB, script string) *tool.Runner {
	t.Helper()
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, string(shell)), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	writable := []string{os.TempDir()}
	if pipe := os.Getenv("VANNGHE_TEST_PIPE"); pipe != "" { // of the test that started this process
		writable = append(writable, filepath.Dir(pipe))
	}
	r, err := tool.Open(t.Context(), tool.Options{Scratch: filepath.Join(t.TempDir(), "scratch"), Path: []string{bin, "/usr/bin", "/bin"}, Writable: writable})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func wantReason(t *testing.T, err error, code archive.Code, reason archive.Reason) {
	t.Helper()
	if archive.CodeOf(err) != code || archive.ReasonOf(err) != reason {
		t.Fatalf("got %v, want %s: %s", err, code, reason)
	}
}

func TestRunGivesOutputErrorsAndUsage(t *testing.T) {
	r := newRunner(t, `cat; echo "$1" >&2`)
	got, err := r.Run(t.Context(), tool.Command{Program: shell, Args: []string{"a complaint"}, Stdin: strings.NewReader("bến trăng")})
	if err != nil {
		t.Fatal(err)
	}
	if string(got.Stdout) != "bến trăng" || got.Stderr != "a complaint\n" {
		t.Errorf("stdout %q, stderr %q", got.Stdout, got.Stderr)
	}
	if got.Wall <= 0 || got.Memory <= 0 {
		t.Errorf("no usage: %+v", got)
	}
}

func TestRunStreamsToAWriter(t *testing.T) {
	var b bytes.Buffer
	got, err := newRunner(t, `printf hello`).Run(t.Context(), tool.Command{Program: shell, Stdout: &b})
	if err != nil || b.String() != "hello" || len(got.Stdout) != 0 {
		t.Errorf("writer %q, kept %q, err %v", b.String(), got.Stdout, err)
	}
}

func TestRunHasAMinimalEnvironment(t *testing.T) {
	t.Setenv("VANNGHE_SECRET", "do not tell")
	got, err := newRunner(t, `env; pwd; umask`).Run(t.Context(), tool.Command{Program: shell, Env: []string{"EXTRA=1"}})
	if err != nil {
		t.Fatal(err)
	}
	out := string(got.Stdout)
	if strings.Contains(out, "VANNGHE_SECRET") {
		t.Error("the server's environment reaches the program")
	}
	for _, want := range []string{"LANG=C.UTF-8", "VIPS_BLOCK_UNTRUSTED=1", "EXTRA=1", "PATH=/usr/local/bin:/usr/bin:/bin"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
}

func TestRunRemovesItsScratchFolder(t *testing.T) {
	got, err := newRunner(t, `mkdir sub; echo x >sub/file; chmod 500 sub; pwd; stat -c %a .`).Run(t.Context(), tool.Command{Program: shell})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(got.Stdout), "\n")
	if _, err := os.Stat(lines[0]); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there: %v", lines[0], err)
	}
	if lines[1] != "700" {
		t.Errorf("mode of the scratch folder is %s", lines[1])
	}
}

func TestRunLimits(t *testing.T) {
	for _, c := range []struct {
		name, script string
		limits       tool.Limits
		reason       archive.Reason
	}{
		{"a program that waits for ever", `cat /proc/self/stat >/dev/null; sleep 600`, tool.Limits{Time: 200 * time.Millisecond}, "tool-timeout"},
		{"a program that computes for ever", `while :; do :; done`, tool.Limits{Time: time.Minute, CPU: time.Second}, "tool-timeout"},
		{"a program that ignores the processor limit", `trap '' XCPU; while :; do :; done`, tool.Limits{Time: time.Minute, CPU: time.Second}, "tool-timeout"},
		{"a program that eats memory", `exec dd if=/dev/zero of=/dev/null bs=200M count=1`, tool.Limits{Memory: 64 << 20, Time: time.Minute}, "tool-memory"},
		{"a program that fills the disk", `exec head -c 20000000 /dev/zero >big`, tool.Limits{FileSize: 1 << 20}, "tool-output"},
		{"a program that talks for ever", `exec cat /dev/zero`, tool.Limits{Output: 1 << 20}, "tool-output"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := newRunner(t, c.script).Run(t.Context(), tool.Command{Program: shell, Limits: c.limits})
			wantReason(t, err, archive.TooLarge, c.reason)
		})
	}
}

func TestRunReportsAFailureWithTheEndOfItsComplaints(t *testing.T) {
	_, err := newRunner(t, `i=0; while [ $i -lt 2000 ]; do echo "line $i" >&2; i=$((i+1)); done; exit 3`).Run(t.Context(), tool.Command{Program: shell})
	wantReason(t, err, archive.Invalid, "tool-failed")
	if s := err.Error(); !strings.Contains(s, "line 1999") || strings.Contains(s, "line 1\n") || len(s) > 5000 {
		t.Errorf("cause of %d bytes", len(s))
	}
}

// TestRunOnAFullDisk: a disk without room says nothing about the file.
func TestRunOnAFullDisk(t *testing.T) {
	_, err := newRunner(t, `exec head -c 10 /dev/zero >/dev/full`).Run(t.Context(), tool.Command{Program: shell})
	wantReason(t, err, archive.Unavailable, "scratch-full")
}

// TestRunKilledByTheMachine: a kill that is not ours, such as that of the kernel short of memory, says nothing about the file
// unless the program itself said before that it got no more memory.
func TestRunKilledByTheMachine(t *testing.T) {
	for _, c := range []struct {
		name, script string
		code         archive.Code
		reason       archive.Reason
	}{
		{"a silent program", ``, archive.Unavailable, "tool-killed"},
		{"a program that had asked for too much", `echo "x: Cannot allocate memory" >&2`, archive.TooLarge, "tool-memory"},
	} {
		t.Run(c.name, func(t *testing.T) {
			pipe := namedPipe(t)
			go func() {
				// Returns when the program has started. From outside: a process at the head of its name space cannot kill itself.
				if _, err := os.ReadFile(pipe); err != nil {
					t.Error(err)
				}
				killProcessWith(t, pipe)
			}()
			_, err := newRunner(t, c.script+"\necho started >\"$1\"; read never <\"$1\"").Run(t.Context(), tool.Command{Program: shell, Args: []string{pipe}})
			wantReason(t, err, c.code, c.reason)
		})
	}
}

// killProcessWith kills the process that has arg among its arguments.
func killProcessWith(t *testing.T, arg string) {
	found, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Error(err)
	}
	for _, name := range found {
		line, err := os.ReadFile(name)
		if err != nil || !strings.Contains(string(line), "\x00"+arg+"\x00") { // it may have ended meanwhile
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		if err == nil {
			err = syscall.Kill(pid, syscall.SIGKILL)
		}
		if err != nil {
			t.Error(err)
		}
		return
	}
	t.Errorf("no process with the argument %s", arg)
}

func TestRunNamesTheMissingPackage(t *testing.T) {
	r := newRunner(t, ``)
	empty, err := tool.Open(t.Context(), tool.Options{Scratch: t.TempDir(), Path: []string{t.TempDir()}})
	if empty != nil || archive.ReasonOf(err) != "tool-missing" {
		t.Errorf("a runner without prlimit: %v", err)
	}
	_, err = r.Run(t.Context(), tool.Command{Program: "ffmpeg-of-tomorrow"})
	wantReason(t, err, archive.Unavailable, "tool-missing")
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	pipe := namedPipe(t)
	r := newRunner(t, `echo started >"$1"; exec sleep 600`)
	go func() {
		if _, err := os.ReadFile(pipe); err == nil { // returns when the program has started
			cancel()
		}
	}()
	_, err := r.Run(ctx, tool.Command{Program: shell, Args: []string{pipe}})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if _, ok := errors.AsType[*archive.Error](err); ok {
		t.Error("a server that stops is nobody's fault, and is no archive.Error")
	}
}

func namedPipe(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A grandchild holds a pipe open for writing as long as it lives: reading it to the end waits for its death.
func TestRunKillsGrandchildren(t *testing.T) {
	for _, c := range []struct{ name, script string }{
		{"when the deadline comes", `(exec sleep 600 >"$1") & sleep 600`},
		{"when the program ends before them", `(exec sleep 600 >"$1" 2>&1 </dev/null) & until [ -e "$1.open" ]; do :; done`},
	} {
		t.Run(c.name, func(t *testing.T) {
			pipe := namedPipe(t)
			opened := make(chan *os.File, 1)
			go func() {
				f, err := os.Open(pipe) // blocks until the grandchild has opened it
				if err != nil {
					t.Error(err)
				}
				opened <- f
				if err := os.WriteFile(pipe+".open", nil, 0o600); err != nil {
					t.Error(err)
				}
			}()
			_, err := newRunner(t, c.script).Run(t.Context(), tool.Command{Program: shell, Args: []string{pipe}, Limits: tool.Limits{Time: 2 * time.Second}})
			if archive.ReasonOf(err) != "tool-timeout" && err != nil {
				t.Fatal(err)
			}
			f := <-opened
			defer f.Close()
			if _, err := io.Copy(io.Discard, f); err != nil { // hangs if the grandchild lives
				t.Fatal(err)
			}
		})
	}
}

// The test program starts itself as a server that is killed in the middle of a run.
func TestProgramsDieWithTheServer(t *testing.T) {
	pipe := namedPipe(t)
	if pipe := os.Getenv("VANNGHE_TEST_PIPE"); pipe != "" {
		_, err := newRunner(t, `exec sleep 600 >"$1"`).Run(t.Context(), tool.Command{Program: shell, Args: []string{pipe}})
		t.Fatalf("the run ended: %v", err)
	}
	server := exec.Command(os.Args[0], "-test.run=^TestProgramsDieWithTheServer$")
	server.Env = append(os.Environ(), "VANNGHE_TEST_PIPE="+pipe, "TMPDIR="+t.TempDir())
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(pipe) // blocks until the program runs
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := server.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := server.Wait(); err == nil {
		t.Fatal("the server ended well before it was killed")
	}
	if _, err := io.Copy(io.Discard, f); err != nil { // hangs if the program lives
		t.Fatal(err)
	}
}

func TestWhatSomebodyWaitsForIsGivenItsTurn(t *testing.T) {
	r := newRunner(t, "nice")
	var nice [2]int
	for i, soon := range []bool{false, true} {
		got, err := r.Run(t.Context(), tool.Command{Program: shell, Limits: tool.Limits{Soon: soon}})
		if err != nil {
			t.Fatal(err)
		}
		if nice[i], err = strconv.Atoi(strings.TrimSpace(string(got.Stdout))); err != nil {
			t.Fatal(err)
		}
	}
	if nice[0]-nice[1] != 10 {
		t.Errorf("niceness %d, and %d of what somebody waits for", nice[0], nice[1])
	}
}

func TestSandboxShutsTheNetworkOut(t *testing.T) {
	r := newRunner(t, `grep -c : /proc/self/net/dev; cat /proc/self/net/route | wc -l; grep NoNewPrivs /proc/self/status; grep CapEff /proc/self/status; nice`)
	got, err := r.Run(t.Context(), tool.Command{Program: shell})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(got.Stdout)), "\n")
	if !strings.HasSuffix(lines[2], "\t1") {
		t.Errorf("new privileges are allowed: %q", lines[2])
	}
	if os.Geteuid() != 0 || r.Sandbox().User {
		if caps := strings.TrimLeft(strings.TrimPrefix(lines[3], "CapEff:\t"), "0"); caps != "" {
			t.Errorf("capabilities are left: %s", lines[3])
		}
	}
	if n, err := strconv.Atoi(lines[4]); err != nil || n < 10 {
		t.Errorf("niceness %q", lines[4])
	}
	if !r.Sandbox().Network && os.Getenv("CI") == "true" {
		t.Fatalf("CI has to run where programs can be shut in: %s", r.Sandbox().Refused)
	}
	if !r.Sandbox().Network {
		t.Logf("this kernel refuses a network name space: %s", r.Sandbox().Refused)
		return
	}
	if devices, routes := lines[0], lines[1]; devices != "1" || routes == "2" { // the loopback, no route
		t.Errorf("%s network devices, %s lines of routes", devices, routes)
	}
}

func TestVersionsNamesEveryProgram(t *testing.T) {
	r, err := tool.Open(t.Context(), tool.Options{Scratch: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range r.Versions(t.Context()) {
		if v.Err != nil || v.Version == "" || v.Package == "" {
			t.Errorf("%s: %q %v", v.Program, v.Version, v.Err)
		}
	}
}

func BenchmarkRun(b *testing.B) {
	r := newRunner(b, ``)
	for b.Loop() {
		if _, err := r.Run(b.Context(), tool.Command{Program: tool.True}); err != nil {
			b.Fatal(err)
		}
	}
}
