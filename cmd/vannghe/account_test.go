package main

import (
	"bytes"
	"errors"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const passphrase = "mot cau de nho lam" // as keys of any keyboard

var setupLink = regexp.MustCompile(`http://\S+/loi-moi\?ma=[\w-]{43}`)

// setup waits for the link that a server without administrator prints.
func (s *server) setup(t *testing.T) string {
	t.Helper()
	for line := range s.said {
		if link := setupLink.FindString(line); link != "" {
			return strings.TrimPrefix(link, s.url)
		}
	}
	t.Fatalf("no link was printed\n%s", s.log)
	return ""
}

// The first start, by keyboard alone: the printed link, a name, a password; then an invitation that a member takes up on a phone by one touch.
func TestPeopleComeIn(t *testing.T) {
	t.Parallel()
	set := []string{"--data", t.TempDir()}
	former := serve(t, set...)
	old := former.setup(t)
	former.stop(t)
	s := serve(t, set...)
	link := s.setup(t)
	if status, _ := s.get(t, old); status != 404 {
		t.Errorf("the link of the start before answers %d", status)
	}
	b := chromium(t, s.url)
	b.watchDialogs()
	t.Run("the administrator by keyboard", func(t *testing.T) { testSetup(t, s, b, link) })
	t.Run("an invitation", func(t *testing.T) { testInvitation(t, s, b, set) })
	t.Run("curl", func(t *testing.T) { testCurl(t, s, set) })
	s.stop(t)
	again := serve(t, set...) // with an administrator nothing is printed
	again.stop(t)
	for line := range again.said {
		t.Errorf("printed: %s", line)
	}
}

// tabTo moves the keyboard to an element, as a person does who has no mouse.
func (b *browser) tabTo(selector string) {
	b.t.Helper()
	for range 100 {
		if value[bool](b, `document.activeElement.matches(`+quote(selector)+`)`) {
			return
		}
		b.keys(kb.Tab)
	}
	b.t.Fatalf("the keyboard never comes to %s", selector)
}

func quote(s string) string { return "`" + s + "`" }

func testSetup(t *testing.T, s *server, b *browser, link string) {
	b.t = t
	b.width(1280)
	b.open(link)
	b.tabTo("#ten-hien-thi")
	b.keys("Lưu Đình Ngữ" + kb.Tab + "quan" + kb.Tab + passphrase + kb.Tab + passphrase + kb.Enter)
	b.arrives(`location.pathname === "/ban-lam-viec" && document.body.textContent.includes("Lưu Đình Ngữ")`)
	b.shot("desk-1280")
	if status, _ := s.get(t, link); status != 404 {
		t.Errorf("the link answers %d after its use", status)
	}
	b.tabTo(`form[action="/dang-xuat"] button`)
	b.keys(kb.Enter)
	b.arrives(`location.pathname === "/"`)
	b.open("/ban-lam-viec/tai-khoan") // leads to signing in, and back
	b.tabTo("#ten")
	b.keys("quan" + kb.Tab + passphrase + kb.Enter)
	b.arrives(`location.pathname === "/ban-lam-viec/tai-khoan"`)
	b.shot("accounts-1280")
	b.clean("first start")
}

func testInvitation(t *testing.T, s *server, b *browser, set []string) {
	b.t = t
	b.tabTo("#ten-hien-thi")
	b.keys("Khổng Thị Mây")
	b.tabTo(`input[name="vai"][value="member"]`) // nothing is ticked beforehand
	b.keys(" ")
	b.tabTo(`form[action="/ban-lam-viec/tai-khoan"] button`)
	b.keys(kb.Enter)
	b.arrives(`document.querySelector(".qr path") !== null`)
	b.shot("invited-1280")
	link := value[string](b, `document.querySelector("#duong-dan").value`)

	phone := chromium(t, s.url)
	phone.scripts(false)
	phone.width(360)
	phone.open(strings.TrimPrefix(link, s.url))
	phone.shot("invitation-360")
	phone.click(`form[action="/loi-moi"] button`)
	phone.still(`location.pathname === "/ban-lam-viec" && document.body.textContent.includes("Khổng Thị Mây")`)
	phone.shot("desk-360")
	phone.open("/ban-lam-viec/thiet-bi")
	phone.shot("devices-360")
	phone.scripts(true)
	if got := value[string](phone, `document.cookie`); got != "" {
		t.Errorf("scripts can read %s", got)
	}
	must(t, append([]string{"user", "end-sessions", "khong-thi-may"}, set...)...)
	phone.open("/ban-lam-viec")
	phone.arrives(`location.pathname === "/dang-nhap"`)
	phone.shot("sign-in-360")

	out := lines(must(t, append([]string{"user", "invite", "khong-thi-may", "--base-url", s.url}, set...)...))
	phone.do(chromedp.SendKeys(chromedp.CSS("#so"), out[len(out)-1]+kb.Enter))
	phone.arrives(`location.pathname === "/ban-lam-viec"`)
	phone.clean("a member's phone")
	b.clean("the administrator's desk")
}

// curl keeps the cookie in its jar and is somebody with it, nobody without.
func testCurl(t *testing.T, s *server, set []string) {
	jar := filepath.Join(t.TempDir(), "jar")
	curl := func(args ...string) string {
		out, err := exec.Command("curl", append([]string{"-s", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", "-b", jar, "-c", jar}, args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("curl %v: %v\n%s", args, err, out)
		}
		return strings.ReplaceAll(strings.TrimSpace(string(out)), s.url, "")
	}
	must(t, append([]string{"user", "invite", "lan", "--shown", "Mạc Thu Lan"}, set...)...)
	secret := setupLink.FindString(must(t, append([]string{"user", "invite", "lan"}, set...)...))
	_, secret, _ = strings.Cut(secret, "ma=")
	desk, accept := s.url+"/ban-lam-viec", []string{"-d", url.Values{"ma": {secret}}.Encode(), s.url + "/loi-moi"}
	for i, c := range []struct {
		args []string
		want string
	}{
		{[]string{desk}, "303 /dang-nhap?toi=%2Fban-lam-viec"},
		{accept, "303 /ban-lam-viec"},
		{[]string{desk}, "200"},
		{accept, "403"}, // with a cookie and without a word of where it comes from
		{append([]string{"-H", "Origin: " + s.url}, accept...), "303 /ban-lam-viec"},
		{[]string{"-H", "Origin: https://evil.example", "-d", "", s.url + "/dang-xuat"}, "403"},
		{[]string{"-H", "Origin: " + s.url, "-d", "", s.url + "/dang-xuat"}, "303 /"},
		{[]string{desk}, "303 /dang-nhap?toi=%2Fban-lam-viec"},
		{accept, "404"},
	} {
		if got := curl(c.args...); got != c.want {
			t.Errorf("step %d: %s, want %s", i, got, c.want)
		}
	}
	kept, err := os.ReadFile(jar)
	if err != nil || bytes.Contains(kept, []byte("\tvannghe\t")) {
		t.Errorf("after signing out the jar holds %s, %v", kept, err)
	}
}

// watchDialogs answers whatever asks before a page is left.
func (b *browser) watchDialogs() {
	b.t.Helper()
	if err := chromedp.Listen(b.ctx, func(event any) {
		if _, ok := event.(*page.EventJavascriptDialogOpening); ok {
			b.mu.Lock()
			b.problems = append(b.problems, "a dialog opened")
			b.mu.Unlock()
		}
	}); err != nil {
		b.t.Fatal(err)
	}
}

// On a terminal a password is asked for twice and never shown; elsewhere it is one line.
func TestAPasswordOnTheTerminal(t *testing.T) {
	t.Parallel()
	set := []string{"--data", t.TempDir()}
	add := func(name, line string) result {
		cmd := program(t, append([]string{"user", "add", name, "--role", "administrator"}, set...)...)
		var out, errs bytes.Buffer
		cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(line), &out, &errs
		if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
			t.Fatal(err)
		}
		return result{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
	}
	for _, short := range []string{"", "\n", "ngan\n"} {
		if r := add("quan", short); r.code == 0 || !strings.Contains(r.err, "password-short") {
			t.Errorf("%q: %+v", short, r)
		}
	}
	if r := add("quan", passphrase+"\r\nmore\n"); r.code != 0 {
		t.Errorf("%+v", r)
	}
	for _, c := range []struct{ name, second, want string }{{"hai", passphrase, "hai"}, {"ba", "another", "password-differs"}} {
		master, slave := openTerminal(t, 80)
		cmd := program(t, append([]string{"user", "add", c.name, "--role", "editor"}, set...)...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if err := slave.Close(); err != nil {
			t.Fatal(err)
		}
		var seen strings.Builder
		for _, answer := range []string{passphrase, c.second} {
			readUntil(t, master, &seen, ": ")
			if _, err := io.WriteString(master, answer+"\r"); err != nil {
				t.Fatal(err)
			}
		}
		rest, err := io.ReadAll(master)
		if err != nil && !errors.Is(err, syscall.EIO) { // Linux says EIO when the other end is closed
			t.Fatal(err)
		}
		seen.Write(rest)
		_ = cmd.Wait()
		if got := seen.String(); !strings.Contains(got, c.want) || strings.Contains(got, passphrase) {
			t.Errorf("the terminal shows %q", got)
		}
	}
	if list := must(t, append([]string{"user", "list"}, set...)...); !strings.Contains(list, "hai\t[editor]") || strings.Contains(list, "ba\t") {
		t.Errorf("accounts:\n%s", list)
	}
	if r := vannghe(t, append([]string{"user", "end", "quan"}, set...)...); r.code == 0 || !strings.Contains(r.err, "last-administrator") {
		t.Errorf("%+v", r)
	}
	must(t, append([]string{"user", "end", "hai"}, set...)...)
}

// readUntil reads until what was read since the last call holds mark.
func readUntil(t *testing.T, from io.Reader, seen *strings.Builder, mark string) {
	t.Helper()
	part, one := "", make([]byte, 1)
	for !strings.HasSuffix(part, mark) {
		if _, err := from.Read(one); err != nil {
			t.Fatalf("after %q: %v", seen, err)
		}
		part += string(one)
		seen.Write(one)
	}
}
