package searchtest

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is what the kernel knows of a process.
type process int

func (p process) path(name string) string { return fmt.Sprintf("/proc/%d/%s", int(p), name) }

// resetPeak begins the measure of peak anew. Where that is not allowed the peak is that of the whole life.
func (p process) resetPeak() {
	_ = os.WriteFile(p.path("clear_refs"), []byte("5"), 0)
}

// peak returns the most memory that the process has had at once, in bytes; mapped files count.
func (p process) peak() (int64, error) {
	b, err := os.ReadFile(p.path("status"))
	if err != nil {
		return 0, fmt.Errorf("read memory: %w", err)
	}
	for line := range strings.Lines(string(b)) {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kilobytes, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 10, 64)
			return kilobytes << 10, err
		}
	}
	return 0, fmt.Errorf("read memory: %s has no peak", p.path("status"))
}

// cpu returns the seconds that the process has computed: this one, or another that has a single thread.
func (p process) cpu() (float64, error) {
	if int(p) == os.Getpid() {
		var u syscall.Rusage
		err := syscall.Getrusage(syscall.RUSAGE_SELF, &u)
		return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds(), err
	}
	b, err := os.ReadFile(p.path("schedstat"))
	if err != nil {
		return 0, fmt.Errorf("read processor time: %w", err)
	}
	nanoseconds, _, _ := strings.Cut(string(b), " ")
	n, err := strconv.ParseInt(nanoseconds, 10, 64)
	return time.Duration(n).Seconds(), err
}

// sizeOf returns how many bytes the files below dir have. Files that vanish meanwhile do not count.
func sizeOf(dir string) (int64, error) {
	var n int64
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return ignoreGone(err)
		}
		info, err := d.Info()
		if err == nil {
			n += info.Size()
		}
		return ignoreGone(err)
	})
	return n, err
}

func ignoreGone(err error) error {
	if os.IsNotExist(err) {
		return nil
	}
	return err
}

// settle returns when the files below dir have kept their size for a while: what merges in the background is done.
func settle(ctx context.Context, dir string) error {
	const calm = 3 // seconds
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for last, same := int64(-1), 0; same < calm; same++ {
		size, err := sizeOf(dir)
		if err != nil {
			return err
		}
		if size != last {
			last, same = size, 0
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
	return nil
}
