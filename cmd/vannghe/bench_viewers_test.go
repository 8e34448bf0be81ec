package main

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vannghe/internal/archive"
)

// segment is a piece of a playlist: where it is, and when it is shown.
type segment struct {
	path   string
	head   []string // Range, where the piece is a part of a file
	status int
	from   time.Duration // in the film; that of the beginning of the film for what must be there first
}

// fetchText gets a playlist.
func fetchText(t *testing.T, base, address string) string {
	t.Helper()
	resp, err := http.Get("http://" + base + address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d, %v", address, resp.StatusCode, err)
	}
	return string(body)
}

// attribute reads one of a tag's attributes (RFC 8216 §4.2).
func attribute(tag, name string) string {
	_, rest, found := strings.Cut(tag, name+"=")
	if !found {
		return ""
	}
	if strings.HasPrefix(rest, `"`) {
		value, _, _ := strings.Cut(rest[1:], `"`)
		return value
	}
	value, _, _ := strings.Cut(rest, ",")
	return value
}

// playlists are the addresses that a player of a master playlist follows: the largest picture and the sound that goes with it.
func playlists(t *testing.T, base, master string) []string {
	t.Helper()
	var chosen, sound string
	most := -1
	audio := map[string]string{}
	in := bufio.NewScanner(strings.NewReader(fetchText(t, base, master)))
	for in.Scan() {
		switch line := in.Text(); {
		case strings.HasPrefix(line, "#EXT-X-MEDIA:") && attribute(line, "TYPE") == "AUDIO":
			audio[attribute(line, "GROUP-ID")] = attribute(line, "URI")
		case strings.HasPrefix(line, "#EXT-X-STREAM-INF:"):
			rate, _ := strconv.Atoi(attribute(line, "AVERAGE-BANDWIDTH"))
			if rate == 0 {
				rate, _ = strconv.Atoi(attribute(line, "BANDWIDTH"))
			}
			if in.Scan() && rate > most {
				most, chosen, sound = rate, in.Text(), audio[attribute(line, "AUDIO")]
			}
		}
	}
	if chosen == "" {
		t.Fatalf("%s leads to nothing", master)
	}
	list := []string{path.Join(path.Dir(master), chosen)}
	if sound != "" {
		list = append(list, path.Join(path.Dir(master), sound))
	}
	return list
}

// piece is the segment of some bytes of a file: "n@o" as in EXT-X-BYTERANGE.
func piece(folder, file, bytes string, at time.Duration, next *int64) segment {
	s := segment{path: path.Join(folder, file), status: http.StatusOK, from: at}
	if bytes == "" {
		return s
	}
	length, offset, given := strings.Cut(bytes, "@")
	n, _ := strconv.ParseInt(length, 10, 64)
	if given {
		*next, _ = strconv.ParseInt(offset, 10, 64)
	}
	s.head, s.status = []string{fmt.Sprintf("Range: bytes=%d-%d", *next, *next+n-1)}, http.StatusPartialContent
	*next += n
	return s
}

// segments reads a media playlist.
func segments(t *testing.T, base, address string) []segment {
	t.Helper()
	var list []segment
	var at, lasts time.Duration
	var bytes string
	var next int64
	for line := range strings.Lines(fetchText(t, base, address)) {
		switch line = strings.TrimSpace(line); {
		case strings.HasPrefix(line, "#EXT-X-MAP:"):
			var none int64
			list = append(list, piece(path.Dir(address), attribute(line, "URI"), attribute(line, "BYTERANGE"), 0, &none))
		case strings.HasPrefix(line, "#EXTINF:"):
			seconds, _, _ := strings.Cut(line[len("#EXTINF:"):], ",")
			f, err := strconv.ParseFloat(seconds, 64)
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			lasts = time.Duration(f * float64(time.Second))
		case strings.HasPrefix(line, "#EXT-X-BYTERANGE:"):
			bytes = line[len("#EXT-X-BYTERANGE:"):]
		case line != "" && line[0] != '#':
			list = append(list, piece(path.Dir(address), line, bytes, at, &next))
			at, bytes = at+lasts, ""
		}
	}
	return list
}

