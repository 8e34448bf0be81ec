package catalog_test

import (
	"context"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
)

// Names that came with works were stored as real ones before there was a way not to say; what was said otherwise stays.
func TestFormerNamesAreUnsaid(t *testing.T) {
	former := func(t *testing.T, opt catalog.Options) {
		must(t, catalog.Former(t.Context(), opt, 1,
			"INSERT INTO agent (id, organisation, name_sort, born, died, chapter, biography) VALUES ('aaaaaaaaaaaa', 0, 'x', '', '', '', '')",
			"INSERT INTO agent_name (agent, position, name, name_sort, kind, from_date, to_date) VALUES ('aaaaaaaaaaaa', 0, 'Bến Trúc', 'x', 'real', '', '')",
			"INSERT INTO agent_name (agent, position, name, name_sort, kind, from_date, to_date) VALUES ('aaaaaaaaaaaa', 1, 'Trúc', 'y', 'pen', '1950', '')"))
		c := catalogtest.OpenWith(t, opt)
		a, err := c.Reader(archive.System("test")).Agent(t.Context(), "aaaaaaaaaaaa")
		must(t, err)
		if len(a.Names) != 2 || a.Names[0] != (archive.AgentName{Name: "Bến Trúc"}) || a.Names[1] != (archive.AgentName{Name: "Trúc", Kind: archive.PenName, From: "1950"}) {
			t.Errorf("names %+v", a.Names)
		}
		a.Names[0].Kind = archive.RealName
		must(t, c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
			must(t, tx.PutAgent(ctx, a))
			_, err := tx.AgentByName(ctx, "bến trúc")
			return err
		}))
	}
	t.Run("SQLite", func(t *testing.T) { former(t, catalogtest.NoFile(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { former(t, catalogtest.NoTablesOnPostgres(t)) })
}
