package archive

import (
	"crypto/rand"
	"encoding/base32"
)

// idAlphabet is lowercase base32 (RFC 4648 §6 letters and digits): safe in paths, host names, OAI and IIIF identifiers,
// and without "-" so that the last "-" of an address always separates slug and identifier.
const idAlphabet = "abcdefghijklmnopqrstuvwxyz234567"

// IDLength is the length in characters of every identifier made here: 12 × 5 = 60 random bits.
const IDLength = 12

// Identifiers are distinct types so that a swapped argument does not compile. All have the form of NewID.
type (
	// WorkID names a work.
	WorkID string
	// RepresentationID names a representation.
	RepresentationID string
	// FileID names an original.
	FileID string
	// AgentID names an agent.
	AgentID string
	// CollectionID names a collection.
	CollectionID string
	// CommentID names a comment.
	CommentID string
	// CaseID names a case.
	CaseID string
	// IntakeID names what somebody brings in by a list.
	IntakeID string
	// BatchID names one change made to many works.
	BatchID string
	// AccountID names an account.
	AccountID string
	// SessionID names a device that is signed in; it is no secret.
	SessionID string
)

// GenreID is the slug of a genre, such as "truyen-ngan"; it is part of public addresses.
type GenreID string

// NewID returns a fresh identifier of IDLength characters. Safe for concurrent use.
func NewID[T ~string]() T {
	var raw [8]byte
	_, _ = rand.Read(raw[:]) // crypto/rand.Read never fails since Go 1.24: it aborts the program instead
	return T(base32.NewEncoding(idAlphabet).WithPadding(base32.NoPadding).EncodeToString(raw[:])[:IDLength])
}

// ValidID reports whether s has the form of an identifier made by NewID.
func ValidID(s string) bool {
	if len(s) != IDLength {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}

// Digest is a SHA-512 in lowercase hexadecimal (128 characters): the name of a file's bytes.
type Digest string

// ValidDigest reports whether s is 128 lowercase hexadecimal characters.
func ValidDigest(s string) bool {
	if len(s) != 128 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
