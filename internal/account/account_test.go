package account_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"vannghe/internal/account"
	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
)

const passphrase = "một câu dễ nhớ lắm" // in NFC

// world is a catalogue, the use cases over it and a clock.
type world struct {
	*account.Accounts
	t       *testing.T
	catalog *catalog.Catalog
	path    string // of the database

	mu  sync.Mutex
	now time.Time
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, now: time.Date(2024, 3, 5, 8, 0, 0, 0, time.UTC)}
	o := catalogtest.SQLite(t)
	o.Now = w.clock
	w.path = strings.TrimPrefix(o.DSN, "sqlite:")
	w.catalog = catalogtest.OpenWith(t, o)
	w.Accounts = account.NewAt(w.catalog, w.clock)
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) wants(err error, reason archive.Reason) {
	w.t.Helper()
	if archive.ReasonOf(err) != reason {
		w.t.Fatalf("error is %v, want %s", err, reason)
	}
}

func chief() archive.Viewer { return archive.System("test") }

func from(address string) account.Client {
	return account.Client{Address: netip.MustParseAddr(address), Device: "máy"}
}

// staff adds somebody with a password that is cheap to check.
func (w *world) staff(name string) catalog.Account {
	w.t.Helper()
	made, err := w.Add(w.t.Context(), name, "", archive.EditorRole)
	w.must(err)
	w.setPassword(made.ID, account.SealCheap(passphrase))
	return made
}

func (w *world) setPassword(id archive.AccountID, phc string) {
	w.t.Helper()
	w.must(w.catalog.Update(w.t.Context(), func(ctx context.Context, tx *catalog.Tx) error { return tx.SetPassword(ctx, id, phc) }))
}

func (w *world) signIn(name, password, address string) error {
	_, _, err := w.SignIn(w.t.Context(), account.Proof{Name: name, Password: password}, from(address))
	return err
}

