package ocfl

import (
	"bytes"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"vannghe/storage"
	"vannghe/storage/memstore"
)

// sample is a valid inventory of two versions, in which each table row changes one thing. A digest is "a", "b" or "c" 128 times.
const sample = `{
  "id": "urn:example:1", "type": "https://ocfl.io/1.1/spec/#inventory", "digestAlgorithm": "sha512", "head": "v2",
  "manifest": {"AAAA": ["v1/content/a"], "BBBB": ["v2/content/b/c"]},
  "fixity": {"md5": {"d41d8cd98f00b204e9800998ecf8427e": ["v1/content/a"]}},
  "versions": {
    "v1": {"created": "2026-11-23T12:00:00Z", "message": "m", "user": {"name": "n", "address": "mailto:a@b"}, "state": {"AAAA": ["a"]}},
    "v2": {"created": "2026-11-23T12:00:00.5+07:00", "message": "m", "user": {"name": "n", "address": "mailto:a@b"}, "state": {"AAAA": ["a"], "BBBB": ["b/c"]}}
  }
}`

func inventoryText(changes ...string) []byte {
	text := strings.NewReplacer(changes...).Replace(sample)
	return []byte(strings.NewReplacer("AAAA", strings.Repeat("a", 128), "BBBB", strings.Repeat("b", 128), "CCCC", strings.Repeat("c", 128)).Replace(text))
}

