package editorial_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/editorial"
)

// person is an account of a role.
func person(name string, role archive.Role) archive.Viewer {
	return archive.Viewer{Account: archive.NewID[archive.AccountID](), Name: name, Roles: []archive.Role{role}}
}

// board is an archive with the people who decide.
type board struct {
	t *testing.T
	*editorial.Editorial
	catalog                     *catalog.Catalog
	member, van, khoa, chi, adm archive.Viewer
}

func newBoard(t *testing.T, c *catalog.Catalog) *board {
	return &board{t: t, Editorial: editorial.New(editorial.Options{Catalog: c}), catalog: c, member: person("Đò", archive.Member),
		van: person("Vân", archive.EditorRole), khoa: person("Khoa", archive.EditorRole), chi: person("Chi", archive.EditorRole),
		adm: person("Quản", archive.Administrator)}
}

func (b *board) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *board) wants(what string, err error, reason archive.Reason) {
	b.t.Helper()
	if archive.ReasonOf(err) != reason {
		b.t.Errorf("%s: %v, want %s", what, err, reason)
	}
}

// sent is a work that the member has handed in, with rights, consent and a person named.
func (b *board) sent(genre archive.GenreID) archive.WorkID {
	b.t.Helper()
	id := draft(b.t, b.catalog, archive.FileArchived)
	update(b.t, b.catalog, func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, id)
		if err != nil {
			return err
		}
		agent := archive.Agent{ID: archive.NewID[archive.AgentID](), Names: []archive.AgentName{{Name: "Đặng Thị Sương"}}}
		w.Genre, w.Rights = genre, archive.Rights{Statement: "https://creativecommons.org/licenses/by/4.0/", Evidence: "thư ngày 3/5"}
		w.Credits = []archive.Credit{{Agent: agent.ID, Name: agent.Name(), Relator: archive.Author}}
		return errors.Join(tx.PutAgent(ctx, agent), tx.PutWork(ctx, &w),
			tx.AddEvent(ctx, archive.Event{Work: id, Type: archive.EventCreation, Agent: string(b.member.Account)}))
	})
	b.must(b.As(b.member).Submit(b.t.Context(), id, ""))
	return id
}

func (b *board) seen(id archive.WorkID) string {
	w := read(b.t, b.catalog, id)
	return editorial.Seen(&w)
}

func checks() []archive.Check {
	var list []archive.Check
	for _, i := range archive.CheckItems() {
		list = append(list, archive.Check{Item: i, Answer: archive.AnswerYes})
	}
	return list
}

// approve approves as a person and returns how many are missing.
func (b *board) approve(v archive.Viewer, id archive.WorkID) int {
	b.t.Helper()
	missing, err := b.As(v).Approve(b.t.Context(), id, editorial.Approval{Seen: b.seen(id), Checks: checks()})
	b.must(err)
	return missing
}

func (b *board) state(id archive.WorkID, want archive.State) {
	b.t.Helper()
	if got := read(b.t, b.catalog, id).State; got != want {
		b.t.Fatalf("the work is %s, want %s", got, want)
	}
}

// retitle changes what is said of a work, as whoever describes it does.
func (b *board) retitle(id archive.WorkID, title string) error {
	return change(b.t, b.catalog, id, func(ctx context.Context, tx *catalog.Tx, w *archive.Work) error {
		w.Title = title
		return editorial.Corrected(ctx, tx, w, editorial.By{Agent: "test"})
	})
}

func TestTwoEditorsApproveThenOnePublishes(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	ctx, id := t.Context(), b.sent("tho")
	_, err := b.As(b.member).Approve(ctx, id, editorial.Approval{Seen: b.seen(id), Checks: checks()})
	b.wants("a member approves", err, "act-forbidden")
	_, err = b.As(b.van).Approve(ctx, id, editorial.Approval{Seen: b.seen(id)})
	b.wants("nothing is answered", err, "check-missing")
	if missing := b.approve(b.van, id); missing != 1 {
		t.Errorf("%d approvals are missing, want 1", missing)
	}
	b.state(id, archive.Submitted)
	_, err = b.As(b.van).Approve(ctx, id, editorial.Approval{Seen: b.seen(id), Checks: checks()})
	b.wants("the same person twice", err, "approved-already")
	b.wants("published too soon", b.As(b.van).Publish(ctx, id, editorial.Access{Seen: b.seen(id)}), "act-state")
	if missing := b.approve(b.khoa, id); missing != 0 {
		t.Errorf("%d approvals are missing, want 0", missing)
	}
	b.state(id, archive.Approved)
	b.must(b.As(b.van).Publish(ctx, id, editorial.Access{Seen: b.seen(id)}))
	if w, err := b.catalog.Reader(archive.Public()).Work(ctx, id); err != nil || w.Published.IsZero() {
		t.Errorf("the public sees %v", err)
	}
	b.wants("published twice", b.As(b.khoa).Publish(ctx, id, editorial.Access{Seen: b.seen(id)}), "act-state")
	b.checksOnRecord(id)
}

