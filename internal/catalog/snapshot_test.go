package catalog_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
)

// furnishSnapshot puts something into the catalogue that is hard to carry: names that are no text, empty and missing values, rows that refer to rows behind
// them, and jobs.
func furnishSnapshot(t *testing.T, c *catalog.Catalog) {
	t.Helper()
	catalogtest.Fill(t, c, 40)
	first, second := archive.AgentID("zzzzzzzzzzzz"), archive.AgentID("aaaaaaaaaaab")
	file := catalogtest.File("a\xff\x00b.txt")
	w := catalogtest.Work("Trăng <&> “\u2028”", func(w *archive.Work) { w.Representations[0].Files = append(w.Representations[0].Files, file) })
	must(t, c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
		account := archive.NewID[archive.AccountID]()
		for _, err := range []error{
			tx.PutAgent(ctx, archive.Agent{ID: first, Names: []archive.AgentName{{Name: "Hội cũ"}}}),
			tx.PutAgent(ctx, archive.Agent{ID: second, Names: []archive.AgentName{{Name: "Hội mới"}}, Predecessor: first}),
			tx.PutAgent(ctx, archive.Agent{ID: first, Names: []archive.AgentName{{Name: "Hội cũ"}}, Successor: second}),
			tx.PutWork(ctx, w),
			tx.PutParts(ctx, file, []archive.Part{{Kind: "page", Locator: "trang-1", Text: "chữ\nhai dòng"}}),
			tx.AddEvent(ctx, archive.Event{Work: w.ID, Type: archive.EventCreation, Agent: "van"}),
			tx.AddAccount(ctx, catalog.Account{ID: account, Name: "van", Roles: []archive.Role{archive.Administrator}}),
			tx.AddDeed(ctx, archive.Deed{Kind: archive.DeedAccountAdded, Agent: "van", Changes: []archive.Changed{{Field: "x", After: "y"}}}),
			tx.PutSetting(ctx, "site", map[string]string{"title": "<Hội>"}),
			tx.Enqueue(ctx, catalog.Job{Kind: "later", Work: w.ID, Note: "ghi chú", Unique: true, Priority: 3}),
		} {
			if err != nil {
				return err
			}
		}
		return nil
	}))
}

func saved(t *testing.T, c *catalog.Catalog) []byte {
	t.Helper()
	var b bytes.Buffer
	s, err := c.Save(t.Context(), &b)
	must(t, err)
	if s.Rows["work"] != 41 || s.Jobs == 0 || s.Schema == 0 {
		t.Fatalf("%+v", s)
	}
	return b.Bytes()
}

// rowsOf are the lines of a snapshot from its first table on, without what differs between two processes.
func rowsOf(snapshot []byte) string {
	_, rows, _ := strings.Cut(string(snapshot), "\n")
	rows, _, _ = strings.Cut(rows, `{"job":`)
	rows, _, _ = strings.Cut(rows, `{"end":`)
	return rows
}

// TestSnapshotMovesBetweenDatabases carries a catalogue to every kind of database, also another, and compares every row.
func TestSnapshotMovesBetweenDatabases(t *testing.T) {
	kinds := map[string]func() catalog.Options{
		"SQLite": func() catalog.Options { return catalogtest.NoFile(t) }, "PostgreSQL": func() catalog.Options { return catalogtest.OnPostgres(t) },
	}
	for from, source := range kinds {
		c := catalogtest.OpenWith(t, source())
		furnishSnapshot(t, c)
		before := saved(t, c)
		for to, target := range kinds {
			t.Run(from+" to "+to, func(t *testing.T) {
				opt := target()
				_, err := catalog.Load(t.Context(), opt, bytes.NewReader(before))
				must(t, err)
				loaded := catalogtest.OpenWith(t, opt)
				jobs, err := loaded.JobCounts(t.Context())
				if must(t, err); jobs.Waiting != 0 {
					t.Errorf("%+v before they were enqueued", jobs)
				}
				after := strings.ReplaceAll(rowsOf(saved2(t, loaded)), loadedRow(t, loaded), "")
				if after != rowsOf(before) {
					t.Errorf("other rows:\n%s", difference(rowsOf(before), after))
				}
				for _, want := range []bool{true, false} {
					if did, err := loaded.ResumeLoaded(t.Context()); err != nil || did != want {
						t.Errorf("%v %v, want %v", did, err, want)
					}
				}
				was, err := c.JobCounts(t.Context())
				must(t, err)
				if jobs, err = loaded.JobCounts(t.Context()); err != nil || jobs.Waiting != was.Waiting {
					t.Errorf("%d jobs, there were %d: %v", jobs.Waiting, was.Waiting, err)
				}
				_, err = catalog.Load(t.Context(), opt, bytes.NewReader(before))
				wants(t, err, archive.Conflict, "catalog-filled")
			})
		}
	}
}