func TestBadInventories(t *testing.T) {
	if inv, found := parse(inventoryText(), "x"); inv == nil || len(found) > 0 {
		t.Fatalf("the sample: %v", found)
	}
	for _, c := range []struct {
		what     string
		old, new string
		code     string
	}{
		{"not JSON", `{`, `[`, "E033"},
		{"a key twice", `"head": "v2",`, `"head": "v2", "head": "v2",`, "E033"},
		{"a key twice deep inside", `{"AAAA": ["a"], `, `{"AAAA": ["a"], "AAAA": ["d"], `, "E033"},
		{"an unknown key", `"head"`, `"extra": 1, "head"`, "E102"},
		{"an unknown key in a version", `"message": "m", "user"`, `"extra": 1, "user"`, "E102"},
		{"no id", `"id": "urn:example:1", `, ``, "E036"},
		{"an id that is a number", `"urn:example:1"`, `1`, "E037"},
		{"an empty id", `"urn:example:1"`, `""`, "E037"},
		{"an id that is no URI", `"urn:example:1"`, `"one"`, "W005"},
		{"a foreign type", `1.1/spec`, `9.9/spec`, "E038"},
		{"md5 for content", `"sha512"`, `"md5"`, "E025"},
		{"a head that is not the newest", `"head": "v2"`, `"head": "v1"`, "E040"},
		{"a head that is null", `"head": "v2"`, `"head": null`, "E040"},
		{"no manifest", `"manifest"`, `"extra"`, "E041"},
		{"a manifest that is a list", `"manifest": {"AAAA": ["v1/content/a"], "BBBB": ["v2/content/b/c"]}`, `"manifest": []`, "E106"},
		{"a digest that is none", `{"AAAA": ["v1`, `{"xyz": ["v1`, "E031"},
		{"paths that are none", `["v1/content/a"], "BBBB"`, `"v1/content/a", "BBBB"`, "E092"},
		{"a path that is null", `["v1/content/a"], "BBBB"`, `[null], "BBBB"`, "E092"},
		{"a content path that climbs", `"v2/content/b/c"`, `"v2/content/../../c"`, "E099"},
		{"a content path with a dot", `"v2/content/b/c"`, `"v2/content/./c"`, "E099"},
		{"an absolute content path", `"v2/content/b/c"`, `"/v2/content/b/c"`, "E100"},
		{"a content path that ends in a slash", `"v2/content/b/c"`, `"v2/content/b/"`, "E100"},
		{"a content path outside of versions", `"v2/content/b/c"`, `"logs/b/c"`, "E042"},
		{"a content path in no known version", `"v2/content/b/c"`, `"v3/content/b/c"`, "E042"},
		{"a content path beside the content", `"v2/content/b/c"`, `"v2/inventory.json"`, "E015"},
		{"a content path twice", `"v2/content/b/c"`, `"v1/content/a"`, "E101"},
		{"a content path below another", `"v2/content/b/c"`, `"v1/content/a/c"`, "E101"},
		{"a digest that no version uses", `, "BBBB": ["b/c"]}`, `}`, "E107"},
		{"a digest that the manifest has not", `"BBBB": ["b/c"]`, `"CCCC": ["b/c"]`, "E050"},
		{"a logical path that climbs", `["b/c"]`, `["../c"]`, "E052"},
		{"an empty element in a logical path", `["b/c"]`, `["b//c"]`, "E052"},
		{"an absolute logical path", `["b/c"]`, `["/b/c"]`, "E053"},
		{"a logical path twice", `["b/c"]`, `["a"]`, "E095"},
		{"a logical path below another", `["b/c"]`, `["a/c"]`, "E095"},
		{"logical paths that are none", `["b/c"]`, `[1]`, "E051"},
		{"a content directory with a slash", `"head"`, `"contentDirectory": "a/b", "head"`, "E017"},
		{"a content directory that climbs", `"head"`, `"contentDirectory": "..", "head"`, "E018"},
		{"no version", `"versions": {`, `"versions": {}, "extra": {`, "E008"},
		{"versions that are a list", `"versions": {`, `"versions": [], "extra": {`, "E044"},
		{"a version that is a list", `"v1": {`, `"v1": [], "extra": {`, "E047"},
		{"a gap", `"v1": {`, `"v3": {`, "E009"},
		{"a name that is none", `"v1": {`, `"one": {`, "E104"},
		{"a name with padding", `"v1": {`, `"v01": {`, "E011"},
		{"no state", `"state": {"AAAA": ["a"]}}`, `"extra": {}}`, "E048"},
		{"no time", `"created": "2026-11-23T12:00:00Z", `, ``, "E048"},
		{"a time without its zone", `2026-11-23T12:00:00Z`, `2026-11-23T12:00:00`, "E049"},
		{"a time without seconds", `2026-11-23T12:00:00Z`, `2026-11-23T12:00Z`, "E049"},
		{"a message that is a list", `"message": "m"`, `"message": []`, "E094"},
		{"no message", `"message": "m", `, ``, "W007"},
		{"no user", `"user": {"name": "n", "address": "mailto:a@b"}, `, ``, "W007"},
		{"a user without a name", `"name": "n", `, ``, "E054"},
		{"a user without an address", `, "address": "mailto:a@b"`, ``, "W008"},
		{"an address that is no URI", `mailto:a@b`, `a@b`, "W009"},
		{"fixity that is a list", `"fixity": {"md5": {"d41d8cd98f00b204e9800998ecf8427e": ["v1/content/a"]}}`, `"fixity": []`, "E111"},
		{"fixity of a path that is not there", `["v1/content/a"]}}`, `["v1/content/z"]}}`, "E057"},
		{"fixity that climbs", `["v1/content/a"]}}`, `["v1/content/../a"]}}`, "E099"},
	} {
		text := inventoryText(c.old, c.new)
		if bytes.Equal(text, inventoryText()) {
			t.Errorf("%s: the row changes nothing", c.what)
		}
		if _, found := parse(text, "x"); !slices.Contains(codes(found), c.code) {
			t.Errorf("%s: no %s in %v", c.what, c.code, found)
		}
	}
}

func TestSidecar(t *testing.T) {
	data := []byte("{}")
	sum := sha512.Sum512(data)
	digest := hex.EncodeToString(sum[:])
	for text, code := range map[string]string{
		digest + " inventory.json\n":                   "",
		digest + "\tinventory.json":                    "",
		strings.ToUpper(digest) + "  inventory.json\n": "",
		strings.Repeat("a", 128) + " inventory.json\n": "E060",
		digest + "\n":            "E061",
		digest + " other.json\n": "E061",
		"":                       "E061",
		digest + " inventory.json\n" + digest + " inventory.json\n": "E061",
	} {
		got := ""
		if p := checkSidecar([]byte(text), data, "sha512"); p != nil {
			got = p.Code
		}
		if got != code {
			t.Errorf("%q: %s, want %s", text, got, code)
		}
	}
}

