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
		switch name := strings.TrimPrefix(string(f.Key), p.folder+"/"); {
		case len(own) == 0, strings.Contains(name, "/"), !strings.HasPrefix(name, inventoryName):
			if err := p.list.add(f); err != nil {
				return err
			}
		case name == inventoryName: // the sidecar too, which may not have been there yet
			for _, of := range own {
				if err := p.list.add(p.above(of, at)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// above is the file of an object's root that is the same as own, of a version.
func (p *passing) above(own File, at map[string]File) File {
	name := path.Base(string(own.Key))
	if f, is := at[name]; is && f.SHA512 == own.SHA512 {
		return f
	}
	return File{Key: storage.Key(p.folder).Join(name), Bytes: own.Bytes, SHA512: own.SHA512, At: own.Key}
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
