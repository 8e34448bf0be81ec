package miniostore

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"vannghe/internal/archive"
)

func TestParseDSN(t *testing.T) {
	for dsn, want := range map[string]Settings{
		"s3://key:secret@localhost:9000/van-nghe?tls=false": {Endpoint: "localhost:9000", Bucket: "van-nghe", Key: "key", Secret: "secret", Region: "us-east-1"},
		"s3://key:secret@s3.example.org/abc":                {Endpoint: "s3.example.org", Bucket: "abc", Key: "key", Secret: "secret", Region: "us-east-1", Secure: true},
		"s3://k%3Aey:s%2Fec%40r%25et@10.0.0.1:1/abc":        {Endpoint: "10.0.0.1:1", Bucket: "abc", Key: "k:ey", Secret: "s/ec@r%et", Region: "us-east-1", Secure: true},
		"s3://key:secret@[::1]:9000/abc?tls=0&region=eu-1":  {Endpoint: "[::1]:9000", Bucket: "abc", Key: "key", Secret: "secret", Region: "eu-1"},
	} {
		if got, err := ParseDSN(dsn); err != nil || got != want {
			t.Errorf("%s: %+v of %q, %v", dsn, got, got.Secret, err)
		}
	}
}

func TestBadDSN(t *testing.T) {
	const secret = "hush-hush"
	for _, dsn := range []string{
		"", "s3:", "s3://", "http://key:hush-hush@host/abc", "s3:key:hush-hush@host/abc",
		"s3://host/abc", "s3://key@host/abc", "s3://:hush-hush@host/abc", "s3://key:@host/abc",
		"s3://key:hush-hush@/abc", "s3://key:hush-hush@host:/abc", "s3://key:hush-hush@host:0/abc", "s3://key:hush-hush@host:99999/abc",
		"s3://key:hush-hush@host:port/abc", "s3://key:hush-hush@ho st/abc", "s3://key:hush-hush@host_x/abc",
		"s3://key:hush-hush@host", "s3://key:hush-hush@host/", "s3://key:hush-hush@host/ab", "s3://key:hush-hush@host/a/b",
		"s3://key:hush-hush@host/Abc", "s3://key:hush-hush@host/-abc", "s3://key:hush-hush@host/" + strings.Repeat("a", 64),
		"s3://key:hush-hush@host/abc?tls=maybe", "s3://key:hush-hush@host/abc?ssl=false", "s3://key:hush-hush@host/abc?tls=%zz",
		"s3://key:hush-hush@host/abc#x", "s3://key:hush-hush/extra@host/abc", "s3://key:hush-hush%zz@host/abc", "s3://key:hush-hush\x7f@host/abc",
	} {
		_, err := ParseDSN(dsn)
		if !errors.Is(err, archive.Fail(archive.Invalid, "setting-invalid")) {
			t.Errorf("%q: %v", dsn, err)
		} else if strings.Contains(err.Error(), secret) {
			t.Errorf("%q: the secret is in %v", dsn, err)
		}
	}
}

func TestSettingsHideTheSecret(t *testing.T) {
	s, err := ParseDSN("s3://key:hush-hush@host/abc")
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "settings", s)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "settings", s)
	for _, text := range []string{fmt.Sprint(s), fmt.Sprintf("%+v", s), fmt.Sprintf("%#v", s), fmt.Sprintf("%s %q", s, s), log.String()} {
		if strings.Contains(text, "hush-hush") {
			t.Error(text)
		}
	}
}

// FuzzParseDSN: no input makes it panic or repeat a password, and what passes names one server and one bucket.
func FuzzParseDSN(f *testing.F) {
	for _, s := range []string{"s3://key:secret@localhost:9000/van-nghe?tls=false", "s3://k%3A:s%2F@[::1]:1/abc", "s3://a:b@c", "//:@/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, dsn string) {
		s, err := ParseDSN(dsn)
		if err != nil {
			if !errors.Is(err, archive.Fail(archive.Invalid, "setting-invalid")) {
				t.Fatalf("%q: %v", dsn, err)
			}
			return
		}
		if s.Key == "" || s.Secret == "" || !bucketName.MatchString(s.Bucket) || s.Endpoint == "" || strings.ContainsAny(s.Endpoint, "/@ ") {
			t.Fatalf("%q: %q %q", dsn, s.Endpoint, s.Bucket)
		}
	})
}
