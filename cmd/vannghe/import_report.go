package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/ingest"
	"vannghe/internal/message"
)

// newsEvery is how often an import looks which of its works have been derived, and newsAtOnce how many changes it then reads at most.
const (
	newsEvery  = 250 * time.Millisecond
	newsAtOnce = 1000
)

// report tells a person or a program how an import goes.
type report struct {
	con    console
	json   bool
	bar    *bar
	held   map[archive.WorkID][]ingest.FileResult // added, but what is made of them is not known yet
	order  []archive.WorkID                       // in which works came to be held
	broken int                                    // of those told of: of how many nothing could be made
	waits  bool                                   // of some of those told of something is not made, through no fault of theirs
	err    error                                  // the first failure to write

	tellAtOnce bool   // nobody waits for what is made
	news       func() // releases what is known by now
	heard      time.Time
}

func newReport(con console, asJSON bool) *report {
	return &report{con: con, json: asJSON, bar: newBar(con.err), held: map[archive.WorkID][]ingest.FileResult{}}
}

func (r *report) begin(files int) { r.bar.begin("import", files) }

func (r *report) file(f ingest.FileResult) {
	r.bar.step()
	if f.Status != ingest.Added || r.tellAtOnce {
		r.line(f)
		return
	}
	if r.held[f.Work] == nil {
		r.order = append(r.order, f.Work)
	}
	r.held[f.Work] = append(r.held[f.Work], f)
	r.listen()
}

func (r *report) progress(done, total int) {
	r.listen()
	r.bar.set("derive", done, total)
}

// listen asks for news when the last are old.
func (r *report) listen() {
	if r.news != nil && time.Since(r.heard) >= newsEvery {
		r.heard = time.Now()
		r.news()
	}
}

// hear tells of the work that a change is about when it is held and everything of it is derived.
func (r *report) hear(ctx context.Context, reader *catalog.Reader, change catalog.Change) error {
	work := archive.WorkID(change.ID)
	if change.Kind != catalog.ChangeWork || r.held[work] == nil {
		return nil
	}
	d, err := lookAt(ctx, reader, work)
	if err != nil || !d.settled {
		return err
	}
	r.release(work, d)
	return nil
}

// release tells of the files of a work what was made of them.
func (r *report) release(work archive.WorkID, d *derived) {
	files := r.held[work]
	delete(r.held, work)
	for i := range files {
		r.judge(&files[i], d.problem(files[i].Added))
		r.line(files[i])
	}
}

// judge settles a file that was held back. One that nothing here reads is in the archive as it should be, with a
// remark; one that should play or be read, but does not, has failed, though its original is kept.
func (r *report) judge(f *ingest.FileResult, problem *archive.Error) {
	if problem == nil {
		return
	}
	f.Remark = problem
	r.waits = r.waits || problem.Code == archive.Unavailable
	if problem.Reason != "format-unknown" {
		f.Status = ingest.Failed
		r.broken++
	}
}

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
	for _, work := range r.order {
		for _, f := range r.held[work] {
			r.line(f)
		}
	}
	r.held, r.order = nil, nil
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
