package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/ocfl"
	"vannghe/internal/preserve"
)

// usualInstants is how many instants each pair is killed at when nobody asks for more by VANNGHE_CRASHES.
const usualInstants = 4

// siege is an archive that is killed again and again, and grows: a server with everything that works for it, and one command beside it.
type siege struct {
	set    []string
	chance *rand.Rand
	parts  *parts
	server *server

	long      map[string]time.Duration // how long an undisturbed act takes, to its last job
	published []string                 // works, by id
	withdrawn []string
	batch     int
}

// act is what is under way when everything is killed. begin starts it and returns when it has begun, and the command that does it (nil: the server does);
// after it and the next start, settle says which works are concerned, having made up for what had not happened.
type act struct {
	name   string
	begin  func(t *testing.T, g *siege) *running
	settle func(t *testing.T, g *siege, r *running) []string
}

// kill -9 of server and command at instants of import, derivation, publishing and withdrawal drawn by a seed, in one archive that goes on: after each, and the
// next start, no work is lost, none doubled, none half visible, no job stuck, the objects valid and the index equal to the catalogue. VANNGHE_CRASHES says
// how many instants, VANNGHE_SEED which.
func TestCrashes(t *testing.T) {
	t.Parallel()
	chance := seed(t)
	instants := usualInstants
	if s := os.Getenv("VANNGHE_CRASHES"); s != "" {
		n, err := strconv.Atoi(s)
		noError(t, err)
		instants = n
	}
	all := pairs(t)
	for _, name := range []string{"disk", "minio and postgres"} {
		draw := rand.New(rand.NewPCG(chance.Uint64(), 0))
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := &siege{set: all[name](t), chance: draw, long: map[string]time.Duration{}}
			g.run(t, instants)
		})
	}
}

func (g *siege) run(t *testing.T, instants int) {
	g.server = serve(t, g.set...)
	g.parts = openParts(t, g.set)
	acts := []act{
		{"import", beginImport, settleImport}, {"withdrawal", beginDecision("withdraw"), settleDecision("withdraw")},
		{"derivation", beginDerivation, settleImport}, {"publication", beginDecision("republish"), settleDecision("republish")},
	}
	for _, a := range acts {
		g.measure(t, a)
	}
	stages := map[string]int{}
	for n := range instants {
		a := acts[n%len(acts)]
		after := time.Duration(g.chance.Float64() * 1.1 * float64(g.long[a.name]))
		g.kill(t, n, a, after)
		stages[a.name]++
		if t.Failed() {
			t.Fatalf("instant %d: %s killed after %v; the server since then:\n%s", n, a.name, after, g.server.log)
		}
	}
	g.server.stop(t)
	t.Logf("killed %d times: %v; %d works", instants, stages, len(g.published)+len(g.withdrawn))
	inspectSiege(t, g)
}

// measure lets an act happen undisturbed.
func (g *siege) measure(t *testing.T, a act) {
	begun := time.Now()
	r := a.begin(t, g)
	if r != nil {
		r.wait()
	}
	noError(t, g.parts.catalog.JobsIdle(t.Context()))
	g.long[a.name] = time.Since(begun)
	g.look(t, a.settle(t, g, r))
}

// kill kills everything at an instant of an act, starts anew and looks.
func (g *siege) kill(t *testing.T, n int, a act, after time.Duration) {
	r := a.begin(t, g)
	timer := time.NewTimer(after)
	defer timer.Stop()
	<-timer.C
	g.server.kill()
	if r != nil {
		r.kill()
	}
	told := 0
	if r != nil {
		told = len(r.said)
	}
	g.server = serve(t, g.set...)
	noError(t, g.whileWhole(t, g.parts.catalog.JobsIdle))
	works := a.settle(t, g, r)
	g.look(t, works)
	t.Logf("instant %d: %s killed after %v, %d lines told: whole", n, a.name, after.Round(time.Millisecond), told)
}

// whileWhole waits, and looks meanwhile that what is public of the newest works can be played.
func (g *siege) whileWhole(t *testing.T, wait func(context.Context) error) error {
	done := make(chan error, 1)
	go func() { done <- wait(t.Context()) }()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		var page workList
		g.server.answer(t, "/api/v1/works?size=4", &page)
		for _, w := range page.Works {
			g.server.playable(t, w.ID)
		}
		select {
		case err := <-done:
			return err
		case <-tick.C:
		}
	}
}

