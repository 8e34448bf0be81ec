package main

import (
	"context"
	"errors"
	"log/slog"

	"vannghe/internal/derive"
)

type drainCommand struct{}

// Run derives until the queue is empty: what waits, which is tried at once since whoever asks has seen to what was away, and what is
// gone from the storage or made by newer recipes.
func (*drainCommand) Run(ctx context.Context, s *Settings, con console, log *slog.Logger) error {
	p, err := s.open(ctx, log)
	if err != nil {
		return err
	}
	b := newBar(con.err)
	if err := errors.Join(p.catalog.WakeJobs(ctx), p.catalog.Update(ctx, derive.Survey)); err != nil {
		return errors.Join(err, p.close())
	}
	err = p.drain(ctx, func(done, total int) { b.set("derive", done, total) })
	b.end()
	return errors.Join(err, p.close())
}
