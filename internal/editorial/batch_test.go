package editorial_test

import (
	"context"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/editorial"
)

// account adds a person to the catalogue, whose roles a job asks for.
func (b *board) account(v archive.Viewer) archive.Viewer {
	b.t.Helper()
	update(b.t, b.catalog, func(ctx context.Context, tx *catalog.Tx) error {
		return tx.AddAccount(ctx, catalog.Account{ID: v.Account, Name: strings.ToLower(string(v.Account)), Shown: v.Name, Roles: v.Roles})
	})
	return v
}

// batch plans, runs and returns the batch's identifier.
func (b *board) batch(v archive.Viewer, edit archive.BatchEdit, works ...archive.WorkID) archive.BatchID {
	b.t.Helper()
	id, err := b.As(v).PlanBatch(b.t.Context(), edit, works)
	b.must(err)
	b.must(b.RunBatch(b.t.Context(), id))
	return id
}

// fates are those of the works of a batch, each with its reason.
func (b *board) fates(id archive.BatchID) string {
	b.t.Helper()
	list, err := b.catalog.Reader(archive.System("test")).BatchWorks(b.t.Context(), id, nil, 0, 100_000)
	b.must(err)
	var fates []string
	for _, w := range list {
		fates = append(fates, strings.TrimSpace(string(w.Fate)+" "+string(w.Remark.Reason)))
	}
	return strings.Join(fates, ", ")
}

func (b *board) is(what, got, want string) {
	b.t.Helper()
	if got != want {
		b.t.Errorf("%s: %q, want %q", what, got, want)
	}
}

// A batch shows what it will do, does it with one event a work, is refused work by work, and is undone as a whole but for what changed since.
func TestBatch(t *testing.T) { testBatch(t, catalogtest.Open(t)) }

// The same on PostgreSQL, with one server.
func TestBatchesOnPostgres(t *testing.T) {
	for name, test := range map[string]func(*testing.T, *catalog.Catalog){"done and undone": testBatch, "the genre has gone": testBatchAfterTheGenreHasGone} {
		t.Run(name, func(t *testing.T) { test(t, catalogtest.OpenWith(t, catalogtest.OnPostgres(t))) })
	}
}

func testBatch(t *testing.T, c *catalog.Catalog) {
	b := newBoard(t, c)
	archivist := b.account(person("Mai", archive.Archivist))
	first, second, same, gone := b.sent("tho"), b.sent("tho"), b.sent("ky"), b.sent("tho")
	b.approve(b.van, first)
	b.approve(b.khoa, first)
	update(t, b.catalog, func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, gone)
		if err != nil {
			return err
		}
		w.State, w.WithdrawnReason = archive.Withdrawn, "x"
		return tx.PutWork(ctx, &w)
	})
	id := b.batch(archivist, archive.BatchEdit{Field: archive.BatchGenre, Value: "ky"}, first, second, same, gone, "aaaaaaaaaaaa")
	b.is("looked at", b.fates(id), "changes, changes, same, refused act-state, refused work-missing")
	if w := read(t, b.catalog, first); w.Genre != "tho" || w.State != archive.Approved {
		t.Fatalf("looking changed the work: %s, %s", w.Genre, w.State)
	}
	b.wants("undone before it is made", b.As(archivist).UndoBatch(t.Context(), id), "batch-stage")
	b.must(b.As(archivist).ApplyBatch(t.Context(), id))
	b.must(b.RunBatch(t.Context(), id))
	b.is("made", b.fates(id), "done, done, same, refused act-state, refused work-missing")
	b.wants("made twice", b.As(archivist).ApplyBatch(t.Context(), id), "batch-stage")
	if w := read(t, b.catalog, first); w.Genre != "ky" || w.State != archive.Submitted {
		t.Errorf("the approvals of what changed still count: %s, %s", w.Genre, w.State)
	}
	update(t, b.catalog, func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, second)
		if err != nil {
			return err
		}
		w.Genre = "tan-van"
		return tx.PutWork(ctx, &w)
	})
	b.must(b.As(archivist).UndoBatch(t.Context(), id))
	b.must(b.RunBatch(t.Context(), id))
	b.is("undone", b.fates(id), "back, kept batch-overtaken, same, refused act-state, refused work-missing")
	if w := read(t, b.catalog, first); w.Genre != "tho" {
		t.Errorf("the genre is %s", w.Genre)
	}
	events, err := b.catalog.Reader(archive.System("test")).Events(t.Context(), first)
	b.must(err)
	var told []string
	for _, e := range events {
		if e.Type == archive.EventModification {
			told = append(told, e.Agent)
		}
	}
	b.is("the record", strings.Join(told, " "), string(archivist.Account)+" "+string(archivist.Account))
}

