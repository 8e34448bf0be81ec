package index

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"vannghe/internal/catalog"
	"vannghe/search"
)

// servedName is the file in the folder of the index that holds the number of the last request to make the index anew that was served. A
// process that dies while it serves one does so after its next start.
const servedName = "served"

// loadServed reads what served wrote. An index that has just been begun is as new as any request could ask for.
func (x *Index) loadServed(ctx context.Context) error {
	if x.search.Opening() != search.OpenedExisting {
		number, err := x.catalog.ReindexAsked(ctx)
		if err != nil {
			return fmt.Errorf("read what was asked of the search index: %w", err)
		}
		return x.served(number)
	}
	b, err := os.ReadFile(filepath.Join(x.dir, servedName))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("read what the search index has served: %w", err)
	}
	// What cannot be read counts as none: the index is then made anew once more.
	number, err := strconv.ParseInt(string(b), 10, 64)
	if err == nil {
		x.rebuilt.Store(number)
	}
	return nil
}

// served notes that the request of that number was served.
func (x *Index) served(number int64) error {
	path := filepath.Join(x.dir, servedName)
	if err := os.WriteFile(path+".new", strconv.AppendInt(nil, number, 10), 0o600); err != nil {
		return fmt.Errorf("note that the search index was made anew: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("note that the search index was made anew: %w", err)
	}
	x.rebuilt.Store(number)
	return nil
}

// listen passes a request that was not served on to mend.
func (x *Index) listen(ctx context.Context) error {
	number, err := x.catalog.ReindexAsked(ctx)
	if err != nil {
		return fmt.Errorf("read what was asked of the search index: %w", err)
	}
	if number > x.rebuilt.Load() {
		select {
		case x.asked <- struct{}{}:
		default: // mend knows already
		}
	}
	return nil
}

// beat tells the catalogue how far this index has come.
func (x *Index) beat(ctx context.Context) error {
	err := x.catalog.Beat(ctx, catalog.Indexer{Node: x.node, Applied: x.Applied(), Rebuilt: x.rebuilt.Load()})
	if err != nil {
		return fmt.Errorf("say how far the search index has come: %w", err)
	}
	return nil
}
