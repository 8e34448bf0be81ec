package post_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/post"
	"vannghe/internal/post/posttest"
)

// far reaches a server as if it were on another machine.
func far(t *testing.T, s *posttest.Server, o post.Options) *post.Server {
	t.Helper()
	o.Host, o.Port, o.From, o.Dial, o.Timeout = "mail.test", 587, "kho@vannghe.example", s.Dial, 5*time.Second
	server, err := post.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return server
}

func send(t *testing.T, s *post.Server, l post.Letter) error {
	t.Helper()
	session, err := s.Open(t.Context())
	if err != nil {
		return err
	}
	defer session.Close()
	return session.Send(l)
}

func sample(to string) post.Letter {
	return post.Letter{ID: "abcdefgh2345", Date: time.Date(2026, 11, 26, 7, 0, 0, 0, time.UTC), To: to, Sender: "Văn nghệ Sông Lường",
		Subject: "Chờ duyệt: “Ngồi nghe mưa trên mái lá cọ”, “Đêm hội trăng rằm bên bến Lường” và những bài khác nữa",
		Text:    "Kính gửi ông bà,\n\n" + strings.Repeat("Bến sông mùa cạn. ", 100) + "\n.\n..dòng bắt đầu bằng chấm\n", HTML: "<p>Kính gửi ông bà,</p>",
		Leave: "https://vannghe.example/thu/thoi?ma=x"}
}

// TestLetterArrives: what a server that we did not write, and a parser that we did not write, make of a letter.
func TestLetterArrives(t *testing.T) {
	s := posttest.Start(t, posttest.Options{Protect: true, Password: "mật khẩu"})
	l := sample("van@vannghe.example")
	if err := send(t, far(t, s, post.Options{Roots: s.Roots, User: "kho", Password: "mật khẩu"}), l); err != nil {
		t.Fatal(err)
	}
	got := s.Next(t)
	if !got.TLS || !got.SignedIn || got.Sender != "kho@vannghe.example" || !slices.Equal(got.To, []string{l.To}) || len(got.Defects) > 0 || !got.ASCII || got.Longest > 998 {
		t.Errorf("%+v", got)
	}
	for name, want := range map[string]string{"Subject": l.Subject, "From": "Văn nghệ Sông Lường <kho@vannghe.example>", "To": l.To, "Message-ID": "<abcdefgh2345@vannghe.example>",
		"Date": "Thu, 26 Nov 2026 07:00:00 +0000", "Auto-Submitted": "auto-generated", "List-Unsubscribe": "<https://vannghe.example/thu/thoi?ma=x>",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "MIME-Version": "1.0"} {
		if heads := got.Head(name); len(heads) != 1 || heads[0] != want {
			t.Errorf("%s: %q, want %q", name, heads, want)
		}
	}
	if strings.TrimSpace(strings.ReplaceAll(got.Text, "\r\n", "\n")) != strings.TrimSpace(l.Text) || strings.TrimSpace(got.HTML) != l.HTML {
		t.Errorf("text %q, HTML %q", got.Text, got.HTML)
	}
}

