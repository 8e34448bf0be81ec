package tool

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"vannghe/internal/archive"
)

// stderrKept is how much of a program's complaints is kept: its end, where the reason stands.
const stderrKept = 4 << 10

// errDeadline is the cause of a run that took longer than Limits.Time.
var errDeadline = errors.New("deadline of the run")

// wrappers returns the programs that stand before every other one and set what Go's SysProcAttr cannot: limits
// (prlimit), no new privileges (setpriv) and low priority (nice).
func (r *Runner) wrappers() ([]string, error) {
	var found []string
	for _, p := range []Program{Prlimit, Setpriv, Nice} {
		path, err := r.look(p)
		if err != nil {
			return nil, err
		}
		found = append(found, path)
	}
	return found, nil
}

// limitArgs returns the head of an argument list: prlimit … setpriv … nice …
func limitArgs(wrap []string, l Limits, s Sandbox) []string {
	argv := []string{wrap[0],
		"--data=" + strconv.FormatInt(l.Memory, 10),
		"--fsize=" + strconv.FormatInt(l.FileSize, 10),
		// One second more for the hard limit: the first ends it by SIGXCPU, the second by SIGKILL.
		"--cpu=" + cpuSeconds(l.CPU),
		// A core dump would hold what the file made of the program, as large as its memory.
		"--core=0",
		"--nofile=1024",
		wrap[1], "--no-new-privs",
	}
	if os.Geteuid() == 0 && !s.nobody() {
		// Root in a container keeps its files but nothing else: no mounts, no raw sockets, no other user's files.
		argv = append(argv, "--inh-caps=-all", "--bounding-set=-all")
	}
	return append(argv, wrap[2], "-n", strconv.Itoa(l.niceness()))
}

// niceness leaves the processor to what serves readers, unless they wait for this very run.
func (l Limits) niceness() int {
	if l.Soon {
		return 0
	}
	return 10
}

func cpuSeconds(d time.Duration) string {
	s := int64(math.Ceil(d.Seconds()))
	return fmt.Sprintf("%d:%d", s, s+1)
}

// runPinned starts and waits on one thread: the kernel sends Pdeathsig when the *thread* that started the child ends,
// and Go ends idle threads at will (golang/go#27505). What stands behind the wall against the file system takes its thread there,
// which ends with it: a goroutine that ends locked takes its thread along.
func runPinned(cmd *exec.Cmd, s Sandbox, t territory) error {
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		if s.Files == 0 {
			defer runtime.UnlockOSThread()
		} else if err := confine(s.Files, t); err != nil {
			done <- err
			return
		}
		done <- startAndWait(cmd)
	}()
	return <-done
}

func startAndWait(cmd *exec.Cmd) error {
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start: %w", err)
	}
	// Look at the end without taking it: while the leader is a zombie its number cannot be given to another process,
	// so what is left of its group can be killed safely.
	waited := waitEnd(cmd.Process.Pid)
	killed := killGroup(cmd.Process.Pid)
	return errors.Join(cmd.Wait(), waited, killed)
}

func waitEnd(pid int) error {
	for {
		err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

// killGroup kills every process of the group; none left is no error.
func killGroup(pid int) error {
	err := syscall.Kill(-pid, syscall.SIGKILL)
	// EPERM: only zombies of another name space are left.
	if errors.Is(err, syscall.ESRCH) || errors.Is(err, syscall.EPERM) {
		return nil
	}
	return err
}

func usage(cmd *exec.Cmd, r *Result) {
	if cmd.ProcessState == nil {
		return
	}
	r.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		r.Memory = u.Maxrss << 10
	}
}

// failure is what is known of a run that did not end well.
type failure struct {
	err    error           // of the process
	output error           // of taking its output
	ctx    context.Context // with the deadline
	outer  context.Context // without
	result Result
	limits Limits
	// started tells a program that could not even be executed; the wrappers exist, or Open had failed.
	started bool
}

// explain turns a failure into what a person can be told. The order matters: a killed process has every other sign too.
func explain(p Program, f failure) error {
	cause := fmt.Errorf("%s: %w: %s", p, errors.Join(f.err, f.output), strings.TrimSpace(f.result.Stderr))
	switch {
	case f.outer.Err() != nil:
		return fmt.Errorf("run %s: %w", p, errors.Join(f.outer.Err(), context.Cause(f.outer)))
	case errors.Is(f.output, errOutput):
		return archive.Fail(archive.TooLarge, "tool-output", string(p)).Because(cause)
	case f.output != nil:
		return fmt.Errorf("take the output of %s: %w", p, f.output)
	case f.ctx.Err() != nil, signalled(f.err, syscall.SIGXCPU), f.limits.CPU > 0 && f.result.CPU >= f.limits.CPU:
		return archive.Fail(archive.TooLarge, "tool-timeout", string(p)).Because(cause)
	case signalled(f.err, syscall.SIGXFSZ), strings.Contains(f.result.Stderr, "File too large"):
		return archive.Fail(archive.TooLarge, "tool-output", string(p)).Because(cause)
	case strings.Contains(f.result.Stderr, "No space left on device"): // the disk's fault, not the file's
		return archive.Fail(archive.Unavailable, "scratch-full", 0, 0).Because(cause)
	case outOfMemory(f.result.Stderr):
		return archive.Fail(archive.TooLarge, "tool-memory", string(p)).Because(cause)
	case errors.Is(f.err, exec.ErrWaitDelay): // it ended well, and a machine with too much to do did not come to what it had said
		return archive.Fail(archive.Unavailable, "tool-killed", string(p)).Because(cause)
	case signalled(f.err, syscall.SIGKILL):
		// Our own kills were told above: what is left is the machine, short of memory for reasons that need not lie in this file.
		return archive.Fail(archive.Unavailable, "tool-killed", string(p)).Because(cause)
	case !f.started:
		return archive.Fail(archive.Unavailable, "tool-missing", string(p), p.Package()).Because(cause)
	default:
		return archive.Fail(archive.Invalid, "tool-failed", string(p)).Because(cause)
	}
}

func signalled(err error, s syscall.Signal) bool {
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		return false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == s
}

// outOfMemory looks for what the programs say when the kernel gives them no more: there is no other sign.
func outOfMemory(stderr string) bool {
	s := strings.ToLower(stderr)
	for _, said := range []string{"cannot allocate memory", "out of memory", "memory exhausted", "heap exhausted",
		"bad_alloc", "unable to malloc", "memory allocation", "failed to allocate", "unable to allocate"} {
		if strings.Contains(s, said) {
			return true
		}
	}
	return false
}

var errOutput = errors.New("more output than allowed")

// limitedWriter passes bytes on until there are too many; then it fails, and the broken pipe ends the program.
type limitedWriter struct {
	to   io.Writer // nil: kept
	kept bytes.Buffer
	left int64
	err  error
}

func (w *limitedWriter) Write(p []byte) (int, error) {
	if int64(len(p)) > w.left {
		w.err = errOutput
		return 0, w.err
	}
	w.left -= int64(len(p))
	if w.to == nil {
		return w.kept.Write(p)
	}
	n, err := w.to.Write(p)
	if err != nil {
		w.err = err
	}
	return n, err
}

// tail keeps the last size bytes written to it.
type tail struct {
	size int
	kept []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p...)
	if extra := len(t.kept) - t.size; extra > 0 {
		t.kept = append(t.kept[:0], t.kept[extra:]...)
	}
	return len(p), nil
}

func (t *tail) String() string { return strings.ToValidUTF8(string(t.kept), "\uFFFD") }
