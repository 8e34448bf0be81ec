package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"vannghe/cmd/vannghe/demo"
	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/message"
	"vannghe/web/page"
	"vannghe/web/ui"
)

type demoCommand struct {
	Works  int  `help:"Ít nhất bấy nhiêu tác phẩm. | At least so many works."`
	Light  bool `help:"Chỉ bản ghi và văn bản, không có phim nhạc tranh ảnh. | Records and texts only."`
	NoWait bool `help:"Không chờ xử lý và lập chỉ mục. | Do not wait for derivation and indexing."`
	JSON   bool `name:"json" help:"Một dòng JSON mỗi tệp. | One line of JSON a file."`
}

// Run makes the sample works and imports them. An archive that holds anything else is left alone.
func (c *demoCommand) Run(ctx context.Context, s *Settings, con console, log *slog.Logger) error {
	p, err := s.open(ctx, log)
	if err != nil {
		return err
	}
	return errors.Join(c.fill(ctx, p, con), p.close())
}

func (c *demoCommand) fill(ctx context.Context, p *parts, con console) error {
	own, err := p.holdsRealWorks(ctx)
	if err != nil {
		return err
	}
	if own {
		say(con, "command.demo.own-works")
		return nil
	}
	if c.Works == 0 && p.holdsAll(ctx, demo.Options{Light: c.Light}.Keys()) {
		say(con, "command.demo.there")
		return nil
	}
	folder, err := os.MkdirTemp(p.data, "demo-")
	if err != nil {
		return archive.Fail(archive.Unavailable, "data-folder", p.data).Because(err)
	}
	runner, err := p.runner(ctx, folder)
	if err != nil {
		return errors.Join(err, os.RemoveAll(folder))
	}
	err = c.make(ctx, p, con, demo.Options{Folder: folder, Runner: runner, Works: c.Works, Light: c.Light})
	return errors.Join(err, os.RemoveAll(folder))
}

func (c *demoCommand) make(ctx context.Context, p *parts, con console, options demo.Options) error {
	b := newBar(con.err)
	options.Step = func(done, total int) { b.set("demo", done, total) }
	err := demo.Make(ctx, options)
	b.end()
	if err != nil {
		return fmt.Errorf("make the sample works: %w", err)
	}
	if err := p.putSite(ctx); err != nil {
		return err
	}
	bring := importCommand{Folder: options.Folder, Manifest: filepath.Join(options.Folder, demo.Manifest), Publish: true, As: "demo", NoWait: c.NoWait, JSON: c.JSON}
	return bring.bring(ctx, p, newReport(con, c.JSON))
}

// putSite gives the sample archive the name and the legal facts of an association that does not exist.
func (p *parts) putSite(ctx context.Context) error {
	site := ui.Site{
		Title: "Văn nghệ Sông Mơ", Body: "Hội Văn học Nghệ thuật tỉnh Sông Mơ",
		ManagingBody: "Ủy ban nhân dân tỉnh Sông Mơ", ParentBody: "Liên hiệp các Hội Văn học Nghệ thuật (mẫu)",
		Address: "Số 1 đường Bến Vải, thành phố Sông Mơ", Email: "vanphong@songmo.example", Phone: "0200 000 000",
		Responsible: "Đỗ Quang Hậu", Licence: "00/GP-MẪU", LicenceDate: "2024-09-02", LicenceFrom: "cơ quan cấp phép (mẫu)",
	}
	return p.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.PutSetting(ctx, page.SiteSetting, site) })
}

// say prints a sentence in both languages.
func say(con console, key string) {
	for _, lang := range message.Languages() {
		fmt.Fprintln(con.err, message.For(lang).Text(key))
	}
}

// holdsAll reports whether the archive holds a work of each key. When in doubt it says no: bringing in again adds nothing twice.
func (p *parts) holdsAll(ctx context.Context, keys []string) bool {
	reader := p.catalog.Reader(archive.System("demo"))
	for _, key := range keys {
		if _, err := reader.WorkByKey(ctx, key); err != nil {
			return false
		}
	}
	return true
}

// holdsRealWorks reports whether the archive holds a work that is not one of the samples.
func (p *parts) holdsRealWorks(ctx context.Context) (bool, error) {
	reader := p.catalog.Reader(archive.System("demo"))
	for _, state := range []archive.State{archive.Published, archive.Approved, archive.Submitted, archive.Draft, archive.ChangesRequested, archive.Withdrawn} {
		page, err := reader.Works(ctx, catalog.WorkFilter{State: state, Size: 1})
		if err != nil {
			return false, fmt.Errorf("look for works: %w", err)
		}
		for _, w := range page.Works {
			if !strings.HasPrefix(w.Key, demo.KeyPrefix) {
				return true, nil
			}
		}
	}
	return false, nil
}
