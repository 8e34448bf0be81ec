package backup

import (
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

// settle lists the files of one object. Its inventory is replaced with every version, and may be copied after a version of which the listing did not know yet:
// then the one that is listed is that of the newest version whose own inventory is.
func (p *passing) settle() error {
	files := p.object
	p.object = nil
	at := map[string]File{}
	for _, f := range files {
		at[strings.TrimPrefix(string(f.Key), p.folder+"/")] = f
	}
	newest := 0
	for name := range at {
		version, is := strings.CutSuffix(name, "/inventory.json")
		if n, err := strconv.Atoi(strings.TrimPrefix(version, "v")); is && err == nil {
			newest = max(newest, n)
		}
	}
	for _, f := range files {
		name := strings.TrimPrefix(string(f.Key), p.folder+"/")
		if own, ok := at["v"+strconv.Itoa(newest)+"/"+name]; ok && strings.HasPrefix(name, "inventory.json") && own.SHA512 != f.SHA512 {
			f = File{Key: f.Key, Bytes: own.Bytes, SHA512: own.SHA512, At: own.Key}
		}
		if err := p.list.add(f); err != nil {
			return err
		}
	}
	return nil
}