// batchFolder is the folder of the batch under way: a poem and a picture, with keys of their own.
func (g *siege) batchFolder(t *testing.T) string {
	folder := filepath.Join(filepath.Dir(g.parts.data), fmt.Sprintf("dot-%d", g.batch))
	if _, err := os.Stat(folder); err == nil {
		return folder
	}
	noError(t, os.MkdirAll(folder, 0o750))
	write(t, folder, "tho.txt", fmt.Sprintf("Trăng lên bến vắng lần thứ %d\nthuyền ai còn neo", g.batch))
	noError(t, os.WriteFile(filepath.Join(folder, "tranh.png"), noisePNG(t, 40+g.batch%50, 30+g.batch/50), 0o600))
	write(t, folder, "works.csv", fmt.Sprintf("file,work,title,creator,genre\ntho.txt,%[1]s,Vây hãm thơ %[2]d,Lê Thị Sương,thơ\ntranh.png,%[3]s,Vây hãm tranh %[2]d,Đỗ Nhàn,hội họa\n",
		g.keys()[0], g.batch, g.keys()[1]))
	return folder
}

func (g *siege) keys() []string {
	return []string{fmt.Sprintf("tho-%d", g.batch), fmt.Sprintf("tranh-%d", g.batch)}
}

func (g *siege) importArgs(t *testing.T, more ...string) []string {
	return append(append([]string{g.batchFolder(t), "--manifest", "works.csv", "--publish"}, more...), g.set...)
}

func beginImport(t *testing.T, g *siege) *running {
	g.batch++
	return startImport(t, g.importArgs(t)...)
}

// beginDerivation begins when all is recorded and nothing is made of it yet.
func beginDerivation(t *testing.T, g *siege) *running {
	g.batch++
	must(t, append([]string{"import"}, g.importArgs(t, "--no-wait")...)...)
	return nil
}

// settleImport brings in what had not been recorded and returns the works of the batch: each is there once, and what was told of as added was not lost.
func settleImport(t *testing.T, g *siege, r *running) []string {
	before := g.batchWorks(t)
	if r != nil {
		for _, id := range r.added() {
			if !slices.Contains(before, id) {
				t.Errorf("%s was told of as added and is lost", id)
			}
		}
	} else if len(before) != 2 {
		t.Errorf("%d works of 2 are there after their import had ended", len(before))
	}
	again := startImport(t, g.importArgs(t)...)
	if code := again.wait(); code != 0 || len(again.added()) != 2-len(before) {
		t.Errorf("the next import: status %d, %d works added to %d: %+v", code, len(again.added()), len(before), again.said)
	}
	works := g.batchWorks(t)
	if len(works) != 2 {
		t.Errorf("%d works of 2", len(works))
	}
	g.published = append(g.published, works...)
	return works
}

func (g *siege) batchWorks(t *testing.T) []string {
	var works []string
	for _, key := range g.keys() {
		w, err := g.reader().WorkByKey(t.Context(), key)
		if err == nil {
			works = append(works, string(w.ID))
		} else if archive.CodeOf(err) != archive.NotFound {
			t.Fatal(err)
		}
	}
	return works
}

func (g *siege) reader() *catalog.Reader { return g.parts.catalog.Reader(archive.System("test")) }

// beginDecision starts the command that withdraws a work or shows one again: the last of those there are.
func beginDecision(command string) func(*testing.T, *siege) *running {
	return func(t *testing.T, g *siege) *running {
		cmd := program(t, append([]string{command, g.subject(command), "--reason", "Thử"}, g.set...)...)
		cmd.Stderr = io.Discard
		noError(t, cmd.Start())
		t.Cleanup(func() { _ = cmd.Process.Kill() })
		return &running{cmd: cmd, ended: true}
	}
}

func (g *siege) subject(command string) string {
	from := g.published
	if command == "republish" {
		from = g.withdrawn
	}
	return from[len(from)-1]
}

// settleDecision finds out whether it was decided: a command that had said so was obeyed. What was not decided is decided now.
func settleDecision(command string) func(*testing.T, *siege, *running) []string {
	want := map[string]archive.State{"withdraw": archive.Withdrawn, "republish": archive.Published}[command]
	return func(t *testing.T, g *siege, r *running) []string {
		id := g.subject(command)
		w, err := g.reader().Work(t.Context(), archive.WorkID(id))
		noError(t, err)
		if w.State != want {
			if r.cmd.ProcessState.Success() {
				t.Errorf("%s had succeeded, and %s is %s", command, id, w.State)
			}
			g.look(t, []string{id})
			must(t, append([]string{command, id, "--reason", "Thử lại"}, g.set...)...)
		}
		if want == archive.Withdrawn {
			g.published, g.withdrawn = g.published[:len(g.published)-1], append(g.withdrawn, id)
		} else {
			g.withdrawn, g.published = g.withdrawn[:len(g.withdrawn)-1], append(g.published, id)
		}
		noError(t, g.parts.catalog.JobsIdle(t.Context()))
		return []string{id}
	}
}

