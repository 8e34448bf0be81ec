package editorial_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/editorial"
)

// typed is a form that was made from the work as it stands, with some fields typed over.
func (b *board) typed(id archive.WorkID, fields archive.Said) editorial.Typed {
	w := read(b.t, b.catalog, id)
	return editorial.Typed{Base: w.Said(), Fields: fields}
}

func (b *board) edit(v archive.Viewer, id archive.WorkID, fields archive.Said) (editorial.Edited, error) {
	b.t.Helper()
	return b.As(v).Edit(b.t.Context(), id, b.typed(id, fields))
}

func (b *board) events(id archive.WorkID) []archive.Event {
	b.t.Helper()
	events, err := b.catalog.Reader(archive.System("test")).Events(b.t.Context(), id)
	b.must(errors.Join(err, archive.CheckChain(events)))
	return events
}

// A correction stands in the chain with what was there before, is undone from there, and voids approvals.
func TestEdit(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	kho := person("Kho", archive.Archivist)
	id := b.sent("tho")
	b.approve(b.van, id)
	out, err := b.edit(kho, id, archive.Said{archive.FieldTitle: " Đò   trăng\u202e ", archive.FieldDate: "khoảng năm 1997", archive.FieldTitles: "Một\r\n\r\nHai ",
		archive.FieldDescription: "Dòng một\r\nDòng hai\r\n", archive.FieldLicence: "31/12/2030"})
	b.must(err)
	w := read(t, b.catalog, id)
	if w.Title != "Đò trăng" || w.Date != "1997~" || fmt.Sprint(w.Titles) != "[Một Hai]" || w.Description != "Dòng một\nDòng hai" ||
		w.Rights.LicenceUntil.In(archive.Vietnam).Format("2006-01-02 15:04") != "2031-01-01 00:00" || len(out.Changes) != 5 {
		t.Errorf("the work says %+v after %+v", w, out.Changes)
	}
	events := b.events(id)
	last := events[len(events)-1]
	c, ok := archive.ParseCorrection(last.Detail)
	if !ok || last.Type != archive.EventModification || last.Agent != string(kho.Account) || c.Name != "Kho" || !strings.Contains(last.Detail, `"after":"Đò trăng"`) {
		t.Errorf("the chain ends with %+v", last)
	}
	if n := len(archive.Approvals(events, w.Content())); n != 0 {
		t.Errorf("%d approvals are left", n)
	}
	_, err = b.edit(kho, id, archive.Said{archive.FieldTitle: "Đò  trăng", archive.FieldDescription: "Dòng một\r\nDòng hai"})
	b.must(err)
	if again := b.events(id); len(again) != len(events) || read(t, b.catalog, id).Version != w.Version {
		t.Error("a form that was saved without a change stands in the chain")
	}
	b.must(b.As(kho).Undo(t.Context(), id, last.Sequence))
	if w = read(t, b.catalog, id); w.Title == "Đò trăng" || w.Date != "" || !w.Rights.LicenceUntil.IsZero() || len(w.Titles) != 0 {
		t.Errorf("undone it says %+v", w)
	}
	undone := b.events(id)
	if c, _ := archive.ParseCorrection(undone[len(undone)-1].Detail); c.Undoes != last.Sequence {
		t.Errorf("the undoing says %+v", c)
	}
	b.must(b.As(kho).Undo(t.Context(), id, undone[len(undone)-1].Sequence)) // and back again
	if read(t, b.catalog, id).Title != "Đò trăng" {
		t.Error("an undoing cannot be undone")
	}
	b.wants("undone once more", b.As(kho).Undo(t.Context(), id, undone[len(undone)-1].Sequence), "undo-overtaken")
	b.wants("no such event", b.As(kho).Undo(t.Context(), id, 999), "change-missing")
	b.wants("an event that changed nothing", b.As(kho).Undo(t.Context(), id, 1), "change-missing")
}

