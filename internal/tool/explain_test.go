package tool

import (
	"os/exec"
	"testing"

	"vannghe/internal/archive"
)

// TestABusyMachineBreaksNoFile: a program that ended well, of which a machine with too much to do has not heard all in time, says nothing about the file.
func TestABusyMachineBreaksNoFile(t *testing.T) {
	err := explain("vips", failure{err: exec.ErrWaitDelay, ctx: t.Context(), outer: t.Context(), started: true})
	if archive.CodeOf(err) != archive.Unavailable || archive.ReasonOf(err) != "tool-killed" {
		t.Errorf("told as %v", err)
	}
}
