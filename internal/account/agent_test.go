package account_test

import (
	"context"
	"slices"
	"testing"

	"vannghe/internal/account"
	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// An administrator says which author an account is: whoever is signed in is that author from the next request on, also after the author was merged into
// another, and the record says who said so.
func TestWhichAuthorAnAccountIs(t *testing.T) {
	w := newWorld(t)
	ctx, van := t.Context(), w.staff("van")
	first, second := archive.NewID[archive.AgentID](), archive.NewID[archive.AgentID]()
	w.must(w.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		if err := tx.PutAgent(ctx, archive.Agent{ID: first, Names: []archive.AgentName{{Name: "Tịnh Thôn"}}}); err != nil {
			return err
		}
		return tx.PutAgent(ctx, archive.Agent{ID: second, Names: []archive.AgentName{{Name: "Lâm Tịnh Vân"}}})
	}))
	e, _, err := w.SignIn(ctx, account.Proof{Name: "van", Password: passphrase}, from("203.0.113.1"))
	w.must(err)
	is := func(want ...archive.AgentID) {
		t.Helper()
		v, _, err := w.Recognise(ctx, e.Secret)
		w.must(err)
		if !slices.Equal(v.Agents, want) {
			t.Errorf("the account is %v, want %v", v.Agents, want)
		}
	}
	is()
	w.wants(w.SetAgent(ctx, van.Viewer(), van.ID, first), "role-needed")
	w.wants(w.SetAgent(ctx, chief(), van.ID, "aaaaaaaaaaaa"), "agent-missing")
	w.wants(w.SetAgent(ctx, chief(), "aaaaaaaaaaaa", first), "account-missing")
	named, err := w.Agent(ctx, chief(), "", "tịnh thôn")
	w.must(err)
	w.must(w.SetAgent(ctx, chief(), van.ID, named.ID))
	is(first)
	w.must(w.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.MergeAgent(ctx, first, second) }))
	is(second)
	w.must(w.SetAgent(ctx, chief(), van.ID, ""))
	is()
}