// checksOnRecord: who approved, on what answers, with name and time, in the chain.
func (b *board) checksOnRecord(id archive.WorkID) {
	b.t.Helper()
	m, err := b.As(b.van).MinuteOf(b.t.Context(), id)
	b.must(err)
	var told []string
	for _, e := range m.Entries {
		told = append(told, string(e.Event.Type)+" "+e.Decision.Name)
		if e.Event.Type != archive.EventApproval {
			continue
		}
		for _, c := range e.Decision.Checks {
			if c.Name != e.Decision.Name || !c.Time.Equal(e.Event.Time) || c.Answer != archive.AnswerYes {
				b.t.Errorf("the answer %+v", c)
			}
		}
		if len(e.Decision.Checks) != 4 || e.Event.Hash == "" || e.Work.Title == "" {
			b.t.Errorf("%+v", e)
		}
	}
	if got := strings.Join(told, ", "); got != "submission Đò, approval Vân, approval Khoa, publication Vân" {
		b.t.Errorf("the minute tells: %s", got)
	}
	events(b.t, b.catalog, id) // checks the chain
}

func TestNobodyApprovesTheirOwn(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	b.member = b.van // an editor sends a work
	id := b.sent("tho")
	_, err := b.As(b.van).Approve(t.Context(), id, editorial.Approval{Seen: b.seen(id), Checks: checks()})
	b.wants("her own", err, "own-work")
}

func TestHowManyApprovalsIsASetting(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	notice := b.sent("thong-bao")
	if missing := b.approve(b.van, notice); missing != 0 {
		t.Errorf("an announcement needs %d more", missing)
	}
	b.state(notice, archive.Approved)
	three := archive.Rules{Approvals: map[string]int{"tho": 3}}
	b.wants("an editor changes it", b.As(b.van).SetRules(t.Context(), "", three), "act-forbidden")
	b.wants("to nothing", b.As(b.adm).SetRules(t.Context(), "", archive.Rules{Approvals: map[string]int{"tho": 0}}), "rules-invalid")
	b.must(b.As(b.adm).SetRules(t.Context(), "", three))
	poem := b.sent("tho")
	if missing := b.approve(b.van, poem); missing != 2 {
		t.Errorf("three are asked for, %d are missing after one", missing)
	}
}

func TestApprovalsOfAnotherContentAreVoid(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	ctx, id := t.Context(), b.sent("tho")
	before := b.seen(id)
	b.approve(b.van, id)
	b.must(b.retitle(id, "Bờ trăng"))
	_, err := b.As(b.khoa).Approve(ctx, id, editorial.Approval{Seen: before, Checks: checks()})
	b.wants("what she looked at has changed", err, "work-changed")
	if missing := b.approve(b.khoa, id); missing != 1 {
		t.Errorf("after a change %d are missing, want 1", missing)
	}
	if missing := b.approve(b.van, id); missing != 0 {
		t.Errorf("she may approve the new content: %d", missing)
	}
	b.must(b.retitle(id, "Sóng trăng"))
	b.state(id, archive.Submitted) // it waits for editors again
	b.approve(b.van, id)
	b.approve(b.khoa, id)
	// A change that went past Corrected is found at the last moment.
	b.must(change(t, b.catalog, id, func(_ context.Context, _ *catalog.Tx, w *archive.Work) error { w.Title = "Gió trăng"; return nil }))
	b.wants("published unapproved", b.As(b.van).Publish(ctx, id, editorial.Access{Seen: b.seen(id)}), "approvals-void")
	b.state(id, archive.Submitted)
	if _, err := b.catalog.Reader(archive.Public()).Work(ctx, id); archive.CodeOf(err) != archive.NotFound {
		t.Errorf("the public sees %v", err)
	}
}

