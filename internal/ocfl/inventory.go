package ocfl

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"vannghe/internal/archive"
)

const (
	inventoryName    = "inventory.json"
	defaultContent   = "content"
	ourAlgorithm     = "sha512"
	ourType          = "https://ocfl.io/1.1/spec/#inventory"
	oldType          = "https://ocfl.io/1.0/spec/#inventory"
	inventoryMaxSize = 32 << 20 // bytes: some hundred thousand files
)

// Inventory says what an object holds, in all its versions (§3.5).
type Inventory struct {
	ID               string                         `json:"id"`
	Type             string                         `json:"type"`
	DigestAlgorithm  string                         `json:"digestAlgorithm"`
	Head             string                         `json:"head"` // newest version, such as "v3"
	ContentDirectory string                         `json:"contentDirectory,omitempty"`
	Fixity           map[string]map[string][]string `json:"fixity,omitempty"` // algorithm → digest → content paths
	Manifest         map[string][]string            `json:"manifest"`         // digest → content paths
	Versions         map[string]Version             `json:"versions"`         // by name
}

// Version is one state of an object (§3.5.3.1).
type Version struct {
	Created time.Time           `json:"created"`
	Message string              `json:"message,omitempty"`
	User    *User               `json:"user,omitempty"`
	State   map[string][]string `json:"state"` // digest → logical paths
}

// User made a version.
type User struct {
	Name    string `json:"name"`
	Address string `json:"address,omitempty"` // a URI
}

// File is a file of a version's state.
type File struct {
	Logical string         // its path in the object, as it was given
	Content string         // where its bytes lie, relative to the object
	Digest  archive.Digest // in the inventory's algorithm, SHA-512 for all that we write; lowercase
	SHA256  string         // from the fixity block, "" when that has none
}

// HeadNumber returns the number of the newest version, 0 for an empty Inventory.
func (inv *Inventory) HeadNumber() int { return versionNumber(inv.Head) }

// Files returns the newest version's files in the order of their logical paths.
func (inv *Inventory) Files() []File { return inv.FilesOf(inv.Head) }

// FilesOf returns the files of the version of that name, none when there is no such version.
func (inv *Inventory) FilesOf(version string) []File {
	second := make(map[string]string)
	for digest, paths := range inv.Fixity["sha256"] {
		for _, p := range paths {
			second[p] = strings.ToLower(digest)
		}
	}
	var files []File
	for digest, paths := range inv.Versions[version].State {
		for _, logical := range paths {
			f := File{Logical: logical, Digest: archive.Digest(strings.ToLower(digest))}
			if content := inv.Manifest[digest]; len(content) > 0 {
				f.Content = content[0]
				f.SHA256 = second[f.Content]
			}
			files = append(files, f)
		}
	}
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Logical, b.Logical) })
	return files
}

// File returns the newest version's file of that logical path.
func (inv *Inventory) File(logical string) (File, bool) {
	files := inv.Files()
	i, ok := slices.BinarySearchFunc(files, logical, func(f File, l string) int { return cmp.Compare(f.Logical, l) })
	if !ok {
		return File{}, false
	}
	return files[i], true
}

func (inv *Inventory) contentDirectory() string {
	return cmp.Or(inv.ContentDirectory, defaultContent)
}

// contentPaths yields every content path of the manifest with its digest.
func (inv *Inventory) contentPaths() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for digest, paths := range inv.Manifest {
			for _, p := range paths {
				if !yield(p, digest) {
					return
				}
			}
		}
	}
}

// versionPattern: "v", optional zeros for padding, a positive number (§3.4). Nine digits fit every int.
var versionPattern = regexp.MustCompile(`^v(0*)([1-9][0-9]{0,8})$`)

// versionNumber returns the number in a version's name, 0 when it is none.
func versionNumber(name string) int {
	m := versionPattern.FindStringSubmatch(name)
	if m == nil {
		return 0
	}
	n, err := strconv.Atoi(m[2])
	if err != nil {
		return 0
	}
	return n
}

func padded(version string) bool { return strings.HasPrefix(version, "v0") }

func versionName(n int) string { return "v" + strconv.Itoa(n) }

// sidecarPattern: digest, white space, file name (§3.7).
var sidecarPattern = regexp.MustCompile(`^([0-9a-fA-F]+)[ \t]+inventory\.json\n?$`)

func sidecar(digest string) []byte { return []byte(digest + " " + inventoryName + "\n") }

func sidecarName(algorithm string) string { return inventoryName + "." + algorithm }

// checkSidecar returns nil when text states the digest of inventory, else an error that begins with the code.
func checkSidecar(text, inventory []byte, algorithm string) *Problem {
	m := sidecarPattern.FindSubmatch(text)
	if m == nil {
		return &Problem{Code: "E061", Detail: "the sidecar is not of the form: digest inventory.json"}
	}
	want, err := digestOf(inventory, algorithm)
	if err != nil {
		return &Problem{Code: "E025", Detail: err.Error()}
	}
	if !strings.EqualFold(string(m[1]), want) {
		return &Problem{Code: "E060", Detail: "the sidecar states another digest than the inventory has"}
	}
	return nil
}

// parse reads an inventory and says everything that is wrong with it. The Inventory is nil when nothing could be made of it,
// and safe to use only when none of the problems is an error: then every content path stays inside the object.
func parse(data []byte, path string) (*Inventory, []Problem) {
	p := &parser{inv: &Inventory{}, problems: problems{path: path}}
	if !p.read(data) {
		return nil, p.found
	}
	p.check()
	return p.inv, p.found
}

// parseStrict is parse for what we are about to rely on.
func parseStrict(data []byte) (*Inventory, error) {
	inv, found := parse(data, inventoryName)
	var wrong []error
	for _, p := range found {
		if p.IsError() {
			wrong = append(wrong, errors.New(p.String()))
		}
	}
	if len(wrong) > 0 {
		return nil, fmt.Errorf("the inventory is invalid: %w", errors.Join(wrong...))
	}
	return inv, nil
}
