package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"vannghe/internal/archive"
	"vannghe/internal/message"
	"vannghe/internal/preserve"
)

type exportCommand struct {
	Work string `arg:"" optional:"" help:"Mã tác phẩm hoặc địa chỉ trang. | The work's id or the address of its page."`
	All  bool   `help:"Mọi tác phẩm. | Every work."`
	To   string `required:"" help:"Thư mục để ghi các gói vào. | The folder into which the bags are written."`
}

// Run writes a work, or each of all, as a bag of its own: a folder that is called by its id. What is there already from a run before is left, so that a run that was
// stopped goes on. The status is 1 when a work could not be exported; which, and why, is said.
func (c *exportCommand) Run(ctx context.Context, s *Settings, con console, log *slog.Logger) error {
	if (c.Work == "") != c.All {
		return archive.Fail(archive.Invalid, "work-id-invalid", c.Work)
	}
	p, err := s.open(ctx, log)
	if err != nil {
		return err
	}
	return errors.Join(c.export(ctx, p, con), p.close())
}

func (c *exportCommand) export(ctx context.Context, p *parts, con console) error {
	keep := preserve.New(preserve.Options{Catalog: p.catalog, Bucket: p.bucket, Root: p.root, Log: p.log})
	if !c.All {
		id, err := workID(c.Work)
		if err != nil {
			return err
		}
		return c.one(ctx, keep, con, id)
	}
	written, failed := 0, 0
	var after archive.WorkID
	for {
		works, err := p.catalog.Reader(archive.System("export")).Kept(ctx, after, 100)
		if err != nil || len(works) == 0 {
			return errors.Join(err, c.end(con, written, failed))
		}
		for _, id := range works {
			after = id
			switch err := c.one(ctx, keep, con, id); {
			case err == nil:
				written++
			case ctx.Err() != nil || archive.CodeOf(err) == archive.Unavailable:
				return err
			case archive.ReasonOf(err) == "bag-exists", isDraft(ctx, p, id):
			default:
				failed++
				fmt.Fprintf(con.err, "%s\t%s\n", id, both(err))
			}
		}
	}
}

func (c *exportCommand) one(ctx context.Context, keep *preserve.Preserve, con console, id archive.WorkID) error {
	folder := filepath.Join(c.To, string(id))
	if err := keep.ExportBag(ctx, id, folder); err != nil {
		return err
	}
	_, err := fmt.Fprintln(con.out, folder)
	return err
}

func (c *exportCommand) end(con console, written, failed int) error {
	for _, lang := range message.Languages() {
		fmt.Fprintln(con.err, message.For(lang).Text("command.export.totals", written, c.To, failed))
	}
	if failed > 0 {
		return archive.Fail(archive.Invalid, reasonReported)
	}
	return nil
}

// isDraft reports whether a work is still its sender's: it is not in the archive of record yet, and nobody expects it to be exported.
func isDraft(ctx context.Context, p *parts, id archive.WorkID) bool {
	w, err := p.catalog.Reader(archive.System("export")).Work(ctx, id)
	return err == nil && w.State == archive.Draft && w.Preserved == 0
}
