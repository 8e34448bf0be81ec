package derive

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// aheadEvery is how often the disk is asked to begin with what a program has written meanwhile.
const aheadEvery = 250 * time.Millisecond

// writeAhead has the disk begin with what is written to the folder out, instead of with all of it at the end, where the store waits for it. It
// changes nothing but when bytes reach the disk. Call what it returns when the program has ended.
func (t task) writeAhead(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var done sync.WaitGroup
	done.Go(func() {
		tick := time.NewTicker(aheadEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				begin(t.out(""))
			}
		}
	})
	return func() { cancel(); done.Wait() }
}

// begin starts writing the files in a folder to the disk (sync_file_range(2)). What cannot be begun is written when it is synced.
func begin(folder string) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return
	}
	for _, e := range entries {
		f, err := os.Open(filepath.Join(folder, e.Name()))
		if err != nil {
			continue
		}
		_ = unix.SyncFileRange(int(f.Fd()), 0, 0, unix.SYNC_FILE_RANGE_WRITE)
		_ = f.Close()
	}
}
