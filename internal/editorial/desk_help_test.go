package editorial_test

import (
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/editorial"
)

// A member asks for help; an archivist takes the draft over by the code, once; the member stays who sent it, and both may work on it.
func TestHelp(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	ctx := t.Context()
	id, err := b.As(b.member).Begin(ctx, "tho")
	b.must(err)
	helper := person("Lan", archive.Archivist)
	_, _, err = b.As(person("Khác", archive.Member)).AskHelp(ctx, id)
	b.wants("another member asks", err, "work-missing")
	former, _, err := b.As(b.member).AskHelp(ctx, id)
	b.must(err)
	code, until, err := b.As(b.member).AskHelp(ctx, id)
	b.must(err)
	if len(code) != 6 || strings.Trim(code, "34679CDFGHJKMNPRTX") != "" || until.IsZero() {
		t.Errorf("the code is %q until %v", code, until)
	}
	for typed, want := range map[string]archive.Reason{former: "help-missing", "": "help-missing", code[:5]: "help-missing", code[:5] + "O": "help-missing", code + "3": "help-missing"} {
		_, err := b.As(helper).TakeOver(ctx, typed)
		b.wants("typed "+typed, err, want)
	}
	_, err = b.As(b.member).TakeOver(ctx, code)
	b.wants("a member takes over", err, "role-needed")
	got, err := b.As(helper).TakeOver(ctx, " "+strings.ToLower(code[:3])+"-"+code[3:])
	b.must(err)
	if got != id {
		t.Errorf("the code leads to %s", got)
	}
	_, err = b.As(helper).TakeOver(ctx, code)
	b.wants("twice", err, "help-missing")
	for _, v := range []archive.Viewer{helper, b.member} {
		title := "Bến trăng của " + v.Name
		b.must(b.As(v).Reword(ctx, id, editorial.Words{Title: &title, Description: &title}))
	}
	b.must(b.As(helper).Submit(ctx, id, ""))
	own, err := b.As(b.member).Own(ctx, id)
	b.must(err)
	if !archive.Sent(own.Events, b.member.Account) {
		t.Error("the sender is not the sender any more")
	}
	if list, err := b.As(b.member).Mine(ctx, 9); err != nil || len(list) != 1 {
		t.Errorf("the sender lists %v, %v", list, err)
	}
}

// A link shows one work to whoever has it, until it is ended or another is made.
func TestFollow(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	ctx, id := t.Context(), b.sent("tho")
	_, err := b.As(person("Khác", archive.Member)).Follow(ctx, id)
	b.wants("another member makes a link", err, "work-missing")
	_, err = b.As(b.van).Follow(ctx, id)
	b.wants("an editor makes a link", err, "follow-sender")
	former, err := b.As(b.member).Follow(ctx, id)
	b.must(err)
	secret, err := b.As(b.member).Follow(ctx, id)
	b.must(err)
	b.must(b.As(b.van).RequestChanges(ctx, id, b.seen(id), "Xin xem lại khổ 2."))
	own, err := b.Followed(ctx, secret)
	b.must(err)
	if own.Work.ID != id || own.Work.State != archive.ChangesRequested {
		t.Errorf("the link shows %+v", own.Work)
	}
	for _, s := range []string{former, "", secret[:42], secret + "A", strings.Repeat("A", 43), "' OR 1=1 --"} {
		_, err := b.Followed(ctx, s)
		b.wants("the link "+s, err, "follow-missing")
	}
	b.must(b.As(b.van).EndFollow(ctx, id))
	_, err = b.Followed(ctx, secret)
	b.wants("an ended link", err, "follow-missing")
}
