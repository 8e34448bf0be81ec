// Package tool runs external programs on files that strangers sent: with a deadline, limits on processor time, memory and
// output, no network where the kernel allows it, a scratch folder of its own, and its whole process group killed at the end.
// It is the only package that starts processes.
//
// It must not know what a program is for: each program's arguments and answers belong to the package named after it
// (tool/ffmpeg, tool/vips, …). It knows nothing of works, storage or jobs.
package tool

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"vannghe/internal/archive"
)

// Limits bound one run. Zero fields take the value of DefaultLimits.
type Limits struct {
	// Time is how long the run may take by the clock.
	Time time.Duration
	// CPU is how much processor time it may use on all threads together, rounded up to whole seconds.
	// Zero means Time on every core.
	CPU time.Duration
	// Memory bounds private writable memory in bytes (RLIMIT_DATA: heap, anonymous maps, thread stacks; not reserved
	// address space, which GHC and glibc's arenas take by the gigabyte without touching it).
	Memory int64
	// FileSize bounds each file written, in bytes (RLIMIT_FSIZE).
	FileSize int64
	// Output bounds what is taken from standard output, in bytes.
	Output int64
	// Soon says that somebody waits for the end of the run and that it needs the disk more than a processor. It is given its turn before
	// what other programs encode.
	Soon bool
}

// DefaultLimits suit a quick look at a file: a header, a probe, a page of text.
func DefaultLimits() Limits {
	return Limits{Time: time.Minute, Memory: 1 << 30, FileSize: 4 << 30, Output: 16 << 20}
}

func (l Limits) filled() Limits {
	d := DefaultLimits()
	if l.Time <= 0 {
		l.Time = d.Time
	}
	if l.CPU <= 0 {
		// All cores for all the time: the kernel's own deadline, should ours not come.
		l.CPU = l.Time * time.Duration(runtime.NumCPU())
	}
	if l.Memory <= 0 {
		l.Memory = d.Memory
	}
	if l.FileSize <= 0 {
		l.FileSize = d.FileSize
	}
	if l.Output <= 0 {
		l.Output = d.Output
	}
	return l
}

// Command is one run of one program.
type Command struct {
	Program Program
	Args    []string
	// Env is added to the minimal environment, as "NAME=value".
	Env []string
	// Dir is the working folder; "" means the run's own scratch folder.
	Dir string
	// Stdin is read by the program; nil means an empty input.
	Stdin io.Reader
	// Stdout receives standard output as it comes; nil means that Result.Stdout holds it.
	Stdout io.Writer
	Limits Limits
}

// Result is what a run that succeeded left behind, beside the files it wrote.
type Result struct {
	Stdout []byte // when Command.Stdout was nil
	Stderr string // the last 4 KiB, for the log, never for people
	Wall   time.Duration
	CPU    time.Duration // user and system time of the program and of the children it waited for
	Memory int64         // peak resident memory in bytes
}

// Runner runs programs. It is safe for concurrent use; how many may run at once is the caller's business.
type Runner struct {
	scratch  string
	path     []string
	writable []string
	sandbox  Sandbox
	wrap     []string // what stands before every program: limits, privileges, priority
}

// Options of Open.
type Options struct {
	// Scratch is the folder below which every run gets its own; it is made when missing.
	Scratch string
	// Path lists the folders in which programs are looked for; nil means those of Debian.
	Path []string
	// Writable lists further folders in which programs may read and write. Where the kernel allows (Sandbox.Files), they write
	// nowhere else but in their scratch folders, and read there, what links in there lead to, and the system's own files.
	Writable []string
}

// systemPath is fixed, so that what runs does not depend on who started the server.
const systemPath = "/usr/local/bin:/usr/bin:/bin"

// Open makes the scratch folder, removes what runs of dead processes left in it, and finds out what the kernel allows.
// The error is Unavailable "tool-missing" when util-linux or coreutils is not there, since no program is ever run without limits.
func Open(ctx context.Context, o Options) (*Runner, error) {
	r := &Runner{path: o.Path, writable: o.Writable}
	if r.path == nil {
		r.path = filepath.SplitList(systemPath)
	}
	scratch, err := filepath.Abs(o.Scratch)
	if err != nil || o.Scratch == "" {
		return nil, fmt.Errorf("scratch folder %q: %w", o.Scratch, errors.Join(err, os.ErrInvalid))
	}
	r.scratch = scratch
	if err := os.MkdirAll(scratch, 0o700); err != nil {
		return nil, fmt.Errorf("make scratch folder: %w", err)
	}
	if err := r.sweep(); err != nil {
		return nil, err
	}
	if r.wrap, err = r.wrappers(); err != nil {
		return nil, err
	}
	if r.sandbox, err = r.probe(ctx); err != nil {
		return nil, err
	}
	return r, nil
}