// What a file says of itself, read late, voids approvals as a person's change does.
func TestTagsReadLateVoidApprovals(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	id := b.sent("thong-bao")
	b.must(change(t, b.catalog, id, func(_ context.Context, _ *catalog.Tx, w *archive.Work) error {
		w.TitleGuessed, w.Credits = true, nil
		return nil
	}))
	list := checks()
	list[2].Answer, list[2].Remark = archive.AnswerExempt, "chưa rõ ai"
	_, err := b.As(b.van).Approve(t.Context(), id, editorial.Approval{Seen: b.seen(id), Checks: list})
	b.must(err)
	b.state(id, archive.Approved)
	update(t, b.catalog, func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, id)
		if err != nil {
			return err
		}
		return editorial.Describe(ctx, tx, &w, editorial.Said{Title: "Tựa trong thẻ", Of: "a.mp3"})
	})
	b.state(id, archive.Submitted)
}

func TestSentBackAndAgain(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	ctx, id := t.Context(), b.sent("tho")
	b.wants("without a note", b.As(b.van).RequestChanges(ctx, id, b.seen(id), " \n"), "note-missing")
	b.approve(b.khoa, id)
	b.must(b.As(b.van).RequestChanges(ctx, id, b.seen(id), "Xin xem lại khổ 2."))
	b.state(id, archive.ChangesRequested)
	b.must(b.As(b.member).Submit(ctx, id, ""))
	if missing := b.approve(b.van, id); missing != 1 {
		t.Errorf("the approval from before it was sent back counts: %d missing", missing)
	}
	b.must(b.As(b.member).Recall(ctx, id, ""))
	b.state(id, archive.Draft)
	b.wants("another member's work", b.As(person("Khác", archive.Member)).Submit(ctx, id, ""), "act-forbidden")
}

func TestWithdrawalClosesAWork(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	ctx, id := t.Context(), b.sent("thong-bao")
	b.approve(b.van, id)
	b.must(b.As(b.van).Publish(ctx, id, editorial.Access{Seen: b.seen(id)}))
	b.wants("without a reason", b.As(b.van).Withdraw(ctx, id, b.seen(id), ""), "reason-missing")
	b.wants("by a member", b.As(b.member).Withdraw(ctx, id, b.seen(id), "x"), "act-forbidden")
	b.must(b.As(b.adm).Withdraw(ctx, id, b.seen(id), "Theo đề nghị của gia đình."))
	_, err := b.catalog.Reader(archive.Public()).Work(ctx, id)
	if archive.CodeOf(err) != archive.Gone {
		t.Errorf("the public sees %v", err)
	}
	b.wants("edited after withdrawal", b.retitle(id, "Khác"), "work-closed")
	b.wants("its access changed", b.As(b.van).Arrange(ctx, id, editorial.Access{Seen: b.seen(id)}), "act-state")
	b.wants("restored by an administrator", b.As(b.adm).Restore(ctx, id, b.seen(id), "x"), "act-forbidden")
	b.wants("restored by somebody who names no state of it", b.As(b.khoa).Restore(ctx, id, "", "x"), "work-changed")
	b.must(b.As(b.khoa).Restore(ctx, id, b.seen(id), "Đã thỏa thuận."))
	if _, err := b.catalog.Reader(archive.Public()).Work(ctx, id); err != nil {
		t.Errorf("the public sees %v", err)
	}
}

func TestAccess(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	ctx, id, now := t.Context(), b.sent("thong-bao"), time.Now()
	b.approve(b.van, id)
	for what, c := range map[string]struct {
		access editorial.Access
		reason archive.Reason
	}{
		"ends before it begins": {editorial.Access{Seen: b.seen(id), From: now.Add(2 * time.Hour), Until: now.Add(time.Hour)}, "access-ends-early"},
		"ended already":         {editorial.Access{Seen: b.seen(id), Until: now.Add(-time.Hour)}, "access-ends-early"},
		"for nobody we know":    {editorial.Access{Seen: b.seen(id), Audience: "all"}, "audience-unknown"},
	} {
		b.wants(what, b.As(b.van).Publish(ctx, id, c.access), c.reason)
	}
	from := now.Add(time.Hour).UTC().Truncate(time.Microsecond)
	b.must(b.As(b.van).Publish(ctx, id, editorial.Access{Seen: b.seen(id), From: from}))
	sees := func(v archive.Viewer) archive.Code {
		_, err := b.catalog.Reader(v).Work(ctx, id)
		return archive.CodeOf(err)
	}
	if w := read(t, b.catalog, id); sees(archive.Public()) != archive.NotFound || !w.Published.Equal(from) {
		t.Errorf("before its time: %s, published %v", sees(archive.Public()), w.Published)
	}
	b.must(b.As(b.khoa).Arrange(ctx, id, editorial.Access{Seen: b.seen(id), Audience: archive.AudienceMembers}))
	if sees(archive.Public()) != archive.NotFound || sees(b.member) != "" {
		t.Errorf("for members: public %s, member %s", sees(archive.Public()), sees(b.member))
	}
	b.must(b.As(b.khoa).Arrange(ctx, id, editorial.Access{Seen: b.seen(id), Audience: archive.AudiencePublic}))
	if sees(archive.Public()) != "" {
		t.Errorf("for everybody: %s", sees(archive.Public()))
	}
}