// object puts the sample object, with real digests, into a bucket, for what lies around an inventory.
func object(t *testing.T) *storage.Bucket {
	t.Helper()
	b := storage.NewBucket(memstore.New())
	a, c := sha512.Sum512(nil), sha512.Sum512([]byte("c"))
	text := strings.NewReplacer("AAAA", hex.EncodeToString(a[:]), "BBBB", hex.EncodeToString(c[:])).Replace(sample)
	var first struct {
		Versions map[string]json.RawMessage `json:"versions"`
	}
	if err := json.Unmarshal([]byte(text), &first); err != nil {
		t.Fatal(err)
	}
	old := `{"id": "urn:example:1", "type": "https://ocfl.io/1.1/spec/#inventory", "digestAlgorithm": "sha512", "head": "v1",
		"manifest": {"` + hex.EncodeToString(a[:]) + `": ["v1/content/a"]}, "versions": {"v1": ` + string(first.Versions["v1"]) + `}}`
	for name, text := range map[string]string{
		"0=ocfl_object_1.1": "ocfl_object_1.1\n", "v1/content/a": "", "v2/content/b/c": "c",
		"inventory.json": text, "v2/inventory.json": text, "v1/inventory.json": old,
	} {
		set(t, b, name, text)
		if strings.HasSuffix(name, ".json") {
			sum := sha512.Sum512([]byte(text))
			set(t, b, name+".sha512", string(sidecar(hex.EncodeToString(sum[:]))))
		}
	}
	return b
}

func set(t *testing.T, b *storage.Bucket, name, text string) {
	t.Helper()
	if _, err := b.Put(t.Context(), storage.Key("object/"+name), strings.NewReader(text), int64(len(text)), storage.PutOptions{}); err != nil {
		t.Fatal(err)
	}
}

func TestBadObjects(t *testing.T) {
	if found := validateAt(t, object(t), "object"); len(found) > 0 {
		t.Fatalf("the sample: %v", found)
	}
	for _, c := range []struct {
		what string
		code string
		set  map[string]string // "-" deletes
	}{
		{"no declaration", "E003", map[string]string{"0=ocfl_object_1.1": "-"}},
		{"two declarations", "E003", map[string]string{"0=ocfl_object_1.0": "ocfl_object_1.0\n"}},
		{"a declaration of the future", "E004", map[string]string{"0=ocfl_object_1.1": "-", "0=ocfl_object_9.9": "ocfl_object_9.9\n"}},
		{"a declaration of something else", "E006", map[string]string{"0=ocfl_object_1.1": "-", "0=bagit_1.0": "x"}},
		{"a declaration that says something else", "E007", map[string]string{"0=ocfl_object_1.1": "ocfl_object_1.1"}},
		{"a declaration older than the inventory", "E038", map[string]string{"0=ocfl_object_1.1": "-", "0=ocfl_object_1.0": "ocfl_object_1.0\n"}},
		{"a file at the top", "E001", map[string]string{"x": "x"}},
		{"a folder at the top", "E001", map[string]string{"x/y": "x"}},
		{"a version that is not known", "E046", map[string]string{"v3/content/x": "x"}},
		{"a file among the extensions", "E067", map[string]string{"extensions/x": "x"}},
		{"an extension that is not registered", "W013", map[string]string{"extensions/x/y": "x"}},
		{"no root inventory", "E063", map[string]string{"inventory.json": "-"}},
		{"no root sidecar", "E058", map[string]string{"inventory.json.sha512": "-"}},
		{"a wrong root sidecar", "E060", map[string]string{"inventory.json.sha512": strings.Repeat("a", 128) + " inventory.json\n"}},
		{"a malformed root sidecar", "E061", map[string]string{"inventory.json.sha512": "x"}},
		{"no sidecar in a version", "E058", map[string]string{"v1/inventory.json.sha512": "-"}},
		{"no sidecar in the newest version", "E058", map[string]string{"v2/inventory.json.sha512": "-"}},
		{"a wrong sidecar in the newest version", "E060", map[string]string{"v2/inventory.json.sha512": strings.Repeat("a", 128) + " inventory.json\n"}},
		{"another inventory in the newest version", "E064", map[string]string{"v2/inventory.json": "{}"}},
		{"no inventory in a version", "W010", map[string]string{"v1/inventory.json": "-", "v1/inventory.json.sha512": "-"}},
		{"a file beside the inventory", "E015", map[string]string{"v1/x": "x"}},
		{"a folder beside the content", "W002", map[string]string{"v1/x/y": "x"}},
		{"content that is not known", "E023", map[string]string{"v1/content/x": "x"}},
		{"content that is missing", "E092", map[string]string{"v2/content/b/c": "-"}},
		{"content that has changed", "E092", map[string]string{"v2/content/b/c": "d"}},
		{"content that has changed, by its second digest", "E093", map[string]string{"v1/content/a": "d"}},
	} {
		b := object(t)
		for name, text := range c.set {
			if text != "-" {
				set(t, b, name, text)
			} else if err := b.Delete(t.Context(), storage.Key("object/"+name)); err != nil {
				t.Fatal(err)
			}
		}
		if found := validateAt(t, b, "object"); !slices.Contains(codes(found), c.code) {
			t.Errorf("%s: no %s in %v", c.what, c.code, found)
		}
	}
}

