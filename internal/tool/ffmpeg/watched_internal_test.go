package ffmpeg

import (
	"fmt"
	"testing"
	"time"
)

// What ffmpeg writes about its progress, piece by piece, tells at which moment it is; what it does not know yet tells nothing.
func TestReportsTellTheMoment(t *testing.T) {
	var told []time.Duration
	r := &reports{patience: time.Minute, timer: time.AfterFunc(time.Minute, func() {}), cancel: func(error) {}, tell: func(at time.Duration) { told = append(told, at) }}
	defer r.timer.Stop()
	for _, report := range []string{
		"frame=0\nout_time_us=N/A\nout_time=N/A\nprogress=continue\n",
		"frame=48\nout_time_us=2000000\nout_time_ms=2000000\nprogress=continue\nframe=96\nout_time_us=4000000\nprogress=continue\n",
		"out_time_us=-5\n", "out_time_us=99999999999999999999\n", "progress=end\n",
	} {
		if n, err := r.Write([]byte(report)); n != len(report) || err != nil {
			t.Fatal(n, err)
		}
	}
	if got := fmt.Sprint(told); got != "[4s]" {
		t.Errorf("told %s", got)
	}
}
