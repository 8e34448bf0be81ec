package ffmpeg

import "time"

// Impatient is t with another patience for runs that tell nothing.
func (t *Tool) Impatient(stall time.Duration) *Tool {
	return &Tool{runner: t.runner, stall: stall, report: t.report}
}

// Eager is t whose runs tell of themselves all the time.
func (t *Tool) Eager() *Tool { return &Tool{runner: t.runner, stall: t.stall, report: "0.1"} }
