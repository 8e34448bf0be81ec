// Package bagit reads and writes bags (RFC 8493): a folder of files with lists of their digests, in which archives hand things to each other. A bag
// that is read was made by strangers: everything in it is checked before anybody is given a byte of it.
//
// It must not know what lies in a bag, nor of works, storage or the catalogue.
package bagit

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"strings"

	"vannghe/internal/archive"
)

const (
	declaration = "bagit.txt"
	infoFile    = "bag-info.txt"
	fetchFile   = "fetch.txt"
	payload     = "data/"
)

// newHash returns the hash of a digest algorithm (§2.4), or false for one that is not known here.
func newHash(algorithm string) (hash.Hash, bool) {
	switch algorithm {
	case "sha512":
		return sha512.New(), true
	case "sha384":
		return sha512.New384(), true
	case "sha224":
		return sha256.New224(), true
	case "sha256":
		return sha256.New(), true
	case "sha1":
		return sha1.New(), true
	case "md5":
		return md5.New(), true
	default:
		return nil, false
	}
}

// escape writes a path as a manifest holds it (§2.1.3).
func escape(path string) string {
	return strings.NewReplacer("%", "%25", "\n", "%0A", "\r", "%0D").Replace(path)
}

// unescape reads one: of RFC 8493 all three escapes, of the drafts before 1.0, in which "%" stood for itself, those of line ends.
func unescape(path string, old bool) string {
	pairs := []string{"%0A", "\n", "%0a", "\n", "%0D", "\r", "%0d", "\r"}
	if !old {
		pairs = append(pairs, "%25", "%")
	}
	return strings.NewReplacer(pairs...).Replace(path)
}

func sum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

func invalid(reason archive.Reason, args ...any) *archive.Error {
	return archive.Fail(archive.Invalid, reason, args...)
}
