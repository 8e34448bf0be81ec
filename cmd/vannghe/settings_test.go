package main

import (
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"vannghe/storage/miniostore/miniotest"
)

// awkward is a secret as a password generator makes them.
const awkward = "kq7v@zx9m:wp3j/yr5b"

// tells reports which form of the secret, or of what is left of it when it is cut at a special character, a text shows.
func tells(text, secret string) string {
	pieces := append(strings.FieldsFunc(secret, func(r rune) bool { return strings.ContainsRune("@:/", r) }), secret, url.QueryEscape(secret))
	for _, piece := range pieces {
		if len(piece) > 1 && strings.Contains(text, piece) {
			return piece
		}
	}
	return ""
}

func TestNoCommandTellsASecret(t *testing.T) {
	minio := miniotest.StartWith(t, "kho", awkward)
	folder := t.TempDir()
	write(t, folder, "a.txt", "một")
	encoded := url.QueryEscape(awkward)
	closed := closedPort(t)
	for name, set := range map[string][]string{
		"that is right":            {"--storage", minio.DSN("vannghe")},
		"with an @ not encoded":    {"--storage", strings.Replace(minio.DSN("vannghe-2"), encoded, strings.ReplaceAll(encoded, "%40", "@"), 1)},
		"not encoded at all":       {"--storage", strings.Replace(minio.DSN("vannghe-3"), encoded, awkward, 1)},
		"that is wrong":            {"--storage", strings.Replace(minio.DSN("vannghe"), encoded, encoded+"x", 1)},
		"of a store that is away":  {"--storage", "s3://kho:" + encoded + "@" + closed + "/vannghe?tls=false"},
		"of an impossible bucket":  {"--storage", "s3://kho:" + encoded + "@" + closed + "/@"},
		"without its address":      {"--storage", awkward},
		"of an unknown kind":       {"--storage", "s4://kho:" + encoded + "@" + closed},
		"of a database, away":      {"--database", "postgres://kho:" + encoded + "@" + closed + "/vannghe?sslmode=disable&connect_timeout=2"},
		"of a database, raw":       {"--database", "postgres://kho:" + awkward + "@" + closed + "/vannghe?sslmode=disable&connect_timeout=2"},
		"of a database of no kind": {"--database", "mysql://kho:" + encoded + "@" + closed + "/vannghe"},
	} {
		t.Run("a secret "+name, func(t *testing.T) {
			t.Parallel()
			set := append(set, "--data", t.TempDir(), "--log-level", "debug")
			for _, command := range [][]string{{"doctor"}, {"import", folder}, {"drain"}, {"reindex"}} {
				r := vannghe(t, append(command, set...)...)
				if piece := tells(r.out+r.err, awkward); piece != "" {
					t.Errorf("%s shows %q:\n%s%s", command[0], piece, r.out, r.err)
				}
				if name == "that is right" && (r.code != 0 && command[0] != "doctor" || command[0] == "doctor" && !strings.Contains(r.out, "s3://"+minio.Address()+"/vannghe")) {
					t.Errorf("%s: status %d\n%s%s", command[0], r.code, r.out, r.err)
				}
			}
		})
	}
}

// closedPort returns an address at which nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// What git ignores, and git's own folder, is not sent to whoever builds the image: it may be the archive itself.
func TestImageIsBuiltFromSourceAlone(t *testing.T) {
	read := func(name string) []string {
		text, err := os.ReadFile("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		return lines(string(text))
	}
	ignored := read(".dockerignore")
	for _, want := range append(read(".gitignore"), ".git") {
		want = strings.Trim(want, "/")
		if !slices.Contains(ignored, want) && !slices.Contains(ignored, "**/"+want) && !strings.HasPrefix(want, "!") {
			t.Errorf(".dockerignore lets %s through", want)
		}
	}
}
