package index

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/search"
)

// Check compares what can be found with what is published, at this instant and to everybody together, and returns an error
// for every work of which the two disagree (at most a hundred). Catch up before.
func (x *Index) Check(ctx context.Context) error {
	now := time.Now()
	open, err := x.open(ctx, now)
	if err != nil {
		return err
	}
	found, err := x.found(ctx, now)
	if err != nil {
		return err
	}
	var wrong []error
	for id := range open {
		if !found[id] {
			wrong = append(wrong, fmt.Errorf("work %s is published and not in the search index", id))
		}
	}
	for id := range found {
		if !open[id] {
			wrong = append(wrong, fmt.Errorf("work %s is in the search index and not published", id))
		}
	}
	slices.SortFunc(wrong, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	return errors.Join(wrong[:min(len(wrong), 100)]...)
}

// open lists the published works whose dates let them be shown at now.
func (x *Index) open(ctx context.Context, now time.Time) (map[archive.WorkID]bool, error) {
	all := map[archive.WorkID]bool{}
	filter := catalog.WorkFilter{Order: catalog.Title, Size: catalog.MaxSize}
	for {
		page, err := x.reader().Works(ctx, filter)
		if err != nil {
			return nil, fmt.Errorf("list the published works: %w", err)
		}
		for _, w := range page.Works {
			if w.Open(now) {
				all[w.ID] = true
			}
		}
		if page.Next == "" {
			return all, nil
		}
		filter.After = page.Next
	}
}

// found lists the works that the index gives to somebody who may see everything.
func (x *Index) found(ctx context.Context, now time.Time) (map[archive.WorkID]bool, error) {
	all := map[archive.WorkID]bool{}
	q := search.Query{Now: now.UnixMicro(), Audiences: archive.System("check").Audiences(), Order: search.ByTitle, Size: search.MaxSize}
	for {
		result, err := x.search.Search(ctx, q)
		if err != nil {
			return nil, fmt.Errorf("list what can be found: %w", err)
		}
		for _, h := range result.Hits {
			all[h.Work] = true
		}
		if result.Next == "" {
			return all, nil
		}
		q.Cursor = result.Next
	}
}
