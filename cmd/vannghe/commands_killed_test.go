package main

import (
	"fmt"
	"log/slog"
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
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/preserve/backup"
	"vannghe/storage"
)

const (
	usualKills  = 2 // of each command on each pair
	killedWorks = 8
)

// killer kills commands that keep an archive, whose files and rows are known.
type killer struct {
	ground
	chance *rand.Rand
	kills  int

	set   []string
	store *storage.Bucket
	files map[storage.Key][64]byte
	rows  []string // all
	kept  []string // that a rebuild brings back
}

// kill -9 of backup (beside a live server), restore and rebuild at instants drawn by a seed: what is half there is told as that or counts for nothing, the same command
// run again ends well with everything equal, and what was read is as it was. VANNGHE_CRASHES says how many instants, VANNGHE_SEED which.
func TestCommandsAreKilled(t *testing.T) {
	t.Parallel()
	chance, kills := seed(t), usualKills
	if s := os.Getenv("VANNGHE_CRASHES"); s != "" {
		n, err := strconv.Atoi(s)
		noError(t, err)
		kills = n
	}
	all := grounds()
	for _, name := range []string{"disk", "minio and postgres"} {
		draw := rand.New(rand.NewPCG(chance.Uint64(), 0))
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := &killer{ground: all[name](t), chance: draw, kills: kills}
			k.fill(t)
			target := k.backups(t)
			k.restores(t, target)
			k.rebuilds(t)
		})
	}
}

// fill makes the archive: works, one of them withdrawn, and an account.
func (k *killer) fill(t *testing.T) {
	k.set = k.archive(t)
	folder := poems(t, killedWorks)
	noError(t, os.WriteFile(filepath.Join(folder, "tranh.png"), noisePNG(t, 300, 200), 0o600))
	must(t, append([]string{"import", folder, "--publish"}, k.set...)...)
	must(t, append([]string{"user", "add", "van", "--shown", "Lâm Tịnh Vân"}, k.set...)...)
	k.store = openStore(t, k.set[3])
	rows := openRows(t, k.set[5])
	page, err := rows.Reader(archive.System("test")).Works(t.Context(), catalog.WorkFilter{Size: 1})
	noError(t, err)
	must(t, append([]string{"withdraw", string(page.Works[0].ID), "--reason", "Theo lệnh"}, k.set...)...)
	must(t, append([]string{"drain"}, k.set...)...)
}

// remember takes down what the archive holds.
func (k *killer) remember(t *testing.T) {
	rows := openRows(t, k.set[5])
	k.files, k.rows, k.kept = prints(t, k.store, ""), catalogtest.Rows(t, rows), catalogtest.Export(t, rows)
}

// untouched fails unless the archive holds what it held.
func (k *killer) untouched(t *testing.T, rows *catalog.Catalog) {
	t.Helper()
	samePrints(t, "the archive", k.files, prints(t, k.store, ""))
	catalogtest.SameRows(t, k.rows, catalogtest.Rows(t, rows))
}

// attack is a command that is killed again and again, each time on its way to another place.
type attack struct {
	name  string
	begin func(t *testing.T) (args []string, begun func() bool) // a new place, and whether something was written there
	half  func(t *testing.T, args []string)                     // looks at what the kill left
	again func(t *testing.T, args []string)                     // runs it again and looks
}

// run lets the command run to its end once, then kills it. Every fourth kill comes before anything was written.
func (k *killer) run(t *testing.T, a attack) {
	args, begun := a.begin(t)
	long, ended := k.start(t, args, begun, nil)
	if !ended {
		t.Fatalf("%s did not end", a.name)
	}
	a.again(t, args)
	for n := range k.kills {
		args, begun = a.begin(t)
		after := time.Duration(k.chance.Float64() * float64(long))
		if n%4 == 3 {
			begun = func() bool { return true }
		}
		_, ended := k.start(t, args, begun, &after)
		a.half(t, args)
		a.again(t, args)
		t.Logf("%s killed %v after it had begun to write, ended %v", a.name, after.Round(time.Millisecond), ended)
		if t.Failed() {
			t.Fatalf("%s, instant %d", a.name, n)
		}
	}
}

// start starts a command and, when after is given, kills it so long after it has begun. long is how long it went on from then, ended whether it ended well.
func (k *killer) start(t *testing.T, args []string, begun func() bool, after *time.Duration) (long time.Duration, ended bool) {
	t.Helper()
	cmd := program(t, args...)
	noError(t, cmd.Start())
	done := make(chan struct{})
	go func() { defer close(done); _ = cmd.Wait() }()
	over := func() bool {
		select {
		case <-done:
			return true
		default:
			return false
		}
	}
	until(t, 2*time.Minute, "it has begun", func() bool { return over() || begun() })
	since := time.Now()
	if after != nil {
		timer := time.NewTimer(*after)
		defer timer.Stop()
		select {
		case <-timer.C:
			_ = cmd.Process.Kill()
		case <-done:
		}
	}
	<-done
	return time.Since(since), cmd.ProcessState.ExitCode() == 0
}

func holds(t *testing.T, b *storage.Bucket, folder string) bool {
	t.Helper()
	for _, err := range b.List(t.Context(), folder) {
		noError(t, err)
		return true
	}
	return false
}

