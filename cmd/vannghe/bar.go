package main

import (
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// bar is a progress bar on a terminal, and nothing elsewhere.
type bar struct {
	out  io.Writer // nil: not a terminal
	bar  *progressbar.ProgressBar
	what string
}

func newBar(out io.Writer) *bar {
	f, ok := out.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return &bar{}
	}
	return &bar{out: out}
}

func (b *bar) begin(what string, total int) {
	if b.out == nil {
		return
	}
	b.end()
	b.what = what
	b.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(b.out), progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(), progressbar.OptionSetPredictTime(true))
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
