package catalog_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
)

// TestPlans: no listing reads the whole table of works, and those with one filter need not sort either.
func TestPlans(t *testing.T) {
	both(t, func(t *testing.T, opt catalog.Options) {
		c := catalogtest.OpenWith(t, opt)
		catalogtest.Fill(t, c, 300)
		sqlite := strings.HasPrefix(opt.DSN, "sqlite")
		if !sqlite { // SQLite has no statistics at work either
			must(t, catalog.Exec(t.Context(), c, "ANALYZE"))
			// Three hundred rows are too few for the planner to prefer an index by itself.
			must(t, catalog.Exec(t.Context(), c, "ALTER ROLE vannghe SET enable_seqscan = off"))
			c = catalogtest.OpenWith(t, opt)
		}
		page, err := c.Reader(archive.Public()).Works(t.Context(), catalog.WorkFilter{Size: 1, Order: catalog.Title})
		must(t, err)
		agents, err := c.Reader(archive.Public()).Agents(t.Context(), catalog.AgentFilter{})
		must(t, err)
		shelves, err := c.Reader(archive.Public()).Collections(t.Context(), "")
		must(t, err)
		for _, r := range []*catalog.Reader{c.Reader(archive.Public()), c.Reader(archive.System("test"))} {
			checkPlan(t, catalog.PlanCollections(t, r))
			for _, f := range []catalog.WorkFilter{
				{}, {Genre: "tho"}, {Group: "tho"}, {Medium: archive.Video}, {Order: catalog.Title}, {Order: catalog.Title, After: page.Next},
				{Order: catalog.Title, Genre: "tho", After: page.Next}, {Order: catalog.Title, Group: "tho"}, {Order: catalog.Title, Medium: archive.Video},
				{Order: catalog.Date}, {Order: catalog.Date, Genre: "tho"}, {Order: catalog.Date, Group: "tho"}, {Order: catalog.Date, Medium: archive.Video},
				{Year: 1960}, {State: archive.Draft},
				{Agent: agents.Agents[0].ID}, {Collection: shelves[0].ID, Order: catalog.Position},
			} {
				list, count := catalog.Plan(t, r, f)
				checkPlan(t, list)
				checkPlan(t, count)
				sorts := f.Agent != "" || f.Collection != "" // few works, as here, are sooner sorted than looked up in order
				if !sorts && sqlite && strings.Contains(strings.Join(list, "\n"), "TEMP B-TREE") {
					t.Errorf("%+v sorts:\n%s", f, strings.Join(list, "\n"))
				}
			}
		}
		for _, text := range []string{
			"SELECT w.genre, count(*) FROM work w WHERE w.state = 'published' AND w.audience IN ('public') AND w.opens <= ? AND w.closes > ? GROUP BY w.genre",
			"SELECT min(opens) FROM work WHERE state = 'published' AND opens > ? AND opens <= ?",
			"SELECT id FROM work WHERE state = 'published' AND closes > ? AND closes <= ?",
			"SELECT id FROM work WHERE state = 'published' AND licence_until > ? AND licence_until <= ? ORDER BY licence_until, id",
			`SELECT hash FROM event WHERE substr(detail, 1, 14) = '{"decision":1,' AND time >= ? AND time < ? ORDER BY time, work, sequence`,
		} {
			checkPlan(t, catalog.PlanOf(t, c, text, time.Now().UnixMicro(), time.Now().UnixMicro()))
		}
	})
}

// TestLookUpsDoNotReadEveryWork: what is asked for by identifier is looked up by it, also while the database has no statistics.
func TestLookUpsDoNotReadEveryWork(t *testing.T) {
	c := catalogtest.OpenWith(t, catalogtest.SQLite(t)) // PostgreSQL keeps statistics by itself
	refs := catalogtest.Fill(t, c, 20)
	var ids []archive.WorkID
	for _, r := range refs {
		ids = append(ids, r.Work)
	}
	for name, plan := range catalog.PlansOf(t, c.Reader(archive.Public()), ids) {
		for _, line := range plan {
			if strings.Contains(line, "INDEX work_") || strings.HasPrefix(line, "SCAN") && !strings.HasSuffix(line, "CONSTANT ROWS") {
				t.Errorf("%s are not looked up by identifier:\n%s", name, strings.Join(plan, "\n"))
			}
		}
	}
}

// TestRecordingReadsNoTableWhole: nothing that is run while works are recorded, changed and read takes longer the more there are. A look for the key of
// a work once read the table of works for each work that came in: it could not use an index of keys that are not empty.
func TestRecordingReadsNoTableWhole(t *testing.T) {
	c := catalogtest.OpenWith(t, catalogtest.SQLite(t))
	for i := range 2 { // a statement is kept once its first transaction has ended
		w := catalogtest.Work("Bến trăng", func(w *archive.Work) { w.Key = fmt.Sprintf("ho-so-%d", i) })
		put(t, c, w)
		w.Title = "Bến trăng, bản mới"
		put(t, c, w)
		r := c.Reader(archive.Public())
		_, err := r.Work(t.Context(), w.ID)
		must(t, err)
		_, err = r.Relating(t.Context(), w.ID)
		must(t, err)
		_, err = r.DerivativeVersions(t.Context(), w.ID)
		must(t, err)
		_, err = r.AgentsByID(t.Context(), []archive.AgentID{archive.NewID[archive.AgentID]()})
		must(t, err)
	}
	plans := catalog.PlansRun(t, c)
	if len(plans) < 20 {
		t.Fatalf("only %d statements were run", len(plans))
	}
	for text, plan := range plans {
		for _, line := range plan {
			few := line == "SCAN process" || strings.Contains(line, "CONSTANT ROW")
			if strings.HasPrefix(line, "SCAN") && !strings.Contains(line, "USING") && !few {
				t.Errorf("%s\n%s", text, strings.Join(plan, "\n"))
			}
			if strings.Contains(text, "JOIN work w ON w.id") && strings.Contains(line, " w USING") && strings.Contains(line, "INDEX work_") {
				t.Errorf("works that are known by their identifiers are not looked up by them: %s\n%s", text, strings.Join(plan, "\n"))
			}
		}
	}
}

func checkPlan(t *testing.T, plan []string) {
	t.Helper()
	for _, line := range plan {
		whole := strings.HasPrefix(line, "SCAN w") && !strings.Contains(line, "USING") // SQLite
		if whole || strings.Contains(line, "Seq Scan on work") {
			t.Errorf("the table of works is read whole:\n%s", strings.Join(plan, "\n"))
		}
	}
}
