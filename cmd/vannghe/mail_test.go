package main

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vannghe/internal/account"
	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/post/posttest"
)

// TestServeSendsLetters: the settings lead to a mail server whose password stands in a file; the doctor asks it; a server without them, and one whose
// letters could not say where the archive is, say so; nothing tells the password.
func TestServeSendsLetters(t *testing.T) {
	t.Parallel()
	mail := posttest.Start(t, posttest.Options{Password: awkward})
	data := t.TempDir()
	file := filepath.Join(t.TempDir(), "mat-khau")
	if err := os.WriteFile(file, []byte(awkward+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	set := []string{"--data", data, "--smtp", mail.Address(), "--smtp-from", "kho@vannghe.example", "--smtp-user", "kho", "--smtp-password-file", file}
	must(t, "user", "add", "van", "--data", data)
	if r := vannghe(t, append([]string{"serve", "--addr", "127.0.0.1:0"}, set...)...); r.code == 0 || !strings.Contains(r.err, "base-url") {
		t.Errorf("a server whose letters lead nowhere: status %d, %s", r.code, r.err)
	}
	set = append(set, "--base-url", "https://vannghe.example")
	if out := vannghe(t, append([]string{"doctor"}, set...)...).out; !strings.Contains(out, "ok  mail") {
		t.Errorf("the doctor says %s", out)
	}
	s := serve(t, set...)
	c, err := catalog.Open(t.Context(), catalog.Options{DSN: "sqlite:" + filepath.Join(data, "catalog.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	owner, err := c.Reader(archive.System("test")).Account(t.Context(), "van")
	if err != nil {
		t.Fatal(err)
	}
	err = account.New(c).EnterMailbox(t.Context(), owner.Viewer(), account.Entered{Account: owner.ID, Address: "van@vannghe.example", Language: "en", From: netip.MustParseAddr("192.0.2.1")})
	if err != nil {
		t.Fatal(err)
	}
	if l := mail.Next(t); !l.SignedIn || !strings.Contains(l.Text, "https://vannghe.example/en/thu/xac-nhan?ma=") || l.Head("Subject")[0] != "Confirm your e-mail address – Văn nghệ" {
		t.Errorf("%+v", l)
	}
	s.stop(t)
	mail.Stop()
	r := vannghe(t, append([]string{"doctor"}, set...)...)
	if r.code == 0 || !strings.Contains(r.out, "--  mail") {
		t.Errorf("the doctor of a dead mail server: status %d, %s", r.code, r.out)
	}
	if piece := tells(r.out+r.err+s.log.String(), awkward); piece != "" {
		t.Errorf("it tells %q", piece)
	}
}
