package demo_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"

	"vannghe/cmd/vannghe/demo"
	"vannghe/internal/tool"
)

// Every row of the manifest has its file, and no file is empty. The media are made and shown by the tests of the whole program.
func TestMake(t *testing.T) {
	runner, err := tool.Open(t.Context(), tool.Options{Scratch: t.TempDir(), Writable: []string{os.TempDir()}})
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := demo.Make(t.Context(), demo.Options{Folder: folder, Runner: runner, Works: 30, Light: true}); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(folder, demo.Manifest))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) < 31 {
		t.Errorf("%d rows, want a header and at least 30 works", len(rows))
	}
	for _, row := range rows[1:] {
		info, err := os.Stat(filepath.Join(folder, row[0]))
		if err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", row[0], err)
		}
	}
}
