package ocfl

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// checkVersionInventory looks at the inventory in a version's folder and compares it with the root's (§3.6, §3.8).
func (v *validator) checkVersionInventory(ctx context.Context, name string) error {
	file := name + "/" + inventoryName
	if !v.files[file] {
		if v.hasFolder(name) {
			v.addAt(name, "W010", "the version has no inventory")
		}
		return nil
	}
	if name == v.head.Head {
		return v.checkNewest(ctx, file)
	}
	inv, _, err := v.readInventory(ctx, name+"/")
	if err != nil || inv == nil {
		return err
	}
	v.olds = append(v.olds, inv)
	v.compare(name, inv)
	return nil
}

func (v *validator) hasFolder(name string) bool {
	for f := range v.files {
		if strings.HasPrefix(f, name+"/") {
			return true
		}
	}
	return false
}

// checkNewest: the newest version's inventory is the root's, byte for byte.
func (v *validator) checkNewest(ctx context.Context, file string) error {
	data, err := v.read(ctx, file)
	if err != nil {
		return err
	}
	if !bytes.Equal(data, v.raw) {
		v.addAt(file, "E064", "not the same as the root inventory")
	}
	side := strings.TrimSuffix(file, inventoryName) + sidecarName(v.head.DigestAlgorithm)
	if !v.files[side] {
		v.addAt(file, "E058", "there is no "+sidecarName(v.head.DigestAlgorithm))
		return nil
	}
	text, err := v.read(ctx, side)
	if err != nil {
		return err
	}
	if wrong := checkSidecar(text, data, v.head.DigestAlgorithm); wrong != nil {
		v.addAt(side, wrong.Code, wrong.Detail)
	}
	return nil
}

// compare holds an older inventory against the newest.
func (v *validator) compare(name string, old *Inventory) {
	p := &problems{path: name + "/" + inventoryName}
	if old.ID != v.head.ID {
		p.add("E037", "another id than the root inventory's")
		p.add("E110", "the id has changed between versions")
	}
	if old.Head != name {
		p.add("E040", "its head is not the version it lies in")
	}
	if old.contentDirectory() != v.head.contentDirectory() {
		p.add("E019", "another content directory than the root inventory's")
		p.add("E020", "the content directory has changed between versions")
	}
	compareSpec(p, name, old, v.olds[:len(v.olds)-1], v.head)
	for _, version := range slices.Sorted(maps.Keys(old.Versions)) {
		compareState(p, version, old, v.head)
		compareMetadata(p, version, old, v.head)
	}
	v.compareManifest(p, name, old)
	v.found = append(v.found, p.found...)
}

// compareSpec: no version may keep to an older specification than the one before.
func compareSpec(p *problems, name string, old *Inventory, before []*Inventory, head *Inventory) {
	newer := old.Type == ourType && head.Type == oldType
	for _, b := range before {
		newer = newer || b.Type == ourType && old.Type == oldType
	}
	if newer {
		p.add("E103", name+" keeps to an older specification than the version before")
	}
}

// compareState: a version is the same in every inventory that knows it. Digests are compared in the same algorithm; across
// two, the files are, through the content paths.
func compareState(p *problems, version string, old, head *Inventory) {
	if _, ok := head.Versions[version]; !ok {
		p.add("E066", "the root inventory does not know "+version)
		return
	}
	was, is := old.FilesOf(version), head.FilesOf(version)
	if len(was) != len(is) {
		p.add("E066", fmt.Sprintf("%s has %d files here and %d in the root inventory", version, len(was), len(is)))
		return
	}
	for i := range was {
		if was[i].Logical != is[i].Logical || !sameBytes(was[i], is[i], old, head) {
			p.add("E066", version+": "+was[i].Logical+" is another file in the root inventory")
		}
	}
}

func sameBytes(was, is File, old, head *Inventory) bool {
	if old.DigestAlgorithm == head.DigestAlgorithm {
		return was.Digest == is.Digest
	}
	for _, content := range pathsOf(old, was) {
		if !slices.Contains(pathsOf(head, is), content) {
			return false
		}
	}
	return true
}

// pathsOf returns the content paths of a file's digest, whatever its case in the manifest.
func pathsOf(inv *Inventory, f File) []string {
	for digest, paths := range inv.Manifest {
		if strings.EqualFold(digest, string(f.Digest)) {
			return paths
		}
	}
	return nil
}

func compareMetadata(p *problems, version string, old, head *Inventory) {
	was, is := old.Versions[version], head.Versions[version]
	sameUser := was.User == nil && is.User == nil || was.User != nil && is.User != nil && *was.User == *is.User
	if !was.Created.Equal(is.Created) || was.Message != is.Message || !sameUser {
		p.add("W011", version+": time, message or user differ from the root inventory's")
	}
}

// compareManifest: an older manifest names every content file of its own and earlier versions, with the digests that the
// newest gives them.
func (v *validator) compareManifest(p *problems, name string, old *Inventory) {
	names := make(map[string]string)
	for content, digest := range old.contentPaths() {
		names[content] = digest
		if !v.files[content] {
			p.add("E092", "the manifest names "+content+", but it is not there")
		}
	}
	for f := range v.files {
		version, rest, _ := strings.Cut(f, "/")
		n := versionNumber(version)
		if n == 0 || n > versionNumber(name) || !strings.HasPrefix(rest, v.head.contentDirectory()+"/") {
			continue
		}
		if _, ok := names[f]; !ok {
			p.add("E023", "the manifest does not name "+f)
		}
	}
	if old.DigestAlgorithm != v.head.DigestAlgorithm {
		return
	}
	for content, digest := range v.head.contentPaths() {
		if was, ok := names[content]; ok && !strings.EqualFold(was, digest) {
			p.add("E092", "another digest for "+content+" than the root inventory's")
		}
	}
}