// look returns the path of a program. The error is Unavailable "tool-missing" with the program and its Debian package.
func (r *Runner) look(p Program) (string, error) {
	folders := r.path
	if filepath.IsAbs(string(p)) {
		folders = []string{""}
	}
	for _, dir := range folders {
		name := filepath.Join(dir, string(p))
		if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return name, nil
		}
	}
	return "", archive.Fail(archive.Unavailable, "tool-missing", string(p), p.Package())
}

// Run runs c to its end. Errors: Unavailable "tool-missing" (program, Debian package), TooLarge "tool-timeout", TooLarge
// "tool-memory", TooLarge "tool-output", Invalid "tool-failed", Unavailable "tool-killed" (each with the program), Unavailable
// "scratch-full", or ctx's error when ctx ended first.
// When Run returns, no process of the run is left and its scratch folder is gone.
func (r *Runner) Run(ctx context.Context, c Command) (Result, error) {
	program, err := r.look(c.Program)
	if err != nil {
		return Result{}, err
	}
	folder, err := r.Folder()
	if err != nil {
		return Result{}, err
	}
	result, err := r.run(ctx, c, program, folder.Path)
	if removed := folder.Remove(); err == nil && removed != nil {
		return result, removed
	}
	return result, err
}

func (r *Runner) run(ctx context.Context, c Command, program, folder string) (Result, error) {
	limits := c.Limits.filled()
	deadline, cancel := context.WithTimeoutCause(ctx, limits.Time, errDeadline)
	defer cancel()
	stdout := &limitedWriter{left: limits.Output, to: c.Stdout}
	stderr := &tail{size: stderrKept}
	cmd := r.command(deadline, append([]string{program}, c.Args...), limits)
	if cmd.Dir = c.Dir; c.Dir == "" {
		cmd.Dir = folder
	}
	cmd.Env = append(environment(folder), c.Env...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = c.Stdin, stdout, stderr
	started := time.Now()
	err := runPinned(cmd, r.sandbox, r.territoryOf(c, folder))
	result := Result{Stdout: stdout.kept.Bytes(), Stderr: stderr.String(), Wall: time.Since(started)}
	usage(cmd, &result)
	if err == nil && stdout.err == nil {
		return result, nil
	}
	return result, explain(c.Program, failure{err: err, output: stdout.err, ctx: deadline, outer: ctx,
		result: result, limits: limits, started: cmd.ProcessState != nil})
}

// environment is all that a program learns of where it runs.
func environment(folder string) []string {
	return []string{
		"PATH=" + systemPath,
		"LANG=C.UTF-8",
		"HOME=" + folder,
		"TMPDIR=" + folder,
		// libvips then refuses its loaders that were never fuzzed.
		"VIPS_BLOCK_UNTRUSTED=1",
		// glibc gives each thread an arena; with many threads they hold several times what is used.
		"MALLOC_ARENA_MAX=2",
	}
}

// command builds the process: wrappers, then the program, in a process group and name spaces of its own.
func (r *Runner) command(ctx context.Context, argv []string, limits Limits) *exec.Cmd {
	argv = append(limitArgs(r.wrap, limits, r.sandbox), argv...)
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.SysProcAttr = r.sandbox.attributes()
	cmd.Cancel = func() error { return killGroup(cmd.Process.Pid) }
	// A process that left the group may hold the pipes open: give up on them, but not because the machine is busy.
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

// CheckPath refuses a path that a program might not take for the plain file that it is: relative, or with a bracket
// (libvips reads options from "name[…]"). Our own scratch and staging names never look so; the check is for mistakes.
func CheckPath(path string) error {
	if !filepath.IsAbs(path) || strings.ContainsAny(path, "[]\x00\n") {
		return fmt.Errorf("path %q: %w", path, os.ErrInvalid)
	}
	return nil
}
