package main

import (
	"context"
	"errors"
	"log/slog"
)

type drainCommand struct{}

// Run derives until the queue is empty.
func (*drainCommand) Run(ctx context.Context, s *Settings, con console, log *slog.Logger) error {
	p, err := s.open(ctx, log)
	if err != nil {
		return err
	}
	b := newBar(con.err)
	if err := p.catalog.WakeJobs(ctx); err != nil { // whoever asks has seen to what was away
		return errors.Join(err, p.close())
	}
	err = p.drain(ctx, func(done, total int) { b.set("derive", done, total) })
	b.end()
	return errors.Join(err, p.close())
}
