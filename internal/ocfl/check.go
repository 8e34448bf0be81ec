package ocfl

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// check looks at what a single inventory must keep to, whatever lies beside it.
func (p *parser) check() {
	p.checkHeader()
	p.checkVersionNames()
	p.checkManifest()
	used := make(map[string]bool)
	for _, name := range slices.Sorted(maps.Keys(p.inv.Versions)) {
		p.checkState(name, used)
	}
	for _, digest := range slices.Sorted(maps.Keys(p.inv.Manifest)) {
		if !used[digest] {
			p.add("E107", "no version uses the digest "+digest)
		}
	}
	for _, algorithm := range slices.Sorted(maps.Keys(p.inv.Fixity)) {
		p.checkFixity(algorithm)
	}
}

func (p *parser) checkHeader() {
	if p.inv.ID != "" && !isURI(p.inv.ID) {
		p.add("W005", "the id is not a URI")
	}
	if p.inv.Type != "" && p.inv.Type != ourType && p.inv.Type != oldType {
		p.add("E038", "the type is no version of the specification that is known here")
	}
	switch p.inv.DigestAlgorithm {
	case "", "sha512":
	case "sha256":
		p.add("W004", "sha256 instead of sha512")
	default:
		p.add("E025", "content cannot be addressed by "+p.inv.DigestAlgorithm)
	}
}

func (p *parser) checkContentDirectory() {
	switch name := p.inv.ContentDirectory; {
	case strings.Contains(name, "/"):
		p.add("E017", "the content directory has a slash")
	case name == "." || name == "..":
		p.add("E018", "the content directory leads elsewhere")
	}
}

// isURI asks for a scheme, as RFC 3986 does of every absolute URI.
func isURI(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme != ""
}

func (p *parser) checkVersionNames() {
	if p.inv.Versions == nil {
		return
	}
	if len(p.inv.Versions) == 0 {
		p.add("E008", "there is no version")
		return
	}
	numbers := make(map[int]string)
	var zero string // a name with padding
	for _, name := range slices.Sorted(maps.Keys(p.inv.Versions)) {
		n := versionNumber(name)
		if n == 0 {
			p.add("E104", "not the name of a version: "+name)
			continue
		}
		numbers[n] = name
		if padded(name) {
			zero = name
		}
	}
	p.checkSequence(numbers)
	p.checkPadding(numbers, zero)
	if p.inv.Head != "" && (len(numbers) == 0 || p.inv.Head != numbers[slices.Max(slices.Collect(maps.Keys(numbers)))]) {
		p.add("E040", "head is not the newest version")
	}
}

func (p *parser) checkSequence(numbers map[int]string) {
	if _, ok := numbers[1]; !ok {
		p.add("E009", "the versions do not begin with 1")
	}
	for n := 1; n <= len(numbers); n++ {
		if _, ok := numbers[n]; !ok {
			p.add("E010", fmt.Sprintf("there is no version %d", n))
			return
		}
	}
}

func (p *parser) checkPadding(numbers map[int]string, zero string) {
	if zero == "" {
		return
	}
	p.add("W001", "the versions are zero-padded")
	for _, name := range numbers {
		switch {
		case !padded(name):
			p.add("E011", "not zero-padded as the others are: "+name)
			p.add("E013", "not named as earlier versions are: "+name)
		case len(name) != len(zero):
			p.add("E012", "not as long as the others: "+name)
		}
	}
}

func (p *parser) checkManifest() {
	seen := make(map[string]bool)
	tree := newTree()
	for _, digest := range slices.Sorted(maps.Keys(p.inv.Manifest)) {
		if lower := strings.ToLower(digest); seen[lower] {
			p.add("E096", "the digest occurs twice: "+lower)
		} else {
			seen[lower] = true
		}
		if !validHex(digest, p.inv.DigestAlgorithm) {
			p.add(hexCode(p.inv.DigestAlgorithm), "not a digest: "+digest)
		}
		for _, path := range p.inv.Manifest[digest] {
			p.checkContentPath(path)
			if !tree.add(path) {
				p.add("E101", "the content path occurs twice, or another lies below it: "+path)
			}
		}
	}
}

// checkContentPath keeps content inside a version's content directory (§3.5.2).
func (p *parser) checkContentPath(path string) {
	if !p.checkElements(path, "E099", "E100") {
		return
	}
	version, rest, _ := strings.Cut(path, "/")
	if _, ok := p.inv.Versions[version]; !ok {
		p.add("E042", "the content path does not begin with a version: "+path)
		return
	}
	if !strings.HasPrefix(rest, p.inv.contentDirectory()+"/") {
		p.add("E015", "the content path does not lie in a content directory: "+path)
	}
}

// checkElements reports whether path is a sequence of proper elements.
func (p *parser) checkElements(path, elements, ends string) bool {
	ok := true
	if strings.HasPrefix(path, "/") || strings.HasSuffix(path, "/") {
		p.add(ends, "the path begins or ends with a slash: "+path)
		ok = false
	}
	for element := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		if element == "" || element == "." || element == ".." {
			p.add(elements, "the path has an element that is none: "+path)
			return false
		}
	}
	if ok && strings.Contains(path, "//") {
		p.add(elements, "the path has an empty element: "+path)
		return false
	}
	return ok
}

func (p *parser) checkState(name string, used map[string]bool) {
	tree := newTree()
	state := p.inv.Versions[name].State
	for _, digest := range slices.Sorted(maps.Keys(state)) {
		used[digest] = true
		if _, ok := p.inv.Manifest[digest]; !ok {
			p.add("E050", name+": the manifest does not have the digest "+digest)
		}
		for _, path := range state[digest] {
			if strings.Contains(strings.Trim(path, "/"), "//") || strings.HasPrefix(path, "//") {
				p.add("E052", name+": empty element in "+path)
			}
			p.checkElements(path, "E052", "E053")
			if !tree.add(path) {
				p.add("E095", name+": the logical path occurs twice, or another lies below it: "+path)
			}
		}
	}
}

func (p *parser) checkFixity(algorithm string) {
	manifest := make(map[string]bool)
	for path := range p.inv.contentPaths() {
		manifest[path] = true
	}
	seen := make(map[string]bool)
	block := p.inv.Fixity[algorithm]
	for _, digest := range slices.Sorted(maps.Keys(block)) {
		lower := strings.ToLower(digest)
		if seen[lower] {
			p.add("E097", algorithm+": the digest occurs twice: "+lower)
		}
		seen[lower] = true
		for _, path := range block[digest] {
			if p.checkElements(path, "E099", "E100") && !manifest[path] {
				p.add("E057", algorithm+": the manifest does not have "+path)
			}
		}
	}
}

// tree notices paths that are equal, or of which one is the other's folder.
type tree struct {
	files   map[string]bool
	folders map[string]bool
}

func newTree() *tree { return &tree{files: make(map[string]bool), folders: make(map[string]bool)} }

// add reports whether path fits beside those before it.
func (t *tree) add(path string) bool {
	ok := !t.files[path] && !t.folders[path]
	t.files[path] = true
	for i, c := range path {
		if c == '/' {
			ok = ok && !t.files[path[:i]]
			t.folders[path[:i]] = true
		}
	}
	return ok
}
