package editorial_test

import (
	"context"
	"slices"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/editorial"
)

var by = editorial.By{Agent: "ban.bien.tap", Reason: "đã họp"}

// draft puts a work of one file into the catalogue.
func draft(t *testing.T, c *catalog.Catalog, state archive.FileState) archive.WorkID {
	t.Helper()
	w := archive.Work{ID: archive.NewID[archive.WorkID](), Genre: "tho", Title: "Bến trăng", Audience: archive.AudiencePublic, State: archive.Draft}
	w.Representations = []archive.Representation{{ID: archive.NewID[archive.RepresentationID](), Kind: archive.KindText, Medium: archive.Text}}
	w.Representations[0].Files = []archive.File{{ID: archive.NewID[archive.FileID](), Work: w.ID, Representation: w.Representations[0].ID,
		Name: "a.txt", Digest: "d", Type: "text/plain", Format: "text", State: state, Key: "staging/x"}}
	update(t, c, func(ctx context.Context, tx *catalog.Tx) error { return tx.PutWork(ctx, &w) })
	return w.ID
}

func update(t *testing.T, c *catalog.Catalog, fn func(context.Context, *catalog.Tx) error) {
	t.Helper()
	if err := c.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// change reads the work, takes the step and puts it.
func change(t *testing.T, c *catalog.Catalog, id archive.WorkID, fn func(context.Context, *catalog.Tx, *archive.Work) error) error {
	t.Helper()
	return c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, id)
		if err != nil {
			return err
		}
		if err := fn(ctx, tx, &w); err != nil {
			return err
		}
		return tx.PutWork(ctx, &w)
	})
}

