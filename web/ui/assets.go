package ui

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"path"
	"regexp"
	"strings"
)

//go:embed all:dist
var dist embed.FS

// AssetPrefix is where the site serves the built files.
const AssetPrefix = "/assets/"

// ManifestName is the file in dist that tells the hashed names; web/ui/build writes it.
const ManifestName = "manifest.json"

// ErrNotBuilt says that the program was compiled without the built styles and scripts.
var ErrNotBuilt = errors.New(`the pages' styles and scripts have not been built; run "make build" and start again`)

// Built is one built file by its logical name.
type Built struct {
	Path      string `json:"path"`      // hashed file name, relative to AssetPrefix
	Integrity string `json:"integrity"` // Subresource Integrity, "sha384-…"
}

// Assets is the built styles, scripts and fonts. A nil or zero Assets has none and is good for tests of markup
// only. Safe for concurrent use.
type Assets struct {
	files    fs.FS
	manifest map[string]Built
}

// LoadAssets reads the embedded manifest. The error is ErrNotBuilt when there is none.
func LoadAssets() (*Assets, error) {
	built, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("open built assets: %w", err)
	}
	return readAssets(built)
}

func readAssets(built fs.FS) (*Assets, error) {
	b, err := fs.ReadFile(built, ManifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotBuilt
	}
	if err != nil {
		return nil, fmt.Errorf("read the manifest of assets: %w", err)
	}
	a := &Assets{files: built}
	if err := json.Unmarshal(b, &a.manifest); err != nil {
		return nil, fmt.Errorf("read the manifest of assets: %w", err)
	}
	return a, nil
}

// URL returns the address of a built file by its logical name, such as "main.css".
func (a *Assets) URL(name string) string {
	if built := a.built(name); built.Path != "" {
		return AssetPrefix + built.Path
	}
	return AssetPrefix + name
}

// Integrity returns the Subresource Integrity of a built file, "" when it is not known.
func (a *Assets) Integrity(name string) string { return a.built(name).Integrity }

func (a *Assets) built(name string) Built {
	if a == nil {
		return Built{}
	}
	return a.manifest[name]
}

// Asset is a built file ready to be served.
type Asset struct {
	Body   []byte
	Gzip   []byte // the same compressed; nil when that gains nothing
	Type   string // media type
	Hashed bool   // its name holds the hash of its content, so that it may be cached for ever
}

// hashed is how web/ui/build names what it bundles: "[name]-[hash]", the hash in base32.
var hashed = regexp.MustCompile(`-[A-Z2-7]{8}\.[a-z0-9]+$`)

// Open returns the file below AssetPrefix, false when there is none.
func (a *Assets) Open(name string) (Asset, bool) {
	if a == nil || a.files == nil || strings.HasSuffix(name, ".gz") || name == ManifestName || strings.HasPrefix(name, ".") {
		return Asset{}, false
	}
	body, err := fs.ReadFile(a.files, name)
	if err != nil { // an embedded file is there or it is not
		return Asset{}, false
	}
	asset := Asset{Body: body, Type: contentType(name), Hashed: hashed.MatchString(name)}
	if compressed, err := fs.ReadFile(a.files, name+".gz"); err == nil {
		asset.Gzip = compressed
	}
	return asset, true
}

func contentType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	case ".txt":
		return "text/plain; charset=utf-8"
	default:
		if t := mime.TypeByExtension(path.Ext(name)); t != "" {
			return t
		}
		return "application/octet-stream"
	}
}
