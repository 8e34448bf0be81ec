package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"text/tabwriter"

	"golang.org/x/sys/unix"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/message"
	"vannghe/internal/office"
	"vannghe/internal/tool"
)

type doctorCommand struct{}

// enoughDisk is how many bytes should be free for an archive to go on taking works.
const enoughDisk = 5 << 30

// check is one line of the doctor's list.
type check struct {
	name   string
	detail string
	sick   bool // which detail says
	err    error
}

// Run looks at tools, sandbox, storage, database and disk, one line each. The status is 1 when any is not in order.
func (*doctorCommand) Run(ctx context.Context, s *Settings, con console, log *slog.Logger) error {
	if err := s.place(); err != nil {
		return err
	}
	checks := append(checkTools(ctx), checkStorage(ctx, s))
	checks = append(checks, checkDatabase(ctx, s, log)...)
	checks = append(append(checks, checkDisk(s.Data)), checkPost(ctx, s)...)
	sick := 0
	table := tabwriter.NewWriter(con.out, 0, 4, 2, ' ', 0)
	for _, c := range checks {
		mark, detail := "ok", c.detail
		if c.err != nil {
			detail = both(c.err)
		}
		if c.err != nil || c.sick {
			mark = "--"
			sick++
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", mark, c.name, detail)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("write the list: %w", err)
	}
	if sick > 0 {
		return archive.Fail(archive.Unavailable, reasonReported)
	}
	return nil
}

func checkTools(ctx context.Context) []check {
	scratch, err := os.MkdirTemp("", "vannghe-doctor-")
	if err != nil {
		return []check{{name: "scratch", err: archive.Fail(archive.Unavailable, "data-folder", os.TempDir()).Because(err)}}
	}
	list := askTools(ctx, scratch)
	if err := os.RemoveAll(scratch); err != nil {
		list = append(list, check{name: "scratch", err: archive.Fail(archive.Unavailable, "data-folder", scratch).Because(err)})
	}
	return list
}

func askTools(ctx context.Context, scratch string) []check {
	runner, err := tool.Open(ctx, tool.Options{Scratch: scratch})
	if err != nil {
		return []check{{name: "tools", err: err}}
	}
	var list []check
	for _, v := range runner.Versions(ctx) {
		list = append(list, check{name: string(v.Program), detail: v.Version, err: v.Err})
	}
	walls := runner.Sandbox()
	detail := walls.String()
	if walls.Refused != "" {
		detail += " (" + strings.TrimSuffix(walls.Refused, "; ") + ")"
	}
	return append(list, check{name: "sandbox", detail: detail})
}

func checkStorage(ctx context.Context, s *Settings) check {
	bucket, err := s.openBucket(ctx)
	if err != nil {
		return check{name: "storage", err: err}
	}
	return check{name: "storage", detail: s.storageName(), err: errors.Join(bucket.Ping(ctx), bucket.Close())}
}

func checkDatabase(ctx context.Context, s *Settings, log *slog.Logger) []check {
	c, err := catalog.Open(ctx, catalog.Options{DSN: s.databaseDSN(), Log: log})
	if err != nil {
		return []check{{name: "database", err: err}}
	}
	counts, err := c.JobCounts(ctx)
	saved := checkBackup(ctx, s, &parts{catalog: c, log: log})
	return []check{{name: "database", detail: fmt.Sprintf("%d waiting, %d running, %d failed", counts.Waiting, counts.Running, counts.Failed),
		err: errors.Join(err, c.Close())}, saved}
}

// checkBackup says when a backup was made last, why tries since then failed, and whether the place of the daily ones can be reached now.
func checkBackup(ctx context.Context, s *Settings, p *parts) check {
	last, err := p.bureau().LastBackup(ctx)
	if err == nil && s.BackupTo != "" {
		err = p.checkMounted(ctx, s)
	}
	if last.Failed != nil && last.Failed.Reason == archive.ReasonOf(err) {
		err = nil // told as why the last try failed
	}
	said := make([]string, 0, len(message.Languages()))
	for _, language := range message.Languages() {
		m := message.For(language)
		said = append(said, strings.TrimSpace(m.LastRun("backup", last)+" "+m.Sentence(err)))
	}
	return check{name: "backup", detail: strings.Join(said, " | "), sick: err != nil || last.Failed != nil || last.Problems > 0 || office.LateBackup(last)}
}

// checkPost signs in at the mail server, where there is one.
func checkPost(ctx context.Context, s *Settings) []check {
	server, err := s.post()
	if err == nil && server == nil {
		return nil
	}
	if err == nil {
		err = server.Ping(ctx)
	}
	return []check{{name: "mail", detail: s.SMTP, err: err}}
}

func checkDisk(folder string) check {
	var fs unix.Statfs_t
	if err := unix.Statfs(folder, &fs); err != nil {
		return check{name: "disk", err: archive.Fail(archive.Unavailable, "data-folder", folder).Because(err)}
	}
	free := int64(fs.Bavail) * fs.Bsize
	if free < enoughDisk {
		return check{name: "disk", err: archive.Fail(archive.Unavailable, "disk-low", free>>20)}
	}
	return check{name: "disk", detail: fmt.Sprintf("%d GiB free", free>>30)}
}
