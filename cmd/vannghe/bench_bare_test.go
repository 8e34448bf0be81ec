package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
)

// What makes this test binary a server of the bytes of one file that does nothing else: what ours cannot be below while it is made with the same.
const (
	asSendfile = "VANNGHE_TEST_AS_SENDFILE" // any range of it, by sendfile(2)
	asFiber    = "VANNGHE_TEST_AS_FIBER"    // from memory, with Fiber
	asRelay    = "VANNGHE_TEST_AS_RELAY"    // any range of an object of MinIO, by splice(2); it is told "host:port/path?signature"
)

// bare starts one of them and returns its address.
func bare(t *testing.T, as, file string) (addr string, pids []int) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), as+"="+file)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line), family(cmd.Process.Pid)
}

// announced listens and tells bare where.
func announced() (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err == nil {
		fmt.Println(l.Addr())
	}
	return l, err
}

// bareFiber ends when its parent kills it.
func bareFiber(name string) error {
	body, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	l, err := announced()
	if err != nil {
		return err
	}
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/index.html", func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
		return c.Send(body)
	})
	return app.Listener(l)
}

// serveBare knows one form of question, and ends when its parent kills it.
func serveBare(what string, answer func(c net.Conn, what string) error) error {
	l, err := announced()
	if err != nil {
		return err
	}
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			if err := answer(c, what); err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
		}()
	}
}

// askedRange reads the head of a question for a range. Its error means that the client has what it wanted.
func askedRange(in *bufio.Reader) (from, to int64, err error) {
	for line := ""; line != "\r\n"; {
		if line, err = in.ReadString('\n'); err != nil {
			return 0, 0, err
		}
		_, _ = fmt.Sscanf(line, "Range: bytes=%d-%d", &from, &to) // the other lines of a head are passed over
	}
	return from, to, nil
}

func sendRanges(c net.Conn, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	in := bufio.NewReader(c)
	for {
		from, to, err := askedRange(in)
		if err != nil {
			return nil // the client has what it wanted
		}
		if _, err := f.Seek(from, io.SeekStart); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(c, "HTTP/1.1 206 Partial Content\r\nContent-Length: %d\r\n\r\n", to-from+1); err != nil {
			return err
		}
		if _, err := io.Copy(c, io.LimitReader(f, to-from+1)); err != nil {
			return err
		}
	}
}

// passOn passes questions for ranges on to MinIO, and what it answers back: nothing is looked at but the end of its head.
func passOn(c net.Conn, object string) error {
	host, path, _ := strings.Cut(object, "/")
	far, err := net.Dial("tcp", host)
	if err != nil {
		return err
	}
	defer far.Close()
	in, answers := bufio.NewReader(c), bufio.NewReader(far)
	for {
		from, to, err := askedRange(in)
		if err != nil {
			return nil // the client has what it wanted
		}
		if _, err := fmt.Fprintf(far, "GET /%s HTTP/1.1\r\nHost: %s\r\nRange: bytes=%d-%d\r\n\r\n", path, host, from, to); err != nil {
			return err
		}
		for line := []byte(nil); len(line) != 2; {
			if line, err = answers.ReadSlice('\n'); err != nil {
				return err
			}
		}
		if _, err := fmt.Fprintf(c, "HTTP/1.1 206 Partial Content\r\nContent-Length: %d\r\n\r\n", to-from+1); err != nil {
			return err
		}
		began := int64(answers.Buffered())
		if _, err := io.CopyN(c, answers, began); err != nil {
			return err
		}
		if _, err := io.Copy(c, io.LimitReader(far, to-from+1-began)); err != nil {
			return err
		}
	}
}
