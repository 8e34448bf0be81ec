package ocfl

import (
	"context"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"maps"
	"slices"
	"strings"

	"vannghe/internal/archive"
	"vannghe/storage"
)

// Mode is how deep Validate looks.
type Mode int

// The modes.
const (
	Structure Mode = iota // names, inventories, sidecars; every file is there, none too many
	Fixity                // and every byte, against all its digests
)

// Validate says everything in which the object departs from the specification, in no particular order; nothing for a valid one. What
// an object store cannot hold, such as an empty folder or a link, is not seen there. The error is one of the store.
func (r *Root) Validate(ctx context.Context, objectID string, mode Mode) ([]Problem, error) {
	v := newValidator(r.bucket, r.key(objectID), mode)
	v.pace = r.pace
	if err := v.run(ctx); err != nil {
		return nil, fmt.Errorf("validate %s: %w", objectID, err)
	}
	if v.head != nil && v.head.ID != objectID {
		v.addAt(inventoryName, "E083", fmt.Sprintf("the object here is %q", v.head.ID))
	}
	return v.found, nil
}

type validator struct {
	bucket *storage.Bucket
	key    storage.Key
	mode   Mode
	pace   Pace
	files  map[string]bool
	raw    []byte     // the root inventory
	head   *Inventory // nil when it cannot be read
	olds   []*Inventory
	spec   string // of the declaration: "1.0" or "1.1"
	problems
}

func newValidator(bucket *storage.Bucket, key storage.Key, mode Mode) *validator {
	return &validator{bucket: bucket, key: key, mode: mode, files: make(map[string]bool)}
}

func (v *validator) run(ctx context.Context) error {
	for o, err := range v.bucket.List(ctx, string(v.key)) {
		if err != nil {
			return err
		}
		v.files[strings.TrimPrefix(string(o.Key), string(v.key)+"/")] = true
	}
	if err := v.checkDeclaration(ctx); err != nil {
		return err
	}
	if err := v.readHead(ctx); err != nil {
		return err
	}
	v.checkTop()
	if v.head == nil {
		return nil
	}
	for _, name := range v.versions() {
		v.checkVersionFolder(name)
		if err := v.checkVersionInventory(ctx, name); err != nil {
			return err
		}
	}
	return v.checkContent(ctx)
}

// versions returns the names of the versions, oldest first.
func (v *validator) versions() []string {
	return slices.SortedFunc(maps.Keys(v.head.Versions), func(a, b string) int { return versionNumber(a) - versionNumber(b) })
}

// checkDeclaration is §3.3.
func (v *validator) checkDeclaration(ctx context.Context) error {
	var names []string
	for f := range v.files {
		if strings.HasPrefix(f, "0=") && !strings.Contains(f, "/") {
			names = append(names, f)
		}
	}
	if len(names) != 1 {
		v.add("E003", fmt.Sprintf("%d declarations", len(names)))
		return nil
	}
	spec, ok := strings.CutPrefix(names[0], "0=ocfl_object_")
	if !ok {
		v.addAt(names[0], "E006", "not the declaration of an object")
		return nil
	}
	if spec != "1.0" && spec != "1.1" {
		v.addAt(names[0], "E004", "a version of the specification that is not known here")
		return nil
	}
	v.spec = spec
	text, err := v.read(ctx, names[0])
	if err != nil {
		return err
	}
	if string(text) != names[0][2:]+"\n" {
		v.addAt(names[0], "E007", "it says something else than its name")
	}
	return nil
}

// read returns a small file, nothing when it is too large.
func (v *validator) read(ctx context.Context, name string) ([]byte, error) {
	data, err := readSmall(ctx, v.bucket, v.key.Join(name), inventoryMaxSize)
	if code := archive.CodeOf(err); code == archive.TooLarge || code == archive.NotFound {
		return nil, nil
	}
	return data, err
}