// ahead is how much of the film a viewer has before it waits: less than the 30 s of hls.js, so that a short measure sees a steady rate.
const ahead = 12 * time.Second

// audience is what came of many viewers.
type audience struct {
	stalls, failures, bytes atomic.Int64
	late                    atomic.Int64 // nanoseconds that all stood still
	first                   sync.Mutex
	start                   []time.Duration // press → first segments
}

// watch plays a film in real time: it asks for what comes in the next seconds, and counts when a piece is not there when it is to be shown.
func (a *audience) watch(base string, master string, lists [][]segment, lasts time.Duration) {
	l := &lean{addr: base}
	defer l.close()
	pressed := time.Now()
	get := func(s segment) {
		status, n, err := l.get(s.path, s.head...)
		a.bytes.Add(n)
		if err != nil || status != s.status {
			a.failures.Add(1)
			l.close()
		}
	}
	get(segment{path: master, status: http.StatusOK})
	var started time.Time
	at := make([]int, len(lists))
	for {
		which := soonest(lists, at)
		if which < 0 || lists[which][at[which]].from >= lasts {
			return
		}
		s := lists[which][at[which]]
		at[which]++
		if !started.IsZero() {
			if wait := time.Until(started.Add(s.from - ahead)); wait > 0 {
				time.Sleep(wait) // real time is what is being measured
			}
		}
		get(s)
		if due := started.Add(s.from); !started.IsZero() && time.Now().After(due) && s.from > 0 {
			late := time.Since(due)
			a.stalls.Add(1)
			a.late.Add(int64(late))
			started = started.Add(late)
		}
		if started.IsZero() && begun(lists, at) {
			started = time.Now()
			a.first.Lock()
			a.start = append(a.start, started.Sub(pressed))
			a.first.Unlock()
		}
	}
}

// soonest is the playlist whose next piece is shown first, below 0 when all are at their end.
func soonest(lists [][]segment, at []int) int {
	which := -1
	for i := range lists {
		if at[i] < len(lists[i]) && (which < 0 || lists[i][at[i]].from < lists[which][at[which]].from) {
			which = i
		}
	}
	return which
}

// begun reports whether there is something of each playlist to show.
func begun(lists [][]segment, at []int) bool {
	for i := range lists {
		if at[i] < len(lists[i]) && lists[i][at[i]].from == 0 {
			return false
		}
	}
	return true
}

// TestBenchViewers: many viewers of one film in real time. VANNGHE_BENCH_VIEWERS (200,1000), VANNGHE_BENCH_SECONDS (60), VANNGHE_BENCH_FILM (a file of
// one's own) make it another.
func TestBenchViewers(t *testing.T) {
	bench(t)
	seconds := amount(t, "VANNGHE_BENCH_SECONDS", 60)
	folder := t.TempDir()
	film := filepath.Join(folder, "phim.mp4")
	if own := os.Getenv("VANNGHE_BENCH_FILM"); own != "" {
		film = filepath.Join(folder, "phim"+filepath.Ext(own))
		runTool(t, "cp", own, film)
	} else {
		runTool(t, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", fmt.Sprintf("testsrc2=size=1280x720:rate=24:duration=%d", seconds), "-f", "lavfi", "-i", fmt.Sprintf("anoisesrc=a=0.1:d=%d", seconds),
			"-c:v", "libx264", "-preset", "ultrafast", "-g", "48", "-b:v", "2M", "-maxrate", "2M", "-bufsize", "4M", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "128k", "-shortest", film)
	}
	counts := []int{200, 1000}
	if s := os.Getenv("VANNGHE_BENCH_VIEWERS"); s != "" {
		counts = nil
		for field := range strings.SplitSeq(s, ",") {
			n, err := strconv.Atoi(field)
			if err != nil {
				t.Fatal(err)
			}
			counts = append(counts, n)
		}
	}
	across := make([]string, len(counts))
	lines := []series{}
	for name, settings := range stores(t) {
		set := settings(t)
		must(t, append([]string{"import", folder, "--publish"}, set...)...)
		s := serve(t, append([]string{"--run", "web", "--log-level", "warn"}, set...)...)
		master, local := s.masterOf(t, set)
		servers := []audienceOf{{"vannghe, " + name, s.address(), family(s.cmd.Process.Pid), master}}
		if name == "disk" {
			addr, pids := peerNginx(t, filepath.Dir(local), "")
			servers = append(servers, audienceOf{"nginx", addr, pids, "/" + filepath.Base(local)})
		} else {
			servers[0].pids = append(servers[0].pids, called("minio")...)
		}
		for _, one := range servers {
			line := series{name: one.name}
			for i, n := range counts {
				across[i] = fmt.Sprintf("%d viewers", n)
				line.values = append(line.values, one.fill(t, n, time.Duration(seconds)*time.Second))
			}
			lines = append(lines, line)
		}
		s.stop(t)
	}
	of := map[string][]float64{}
	for _, l := range lines {
		of[l.name] = l.values
	}
	for i := range counts {
		t.Logf("RATIO vannghe disk / nginx at %s, CPU: %.2f", across[i], of["vannghe, disk"][i]/of["nginx"][i])
	}
	curve(t, "load-viewers.svg", "CPU ms of the servers for a viewer's minute", across, lines)
}

