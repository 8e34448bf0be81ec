package web_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// addAccount makes an account of a person.
func addAccount(t testing.TB, c *catalog.Catalog, shown string, role archive.Role) catalog.Account {
	t.Helper()
	a := catalog.Account{ID: archive.NewID[archive.AccountID](), Name: archive.NewID[string](), Shown: shown, Roles: []archive.Role{role}}
	must(t, c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error { return tx.AddAccount(ctx, a) }))
	return a
}

// signIn gives an account one more device, and returns the cookie that it keeps.
func signIn(t testing.TB, c *catalog.Catalog, a catalog.Account) string {
	t.Helper()
	raw := sha256.Sum256([]byte(archive.NewID[string]()))
	secret := base64.RawURLEncoding.EncodeToString(raw[:])
	sum := sha256.Sum256([]byte(secret))
	must(t, c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
		return tx.AddSession(ctx, catalog.Session{ID: archive.NewID[archive.SessionID](), Account: a.ID, Label: "máy", Expires: time.Now().Add(time.Hour),
			Token: catalog.SecretDigest(base64.RawURLEncoding.EncodeToString(sum[:]))})
	}))
	return "vannghe=" + secret
}
