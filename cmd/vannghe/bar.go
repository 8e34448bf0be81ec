package main

import (
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// The widths from which on a line holds a bar with large numbers, and the times beside them. A line that breaks cannot be erased.
const (
	columnsForBar   = 32
	columnsForTimes = 60
)

// bar is a progress bar on a terminal, and nothing elsewhere.
type bar struct {
	out     io.Writer // nil: not a terminal, or too narrow a one
	columns int
	bar     *progressbar.ProgressBar
	what    string
}

func newBar(out io.Writer) *bar {
	f, ok := out.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return &bar{}
	}
	columns, _, err := term.GetSize(int(f.Fd()))
	if err != nil || columns == 0 { // a terminal that does not say
		columns = 80
	}
	if columns < columnsForBar {
		return &bar{}
	}
	return &bar{out: out, columns: columns}
}

func (b *bar) begin(what string, total int) {
	if b.out == nil {
		return
	}
	b.end()
	b.what = what
	times := b.columns >= columnsForTimes
	b.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(b.out), progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetPredictTime(times), progressbar.OptionSetElapsedTime(times))
}

func (b *bar) step() {
	if b.bar != nil {
		_ = b.bar.Add(1) // a bar that cannot be drawn stops nothing
	}
}

func (b *bar) set(what string, done, total int) {
	if b.out == nil {
		return
	}
	if b.what != what {
		b.begin(what, total)
	}
	b.bar.ChangeMax(total)
	_ = b.bar.Set(done)
}

func (b *bar) clear() {
	if b.bar != nil {
		_ = b.bar.Clear()
	}
}

func (b *bar) end() {
	if b.bar != nil {
		_ = b.bar.Finish()
		b.bar = nil
	}
}
