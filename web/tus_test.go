package web_test

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/web"
)

// member is somebody who may send files, on a device of theirs.
type member struct {
	viewer archive.Viewer
	cookie string
}

func newMember(t testing.TB, c *catalog.Catalog) member {
	t.Helper()
	a := addAccount(t, c, "", archive.Member)
	return member{a.Viewer(), signIn(t, c, a)}
}

// sameSite is what a browser says beside the cookie, and what programs must say that bring one.
const sameSite = "Sec-Fetch-Site"

// sending is a client that sends files by hand.
type sending struct {
	*node
	member
}

func newSending(t *testing.T) *sending {
	t.Helper()
	w := newWorld(t, 1, nil)
	return &sending{w.nodes[0], newMember(t, w.catalog)}
}

// ask sends a request with the headers of every client; others replace them, "-" leaves one out.
func (s *sending) ask(method, path string, body io.Reader, headers ...string) answer {
	all := map[string]string{"Tus-Resumable": "1.0.0", "Cookie": s.cookie, sameSite: "same-origin"}
	for i := 0; i < len(headers); i += 2 {
		all[headers[i]] = headers[i+1]
	}
	var list []string
	for k, v := range all {
		if v != "-" {
			list = append(list, k+": "+v)
		}
	}
	return s.do(method, path, body, list...)
}

const pieceType = "application/offset+octet-stream"

func (s *sending) create(t *testing.T, size int64) string {
	t.Helper()
	a := s.ask("POST", "/files", nil, "Upload-Length", strconv.FormatInt(size, 10), "Upload-Metadata", "filename dGjGoS50eHQ=")
	at := a.expect(t, http.StatusCreated).Header.Get("Location")
	if !strings.HasPrefix(at, "/files/") || a.Header.Get("Upload-Expires") == "" || a.Header.Get("Tus-Resumable") != "1.0.0" {
		t.Fatalf("%v", a.Header)
	}
	return at
}

func (s *sending) patch(at string, offset int64, data []byte, headers ...string) answer {
	return s.ask("PATCH", at, bytes.NewReader(data), append([]string{"Content-Type", pieceType, "Upload-Offset", strconv.FormatInt(offset, 10)}, headers...)...)
}

func (s *sending) stands(t *testing.T, at string, want string) {
	t.Helper()
	a := s.ask("HEAD", at, nil)
	if a.StatusCode != http.StatusOK || a.Header.Get("Upload-Offset") != want || a.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d, %v; want offset %s", a.StatusCode, a.Header, want)
	}
}

func TestTusSpeaksTheProtocol(t *testing.T) {
	s := newSending(t)
	for _, path := range []string{"/files", "/files/", "/files/aaaaaaaaaaaa"} {
		a := s.ask("OPTIONS", path, nil, "Tus-Resumable", "-", "Cookie", "-").expect(t, http.StatusNoContent)
		for header, want := range map[string]string{"Tus-Version": "1.0.0", "Tus-Checksum-Algorithm": "sha1,sha256", "Tus-Max-Size": strconv.Itoa(1 << 40),
			"Tus-Extension": "creation,creation-with-upload,expiration,checksum,termination"} {
			if got := a.Header.Get(header); got != want {
				t.Errorf("%s %s: %q, want %q", path, header, got, want)
			}
		}
	}
	text := []byte("một bài thơ dài, gửi thành nhiều phần")
	at := s.create(t, int64(len(text)))
	s.stands(t, at, "0")
	if a := s.patch(at, 0, text[:7]).expect(t, http.StatusNoContent); a.Header.Get("Upload-Offset") != "7" {
		t.Errorf("%v", a.Header)
	}
	sum := sha1.Sum(text[7:20])
	checksum := "sha1 " + base64.StdEncoding.EncodeToString(sum[:])
	s.patch(at, 7, text[8:21], "Upload-Checksum", checksum).expect(t, 460)
	s.stands(t, at, "7")
	s.patch(at, 7, text[7:20], "Upload-Checksum", checksum).expect(t, http.StatusNoContent)
	s.ask("POST", at, bytes.NewReader(text[20:]), "X-HTTP-Method-Override", "PATCH", "Content-Type", pieceType, "Upload-Offset", "20").expect(t, http.StatusNoContent)
	a := s.ask("HEAD", at, nil)
	if a.Header.Get("Upload-Length") != strconv.Itoa(len(text)) || a.Header.Get("Upload-Metadata") != "filename dGjGoS50eHQ=" || a.Header.Get("Upload-Offset") != strconv.Itoa(len(text)) {
		t.Errorf("%v", a.Header)
	}
	mine, err := s.w.catalog.Reader(s.viewer).Uploads(t.Context(), 9)
	if err != nil || len(mine) != 1 || mine[0].State != catalog.UploadWhole || mine[0].Name != "thơ.txt" {
		t.Errorf("%+v, %v", mine, err)
	}
	s.ask("DELETE", at, nil).expect(t, http.StatusNoContent)
	s.ask("HEAD", at, nil).expect(t, http.StatusGone)

	whole := s.ask("POST", "/files/", bytes.NewReader(text), "Upload-Length", strconv.Itoa(len(text)), "Content-Type", pieceType).expect(t, http.StatusCreated)
	if whole.Header.Get("Upload-Offset") != strconv.Itoa(len(text)) {
		t.Errorf("%v", whole.Header)
	}
	half := s.ask("POST", "/files", bytes.NewReader(text[:9]), "Upload-Length", strconv.Itoa(len(text)), "Content-Type", pieceType).expect(t, http.StatusCreated)
	s.stands(t, half.Header.Get("Location"), "9")
}

