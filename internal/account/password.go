package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// MinPassword is the least length of a password in characters. Length alone is asked for: rules of composition make passwords that people write
// down (NIST SP 800-63B §3.1.1.2).
const MinPassword = 12

// maxPassword bounds in bytes what is hashed.
const maxPassword = 1024

// cost is what making or checking a password takes.
type cost struct {
	memory uint32 // KiB
	passes uint32
	lanes  uint8
}

// presentCost is the cost of new passwords; older ones are made anew at the next sign-in. design.md has the measurement.
func presentCost() cost { return cost{memory: 64 << 10, passes: 2, lanes: 1} }

// maxMemory in KiB and maxPasses bound what a password in the catalogue may demand.
const (
	maxMemory = 256 << 10
	maxPasses = 16
)

const (
	saltBytes = 16
	keyBytes  = 32
)

// hashers is how many passwords are worked on at once: 64 MiB each, so that a flood of sign-ins takes 128 MiB and no more. waiters is how many more
// may wait; the rest are told to come back.
const (
	hashers = 2
	waiters = 16
)

// mill makes and checks passwords, few at a time.
type mill struct {
	cost  cost // of new passwords
	queue chan struct{}
	slots chan struct{}
}

func newMill() *mill {
	return &mill{cost: presentCost(), queue: make(chan struct{}, hashers+waiters), slots: make(chan struct{}, hashers)}
}

// turn runs work when it is its turn. Busy "sign-in-busy" when too many wait already.
func (m *mill) turn(ctx context.Context, work func()) error {
	select {
	case m.queue <- struct{}{}:
		defer func() { <-m.queue }()
	default:
		return archive.Fail(archive.Busy, "sign-in-busy")
	}
	select {
	case m.slots <- struct{}{}:
		defer func() { <-m.slots }()
	case <-ctx.Done():
		return fmt.Errorf("wait to check a password: %w", ctx.Err())
	}
	work()
	return nil
}

// checkPassword says what is wrong with a password that somebody chose: Invalid "password-short" with the least length, or "password-long".
func checkPassword(password string) error {
	if utf8.RuneCountInString(norm.NFC.String(password)) < MinPassword {
		return archive.Fail(archive.Invalid, "password-short", MinPassword)
	}
	if len(password) > maxPassword {
		return archive.Fail(archive.Invalid, "password-long")
	}
	return nil
}

// seal returns the PHC form of a password.
func (m *mill) seal(ctx context.Context, password string) (string, error) {
	if err := checkPassword(password); err != nil {
		return "", err
	}
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails
	p := phc{cost: m.cost, salt: salt}
	err := m.turn(ctx, func() { p.key = p.derive(password, keyBytes) })
	return p.String(), err
}

// check reports whether a password is that of a PHC form. An account without one takes as long as one with: the time must not tell which is which.
func (m *mill) check(ctx context.Context, form, password string) (bool, error) {
	p, err := parsePHC(form)
	if err != nil {
		p = phc{cost: m.cost, salt: make([]byte, saltBytes), key: make([]byte, keyBytes)}
	}
	if len(password) > maxPassword {
		return false, nil
	}
	same := false
	if turned := m.turn(ctx, func() { same = subtle.ConstantTimeCompare(p.derive(password, len(p.key)), p.key) == 1 }); turned != nil {
		return false, turned
	}
	return same && err == nil, nil
}

// ChangePassword gives whoever asks another password in place of the present one, ends all of their devices, and lets this one in anew. For staff:
// members have none. Forbidden "role-needed", "password-wrong"; Invalid "password-short", "password-long"; TooMany "too-many-tries"; Busy
// "sign-in-busy".
func (a *Accounts) ChangePassword(ctx context.Context, v archive.Viewer, present, chosen string, client Client) (Entry, error) {
	if !v.SignedIn() || !v.Staff() {
		return Entry{}, archive.Fail(archive.Forbidden, "role-needed")
	}
	owner, err := a.reader().AccountByID(ctx, v.Account)
	if err != nil {
		return Entry{}, err
	}
	uses := passwordUses(owner.Name, client.Address)
	if err := a.tries.take(uses...); err != nil {
		return Entry{}, err
	}
	right, err := a.mill.check(ctx, owner.Password, present)
	if right || err != nil {
		a.tries.give(uses...)
	}
	if err != nil {
		return Entry{}, err
	}
	if !right {
		return Entry{}, archive.Fail(archive.Forbidden, "password-wrong")
	}
	form, err := a.mill.seal(ctx, chosen)
	if err != nil {
		return Entry{}, err
	}
	return a.enter(ctx, client, func(ctx context.Context, tx *catalog.Tx) (catalog.Account, error) {
		return reseal(ctx, tx, owner, form)
	})
}

// reseal stores a password in place of that which owner was read with.
func reseal(ctx context.Context, tx *catalog.Tx, owner catalog.Account, form string) (catalog.Account, error) {
	now, err := tx.Account(ctx, owner.ID)
	if err != nil {
		return now, err
	}
	if !now.Ended.IsZero() || now.Password != owner.Password {
		return now, archive.Fail(archive.Forbidden, "password-wrong")
	}
	if err := tx.EndSessions(ctx, owner.ID, ""); err != nil {
		return now, err
	}
	return now, tx.SetPassword(ctx, owner.ID, form)
}

// phc is a password as it is kept, in the form of the Password Hashing Competition: $argon2id$v=19$m=…,t=…,p=…$salt$key.
type phc struct {
	cost      cost
	salt, key []byte
}

// derive works in NFC: the same password typed on a Mac and on a telephone comes in different code points.
func (p phc) derive(password string, size int) []byte {
	return argon2.IDKey([]byte(norm.NFC.String(password)), p.salt, p.cost.passes, p.cost.memory, p.cost.lanes, uint32(size)) //nolint:gosec // 32, or the length of a parsed key
}

func (p phc) String() string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.cost.memory, p.cost.passes, p.cost.lanes,
		b.EncodeToString(p.salt), b.EncodeToString(p.key))
}

func parsePHC(form string) (phc, error) {
	var p phc
	bad := fmt.Errorf("%d bytes are no password in PHC form", len(form)) // without the bytes: they may be somebody's secret
	fields := strings.Split(form, "$")
	if len(fields) != 6 || fields[0] != "" || fields[1] != "argon2id" || fields[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, bad
	}
	c := &p.cost
	if n, err := fmt.Sscanf(fields[3], "m=%d,t=%d,p=%d", &c.memory, &c.passes, &c.lanes); n != 3 || err != nil {
		return p, bad
	}
	var errSalt, errKey error
	p.salt, errSalt = base64.RawStdEncoding.DecodeString(fields[4])
	p.key, errKey = base64.RawStdEncoding.DecodeString(fields[5])
	if errSalt != nil || errKey != nil || len(p.salt) < 8 || len(p.salt) > 64 || len(p.key) < 16 || len(p.key) > 64 ||
		c.lanes < 1 || c.passes < 1 || c.passes > maxPasses || c.memory < 8*uint32(c.lanes) || c.memory > maxMemory {
		return p, bad
	}
	return p, nil
}
