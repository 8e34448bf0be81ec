package tus

import (
	"crypto/sha1" //nolint:gosec // the protocol asks for it: it finds bytes that changed on the way, no attacker
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"strconv"
	"strings"

	"vannghe/internal/archive"
)

const (
	maxMetadata = 4 << 10 // bytes of the header
	maxPairs    = 32
)

func malformed(header string) *archive.Error {
	return archive.Fail(archive.Invalid, "upload-header", header)
}

// parseCount reads a number of bytes: digits and nothing else. Invalid "upload-header".
func parseCount(header, value string) (int64, error) {
	if value == "" || len(value) > 19 || strings.Trim(value, "0123456789") != "" {
		return 0, malformed(header)
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return 0, malformed(header).Because(err)
	}
	return n, nil
}

// parseMetadata reads Upload-Metadata: pairs of a key and a value in base64, which may be left out, between commas. Invalid "upload-header".
func parseMetadata(value string) (map[string]string, error) {
	found := map[string]string{}
	if value == "" {
		return found, nil
	}
	if len(value) > maxMetadata {
		return nil, malformed(headerMetadata)
	}
	pairs := strings.Split(value, ",")
	if len(pairs) > maxPairs {
		return nil, malformed(headerMetadata)
	}
	for _, pair := range pairs {
		key, encoded, _ := strings.Cut(strings.TrimPrefix(pair, " "), " ")
		_, twice := found[key]
		decoded, err := base64.StdEncoding.Strict().DecodeString(encoded)
		if !token(key) || twice || err != nil || strings.ContainsAny(encoded, "\r\n") {
			return nil, malformed(headerMetadata)
		}
		found[key] = string(decoded)
	}
	return found, nil
}

// Metadata returns what a client said of an upload when it began it; nothing where it said nothing that can be read.
func Metadata(value string) map[string]string {
	found, err := parseMetadata(value)
	if err != nil {
		return nil
	}
	return found
}

// token reports whether a key is of visible ASCII letters.
func token(key string) bool {
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return false
		}
	}
	return key != ""
}

// nameOf is how the client calls the file; "tep" when it does not say.
func nameOf(metadata map[string]string) string {
	for _, key := range []string{"filename", "name"} {
		if name := metadata[key]; name != "" {
			return name
		}
	}
	return "tep"
}

// algorithms are the checksums that may be sent with a piece.
func algorithms() map[string]func() hash.Hash {
	return map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New}
}

// algorithmNames is what Tus-Checksum-Algorithm says.
const algorithmNames = "sha1,sha256"

// parseChecksum reads Upload-Checksum; without one, hash is nil. Invalid "upload-algorithm" and "upload-header".
func parseChecksum(value string) (h hash.Hash, sum []byte, err error) {
	if value == "" {
		return nil, nil, nil
	}
	name, encoded, _ := strings.Cut(value, " ")
	algorithm, ok := algorithms()[name]
	if !ok {
		return nil, nil, archive.Fail(archive.Invalid, "upload-algorithm", algorithmNames)
	}
	h = algorithm()
	sum, err = base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil || len(sum) != h.Size() {
		return nil, nil, malformed(headerChecksum)
	}
	return h, sum, nil
}
