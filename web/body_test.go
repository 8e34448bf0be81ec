package web_test

import (
	"fmt"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
)

// Whoever has not signed in cannot fill the memory with bodies that never end: beyond a bound they are told to come back, and members still send.
func TestStrangersBodiesAreBounded(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	member, _ := w.member(n, "la")
	var lines []net.Conn
	fill := func() {
		line, err := net.Dial("tcp", strings.TrimPrefix(n.url, "http://"))
		w.must(err)
		lines = append(lines, line)
		t.Cleanup(func() { _ = line.Close() })
		_, err = fmt.Fprintf(line, "POST /dang-nhap/so HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", 1<<20, strings.Repeat("s", 1<<20-1)) // all but its end
		w.must(err)
	}
	for range 32 {
		fill()
	}
	await := func(what string, status int, meanwhile func()) {
		t.Helper()
		for end := time.Now().Add(20 * time.Second); n.post("/dang-nhap/so", url.Values{"so": {"1"}}).StatusCode != status; meanwhile() {
			if time.Now().After(end) {
				t.Fatal(what)
			}
		}
	}
	await("strangers beyond the bound are heard", 503, fill) // one that grew while a question took the last place was sent away: another takes its place
	n.post("/ban-lam-viec/thiet-bi/het", url.Values{}, member).expect(t, 303)
	n.post("/dang-nhap/so", url.Values{"so": {"1"}}).expect(t, 503, "đang nhận quá nhiều")
	for _, line := range lines {
		w.must(line.Close())
	}
	await("strangers are not heard again", 400, func() {})
}

// A password that is sent when the session has ended is not carried through signing in: it would stand in a page.
func TestAPasswordIsNotCarried(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	w.staff("van", archive.EditorRole)
	cookie, _ := n.post("/dang-nhap", url.Values{"ten": {"van"}, "mat-khau": {passphrase}}).expect(t, 303).cookie(t)
	n.post("/dang-xuat", nil, cookie).expect(t, 303)
	form := url.Values{"hien-nay": {passphrase}, "mat-khau": {"trăng lên trên bến sông"}, "lan-nua": {"trăng lên trên bến sông"}}
	a := n.post("/ban-lam-viec/mat-khau", form, cookie).expect(t, 303)
	if strings.Contains(string(a.body), "sông") {
		t.Error("the answer holds the password")
	}
	carried := url.Values{"ten": {"van"}, "mat-khau": {passphrase}, "giu-toi": {"/ban-lam-viec/mat-khau"}, "giu": {form.Encode()}}
	if a := n.post("/dang-nhap", carried).expect(t, 303); strings.Contains(string(a.body), "hien-nay") {
		t.Error("a password is carried when somebody asks for it")
	}
}