// Every field is set and given back to the letter.
func TestBatchFields(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	archivist, editor := b.account(person("Mai", archive.Archivist)), b.account(person("Vân", archive.EditorRole))
	collection := archive.Collection{ID: archive.NewID[archive.CollectionID](), Title: "Sông nước"}
	update(t, b.catalog, func(ctx context.Context, tx *catalog.Tx) error { return tx.PutCollection(ctx, collection) })
	id := b.sent("tho")
	before := read(t, b.catalog, id)
	for _, edit := range []archive.BatchEdit{
		{Field: archive.BatchGather, Value: string(collection.ID)}, {Field: archive.BatchStatement, Value: "http://rightsstatements.org/vocab/InC/1.0/"},
		{Field: archive.BatchHolder, Value: "Gia đình"}, {Field: archive.BatchDate, Value: "1997~"}, {Field: archive.BatchLanguage, Value: "tyz"},
		{Field: archive.BatchCredit, Name: "Lâm Tịnh Vân", Relator: archive.Narrator}, {Field: archive.BatchUncredit, Name: "Đặng Thị Sương"},
		{Field: archive.BatchAudience, Value: "members"},
	} {
		batch := b.batch(archivist, edit, id)
		b.must(b.As(archivist).ApplyBatch(t.Context(), batch))
		b.must(b.RunBatch(t.Context(), batch))
		b.is(string(edit.Field), b.fates(batch), "done")
		b.must(b.As(editor).UndoBatch(t.Context(), batch))
		b.must(b.RunBatch(t.Context(), batch))
		b.is(string(edit.Field)+" undone", b.fates(batch), "back")
		if w := read(t, b.catalog, id); w.Content() != before.Content() || len(w.Collections) > 0 || w.Audience != before.Audience {
			t.Errorf("%s was not given back: %+v", edit.Field, w)
		}
	}
	for reason, edit := range map[archive.Reason]archive.BatchEdit{
		"genre-unknown": {Field: archive.BatchGenre, Value: "x"}, "date-invalid": {Field: archive.BatchDate, Value: "hôm qua"}, "language-unknown": {Field: archive.BatchLanguage, Value: "!"},
		"audience-unknown": {Field: archive.BatchAudience, Value: "x"}, "collection-missing": {Field: archive.BatchGather, Value: "aaaaaaaaaaaa"},
		"rights-unknown": {Field: archive.BatchStatement, Value: "http://x.example/"}, "batch-field": {Field: "title", Value: "x"},
		"relator-unknown": {Field: archive.BatchCredit, Name: "A", Relator: "x"}, "name-missing": {Field: archive.BatchCredit, Relator: archive.Author}, "agent-missing": {Field: archive.BatchUncredit, Name: "Không ai"},
	} {
		_, err := b.As(archivist).PlanBatch(t.Context(), edit, []archive.WorkID{id})
		b.wants(string(edit.Field), err, reason)
	}
	_, err := b.As(archivist).PlanBatch(t.Context(), archive.BatchEdit{Field: archive.BatchStatement, Value: "javascript://creativecommons.org/%0aalert(1)"}, []archive.WorkID{id})
	b.wants("a script", err, "rights-unknown")
	_, err = b.As(b.member).PlanBatch(t.Context(), archive.BatchEdit{Field: archive.BatchDate}, []archive.WorkID{id})
	b.wants("a member", err, "role-needed")
	_, err = b.As(archivist).PlanBatch(t.Context(), archive.BatchEdit{Field: archive.BatchDate}, nil)
	b.wants("no works", err, "batch-empty")
	_, err = b.As(archivist).PlanBatch(t.Context(), archive.BatchEdit{Field: archive.BatchDate}, make([]archive.WorkID, editorial.MostOfBatch+1))
	b.wants("too many works", err, "batch-too-large")
}