func read(t *testing.T, c *catalog.Catalog, id archive.WorkID) archive.Work {
	t.Helper()
	w, err := c.Reader(archive.System("test")).Work(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func events(t *testing.T, c *catalog.Catalog, id archive.WorkID) []archive.EventType {
	t.Helper()
	list, err := c.Reader(archive.System("test")).Events(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if err := archive.CheckChain(list); err != nil {
		t.Error(err)
	}
	var types []archive.EventType
	for _, e := range list {
		types = append(types, e.Type)
	}
	return types
}

func approve(t *testing.T, c *catalog.Catalog, id archive.WorkID, whenReady bool) {
	t.Helper()
	err := change(t, c, id, func(ctx context.Context, tx *catalog.Tx, w *archive.Work) error {
		w.PublishWhenReady = whenReady
		if err := editorial.Submit(ctx, tx, w, by); err != nil {
			return err
		}
		return editorial.Approve(ctx, tx, w, by)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func settle(t *testing.T, c *catalog.Catalog, id archive.WorkID) archive.State {
	t.Helper()
	update(t, c, func(ctx context.Context, tx *catalog.Tx) error { return editorial.Settle(ctx, tx, id) })
	return read(t, c, id).State
}

func archived(t *testing.T, c *catalog.Catalog, id archive.WorkID) archive.File {
	t.Helper()
	f := read(t, c, id).Representations[0].Files[0]
	f.State, f.Key = archive.FileArchived, "archive/x"
	update(t, c, func(ctx context.Context, tx *catalog.Tx) error { return tx.SetFile(ctx, f) })
	return f
}

func TestSettleWaitsForEverything(t *testing.T) {
	c := catalogtest.Open(t)
	id := draft(t, c, archive.FileStaged)
	if got := settle(t, c, id); got != archive.Draft {
		t.Errorf("a draft became %s", got)
	}
	approve(t, c, id, true)
	if got := settle(t, c, id); got != archive.Approved {
		t.Errorf("with a file in staging: %s", got)
	}
	f := archived(t, c, id)
	if got := settle(t, c, id); got != archive.Approved {
		t.Errorf("with a file that nobody looked into: %s", got)
	}
	d := archive.Derivative{Work: id, File: f.ID, Recipe: "text", Version: 1, State: archive.DerivativePending}
	put := func() {
		update(t, c, func(ctx context.Context, tx *catalog.Tx) error { return tx.PutDerivative(ctx, d) })
	}
	put()
	if got := settle(t, c, id); got != archive.Approved {
		t.Errorf("with a pending derivative: %s", got)
	}
	d.State, d.Problem = archive.DerivativeFailed, "media-unreadable"
	put()
	if got := settle(t, c, id); got != archive.Published {
		t.Errorf("when all is settled: %s", got)
	}
	w := read(t, c, id)
	if w.Published.IsZero() || w.PublishWhenReady || w.Preserved == w.Version {
		t.Errorf("published work: %+v", w)
	}
	version := w.Version
	if settle(t, c, id); read(t, c, id).Version != version {
		t.Error("settling twice changed the work twice")
	}
	want := []archive.EventType{archive.EventSubmission, archive.EventApproval, archive.EventPublication}
	if got := events(t, c, id); !slices.Equal(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
	list, err := c.Reader(archive.System("test")).Events(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		if e.Agent != by.Agent || e.Detail != by.Reason || e.Outcome != archive.Success {
			t.Errorf("%s by %q because %q: %s, want the word of the one who approved", e.Type, e.Agent, e.Detail, e.Outcome)
		}
	}
	if n, err := c.JobCounts(t.Context()); err != nil || n.Waiting != 1 {
		t.Errorf("jobs %+v %v: one version is owed to the archive of record", n, err)
	}
}

func TestSettleLeavesWhatAPersonPublishes(t *testing.T) {
	c := catalogtest.Open(t)
	id := draft(t, c, archive.FileArchived)
	approve(t, c, id, false)
	if got := settle(t, c, id); got != archive.Approved {
		t.Errorf("published without being asked: %s", got)
	}
}

func TestWithdrawAndRestore(t *testing.T) {
	c := catalogtest.Open(t)
	e := editorial.New(editorial.Options{Catalog: c})
	id := draft(t, c, archive.FileArchived)
	for name, err := range map[string]error{
		"a draft is not withdrawn":              e.Withdraw(t.Context(), id, by, "lý do"),
		"what is not withdrawn is not restored": e.Restore(t.Context(), id, by, "lý do"),
	} {
		if archive.ReasonOf(err) != "state-step" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := e.Withdraw(t.Context(), "aaaaaaaaaaaa", by, "lý do"); archive.CodeOf(err) != archive.NotFound {
		t.Errorf("no such work: %v", err)
	}
	approve(t, c, id, true)
	f := read(t, c, id).Representations[0].Files[0]
	f.Problem = "format-unknown" // nothing can be made of it
	update(t, c, func(ctx context.Context, tx *catalog.Tx) error { return tx.SetFile(ctx, f) })
	settle(t, c, id)
	published := read(t, c, id).Published
	if err := e.Withdraw(t.Context(), id, by, ""); archive.ReasonOf(err) != "reason-missing" {
		t.Errorf("without a reason: %v", err)
	}

	if err := e.Withdraw(t.Context(), id, by, "theo yêu cầu của tác giả"); err != nil {
		t.Fatal(err)
	}
	_, err := c.Reader(archive.Public()).Work(t.Context(), id)
	if archive.CodeOf(err) != archive.Gone || read(t, c, id).WithdrawnReason != "theo yêu cầu của tác giả" {
		t.Errorf("the public sees %v", err)
	}
	if err := e.Withdraw(t.Context(), id, by, "lần nữa"); archive.ReasonOf(err) != "state-step" {
		t.Errorf("withdrawn twice: %v", err)
	}

	if err := e.Restore(t.Context(), id, by, "đã rõ"); err != nil {
		t.Fatal(err)
	}
	w, err := c.Reader(archive.Public()).Work(t.Context(), id)
	if err != nil || w.WithdrawnReason != "" || !w.Published.Equal(published) {
		t.Errorf("restored: %+v %v", w, err)
	}
	want := []archive.EventType{archive.EventSubmission, archive.EventApproval, archive.EventPublication, archive.EventWithdrawal, archive.EventRestoration}
	if got := events(t, c, id); !slices.Equal(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
}

func TestStepsFollowTheStateMachine(t *testing.T) {
	c := catalogtest.Open(t)
	id := draft(t, c, archive.FileArchived)
	for name, step := range map[string]func(context.Context, *catalog.Tx, *archive.Work) error{
		"approve": func(ctx context.Context, tx *catalog.Tx, w *archive.Work) error {
			return editorial.Approve(ctx, tx, w, by)
		},
		"publish": func(ctx context.Context, tx *catalog.Tx, w *archive.Work) error {
			return editorial.Publish(ctx, tx, w, by)
		},
	} {
		if err := change(t, c, id, step); archive.ReasonOf(err) != "state-step" {
			t.Errorf("%s a draft: %v", name, err)
		}
	}
	if got := events(t, c, id); len(got) != 0 {
		t.Errorf("a step that was refused left events: %v", got)
	}
}
