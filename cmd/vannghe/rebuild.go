package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"vannghe/internal/archive"
	"vannghe/internal/message"
	"vannghe/internal/preserve"
)

type rebuildCommand struct{}

// Run makes an empty catalogue again from the archive of record alone. Run again after it was stopped, it goes on. The status is 1 when something there
// was broken: it is named, and all else is back.
func (*rebuildCommand) Run(ctx context.Context, s *Settings, con console, log *slog.Logger) error {
	p, err := s.openAnyhow(ctx, log)
	if err != nil {
		return err
	}
	return errors.Join(p.rebuild(ctx, con), p.close())
}

func (p *parts) rebuild(ctx context.Context, con console) error {
	b := newBar(con.err)
	keep := preserve.New(preserve.Options{Catalog: p.catalog, Bucket: p.bucket, Root: p.root, Log: p.log})
	done, err := keep.Rebuild(ctx, preserve.RebuildOptions{Scratch: p.data,
		Progress: func(step preserve.RebuildStep, n int) { b.set(string(step), n, n) },
		Trouble: func(t preserve.Trouble) {
			b.clear()
			fmt.Fprintf(con.out, "%s\t%s\t%s\n", archive.ReasonOf(t.Err), t.Object, t.Work)
		}})
	b.end()
	if err != nil {
		return err
	}
	key := "rebuild.done"
	if done.Troubles > 0 {
		key = "rebuild.troubles"
	}
	tellBoth(con, key, func(*message.Catalogue) []any { return []any{done.Works, done.Others, done.Troubles} })
	if done.Troubles > 0 {
		return archive.Fail(archive.Invalid, reasonReported)
	}
	return nil
}

// checkWhole refuses an archive whose catalogue is not what it should be: an empty or half one would write over what the archive of record says.
func (p *parts) checkWhole(ctx context.Context) error {
	since, err := p.catalog.Rebuilding(ctx)
	if err != nil {
		return err
	}
	if !since.IsZero() {
		return archive.Fail(archive.Unavailable, "rebuild-unfinished")
	}
	empty, err := p.catalog.Empty(ctx)
	if err != nil {
		return err
	}
	if empty {
		return p.checkNothingLost(ctx)
	}
	loaded, err := p.catalog.Loaded(ctx)
	if err == nil && loaded { // a restore that was stopped after its last file
		_, err = p.catalog.ResumeLoaded(ctx)
	}
	return err
}

// checkNothingLost looks whether the archive of record holds works that the empty catalogue does not know.
func (p *parts) checkNothingLost(ctx context.Context) error {
	placed, err := preserve.PlacedIn(ctx, p.catalog)
	if err != nil {
		return err
	}
	for l, err := range p.root.Lying(ctx) {
		if err != nil {
			return err
		}
		if len(placed) > 0 && !l.Begun() { // an import died before it had recorded anything
			continue
		}
		if preserve.HoldsOriginals(l) {
			return archive.Fail(archive.Unavailable, "catalog-lost")
		}
	}
	return nil
}
