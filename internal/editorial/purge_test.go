package editorial_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/editorial"
)

// withdrawn is a published work that was withdrawn.
func (b *board) withdrawn() archive.WorkID {
	b.t.Helper()
	id := b.sent("tho")
	b.must(change(b.t, b.catalog, id, func(_ context.Context, tx *catalog.Tx, w *archive.Work) error {
		w.State, w.Published, w.WithdrawnReason, w.Description = archive.Withdrawn, tx.Now(), "Theo lệnh.", "nội dung"
		return nil
	}))
	return id
}

func (b *board) plan(id archive.WorkID) editorial.PurgePlan {
	return editorial.PurgePlan{Seen: b.seen(id), Cause: archive.PurgeOrder, Reason: "Quyết định 12/QĐ-TA"}
}

func (b *board) proposed(id archive.WorkID) string {
	b.t.Helper()
	p, err := b.catalog.Reader(b.adm).Purge(b.t.Context(), id)
	b.must(err)
	return editorial.SeenPurge(p)
}

// known is a person with an account.
func (b *board) known(name string, role archive.Role) archive.Viewer {
	b.t.Helper()
	return b.account(person(name, role))
}

func (b *board) deed(by archive.Viewer, kind archive.DeedKind, to archive.Viewer, changes ...archive.Changed) {
	b.t.Helper()
	update(b.t, b.catalog, func(ctx context.Context, tx *catalog.Tx) error {
		return tx.AddDeed(ctx, archive.NewDeed(by, kind, changes...).Of(string(to.Account), to.Name))
	})
}

// One person who makes, invites or raises the second account is one person, whichever of the two proposes.
func TestPurgeTakesTwoPeople(t *testing.T) {
	for name, c := range map[string]func() *catalog.Catalog{"SQLite": func() *catalog.Catalog { return catalogtest.Open(t) },
		"PostgreSQL": func() *catalog.Catalog { return catalogtest.OpenWith(t, catalogtest.OnPostgres(t)) }} {
		t.Run(name, func(t *testing.T) {
			b := newBoard(t, c())
			b.account(b.adm)
			ctx, id := t.Context(), b.withdrawn()
			made, third, puppet := b.known("Trần Giả", archive.Administrator), b.known("Bà Ba", archive.Administrator), b.known("Ông Tư", archive.Administrator)
			honest, raised := b.known("Phó", archive.Administrator), b.known("Mới", archive.Administrator)
			b.deed(b.adm, archive.DeedAccountAdded, made)
			b.deed(made, archive.DeedAccountInvited, puppet)
			b.deed(archive.System("terminal"), archive.DeedAccountInvited, b.adm) // who sits at the terminal ties nobody
			b.deed(archive.System("terminal"), archive.DeedAccountInvited, honest)
			b.must(b.As(b.adm).ProposePurge(ctx, id, b.plan(id)))
			late := b.known("Muộn", archive.Administrator)
			b.deed(b.adm, archive.DeedAccountInvited, third)
			b.deed(honest, archive.DeedAccountRoles, raised, archive.Changed{Field: "roles", Before: "editor", After: "administrator"})
			for _, v := range []archive.Viewer{made, third, puppet, late, raised, person("Không có", archive.Administrator)} {
				b.wants("by "+v.Name, b.As(v).ConfirmPurge(ctx, id, b.proposed(id)), "purge-tied")
			}
			b.must(b.As(honest).DropPurge(ctx, id))
			b.must(b.As(made).ProposePurge(ctx, id, b.plan(id)))
			b.wants("by the one who made the proposer's account", b.As(b.adm).ConfirmPurge(ctx, id, b.proposed(id)), "purge-tied")
			b.wants("by another of the same hand", b.As(third).ConfirmPurge(ctx, id, b.proposed(id)), "purge-tied")
			b.must(b.As(honest).ConfirmPurge(ctx, id, b.proposed(id)))
		})
	}
}

