package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/derive"
	"vannghe/internal/editorial"
	"vannghe/internal/ingest"
	"vannghe/internal/message"
)

type failedCommand struct {
	Work string `arg:"" optional:"" help:"Chỉ của tác phẩm này: mã, hoặc địa chỉ trang. | Of this work alone: its id or the address of its page."`
	JSON bool   `name:"json" help:"Mỗi việc một dòng JSON. | One JSON line each."`
}

// failedLine is one line of failed --json.
type failedLine struct {
	Work    archive.WorkID `json:"work"`
	Title   string         `json:"title"`
	File    string         `json:"file"`
	Recipe  string         `json:"recipe"` // "": the file could not be looked into
	Code    archive.Reason `json:"code"`
	Message string         `json:"message"`
}

// Run prints what could not be made, one a line: work, recipe, file, why.
func (c *failedCommand) Run(ctx context.Context, s *Settings, con console, log *slog.Logger) error {
	work, err := optionalWork(c.Work)
	if err != nil {
		return err
	}
	p, err := s.open(ctx, log)
	if err != nil {
		return err
	}
	list, err := derive.Failed(ctx, p.catalog.Reader(archive.System("failed")), work)
	for _, f := range list {
		err = errors.Join(err, c.print(con, f))
	}
	return errors.Join(err, p.close())
}

func (c *failedCommand) print(con console, f catalog.Failed) error {
	line := failedLine{Work: f.Work, Title: f.Title, File: f.Name, Recipe: f.Recipe, Code: f.Problem, Message: message.For("vi").Sentence(archive.Fail(archive.Invalid, f.Problem))}
	if c.JSON {
		return json.NewEncoder(con.out).Encode(line)
	}
	recipe := f.Recipe
	if recipe == "" {
		recipe = "-"
	}
	_, err := fmt.Fprintf(con.out, "%s\t%s\t%s\t%s [%s]\n", f.Work, recipe, ingest.DisplayName(f.Name), line.Message, f.Problem)
	return err
}

type retryCommand struct {
	Work   string `arg:"" optional:"" help:"Mã tác phẩm, hoặc địa chỉ trang của nó. | The work's id or the address of its page."`
	All    bool   `help:"Mọi tác phẩm. | Every work."`
	Reason string `help:"Lý do, ghi vào nhật ký. | The reason, for the record."`
	By     string `default:"command" help:"Người quyết định. | Who decided."`
}

// Run has what could not be made tried again, by the running server or the next drain.
func (c *retryCommand) Run(ctx context.Context, s *Settings, con console, log *slog.Logger) error {
	if (c.Work == "") != c.All {
		return archive.Fail(archive.Invalid, "retry-of-what")
	}
	work, err := optionalWork(c.Work)
	if err != nil {
		return err
	}
	p, err := s.open(ctx, log)
	if err != nil {
		return err
	}
	n, err := derive.Retry(ctx, p.catalog, work, editorial.By{Agent: c.By, Reason: c.Reason})
	if err == nil {
		_, err = fmt.Fprintln(con.out, n)
	}
	return errors.Join(err, p.close())
}

// optionalWork is workID, or "" for "".
func optionalWork(s string) (archive.WorkID, error) {
	if s == "" {
		return "", nil
	}
	return workID(s)
}
