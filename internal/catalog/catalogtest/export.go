package catalogtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"vannghe/internal/catalog"
)

// notRebuilt are the tables that the archive of record does not bring back: accounts and what is theirs, sessions, links that let somebody in, what is
// under way, and how far what follows the catalogue has come.
func notRebuilt() []string {
	return []string{"account", "app_password", "session", "invitation", "star", "play", "notice_seen", "edit", "help", "follow",
		"upload", "intake", "intake_file", "intake_row", "batch", "batch_work", "record", "change", "change_counter"}
}

// Export is every row of the catalogue that the archive of record brings back, a line each, with its table before it.
func Export(t testing.TB, c *catalog.Catalog) []string {
	t.Helper()
	return export(t, c, notRebuilt())
}

// Rows is every row of the catalogue but those that are internal to it: what a backup brings back.
func Rows(t testing.TB, c *catalog.Catalog) []string {
	t.Helper()
	return export(t, c, nil)
}

func export(t testing.TB, c *catalog.Catalog, without []string) []string {
	t.Helper()
	var b bytes.Buffer
	if _, err := c.Save(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	var rows []string
	_, err := catalog.ReadSnapshot(t.Context(), &b, catalog.SnapshotReader{Row: func(table string, columns []string, values []any) error {
		if slices.Contains(without, table) || table == "setting" && strings.HasPrefix(fmt.Sprint(values[0]), "catalog.") {
			return nil
		}
		for i, column := range columns {
			if without != nil && table == "work_case" && (column == "name" || column == "contact") { // they never leave the catalogue
				values[i] = ""
			}
		}
		line, err := json.Marshal(values)
		rows = append(rows, table+" "+string(line))
		return err
	}})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// SameRows compares what Export gave before and after.
func SameRows(t testing.TB, want, got []string) {
	t.Helper()
	gone, added := missingIn(got, want), missingIn(want, got)
	for _, row := range gone[:min(len(gone), 6)] {
		t.Errorf("is gone: %s", row)
	}
	for _, row := range added[:min(len(added), 6)] {
		t.Errorf("is new: %s", row)
	}
	if len(gone)+len(added) > 0 || len(want) != len(got) {
		t.Errorf("%d rows are gone and %d new, of %d", len(gone), len(added), len(want))
	}
}

func missingIn(list, of []string) (missing []string) {
	there := make(map[string]bool, len(list))
	for _, row := range list {
		there[row] = true
	}
	for _, row := range of {
		if !there[row] {
			missing = append(missing, row)
		}
	}
	return missing
}