// look fails unless everything agrees about the works, no job is left, and the index holds exactly what is published.
func (g *siege) look(t *testing.T, works []string) {
	t.Helper()
	noError(t, g.parts.catalog.JobsIdle(t.Context()))
	for _, id := range works {
		g.lookAt(t, archive.WorkID(id))
	}
	var counts catalog.JobCounts
	until(t, time.Minute, "no job is left", func() (none bool) { // one of those that come by the clock may just have come
		var err error
		counts, err = g.parts.catalog.JobCounts(t.Context())
		noError(t, err)
		return counts.Waiting+counts.Running == 0
	})
	if counts.Failed != 0 {
		t.Errorf("jobs left: %+v", counts)
	}
	page, err := g.reader().Works(t.Context(), catalog.WorkFilter{State: archive.Published, Size: 1})
	noError(t, err)
	var list struct {
		Total int `json:"total"`
	}
	until(t, 10*time.Second, "the index is equal to the catalogue", func() bool {
		g.server.answer(t, "/api/v1/search?q=v%C3%A2y+h%C3%A3m&size=1", &list)
		return list.Total == page.Total
	})
}

// lookAt holds page, API, search, catalogue, chain and archive of record of one work against each other.
func (g *siege) lookAt(t *testing.T, id archive.WorkID) {
	t.Helper()
	w, err := g.reader().Work(t.Context(), id)
	noError(t, err)
	public := w.State == archive.Published
	status, _ := g.server.get(t, "/api/v1/works/"+string(id))
	if want := map[bool]int{true: 200, false: 410}[public]; status != want {
		t.Errorf("%s is %s and the API answers %d", w.Title, w.State, status)
	}
	if public {
		g.server.playable(t, string(id))
	}
	until(t, 10*time.Second, fmt.Sprintf("search agrees that %s is %s", w.Title, w.State), func() bool {
		return g.server.finds(t, strings.ToLower(w.Title), string(id)) == public
	})
	if w.Preserved != w.Version {
		t.Errorf("%s: version %d, but only %d is preserved", w.Title, w.Version, w.Preserved)
	}
	events, err := g.reader().Events(t.Context(), id)
	noError(t, err)
	noError(t, archive.CheckChain(events))
	made, err := g.reader().Derivatives(t.Context(), id)
	noError(t, err)
	for _, d := range made[id] {
		if d.State != archive.DerivativeReady {
			t.Errorf("%s: %s is %s (%s)", w.Title, d.Recipe, d.State, d.Problem)
		}
	}
	g.lookAtObject(t, &w)
}

func (g *siege) lookAtObject(t *testing.T, w *archive.Work) {
	t.Helper()
	object := preserve.WorkObject(w.ID)
	problems, err := g.parts.root.Validate(t.Context(), object, ocfl.Fixity)
	if err != nil || len(problems) != 0 {
		t.Errorf("%s: %v, %v", w.Title, problems, err)
	}
	body, _, err := g.parts.root.Open(t.Context(), object, "metadata.json")
	noError(t, err)
	text, err := io.ReadAll(body)
	noError(t, err)
	noError(t, body.Close())
	d, err := preserve.Decode(text)
	if err != nil || d.Work == nil || d.Work.State != w.State || d.Work.Version != w.Version {
		t.Errorf("%s: the archive of record says %+v, %v", w.Title, d.Work, err)
	}
}

// inspectSiege looks at all that is left, and has verify say so too.
func inspectSiege(t *testing.T, g *siege) {
	for _, w := range g.parts.recorded(t) {
		g.lookAtObject(t, &w)
	}
	inspectStaging(t, g.parts)
	inspectArchive(t, g.parts.root)
	if problems, err := g.parts.root.ValidateRoot(t.Context()); err != nil || len(problems) > 0 {
		t.Errorf("the root: %v, %v", problems, err)
	}
	if code, told, totals := verifies(t, append([]string{"--verify-rate", "0"}, g.set...)...); code != 0 || len(told) != 0 {
		t.Errorf("verify: status %d, %+v, %+v", code, told, totals)
	}
}
