package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"

	"vannghe/internal/archive"
	"vannghe/internal/editorial"
)

type withdrawCommand struct {
	Work   string `arg:"" help:"Mã tác phẩm hoặc địa chỉ trang. | The work's id or the address of its page."`
	Reason string `required:"" help:"Lý do, hiện trên trang báo gỡ. | The reason, shown on the tombstone."`
	By     string `default:"command" help:"Người quyết định. | Who decided."`
}

// Run takes a work from the public: page, media, tiles, search and open streams, in every running process within two seconds.
func (c *withdrawCommand) Run(ctx context.Context, s *Settings, con console, log *slog.Logger) error {
	return s.decide(ctx, log, func(ctx context.Context, e *editorial.Editorial) error {
		id, err := workID(c.Work)
		if err != nil {
			return err
		}
		if err := e.Withdraw(ctx, id, editorial.By{Agent: c.By}, c.Reason); err != nil {
			return err
		}
		fmt.Fprintln(con.out, id, archive.Withdrawn)
		return nil
	})
}

type restoreCommand struct {
	Work   string `arg:"" help:"Mã tác phẩm hoặc địa chỉ trang. | The work's id or the address of its page."`
	Reason string `required:"" help:"Lý do, ghi vào nhật ký. | The reason, for the record."`
	By     string `default:"command" help:"Người quyết định. | Who decided."`
}

// Run shows a withdrawn work again.
func (c *restoreCommand) Run(ctx context.Context, s *Settings, con console, log *slog.Logger) error {
	return s.decide(ctx, log, func(ctx context.Context, e *editorial.Editorial) error {
		id, err := workID(c.Work)
		if err != nil {
			return err
		}
		if err := e.Restore(ctx, id, editorial.By{Agent: c.By}, c.Reason); err != nil {
			return err
		}
		fmt.Fprintln(con.out, id, archive.Published)
		return nil
	})
}

func (s *Settings) decide(ctx context.Context, log *slog.Logger, act func(context.Context, *editorial.Editorial) error) error {
	p, err := s.open(ctx, log)
	if err != nil {
		return err
	}
	return errors.Join(act(ctx, editorial.New(editorial.Options{Catalog: p.catalog, Log: log})), p.close())
}

var pageAddress = regexp.MustCompile(`(?:^|-|/)([a-z2-7]{12})(?:[?#].*)?$`)

// workID reads an id, or the address of a page that ends in one.
func workID(s string) (archive.WorkID, error) {
	m := pageAddress.FindStringSubmatch(s)
	if m == nil {
		return "", archive.Fail(archive.Invalid, "work-id-invalid", s)
	}
	return archive.WorkID(m[1]), nil
}
