package backup

import (
	"path"
	"strconv"
	"strings"

	"vannghe/storage"
)

// objectFolder is the folder of the object of the archive of record to which a file belongs, "" for what belongs to none: archive/abc/def/012/<digits>.
func objectFolder(key storage.Key) string {
	parts := strings.SplitN(string(key), "/", 6)
	if parts[0] != "archive" || len(parts) < 6 {
		return ""
	}
	return strings.Join(parts[:5], "/")
}

const inventoryName = "inventory.json"

// settle lists the files of one object as they were together. Its inventory and the sidecar beside it are replaced with every version, in two steps, and are
// copied later than they were listed: those are listed that belong to the newest version that was sealed, which has both of its own. What lies there of a later one
// is finished or removed after a restore.
func (p *passing) settle() error {
	files := p.object
	p.object = nil
	at := map[string]File{}
	for _, f := range files {
		at[strings.TrimPrefix(string(f.Key), p.folder+"/")] = f
	}
	own := sealed(at)
	for _, f := range files {
		name := strings.TrimPrefix(string(f.Key), p.folder+"/")
		together := []File{f}
		switch {
		case len(own) == 0, strings.Contains(name, "/"), !strings.HasPrefix(name, inventoryName):
		case name == inventoryName:
			together = p.above(own, at)
		default: // its sidecar, which came with it
			continue
		}
		for _, f := range together {
			if err := p.list.add(f); err != nil {
				return err
			}
		}
	}
	return nil
}

// above returns the files of an object's root that are the same as own, of a version.
func (p *passing) above(own []File, at map[string]File) []File {
	var root []File
	for _, of := range own {
		name := path.Base(string(of.Key))
		f, listed := at[name]
		switch {
		case !listed && !p.again: // a sidecar that was not there yet: the second pass would miss it
			continue
		case !listed || f.SHA512 != of.SHA512:
			f = File{Key: storage.Key(p.folder).Join(name), Bytes: of.Bytes, SHA512: of.SHA512, At: of.Key}
		}
		root = append(root, f)
	}
	return root
}

// sealed returns the inventory of the newest version that has one with a sidecar, and the sidecar; nothing when there is none.
func sealed(at map[string]File) []File {
	newest := 0
	var own []File
	for name, sidecar := range at {
		_, is := strings.CutPrefix(path.Base(name), inventoryName+".")
		inventory, whole := at[path.Dir(name)+"/"+inventoryName]
		n, err := strconv.Atoi(strings.TrimPrefix(path.Dir(name), "v"))
		if is && whole && err == nil && n > newest {
			newest, own = n, []File{inventory, sidecar}
		}
	}
	return own
}