// TestNoHeadIsInjected: whatever a title holds, the letter goes to one person and has the heads that we gave it.
func TestNoHeadIsInjected(t *testing.T) {
	s := posttest.Start(t, posttest.Options{})
	server, err := post.New(post.Options{Host: "127.0.0.1", Port: s.Port, From: "kho@vannghe.example"})
	if err != nil {
		t.Fatal(err)
	}
	for _, evil := range []string{"Thơ\r\nBcc: ke-xau@vannghe.example\r\n\r\nthân giả", "a\nBcc: b@vannghe.example", "a\u2028Bcc: b@vannghe.example\x00", "=?utf-8?q?a=0D=0ABcc:=20b@vannghe.example?=", "\"x\" <b@vannghe.example>, y"} {
		l := sample("van@vannghe.example")
		l.Subject, l.Sender, l.Text = evil, evil, evil
		if err := send(t, server, l); err != nil {
			t.Fatal(err)
		}
		got := s.Next(t)
		if len(got.Head("Bcc")) > 0 || len(got.Head("Subject")) != 1 || len(got.To) != 1 || strings.ContainsAny(got.Head("Subject")[0], "\r\n") || got.Head("To")[0] != l.To ||
			!strings.HasSuffix(got.Head("From")[0], "<kho@vannghe.example>") {
			t.Errorf("%q: %+v", evil, got)
		}
	}
	for _, address := range []string{"a@b.example\r\nRCPT TO:<c@d.example>", "a@b.example, c@d.example", "An <a@b.example>", "a b@c.example"} {
		if err := send(t, server, sample(address)); archive.CodeOf(err) != archive.Invalid && address != "An <a@b.example>" {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// TestServersThatAreNotTrusted: nothing is said to a server that another may stand in for.
func TestServersThatAreNotTrusted(t *testing.T) {
	open, protected := posttest.Start(t, posttest.Options{}), posttest.Start(t, posttest.Options{Protect: true, Password: "đúng"})
	gone := posttest.Start(t, posttest.Options{})
	gone.Stop()
	for _, c := range []struct {
		name   string
		server *post.Server
		want   archive.Reason
	}{
		{"no STARTTLS", far(t, open, post.Options{}), "mail-unprotected"},
		{"a certificate that nobody vouches for", far(t, protected, post.Options{}), "mail-unprotected"},
		{"a certificate of another name", func() *post.Server {
			s, err := post.New(post.Options{Host: "khac.test", Port: 587, From: "kho@vannghe.example", Dial: protected.Dial, Roots: protected.Roots})
			if err != nil {
				t.Fatal(err)
			}
			return s
		}(), "mail-unprotected"},
		{"a wrong password", far(t, protected, post.Options{Roots: protected.Roots, User: "kho", Password: "sai"}), "mail-sign-in"},
		{"nobody there", far(t, gone, post.Options{}), "mail-silent"},
	} {
		if err := c.server.Ping(t.Context()); archive.CodeOf(err) != archive.Unavailable || archive.ReasonOf(err) != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

// TestWhatServersAnswer: what is for now is told from what is for good.
func TestWhatServersAnswer(t *testing.T) {
	s := posttest.Start(t, posttest.Options{Protect: true})
	server := far(t, s, post.Options{Roots: s.Roots})
	for _, c := range []struct {
		to   string
		code archive.Code
		want archive.Reason
	}{
		{"later@vannghe.example", archive.Busy, "mail-later"}, {"later@vannghe.example", "", ""}, {"nobox@vannghe.example", archive.Invalid, "mail-no-box"},
		{"full@vannghe.example", archive.Invalid, "mail-box-full"}, {"odd@vannghe.example", archive.Invalid, "mail-refused"},
		{"cut@vannghe.example", archive.Unavailable, "mail-silent"},
	} {
		if err := send(t, server, sample(c.to)); archive.CodeOf(err) != c.code || archive.ReasonOf(err) != c.want {
			t.Errorf("%s: %v, want %s %s", c.to, err, c.code, c.want)
		}
	}
}

// TestPasswordIsNotTold: not in logs, not in errors, however a value is printed.
func TestPasswordIsNotTold(t *testing.T) {
	o, err := post.Parse("mail.example.vn:587")
	if err != nil || o.Host != "mail.example.vn" || o.Port != 587 {
		t.Fatal(o, err)
	}
	o.User, o.Password = "kho", "rất-kín"
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "options", o, "password", o.Password)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "options", o, "password", o.Password)
	if all := log.String() + fmt.Sprintf("%v %+v %#v %s", o, o, o, o.Password); strings.Contains(all, "kín") {
		t.Error(all)
	}
	for _, wrong := range []string{"", "mail.example.vn", ":25", "a:0", "a:70000", "a:b"} {
		if _, err := post.Parse(wrong); archive.ReasonOf(err) != "setting-invalid" {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}