// Who sees a published work is for editors; and a batch survives the process that was at work on it.
func TestBatchOfPublishedWorksIsPickedUp(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	archivist, editor := b.account(person("Mai", archive.Archivist)), b.account(person("Vân", archive.EditorRole))
	var works []archive.WorkID
	for range 60 {
		w := catalogtest.Work("Bến")
		works = append(works, w.ID)
		update(t, b.catalog, func(ctx context.Context, tx *catalog.Tx) error { return tx.PutWork(ctx, w) })
	}
	edit := archive.BatchEdit{Field: archive.BatchAudience, Value: "staff"}
	b.is("an archivist's", b.fates(b.batch(archivist, edit, works[0])), "refused act-forbidden")
	id := b.batch(editor, edit, works...)
	b.must(b.As(editor).ApplyBatch(t.Context(), id))
	ctx, stop := context.WithCancel(t.Context())
	if err := b.RunBatch(&stopping{Context: ctx, stop: stop, after: func() bool {
		return read(t, b.catalog, works[30]).Audience == archive.AudienceStaff
	}}, id); err == nil {
		t.Fatal("it was not stopped")
	}
	counts, err := b.catalog.Reader(archive.System("test")).BatchCounts(t.Context(), id)
	b.must(err)
	if counts[catalog.BatchDone] == 0 || counts[catalog.BatchDone] == 60 {
		t.Fatalf("%d are done", counts[catalog.BatchDone])
	}
	b.must(b.RunBatch(t.Context(), id))
	counts, err = b.catalog.Reader(archive.System("test")).BatchCounts(t.Context(), id)
	b.must(err)
	if counts[catalog.BatchDone] != 60 {
		t.Errorf("%v", counts)
	}
}

// Whoever applies or undoes the batch of another does it with their own rights and under their own name.
func TestBatchRunsAsWhoeverAskedForIt(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	archivist, editor, other := b.account(person("Mai", archive.Archivist)), b.account(person("Vân", archive.EditorRole)), b.account(person("Khoa", archive.EditorRole))
	shown, sent := catalogtest.Work("Bến", func(w *archive.Work) { w.Audience = archive.AudienceStaff }), b.sent("tho")
	update(t, b.catalog, func(ctx context.Context, tx *catalog.Tx) error { return tx.PutWork(ctx, shown) })
	id := b.batch(editor, archive.BatchEdit{Field: archive.BatchAudience, Value: "public"}, shown.ID)
	b.is("looked at", b.fates(id), "changes")
	b.wants("an editor's, applied by an archivist", b.As(archivist).ApplyBatch(t.Context(), id), "act-forbidden")
	b.must(b.RunBatch(t.Context(), id))
	if w := read(t, b.catalog, shown.ID); w.Audience != archive.AudienceStaff {
		t.Fatalf("an archivist showed the work to %s", w.Audience)
	}
	b.must(b.As(other).ApplyBatch(t.Context(), id))
	b.must(b.RunBatch(t.Context(), id))
	b.is("applied by another editor", b.fates(id), "done")
	b.wants("an editor's, undone by an archivist", b.As(archivist).UndoBatch(t.Context(), id), "act-forbidden")
	b.must(b.As(editor).UndoBatch(t.Context(), id))
	b.must(b.RunBatch(t.Context(), id))
	b.is("undone by its planner", b.fates(id), "back")
	list, err := b.catalog.Reader(archive.System("test")).Events(t.Context(), shown.ID)
	b.must(err)
	b.is("the record", list[len(list)-2].Agent+" "+list[len(list)-1].Agent, string(other.Account)+" "+string(editor.Account))

	id = b.batch(editor, archive.BatchEdit{Field: archive.BatchDate, Value: "1997"}, sent)
	b.must(b.As(archivist).ApplyBatch(t.Context(), id))
	b.must(b.RunBatch(t.Context(), id))
	list, err = b.catalog.Reader(archive.System("test")).Events(t.Context(), sent)
	b.must(err)
	b.is("who corrected it", list[len(list)-1].Agent, string(archivist.Account))
}

