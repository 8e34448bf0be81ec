package account_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"vannghe/internal/account"
	"vannghe/internal/archive"
)

func (w *world) member(name string) account.Invited {
	w.t.Helper()
	invited, err := w.AddInvited(w.t.Context(), chief(), name, name, archive.Member)
	w.must(err)
	return invited
}

func (w *world) accept(given account.Acceptance) error {
	_, err := w.Accept(w.t.Context(), given, from("203.0.113.1"))
	return err
}

func (w *world) code(digits, address string) (link string, err error) {
	_, link, err = w.EnterCode(w.t.Context(), digits, from(address))
	return link, err
}

func TestALinkLetsInOnce(t *testing.T) {
	w := newWorld(t)
	invited := w.member("la")
	link := account.Acceptance{Secret: invited.Secret}
	for range 3 { // to look uses nothing up
		offered, err := w.Offered(t.Context(), invited.Secret)
		w.must(err)
		if offered.Account.Name != "la" || offered.NeedsPassword() {
			t.Errorf("%+v", offered)
		}
	}
	const twice = 2
	got := make(chan error, twice)
	for range twice {
		go func() { got <- w.accept(link) }()
	}
	if a, b := <-got, <-got; (a == nil) == (b == nil) {
		t.Errorf("of two at once: %v, %v", a, b)
	}
	w.wants(w.accept(link), "invitation-missing")
	_, err := w.code(invited.Code, "203.0.113.1") // the digits went with it
	w.wants(err, "code-wrong")
	for _, forged := range []string{"", "x", account.Digest(invited.Secret), invited.Secret[:42] + "."} {
		w.wants(w.accept(account.Acceptance{Secret: forged}), "invitation-missing")
	}
}

func TestInvitationsEnd(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	first := w.member("la")
	second, err := w.Invite(ctx, chief(), first.Account.ID)
	w.must(err)
	w.wants(w.accept(account.Acceptance{Secret: first.Secret}), "invitation-missing") // replaced
	w.pass(account.CodeStay + time.Second)
	_, err = w.code(second.Code, "203.0.113.1")
	w.wants(err, "code-wrong")
	w.pass(account.LinkStay)
	w.wants(w.accept(account.Acceptance{Secret: second.Secret}), "invitation-missing")
	third, err := w.Invite(ctx, chief(), first.Account.ID)
	w.must(err)
	w.must(w.End(ctx, chief(), first.Account.ID))
	w.wants(w.accept(account.Acceptance{Secret: third.Secret}), "invitation-missing")
	again, err := w.Invite(ctx, chief(), first.Account.ID) // opens it again
	w.must(err)
	w.must(w.accept(account.Acceptance{Secret: again.Secret}))
}

func TestDigitsLetInOnce(t *testing.T) {
	w := newWorld(t)
	invited := w.member("la")
	for _, typed := range []string{"", "12345", "1234567", "không"} {
		_, err := w.code(typed, "203.0.113.1")
		w.wants(err, "code-malformed")
	}
	link, err := w.code(invited.Code[:3]+" "+invited.Code[3:], "203.0.113.1")
	w.must(err)
	if link != "" {
		t.Error("a member was sent on to choose a password")
	}
	_, err = w.code(invited.Code, "203.0.113.1")
	w.wants(err, "code-wrong")
	w.wants(w.accept(account.Acceptance{Secret: invited.Secret}), "invitation-missing")
}

// Guessing from one address stops after a few; from many addresses it makes digits void before luck helps. The link goes on in both cases.
func TestDigitsAreNotGuessed(t *testing.T) {
	w := newWorld(t)
	invited := w.member("la")
	wrong := fmt.Sprintf("%06d", (atoi(invited.Code)+1)%1_000_000)
	for range 6 {
		_, err := w.code(wrong, "198.51.100.1")
		w.wants(err, "code-wrong")
	}
	_, err := w.code(invited.Code, "198.51.100.1")
	w.wants(err, "too-many-tries")
	for i := range 4 {
		_, err := w.code(wrong, fmt.Sprintf("198.51.100.%d", 10+i))
		w.wants(err, "code-wrong")
	}
	_, err = w.code(invited.Code, "203.0.113.1")
	w.wants(err, "code-wrong") // ten were wrong: the right ones are void
	w.must(w.accept(account.Acceptance{Secret: invited.Secret}))
	again, err := w.Invite(t.Context(), chief(), invited.Account.ID)
	w.must(err)
	_, err = w.code(again.Code, "203.0.113.1")
	w.must(err)
}

