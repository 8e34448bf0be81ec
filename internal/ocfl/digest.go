package ocfl

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"

	"golang.org/x/crypto/blake2b"
)

// newHash returns the hash of a digest algorithm (§2.3 and extension 0001), or false for one that is not known here.
func newHash(algorithm string) (hash.Hash, bool) {
	switch algorithm {
	case "sha512":
		return sha512.New(), true
	case "sha256":
		return sha256.New(), true
	case "sha512/256":
		return sha512.New512_256(), true
	case "sha1":
		return sha1.New(), true
	case "md5":
		return md5.New(), true
	case "blake2b-512":
		return newBlake(64)
	case "blake2b-384":
		return newBlake(48)
	case "blake2b-256":
		return newBlake(32)
	case "blake2b-160":
		return newBlake(20)
	default:
		return nil, false
	}
}

func newBlake(size int) (hash.Hash, bool) {
	h, err := blake2b.New(size, nil)
	return h, err == nil
}

func digestOf(data []byte, algorithm string) (string, error) {
	h, ok := newHash(algorithm)
	if !ok {
		return "", fmt.Errorf("unknown digest algorithm %q", algorithm)
	}
	h.Write(data)
	return hex.EncodeToString(h.Sum(nil)), nil
}

// validHex reports whether digest is of the length and alphabet of the algorithm, in either case; true for an unknown one.
func validHex(digest, algorithm string) bool {
	h, ok := newHash(algorithm)
	if !ok {
		return true
	}
	return len(digest) == 2*h.Size() && hexadecimal.MatchString(strings.ToLower(digest))
}

// hexCode is the specification's code for a badly written digest.
func hexCode(algorithm string) string {
	if algorithm == "sha256" {
		return "E030"
	}
	return "E031"
}
