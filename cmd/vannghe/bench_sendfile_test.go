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
)

// asSendfile makes this test binary a server of one file that does nothing but sendfile(2): what ours cannot be below while it sends by that too.
const asSendfile = "VANNGHE_TEST_AS_SENDFILE"

// bareSendfile starts it and returns its address.
func bareSendfile(t *testing.T, file string) (addr string, pids []int) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), asSendfile+"="+file)
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

// sendfile is that server. It knows one form of question, and ends when its parent kills it.
func sendfile(name string) error {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
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