func atoi(s string) (n int) {
	for _, c := range s {
		n = 10*n + int(c-'0')
	}
	return n
}

func TestStaffChooseAPassword(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	van := w.staff("van")
	e, _, err := w.SignIn(ctx, account.Proof{Name: "van", Password: passphrase}, from("203.0.113.1"))
	w.must(err)
	invited, err := w.Invite(ctx, chief(), van.ID)
	w.must(err)
	w.wants(w.accept(account.Acceptance{Secret: invited.Secret}), "password-short")
	link, err := w.code(invited.Code, "203.0.113.1")
	w.must(err)
	w.wants(w.accept(account.Acceptance{Secret: invited.Secret, Password: "mật khẩu mới dài"}), "invitation-missing") // the digits took its place
	w.must(w.accept(account.Acceptance{Secret: link, Password: "mật khẩu mới dài"}))
	_, _, err = w.Recognise(ctx, e.Secret)
	w.wants(err, "session-missing") // a new password signs out what the former let in
	w.wants(w.signIn("van", passphrase, "203.0.113.1"), "sign-in-wrong")
}

func TestFirstStart(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	former, err := w.OfferSetup(ctx)
	w.must(err)
	secret, err := w.OfferSetup(ctx)
	w.must(err)
	offered, err := w.Offered(ctx, secret)
	w.must(err)
	if !offered.Setup || !offered.NeedsPassword() {
		t.Errorf("%+v", offered)
	}
	given := account.Acceptance{Secret: former, Name: "quan", Shown: "Lưu Đình Ngữ", Password: passphrase}
	w.wants(w.accept(given), "invitation-missing") // printed at the start before
	given.Secret = secret
	for _, bad := range []struct {
		change func(*account.Acceptance)
		reason archive.Reason
	}{
		{func(a *account.Acceptance) { a.Name = "Quản trị" }, "account-name-invalid"},
		{func(a *account.Acceptance) { a.Password = "ngắn" }, "password-short"},
	} {
		wrong := given
		bad.change(&wrong)
		w.wants(w.accept(wrong), bad.reason)
	}
	e, err := w.Accept(ctx, given, from("203.0.113.1"))
	w.must(err)
	if v, _, err := w.Recognise(ctx, e.Secret); err != nil || v.May(archive.ManageAccounts) != nil {
		t.Errorf("%+v, %v", v, err)
	}
	given.Name = "second"
	w.wants(w.accept(given), "invitation-missing")
	if secret, err = w.OfferSetup(ctx); err != nil || secret != "" {
		t.Errorf("with an administrator there is %q, %v", secret, err)
	}
}

func TestSetupLinkEnds(t *testing.T) {
	w := newWorld(t)
	secret, err := w.OfferSetup(t.Context())
	w.must(err)
	_, err = w.AddWithPassword(t.Context(), "quan", "", passphrase, archive.Administrator) // on the terminal meanwhile
	w.must(err)
	_, err = w.Offered(t.Context(), secret)
	w.wants(err, "invitation-missing")
	w.wants(w.accept(account.Acceptance{Secret: secret, Name: "two", Password: passphrase}), "invitation-missing")
	late := newWorld(t)
	secret, err = late.OfferSetup(t.Context())
	late.must(err)
	late.pass(account.SetupStay + time.Second)
	late.wants(late.accept(account.Acceptance{Secret: secret, Name: "two", Password: passphrase}), "invitation-missing")
	if errors.Is(err, archive.Fail(archive.Internal, "")) {
		t.Error(err)
	}
}
