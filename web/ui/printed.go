package ui

import (
	_ "embed"
	"io/fs"
	"path"
	"strings"
)

//go:embed printed.css
var printStyle []byte

// PrintStyle is the style sheet of documents of paper.
func PrintStyle() []byte { return printStyle }

// Sheet is what a document of paper says about itself.
type Sheet struct {
	Title string
	Body  string // of the association
	Wide  bool   // lies on its side
}

// printFonts is the family in which documents of paper are set.
const printFonts = "be-vietnam-pro-"

// PrintFonts returns the fonts that PrintStyle names, by their names there.
func (a *Assets) PrintFonts() (map[string][]byte, error) {
	found, err := fs.Glob(a.files, printFonts+"*.woff2")
	if err != nil {
		return nil, err
	}
	fonts := map[string][]byte{}
	for _, name := range found {
		body, err := fs.ReadFile(a.files, name)
		if err != nil {
			return nil, err
		}
		plain := strings.TrimSuffix(name, path.Ext(name))
		fonts[plain[:strings.LastIndexByte(plain, '-')]] = body // without the hash
	}
	return fonts, nil
}
