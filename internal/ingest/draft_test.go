package ingest

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
)

// arrived sends a file and returns its upload.
func (b bench) arrived(t *testing.T, v archive.Viewer, name string, data []byte) archive.FileID {
	t.Helper()
	u, err := b.BeginUpload(t.Context(), v, NewUpload{Name: name, Size: int64(len(data))})
	if err == nil {
		_, err = b.Receive(t.Context(), v, u.ID, part(0, data))
	}
	if err != nil {
		t.Fatal(err)
	}
	return u.ID
}

func (b bench) begun(t *testing.T, v archive.Viewer, genre archive.GenreID) archive.WorkID {
	t.Helper()
	id, err := b.desk(v).Begin(t.Context(), genre)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// holds fails unless the work's representations are as told: "text:text van-ban-go.txt; paged:scan a.jpg b.jpg".
func (b bench) holds(t *testing.T, id archive.WorkID, want string) archive.Work {
	t.Helper()
	w, err := b.catalog.Reader(viewer()).Work(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	var forms []string
	for _, r := range w.Representations {
		form := string(r.Medium) + ":" + string(r.Kind)
		for i, f := range r.Files {
			if form += " " + f.Name; f.Position != i {
				t.Errorf("%s has position %d", f.Name, f.Position)
			}
		}
		forms = append(forms, form)
	}
	if got := strings.Join(forms, "; "); got != want {
		t.Fatalf("the work holds %q, want %q", got, want)
	}
	return w
}

// inStaging counts what lies there.
func (b bench) inStaging(t *testing.T, want int) {
	t.Helper()
	n := 0
	for _, err := range b.bucket.List(t.Context(), stagingFolder) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != want {
		t.Errorf("%d objects lie in staging, want %d", n, want)
	}
}

func jpeg(text string) []byte { return []byte("\xff\xd8\xff\xe0" + text) }

// A member begins a poem, types it, photographs pages, thinks better of one, reads it again and sends it.
func TestDraft(t *testing.T) {
	b := newBench(t)
	ctx, v := t.Context(), sender(t, b.catalog, "van")
	id := b.begun(t, v, "tho")
	if again := b.begun(t, v, "hoi-hoa"); again != id {
		t.Error("choosing again leaves an empty draft behind")
	}
	if again := b.begun(t, v, "tho"); again != id {
		t.Error("choosing again leaves an empty draft behind")
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	const poem = "\r\n\n   Trăng lên\r\n\r\n  trên bến cũ   \r\n\n"
	must(b.Type(ctx, v, id, poem))
	must(b.Type(ctx, v, id, poem))
	if got, err := b.Typed(ctx, v, id); err != nil || got != "   Trăng lên\n\n  trên bến cũ\n" {
		t.Errorf("typed %q, %v", got, err)
	}
	must(b.Type(ctx, v, id, "Trăng lên\n"))
	b.holds(t, id, "text:text "+TypedName)
	b.inStaging(t, 1) // what was typed before is gone
	one, two := b.arrived(t, v, "1.jpg", jpeg("1")), b.arrived(t, v, "2.jpg", jpeg("2"))
	same := b.arrived(t, v, "1 (2).jpg", jpeg("1"))
	must(b.Add(ctx, v, Addition{Work: id, Uploads: []archive.FileID{one, two, same}, Pages: true}))
	must(b.Add(ctx, v, Addition{Work: id, Uploads: []archive.FileID{one, two}, Pages: true})) // sent again, since the answer was lost
	b.holds(t, id, "text:text "+TypedName+"; paged:scan 1.jpg 2.jpg")
	b.inStaging(t, 3) // bytes once
	must(b.TakeOut(ctx, v, id, one))
	b.holds(t, id, "text:text "+TypedName+"; paged:scan 2.jpg")
	must(b.Type(ctx, v, id, " \n"))
	b.holds(t, id, "paged:scan 2.jpg")
	b.inStaging(t, 1)
	b.sendDraft(t, v, id)
}

// sendDraft gives it a title and hands it in: before, it is not preserved, and without a title it is not taken.
func (b bench) sendDraft(t *testing.T, v archive.Viewer, id archive.WorkID) {
	t.Helper()
	ctx, desk := t.Context(), b.desk(v)
	if err := desk.Submit(ctx, id, ""); archive.ReasonOf(err) != "title-missing" {
		t.Errorf("without a title: %v", err)
	}
	title, about, authors := " Bến  trăng ", "Viết năm 1975.", []string{"Vân", " Vân", ""}
	for range 2 {
		if err := desk.Reword(ctx, id, editorial.Words{Title: &title, Description: &about, Authors: &authors}); err != nil {
			t.Fatal(err)
		}
	}
	w, err := b.catalog.Reader(viewer()).Work(ctx, id)
	if err != nil || w.Title != "Bến trăng" || w.TitleGuessed || w.Description != about || len(w.Credits) != 1 || w.Credits[0].Relator != archive.Author {
		t.Fatalf("%+v, %v", w, err)
	}
	if mine, err := desk.Mine(ctx, 9); err != nil || len(mine) != 1 || mine[0].ID != id || len(mine[0].Representations) != 1 {
		t.Errorf("mine: %+v, %v", mine, err)
	}
	if err := desk.Submit(ctx, id, ""); err != nil {
		t.Fatal(err)
	}
	if err := b.Type(ctx, v, id, "khác"); archive.ReasonOf(err) != "act-state" {
		t.Errorf("typed into what editors read: %v", err)
	}
	events, err := b.catalog.Reader(viewer()).Events(ctx, id)
	if err != nil || archive.CheckChain(events) != nil || !archive.Sent(events, v.Account) {
		t.Errorf("the record: %v, %v", events, err)
	}
	if first, last := events[0].Type, events[len(events)-1].Type; first != archive.EventCreation || last != archive.EventSubmission {
		t.Errorf("the record goes from %s to %s", first, last)
	}
}

// A draft is its sender's and of those who describe works; to others it does not exist, and nothing of theirs gets into it.
func TestDraftBelongsToOne(t *testing.T) {
	b := newBench(t)
	ctx, v, other := t.Context(), sender(t, b.catalog, "van"), sender(t, b.catalog, "khoa")
	helper := sender(t, b.catalog, "lan")
	helper.Roles = []archive.Role{archive.Archivist}
	id := b.begun(t, v, "tho")
	file := b.arrived(t, v, "1.jpg", jpeg("1"))
	if err := b.Add(ctx, v, Addition{Work: id, Uploads: []archive.FileID{file}}); err != nil {
		t.Fatal(err)
	}
	title := "Của tôi"
	for about, act := range map[string]func(v archive.Viewer) error{
		"type": func(v archive.Viewer) error { return b.Type(ctx, v, id, "x") },
		"read": func(v archive.Viewer) error { return second(b.Typed(ctx, v, id)) },
		"add": func(v archive.Viewer) error {
			return b.Add(ctx, v, Addition{Work: id, Uploads: []archive.FileID{file}})
		},
		"take out": func(v archive.Viewer) error { return b.TakeOut(ctx, v, id, file) },
		"title":    func(v archive.Viewer) error { return b.desk(v).Reword(ctx, id, editorial.Words{Title: &title}) },
	} {
		for _, who := range []archive.Viewer{other, archive.Public()} {
			if err := act(who); archive.ReasonOf(err) != "work-missing" {
				t.Errorf("%s by %q: %v", about, who.Name, err)
			}
		}
	}
	if _, err := b.desk(archive.Public()).Begin(ctx, "tho"); archive.ReasonOf(err) != "account-needed" {
		t.Errorf("the public begins: %v", err)
	}
	theirs := b.arrived(t, other, "x.jpg", jpeg("x"))
	if err := b.Add(ctx, v, Addition{Work: id, Uploads: []archive.FileID{theirs}}); archive.ReasonOf(err) != "upload-missing" {
		t.Errorf("an upload of somebody else's: %v", err)
	}
	if err := b.Type(ctx, helper, id, "Lời"); err != nil {
		t.Errorf("an archivist helps: %v", err)
	}
	bare := b.begun(t, other, "tho")
	for _, text := range []string{"Lời", ""} {
		if err := b.Type(ctx, helper, bare, text); err != nil {
			t.Fatal(err)
		}
	}
	if got := b.begun(t, helper, "tho"); got == bare {
		t.Error("who helped begins in the draft of another")
	}
	if mine, err := b.desk(other).Mine(ctx, 9); err != nil || len(mine) != 1 || mine[0].ID != bare {
		t.Errorf("others list %v, %v", mine, err)
	}
	b.holds(t, id, "text:text "+TypedName+"; image:picture 1.jpg")
}

// What is not whole, lies or is too much never gets into a work, and leaves nothing behind.
func TestDraftRefuses(t *testing.T) {
	b := newBench(t)
	ctx, v := t.Context(), sender(t, b.catalog, "van")
	id := b.begun(t, v, "tho")
	half := b.begin(t, v, 10)
	if _, err := b.Receive(ctx, v, half, part(0, []byte("12345"))); err != nil {
		t.Fatal(err)
	}
	good := b.arrived(t, v, "1.jpg", jpeg("1"))
	bad, err := b.Stage(ctx, "b.txt", strings.NewReader("sent with the form"))
	if err != nil {
		t.Fatal(err)
	}
	for about, c := range map[string]struct {
		err    error
		reason archive.Reason
	}{
		"half a file":  {b.Add(ctx, v, Addition{Work: id, Uploads: []archive.FileID{good, half}, Files: []Staged{bad}}), "upload-unfinished"},
		"a novel":      {b.Type(ctx, v, id, strings.Repeat("chữ ", maxTyped/4)), "text-typed-long"},
		"a long title": {b.desk(v).Reword(ctx, id, words(strings.Repeat("a", 501))), "title-long"},
		"no such file": {b.TakeOut(ctx, v, id, good), "file-missing"},
	} {
		if archive.ReasonOf(c.err) != c.reason {
			t.Errorf("%s: %v", about, c.err)
		}
	}
	b.holds(t, id, "")
	b.inStaging(t, 1) // the upload that is whole; the form's file is gone
	infected, err := b.Stage(ctx, "b.txt", strings.NewReader("sent with the form"))
	if err != nil {
		t.Fatal(err)
	}
	infected.Scan.State = ScanInfected
	if err := b.Add(ctx, v, Addition{Work: id, Files: []Staged{infected}}); archive.ReasonOf(err) != archive.Infected {
		t.Errorf("an infected file: %v", err)
	}
	b.inStaging(t, 1)
}

func words(title string) editorial.Words { return editorial.Words{Title: &title} }

// After editors asked for changes a sender puts another text in place of the archived one; the old original stays in the archive of record.
func TestDraftAfterChangesWereAsked(t *testing.T) {
	b := newBench(t)
	ctx, v := t.Context(), sender(t, b.catalog, "van")
	id := b.begun(t, v, "tho")
	if err := b.Type(ctx, v, id, "Trăng lên"); err != nil {
		t.Fatal(err)
	}
	err := b.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, id)
		if err != nil {
			return err
		}
		w.State, w.Title, w.TitleGuessed = archive.ChangesRequested, "Bến trăng", false
		f := w.Representations[0].Files[0]
		f.State = archive.FileArchived
		if err := tx.SetFile(ctx, f); err != nil {
			return err
		}
		w.Representations[0].Files[0] = f
		if err := tx.PutWork(ctx, &w); err != nil {
			return err
		}
		return tx.PutParts(ctx, f, []archive.Part{{Work: id, File: f.ID, Kind: "stanza", Locator: "kho-1", Text: "Trăng lên"}})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Type(ctx, v, id, "Trăng xuống"); err != nil {
		t.Fatal(err)
	}
	w := b.holds(t, id, "text:text "+TypedName)
	if w.Representations[0].Files[0].State != archive.FileStaged {
		t.Error("the text is the old one")
	}
	if parts, err := b.catalog.Reader(viewer()).Parts(ctx, id); err != nil || len(parts) != 0 {
		t.Errorf("parts of the old text: %v, %v", parts, err)
	}
	b.inStaging(t, 2) // the archived file's bytes are not Add's to remove
	if err := b.desk(v).Reword(ctx, id, words("")); archive.ReasonOf(err) != "title-missing" {
		t.Errorf("the title of what was handed in: %v", err)
	}
	events, err := b.catalog.Reader(viewer()).Events(ctx, id)
	if err != nil || !strings.Contains(events[len(events)-4].Detail, "taken out") {
		t.Errorf("the record: %+v, %v", events, err)
	}
}

// A member has so much room, and drafts count until they are handed in; who works on the archive is not bounded.
func TestQuota(t *testing.T) {
	b := newBench(t)
	b.quota = 1000
	ctx, v := t.Context(), sender(t, b.catalog, "van")
	id := b.begun(t, v, "tho")
	file := b.arrived(t, v, "1.jpg", jpeg(strings.Repeat("a", 596)))
	begin := func(v archive.Viewer, size int64) archive.Reason {
		_, err := b.BeginUpload(ctx, v, NewUpload{Name: "a", Size: size})
		return archive.ReasonOf(err)
	}
	for range 2 {
		if got := begin(v, 401); got != "quota-used" {
			t.Errorf("too much: %q", got)
		}
		if err := b.Add(ctx, v, Addition{Work: id, Uploads: []archive.FileID{file}}); err != nil {
			t.Fatal(err)
		}
	}
	staff := v
	staff.Roles = []archive.Role{archive.Archivist}
	if got := begin(v, 400) + begin(staff, 5000); got != "" {
		t.Errorf("what there is room for: %q", got)
	}
	if got := begin(archive.Viewer{Account: v.Account}, 1); got != "role-needed" {
		t.Errorf("an account without a role: %q", got)
	}
}

// Neither uploads that begin at once nor files of a form pass the quota, and what is refused leaves no bytes.
func TestQuotaIsNotPassed(t *testing.T) {
	b := newBench(t)
	b.quota = 1000
	ctx, v := t.Context(), sender(t, b.catalog, "van")
	id := b.begun(t, v, "tho")
	reasons := make(chan archive.Reason, 12)
	for range cap(reasons) {
		go func() {
			_, err := b.BeginUpload(ctx, v, NewUpload{Name: "a", Size: 300})
			reasons <- archive.ReasonOf(err)
		}()
	}
	begun := map[archive.Reason]int{}
	for range cap(reasons) {
		begun[<-reasons]++
	}
	if begun[""] != 3 || begun["quota-used"] != 9 {
		t.Errorf("uploads of 300 within 1000: %v", begun)
	}
	if left, err := b.Room(ctx, v); err != nil || left != 100 {
		t.Errorf("%d bytes are left, %v", left, err)
	}
	staged, err := b.Stage(ctx, "1.jpg", bytes.NewReader(jpeg(strings.Repeat("a", 196))))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Add(ctx, v, Addition{Work: id, Files: []Staged{staged}}); archive.ReasonOf(err) != "quota-used" {
		t.Errorf("a file of a form: %v", err)
	}
	if _, err := b.bucket.Head(ctx, staged.Key); archive.CodeOf(err) != archive.NotFound {
		t.Errorf("its bytes: %v", err)
	}
}

// A device that was signed out sends no more; what came is kept. Many pieces at once are too many.
func TestPiecesEndWithTheirSender(t *testing.T) {
	b := newBench(t)
	v := sender(t, b.catalog, "van")
	id := b.begin(t, v, 10)
	started, ended, stop := make(chan struct{}), make(chan error, 1), make(chan struct{})
	line := &haltingLine{first: []byte("12345"), started: started, stop: stop}
	go func() {
		_, err := b.Receive(context.WithoutCancel(t.Context()), v, id, Piece{Length: 10, Body: line, Stop: func() { close(stop) }})
		ended <- err
	}()
	<-started
	if list := b.Senders(); len(list) != 1 || list[0].Account != v.Account {
		t.Errorf("senders: %v", list)
	}
	if n := b.EndPieces(func(archive.Viewer) bool { return true }); n != 0 {
		t.Errorf("ended %d of those that are kept", n)
	}
	if n := b.EndPieces(func(archive.Viewer) bool { return false }); n != 1 {
		t.Errorf("ended %d", n)
	}
	if err := <-ended; archive.ReasonOf(err) != "upload-interrupted" {
		t.Errorf("the piece ended with %v", err)
	}
	b.stands(t, v, id, 5)
	for range mostPieces {
		if _, _, err := b.writers.enter(t.Context(), v, archive.NewID[archive.FileID]()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.Receive(t.Context(), v, id, part(5, []byte("67890"))); archive.ReasonOf(err) != "uploads-at-once" {
		t.Errorf("one more: %v", err)
	}
}

// haltingLine gives its first bytes, and then waits until it is stopped.
type haltingLine struct {
	first         []byte
	started, stop chan struct{}
}

func (l *haltingLine) Read(p []byte) (int, error) {
	if len(l.first) > 0 {
		n := copy(p, l.first)
		l.first = l.first[n:]
		return n, nil
	}
	close(l.started)
	<-l.stop
	return 0, bytes.ErrTooLarge
}
