package subsonic

import (
	"crypto/md5" //nolint:gosec // the protocol's tokens are MD5; the passwords are random
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"

	"vannghe/internal/account"
	"vannghe/internal/archive"
)

// Refusals that have codes of their own in the protocol.
const (
	reasonKey         archive.Reason = "subsonic-key"
	reasonConflicting archive.Reason = "subsonic-conflicting"
	reasonOldClient   archive.Reason = "subsonic-old-client"
	reasonNewClient   archive.Reason = "subsonic-new-client"
	reasonWrong       archive.Reason = "app-password-wrong"
)

// signIn finds out who asks: by API key, by token and salt, or by password. The guest's name and password are the same and published.
func (k *call) signIn() error {
	if err := k.checkVersion(); err != nil {
		return err
	}
	key, name := k.param("apiKey"), k.param("u")
	if key != "" && (name != "" || k.param("p") != "" || k.param("t") != "" || k.param("s") != "") || k.param("p") != "" && k.param("t") != "" {
		return archive.Fail(archive.Invalid, reasonConflicting)
	}
	if key != "" {
		found, err := k.accounts.ByKey(k.ctx, key)
		if archive.ReasonOf(err) == reasonWrong {
			return archive.Fail(archive.Forbidden, reasonKey)
		}
		if err != nil {
			return err
		}
		k.as(found.Viewer(), found.Name)
		return nil
	}
	if _, err := k.needed("u"); err != nil {
		return err
	}
	matches, err := k.matcher()
	if err != nil {
		return err
	}
	if name == account.Guest {
		if !matches(account.Guest) {
			return archive.Fail(archive.Forbidden, reasonWrong)
		}
		k.as(archive.Public(), account.Guest)
		return nil
	}
	found, err := k.accounts.ByPassword(k.ctx, name, matches)
	if err != nil {
		return err
	}
	k.as(found.Viewer(), found.Name)
	return nil
}

// checkVersion refuses clients that speak another protocol: its first number must be ours.
func (k *call) checkVersion() error {
	major, _, _ := strings.Cut(k.param("v"), ".")
	n, err := strconv.Atoi(major)
	if err != nil {
		n = 1 // many leave it out
	}
	switch {
	case n < 1:
		return archive.Fail(archive.Invalid, reasonOldClient)
	case n > 1:
		return archive.Fail(archive.Invalid, reasonNewClient)
	}
	return nil
}

// matcher tells whether a secret is the one the request knows.
func (k *call) matcher() (func(secret string) bool, error) {
	if password := k.param("p"); password != "" {
		given, err := plain(password)
		return func(secret string) bool { return subtle.ConstantTimeCompare([]byte(secret), given) == 1 }, err
	}
	token, err := k.needed("t")
	if err != nil {
		return nil, err
	}
	salt, err := k.needed("s")
	return func(secret string) bool {
		sum := md5.Sum([]byte(secret + salt)) //nolint:gosec // see the import
		return subtle.ConstantTimeCompare([]byte(hex.EncodeToString(sum[:])), []byte(strings.ToLower(token))) == 1
	}, err
}

// plain is a password as sent: as it is, or in hexadecimal after "enc:".
func plain(password string) ([]byte, error) {
	encoded, ok := strings.CutPrefix(password, "enc:")
	if !ok {
		return []byte(password), nil
	}
	given, err := hex.DecodeString(encoded)
	if err != nil {
		return nil, errors.Join(archive.Fail(archive.Forbidden, reasonWrong), err)
	}
	return given, nil
}
