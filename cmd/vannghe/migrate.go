package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/message"
	"vannghe/internal/move"
	"vannghe/storage"
)

type migrateCommand struct {
	ToDatabase string `help:"Cơ sở dữ liệu mới: sqlite:PATH hoặc postgres://…; bỏ trống: giữ nguyên. | The new database; empty: stays."`
	ToStorage  string `help:"Nơi giữ tệp mới: disk:PATH hoặc s3://…; bỏ trống: giữ nguyên. | Where files are to be kept; empty: stays."`
	JSON       bool   `help:"In kết quả cho chương trình đọc. | Print the result for programs."`
}

// Run moves the archive from the database and store of the settings to others, which have to be empty, and compares. The old place is only read
// and stays as it is; all servers have to be stopped. What was broken off is gone on with by running the same command again.
func (c *migrateCommand) Run(ctx context.Context, s *Settings, con console, log *slog.Logger) error {
	if err := s.place(); err != nil {
		return err
	}
	if err := c.check(s); err != nil {
		return err
	}
	m := &migration{settings: s, command: c, log: log, bar: newBar(con.err)}
	report, err := m.run(ctx)
	m.bar.end()
	if err := errors.Join(err, m.close()); err != nil {
		return err
	}
	return c.tell(con, report)
}

// check refuses a place that is the one the archive has already. The paths are made absolute, since they are compared and kept.
func (c *migrateCommand) check(s *Settings) error {
	if c.ToDatabase == "" && c.ToStorage == "" {
		return archive.Fail(archive.Invalid, "setting-invalid", "to-database, to-storage", "")
	}
	for _, p := range []struct{ to, from *string }{{&c.ToDatabase, new(s.databaseDSN())}, {&c.ToStorage, new(s.storageDSN())}} {
		for _, side := range []*string{p.to, p.from} {
			if err := absolute(side); err != nil {
				return err
			}
		}
		if *p.to == *p.from {
			return archive.Fail(archive.Conflict, "move-same")
		}
	}
	return nil
}

// absolute makes the path in an address of a file or folder absolute, and follows links.
func absolute(address *string) error {
	kind, path, _ := strings.Cut(*address, ":")
	if kind != "sqlite" && kind != "disk" {
		return nil
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return archive.Fail(archive.Unavailable, "data-folder", path).Because(err)
	}
	if target, err := filepath.EvalSymlinks(path); err == nil { // what is not there yet has no links
		path = target
	}
	*address = kind + ":" + path
	return nil
}

// tell prints what was moved, and how the archive is started at its new place.
func (c *migrateCommand) tell(con console, r move.Report) error {
	if c.JSON {
		if err := json.NewEncoder(con.out).Encode(r); err != nil {
			return err
		}
	} else {
		for _, language := range message.Languages() {
			m := message.For(language)
			fmt.Fprintln(con.out, m.Text("migrate.done", r.Rows, r.Objects, m.Size(r.Bytes)))
			fmt.Fprintln(con.out, m.Text("migrate.next"))
		}
	}
	if len(r.Damaged) == 0 {
		return nil
	}
	for _, key := range r.Damaged {
		fmt.Fprintln(con.err, key)
	}
	return archive.Fail(archive.Conflict, "originals-damaged", len(r.Damaged))
}

// migration is a move under way, with what has to be closed behind it.
type migration struct {
	settings *Settings
	command  *migrateCommand
	log      *slog.Logger
	bar      *bar
	opened   []func() error
}

func (m *migration) run(ctx context.Context) (report move.Report, err error) {
	o := move.Options{Log: m.log, Progress: m.progress}
	if o.FromCatalog, err = m.catalog(ctx, m.settings.databaseDSN(), catalog.OpenStill); err != nil {
		return report, err
	}
	if m.command.ToDatabase != "" {
		if o.ToCatalog, err = m.catalog(ctx, m.command.ToDatabase, catalog.OpenEmpty); err != nil {
			return report, err
		}
	}
	if m.command.ToStorage == "" {
		return move.Run(ctx, o)
	}
	if o.FromBucket, err = m.source(ctx); err != nil {
		return report, err
	}
	there := Settings{Storage: m.command.ToStorage}
	o.ToName = there.storageName()
	if o.ToBucket, err = m.bucket(ctx, there); err != nil {
		return report, err
	}
	return move.Run(ctx, o)
}

func (m *migration) catalog(ctx context.Context, dsn string, open func(context.Context, catalog.Options) (*catalog.Still, error)) (*catalog.Still, error) {
	c, err := open(ctx, catalog.Options{DSN: dsn, Log: m.log})
	if err == nil {
		m.opened = append(m.opened, c.Close)
	}
	return c, err
}

// source opens the store that the archive comes from. A folder that is not there is not made.
func (m *migration) source(ctx context.Context) (*storage.Bucket, error) {
	if path, ok := strings.CutPrefix(m.settings.storageDSN(), "disk:"); ok {
		if _, err := os.Stat(path); err != nil {
			return nil, archive.Fail(archive.Unavailable, "data-folder", path).Because(err)
		}
	}
	b, err := m.bucket(ctx, *m.settings)
	if err != nil {
		return nil, err
	}
	return b, move.Unfinished(ctx, b)
}

func (m *migration) bucket(ctx context.Context, s Settings) (*storage.Bucket, error) {
	b, err := s.openBucket(ctx)
	if err == nil {
		m.opened = append(m.opened, b.Close)
	}
	return b, err
}

func (m *migration) close() error {
	var failures []error
	for _, shut := range m.opened {
		failures = append(failures, shut())
	}
	return errors.Join(failures...)
}

func (m *migration) progress(p move.Progress) {
	what := p.Table
	if what == "" {
		what = message.For("vi").Text("migrate.objects")
	}
	m.bar.set(what, int(p.Done), int(max(p.Total, p.Done)))
}
