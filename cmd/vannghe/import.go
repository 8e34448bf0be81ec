package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"vannghe/internal/archive"
	"vannghe/internal/ingest"
	"vannghe/internal/message"
)

type importCommand struct {
	Folder   string `arg:"" help:"Thư mục cần đưa vào. | The folder to bring in."`
	Manifest string `help:"Bảng kê CSV hoặc XLSX. | Manifest, CSV or XLSX."`
	Publish  bool   `help:"Duyệt và công bố ngay khi sẵn sàng. | Approve, and publish as soon as ready."`
	As       string `help:"Tài khoản chịu trách nhiệm. | The account on whose word."`
	Update   bool   `help:"Sửa tác phẩm đã có theo bảng kê. | Change what exists to what the manifest says."`
	NoWait   bool   `help:"Không chờ xử lý và lập chỉ mục. | Do not wait for derivation and indexing."`
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
	in := p.ingest()
	options := ingest.ImportOptions{Folder: c.Folder, Manifest: c.Manifest, Publish: c.Publish, As: c.As, Update: c.Update, Begin: r.begin}
	totals, err := in.Import(ctx, options, r.file)
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

// settle waits until all that was brought in is derived and searchable, then says of each file what became of it. The error is
// Unavailable "jobs-stalled" when some of it has to wait for what is unavailable.
func (c *importCommand) settle(ctx context.Context, p *parts, r *report) error {
	stalled := p.drain(ctx, r.progress)
	if stalled != nil && archive.ReasonOf(stalled) != "jobs-stalled" {
		return stalled
	}
	if err := p.searchable(ctx); err != nil {
		return err
	}
	waits := false
	reader := p.catalog.Reader(archive.System("import"))
	works := map[archive.WorkID]*derived{}
	for i := range r.held {
		result := &r.held[i]
		if works[result.Work] == nil {
			d, err := lookAt(ctx, reader, result.Work)
			if err != nil {
				return fmt.Errorf("look at what was made of %s: %w", result.Work, err)
			}
			works[result.Work] = d
		}
		problem := works[result.Work].problem(result.Added)
		waits = waits || problem != nil && problem.Code == archive.Unavailable
		r.judge(result, problem)
	}
	if waits {
		return stalled
	}
	return nil // what cannot go on is not of this import
}

// judge settles a file that was held back. One that nothing here reads is in the archive as it should be, with a
// remark; one that should play or be read, but does not, has failed, though its original is kept.
func (r *report) judge(f *ingest.FileResult, problem *archive.Error) {
	if problem == nil {
		return
	}
	f.Remark = problem
	if problem.Reason != "format-unknown" {
		f.Status = ingest.Failed
		r.broken++
	}
}

// report tells a person or a program how an import goes.
type report struct {
	con    console
	json   bool
	bar    *bar
	held   []ingest.FileResult // added, but what is made of them is not known yet
	broken int                 // of held: those of which nothing could be made
	err    error               // the first failure to write
}

func newReport(con console, asJSON bool) *report {
	return &report{con: con, json: asJSON, bar: newBar(con.err)}
}

func (r *report) begin(files int) { r.bar.begin("import", files) }

func (r *report) file(f ingest.FileResult) {
	r.bar.step()
	if f.Status == ingest.Added {
		r.held = append(r.held, f)
		return
	}
	r.line(f)
}

func (r *report) progress(done, total int) { r.bar.set("derive", done, total) }

// line prints what became of one file: always for a program, for a person only when there is something to say.
func (r *report) line(f ingest.FileResult) {
	if r.json {
		r.jsonLine(f)
		return
	}
	if f.Remark == nil {
		return
	}
	r.bar.clear()
	row := ""
	if f.Row > 0 {
		row = fmt.Sprintf(" (%d)", f.Row)
	}
	_, err := fmt.Fprintf(r.con.err, "%s%s: %s\n", ingest.DisplayName(f.File), row, both(f.Remark))
	r.failedWriting(err)
}

func (r *report) jsonLine(f ingest.FileResult) {
	line := struct {
		File    string         `json:"file"`
		Row     int            `json:"row,omitempty"`
		Status  ingest.Status  `json:"status"`
		Work    archive.WorkID `json:"work"`
		Code    archive.Reason `json:"code"`
		Message string         `json:"message"`
	}{File: f.File, Row: f.Row, Status: f.Status, Work: f.Work}
	if f.Remark != nil {
		line.Code, line.Message = f.Remark.Reason, both(f.Remark)
	}
	r.failedWriting(json.NewEncoder(r.con.out).Encode(line))
}

// end prints the files held back and the totals.
func (r *report) end(totals ingest.Totals) error {
	r.bar.end()
	for _, f := range r.held {
		r.line(f)
	}
	r.held = nil
	if r.json {
		r.failedWriting(json.NewEncoder(r.con.out).Encode(totals))
		return r.err
	}
	for _, lang := range message.Languages() {
		_, err := fmt.Fprintln(r.con.out, message.For(lang).Text("command.import.totals", totals.Files, totals.Works, totals.Added, totals.Exists, totals.Failed))
		r.failedWriting(err)
	}
	return r.err
}

func (r *report) failedWriting(err error) {
	if r.err == nil && err != nil {
		r.err = fmt.Errorf("write the report: %w", err)
	}
}

// both is the sentence of a failure in Vietnamese and English.
func both(err error) string {
	return message.For("vi").Sentence(err) + " | " + message.For("en").Sentence(err)
}
