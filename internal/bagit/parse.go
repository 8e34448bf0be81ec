package bagit

import (
	"encoding/hex"
	"regexp"
	"strings"
	"unicode/utf8"
)

var version = regexp.MustCompile(`^BagIt-Version: (0\.9[3-7]|1\.0)$`)

// parseDeclaration reads bagit.txt (§2.1.1) and reports whether the bag keeps to a draft before 1.0.
func parseDeclaration(text []byte) (old bool, err error) {
	lines := strings.Split(strings.TrimSuffix(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n"), "\n")
	if len(lines) != 2 {
		return false, invalid("bag-invalid", declaration)
	}
	m := version.FindStringSubmatch(lines[0])
	if m == nil || lines[1] != "Tag-File-Character-Encoding: UTF-8" {
		return false, invalid("bag-invalid", declaration)
	}
	return m[1] != "1.0", nil
}

// listing is what a manifest says: path → digest.
type listing map[string]string

// parseManifest reads a manifest (§2.1.3). A path that leads out of the bag, that is there twice or is no path is refused.
func parseManifest(name string, text []byte, algorithm string, old bool) (listing, error) {
	h, _ := newHash(algorithm)
	list := listing{}
	if !utf8.Valid(text) {
		return nil, invalid("bag-invalid", name)
	}
	for line := range strings.SplitSeq(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n") {
		if line == "" {
			continue
		}
		digest, path, ok := strings.Cut(line, " ")
		if tab, rest, cut := strings.Cut(line, "\t"); cut && len(tab) < len(digest) {
			digest, path, ok = tab, rest, true
		}
		path = strings.TrimLeft(path, " \t")
		if old {
			path = strings.TrimPrefix(path, "*") // as md5sum writes it
		}
		path = strings.TrimPrefix(unescape(path, old), "./")
		raw, err := hex.DecodeString(digest)
		if !ok || err != nil || len(raw) != h.Size() {
			return nil, invalid("bag-invalid", name)
		}
		if !local(path) {
			return nil, invalid("bag-path", path)
		}
		if _, twice := list[path]; twice {
			return nil, invalid("bag-invalid", name)
		}
		list[path] = strings.ToLower(digest)
	}
	return list, nil
}

// local reports whether a path stays inside of the bag, on every system: no root, drive, home, parent, or name that some shell understands.
func local(path string) bool {
	if path == "" || strings.ContainsAny(path, "\\\x00") || strings.HasPrefix(path, "~") || len(path) > 1 && path[1] == ':' {
		return false
	}
	for element := range strings.SplitSeq(path, "/") {
		if element == "" || element == "." || element == ".." {
			return false
		}
	}
	return true
}

// parseInfo reads bag-info.txt (§2.2.2): a value goes on in lines that begin with white space.
func parseInfo(text []byte) ([]Line, error) {
	var info []Line
	if !utf8.Valid(text) {
		return nil, invalid("bag-invalid", infoFile)
	}
	for line := range strings.SplitSeq(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n") {
		switch {
		case strings.TrimSpace(line) == "":
		case line[0] == ' ' || line[0] == '\t':
			if len(info) == 0 {
				return nil, invalid("bag-invalid", infoFile)
			}
			info[len(info)-1].Value += " " + strings.TrimSpace(line)
		default:
			label, value, ok := strings.Cut(line, ":")
			if !ok || strings.TrimSpace(label) == "" {
				return nil, invalid("bag-invalid", infoFile)
			}
			info = append(info, Line{strings.TrimSpace(label), strings.TrimSpace(value)})
		}
	}
	return info, nil
}
