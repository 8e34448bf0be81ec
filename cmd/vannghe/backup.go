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
	target, err := s.openTarget(ctx, c.To)
	if err != nil {
		return err
	}
	b := newBar(con.err)
	g, err := p.backUp(ctx, target, backup.Options{Derived: !c.NoDerived, Reread: c.Reread, Progress: func(files int, _ int64) { b.set("backup", files, files) }})
	b.end()
	if err = errors.Join(err, target.Close()); err != nil {
		return err
	}
	return tellBackup(con, &g)
}

// backUp makes a backup and notes when, and how many problems it met, for /van-hanh.
func (p *parts) backUp(ctx context.Context, target *storage.Bucket, opt backup.Options) (backup.Generation, error) {
	opt.Catalog, opt.Bucket, opt.Root, opt.Target, opt.Log, opt.Scratch = p.catalog, p.bucket, p.root, target, p.log, p.data
	g, err := backup.New(opt).Run(ctx)
	if err != nil {
		return g, err
	}
	return g, p.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		return tx.PutSetting(ctx, office.BackupSetting, office.LastRun{Time: tx.Now(), Problems: len(g.Problems)})
	})
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
	return there.openBucket(ctx)
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

// backUpDaily is the job of a server that knows where to.
func (p *parts) backUpDaily(s *Settings) catalog.Handler {
	return func(ctx context.Context, _ catalog.Job, _ catalog.Attempt) error {
		target, err := s.openTarget(ctx, "")
		if err != nil {
			return err
		}
		if err = p.checkMounted(ctx, target); err == nil {
			_, err = p.backUp(ctx, target, backup.Options{Derived: true})
		}
		return errors.Join(err, target.Close())
	}
}

// checkMounted refuses a place without any backup when one was made before: the folder of a disk that is not attached looks like an empty one, and takes all that is
// written there onto the disk of the archive. Unavailable "backup-gone"; the command, which a person starts, does not ask.
func (p *parts) checkMounted(ctx context.Context, target *storage.Bucket) error {
	var last office.LastRun
	err := p.catalog.Reader(archive.System("backup")).Setting(ctx, office.BackupSetting, &last)
	if archive.CodeOf(err) == archive.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	list, err := backup.Generations(ctx, target)
	if err == nil && len(list) == 0 {
		err = archive.Fail(archive.Unavailable, "backup-gone")
	}
	return err
}
