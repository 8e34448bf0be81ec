package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"

	"vannghe/internal/catalog"
)

// secretLength is the length of a secret in characters: 256 random bits in base64url.
const secretLength = 43

// newSecret returns a fresh secret. Only its digest is kept: whoever reads the catalogue cannot sign in with what is there, and 256 random bits
// need no slow hash.
func newSecret() string {
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

func digest(secret string) catalog.SecretDigest {
	sum := sha256.Sum256([]byte(secret))
	return catalog.SecretDigest(base64.RawURLEncoding.EncodeToString(sum[:]))
}

// isSecret reports whether s has the form of a secret: what has not is not worth a question to the catalogue.
func isSecret(s string) bool {
	if len(s) != secretLength {
		return false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return err == nil && len(raw) == 32
}

// codeDigits is how many digits are read over the telephone.
const codeDigits = 6

func newCode() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", fmt.Errorf("draw six digits: %w", err)
	}
	return fmt.Sprintf("%0*d", codeDigits, n), nil
}

// digitsOf leaves of what somebody typed the digits, ASCII or full width.
func digitsOf(typed string) string {
	return strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			r -= '０' - '0'
		}
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, typed)
}
