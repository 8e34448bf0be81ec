package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// archiveOf is an archive of so many works, records and texts without media, made by `vannghe demo --light`. With VANNGHE_BENCH_ARCHIVES it is kept
// there and used again: 200,000 take an hour to make.
func archiveOf(t *testing.T, works int) []string {
	t.Helper()
	folder := t.TempDir()
	if kept := os.Getenv("VANNGHE_BENCH_ARCHIVES"); kept != "" {
		folder = filepath.Join(kept, strconv.Itoa(works))
		if _, err := os.Stat(filepath.Join(folder, "full")); err == nil {
			return []string{"--data", folder}
		}
	}
	began := time.Now()
	must(t, "demo", "--works", strconv.Itoa(works), "--light", "--data", folder)
	t.Logf("%d works made in %v", works, time.Since(began).Round(time.Second))
	if err := os.WriteFile(filepath.Join(folder, "full"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"--data", folder}
}

// sizes are the archives that a measure is taken of: VANNGHE_BENCH_WORKS, else 2,000 and 20,000; 200,000 only when it is asked for.
func sizes(t *testing.T) (list []int) {
	t.Helper()
	given := os.Getenv("VANNGHE_BENCH_WORKS")
	if given == "" {
		given = "2000,20000"
	}
	for field := range strings.SplitSeq(given, ",") {
		n, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, n)
	}
	return list
}

// pages are the pages that readers open most, in an archive.
func (s *server) pages(t *testing.T) map[string][]string {
	t.Helper()
	var list workList
	s.answer(t, "/api/v1/works?size=50", &list)
	of := map[string][]string{"home": {"/"}, "genre": {"/the-loai/tho", "/the-loai/truyen-ngan", "/the-loai/tan-van", "/the-loai/ky"}}
	for _, w := range list.Works {
		of["work"] = append(of["work"], s.path(w.URL))
	}
	for _, q := range []string{"trang", "ben+song", "mua+xuan", "que+huong", "người+lái+đò", "thơ", "lang", "hoi+van+hoc"} {
		of["search"] = append(of["search"], "/tim-kiem?q="+q)
	}
	for name, paths := range of {
		var there []string
		for _, path := range paths {
			if status, _ := s.get(t, path); status == http.StatusOK {
				there = append(there, path)
			}
		}
		of[name] = there
	}
	return of
}

// TestBenchPages: home, genre, work and search pages at several sizes over 50 connections, and nginx serving the bytes of the home page.
// VANNGHE_BENCH_WORKS (2000,20000), VANNGHE_BENCH_COUNT (5000), VANNGHE_BENCH_ARCHIVES (a folder that keeps the archives).
func TestBenchPages(t *testing.T) {
	bench(t)
	const connections = 50
	count, all := amount(t, "VANNGHE_BENCH_COUNT", 5000), sizes(t)
	names, across := []string{"home", "genre", "work", "search"}, make([]string, len(all))
	p50, p99 := map[string][]float64{}, map[string][]float64{}
	cpu := map[string][]float64{}
	for i, works := range all {
		across[i] = fmt.Sprintf("%d works", works)
		s := serve(t, append([]string{"--run", "web", "--log-level", "warn"}, archiveOf(t, works)...)...)
		until(t, time.Hour, "the index is there", func() bool { status, _ := s.get(t, "/readyz"); return status == 200 })
		pages := s.pages(t)
		for _, name := range names {
			list := pages[name]
			p := peer{name, s.address(), family(s.cmd.Process.Pid), func(n int64) (string, []string) { return list[n%int64(len(list))], []string{"Accept-Encoding: gzip"} }, 200}
			p.put(t, connections, 200)
			o := p.put(t, connections, count)
			t.Logf("%7d works  %-7s p50 %6.2f ms  p99 %6.2f ms  %6.0f a second  %6.2f CPU ms each  %d failed, memory %d MiB", works, name, millis(o.at(50)), millis(o.at(99)), o.rate(), millis(o.each()), o.failures, o.memory>>20)
			p50[name], p99[name], cpu[name] = append(p50[name], millis(o.at(50))), append(p99[name], millis(o.at(99))), append(cpu[name], millis(o.each()))
		}
		if i == 0 {
			s.homeBesideNginx(t, connections, count, cpu["home"][0])
		}
		s.stop(t)
	}
	var lines []series
	for _, name := range names {
		last := len(all) - 1
		verdict(t, fmt.Sprintf("%s page p50, %s / %s", name, across[last], across[0]), p50[name][last]/p50[name][0], 1.5, true)
		verdict(t, fmt.Sprintf("%s page p99, %s / %s", name, across[last], across[0]), p99[name][last]/p99[name][0], 1.5, true)
		lines = append(lines, series{name + ", p50", p50[name]})
	}
	for _, name := range []string{"home", "search"} {
		lines = append(lines, series{name + ", p99", p99[name]})
	}
	curve(t, "load-pages.svg", "ms of a page, 50 connections", across, lines)
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// homeBesideNginx has nginx serve the very bytes of the home page, compressed as ours are.
func (s *server) homeBesideNginx(t *testing.T, connections int, count int64, ours float64) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "gzip")
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.Body.Close() != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "index.html"), body, 0o600); err != nil {
		t.Fatal(err)
	}
	addr, pids := peerNginx(t, root, "")
	p := peer{"nginx", addr, pids, func(int64) (string, []string) { return "/index.html", nil }, 200}
	p.put(t, connections, 200)
	o := p.put(t, connections, count)
	t.Logf("nginx, the same %d bytes: p50 %.2f ms, p99 %.2f ms, %.0f a second, %.3f CPU ms each", len(body), millis(o.at(50)), millis(o.at(99)), o.rate(), millis(o.each()))
	own := peer{"home", s.address(), family(s.cmd.Process.Pid), func(int64) (string, []string) { return "/", []string{"Accept-Encoding: gzip"} }, 200}.put(t, connections, count)
	verdict(t, "home page p50 / nginx serving the same bytes", millis(own.at(50))/max(0.001, millis(o.at(50))), 1.5, true)
	t.Logf("by CPU: %.2f ms and %.3f ms", ours, millis(o.each()))
}

// TestBenchStart: from the start of the program to the first answer that it is ready, and its memory a while later. Sizes as in TestBenchPages.
func TestBenchStart(t *testing.T) {
	bench(t)
	var across []string
	var seconds, memory []float64
	for _, works := range sizes(t) {
		set := archiveOf(t, works)
		for round := range 3 { // the first may still finish the index
			began := time.Now()
			s := serve(t, append([]string{"--log-level", "warn"}, set...)...)
			until(t, time.Hour, "ready", func() bool { status, _ := s.get(t, "/readyz"); return status == 200 })
			took := time.Since(began)
			s.get(t, "/")
			<-time.After(10 * time.Second) // idle is what is measured
			resident := residentOf(family(s.cmd.Process.Pid))
			t.Logf("%7d works: ready after %v, idle %d MiB", works, took.Round(time.Millisecond), resident>>20)
			s.stop(t)
			if round == 2 {
				across = append(across, fmt.Sprintf("%d works", works))
				seconds, memory = append(seconds, took.Seconds()), append(memory, float64(resident>>20))
				verdict(t, fmt.Sprintf("start at %d works, seconds", works), took.Seconds(), 1, true)
				verdict(t, fmt.Sprintf("idle memory at %d works, MB", works), float64(resident)/1e6, 150, true)
			}
		}
	}
	curve(t, "load-start.svg", "idle memory in MiB", across, []series{{"MiB", memory}, {"seconds to ready", seconds}})
}