func (v *validator) readHead(ctx context.Context) error {
	if !v.files[inventoryName] {
		v.add("E063", "there is no root inventory")
		return nil
	}
	inv, raw, err := v.readInventory(ctx, "")
	v.head, v.raw = inv, raw
	if inv != nil && v.spec != "" && inv.Type != "https://ocfl.io/"+v.spec+"/spec/#inventory" {
		v.addAt(inventoryName, "E038", "the type is not that of the declaration")
	}
	return err
}

// readInventory reads folder's inventory, "" or ending in "/", and checks it with its sidecar.
func (v *validator) readInventory(ctx context.Context, folder string) (*Inventory, []byte, error) {
	name := folder + inventoryName
	data, err := v.read(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	inv, found := parse(data, name)
	v.found = append(v.found, found...)
	if inv == nil || inv.DigestAlgorithm == "" {
		return inv, data, nil
	}
	side := folder + sidecarName(inv.DigestAlgorithm)
	if !v.files[side] {
		v.addAt(name, "E058", "there is no "+sidecarName(inv.DigestAlgorithm))
		return inv, data, nil
	}
	text, err := v.read(ctx, side)
	if err != nil {
		return nil, nil, err
	}
	if wrong := checkSidecar(text, data, inv.DigestAlgorithm); wrong != nil {
		v.addAt(side, wrong.Code, wrong.Detail)
	}
	return inv, data, nil
}

// checkTop is §3.1: what may lie at the object's root.
func (v *validator) checkTop() {
	seen := make(map[string]bool)
	for f := range v.files {
		top, within, isFolder := strings.Cut(f, "/")
		switch {
		case !isFolder:
			v.checkTopFile(top)
		case top == "logs":
		case top == "extensions":
			v.checkExtension(within)
		case seen[top]:
		default:
			v.checkTopFolder(top)
		}
		seen[top] = seen[top] || isFolder
	}
	if v.head == nil {
		return
	}
	for name := range v.head.Versions {
		if !seen[name] && versionNumber(name) > 0 {
			v.addAt(name, "E010", "the version's folder is missing")
		}
	}
}

func (v *validator) checkTopFile(name string) {
	if strings.HasPrefix(name, "0=") || name == inventoryName {
		return
	}
	if v.head != nil && name == sidecarName(v.head.DigestAlgorithm) {
		return
	}
	if v.head == nil && strings.HasPrefix(name, inventoryName+".") {
		return
	}
	v.addAt(name, "E001", "a file that does not belong there")
}

func (v *validator) checkTopFolder(name string) {
	if versionNumber(name) == 0 {
		v.addAt(name, "E001", "a folder that does not belong there")
		return
	}
	if v.head == nil {
		return
	}
	if _, ok := v.head.Versions[name]; !ok {
		v.addAt(name, "E046", "the inventory does not know this version")
	}
}

// registered are the extensions of ocfl.github.io/extensions that may be met.
func registered(extension string) bool {
	number, _, ok := strings.Cut(extension, "-")
	return extension == "initial" || ok && len(number) == 4 && number >= "0001" && number <= "0013"
}

func (v *validator) checkExtension(within string) {
	name, _, isFolder := strings.Cut(within, "/")
	if !isFolder {
		v.addAt("extensions/"+name, "E067", "a file among the extensions")
		return
	}
	if !registered(name) {
		v.addAt("extensions/"+name, "W013", "the extension is not registered")
	}
}

// checkVersionFolder is §3.4: what may lie in a version.
func (v *validator) checkVersionFolder(name string) {
	content := v.head.contentDirectory()
	for f := range v.files {
		within, ok := strings.CutPrefix(f, name+"/")
		if !ok {
			continue
		}
		folder, _, isFolder := strings.Cut(within, "/")
		switch {
		case isFolder && folder == content:
		case isFolder:
			v.addAt(name+"/"+folder, "W002", "a folder beside the content")
		case within != inventoryName && !strings.HasPrefix(within, inventoryName+"."):
			v.addAt(f, "E015", "a file beside the inventory")
		}
	}
}

// checkContent compares what lies in the content folders with the manifest, in both directions.
func (v *validator) checkContent(ctx context.Context) error {
	known := make(map[string]bool)
	for content := range v.head.contentPaths() {
		known[content] = true
		if !v.files[content] {
			v.addAt(content, "E092", "the manifest names it, but it is not there")
		}
	}
	for _, name := range v.versions() {
		folder := name + "/" + v.head.contentDirectory() + "/"
		for f := range v.files {
			if strings.HasPrefix(f, folder) && !known[f] {
				v.addAt(f, "E023", "the manifest does not name it")
			}
		}
	}
	for algorithm, block := range v.head.Fixity {
		for _, paths := range block {
			for _, content := range paths {
				if !v.files[content] {
					v.addAt(content, "E093", algorithm+": it is not there")
				}
			}
		}
	}
	if v.mode != Fixity {
		return nil
	}
	return v.checkDigests(ctx)
}

// expectation is a digest that a file must have.
type expectation struct{ algorithm, digest, code string }

func (v *validator) checkDigests(ctx context.Context) error {
	expected := v.expectations()
	for _, content := range slices.Sorted(maps.Keys(expected)) {
		if !v.files[content] {
			continue
		}
		var algorithms []string
		for _, e := range expected[content] {
			algorithms = append(algorithms, e.algorithm)
		}
		got, err := hashPaced(ctx, v.bucket, v.key.Join(content), algorithms, v.pace)
		if err != nil && (ctx.Err() != nil || v.bucket.Ping(ctx) != nil) {
			return err
		}
		if err != nil { // the store answers, but not for this file
			v.addAt(content, "E092", "it cannot be read: "+err.Error())
			continue
		}
		for _, e := range expected[content] {
			if sum, ok := got[e.algorithm]; ok && !strings.EqualFold(sum, e.digest) {
				v.addAt(content, e.code, e.algorithm+" is "+sum+", not "+e.digest)
			}
		}
	}
	return nil
}

// expectations gathers what all inventories say of each file.
func (v *validator) expectations() map[string][]expectation {
	all := make(map[string][]expectation)
	add := func(content string, e expectation) {
		if !slices.Contains(all[content], e) {
			all[content] = append(all[content], e)
		}
	}
	for _, inv := range append([]*Inventory{v.head}, v.olds...) {
		for content, digest := range inv.contentPaths() {
			add(content, expectation{inv.DigestAlgorithm, strings.ToLower(digest), "E092"})
		}
		for algorithm, block := range inv.Fixity {
			for digest, paths := range block {
				for _, content := range paths {
					add(content, expectation{algorithm, strings.ToLower(digest), "E093"})
				}
			}
		}
	}
	return all
}

// hashObject reads an object once and returns its digest in each algorithm that is known here.
func hashObject(ctx context.Context, bucket *storage.Bucket, key storage.Key, algorithms []string) (map[string]string, error) {
	return hashPaced(ctx, bucket, key, algorithms, nil)
}

func hashPaced(ctx context.Context, bucket *storage.Bucket, key storage.Key, algorithms []string, pace Pace) (map[string]string, error) {
	body, _, err := bucket.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	from := io.Reader(body)
	if pace != nil {
		from = &pacedReader{Reader: body, ctx: ctx, pace: pace}
	}
	sums := make(map[string]hash.Hash)
	var writers []io.Writer
	for _, a := range algorithms {
		if h, ok := newHash(a); ok && sums[a] == nil {
			sums[a] = h
			writers = append(writers, h)
		}
	}
	if _, err := io.Copy(io.MultiWriter(writers...), from); err != nil {
		return nil, fmt.Errorf("read %s: %w", key, err)
	}
	out := make(map[string]string, len(sums))
	for a, h := range sums {
		out[a] = hex.EncodeToString(h.Sum(nil))
	}
	return out, nil
}
