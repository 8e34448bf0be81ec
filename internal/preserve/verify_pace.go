package preserve

import (
	"context"
	"sync"
	"time"

	"vannghe/internal/ocfl"
)

// pace lets so many bytes a second through on average; what was not read for a while is not made up for.
func pace(rate int64) ocfl.Pace {
	var mu sync.Mutex
	var free time.Time // from when on more may be read
	return func(ctx context.Context, n int) error {
		mu.Lock()
		now := time.Now()
		if free.Before(now) {
			free = now
		}
		wait := free.Sub(now)
		free = free.Add(time.Duration(float64(n) / float64(rate) * float64(time.Second)))
		mu.Unlock()
		if wait <= 0 {
			return ctx.Err()
		}
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
