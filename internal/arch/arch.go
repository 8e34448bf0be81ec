// Package arch holds the shape of the project: which package may import which, which vendor library only one package
// may see, and what may lie at the top level. Its test reads every import with go/parser.
//
// It must not be imported by anything, and knows nothing of what the packages do.
package arch

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Module is the module path; every import of ours begins with it.
const Module = "vannghe"

// Import is one import declaration.
type Import struct {
	File string // slash separated, relative to the root
	From string // the importing package, relative to the module: "internal/ocfl"
	To   string // the import path as written
	Test bool   // in a _test.go file
}

// Rule is one row of the table of arrows: packages matching From may import those of ours matching one of To.
type Rule struct {
	From   string
	To     []string
	Reason string
}

// Vendor is a library that only the named packages may see.
type Vendor struct {
	Prefix string
	Only   []string
	Reason string
}

// Imports reads every Go file below root, except those in folders named testdata, node_modules or beginning with a dot.
func Imports(root string) ([]Import, error) {
	var found []Import
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name != root && skipped(d.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return fmt.Errorf("relate %s to %s: %w", name, root, err)
		}
		imports, err := importsOf(name, filepath.ToSlash(rel))
		found = append(found, imports...)
		return err
	})
	return found, err
}

func skipped(folder string) bool {
	return folder == "testdata" || folder == "node_modules" || folder == "data" || strings.HasPrefix(folder, ".")
}

func importsOf(name, rel string) ([]Import, error) {
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
	if err != nil {
		return nil, fmt.Errorf("parse %s: %w", rel, err)
	}
	var found []Import
	for _, spec := range file.Imports {
		to, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, fmt.Errorf("import in %s: %w", rel, err)
		}
		found = append(found, Import{File: rel, From: path.Dir(rel), To: to, Test: strings.HasSuffix(rel, "_test.go")})
	}
	return found, nil
}

// Check returns one sentence for every import that the table does not allow.
func Check(imports []Import, rules []Rule, vendors []Vendor) []string {
	var wrong []string
	for _, i := range imports {
		if i.Test || testing(i.From) {
			continue // tests may reach across: they start the real parts beside each other
		}
		if s := checkArrow(i, rules); s != "" {
			wrong = append(wrong, s)
		}
		if s := checkVendor(i, vendors); s != "" {
			wrong = append(wrong, s)
		}
	}
	return wrong
}

// testing reports whether a package exists for tests only, by the names of DESIGN: storagetest, catalogtest, miniotest.
func testing(pkg string) bool {
	return strings.HasSuffix(path.Base(pkg), "test")
}

func checkArrow(i Import, rules []Rule) string {
	to, ours := strings.CutPrefix(i.To, Module+"/")
	if !ours || within(to, i.From) {
		return ""
	}
	for _, r := range rules {
		if !within(i.From, r.From) {
			continue
		}
		if slices.ContainsFunc(r.To, func(t string) bool { return within(to, t) }) {
			return ""
		}
		return fmt.Sprintf("%s imports %s: %s", i.File, to, r.Reason)
	}
	return fmt.Sprintf("%s: package %s has no row in the table of arrows", i.File, i.From)
}

func checkVendor(i Import, vendors []Vendor) string {
	for _, v := range vendors {
		if i.To != v.Prefix && !strings.HasPrefix(i.To, v.Prefix+"/") {
			continue
		}
		if !slices.ContainsFunc(v.Only, func(p string) bool { return within(i.From, p) }) {
			return fmt.Sprintf("%s imports %s: %s", i.File, i.To, v.Reason)
		}
	}
	return ""
}

// within reports whether pkg is tree or lies below it. A tree ending in "!" means that package alone.
func within(pkg, tree string) bool {
	if alone, ok := strings.CutSuffix(tree, "!"); ok {
		return pkg == alone
	}
	return pkg == tree || strings.HasPrefix(pkg, tree+"/")
}

// TopLevel returns the names at root that do not belong there. What .gitignore names at the top level is not looked at.
func TopLevel(root string, allowed []string) ([]string, error) {
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil, fmt.Errorf("read the top level: %w", err)
	}
	ignored, err := ignoredAtTop(root)
	if err != nil {
		return nil, err
	}
	var wrong []string
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, ".") || slices.Contains(allowed, name) || slices.Contains(ignored, name) {
			continue
		}
		wrong = append(wrong, name)
	}
	return wrong, nil
}

func ignoredAtTop(root string) ([]string, error) {
	b, err := os.ReadFile(filepath.Join(root, ".gitignore"))
	if err != nil {
		return nil, fmt.Errorf("read .gitignore: %w", err)
	}
	var names []string
	for line := range strings.Lines(string(b)) {
		if name := strings.Trim(strings.TrimSpace(line), "/"); name != "" && !strings.Contains(name, "*") {
			names = append(names, name)
		}
	}
	return names, nil
}
