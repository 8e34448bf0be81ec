package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// TestRollingRestart restarts two web processes behind Debian's Caddy, one after the other, under load: no request fails. With VANNGHE_SLOW on MinIO
// and PostgreSQL as well.
func TestRollingRestart(t *testing.T) {
	for name, settings := range pairs(t) {
		if name == "disk" || os.Getenv("VANNGHE_SLOW") != "" && name == "minio and postgres" {
			t.Run(name, func(t *testing.T) { rollingRestart(t, settings(t)) })
		}
	}
}

func rollingRestart(t *testing.T, set []string) {
	must(t, append([]string{"import", library(t), "--manifest", "works.csv", "--publish"}, set...)...)
	ports := []string{freeAddress(t), freeAddress(t)}
	start := func(addr string) *server {
		s := serve(t, append([]string{"--run", "web", "--log-level", "warn", "--addr", addr}, set...)...)
		until(t, time.Minute, "a web process is ready", func() bool { status, _ := s.get(t, "/readyz"); return status == 200 })
		return s
	}
	nodes := []*server{start(ports[0]), start(ports[1])}
	front := caddy(t, ports)
	list := workList{}
	nodes[0].answer(t, "/api/v1/works", &list)
	paths := []string{"/", "/tim-kiem?q=ben", "/the-loai", "/assets/" + firstAsset(t, nodes[0]), list.Works[0].URL[strings.Index(list.Works[0].URL, "/tac-pham"):]}

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	defer client.CloseIdleConnections()
	var asked, failures atomic.Int64
	var readers sync.WaitGroup
	for reader := range 8 {
		readers.Go(func() {
			for n := reader; ctx.Err() == nil; n++ {
				asked.Add(1)
				if status := ask(t, client, front+paths[n%len(paths)], fmt.Sprintf("203.0.113.%d", reader)); status != 200 && status != 429 {
					failures.Add(1)
					t.Errorf("%s: status %d", paths[n%len(paths)], status)
				}
			}
		})
	}
	for round := range 4 {
		i := round % 2
		before := asked.Load()
		until(t, time.Minute, "the load is on", func() bool { return asked.Load() > before+100 })
		if err := nodes[i].cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		<-nodes[i].done
		if code := nodes[i].cmd.ProcessState.ExitCode(); code != 0 {
			t.Errorf("a web process ended with status %d\n%s", code, nodes[i].log)
		}
		nodes[i] = start(ports[i])
	}
	stop()
	readers.Wait()
	t.Logf("%d requests through four restarts, %d failed", asked.Load(), failures.Load())
}

// firstAsset is the name of a style sheet that the start page leads to.
func firstAsset(t *testing.T, s *server) string {
	t.Helper()
	_, page := s.get(t, "/")
	_, rest, ok := strings.Cut(page, `href="/assets/`)
	name, _, ended := strings.Cut(rest, `"`)
	if !ok || !ended {
		t.Fatal("the start page leads to no style sheet")
	}
	return name
}

// caddy starts Debian's Caddy in front of some processes and returns its address.
func caddy(t *testing.T, upstreams []string) string {
	t.Helper()
	dir, addr := t.TempDir(), freeAddress(t)
	config := fmt.Sprintf("{\n\tadmin off\n\tauto_https off\n\tstorage file_system %s\n}\nhttp://%s {\n\treverse_proxy %s {\n\t\tlb_policy round_robin\n\t\tlb_try_duration 10s\n\t\tlb_try_interval 50ms\n\t}\n}\n",
		dir, addr, strings.Join(upstreams, " "))
	file := filepath.Join(dir, "Caddyfile")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("caddy", "run", "--config", file, "--adapter", "caddyfile")
	cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_CONFIG_HOME="+dir, "XDG_DATA_HOME="+dir)
	var log bytes.Buffer
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatalf("start caddy (make setup-test installs it): %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("caddy said: %.4000s", log.String())
		}
	})
	until(t, time.Minute, "caddy answers", func() bool {
		resp, err := http.Get("http://" + addr + "/healthz")
		return err == nil && resp.Body.Close() == nil && resp.StatusCode == 200
	})
	return "http://" + addr
}

// freeAddress is an address on this machine that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}
