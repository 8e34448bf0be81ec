package derive

import (
	"context"
	"time"

	"vannghe/internal/archive"
)

// progressEvery is how often it is noted how far a film is: each is a write to the catalogue.
const progressEvery = 10 * time.Second

// progress returns what a long run tells how far it is in a file. That it cannot be noted is no reason to end what is made.
func (d *Deriver) progress(ctx context.Context, f archive.File) func(at time.Duration) {
	var last time.Time
	return func(at time.Duration) {
		if f.Duration <= 0 || time.Since(last) < progressEvery {
			return
		}
		last = time.Now()
		if err := d.catalog.Progress(ctx, int(100*at/f.Duration)); err != nil && ctx.Err() == nil {
			d.log.Warn("how far a film is could not be noted", "file", f.ID, "err", err)
		}
	}
}