// It takes two administrators, of two accounts and two names.
func TestPurgeTakesTwo(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	ctx, other, twin := t.Context(), b.known("Phó", archive.Administrator), b.known("quan ", archive.Administrator)
	id := b.sent("tho")
	b.must(change(t, b.catalog, id, func(_ context.Context, _ *catalog.Tx, w *archive.Work) error { w.State = archive.Published; return nil }))
	b.wants("while it is public", b.As(b.adm).ProposePurge(ctx, id, b.plan(id)), "purge-published")
	id = b.withdrawn()
	for _, v := range []archive.Viewer{b.van, b.member, archive.Public()} {
		if err := b.As(v).ProposePurge(ctx, id, b.plan(id)); archive.CodeOf(err) != archive.Forbidden {
			t.Errorf("proposed by %s: %v", v.Name, err)
		}
	}
	bad := b.plan(id)
	bad.Cause = "because"
	b.wants("without a cause", b.As(b.adm).ProposePurge(ctx, id, bad), "purge-cause")
	b.wants("without a reason", b.As(b.adm).ProposePurge(ctx, id, editorial.PurgePlan{Seen: b.seen(id), Cause: archive.PurgeOrder, Reason: " "}), "reason-missing")
	b.wants("of what was not seen", b.As(b.adm).ProposePurge(ctx, id, editorial.PurgePlan{Cause: archive.PurgeOrder, Reason: "x"}), "work-changed")
	b.wants("confirmed before it is proposed", b.As(other).ConfirmPurge(ctx, id, ""), "purge-lapsed")
	b.must(b.As(b.adm).ProposePurge(ctx, id, b.plan(id)))
	b.wants("proposed twice", b.As(other).ProposePurge(ctx, id, b.plan(id)), "purge-waits")
	b.wants("by the same", b.As(b.adm).ConfirmPurge(ctx, id, b.proposed(id)), "purge-same")
	b.wants("by the same under another account", b.As(twin).ConfirmPurge(ctx, id, b.proposed(id)), "purge-same")
	b.wants("by the program", b.As(archive.System("x")).ConfirmPurge(ctx, id, b.proposed(id)), "purge-same")
	b.wants("of another proposal", b.As(other).ConfirmPurge(ctx, id, "x"), "purge-lapsed")
	b.with(id, func(w *archive.Work) { w.Description = "khác" })
	b.wants("of a work that has changed since", b.As(other).ConfirmPurge(ctx, id, b.proposed(id)), "purge-overtaken")
	b.must(b.As(b.adm).ProposePurge(ctx, id, b.plan(id))) // in place of the one that no longer counts
	if err := b.As(b.van).ConfirmPurge(ctx, id, b.proposed(id)); archive.CodeOf(err) != archive.Forbidden {
		t.Errorf("confirmed by an editor: %v", err)
	}
	link := catalog.SecretDigest(strings.Repeat("x", 43))
	update(t, b.catalog, func(ctx context.Context, tx *catalog.Tx) error { return tx.PutFollow(ctx, link, id) })
	b.must(b.As(other).ConfirmPurge(ctx, id, b.proposed(id)))
	if ends, err := b.catalog.Reader(b.adm).FollowEnds(ctx, id); err != nil || !ends.IsZero() {
		t.Errorf("a link still leads to it: %v", err)
	}
	if w := read(t, b.catalog, id); w.Description != "" || w.Representations[0].Files[0].State != archive.FilePurged || w.WithdrawnReason != "Theo lệnh." {
		t.Errorf("left in the catalogue: %+v", w)
	}
	if _, err := b.catalog.Reader(archive.Public()).Work(ctx, id); archive.CodeOf(err) != archive.Gone {
		t.Errorf("the public gets %v", err)
	}
	for what, err := range map[string]error{"restored": b.As(b.van).Restore(ctx, id, b.seen(id), "x"), "by a command": b.Restore(ctx, id, editorial.By{Agent: "x"}, "x"),
		"again": b.As(b.adm).ProposePurge(ctx, id, b.plan(id)), "confirmed again": b.As(other).ConfirmPurge(ctx, id, b.proposed(id)), "dropped": b.As(other).DropPurge(ctx, id)} {
		b.wants(what, err, "work-purged")
	}
}

// A proposal lapses after seven days, and may be dropped; a work that was never public stays unknown.
func TestPurgeLapses(t *testing.T) {
	opt, late := catalogtest.SQLite(t), new(time.Duration)
	opt.Now = func() time.Time { return time.Now().Add(*late) }
	b := newBoard(t, catalogtest.OpenWith(t, opt))
	b.account(b.adm)
	ctx, other, id := t.Context(), b.known("Phó", archive.Administrator), b.sent("tho")
	b.wants("nothing is dropped", b.As(other).DropPurge(ctx, id), "purge-lapsed")
	b.must(b.As(b.adm).ProposePurge(ctx, id, b.plan(id)))
	b.must(b.As(other).DropPurge(ctx, id))
	b.must(b.As(b.adm).ProposePurge(ctx, id, b.plan(id)))
	*late = archive.PurgePatience + time.Second
	seen := b.proposed(id)
	b.wants("too late", b.As(other).ConfirmPurge(ctx, id, seen), "purge-lapsed")
	b.must(b.As(other).ProposePurge(ctx, id, b.plan(id)))
	b.wants("the one before", b.As(b.adm).ConfirmPurge(ctx, id, seen), "purge-lapsed")
	b.must(b.As(b.adm).ConfirmPurge(ctx, id, b.proposed(id)))
	if _, err := b.catalog.Reader(archive.Public()).Work(ctx, id); archive.CodeOf(err) != archive.NotFound {
		t.Errorf("the public gets %v", err)
	}
	list := events(t, b.catalog, id)
	if got := list[len(list)-5:]; strings.Join(strs(got), ", ") != "proposal of deletion, dropping of a proposal of deletion, proposal of deletion, proposal of deletion, deletion" {
		t.Errorf("the record: %q", got)
	}
}

func strs(list []archive.EventType) (out []string) {
	for _, e := range list {
		out = append(out, string(e))
	}
	return out
}

// Three who confirm, drop and confirm at once: one of them is first.
func TestPurgeAtOnce(t *testing.T) {
	for name, c := range map[string]*catalog.Catalog{"SQLite": catalogtest.Open(t), "PostgreSQL": catalogtest.OpenWith(t, catalogtest.OnPostgres(t))} {
		t.Run(name, func(t *testing.T) {
			b := newBoard(t, c)
			other, third := b.known("Phó", archive.Administrator), b.known("Tá", archive.Administrator)
			id, seen := b.withdrawn(), ""
			b.must(b.As(b.adm).ProposePurge(t.Context(), id, b.plan(id)))
			seen = b.proposed(id)
			ends := together(other, third, b.adm, func(v archive.Viewer) error {
				return b.As(v).ConfirmPurge(t.Context(), id, seen)
			})
			if ends[""] != 1 || ends["work-purged"]+ends["purge-same"] != 2 {
				t.Errorf("%v", ends)
			}
		})
	}
}
