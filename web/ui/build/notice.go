package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// writeNotices writes dist/THIRD_PARTY.txt: name, version and whole licence of every npm package, font packages
// included, of which at least one file was bundled. A package without a licence file is an error: its terms ask that
// the text go with the copies.
func writeNotices(root string, inputs map[string]bool) error {
	var b strings.Builder
	b.WriteString("Software and fonts of others that are bundled into these pages, with their licences.\n")
	for _, name := range packages(inputs) {
		notice, err := noticeOf(root, name)
		if err != nil {
			return err
		}
		b.WriteString(notice)
	}
	if err := os.WriteFile(filepath.Join(root, "dist", "THIRD_PARTY.txt"), []byte(b.String()), 0o644); err != nil {
		return fmt.Errorf("write the notices: %w", err)
	}
	return nil
}

// packages returns the names of the npm packages that the input paths belong to, sorted.
func packages(inputs map[string]bool) []string {
	names := map[string]bool{}
	for input := range inputs {
		_, rest, found := strings.Cut(filepath.ToSlash(input), "node_modules/")
		if !found {
			continue
		}
		parts := strings.SplitN(rest, "/", 3)
		if strings.HasPrefix(rest, "@") && len(parts) > 1 {
			names[parts[0]+"/"+parts[1]] = true
		} else {
			names[parts[0]] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

func noticeOf(root, name string) (string, error) {
	folder := filepath.Join(root, "node_modules", filepath.FromSlash(name))
	raw, err := os.ReadFile(filepath.Join(folder, "package.json"))
	if err != nil {
		return "", fmt.Errorf("read the licence of %s: %w", name, err)
	}
	var about struct{ Version, License string }
	if err := json.Unmarshal(raw, &about); err != nil {
		return "", fmt.Errorf("read the licence of %s: %w", name, err)
	}
	files, err := filepath.Glob(filepath.Join(folder, "LICEN[CS]E*"))
	if err != nil || len(files) == 0 {
		return "", fmt.Errorf("package %s has no licence file", name)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		return "", fmt.Errorf("read the licence of %s: %w", name, err)
	}
	line := strings.Repeat("=", 78)
	return fmt.Sprintf("\n%s\n%s %s (%s)\n%s\n\n%s\n", line, name, about.Version, about.License, line,
		strings.TrimSpace(string(text))), nil
}
