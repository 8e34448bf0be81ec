package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// resident is how many bytes of memory a process has.
func (s *server) resident(t *testing.T) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kilobytes, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kilobytes << 10
}

// crowdSize is how many connections this machine lets a test and a server have.
func crowdSize(t *testing.T) int {
	t.Helper()
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	return int(min(10_000, limit.Cur*6/10))
}

// TestManyAtOnce is one server under a crowd and under a flood.
func TestManyAtOnce(t *testing.T) {
	set := []string{"--data", t.TempDir()}
	must(t, append([]string{"import", library(t), "--manifest", "works.csv", "--publish"}, set...)...)
	s := serve(t, append([]string{"--run", "web", "--log-level", "error"}, set...)...)
	s.get(t, "/tim-kiem?q=ben")
	t.Run("a flood of searches", func(t *testing.T) {
		start := s.resident(t)
		memory := []int64{start >> 20}
		flat := false
		for n := 0; n < 4 && !flat; n++ { // the first warm up, longer on a busy machine: what leaks grows with each
			before := s.resident(t)
			s.searchFlood(t)
			after := s.resident(t)
			memory = append(memory, after>>20)
			flat = n > 0 && after-before <= 64<<20
		}
		t.Logf("memory in MiB, before and after each 1,000 searches: %d", memory)
		if !flat || s.resident(t)-start > (200<<20)*raced {
			t.Error("memory grows with what is asked")
		}
	})
	t.Run("a crowd", s.crowd)
}

// crowd holds ten thousand connections open, of which a third say nothing, a third stop in the middle of their head and a third have had an
// answer; memory stays in bounds and a reader is served as ever.
func (s *server) crowd(t *testing.T) {
	before, size := s.resident(t), crowdSize(t)
	addr := strings.TrimPrefix(s.url, "http://")
	crowd := make([]net.Conn, size)
	var dialling sync.WaitGroup
	for part := range 20 {
		dialling.Go(func() {
			for i := part; i < size; i += 20 {
				crowd[i] = visitor(t, addr, i%3)
			}
		})
	}
	dialling.Wait()
	defer func() {
		for _, c := range crowd {
			if c != nil {
				_ = c.Close()
			}
		}
	}()
	began := time.Now()
	if status, _ := s.get(t, "/the-loai"); status != 200 {
		t.Errorf("a reader among %d others: status %d", size, status)
	}
	grown := s.resident(t) - before
	t.Logf("%d connections: %d MiB more than %d MiB, %d kB each; a reader's page took %v", size, grown>>20, before>>20, grown/int64(size)>>10, time.Since(began))
	if each := grown / int64(size); each > (48<<10)*raced {
		t.Errorf("a connection takes %d bytes", each)
	}
}

// visitor opens a connection of one of three kinds.
func visitor(t *testing.T, addr string, kind int) net.Conn {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Errorf("connect: %v", err)
		return nil
	}
	sends := []string{"", "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: a", "HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n"}[kind]
	if _, err := io.WriteString(c, sends); err != nil {
		t.Errorf("send: %v", err)
	}
	if kind == 2 {
		if _, err := c.Read(make([]byte, 1)); err != nil {
			t.Errorf("no answer: %v", err)
		}
	}
	return c
}

// searchFlood asks a thousand searches a second, some by people far away: all are answered, by results or by a clear refusal, and other pages are
// served meanwhile.
func (s *server) searchFlood(t *testing.T) {
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 400}}
	defer client.CloseIdleConnections()
	var mu sync.Mutex
	statuses := map[int]int{}
	var asking sync.WaitGroup
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for burst := range 100 {
		<-tick.C
		for i := range 10 {
			asking.Go(func() {
				status := ask(t, client, fmt.Sprintf("%s/tim-kiem?q=ben+%d", s.url, i), fmt.Sprintf("203.0.113.%d", burst%100))
				mu.Lock()
				defer mu.Unlock()
				statuses[status]++
			})
		}
		if burst%100 == 50 {
			if status := ask(t, client, s.url+"/healthz", "198.51.100.7"); status != 200 {
				t.Errorf("another page meanwhile: status %d", status)
			}
		}
	}
	asking.Wait()
	if statuses[200] == 0 || statuses[200]+statuses[429]+statuses[503] != 1000 {
		t.Errorf("answers: %v", statuses)
	}
	t.Logf("1,000 searches in about a second: %v", statuses)
}

// ask fetches an address for somebody behind a proxy and returns the status, 0 without an answer.
func ask(t *testing.T, client *http.Client, address, from string) int {
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Error(err)
		return 0
	}
	req.Header.Set("X-Forwarded-For", from)
	resp, err := client.Do(req)
	if err != nil {
		t.Logf("no answer: %v", err)
		return 0
	}
	_, err = io.Copy(io.Discard, resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		t.Logf("half an answer: %v", err)
		return 0
	}
	return resp.StatusCode
}
