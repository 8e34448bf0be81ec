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

// sendfile knows one form of question, and ends when its parent kills it.
func sendfile(name string) error {
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
			if err := sendRanges(c, name); err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
		}()
	}
}

func sendRanges(c net.Conn, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	in := bufio.NewReader(c)
	for {
		var from, to int64
		for line := ""; line != "\r\n"; {
			if line, err = in.ReadString('\n'); err != nil {
				return nil // the client has what it wanted
			}
			_, _ = fmt.Sscanf(line, "Range: bytes=%d-%d", &from, &to) // the other lines of a head are passed over
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
