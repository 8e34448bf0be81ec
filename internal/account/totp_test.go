package account_test

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"vannghe/internal/account"
	"vannghe/internal/archive"
)

// shown is what somebody else's program, Debian's oathtool, shows for a key at a time.
func shown(t *testing.T, key string, at time.Time) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "oathtool", "--totp", "--base32", "--now", at.UTC().Format("2006-01-02 15:04:05 UTC"), key).CombinedOutput()
	if err != nil {
		t.Fatalf("oathtool (Debian package oathtool, make test installs it): %v\n%s", err, out)
	}
	return strings.TrimSpace(string(out))
}

// The whole way: the setting asks, the next sign-in leads to setting an app up, and from then on its digits are needed, each once.
func TestSecondFactor(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.staff("van")
	w.wants(w.AskSecondFactor(ctx, archive.Viewer{Account: "x", Roles: []archive.Role{archive.EditorRole}}, true), "role-needed")
	w.must(w.AskSecondFactor(ctx, chief(), true))
	e, link, err := w.SignIn(ctx, account.Proof{Name: "van", Password: passphrase}, from("203.0.113.1"))
	w.must(err)
	if e.Secret != "" || link == "" {
		t.Fatalf("without an app somebody was let in: %+v", e)
	}
	key := account.NewKey()
	given := account.Acceptance{Secret: link, Password: passphrase}
	w.wants(w.accept(given), "digits-wrong")
	given.Key, given.Digits = key, shown(t, account.NewKey(), w.clock())
	w.wants(w.accept(given), "digits-wrong")
	given.Key, given.Digits = "AAAA", "000000" // a key that can be guessed
	w.wants(w.accept(given), "digits-wrong")
	given.Key, given.Digits = key, shown(t, key, w.clock())
	w.must(w.accept(given))

	try := func(digits string) error {
		_, _, err := w.SignIn(ctx, account.Proof{Name: "van", Password: passphrase, Digits: digits}, from("203.0.113.2"))
		return err
	}
	w.setPassword(w.named("van"), account.SealCheap(passphrase))
	w.wants(try(""), "sign-in-wrong")
	w.must(try(" " + shown(t, key, w.clock())))
	w.wants(try(shown(t, key, w.clock())), "sign-in-wrong")                      // replayed
	w.wants(try(shown(t, key, w.clock().Add(-30*time.Second))), "sign-in-wrong") // older than what was used
	w.pass(30 * time.Second)
	w.wants(try(shown(t, key, w.clock().Add(-2*time.Minute))), "sign-in-wrong")
	w.must(try(shown(t, key, w.clock().Add(30*time.Second)))) // a clock that is half a minute fast
	w.pass(time.Hour)
	w.wants(try(""), "sign-in-wrong")
	w.must(w.AskSecondFactor(ctx, chief(), false)) // the way back in for who lost the telephone, from the terminal
	w.must(try(""))
}

func (w *world) named(name string) archive.AccountID {
	w.t.Helper()
	found, err := w.Named(w.t.Context(), name)
	w.must(err)
	return found.ID
}

func TestKeyURI(t *testing.T) {
	got := account.KeyURI("GEZDGNBV", "Văn nghệ", "van")
	if got != "otpauth://totp/V%C4%83n%20ngh%E1%BB%87:van?issuer=V%C4%83n%20ngh%E1%BB%87&secret=GEZDGNBV" {
		t.Error(got)
	}
}