// audienceOf is a server with a film.
type audienceOf struct {
	name   string
	addr   string
	pids   []int
	master string
}

// fill lets so many viewers come within some seconds and watch to the end; it returns CPU milliseconds for each minute of each.
func (s audienceOf) fill(t *testing.T, viewers int, lasts time.Duration) float64 {
	t.Helper()
	var lists [][]segment
	for _, list := range playlists(t, s.addr, s.master) {
		lists = append(lists, segments(t, s.addr, list))
	}
	var a audience
	var seats sync.WaitGroup
	before, began := cpuOf(s.pids), time.Now()
	for n := range viewers {
		seats.Go(func() {
			time.Sleep(time.Duration(n) * 10 * time.Second / time.Duration(viewers)) // they come within ten seconds
			a.watch(s.addr, s.master, lists, lasts)
		})
	}
	seats.Wait()
	cpu, took := cpuOf(s.pids)-before, time.Since(began)
	each := cpu.Seconds() * 1000 / (float64(viewers) * lasts.Minutes())
	t.Logf("%-16s %5d viewers: CPU %.1f s in %.0f s (%.1f %% of one core), %.2f ms a viewer's minute, %.1f Mbit/s, first segments %v, %d stalls (%v), %d failures, memory %d MiB",
		s.name, viewers, cpu.Seconds(), took.Seconds(), 100*cpu.Seconds()/took.Seconds(), each, float64(a.bytes.Load())*8/1e6/took.Seconds(), worst(a.start), a.stalls.Load(), time.Duration(a.late.Load()), a.failures.Load(), residentOf(s.pids)>>20)
	if a.failures.Load() > 0 {
		t.Errorf("%s: %d failures", s.name, a.failures.Load())
	}
	return each
}

func worst(all []time.Duration) (most time.Duration) {
	for _, d := range all {
		most = max(most, d)
	}
	return most.Round(time.Millisecond)
}

// masterOf is the address of the film's playlist, and the file of it where files lie in a folder.
func (s *server) masterOf(t *testing.T, set []string) (address, file string) {
	t.Helper()
	p := openParts(t, set)
	for id := range p.recorded(t) {
		all, err := p.catalog.Reader(archive.System("test")).Derivatives(t.Context(), archive.WorkID(id))
		if err != nil {
			t.Fatal(err)
		}
		var best archive.Derivative
		for _, d := range all[archive.WorkID(id)] {
			if d.State == archive.DerivativeReady && (d.Recipe == "ladder" || d.Recipe == "hls" && best.Recipe == "") {
				best = d
			}
		}
		for _, a := range best.Assets {
			if a.Path == "master.m3u8" {
				return fmt.Sprintf("/media/%s/%s/%s-v%d/%s", id, best.File, best.Recipe, best.Version, a.Path), filepath.Join(p.folder, best.Prefix, a.Path)
			}
		}
	}
	t.Fatal("no film has a playlist")
	return "", ""
}
