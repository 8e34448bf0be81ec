package ffmpeg

// Eager is t whose runs tell of themselves all the time.
func (t *Tool) Eager() *Tool { return &Tool{runner: t.runner, stall: t.stall, report: "0.1"} }