// In the states where archive allows it, and of a published work at once.
func TestEditInEachState(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	ctx, id := t.Context(), b.sent("thong-bao")
	try := func(what string, v archive.Viewer, want archive.Reason) {
		t.Helper()
		_, err := b.edit(v, id, archive.Said{archive.FieldTitle: what})
		b.wants(what, err, want)
		if got := read(t, b.catalog, id).Title; (got == what) != (want == "") {
			t.Errorf("%s: the title is %s", what, got)
		}
	}
	try("gửi rồi, người gửi", b.member, "act-state")
	try("của người khác", person("Khác", archive.Member), "act-forbidden")
	try("quản trị", b.adm, "act-forbidden")
	try("khách", archive.Public(), "account-needed")
	b.approve(b.van, id)
	b.state(id, archive.Approved)
	_, err := b.edit(b.khoa, id, archive.Said{archive.FieldCollections: ""})
	b.must(err)
	b.state(id, archive.Approved)
	try("duyệt rồi, sửa", b.khoa, "")
	b.state(id, archive.Submitted) // its approvals are void
	b.approve(b.van, id)
	b.must(b.As(b.van).Publish(ctx, id, editorial.Access{Seen: b.seen(id)}))
	try("đăng rồi, sửa", b.khoa, "")
	kho := person("Kho", archive.Archivist)
	for field, value := range map[archive.Field]string{archive.FieldLicence: "31/12/2099", archive.FieldCopyright: "31/12/2099", archive.FieldStatement: "http://rightsstatements.org/vocab/NoC-US/1.0/"} {
		out, err := b.edit(kho, id, archive.Said{field: value})
		b.wants(string(field), err, "fields-wrong")
		b.wants(string(field), out.Wrong[string(field)], "rights-decided")
	}
	if w, err := b.catalog.Reader(archive.Public()).Work(ctx, id); err != nil || w.Title != "đăng rồi, sửa" {
		t.Errorf("the public sees %q, %v", w.Title, err)
	}
	b.must(b.As(b.van).Withdraw(ctx, id, b.seen(id), "Nhầm."))
	try("rút rồi, sửa", b.khoa, "act-state")
	b.wants("kept after withdrawal", b.As(b.khoa).Keep(ctx, id, "title=x"), "act-state")
	events := b.events(id)
	b.wants("undone after withdrawal", b.As(b.khoa).Undo(ctx, id, events[len(events)-3].Sequence), "act-state")
	_, err = b.As(b.khoa).Edit(ctx, "aaaaaaaaaaaa", editorial.Typed{Fields: archive.Said{archive.FieldTitle: "x"}})
	b.wants("a work that is not there", err, "work-missing")
}

// Two people who began with the same form lose nothing: different fields are merged, the same field is shown to the second.
func TestTwoEditOneRecord(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	id := b.sent("tho")
	mine := b.typed(id, archive.Said{archive.FieldTitle: "Của tôi", archive.FieldDate: "1997", archive.FieldTitles: "Một"})
	theirs := b.typed(id, archive.Said{archive.FieldTitle: "Của họ", archive.FieldHolder: "Hội", archive.FieldTitles: "Hai"})
	_, err := b.As(b.khoa).Edit(t.Context(), id, theirs)
	b.must(err)
	out, err := b.As(b.van).Edit(t.Context(), id, mine)
	b.wants("the same field", err, "fields-clash")
	if len(out.Clashes) != 1 || out.Clashes[0].Field != archive.FieldTitle || out.Clashes[0].Mine != "Của tôi" || out.Clashes[0].Theirs != "Của họ" || out.Clashes[0].Name != "Khoa" {
		t.Fatalf("clashes: %+v", out.Clashes)
	}
	if w := read(t, b.catalog, id); w.Title != "Của họ" || w.Date != "" {
		t.Errorf("something was written: %+v", w)
	}
	mine.Base = out.Current // the form that asks which
	_, err = b.As(b.van).Edit(t.Context(), id, mine)
	b.must(err)
	w := read(t, b.catalog, id)
	if w.Title != "Của tôi" || w.Date != "1997" || w.Rights.Holder != "Hội" {
		t.Errorf("merged: %+v", w)
	}
}