func TestTusRefuses(t *testing.T) {
	s := newSending(t)
	at := s.create(t, 10)
	other := newMember(t, s.w.catalog)
	length := func(n string) []string { return []string{"Upload-Length", n} }
	piece := func(more ...string) []string {
		return append([]string{"Content-Type", pieceType, "Upload-Offset", "0"}, more...)
	}
	for _, c := range []struct {
		about, method, path string
		body                string
		headers             []string
		status              int
	}{
		{"the public", "POST", "/files", "", append(length("10"), "Cookie", "-"), 403},
		{"another version", "POST", "/files", "", append(length("10"), "Tus-Resumable", "0.2.2"), 412},
		{"no version", "HEAD", at, "", []string{"Tus-Resumable", "-"}, 412},
		{"no length", "POST", "/files", "", nil, 400},
		{"a length to come", "POST", "/files", "", []string{"Upload-Defer-Length", "1"}, 400},
		{"parts of one file", "POST", "/files", "", append(length("10"), "Upload-Concat", "partial"), 400},
		{"a negative length", "POST", "/files", "", length("-5"), 400},
		{"a length that is no number", "POST", "/files", "", length("1e3"), 400},
		{"a length beyond all numbers", "POST", "/files", "", length("9223372036854775808"), 400},
		{"nothing", "POST", "/files", "", length("0"), 400},
		{"too much", "POST", "/files", "", length(strconv.Itoa(1<<40 + 1)), 413},
		{"a name that is none", "POST", "/files", "", append(length("10"), "Upload-Metadata", "filename Li4="), 400},
		{"a name with a zero byte", "POST", "/files", "", append(length("10"), "Upload-Metadata", "filename YQBi"), 400},
		{"metadata that are none", "POST", "/files", "", append(length("10"), "Upload-Metadata", "filename ?"), 400},
		{"a first piece of another type", "POST", "/files", "0123456789", append(length("10"), "Content-Type", "text/plain"), 415},
		{"a first piece that is too long", "POST", "/files", "01234567890", append(length("10"), "Content-Type", pieceType), 413},
		{"another's", "HEAD", at, "", []string{"Cookie", other.cookie}, 404},
		{"a piece to another's", "PATCH", at, "x", piece("Cookie", other.cookie), 404},
		{"the end of another's", "DELETE", at, "", []string{"Cookie", other.cookie}, 404},
		{"what never was", "HEAD", "/files/aaaaaaaaaaaa", "", nil, 404},
		{"what is no identifier", "HEAD", "/files/..%2F..%2Fetc", "", nil, 404},
		{"a piece of another type", "PATCH", at, "x", []string{"Content-Type", "video/mp4", "Upload-Offset", "0"}, 415},
		{"a piece in disguise", "PATCH", at, "x", piece("Content-Encoding", "gzip"), 415},
		{"no offset", "PATCH", at, "x", []string{"Content-Type", pieceType}, 400},
		{"a negative offset", "PATCH", at, "x", []string{"Content-Type", pieceType, "Upload-Offset", "-1"}, 400},
		{"another offset", "PATCH", at, "x", []string{"Content-Type", pieceType, "Upload-Offset", "5"}, 409},
		{"more than was said", "PATCH", at, "01234567890", piece(), 413},
		{"a checksum unknown here", "PATCH", at, "x", piece("Upload-Checksum", "md5 nU4eI71bcnBGqeO0t9tXvA=="), 400},
		{"a checksum that is none", "PATCH", at, "x", piece("Upload-Checksum", "sha1 x"), 400},
		{"another's checksum", "PATCH", at, "x", piece("Upload-Checksum", "sha1 "+base64.StdEncoding.EncodeToString(make([]byte, 20))), 460},
		{"a page of another site", "PATCH", at, "x", piece(sameSite, "cross-site"), 403},
		{"a method that is none", "POST", at, "", []string{"X-HTTP-Method-Override", "PUT"}, 405},
	} {
		var body io.Reader
		if c.body != "" {
			body = strings.NewReader(c.body)
		}
		a := s.ask(c.method, c.path, body, c.headers...)
		if a.StatusCode != c.status {
			t.Errorf("%s: %d, want %d: %s", c.about, a.StatusCode, c.status, a.body)
		}
		s.stands(t, at, "0")
	}
	if n, err := s.w.catalog.Reader(s.viewer).Uploads(t.Context(), 9); err != nil || len(n) != 1 {
		t.Errorf("what was refused left %+v, %v", n, err)
	}
}

