package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"vannghe/internal/catalog"
)

type reindexCommand struct{}

// Run makes every search index of the archive anew: those of running servers by themselves, each beside the one in use, or this folder's
// when none runs. It returns when all are done.
func (*reindexCommand) Run(ctx context.Context, s *Settings, log *slog.Logger) error {
	p, err := s.open(ctx, log)
	if err != nil {
		return err
	}
	return errors.Join(p.reindex(ctx), p.close())
}

func (p *parts) reindex(ctx context.Context) error {
	number := int64(0)
	err := p.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) (err error) {
		number, err = tx.AskReindex(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("ask for a new index: %w", err)
	}
	watch := time.NewTicker(200 * time.Millisecond)
	defer watch.Stop()
	for {
		nodes, err := p.catalog.Indexers(ctx)
		if err != nil {
			return fmt.Errorf("list the indexes: %w", err)
		}
		if len(nodes) == 0 {
			return p.reindexAlone(ctx)
		}
		if !slices.ContainsFunc(nodes, func(i catalog.Indexer) bool { return i.Rebuilt < number }) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-watch.C:
		}
	}
}

func (p *parts) reindexAlone(ctx context.Context) error {
	ix, err := p.openIndexAt(ctx, 1)
	if err != nil {
		return err
	}
	if err := ix.Reindex(ctx); err != nil {
		return errors.Join(fmt.Errorf("rebuild the index: %w", err), ix.Close())
	}
	return ix.Close()
}