// Many save at once, each something of their own: all of it stands.
func TestManyEditAtOnce(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	id := b.sent("tho")
	fields := []archive.Field{archive.FieldHolder, archive.FieldIssue, archive.FieldPage, archive.FieldEvidence}
	base := b.typed(id, nil)
	var group sync.WaitGroup
	for _, f := range fields {
		group.Go(func() {
			t := base
			t.Fields = archive.Said{f: "của " + string(f), archive.FieldTitles: "tên " + string(f)}
			if _, err := b.As(b.van).Edit(b.t.Context(), id, t); err != nil {
				b.t.Error(err)
			}
		})
	}
	group.Wait()
	w := read(t, b.catalog, id)
	said := w.Said()
	for _, f := range fields {
		if said[f] != "của "+string(f) || !strings.Contains(said[archive.FieldTitles], "tên "+string(f)) {
			t.Errorf("%s is %q among %q", f, said[f], said[archive.FieldTitles])
		}
	}
	b.events(id)
}

// Every field that cannot be taken is named, and nothing of the form is.
func TestWrongFields(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	id := b.sent("tho")
	before := read(t, b.catalog, id)
	form := b.typed(id, archive.Said{archive.FieldTitle: " ", archive.FieldDate: "31/02/2020", archive.FieldHolder: strings.Repeat("ơ", 400), archive.FieldLicence: "mai",
		archive.FieldLanguage: "vi", archive.FieldTitles: strings.Repeat("a\n", 201), "state": "published"})
	form.Rows = true
	form.Credits = []editorial.TypedCredit{{Name: "Đặng Thị Sương", Relator: "king"}, {Name: "", Relator: ""}, {Name: "Người Mới", Relator: archive.Author},
		{Name: "Ai", Relator: archive.Author, Agent: "zzzzzzzzzzzz"}, {Name: "Kim", Relator: archive.Author, New: true, Born: "hôm qua"}, {Name: strings.Repeat("x", 501), Relator: archive.Author}}
	form.Relations = []archive.Relation{{Type: archive.PartOf, Target: id}, {Type: archive.PartOf}}
	out, err := b.As(b.van).Edit(t.Context(), id, form)
	b.wants("all of it", err, "fields-wrong")
	got := map[string]archive.Reason{}
	for place, err := range out.Wrong {
		got[place] = archive.ReasonOf(err)
	}
	want := map[string]archive.Reason{"title": "title-missing", "date": "date-invalid", "holder": "field-long", "licence-until": "day-invalid", "titles": "lines-many", "state": "field-unknown",
		"credits.0": "relator-unknown", "credits.2": "agent-new", "credits.3": "agent-unknown", "credits.4": "date-invalid", "credits.5": "field-long",
		"relations.0": "relation-self", "relations.1": "relation-unsaid"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("wrong are %v, want %v", got, want)
	}
	for f, place := range map[archive.Field]string{archive.FieldGenre: "genre", archive.FieldCollections: "collections"} {
		out, err := b.edit(b.van, id, archive.Said{f: "zzzzzzzzzzzz"})
		b.wants(place, err, "fields-wrong")
		if out.Wrong[place] == nil {
			t.Errorf("%s is not named: %v", place, out.Wrong)
		}
	}
	foreign := b.typed(id, nil)
	foreign.Rows, foreign.Relations = true, []archive.Relation{{Type: archive.PartOf, Target: "zzzzzzzzzzzz"}}
	out, err = b.As(b.van).Edit(t.Context(), id, foreign)
	b.wants("a relation to no work", err, "fields-wrong")
	if out.Wrong["relations.0"] == nil {
		t.Errorf("the row is not named: %v", out.Wrong)
	}
	if after := read(t, b.catalog, id); after.Version != before.Version {
		t.Error("something was written")
	}
}