// FuzzInventory feeds the reader of foreign inventories. What it takes without an error must be safe to act on and must say the
// same when written and read again.
func FuzzInventory(f *testing.F) {
	f.Add(inventoryText())
	f.Add(inventoryText(`"head"`, `"contentDirectory": "x", "head"`))
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"versions": {"v1": {"state": {"": ["../x"]}}}, "manifest": {"": ["/"]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		inv, found := parse(data, "x")
		if inv == nil || Invalid(found) {
			return
		}
		for content := range inv.contentPaths() {
			for element := range strings.SplitSeq(content, "/") {
				if element == "" || element == "." || element == ".." {
					t.Fatalf("content path %q", content)
				}
			}
			if version, _, _ := strings.Cut(content, "/"); versionNumber(version) < 1 || versionNumber(version) > inv.HeadNumber() {
				t.Fatalf("content path %q of no version", content)
			}
		}
		for name := range inv.Versions {
			for _, file := range inv.FilesOf(name) {
				if file.Content == "" || checkLogical(file.Logical) != nil {
					t.Fatalf("file %+v", file)
				}
			}
		}
		again, err := encode(inv)
		if err != nil {
			t.Fatal(err)
		}
		second, problems := parse(again, "x")
		if second == nil || Invalid(problems) {
			t.Fatalf("written and read again: %v\n%s", problems, again)
		}
		if !maps.EqualFunc(inv.Manifest, second.Manifest, slices.Equal[[]string]) || second.Head != inv.Head || second.ID != inv.ID {
			t.Fatalf("written and read again, it says something else:\n%s", again)
		}
	})
}

// FuzzSafePath: different logical paths never meet, and every content path is a valid key.
func FuzzSafePath(f *testing.F) {
	for _, s := range []string{"a", "Bến trăng.mp4", "%2F", "..", " x ", "a/b", "x__XLDIR__", "x__XLDIR_%5F"} {
		f.Add(s, s+"_")
	}
	f.Fuzz(func(t *testing.T, one, two string) {
		if checkLogical(one) != nil || checkLogical(two) != nil {
			return
		}
		a, okA := safePath(one)
		b, okB := safePath(two)
		if okA && okB && (a == b) != (one == two) {
			t.Fatalf("%q and %q are both %q", one, two, a)
		}
		if okA && len(a) < 900 && storage.Key("v1/content/"+a).Validate() != nil {
			t.Fatalf("%q becomes %q, which is no key", one, a)
		}
		if storage.Key("v1/content/"+hashedPath(one)).Validate() != nil {
			t.Fatalf("%q becomes %q, which is no key", one, hashedPath(one))
		}
	})
}