// backups returns the last target, which holds a whole backup.
func (k *killer) backups(t *testing.T) (target string) {
	server := serve(t, k.set...)
	rows := openRows(t, k.set[5])
	noError(t, rows.JobsIdle(t.Context()))
	k.remember(t)
	list := func(t *testing.T, args []string) (*storage.Bucket, []backup.Generation) {
		there := openStore(t, args[1])
		all, err := backup.Generations(t.Context(), there)
		noError(t, err)
		return there, all
	}
	whole := func(t *testing.T, there *storage.Bucket, g backup.Generation) {
		t.Helper()
		d, err := backup.Drill(t.Context(), g, backup.DrillOptions{From: there, Live: rows, Scratch: t.TempDir()})
		if err != nil || !d.Whole() || d.Works != killedWorks+1 || d.Newer != 0 {
			t.Errorf("a generation that counts: %+v, %v", d, err)
		}
	}
	k.run(t, attack{
		name: "backup",
		begin: func(t *testing.T) ([]string, func() bool) {
			target = k.ground.store(t)
			there := openStore(t, target)
			return append([]string{"backup", target}, k.set...), func() bool { return holds(t, there, "files") }
		},
		half: func(t *testing.T, args []string) {
			there, all := list(t, args)
			for _, g := range all {
				whole(t, there, g)
			}
		},
		again: func(t *testing.T, args []string) {
			if out := must(t, args...); !strings.Contains(out, fmt.Sprintf("Đã sao lưu xong: %d tác phẩm", killedWorks+1)) {
				t.Errorf("backup said %s", out)
			}
			there, all := list(t, args)
			whole(t, there, all[0])
			samePrints(t, "the backup", k.files, prints(t, there, "files"))
			for key := range prints(t, there, "generations") {
				name, _, _ := strings.Cut(string(key), "/")
				if !slices.ContainsFunc(all, func(g backup.Generation) bool { return g.Name == name }) {
					t.Errorf("%s belongs to no generation", key)
				}
			}
			k.untouched(t, rows)
		},
	})
	server.stop(t)
	k.remember(t)
	must(t, append([]string{"backup", target}, k.set...)...)
	return target
}

// half says what an archive that is half there is told as by every command; "" when it can be worked with.
func half(t *testing.T, set []string) archive.Reason {
	t.Helper()
	p, err := (&Settings{Data: set[1], Storage: set[3], Database: set[5]}).open(t.Context(), slog.New(slog.DiscardHandler))
	if err != nil {
		return archive.ReasonOf(err)
	}
	noError(t, p.close())
	return ""
}

func (k *killer) restores(t *testing.T, target string) {
	from := openStore(t, target)
	before := prints(t, from, "")
	k.run(t, attack{
		name: "restore",
		begin: func(t *testing.T) ([]string, func() bool) {
			set := k.archive(t)
			there := openStore(t, set[3])
			return append([]string{"restore", target}, set...), func() bool { return holds(t, there, "restoring.json") || holds(t, there, "archive") }
		},
		half: func(t *testing.T, args []string) {
			restoring, err := backup.Restoring(t.Context(), openStore(t, args[5]))
			noError(t, err)
			if reason := half(t, args[2:]); restoring != (reason == "restore-unfinished") {
				t.Errorf("half a restore is told as %q", reason)
			}
		},
		again: func(t *testing.T, args []string) {
			if r := vannghe(t, args...); r.code != 0 && !strings.Contains(r.err, "[storage-filled]") { // it had ended
				t.Errorf("restore: %d %s%s", r.code, r.out, r.err)
			}
			samePrints(t, "the restored archive", k.files, prints(t, openStore(t, args[5]), ""))
			catalogtest.SameRows(t, k.rows, catalogtest.Rows(t, openRows(t, args[7])))
			samePrints(t, "the backup", before, prints(t, from, ""))
			k.shown(t, args[2:])
		},
	})
}

func (k *killer) rebuilds(t *testing.T) {
	rows := openRows(t, k.set[5])
	k.run(t, attack{
		name: "rebuild",
		begin: func(t *testing.T) ([]string, func() bool) {
			set := k.beside(t, k.set[3])
			there := openRows(t, set[5])
			return append([]string{"rebuild"}, set...), func() bool {
				since, err := there.Rebuilding(t.Context())
				noError(t, err)
				return !since.IsZero()
			}
		},
		half: func(t *testing.T, args []string) {
			since, err := openRows(t, args[6]).Rebuilding(t.Context())
			noError(t, err)
			if reason := half(t, args[1:]); since.IsZero() == (reason == "rebuild-unfinished") {
				t.Errorf("half a catalogue is told as %q", reason)
			}
		},
		again: func(t *testing.T, args []string) {
			if r := vannghe(t, args...); r.code != 0 && !strings.Contains(r.err, "[catalog-filled]") { // it had ended
				t.Errorf("rebuild: %d %s%s", r.code, r.out, r.err)
			}
			catalogtest.SameRows(t, k.kept, catalogtest.Export(t, openRows(t, args[6])))
			k.untouched(t, rows)
			k.shown(t, args[1:])
		},
	})
}

// shown opens what came back as every command does, and fails unless as much is public as was.
func (k *killer) shown(t *testing.T, set []string) {
	t.Helper()
	page, err := openParts(t, set).catalog.Reader(archive.Public()).Works(t.Context(), catalog.WorkFilter{Size: 50})
	if err != nil || page.Total != killedWorks {
		t.Errorf("%d works are public, %v", page.Total, err)
	}
}
