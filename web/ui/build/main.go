// Command build bundles the styles, scripts and fonts of web/ui into web/ui/dist, from where the program embeds them:
// names with a hash of the content, a manifest, gzip beside what shrinks, and the licences of everything bundled.
//
//	go run ./web/ui/build [-dir web/ui]
//
// It needs the npm packages (npm ci in web/ui) and fetches nothing itself.
package main

import (
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	dir := flag.String("dir", "web/ui", "folder of the user interface")
	flag.Parse()
	if err := build(*dir, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "build web/ui:", err)
		os.Exit(1)
	}
}

// built is a file of dist by its logical name, as ui.Built.
type built struct {
	Path      string `json:"path"`
	Integrity string `json:"integrity"`
}

// metafile is the part of esbuild's report that is used here.
type metafile struct {
	Inputs  map[string]any `json:"inputs"`
	Outputs map[string]struct {
		EntryPoint string `json:"entryPoint"`
	} `json:"outputs"`
}

func build(dir string, out io.Writer) error {
	root, err := filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("find %s: %w", dir, err)
	}
	if _, err := os.Stat(filepath.Join(root, "node_modules")); err != nil {
		return fmt.Errorf("the npm packages are missing; run: npm ci --prefix %s", dir)
	}
	dist := filepath.Join(root, "dist")
	if err := empty(dist); err != nil {
		return err
	}
	manifest, inputs := map[string]built{}, map[string]bool{}
	for _, options := range bundles(root) {
		if err := bundle(options, manifest, inputs); err != nil {
			return err
		}
	}
	if err := writeNotices(root, inputs); err != nil {
		return err
	}
	if err := writeManifest(dist, manifest); err != nil {
		return err
	}
	return compress(dist, out)
}

// bundles returns esbuild's options: the modules and styles of every page, and the script that sets the theme before
// the first paint and therefore must not be a module, which would wait.
func bundles(root string) []api.BuildOptions {
	modules := api.BuildOptions{
		EntryPoints: []string{"script/main.ts", "style/main.css", "style/icon.svg"},
		Format:      api.FormatESModule,
		Splitting:   true,
	}
	theme := api.BuildOptions{EntryPoints: []string{"script/theme.ts"}, Format: api.FormatIIFE}
	both := []api.BuildOptions{modules, theme}
	for i := range both {
		o := &both[i]
		o.AbsWorkingDir, o.Outdir = root, "dist"
		o.Bundle, o.Write, o.Metafile = true, true, true
		o.MinifyWhitespace, o.MinifyIdentifiers, o.MinifySyntax = true, true, true
		o.Target = api.ES2020 // Safari 14, Chrome 80: phones of 2020
		o.Charset = api.CharsetUTF8
		o.LegalComments = api.LegalCommentsNone // they stand whole in THIRD_PARTY.txt
		o.EntryNames, o.ChunkNames, o.AssetNames = "[name]-[hash]", "[name]-[hash]", "[name]-[hash]"
		o.Loader = map[string]api.Loader{".woff2": api.LoaderFile, ".svg": api.LoaderCopy}
		o.LogLevel = api.LogLevelWarning
	}
	return both
}

// empty removes everything in dist but .keep.
func empty(dist string) error {
	entries, err := os.ReadDir(dist)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("empty %s: %w", dist, err)
	}
	for _, e := range entries {
		if e.Name() == ".keep" {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dist, e.Name())); err != nil {
			return fmt.Errorf("empty %s: %w", dist, err)
		}
	}
	return nil
}

func bundle(options api.BuildOptions, manifest map[string]built, inputs map[string]bool) error {
	result := api.Build(options)
	if len(result.Errors) > 0 {
		return fmt.Errorf("bundle %s: %s", strings.Join(options.EntryPoints, ", "), result.Errors[0].Text)
	}
	var meta metafile
	if err := json.Unmarshal([]byte(result.Metafile), &meta); err != nil {
		return fmt.Errorf("read what was bundled: %w", err)
	}
	for input := range meta.Inputs {
		inputs[input] = true
	}
	for output, about := range meta.Outputs {
		if about.EntryPoint == "" {
			continue
		}
		b, err := describe(filepath.Join(options.AbsWorkingDir, output))
		if err != nil {
			return err
		}
		manifest[logicalName(about.EntryPoint)] = b
	}
	return nil
}

// logicalName is what pages call an entry point: "main.js" for script/main.ts.
func logicalName(entry string) string {
	name := filepath.Base(entry)
	if stem, ok := strings.CutSuffix(name, ".ts"); ok {
		return stem + ".js"
	}
	return name
}

func describe(file string) (built, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return built{}, fmt.Errorf("read what was bundled: %w", err)
	}
	sum := sha512.Sum384(b)
	return built{Path: filepath.Base(file), Integrity: "sha384-" + base64.StdEncoding.EncodeToString(sum[:])}, nil
}

func writeManifest(dist string, manifest map[string]built) error {
	b, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dist, "manifest.json"), append(b, '\n'), 0o644); err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	return nil
}