func saved2(t *testing.T, c *catalog.Catalog) []byte {
	t.Helper()
	var b bytes.Buffer
	_, err := c.Save(t.Context(), &b)
	must(t, err)
	return b.Bytes()
}

// loadedRow is the line of the setting that stands there until the jobs are enqueued.
func loadedRow(t *testing.T, c *catalog.Catalog) string {
	t.Helper()
	for line := range strings.Lines(string(saved2(t, c))) {
		if strings.HasPrefix(line, `["catalog.loaded",`) {
			return line
		}
	}
	t.Fatal("the jobs of the snapshot are nowhere")
	return ""
}

func difference(a, b string) string {
	left, right := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range left {
		if i >= len(right) || left[i] != right[i] {
			return left[i] + "\n" + strings.Join(right[min(i, len(right)):min(i+1, len(right))], "\n")
		}
	}
	return "nothing"
}

// TestBrokenSnapshotsLoadNothing cuts and changes a snapshot at many places.
func TestBrokenSnapshotsLoadNothing(t *testing.T) {
	c := catalogtest.Open(t)
	furnishSnapshot(t, c)
	whole := saved(t, c)
	random := rand.New(rand.NewPCG(1, 2))
	opt := catalogtest.NoFile(t)
	refused := func(what string, b []byte) {
		t.Helper()
		_, err := catalog.Load(t.Context(), opt, bytes.NewReader(b))
		if archive.CodeOf(err) != archive.Invalid && archive.CodeOf(err) != archive.Unavailable {
			t.Errorf("%s: %v", what, err)
		}
	}
	for range 8 {
		refused("cut", whole[:random.IntN(len(whole)-1)])
		flipped := slices.Clone(whole)
		at := random.IntN(len(flipped) - 1)
		flipped[at] ^= 1
		refused("flipped", flipped)
	}
	refused("longer", append(slices.Clone(whole), 'x'))
	refused("nothing", nil)
	stopped := errors.New("the line is dead")
	_, err := catalog.Load(t.Context(), opt, io.MultiReader(bytes.NewReader(whole[:len(whole)/2]), iotest.ErrReader(stopped)))
	if !errors.Is(err, stopped) {
		t.Errorf("%v", err)
	}
	_, err = catalog.Load(t.Context(), opt, bytes.NewReader(whole))
	must(t, err)
}

// TestRowThatIsRefused: a snapshot that says one row twice is broken, whichever database says so first.
func TestRowThatIsRefused(t *testing.T) {
	c := catalogtest.Open(t)
	furnishSnapshot(t, c)
	whole := saved(t, c)
	row := regexp.MustCompile(`(?m)^\["site",.*\n`).Find(whole)
	if row == nil {
		t.Fatal("the row is nowhere")
	}
	twice := bytes.Replace(whole, row, slices.Repeat(row, 2), 1)
	both(t, func(t *testing.T, opt catalog.Options) {
		_, err := catalog.Load(t.Context(), opt, bytes.NewReader(twice))
		wants(t, err, archive.Invalid, "snapshot-broken")
	})
}

// TestEveryTableIsSavedOrNamed: a table of a later step of the schema must not be forgotten.
func TestEveryTableIsSavedOrNamed(t *testing.T) {
	both(t, func(t *testing.T, opt catalog.Options) {
		c := catalogtest.OpenWith(t, opt)
		found, known := catalog.Tables(t, c), catalog.SavedAndUnsaved()
		for _, name := range found {
			if !slices.Contains(known, name) && !strings.HasPrefix(name, "sqlite_") {
				t.Errorf("table %s is neither in snapshots nor named as left out", name)
			}
		}
		for _, name := range known {
			if !slices.Contains(found, name) && !strings.HasPrefix(name, "river_") {
				t.Errorf("there is no table %s", name)
			}
		}
	})
}
