package ingest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/storage"
	"vannghe/storage/memstore"
)

// archivist adds an account that may bring in works.
func archivist(t testing.TB, c *catalog.Catalog, name string) archive.Viewer {
	t.Helper()
	a := catalog.Account{ID: archive.NewID[archive.AccountID](), Name: name, Shown: name, Roles: []archive.Role{archive.Archivist}}
	if err := c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error { return tx.AddAccount(ctx, a) }); err != nil {
		t.Fatal(err)
	}
	return a.Viewer()
}

// intakeOf opens an intake with a list ("" for none) and files, by their paths.
func (b bench) intakeOf(t testing.TB, v archive.Viewer, list string, files map[string]string) archive.IntakeID {
	t.Helper()
	i, err := b.OpenIntake(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	for path, content := range files {
		id, err := b.TakeWhole(t.Context(), v, path, strings.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		if err := b.AddToIntake(t.Context(), v, i.ID, []catalog.IntakeFile{{Upload: id, Path: path}}); err != nil {
			t.Fatal(err)
		}
	}
	if list != "" {
		b.giveList(t, v, i.ID, list)
	}
	return i.ID
}

func (b bench) giveList(t testing.TB, v archive.Viewer, id archive.IntakeID, list string) {
	t.Helper()
	upload, err := b.TakeWhole(t.Context(), v, "bảng kê.csv", strings.NewReader(list))
	if err == nil {
		err = b.SetManifest(t.Context(), v, id, upload)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// fates runs the job and returns every row as "number file fate remark".
func (b bench) fates(t testing.TB, v archive.Viewer, id archive.IntakeID) []string {
	t.Helper()
	if err := b.RunIntake(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	rows, err := b.catalog.Reader(v).IntakeRows(t.Context(), id, catalog.IntakeQuery{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, r := range rows {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%d %s %s %s", r.Number, r.File, r.Fate, r.Remark.Reason)))
	}
	return lines
}

func (b bench) check(t testing.TB, v archive.Viewer, id archive.IntakeID, choice IntakeChoice) []string {
	t.Helper()
	if err := b.CheckIntake(t.Context(), v, id, choice); err != nil {
		t.Fatal(err)
	}
	return b.fates(t, v, id)
}

func (b bench) take(t testing.TB, v archive.Viewer, id archive.IntakeID) []string {
	t.Helper()
	if err := b.TakeIntake(t.Context(), v, id); err != nil {
		t.Fatal(err)
	}
	return b.fates(t, v, id)
}

func wantLines(t testing.TB, about string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n%s\nwant:\n%s", about, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// inAnyState are all works, in whatever state.
func (b bench) inAnyState(t testing.TB) []archive.Work {
	t.Helper()
	var all []archive.Work
	for _, state := range []archive.State{archive.Draft, archive.Submitted, archive.Withdrawn} {
		page, err := b.catalog.Reader(viewer()).Works(t.Context(), catalog.WorkFilter{State: state, Size: catalog.MaxSize})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page.Works...)
	}
	return all
}

const walkList = `file,work,title,genre,creator,collection
tho/mua.txt,mua,Mưa,thơ,Lâm Tịnh Vân,Sông nước
tho\mua-2.txt,mua,Mưa (bản hai),,,
gio.txt,,Gió,thơ,Lâm Tịnh Vân,
nang.txt,,Nắng,thể loại lạ,,
thieu.txt,,Thiếu,thơ,,
../../etc/passwd,,Trốn,thơ,,
gio.txt,,Gió lần nữa,thơ,,
,,Không tệp,thơ,,
"dở dang.txt,,Hỏng,thơ,,
=1+1.txt,,"=HYPERLINK(""x"")",thơ,,
`

func walkFiles() map[string]string {
	return map[string]string{"tho/mua.txt": "Mưa rơi trên mái", "tho/mua-2.txt": "Mưa rơi lần hai", "phụ/gio.txt": "Gió qua bến vắng", "nang.txt": "Nắng lên",
		"=1+1.txt": "Không phải phép tính", "thừa.txt": "Không ai kể tới"}
}

// A whole intake: rehearsed, brought in, and met again by another and by the command's import.
func TestIntakeTakesWhatItRehearsed(t *testing.T) { testIntake(t, newBench(t)) }

// The same on PostgreSQL.
func TestIntakeOnPostgres(t *testing.T) {
	c := catalogtest.OpenWith(t, catalogtest.OnPostgres(t))
	testIntake(t, benchOn(t, c, storage.NewBucket(memstore.New())))
}

func testIntake(t *testing.T, b bench) {
	v := archivist(t, b.catalog, "van")
	id := b.intakeOf(t, v, walkList, walkFiles())
	want := []string{"2 tho/mua.txt new", "3 tho\\mua-2.txt joins", "4 gio.txt new", "5 nang.txt failed genre-unknown", "6 thieu.txt failed file-not-sent",
		"7 ../../etc/passwd failed file-outside", "8 gio.txt failed file-of-other-row", "9  failed row-without-file", "10 dở dang.txt failed row-quote-broken",
		"11 =1+1.txt new", "12 thừa.txt unnamed"}
	wantLines(t, "the rehearsal", b.check(t, v, id, IntakeChoice{Submit: true}), want)
	if n := len(b.inAnyState(t)); n != 0 {
		t.Fatalf("the rehearsal left %d works", n)
	}
	wantLines(t, "what came of it", b.take(t, v, id), want)
	if n := len(b.inAnyState(t)); n != 3 {
		t.Fatalf("%d works came in, want 3", n)
	}
	w, err := b.catalog.Reader(viewer()).WorkByKey(t.Context(), "mua")
	if err != nil || w.State != archive.Submitted || len(w.Collections) != 1 || len(allFiles(&w)) != 2 {
		t.Errorf("%+v, %v", w, err)
	}
	events, err := b.catalog.Reader(viewer()).Events(t.Context(), w.ID)
	if err != nil || !archive.Sent(events, v.Account) {
		t.Errorf("the work is not the archivist's own: %v, %v", events, err)
	}
	for _, act := range []error{b.TakeIntake(t.Context(), v, id), b.CheckIntake(t.Context(), v, id, IntakeChoice{})} {
		if archive.ReasonOf(act) != "intake-over" {
			t.Errorf("an intake that is over: %v", act)
		}
	}
	lines, _, _ := b.bring(t, ImportOptions{Folder: tree(t, map[string]string{"tho/mua.txt": "Mưa rơi trên mái", "tho/mua-2.txt": "Mưa rơi lần hai", "gio.txt": "Gió qua bến vắng",
		"works.csv": "file,work,title\ntho/mua.txt,mua,Mưa\ntho/mua-2.txt,mua,\ngio.txt,,Gió\n"}), Manifest: "works.csv"})
	wantLines(t, "the command meets the same", lines, []string{"2 tho/mua.txt exists", "3 tho/mua-2.txt exists", "4 gio.txt exists"})

	again := b.intakeOf(t, v, "file,work,title\ntho/mua.txt,mua,Mưa bên hiên\ntho/moi.txt,mua,\ngio.txt,,Gió\n", map[string]string{
		"tho/mua.txt": "Mưa rơi trên mái", "tho/moi.txt": "Mới", "gio.txt": "Gió qua bến vắng"})
	wantLines(t, "again", b.check(t, v, again, IntakeChoice{}), []string{"2 tho/mua.txt exists", "3 tho/moi.txt adds", "4 gio.txt exists"})
	wantLines(t, "with update", b.check(t, v, again, IntakeChoice{Update: true}), []string{"2 tho/mua.txt changes", "3 tho/moi.txt adds", "4 gio.txt exists"})
	b.take(t, v, again)
	if w, err = b.catalog.Reader(viewer()).WorkByKey(t.Context(), "mua"); err != nil || w.Title != "Mưa bên hiên" || len(allFiles(&w)) != 3 {
		t.Errorf("%q, %d files, %v", w.Title, len(allFiles(&w)), err)
	}
	if left, err := b.catalog.Reader(v).Uploads(t.Context(), 99); err != nil || len(left) != 2 { // the two lists, which expire
		t.Errorf("%d uploads are left: %v", len(left), err)
	}
}

// What is withdrawn is not changed by a list, and without a list the folder's names serve.
func TestIntakeOfAFolder(t *testing.T) {
	b := newBench(t)
	v := archivist(t, b.catalog, "van")
	id := b.intakeOf(t, v, "", map[string]string{"Thơ/Bến sông/đò chiều.txt": "Đò chiều", "Thơ/Thumbs.db": "x"})
	wantLines(t, "a folder", b.check(t, v, id, IntakeChoice{}), []string{"1 Thơ/Bến sông/đò chiều.txt new", "2 Thơ/Thumbs.db unnamed"})
	b.take(t, v, id)
	works := b.inAnyState(t)
	if len(works) != 1 || works[0].Genre != "tho" || works[0].Title != "đò chiều" || len(works[0].Collections) != 1 {
		t.Fatalf("%+v", works)
	}
	err := b.catalog.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, works[0].ID)
		if err != nil {
			return err
		}
		w.State, w.WithdrawnReason = archive.Withdrawn, "x"
		return tx.PutWork(ctx, &w)
	})
	if err != nil {
		t.Fatal(err)
	}
	again := b.intakeOf(t, v, "file,title\nThơ/Bến sông/đò chiều.txt,Đò khác\n", map[string]string{"Thơ/Bến sông/đò chiều.txt": "Đò chiều"})
	wantLines(t, "a withdrawn work", b.check(t, v, again, IntakeChoice{Update: true}), []string{"2 Thơ/Bến sông/đò chiều.txt failed act-state"})
}

// A list in an old encoding is read as nothing before somebody has said what it is.
func TestIntakeAsksForTheEncoding(t *testing.T) {
	b := newBench(t)
	v := archivist(t, b.catalog, "van")
	list := "file,title\na.txt,Tr\xa8ng s\xb8ng v\xad\xean ch\xcc c\xf1a nh\xb5 th\xac ngh\xcco\n"
	id := b.intakeOf(t, v, list, map[string]string{"a.txt": "x"})
	if err := b.CheckIntake(t.Context(), v, id, IntakeChoice{}); archive.ReasonOf(err) != "manifest-encoding-open" {
		t.Fatalf("unconfirmed: %v", err)
	}
	i, err := b.catalog.Reader(v).Intake(t.Context(), id)
	if err != nil || i.Detail.Found != "tcvn3" {
		t.Fatalf("found %q, %v", i.Detail.Found, err)
	}
	if rows, err := b.PreviewManifest(t.Context(), v, id, "tcvn3"); err != nil || !strings.Contains(rows[1][1], "vườn chè của nhà thơ") {
		t.Fatalf("%q, %v", rows, err)
	}
	if err := b.ConfirmEncoding(t.Context(), v, id, "ebcdic"); archive.ReasonOf(err) != "encoding-unknown" {
		t.Errorf("%v", err)
	}
	if err := b.ConfirmEncoding(t.Context(), v, id, "tcvn3"); err != nil {
		t.Fatal(err)
	}
	wantLines(t, "confirmed", b.check(t, v, id, IntakeChoice{}), []string{"2 a.txt new"})
}

// Only whoever may describe works has intakes, each their own, and a job stops when they may no longer.
func TestIntakeIsItsAccountsOwn(t *testing.T) {
	b := newBench(t)
	v, other, member := archivist(t, b.catalog, "van"), archivist(t, b.catalog, "mai"), sender(t, b.catalog, "hoi-vien")
	if _, err := b.OpenIntake(t.Context(), member); archive.ReasonOf(err) != "role-needed" {
		t.Errorf("a member: %v", err)
	}
	id := b.intakeOf(t, v, "", map[string]string{"a.txt": "x"})
	for reason, err := range map[archive.Reason]error{"intake-missing": b.CheckIntake(t.Context(), other, id, IntakeChoice{}), "role-needed": b.DropIntake(t.Context(), member, id)} {
		if archive.ReasonOf(err) != reason {
			t.Errorf("%v, want %s", err, reason)
		}
	}
	others, err := b.TakeWhole(t.Context(), other, "b.txt", strings.NewReader("y"))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.AddToIntake(t.Context(), v, id, []catalog.IntakeFile{{Upload: others, Path: "b.txt"}}); archive.ReasonOf(err) != "upload-missing" {
		t.Errorf("a foreign upload: %v", err)
	}
	mine, err := b.TakeWhole(t.Context(), v, "c.txt", strings.NewReader("z"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"../c.txt", "/etc/passwd", `..\..\c.txt`, "a\x00b"} {
		if err := b.AddToIntake(t.Context(), v, id, []catalog.IntakeFile{{Upload: mine, Path: path}}); archive.ReasonOf(err) != "file-outside" {
			t.Errorf("%q: %v", path, err)
		}
	}
	b.check(t, v, id, IntakeChoice{})
	if err := b.TakeIntake(t.Context(), v, id); err != nil {
		t.Fatal(err)
	}
	err = b.catalog.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
		return tx.SetRoles(ctx, v.Account, []archive.Role{archive.Member})
	})
	if err != nil {
		t.Fatal(err)
	}
	b.fates(t, v, id)
	if i, err := b.catalog.Reader(v).Intake(t.Context(), id); err != nil || i.Detail.Trouble.Reason != "role-needed" || len(b.inAnyState(t)) != 0 {
		t.Errorf("%+v, %d works, %v", i, len(b.inAnyState(t)), err)
	}
}

// dying is a context that ends as soon as what it watches has happened.
type dying struct {
	context.Context
	cancel func()
	over   func() bool
}

func dyingAfter(t *testing.T, over func() bool) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	return dying{ctx, cancel, over}
}

func (d dying) Err() error {
	if d.over() {
		d.cancel()
	}
	return d.Context.Err()
}

// A process that dies between two works leaves rows and works that agree, and the next goes on.
func TestIntakeSurvivesAStop(t *testing.T) {
	b := newBench(t)
	v := archivist(t, b.catalog, "van")
	files, list := map[string]string{}, "file,title,genre\n"
	for n := range 60 {
		name := fmt.Sprintf("bai-%02d.txt", n)
		files[name], list = "bài "+name, list+name+",Bài "+name+",thơ\n"
	}
	id := b.intakeOf(t, v, list, files)
	b.check(t, v, id, IntakeChoice{})
	if err := b.TakeIntake(t.Context(), v, id); err != nil {
		t.Fatal(err)
	}
	mortal := dyingAfter(t, func() bool {
		done, err := b.catalog.Reader(v).IntakeDone(t.Context(), id)
		return done >= 10 || err != nil
	})
	if err := b.RunIntake(mortal, id); !errors.Is(err, context.Canceled) {
		t.Fatalf("it was stopped with %v", err)
	}
	done, err := b.catalog.Reader(v).IntakeDone(t.Context(), id)
	if err != nil || done == 0 || done == 60 || len(b.inAnyState(t)) != done {
		t.Fatalf("%d rows and %d works are done: %v", done, len(b.inAnyState(t)), err)
	}
	b.fates(t, v, id)
	i, err := b.catalog.Reader(v).Intake(t.Context(), id)
	if err != nil || i.Stage != catalog.IntakeTaken || len(b.inAnyState(t)) != 60 {
		t.Errorf("%s, %d works, %v", i.Stage, len(b.inAnyState(t)), err)
	}
}

// A list of a hundred thousand rows is laid out within bounds, and told of a page at a time.
func TestIntakeOfAHundredThousandRows(t *testing.T) {
	const most = 600 << 20 // bytes, with the catalogue's own; a quarter of it is the list
	b := newBench(t)
	v := archivist(t, b.catalog, "van")
	var list strings.Builder
	list.WriteString("file,title,genre,creator,date,description\n")
	for n := range 100_000 {
		fmt.Fprintf(&list, "thơ/bài số %06d.txt,Bài số %d,thơ,Lâm Tịnh Vân,1997,Một bài thơ về bến sông\n", n, n)
	}
	id := b.intakeOf(t, v, list.String(), map[string]string{"thơ/bài số 099999.txt": "Bài cuối"})
	if err := b.CheckIntake(t.Context(), v, id, IntakeChoice{}); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	for i := (catalog.Intake{Stage: catalog.IntakeChecking}); i.Stage == catalog.IntakeChecking; {
		if err := b.RunIntake(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		var err error
		if i, err = b.catalog.Reader(v).Intake(t.Context(), id); err != nil || i.Detail.Trouble.Code != "" {
			t.Fatalf("%+v, %v", i, err)
		}
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	t.Logf("100,000 rows in %v, %d MiB held from the system", time.Since(begun).Round(time.Millisecond), memory.Sys>>20)
	if memory.Sys > most {
		t.Errorf("it took %d MiB", memory.Sys>>20)
	}
	counts, err := b.catalog.Reader(v).IntakeCounts(t.Context(), id)
	if err != nil || counts[catalog.FateFailed] != 99_999 || counts[catalog.FateNew] != 1 {
		t.Errorf("%v, %v", counts, err)
	}
}
