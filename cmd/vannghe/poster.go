package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"vannghe/internal/archive"
	"vannghe/internal/derive"
	"vannghe/internal/editorial"
	"vannghe/web/address"
)

type posterCommand struct {
	Work   string `arg:"" help:"Mã tác phẩm, hoặc địa chỉ trang của nó. | The work's id or the address of its page."`
	Choice string `arg:"" help:"Thời điểm trong phim như 1m35s hay 1:35; 'attached': ảnh kèm trong tệp phim; tên một tệp ảnh của tác phẩm; 'auto': để máy chọn. | An instant of the film such as 1m35s or 1:35; 'attached': the picture in its file; the name of a picture of the work; 'auto': as the program chooses."`
	File   string `help:"Tên tệp phim, khi tác phẩm có nhiều phim. | The film's name, when the work has several."`
	Reason string `help:"Lý do, ghi vào nhật ký. | The reason, for the record."`
	By     string `default:"command" help:"Người quyết định. | Who decided."`
}

// Run keeps what is chosen as the picture of a work. The running server or the next drain makes it.
func (c *posterCommand) Run(ctx context.Context, s *Settings, con console, log *slog.Logger) error {
	id, err := workID(c.Work)
	if err != nil {
		return err
	}
	p, err := s.open(ctx, log)
	if err != nil {
		return err
	}
	err = c.choose(ctx, p, id)
	if err == nil {
		_, err = fmt.Fprintln(con.out, id, c.Choice)
	}
	return errors.Join(err, p.close())
}

func (c *posterCommand) choose(ctx context.Context, p *parts, id archive.WorkID) error {
	w, err := p.catalog.Reader(archive.System("poster")).Work(ctx, id)
	if err != nil {
		return err
	}
	chosen, err := c.read(&w)
	if err != nil {
		return err
	}
	return derive.ChoosePoster(ctx, p.catalog, chosen, editorial.By{Agent: c.By, Reason: c.Reason})
}

// read finds what the words mean in a work. The error is Invalid "poster-choice".
func (c *posterCommand) read(w *archive.Work) (derive.Poster, error) {
	chosen := derive.Poster{Work: w.ID}
	at, instant := address.ParseInstant(c.Choice)
	switch {
	case c.Choice == "auto":
		return chosen, nil
	case c.Choice == "attached":
		chosen.At = archive.PosterAttached
	case instant:
		chosen.At = at
	}
	for _, r := range w.Representations {
		for _, f := range r.Files {
			film := r.Medium == archive.Video && (instant || c.Choice == "attached") && (c.File == "" || f.Name == c.File) && !f.TimedWords()
			if film || f.Name == c.Choice || string(f.ID) == c.Choice {
				chosen.File = f.ID
				return chosen, nil
			}
		}
	}
	return derive.Poster{}, archive.Fail(archive.Invalid, "poster-choice", c.Choice)
}
