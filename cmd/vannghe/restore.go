package main

import (
	"context"
	"errors"
	"log/slog"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/message"
	"vannghe/internal/preserve/backup"
	"vannghe/storage"
)

type bringBackCommand struct {
	From       string `arg:"" optional:"" help:"Nơi giữ bản sao; mặc định: backup-to. | Where backups lie; default: backup-to."`
	Generation string `help:"Bản nào; mặc định: bản mới nhất. | Which one; default: the newest."`
}

// Run fills an empty archive from a backup. Run again after it was stopped, it goes on. The status is 1 when the backup did not hold everything.
func (c *bringBackCommand) Run(ctx context.Context, s *Settings, con console, log *slog.Logger) error {
	if err := s.place(); err != nil {
		return err
	}
	target, err := s.openTarget(ctx, c.From)
	if err != nil {
		return err
	}
	bucket, err := s.openBucket(ctx)
	if err != nil {
		return errors.Join(err, target.Close())
	}
	done, err := c.bring(ctx, con, backup.RestoreOptions{From: target, To: bucket, Catalog: catalog.Options{DSN: s.databaseDSN(), Log: log}, Log: log})
	if err = errors.Join(err, bucket.Close(), target.Close()); err != nil {
		return err
	}
	key := "restore.done"
	if len(done.Lost) > 0 {
		key = "restore.lost"
	}
	g := &done.Generation
	tellBoth(con, key, func(m *message.Catalogue) []any {
		return []any{m.Day(g.Time), g.Works(), g.Files, len(done.Lost)}
	})
	return tellProblems(con, done.Lost)
}

func (c *bringBackCommand) bring(ctx context.Context, con console, opt backup.RestoreOptions) (backup.Restored, error) {
	g, err := backup.Newest(ctx, opt.From, c.Generation)
	if err != nil {
		return backup.Restored{}, err
	}
	b := newBar(con.err)
	opt.Progress = func(files int, _ int64) { b.set("restore", files, g.Files) }
	done, err := backup.Restore(ctx, g, opt)
	b.end()
	return done, err
}

type drillCommand struct {
	From       string `arg:"" optional:"" help:"Nơi giữ bản sao; mặc định: backup-to. | Where backups lie; default: backup-to."`
	Generation string `help:"Bản nào; mặc định: bản mới nhất. | Which one; default: the newest."`
	Scratch    string `help:"Thư mục để khôi phục thử, cần chỗ bằng cả kho. | Folder for the trial, with room for the whole archive." placeholder:"PATH"`
}

// Run restores a backup into a scratch folder, compares, removes the folder, and says in one sentence whether all is there. The status is 1 when it is not.
func (c *drillCommand) Run(ctx context.Context, s *Settings, con console, log *slog.Logger) error {
	p, err := s.open(ctx, log)
	if err != nil {
		return err
	}
	return errors.Join(c.drill(ctx, s, p, con), p.close())
}

func (c *drillCommand) drill(ctx context.Context, s *Settings, p *parts, con console) error {
	target, err := s.openTarget(ctx, c.From)
	if err != nil {
		return err
	}
	d, err := c.try(ctx, target, p, con)
	err = errors.Join(err, target.Close())
	if code := archive.CodeOf(err); code == archive.Invalid || code == archive.NotFound {
		tellBoth(con, "drill.broken", func(m *message.Catalogue) []any { return []any{m.Sentence(err)} })
		return archive.Fail(archive.Invalid, reasonReported)
	}
	if err != nil {
		return err
	}
	key := "drill.whole"
	if !d.Whole() {
		key = "drill.lost"
	}
	g := &d.Generation
	tellBoth(con, key, func(m *message.Catalogue) []any {
		return []any{m.Day(g.Time), m.Hour(g.Time), d.Works, d.Originals, len(d.Lost)}
	})
	if d.Newer > 0 {
		tellBoth(con, "drill.newer", func(*message.Catalogue) []any { return []any{d.Newer} })
	}
	return tellProblems(con, d.Lost)
}

func (c *drillCommand) try(ctx context.Context, target *storage.Bucket, p *parts, con console) (backup.Drilled, error) {
	g, err := backup.Newest(ctx, target, c.Generation)
	if err != nil {
		return backup.Drilled{}, err
	}
	scratch := c.Scratch
	if scratch == "" {
		scratch = p.data
	}
	b := newBar(con.err)
	d, err := backup.Drill(ctx, g, backup.DrillOptions{From: target, Live: p.catalog, Scratch: scratch, Log: p.log,
		Progress: func(files int, _ int64) { b.set("drill", files, g.Files) }})
	b.end()
	return d, err
}