func TestFilesMustHaveArrived(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	id := b.sent("thong-bao")
	f := read(t, b.catalog, id).Representations[0].Files[0]
	f.State = archive.FileStaged
	update(t, b.catalog, func(ctx context.Context, tx *catalog.Tx) error { return tx.SetFile(ctx, f) })
	b.approve(b.van, id)
	b.wants("with a file in staging", b.As(b.van).Publish(t.Context(), id, editorial.Access{Seen: b.seen(id)}), "files-arriving")
	b.state(id, archive.Approved)
}

// Two who decide at the same moment: both approvals count, a work is published once, and whoever comes too late is told.
func TestDecidingAtOnce(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { decidingAtOnce(t, catalogtest.Open(t)) })
	t.Run("PostgreSQL", func(t *testing.T) {
		decidingAtOnce(t, catalogtest.OpenWith(t, catalogtest.OnPostgres(t)))
	})
}

func decidingAtOnce(t *testing.T, c *catalog.Catalog) {
	b := newBoard(t, c)
	id := b.sent("tho")
	seen := b.seen(id)
	ends := together(b.van, b.khoa, b.chi, func(v archive.Viewer) error {
		_, err := b.As(v).Approve(t.Context(), id, editorial.Approval{Seen: seen, Checks: checks()})
		return err
	})
	if ends[""] != 2 || ends["act-state"] != 1 { // two are needed; the third comes too late and is told
		t.Errorf("approving: %v", ends)
	}
	b.state(id, archive.Approved)
	seen = b.seen(id)
	ends = together(b.van, b.khoa, b.chi, func(v archive.Viewer) error {
		return b.As(v).Publish(t.Context(), id, editorial.Access{Seen: seen})
	})
	if ends[""] != 1 || ends["act-state"] != 2 {
		t.Errorf("publishing: %v", ends)
	}
	published := 0
	for _, e := range events(t, c, id) {
		if e == archive.EventPublication {
			published++
		}
	}
	if published != 1 {
		t.Errorf("published %d times", published)
	}
}

// together does the same as three people at once and counts how it ended.
func together(a, b, c archive.Viewer, act func(archive.Viewer) error) map[archive.Reason]int {
	var mu sync.Mutex
	var all sync.WaitGroup
	ends, start := map[archive.Reason]int{}, make(chan struct{})
	for _, v := range []archive.Viewer{a, b, c} {
		all.Go(func() {
			<-start
			err := act(v)
			mu.Lock()
			defer mu.Unlock()
			ends[archive.ReasonOf(err)]++
		})
	}
	close(start)
	all.Wait()
	return ends
}

// A database that fails in the middle leaves neither decision nor event.
func TestADecisionIsWholeOrNot(t *testing.T) {
	opt := catalogtest.SQLite(t)
	c := catalogtest.OpenWith(t, opt)
	b := newBoard(t, c)
	id := b.sent("thong-bao")
	before := events(t, c, id)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.As(b.van).Approve(ctx, id, editorial.Approval{Seen: b.seen(id), Checks: checks()}); err == nil {
		t.Error("approved although it was cut off")
	}
	b.state(id, archive.Submitted)
	if after := events(t, c, id); len(after) != len(before) {
		t.Errorf("events %v, then %v", before, after)
	}
}

// Whoever is named with a work, by the link of account and agent, does not approve it, and gets no rights by that either.
func TestNobodyApprovesWhatNamesThem(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	id := b.sent("tho")
	named := read(t, b.catalog, id).Credits[0].Agent
	b.van.Agents = []archive.AgentID{"aaaaaaaaaaaa", named}
	_, err := b.As(b.van).Approve(t.Context(), id, editorial.Approval{Seen: b.seen(id), Checks: checks()})
	b.wants("the author approves", err, "own-work")
	b.must(b.As(b.van).RequestChanges(t.Context(), id, b.seen(id), "Xin sửa."))
	author := archive.Viewer{Account: "bbbbbbbbbbbb", Roles: []archive.Role{archive.Member}, Agents: []archive.AgentID{named}}
	b.wants("the author edits what others sent", b.As(author).Submit(t.Context(), id, ""), "act-forbidden")
}