// A name is who alone bears it; of several one is chosen, and who is new is made on the word of the person, once.
func TestCreditsAreFoundAndMade(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	id := b.sent("ca-khuc")
	var twins []archive.AgentID
	update(t, b.catalog, func(ctx context.Context, tx *catalog.Tx) error {
		for _, born := range []archive.Date{"1941", "1972"} {
			a := archive.Agent{ID: archive.NewID[archive.AgentID](), Born: born, Names: []archive.AgentName{{Name: "Nguyễn Văn An"}, {Name: "An Nhiên", Kind: archive.PenName}}}
			twins = append(twins, a.ID)
			if err := tx.PutAgent(ctx, a); err != nil {
				return err
			}
		}
		return nil
	})
	form := b.typed(id, nil)
	form.Rows = true
	form.Credits = []editorial.TypedCredit{{Name: "nguyễn văn an", Relator: archive.Composer}, {Name: "đặng thị sương", Relator: archive.Author}}
	out, err := b.As(b.van).Edit(t.Context(), id, form)
	b.wants("one of two", err, "fields-wrong")
	b.wants("which", out.Wrong["credits.0"], "agent-several")
	form.Credits[0] = editorial.TypedCredit{Name: "An Nhiên", Relator: archive.Composer, Agent: twins[1]}
	form.Credits = append(form.Credits, editorial.TypedCredit{Name: "Nhóm Bến Cũ", Relator: archive.Lyricist, New: true, Organisation: true, Born: "khoảng 1990"},
		editorial.TypedCredit{Name: "Nhóm Bến Cũ", Relator: archive.Performer, New: true}, editorial.TypedCredit{Name: "Tên khác hẳn", Relator: archive.Singer, Agent: twins[0], Chosen: true})
	_, err = b.As(b.van).Edit(t.Context(), id, form)
	b.must(err)
	w := read(t, b.catalog, id)
	if len(w.Credits) != 5 || w.Credits[0].Agent != twins[1] || w.Credits[2].Agent != w.Credits[3].Agent || w.Credits[4].Agent != twins[0] {
		t.Fatalf("credits: %+v", w.Credits)
	}
	made, err := b.catalog.Reader(archive.System("test")).Agent(t.Context(), w.Credits[2].Agent)
	b.must(err)
	if !made.Organisation || made.Born != "1990~" || made.Name() != "Nhóm Bến Cũ" {
		t.Errorf("made %+v", made)
	}
	form = b.typed(id, nil)
	form.Rows = true
	form.Credits = []editorial.TypedCredit{{Name: "An Nhiên", Relator: archive.Composer, Agent: twins[1]}, {Name: "Đặng Thị Sương", Relator: archive.Author, Agent: twins[0]}}
	_, err = b.As(b.van).Edit(t.Context(), id, form) // a name typed over another is who bears it
	b.must(err)
	if w = read(t, b.catalog, id); len(w.Credits) != 2 || w.Credits[1].Agent == twins[0] {
		t.Errorf("credits: %+v", w.Credits)
	}
}

func TestUnfinishedEdits(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	ctx, id := t.Context(), b.sent("tho")
	chain := len(b.events(id))
	for _, form := range []string{"title=A", "title=B", "title=C"} {
		b.must(b.As(b.van).Keep(ctx, id, form))
	}
	b.must(b.As(b.van).StepBack(ctx, id))
	kept := func(v archive.Viewer) string {
		e, err := b.catalog.Reader(v).Edit(ctx, id)
		if err != nil {
			return string(archive.ReasonOf(err))
		}
		return e.Form
	}
	if got := kept(b.van); got != "title=B" {
		t.Errorf("kept %q", got)
	}
	if got := kept(b.khoa); got != "edit-missing" {
		t.Errorf("somebody else sees %q", got)
	}
	if n := len(b.events(id)); n != chain {
		t.Errorf("the chain grew by %d", n-chain)
	}
	b.wants("by a member who sent it", b.As(b.member).Keep(ctx, id, "x"), "act-state")
	b.wants("too long", b.As(b.van).Keep(ctx, id, strings.Repeat("x", 513<<10)), "text-long")
	_, err := b.edit(b.van, id, archive.Said{archive.FieldTitle: "B"})
	b.must(err)
	if got := kept(b.van); got != "edit-missing" {
		t.Errorf("after saving %q is kept", got)
	}
}