// What a batch took a work out of may have gone before it is undone: the work stays as it is, and the others are given back.
func TestBatchUndoneAfterTheGenreHasGone(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	archivist := b.account(person("Mai", archive.Archivist))
	update(t, b.catalog, func(ctx context.Context, tx *catalog.Tx) error {
		return tx.PutGenre(ctx, archive.Genre{ID: "ve", Name: "Vè", Group: "van-xuoi"})
	})
	gone, other := b.sent("ve"), b.sent("ky")
	id := b.batch(archivist, archive.BatchEdit{Field: archive.BatchGenre, Value: "tho"}, gone, other)
	b.must(b.As(archivist).ApplyBatch(t.Context(), id))
	b.must(b.RunBatch(t.Context(), id))
	update(t, b.catalog, func(ctx context.Context, tx *catalog.Tx) error { return tx.RemoveGenre(ctx, "ve") })
	b.must(b.As(archivist).UndoBatch(t.Context(), id))
	b.must(b.RunBatch(t.Context(), id))
	b.is("undone", b.fates(id), "kept genre-unknown, back")
	if first, second := read(t, b.catalog, gone), read(t, b.catalog, other); first.Genre != "tho" || second.Genre != "ky" {
		t.Errorf("the genres are %s and %s", first.Genre, second.Genre)
	}
}

// What a batch gives may have gone since it was looked at: the row says so, the batch goes on, and the work keeps what it had.
func TestBatchAfterTheGenreHasGone(t *testing.T) {
	testBatchAfterTheGenreHasGone(t, catalogtest.Open(t))
}

func testBatchAfterTheGenreHasGone(t *testing.T, c *catalog.Catalog) {
	b := newBoard(t, c)
	archivist := b.account(person("Mai", archive.Archivist))
	update(t, b.catalog, func(ctx context.Context, tx *catalog.Tx) error {
		return tx.PutGenre(ctx, archive.Genre{ID: "ve", Name: "Vè", Group: "van-xuoi"})
	})
	first, second := b.sent("tho"), b.sent("ky")
	id := b.batch(archivist, archive.BatchEdit{Field: archive.BatchGenre, Value: "ve"}, first, second)
	update(t, b.catalog, func(ctx context.Context, tx *catalog.Tx) error { return tx.RemoveGenre(ctx, "ve") })
	b.must(b.As(archivist).ApplyBatch(t.Context(), id))
	b.must(b.RunBatch(t.Context(), id))
	b.is("applied", b.fates(id), "refused genre-unknown, refused genre-unknown")
	if w := read(t, b.catalog, first); w.Genre != "tho" {
		t.Errorf("the work is a %s", w.Genre)
	}
	b.must(b.As(archivist).UndoBatch(t.Context(), id))
	b.must(b.RunBatch(t.Context(), id))
	b.is("undone", b.fates(id), "refused genre-unknown, refused genre-unknown")
}

// stopping is a context that ends once something has happened.
type stopping struct {
	context.Context
	stop  func()
	after func() bool
}

func (s *stopping) Err() error {
	if s.Context.Err() == nil && s.after() {
		s.stop()
	}
	return s.Context.Err()
}
