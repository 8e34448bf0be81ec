package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
)

type reindexCommand struct{}

// Run rebuilds this folder's search index beside the old one and swaps them.
func (*reindexCommand) Run(ctx context.Context, s *Settings, log *slog.Logger) error {
	p, err := s.open(ctx, log)
	if err != nil {
		return err
	}
	return errors.Join(p.reindex(ctx), p.close())
}

func (p *parts) reindex(ctx context.Context) error {
	ix, err := p.openIndexAt(ctx, 1)
	if err != nil {
		return err
	}
	if err := ix.Reindex(ctx); err != nil {
		return errors.Join(fmt.Errorf("rebuild the index: %w", err), ix.Close())
	}
	return ix.Close()
}
