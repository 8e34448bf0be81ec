package main

import (
	"context"
	"errors"
	"log/slog"

	"vannghe/internal/derive"
	"vannghe/internal/preserve"
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
	if err == nil { // of what was made just now the archive of record learns at once
		err = preserve.New(preserve.Options{Catalog: p.catalog, Bucket: p.bucket, Root: p.root, Log: log}).CatchUp(ctx)
	}
	return errors.Join(err, p.close())
}
