package backup

import (
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/storage"
)

// TestSettle: whatever a writer did between the listing of an object and the copying of its inventory, what is listed belongs together.
func TestSettle(t *testing.T) {
	const folder = "archive/abc/def/012/abcdef012"
	for what, c := range map[string]struct {
		listed, want string
		first        bool // of the two passes
	}{
		"nothing happened": {
			"0= inventory.json:two inventory.json.sha512:s2 v1/content/a v1/inventory.json:one v1/inventory.json.sha512:s1 v2/inventory.json:two v2/inventory.json.sha512:s2",
			"0= inventory.json:two inventory.json.sha512:s2 v1/content/a v1/inventory.json:one v1/inventory.json.sha512:s1 v2/inventory.json:two v2/inventory.json.sha512:s2", false},
		"a version was written after the listing": {
			"0= inventory.json:two inventory.json.sha512:s2 v1/inventory.json:one v1/inventory.json.sha512:s1",
			"0= inventory.json:one<v1 inventory.json.sha512:s1<v1 v1/inventory.json:one v1/inventory.json.sha512:s1", false},
		"the inventory was copied before it, the sidecar after": {
			"0= inventory.json:one inventory.json.sha512:s2 v1/inventory.json:one v1/inventory.json.sha512:s1",
			"0= inventory.json:one inventory.json.sha512:s1<v1 v1/inventory.json:one v1/inventory.json.sha512:s1", false},
		"listed before the second version was sealed, copied after": {
			"0= inventory.json:two inventory.json.sha512:s2 v1/inventory.json:one v1/inventory.json.sha512:s1 v2/content/b v2/inventory.json:two",
			"0= inventory.json:one<v1 inventory.json.sha512:s1<v1 v1/inventory.json:one v1/inventory.json.sha512:s1 v2/content/b v2/inventory.json:two", false},
		"listed before the object had its sidecar": {
			"0= inventory.json:one v1/content/a v1/inventory.json:one v1/inventory.json.sha512:s1",
			"0= inventory.json:one inventory.json.sha512:s1<v1 v1/content/a v1/inventory.json:one v1/inventory.json.sha512:s1", false},
		"listed before it had an inventory": {
			"0= v1/content/a v1/inventory.json:one v1/inventory.json.sha512:s1",
			"0= v1/content/a v1/inventory.json:one v1/inventory.json.sha512:s1", false},
		"listed before the object had its sidecar, by the first pass": {
			"0= inventory.json:one v1/inventory.json:one v1/inventory.json.sha512:s1",
			"0= inventory.json:one v1/inventory.json:one v1/inventory.json.sha512:s1", true},
		"nothing of it is sealed": {"v1/content/a", "v1/content/a", false},
	} {
		list, err := newPaper(t.TempDir())
		must(t, err)
		p := &passing{run: &run{}, list: list, folder: folder, again: !c.first}
		for name := range strings.FieldsSeq(c.listed) {
			name, sum, _ := strings.Cut(name, ":")
			p.object = append(p.object, File{Key: storage.Key(folder).Join(name), SHA512: archive.Digest(sum)})
		}
		must(t, p.settle())
		_, err = list.finish()
		must(t, err)
		var got []string
		for f, err := range list.files() {
			must(t, err)
			said := strings.TrimPrefix(string(f.Key), folder+"/")
			if f.SHA512 != "" {
				said += ":" + string(f.SHA512)
			}
			if f.At != "" {
				said += "<" + strings.Split(strings.TrimPrefix(string(f.At), folder+"/"), "/")[0]
			}
			got = append(got, said)
		}
		if told := strings.Join(got, " "); told != c.want {
			t.Errorf("%s:\n%s, want\n%s", what, told, c.want)
		}
		must(t, list.close())
	}
}
