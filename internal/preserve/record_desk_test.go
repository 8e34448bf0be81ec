package preserve

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
)

func TestDiscussionAndCasesSurviveTheirRecords(t *testing.T) {
	w, comments := filled[archive.Work](), filled[[]archive.Comment]()
	for i := range comments {
		comments[i].Work = w.ID
	}
	record := recordOf(&w, nil, nil)
	record.Comments = recordComments(comments)
	if got := roundTrip(t, Document{Work: record}).Work.Discussion(); !reflect.DeepEqual(got, comments) {
		t.Errorf("comments: got %+v, want %+v", got, comments)
	}
	c := filled[archive.Case]()
	want := c
	want.Name, want.Contact = "", "" // who wrote is no business of what is kept for ever
	if got := roundTrip(t, Document{Case: recordCase(c)}).Case.Archive(); got != want {
		t.Errorf("case: got %+v, want %+v", got, want)
	}
}

// TestDecisionsReachTheArchive: who decided what on which answers can be read from the archive of record alone.
func TestDecisionsReachTheArchive(t *testing.T) {
	b := newBench(t)
	id := b.bring(t, twoFiles)
	b.runJobs(t, func(err error) { t.Error(err) })
	van := archive.Viewer{Account: archive.NewID[archive.AccountID](), Name: "Vân", Roles: []archive.Role{archive.EditorRole}}
	desk := editorial.New(editorial.Options{Catalog: b.catalog}).As(van)
	_, commented := desk.Comment(t.Context(), editorial.Remark{Work: id, Text: "Đã đọc."})
	var opened archive.Case
	err := errors.Join(commented,
		b.catalog.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
			w, err := tx.Work(ctx, id)
			if err != nil {
				return err
			}
			w.State = archive.Submitted
			w.Rights = archive.Rights{Statement: "x", Evidence: "thư"}
			return errors.Join(tx.PutWork(ctx, &w), tx.PutSetting(ctx, editorial.RulesSetting, archive.Rules{Approvals: map[string]int{"tho": 1, "van-xuoi": 1}}))
		}))
	if err != nil {
		t.Fatal(err)
	}
	var checks []archive.Check
	for _, i := range archive.CheckItems() {
		checks = append(checks, archive.Check{Item: i, Answer: archive.AnswerYes})
	}
	w, err := b.catalog.Reader(viewer()).Work(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = desk.Approve(t.Context(), id, editorial.Approval{Seen: editorial.Seen(&w), Checks: checks, Note: "Cho đăng."}); err != nil {
		t.Fatal(err)
	}
	if opened, err = desk.OpenCase(t.Context(), editorial.Letter{Work: id, Kind: archive.Remark, Name: "Đò", Text: "Sai năm."}); err != nil {
		t.Fatal(err)
	}
	if err := b.catalog.JobsIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
	record := b.document(t, WorkObject(id)).Work
	_, events := record.Archive()
	if err := archive.CheckChain(events); err != nil {
		t.Fatal(err)
	}
	var d archive.Decision
	for _, e := range events {
		if got, ok := archive.ParseDecision(e.Detail); ok {
			d = got
		}
	}
	if d.Name != "Vân" || d.Note != "Cho đăng." || len(d.Checks) != 4 || d.Checks[3].Name != "Vân" || d.Checks[3].Time.IsZero() {
		t.Errorf("the decision in the archive is %+v", d)
	}
	if list := record.Discussion(); len(list) != 1 || list[0].Text != "Đã đọc." {
		t.Errorf("comments in the archive: %+v", list)
	}
	if c := b.document(t, ObjectID("case", string(opened.ID))).Case; c.Text != "Sai năm." || c.Due.IsZero() {
		t.Errorf("the case in the archive: %+v", c)
	}
}
