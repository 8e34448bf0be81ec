package respond

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// wire is the end of a connection that joins, as far as a body can tell.
type wire struct {
	bytes.Buffer
	tail  []byte
	fails error
}

func (l *wire) Join(tail []byte) { l.tail = tail }

func (l *wire) Write(p []byte) (int, error) {
	if l.fails != nil {
		return 0, l.fails
	}
	l.Buffer.Write(p)
	l.Buffer.Write(l.tail)
	l.tail = nil
	return len(p), nil
}

func TestWhole(t *testing.T) {
	l := &wire{}
	out := bufio.NewWriter(l)
	if _, err := out.WriteString("head"); err != nil {
		t.Fatal(err)
	}
	n, err := (&whole{data: []byte("body"), conn: l}).WriteTo(out)
	if n != 4 || err != nil || l.String() != "headbody" || out.Buffered() != 0 {
		t.Errorf("behind a head: %d, %v, %q", n, err, l.String())
	}
	n, err = (&whole{data: []byte("more"), conn: l}).WriteTo(out) // nothing waits to be sent
	if err := errors.Join(err, out.Flush()); n != 4 || err != nil || l.String() != "headbodymore" {
		t.Errorf("alone: %d, %v, %q", n, err, l.String())
	}
	if b, err := io.ReadAll(struct{ io.Reader }{&whole{data: []byte("read")}}); string(b) != "read" || err != nil {
		t.Errorf("read: %q, %v", b, err)
	}
	l.fails = errShort
	if _, err := out.WriteString("head"); err != nil {
		t.Fatal(err)
	}
	if n, err := (&whole{data: []byte("body"), conn: l}).WriteTo(out); n != 0 || !errors.Is(err, errShort) {
		t.Errorf("a line that is cut: %d, %v", n, err)
	}
}

// What is described once is sent as what is described each time.
func TestPreparedObject(t *testing.T) {
	o := Object{
		Size: 4, Type: "image/jpeg", ETag: `"e"`, Modified: stageTime, Cache: Brief, Disposition: "inline",
	}
	app := fiber.New()
	head := func(o Object) string {
		var asked fasthttp.RequestCtx
		asked.Request.Header.SetMethod(http.MethodHead)
		c := app.AcquireCtx(&asked)
		defer app.ReleaseCtx(c)
		if err := o.Send(c, nil); err != nil {
			t.Fatal(err)
		}
		return c.Response().Header.String()
	}
	if plain, prepared := head(o), head(o.Prepared()); plain != prepared || !bytes.Contains([]byte(plain), []byte("Last-Modified: Tue, 21 Nov 2023 08:30:00 GMT")) {
		t.Errorf("%s\nprepared:\n%s", plain, prepared)
	}
}
