package main

import (
	"archive/zip"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vannghe/internal/archive"
)

// TestBenchTiles: tiles of a painting in random order over 32 connections, beside nginx with the same tiles as loose files, and iipsrv (two processes
// behind nginx, as its documents advise) with a pyramid of the same picture. VANNGHE_BENCH_SIDE is the longer side in pixels, VANNGHE_BENCH_COUNT the
// number of questions.
func TestBenchTiles(t *testing.T) {
	bench(t)
	side, count := amount(t, "VANNGHE_BENCH_SIDE", 12_000), amount(t, "VANNGHE_BENCH_COUNT", 60_000)
	const connections = 32
	folder := t.TempDir()
	picture := filepath.Join(folder, "tranh.jpg")
	runTool(t, "vips", "gaussnoise", folder+"/n.v", fmt.Sprint(side/16), fmt.Sprint(side/20))
	runTool(t, "vips", "resize", folder+"/n.v", folder+"/l.v", "16")
	runTool(t, "vips", "cast", folder+"/l.v", folder+"/c.v", "uchar")
	runTool(t, "vips", "bandjoin", folder+"/c.v "+folder+"/c.v "+folder+"/c.v", folder+"/b.v")
	runTool(t, "vips", "copy", folder+"/b.v", picture+"[Q=90]", "--interpretation", "srgb")
	for _, scratch := range []string{"n.v", "l.v", "c.v", "b.v"} {
		if err := os.Remove(filepath.Join(folder, scratch)); err != nil {
			t.Fatal(err)
		}
	}
	set := []string{"--data", t.TempDir()}
	must(t, append([]string{"import", folder, "--publish"}, set...)...)
	s := serve(t, append([]string{"--run", "web", "--log-level", "warn"}, set...)...)
	id, tiles := openParts(t, set).tiles(t)
	loose := t.TempDir()
	names := unzip(t, tiles, loose)
	addr, pids := peerNginx(t, loose, iipsrv(t, picture))
	peers := []peer{
		{"vannghe", s.address(), family(s.cmd.Process.Pid), func(n int64) (string, []string) { return "/iiif/image/3/" + id + "/" + pick(names, n), nil }, 200},
		{"nginx, loose files", addr, pids, func(n int64) (string, []string) { return "/" + pick(names, n), nil }, 200},
		{"iipsrv", addr, append(slices.Clone(pids), called("iipsrv")...), func(n int64) (string, []string) {
			return "/iipsrv?IIIF=tranh.tif/" + pick(names, n), nil
		}, 200},
	}
	got := make([]outcome, len(peers))
	rates, costs := make([]float64, len(peers)), make([]float64, len(peers))
	labels := make([]string, len(peers))
	for i, p := range peers {
		n := count
		if p.name == "iipsrv" {
			n = max(200, count/30)
		}
		p.put(t, connections, min(n, int64(len(names))))
		got[i] = p.put(t, connections, n)
		t.Logf("%-20s %8.0f tiles/s  %7.1f µs CPU a tile  p50 %v p99 %v  %d bytes a tile, memory %d MiB, %d failed", p.name, got[i].rate(), float64(got[i].each().Nanoseconds())/1000,
			got[i].at(50), got[i].at(99), got[i].bytes/got[i].asked, got[i].memory>>20, got[i].failures)
		rates[i], costs[i], labels[i] = got[i].rate(), 1e6/float64(max(1, got[i].each().Microseconds())), p.name
	}
	s.stop(t)
	verdict(t, "tiles a second, vannghe / iipsrv", rates[0]/rates[2], 20, false)
	verdict(t, "tiles a second, vannghe / nginx loose files", rates[0]/rates[1], 0.6, false)
	t.Logf("the client runs on the same cores; by CPU of the servers alone: %.1f × iipsrv, %.2f × nginx", costs[0]/costs[2], costs[0]/costs[1])
	curve(t, "load-tiles.svg", "tiles a second, and tiles for each CPU second of the server", labels, []series{{"a second", rates}, {"a CPU second", costs}})
}

func pick(names []string, n int64) string {
	return names[rand.New(rand.NewPCG(uint64(n), 5)).IntN(len(names))]
}

// tiles is the only picture of an archive, and where its tiles lie.
func (p *parts) tiles(t *testing.T) (id, file string) {
	t.Helper()
	for work := range p.recorded(t) {
		all, err := p.catalog.Reader(archive.System("test")).Derivatives(t.Context(), archive.WorkID(work))
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range all[archive.WorkID(work)] {
			for _, a := range d.Assets {
				if a.Kind == "iiif" {
					return string(d.File), filepath.Join(p.folder, d.Prefix, a.Path)
				}
			}
		}
	}
	t.Fatal("no picture has tiles")
	return "", ""
}

// unzip lays tiles out as loose files under the addresses that they have, and returns these.
func unzip(t *testing.T, file, into string) (names []string) {
	t.Helper()
	r, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, f := range r.File {
		at := strings.Index(f.Name, "/")
		name := f.Name[at+1:]
		if !strings.HasSuffix(name, "/0/default.jpg") {
			continue
		}
		to := filepath.Join(into, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(to), 0o750); err != nil {
			t.Fatal(err)
		}
		src, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(src)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, content, 0o600); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		t.Fatal("the zip holds no tile")
	}
	return names
}

// iipsrv starts two processes of Debian's iipimage-server on a pyramid of the picture and returns what leads nginx to them.
func iipsrv(t *testing.T, picture string) string {
	t.Helper()
	dir := t.TempDir()
	runTool(t, "vips", "tiffsave", picture, filepath.Join(dir, "tranh.tif"), "--tile", "--pyramid", "--compression", "jpeg", "--Q", "85", "--tile-width", "256", "--tile-height", "256")
	var upstreams strings.Builder
	for range 2 {
		addr := freeAddress(t)
		cmd := exec.Command("/usr/lib/iipimage-server/iipsrv.fcgi", "--bind", addr)
		cmd.Env = append(os.Environ(), "FILESYSTEM_PREFIX="+dir+"/", "VERBOSITY=0", "LOGFILE=/dev/null", "MAX_CVT=20000", "JPEG_QUALITY=85")
		if err := cmd.Start(); err != nil {
			t.Fatalf("start iipsrv (apt-get install iipimage-server): %v", err)
		}
		t.Cleanup(func() {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		})
		await(t, addr)
		fmt.Fprintf(&upstreams, "server %s; ", addr)
	}
	return "location /iipsrv { fastcgi_pass iip; fastcgi_param PATH_INFO $fastcgi_script_name; fastcgi_param REQUEST_METHOD $request_method; fastcgi_param QUERY_STRING $query_string; " +
		"fastcgi_param CONTENT_TYPE $content_type; fastcgi_param CONTENT_LENGTH $content_length; fastcgi_param SERVER_PROTOCOL $server_protocol; fastcgi_param REQUEST_URI $request_uri; fastcgi_param HTTP_HOST $host; }\n} upstream iip { " + upstreams.String()
}
