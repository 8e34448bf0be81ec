package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// openTerminal returns both ends of a real pseudo-terminal of the given width (pty(7)).
func openTerminal(t *testing.T, columns int) (master, screen *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: uint16(columns)}); err != nil {
		t.Fatal(err)
	}
	screen, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return master, screen
}

// onTerminal runs a command with its messages on a terminal and returns all that was written there.
func onTerminal(t *testing.T, columns int, args ...string) string {
	t.Helper()
	master, screen := openTerminal(t, columns)
	cmd := program(t, args...)
	cmd.Stderr = screen
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	screen.Close()
	var written bytes.Buffer
	_, _ = io.Copy(&written, master) // it ends with EIO when nobody has the screen open any more
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v: %s", err, written.String())
	}
	return written.String()
}

// display is what a person sees: as much of a terminal as a progress bar uses.
type display struct {
	columns int
	rows    [][]rune
	at      int
	wrapped bool
	shown   []string // each line as it stood when it was left or begun anew
}

func (d *display) show(text string) {
	d.rows = [][]rune{nil}
	for _, r := range regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(text, "") {
		switch r {
		case '\r':
			d.shown = append(d.shown, d.line())
			d.at = 0
		case '\n':
			d.rows, d.at = append(d.rows, nil), 0
		default:
			d.put(r)
		}
	}
}

func (d *display) put(r rune) {
	if d.at == d.columns {
		d.rows, d.at, d.wrapped = append(d.rows, nil), 0, true
	}
	row := &d.rows[len(d.rows)-1]
	for len(*row) <= d.at {
		*row = append(*row, ' ')
	}
	(*row)[d.at] = r
	d.at++
}

func (d *display) line() string { return strings.TrimSpace(string(d.rows[len(d.rows)-1])) }

// On a terminal a bar moves, stays on its line, and is gone at the end; where the line is too narrow for it, there is none.
func TestBarOnATerminal(t *testing.T) {
	folder := poems(t, 12)
	for _, columns := range []int{20, columnsForBar, 40, 80, 200} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			t.Parallel()
			d := &display{columns: columns}
			d.show(onTerminal(t, columns, "import", folder, "--publish", "--data", t.TempDir()))
			if d.wrapped {
				t.Errorf("the bar breaks its line: %q", d.shown)
			}
			counts := regexp.MustCompile(`\d+/\d+`)
			var seen []string
			for _, line := range d.shown {
				if count := counts.FindString(line); count != "" && !slices.Contains(seen, count) {
					seen = append(seen, count)
				}
			}
			if want := columns >= columnsForBar; want && len(seen) < 6 || !want && len(seen) > 0 {
				t.Errorf("the bar has shown %v", seen)
			}
			for _, row := range d.rows {
				if strings.TrimSpace(string(row)) != "" {
					t.Errorf("at the end %q is left", string(row))
				}
			}
		})
	}
}

// A bar of large numbers, as of an import of many files, does not break its line either.
func TestBarOfLargeNumbers(t *testing.T) {
	for _, columns := range []int{columnsForBar, columnsForTimes - 1, columnsForTimes, 80} {
		master, screen := openTerminal(t, columns)
		b := newBar(screen)
		b.begin("import", 100_000)
		for _, done := range []int{1, 50_000, 99_999} {
			b.set("derive", done, 100_000)
		}
		b.end()
		screen.Close()
		written, _ := io.ReadAll(master)
		d := &display{columns: columns}
		if d.show(string(written)); d.wrapped || len(d.rows) != 1 || d.line() != "" {
			t.Errorf("%d columns: %q", columns, d.shown)
		}
		if !slices.ContainsFunc(d.shown, func(line string) bool { return strings.Contains(line, "99999/100000") }) {
			t.Errorf("%d columns: %q", columns, d.shown)
		}
	}
}
