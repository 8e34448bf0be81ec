// Package demo makes the sample works of an empty archive: poems, prose, songs, pictures, films, a magazine, papers, all by
// rule, chance from fixed seeds and words of its own. It writes a folder with a manifest, which then goes through the same
// import as anybody's folder.
//
// It must not know the catalogue or the store: it only makes files.
package demo

import (
	"context"
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"vannghe/internal/tool"
	"vannghe/internal/tool/ffmpeg"
	"vannghe/internal/tool/pandoc"
	"vannghe/internal/tool/rsvg"
	"vannghe/internal/tool/vips"
)

//go:embed text
var texts embed.FS

// KeyPrefix begins the key of every sample work, by which they are known from real ones.
const KeyPrefix = "demo-"

// Manifest is the name of the manifest in the folder.
const Manifest = "works.csv"

// Options say what Make makes.
type Options struct {
	Folder string // exists and is empty
	Runner *tool.Runner
	Works  int  // at least so many works: poems are added until there are; 0: the sample alone
	Light  bool // records and texts only, no media
	Step   func(done, total int)
}

// material is the making of one folder.
type material struct {
	Options
	film    *ffmpeg.Tool
	picture *vips.Tool
	drawing *rsvg.Tool
	office  *pandoc.Tool
}

// Make fills the folder. It takes about half a minute on two cores; ctx ends it early.
func Make(ctx context.Context, o Options) error {
	m := material{Options: o, film: ffmpeg.New(o.Runner), picture: vips.New(o.Runner, vips.DefaultLimits()), drawing: rsvg.New(o.Runner), office: pandoc.New(o.Runner)}
	if m.Step == nil {
		m.Step = func(int, int) {}
	}
	list := o.list()
	for i, w := range list {
		if err := m.produce(ctx, w); err != nil {
			return fmt.Errorf("make %s: %w", w.file, err)
		}
		m.Step(i+1, len(list))
	}
	for n := len(list); n < o.Works; n++ {
		w, text := verse(n)
		if err := m.write(w.file, text); err != nil {
			return err
		}
		list = append(list, w)
	}
	return m.manifest(list)
}

// Keys returns the keys of the sample works that Make would make, without the added poems.
func (o Options) Keys() []string {
	var keys []string
	for _, w := range o.list() {
		if key := KeyPrefix + w.key; !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

func (o Options) list() []work {
	if o.Light {
		return lightOnly(sample())
	}
	return sample()
}

func (m material) produce(ctx context.Context, w work) error {
	path := m.path(w.file)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("make its folder: %w", err)
	}
	return w.make(ctx, m, path)
}

func lightOnly(list []work) []work {
	var light []work
	for _, w := range list {
		if w.light {
			light = append(light, w)
		}
	}
	return light
}

func (m material) path(name string) string { return filepath.Join(m.Folder, name) }

// text returns the words of an embedded file. All names are in this package, and a test reads each.
func (m material) text(name string) string {
	b, err := texts.ReadFile("text/" + name)
	if err != nil {
		return ""
	}
	return string(b)
}

func (m material) write(name, text string) error {
	path := m.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("make the folder of %s: %w", name, err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

func (m material) manifest(list []work) error {
	f, err := os.Create(m.path(Manifest))
	if err != nil {
		return fmt.Errorf("create the manifest: %w", err)
	}
	w := csv.NewWriter(f)
	rows := [][]string{columns()}
	for _, x := range list {
		rows = append(rows, x.row())
	}
	err = w.WriteAll(rows)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	return nil
}