func TestSignInByPassword(t *testing.T) {
	w := newWorld(t)
	editor := w.staff("van")
	member, err := w.Add(t.Context(), "la", "Hội viên", archive.Member)
	w.must(err)
	for _, c := range []struct{ name, user, password string }{
		{"a wrong password", "van", "một câu khó nhớ lắm"},
		{"no password", "van", ""},
		{"the stored form itself", "van", account.SealCheap(passphrase)},
		{"a name that nobody has", "nobody", passphrase},
		{"somebody without a password", "la", ""},
		{"a name longer than any", strings.Repeat("v", 1000), passphrase},
		{"a password longer than any", "van", strings.Repeat("x", 1<<20)},
	} {
		if err := w.signIn(c.user, c.password, "203.0.113.1"); archive.ReasonOf(err) != "sign-in-wrong" {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	w.Costly()
	w.must(w.signIn(" VAN ", "mo\u0302\u0323t câu dễ nhớ lắm", "203.0.113.2")) // the first word in NFD
	found, err := w.Named(t.Context(), "van")
	w.must(err)
	if !strings.HasPrefix(found.Password, "$argon2id$v=19$m=65536,t=2,p=1$") {
		t.Errorf("the password was not made anew at the present cost: %s", found.Password)
	}
	_, err = w.Add(t.Context(), "quan", "", archive.Administrator)
	w.must(err)
	w.must(w.End(t.Context(), chief(), editor.ID))
	w.wants(w.signIn("van", passphrase, "203.0.113.3"), "sign-in-wrong")
	w.must(invite(w, chief(), editor.ID)) // back again, but not by what may be why it was ended
	w.wants(w.signIn("van", passphrase, "203.0.113.4"), "sign-in-wrong")
	_ = member
}

func TestPasswordRules(t *testing.T) {
	w := newWorld(t)
	for password, want := range map[string]archive.Reason{
		"mười một kt": "password-short", strings.Repeat("a", 12): "", strings.Repeat("ễ", 11): "password-short", strings.Repeat("x", 2000): "password-long",
	} {
		_, err := w.AddWithPassword(t.Context(), "a"+archive.NewID[string](), "", password, archive.Administrator)
		w.wants(err, want)
	}
}

// One person who mistypes is told to wait; the family behind the same address is not.
func TestThrottleSparesTheFamily(t *testing.T) {
	w := newWorld(t)
	w.staff("van")
	w.staff("la")
	const home = "203.0.113.1"
	for range 8 {
		w.wants(w.signIn("van", "wrong", home), "sign-in-wrong")
	}
	err := w.signIn("van", passphrase, home)
	w.wants(err, "too-many-tries")
	if e, ok := errors.AsType[*archive.Error](err); !ok || e.Code != archive.TooMany || e.After <= 0 || e.After > 2*time.Minute {
		t.Errorf("%+v", err)
	}
	w.must(w.signIn("la", passphrase, home))
	w.must(w.signIn("van", passphrase, "198.51.100.7")) // from elsewhere the owner gets in
	w.pass(2 * time.Minute)
	w.must(w.signIn("van", passphrase, home))
	for i := range 60 { // guessing at many accounts uses up the address
		name := fmt.Sprintf("x%d", i/8)
		if i%8 == 0 {
			w.staff(name)
		}
		if err := w.signIn(name, "wrong", "198.51.100.9"); archive.ReasonOf(err) != "sign-in-wrong" {
			t.Fatalf("try %d: %v", i, err)
		}
	}
	w.wants(w.signIn("la", passphrase, "198.51.100.9"), "too-many-tries")
}

func TestFewPasswordsAtOnce(t *testing.T) {
	w := newWorld(t)
	w.staff("van")
	if most := w.AtOnce(t.Context(), account.Crowded); most > 2 {
		t.Errorf("%d passwords were worked on at once", most)
	}
	leave := w.Crowd(account.Crowded)
	w.wants(w.signIn("van", passphrase, "203.0.113.1"), "sign-in-busy")
	leave()
	w.must(w.signIn("van", passphrase, "203.0.113.1"))
}

func TestDevicesStaySignedIn(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	made, err := w.Add(ctx, "la", "Hội viên Lá", archive.Member)
	w.must(err)
	invited, err := w.Invite(ctx, chief(), made.ID)
	w.must(err)
	e, err := w.Accept(ctx, account.Acceptance{Secret: invited.Secret}, from("203.0.113.1"))
	w.must(err)
	v, renewed, err := w.Recognise(ctx, e.Secret)
	w.must(err)
	if v.Account != made.ID || v.Name != "Hội viên Lá" || v.Session == "" || v.Staff() || !renewed.IsZero() {
		t.Errorf("%+v, %v", v, renewed)
	}
	w.pass(300 * 24 * time.Hour)
	if _, renewed, err = w.Recognise(ctx, e.Secret); err != nil || !renewed.Equal(w.clock().Add(account.MemberStay)) {
		t.Errorf("after 300 days: until %v, %v", renewed, err)
	}
	w.pass(300 * 24 * time.Hour)
	if _, _, err = w.Recognise(ctx, e.Secret); err != nil {
		t.Errorf("a year from its last use has not passed: %v", err)
	}
	for name, secret := range map[string]string{
		"nothing": "", "what the catalogue keeps": account.Digest(e.Secret), "another of its length": strings.Repeat("A", 43),
		"cut short": e.Secret[:42], "made longer": e.Secret + "A", "SQL": "' OR 1=1 --", "its other last bits": e.Secret[:42] + "_",
	} {
		if _, _, err := w.Recognise(ctx, secret); archive.ReasonOf(err) != "session-missing" {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.must(w.SignOut(ctx, v))
	w.must(w.SignOut(ctx, v))
	_, _, err = w.Recognise(ctx, e.Secret)
	w.wants(err, "session-missing")
}

func TestExpiredDevice(t *testing.T) {
	w := newWorld(t)
	w.staff("van")
	e, _, err := w.SignIn(t.Context(), account.Proof{Name: "van", Password: passphrase}, from("203.0.113.1"))
	w.must(err)
	w.pass(31 * 24 * time.Hour) // staff: a month
	_, _, err = w.Recognise(t.Context(), e.Secret)
	w.wants(err, "session-missing")
}

// Whoever plants a secret in a browser, or keeps one from before, has nothing once somebody signs in there.
func TestNoFixation(t *testing.T) {
	w := newWorld(t)
	w.staff("van")
	first, _, err := w.SignIn(t.Context(), account.Proof{Name: "van", Password: passphrase}, from("203.0.113.1"))
	w.must(err)
	client := from("203.0.113.1")
	client.Former = first.Secret
	second, _, err := w.SignIn(t.Context(), account.Proof{Name: "van", Password: passphrase}, client)
	w.must(err)
	if first.Secret == second.Secret {
		t.Error("signing in again gave the same secret")
	}
	_, _, err = w.Recognise(t.Context(), first.Secret)
	w.wants(err, "session-missing")
	_, _, err = w.Recognise(t.Context(), second.Secret)
	w.must(err)
}

func TestWhoLooksAfterDevices(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	van, la := w.staff("van"), w.staff("la")
	e, _, err := w.SignIn(t.Context(), account.Proof{Name: "van", Password: passphrase}, from("203.0.113.1"))
	w.must(err)
	other, _, err := w.SignIn(t.Context(), account.Proof{Name: "van", Password: passphrase}, from("203.0.113.2"))
	w.must(err)
	mine, _, err := w.Recognise(ctx, e.Secret)
	w.must(err)
	list, err := w.Devices(ctx, mine, van.ID)
	w.must(err)
	if len(list) != 2 || list[0].Label != "máy" {
		t.Errorf("%+v", list)
	}
	foreign := la.Viewer()
	w.wants(w.EndDevices(ctx, foreign, van.ID, ""), "role-needed")
	w.wants(w.EndDevice(ctx, foreign, la.ID, mine.Session), "session-missing") // of another, by its number
	w.wants(w.EndDevices(ctx, archive.Public(), "", ""), "account-needed")
	w.must(w.EndDevices(ctx, mine, van.ID, mine.Session))
	_, _, err = w.Recognise(ctx, other.Secret)
	w.wants(err, "session-missing")
	w.must(w.EndDevices(ctx, chief(), van.ID, ""))
	_, _, err = w.Recognise(ctx, e.Secret)
	w.wants(err, "session-missing")
	for _, err := range []error{
		w.End(ctx, mine, la.ID), w.SetRoles(ctx, mine, la.ID, archive.Member), invite(w, mine, la.ID),
	} {
		w.wants(err, "role-needed")
	}
}

func invite(w *world, by archive.Viewer, id archive.AccountID) error {
	_, err := w.Invite(w.t.Context(), by, id)
	return err
}

// A change of roles signs out, a former password opens nothing to a member, and the database that fails lets nobody in.
func TestRolesAndFaults(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	van := w.staff("van")
	e, _, err := w.SignIn(t.Context(), account.Proof{Name: "van", Password: passphrase}, from("203.0.113.1"))
	w.must(err)
	w.wants(w.SetRoles(ctx, chief(), van.ID), "role-missing")
	w.wants(w.SetRoles(ctx, chief(), van.ID, "king"), "role-unknown")
	w.must(w.SetRoles(ctx, chief(), van.ID, archive.EditorRole)) // the same: nothing happens
	_, _, err = w.Recognise(ctx, e.Secret)
	w.must(err)
	w.must(w.SetRoles(ctx, chief(), van.ID, archive.Member))
	_, _, err = w.Recognise(ctx, e.Secret)
	w.wants(err, "session-missing")
	w.wants(w.signIn("van", passphrase, "203.0.113.1"), "sign-in-wrong")
	ended, cancel := context.WithCancel(ctx)
	cancel()
	_, _, err = w.Recognise(ended, e.Secret)
	if err == nil || archive.CodeOf(err) == archive.NotFound {
		t.Errorf("a catalogue that does not answer was taken for a device that is unknown: %v", err)
	}
}

// A device is known also where nothing can be written any more: a full disk is what the administrator has to look at.
func TestAVisitThatCannotBeNoted(t *testing.T) {
	w := newWorld(t)
	w.staff("van")
	e, _, err := w.SignIn(t.Context(), account.Proof{Name: "van", Password: passphrase}, from("203.0.113.1"))
	w.must(err)
	full, err := sql.Open("sqlite", "file:"+w.path)
	w.must(err)
	defer full.Close()
	_, err = full.ExecContext(t.Context(), "CREATE TRIGGER full BEFORE UPDATE ON session BEGIN SELECT RAISE(FAIL, 'the disk is full'); END")
	w.must(err)
	w.pass(2 * time.Hour)
	v, renewed, err := w.Recognise(t.Context(), e.Secret)
	if err == nil || v.Account != e.Account.ID || !renewed.IsZero() {
		t.Errorf("%+v, %v, %v", v, renewed, err)
	}
}
