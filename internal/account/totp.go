package account

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // what every app speaks; as a keyed hash it is not broken (RFC 6238 §1.2)
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// SecondFactorSetting is the name of the setting that says whether staff need an app that shows six digits beside their password.
const SecondFactorSetting = "second-factor"

// totpStep is how long digits are shown. Those of the step before and after are taken too: clocks differ, and typing takes time (RFC 6238 §5.2).
const totpStep = 30 * time.Second

// SecondFactor reports whether the setting asks for a second factor.
func (a *Accounts) SecondFactor(ctx context.Context) (asked bool, err error) {
	err = a.reader().Setting(ctx, SecondFactorSetting, &asked)
	if archive.CodeOf(err) == archive.NotFound {
		return false, nil
	}
	return asked, err
}

// AskSecondFactor sets whether staff need a second factor. Who has none is led to set one up at the next sign-in. Forbidden.
func (a *Accounts) AskSecondFactor(ctx context.Context, by archive.Viewer, asked bool) error {
	if err := by.May(archive.ManageAccounts); err != nil {
		return err
	}
	return a.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		var before bool
		err := tx.ChangeSetting(ctx, SecondFactorSetting, &before, "", func() error { return nil })
		if err != nil || before == asked {
			return err
		}
		changed := archive.Changed{Field: "asked", Before: strconv.FormatBool(before), After: strconv.FormatBool(asked)}
		if err := tx.AddDeed(ctx, archive.NewDeed(by, archive.DeedSecondFactor, changed)); err != nil {
			return err
		}
		return tx.PutSetting(ctx, SecondFactorSetting, asked)
	})
}

func keyCoding() *base32.Encoding { return base32.StdEncoding.WithPadding(base32.NoPadding) }

// NewKey returns a fresh key for an app: 160 bits, as RFC 4226 §4 recommends, in base32.
func NewKey() string {
	var raw [20]byte
	_, _ = rand.Read(raw[:]) // never fails
	return keyCoding().EncodeToString(raw[:])
}

// KeyURI is a key as apps read it from a QR code.
func KeyURI(key, site, name string) string {
	query := url.Values{"secret": {key}, "issuer": {site}}.Encode()
	return "otpauth://totp/" + url.PathEscape(site+":"+name) + "?" + strings.ReplaceAll(query, "+", "%20") // apps show a "+" as it is
}

// digitsAt are the digits of a step (RFC 4226 §5.3).
func digitsAt(key []byte, step int64) string {
	mac := hmac.New(sha1.New, key)
	_ = binary.Write(mac, binary.BigEndian, step) // a hash never fails to write
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[at:])&0x7fffffff)%1_000_000)
}

// stepOf returns the step whose digits were typed, if any near now has them.
func stepOf(key, typed string, now time.Time) (step int64, ok bool) {
	raw, err := keyCoding().DecodeString(key)
	if err != nil || len(raw) < 16 {
		return 0, false
	}
	typed = digitsOf(typed)
	here := now.Unix() / int64(totpStep/time.Second)
	for s := here - 1; s <= here+1; s++ {
		if hmac.Equal([]byte(digitsAt(raw, s)), []byte(typed)) {
			return s, true
		}
	}
	return 0, false
}

// useDigits uses up what an account's app shows: who looks over a shoulder comes too late. An account without an app needs none.
func (a *Accounts) useDigits(ctx context.Context, tx *catalog.Tx, owner catalog.Account, typed string) error {
	if owner.TOTP == "" {
		return nil
	}
	step, ok := stepOf(owner.TOTP, typed, a.now())
	if ok {
		var err error
		if ok, err = tx.UseTOTP(ctx, owner.ID, step); err != nil {
			return err
		}
	}
	if !ok {
		return archive.Fail(archive.Forbidden, "sign-in-wrong")
	}
	return nil
}

// checkKey checks that an app has taken the key over. Invalid "digits-wrong", also when the setting asks for an app and there is no key.
func (a *Accounts) checkKey(ctx context.Context, given Acceptance) error {
	asked, err := a.SecondFactor(ctx)
	if err != nil || given.Key == "" && !asked {
		return err
	}
	if _, ok := stepOf(given.Key, given.Digits, a.now()); !ok {
		return archive.Fail(archive.Invalid, "digits-wrong")
	}
	return nil
}