// TestTusRefusesAPieceOnTheWay: a client that sends a lot gets to read why it is refused.
func TestTusRefusesAPieceOnTheWay(t *testing.T) {
	s := newSending(t)
	at := s.create(t, 100<<20)
	s.patch(at, 5, make([]byte, 4<<20)).expect(t, http.StatusConflict)
	s.stands(t, at, "0")
}

// line opens a connection and begins to send a piece that claims to be longer than what comes.
func (s *sending) line(t *testing.T, at string, offset, claimed int64, data []byte) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_, err = fmt.Fprintf(conn, "PATCH %s HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nCookie: %s\r\n%s: same-origin\r\nContent-Type: %s\r\nUpload-Offset: %d\r\nContent-Length: %d\r\n\r\n",
		at, s.cookie, sameSite, pieceType, offset, claimed)
	if err == nil {
		_, err = conn.Write(data)
	}
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// receives waits until the server is at a piece.
func (s *sending) receives(t *testing.T) {
	t.Helper()
	until(t, 10*time.Second, func() bool {
		all, err := s.w.catalog.Reader(s.viewer).Uploads(t.Context(), 1)
		return err == nil && len(all) == 1 && all[0].Process != ""
	})
}

// TestTusLosesALine: a line that is cut, and one that just falls silent because the phone has found another network, keep what they brought.
func TestTusLosesALine(t *testing.T) {
	s := newSending(t)
	at := s.create(t, 1<<20)
	data := bytes.Repeat([]byte("a"), 1<<20)
	if err := s.line(t, at, 0, 1<<20, data[:100_000]).Close(); err != nil {
		t.Fatal(err)
	}
	// Who asks by HEAD ends a line that is still being read, so what came is looked up instead.
	until(t, 10*time.Second, func() bool {
		all, err := s.w.catalog.Reader(s.viewer).Uploads(t.Context(), 1)
		return err == nil && len(all) == 1 && all[0].Received == 100_000
	})

	silent := s.line(t, at, 100_000, 1<<20-100_000, data[:200_000])
	s.receives(t)
	s.patch(at, 100_000, nil).expect(t, http.StatusLocked)
	kept, err := strconv.Atoi(s.ask("HEAD", at, nil).Header.Get("Upload-Offset"))
	if err != nil || kept < 100_000 || kept > 300_000 { // as much of the piece as had been read
		t.Fatalf("%d bytes are kept, %v", kept, err)
	}
	said, err := io.ReadAll(silent)
	if err != nil || !strings.HasPrefix(string(said), "HTTP/1.1 423 ") {
		t.Errorf("the silent line is told %q, %v", said, err)
	}
	s.patch(at, int64(kept), data[kept:]).expect(t, http.StatusNoContent)
}

// until waits for something that must become true soon.
func until(t *testing.T, limit time.Duration, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(limit); !ok(); {
		if time.Now().After(deadline) {
			t.Fatal("waited in vain")
		}
		<-tick.C
	}
}

// TestTusStops: a server that is told to stop keeps what has come.
func TestTusStops(t *testing.T) {
	s := newSending(t)
	at := s.create(t, 1<<20)
	s.line(t, at, 0, 1<<20, bytes.Repeat([]byte("a"), 50_000))
	until(t, 10*time.Second, func() bool { // some of it lies in the store
		parts, err := filepath.Glob(filepath.Join(s.w.folder, ".part", "*"))
		if err != nil || len(parts) != 1 {
			return false
		}
		part, err := os.Stat(parts[0])
		return err == nil && part.Size() > 0
	})
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	again := &sending{s.w.startNode(web.Options{}), s.member}
	until(t, 10*time.Second, func() bool { return again.ask("HEAD", at, nil).StatusCode == http.StatusOK })
	// fasthttp hands a body out in pieces; what lay in the kernel's buffer when the server was stopped may not have been read.
	if n, err := strconv.Atoi(again.ask("HEAD", at, nil).Header.Get("Upload-Offset")); err != nil || n == 0 || n > 50_000 {
		t.Errorf("stands at %d, %v", n, err)
	}
}

// sendAll creates an upload with all its bytes.
func sendAll(ctx context.Context, url string, who member, body io.Reader, size int64) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/files", body)
	if err != nil {
		return err
	}
	req.ContentLength = size
	for name, value := range map[string]string{"Tus-Resumable": "1.0.0", "Cookie": who.cookie, sameSite: "same-origin", "Content-Type": pieceType, "Upload-Length": strconv.FormatInt(size, 10)} {
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusCreated {
		err = refusal(resp.StatusCode, said)
	}
	return err
}
