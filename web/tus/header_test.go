package tus

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"vannghe/internal/ingest"
)

func TestParseMetadata(t *testing.T) {
	name := base64.StdEncoding.EncodeToString([]byte("Trăng lên.mp4"))
	for value, want := range map[string]string{
		"": "tep", "filename " + name: "Trăng lên.mp4", "name " + name: "Trăng lên.mp4", "private,filename " + name: "Trăng lên.mp4",
		"filetype dmlkZW8vbXA0, filename " + name: "Trăng lên.mp4", "filename": "tep", "filename ": "tep", "a eA==": "tep",
	} {
		got, err := parseMetadata(value)
		if err != nil || nameOf(got) != want {
			t.Errorf("%q: %v, %v", value, got, err)
		}
	}
	for _, value := range []string{
		",", "a,", ",a", " ", "a  eA==", "a eA", "a eA==,a eA==", "a e\nA==", "tên eA==", "a eB==", "a eA== ", "a\teA==", "a -_==",
		"a " + strings.Repeat("AAAA", 1024), strings.TrimSuffix(strings.Repeat("a,", 33), ","),
	} {
		if got, err := parseMetadata(value); err == nil {
			t.Errorf("%q is taken for %v", value, got)
		}
	}
}

func TestParseCount(t *testing.T) {
	for value, want := range map[string]int64{"0": 0, "21474836480": 20 << 30, "9223372036854775807": 1<<63 - 1, "007": 7} {
		if n, err := parseCount("x", value); err != nil || n != want {
			t.Errorf("%q: %d, %v", value, n, err)
		}
	}
	for _, value := range []string{"", "-1", "+1", " 1", "1 ", "1e3", "0x10", "9223372036854775808", "99999999999999999999", "١", "1,1"} {
		if n, err := parseCount("x", value); err == nil {
			t.Errorf("%q is taken for %d", value, n)
		}
	}
}

func TestParseChecksum(t *testing.T) {
	for _, value := range []string{"sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", "sha256 " + base64.StdEncoding.EncodeToString(make([]byte, 32))} {
		if h, sum, err := parseChecksum(value); err != nil || h == nil || len(sum) != h.Size() {
			t.Errorf("%q: %v", value, err)
		}
	}
	for _, value := range []string{"sha1", "sha1 ", "md5 Kq5sNclPz7QV2+lfQIuc6Q==", "sha256 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", "sha1  Kq5sNclPz7QV2+lfQIuc6R7oRu0=", "SHA1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", " "} {
		if _, _, err := parseChecksum(value); err == nil {
			t.Errorf("%q is taken", value)
		}
	}
}

// FuzzMetadata: what is taken has keys that are tokens, values that are what stood there, and a name without a folder or none at all.
func FuzzMetadata(f *testing.F) {
	for _, seed := range []string{"", "filename ZQ==", "filename Li4vYQ==,filetype dmlkZW8vbXA0", "a,b eA==", "filename AA==", ", ,"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		found, err := parseMetadata(value)
		if err != nil {
			return
		}
		for key, v := range found {
			if !token(key) || strings.ContainsAny(key, " ,") {
				t.Errorf("key %q", key)
			}
			if encoded := base64.StdEncoding.EncodeToString([]byte(v)); !strings.Contains(value, encoded) {
				t.Errorf("%q does not hold %q", value, encoded)
			}
		}
		if name, err := ingest.BaseName(nameOf(found)); err == nil && strings.ContainsAny(name, "/\\\x00") {
			t.Errorf("name %q", name)
		}
	})
}

// FuzzChecksum: a checksum that is taken is as long as its algorithm makes it.
func FuzzChecksum(f *testing.F) {
	f.Add("sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=")
	f.Add("sha256 x")
	f.Fuzz(func(t *testing.T, value string) {
		h, sum, err := parseChecksum(value)
		if err == nil && value != "" && (len(sum) != h.Size() || bytes.Equal(sum, nil)) {
			t.Errorf("%q: %x", value, sum)
		}
	})
}
