package main

import (
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
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
	of["search anew"] = asked(list)
	return of
}

// asked are searches for two words of titles, each of which nobody has asked for before.
func asked(list workList) (paths []string) {
	known := map[string]bool{}
	for _, w := range list.Works {
		for word := range strings.FieldsSeq(strings.ToLower(w.Title)) {
			known[strings.Trim(word, ".,:;!?()“”\"")] = true
		}
	}
	words := slices.Sorted(maps.Keys(known))
	for _, a := range words {
		for _, b := range words {
			paths = append(paths, "/tim-kiem?q="+url.QueryEscape(a+" "+b))
		}
	}
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(paths), func(i, j int) { paths[i], paths[j] = paths[j], paths[i] })
	return paths
}

// TestBenchPages: home, genre, work and search pages at several sizes over 50 connections, and nginx serving the bytes of the home page.
// VANNGHE_BENCH_WORKS (2000,20000), VANNGHE_BENCH_COUNT (5000), VANNGHE_BENCH_ARCHIVES (a folder that keeps the archives).
func TestBenchPages(t *testing.T) {
	bench(t)
	const connections = 50
	count, all := amount(t, "VANNGHE_BENCH_COUNT", 5000), sizes(t)
	names, across := []string{"home", "genre", "work", "search", "search anew"}, make([]string, len(all))
	p50, p99 := map[string][]float64{}, map[string][]float64{}
	for i, works := range all {
		across[i] = fmt.Sprintf("%d works", works)
		s := serve(t, append([]string{"--run", "web", "--log-level", "warn"}, archiveOf(t, works)...)...)
		until(t, time.Hour, "the index is there", func() bool { status, _ := s.get(t, "/readyz"); return status == 200 })
		pages := s.pages(t)
		for _, name := range names {
			list := pages[name]
			first := int64(0) // that was not asked for yet
			p := peer{name, s.address(), family(s.cmd.Process.Pid), func(n int64) (string, []string) {
				return list[(first+n)%int64(len(list))], []string{"Accept-Encoding: gzip"}
			}, 200}
			p.put(t, connections, count/10)
			first = count / 10
			o := p.put(t, connections, count)
			if o.took < time.Second && name != "search anew" { // what is answered from memory takes millionths of one
				o = p.put(t, connections, int64(3*o.rate()))
			}
			t.Logf("%7d works  %-11s p50 %6.2f ms  p99 %6.2f ms  %7.0f a second of %d  %7.3f CPU ms each  %d failed, memory %d MiB", works, name, millis(o.at(50)), millis(o.at(99)), o.rate(), o.asked, millis(o.each()), o.failures, o.memory>>20)
			p50[name], p99[name] = append(p50[name], millis(o.at(50))), append(p99[name], millis(o.at(99)))
		}
		if i == 0 {
			s.homeBesideNginx(t, connections, count)
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
	for _, name := range []string{"home", "search", "search anew"} {
		lines = append(lines, series{name + ", p99", p99[name]})
	}
	curve(t, "load-pages.svg", "ms of a page, 50 connections", across, lines)
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// headOf has nginx send the fields that an answer of ours has, but those that it sends by itself.
func headOf(answer http.Header) string {
	var lines strings.Builder
	for name, values := range answer {
		switch name {
		case "Date", "Content-Length", "Content-Type", "Etag":
			continue
		}
		fmt.Fprintf(&lines, "add_header %s \"%s\";\n", name, strings.Join(values, ", "))
	}
	return lines.String()
}

// homeBesideNginx has nginx serve the very bytes of the home page, compressed as ours are, and with the same head.
func (s *server) homeBesideNginx(t *testing.T, connections int, count int64) {
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
	file := filepath.Join(root, "index.html")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	ask := func(path string) func(int64) (string, []string) {
		return func(int64) (string, []string) { return path, []string{"Accept-Encoding: gzip"} }
	}
	nginx, fiber := peer{name: "nginx", ask: ask("/index.html"), expect: 200}, peer{name: "Fiber alone", ask: ask("/index.html"), expect: 200}
	nginx.addr, nginx.pids = peerNginx(t, root, headOf(resp.Header))
	fiber.addr, fiber.pids = bare(t, asFiber, file)
	peers := []peer{nginx, fiber, {"home", s.address(), family(s.cmd.Process.Pid), ask("/"), 200}}
	of := map[string]float64{}
	for _, p := range peers {
		p.put(t, connections, count)
	}
	// Which goroutine or process a processor happens to turn to moves the median of a run by half: all take turns, and the median of medians counts.
	medians, cpu := map[string][]float64{}, map[string]time.Duration{}
	const rounds = 15
	for range rounds {
		for _, p := range peers {
			o := p.put(t, connections, 4*count)
			medians[p.name] = append(medians[p.name], millis(o.at(50)))
			cpu[p.name] += o.cpu
		}
	}
	for _, p := range peers {
		slices.Sort(medians[p.name])
		of[p.name] = max(0.001, medians[p.name][rounds/2])
		t.Logf("%-11s the same %d bytes: p50 of %d runs %.2f to %.2f, median %.2f ms, %.4f CPU ms each", p.name, len(body), rounds, medians[p.name][0], medians[p.name][rounds-1],
			of[p.name], millis(cpu[p.name])/float64(rounds*4*count))
	}
	verdict(t, "home page p50 / nginx serving the same bytes", of["home"]/of["nginx"], 1.5, true)
	t.Logf("home page p50 / Fiber alone: %.2f; Fiber alone / nginx: %.2f", of["home"]/of["Fiber alone"], of["Fiber alone"]/of["nginx"])
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
