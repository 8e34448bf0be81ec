package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/message"
	"vannghe/internal/office"
	"vannghe/internal/preserve/backup"
	"vannghe/storage"
)

// backupEvery is how often a server that knows where to backs up by itself.
const backupEvery = 24 * time.Hour

type backupCommand struct {
	To        string `arg:"" optional:"" help:"Nơi giữ bản sao: disk:PATH hoặc s3://…; mặc định: backup-to. | Where to; default: backup-to."`
	NoDerived bool   `help:"Không sao chép những gì làm lại được. | Leave out what can be made again."`
	Reread    bool   `help:"Đọc lại mọi bản sao và sao lại bản bị hỏng. | Read every copy again and replace damaged ones."`
}

// Run backs up the archive, also beside a live server, and prints a sentence. The status is 1 when something was found wrong: what was right is copied nevertheless.
func (c *backupCommand) Run(ctx context.Context, s *Settings, con console, log *slog.Logger) error {
	p, err := s.open(ctx, log)
	if err != nil {
		return err
	}
	return errors.Join(c.back(ctx, s, p, con), p.close())
}

func (c *backupCommand) back(ctx context.Context, s *Settings, p *parts, con console) error {
	b := newBar(con.err)
	g, err := p.backUp(ctx, s, c.To, backup.Options{Derived: !c.NoDerived, Reread: c.Reread, Progress: func(files int, _ int64) { b.set("backup", files, files) }})
	b.end()
	if archive.CodeOf(err) == archive.Invalid { // what was asked for makes no sense: nothing was tried
		return err
	}
	if err != nil {
		return errors.Join(err, p.bureau().NoteBrokenBackup(ctx, err))
	}
	return tellBackup(con, &g)
}

// backUp makes a backup at a place ("": that of the settings) and notes when, and how many problems it met, for administrators.
func (p *parts) backUp(ctx context.Context, s *Settings, to string, opt backup.Options) (g backup.Generation, err error) {
	target, err := s.openTarget(ctx, to)
	if err != nil {
		return g, err
	}
	opt.Catalog, opt.Bucket, opt.Root, opt.Target, opt.Log, opt.Scratch = p.catalog, p.bucket, p.root, target, p.log, p.data
	g, err = backup.New(opt).Run(ctx)
	if err = errors.Join(err, target.Close()); err != nil {
		return g, err
	}
	return g, p.bureau().NoteBackup(ctx, len(g.Problems))
}

func (p *parts) bureau() *office.Office {
	return office.New(office.Options{Catalog: p.catalog, Log: p.log})
}

// openTarget opens the store that takes backups: the one named or, with "", that of the settings.
func (s *Settings) openTarget(ctx context.Context, to string) (*storage.Bucket, error) {
	if to == "" {
		to = s.BackupTo
	}
	if to == "" {
		return nil, archive.Fail(archive.Invalid, "backup-place")
	}
	there := *s
	there.Storage = to
	if there.storageName() == s.storageName() {
		return nil, archive.Fail(archive.Invalid, "backup-same-place", there.storageName())
	}
	bucket, err := there.openBucket(ctx)
	if archive.CodeOf(err) == archive.Internal && ctx.Err() == nil { // a folder that cannot be made, for whatever reason: that place is not there
		err = archive.Fail(archive.Unavailable, "backup-away").Because(err)
	}
	return bucket, backup.OfTarget(err)
}

func tellBackup(con console, g *backup.Generation) error {
	key := "backup.done"
	if len(g.Problems) > 0 {
		key = "backup.problems"
	}
	tellBoth(con, key, func(m *message.Catalogue) []any {
		return []any{g.Works(), g.Files, m.Size(g.Bytes), len(g.Problems)}
	})
	return tellProblems(con, g.Problems)
}

// tellBoth prints a sentence in both languages.
func tellBoth(con console, key string, args func(*message.Catalogue) []any) {
	for _, language := range message.Languages() {
		m := message.For(language)
		fmt.Fprintln(con.out, m.Text(key, args(m)...))
	}
}

// tellProblems prints a line for each, and has the command end with status 1 when there is any.
func tellProblems(con console, problems []backup.Problem) error {
	for _, problem := range problems {
		fmt.Fprintf(con.out, "%s\t%s\n", problem.Kind, problem.Key)
	}
	if len(problems) > 0 {
		return archive.Fail(archive.Invalid, reasonReported)
	}
	return nil
}

// backUpDaily is the job of a server that knows where to. Why it failed is told to administrators.
func (p *parts) backUpDaily(s *Settings) catalog.Handler {
	return func(ctx context.Context, _ catalog.Job, _ catalog.Attempt) error {
		err := p.checkMounted(ctx, s)
		if err == nil {
			_, err = p.backUp(ctx, s, "", backup.Options{Derived: true})
		}
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			err = archive.Fail(archive.Unavailable, "backup-slow", int(backupEvery.Hours())).Because(err)
		}
		if err == nil {
			return nil
		}
		if !errors.Is(err, context.Canceled) { // as by a server that stops
			p.log.Warn("the daily backup failed", "err", err)
		}
		return errors.Join(err, p.bureau().NoteBrokenBackup(ctx, err))
	}
}

// checkMounted refuses a place without any backup when one was made before: the folder of a disk that is not attached looks like an empty one, and takes all that is
// written there onto the disk of the archive. Unavailable "backup-gone"; the command, which a person starts, does not ask.
func (p *parts) checkMounted(ctx context.Context, s *Settings) error {
	last, err := p.bureau().LastBackup(ctx)
	if err != nil || last.Time.IsZero() {
		return err
	}
	target, err := s.openTarget(ctx, "")
	if err != nil {
		return err
	}
	list, err := backup.Generations(ctx, target)
	if err == nil && len(list) == 0 {
		err = archive.Fail(archive.Unavailable, "backup-gone")
	}
	return errors.Join(backup.OfTarget(err), target.Close())
}
