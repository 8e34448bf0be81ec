package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"vannghe/internal/archive"
	"vannghe/internal/ingest"
)

type importCommand struct {
	Folder   string `arg:"" help:"Thư mục cần đưa vào. | The folder to bring in."`
	Manifest string `help:"Bảng kê CSV hoặc XLSX. | Manifest, CSV or XLSX."`
	Publish  bool   `help:"Duyệt và công bố ngay khi sẵn sàng. | Approve, and publish as soon as ready."`
	As       string `help:"Tài khoản chịu trách nhiệm. | The account on whose word."`
	Update   bool   `help:"Sửa tác phẩm đã có theo bảng kê. | Change what exists to what the manifest says."`
	NoWait   bool   `help:"Không chờ xử lý và lập chỉ mục. | Do not wait for derivation and indexing."`
	Bags     bool   `help:"Thư mục chứa các gói BagIt; một gói thì tự nhận ra. | The folder holds BagIt bags; a single bag is known by itself."`
	JSON     bool   `name:"json" help:"Một dòng JSON mỗi tệp. | One line of JSON a file."`
}

// Run brings a folder in and returns when everything of it is derived and searchable. The status is 1 when any file failed.
func (c *importCommand) Run(ctx context.Context, s *Settings, con console, log *slog.Logger) error {
	p, err := s.open(ctx, log)
	if err != nil {
		return err
	}
	return errors.Join(c.bring(ctx, p, newReport(con, c.JSON)), p.close())
}

func (c *importCommand) bring(ctx context.Context, p *parts, r *report) error {
	if err := c.follow(ctx, p, r); err != nil {
		return err
	}
	options := ingest.ImportOptions{Folder: c.Folder, Manifest: c.Manifest, Publish: c.Publish, As: c.As, Update: c.Update, Begin: r.begin}
	totals, err := c.take(ctx, p, options, r)
	if err != nil {
		return errors.Join(err, r.end(totals))
	}
	if !c.NoWait {
		err = c.settle(ctx, p, r)
	}
	totals.Added, totals.Failed = totals.Added-r.broken, totals.Failed+r.broken
	if err := errors.Join(err, r.end(totals)); err != nil {
		return err
	}
	if totals.Failed > 0 {
		return archive.Fail(archive.Invalid, reasonReported)
	}
	return nil
}

// follow makes the report tell of each work as soon as everything of it is derived. Without waiting there is nothing to follow: the
// files are told of as they are added.
func (c *importCommand) follow(ctx context.Context, p *parts, r *report) error {
	r.tellAtOnce = c.NoWait
	if c.NoWait {
		return nil
	}
	seq, err := p.catalog.LastChange(ctx)
	if err != nil {
		return fmt.Errorf("read the change sequence: %w", err)
	}
	reader := p.catalog.Reader(archive.System("import"))
	r.news = func() {
		changes, err := p.catalog.Changes(ctx, seq, newsAtOnce)
		for _, change := range changes {
			if err = r.hear(ctx, reader, change); err != nil {
				break
			}
			seq = change.Seq
		}
		if err != nil {
			p.log.Debug("what became of the files is told at the end", "err", err) // settle looks again, and reports what fails
		}
	}
	return nil
}

// settle waits until all that was brought in is derived and searchable, then says of the files not yet told of what became of them.
// The error is Unavailable "jobs-stalled" when some of it has to wait for what is unavailable.
func (c *importCommand) settle(ctx context.Context, p *parts, r *report) error {
	stalled := p.drain(ctx, r.progress)
	if stalled != nil && archive.ReasonOf(stalled) != "jobs-stalled" {
		return stalled
	}
	if err := p.searchable(ctx); err != nil {
		return err
	}
	reader := p.catalog.Reader(archive.System("import"))
	for _, work := range r.order {
		if r.held[work] == nil {
			continue // told already
		}
		d, err := lookAt(ctx, reader, work)
		if err != nil {
			return fmt.Errorf("look at what was made of %s: %w", work, err)
		}
		r.release(work, d)
	}
	if r.waits {
		return stalled
	}
	return nil // what cannot go on is not of this import
}
