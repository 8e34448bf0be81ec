package ocfl

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"time"
)

// parser turns JSON into an Inventory, naming the code of each thing that is not as it must be.
type parser struct {
	inv *Inventory
	problems
}

type rawObject = map[string]json.RawMessage

// read decodes the structure (§3.5.1) and reports whether it is an inventory at all.
func (p *parser) read(data []byte) bool {
	var top rawObject
	if err := json.Unmarshal(data, &top); err != nil || top == nil {
		p.add("E033", "not a JSON object")
		return false
	}
	if key, twice := duplicateKey(data); twice {
		p.add("E033", "the key "+key+" occurs twice in one object")
		return false
	}
	p.unknownKeys(top, "", "id", "type", "digestAlgorithm", "head", "contentDirectory", "manifest", "versions", "fixity")
	p.text(top, "id", "E036", "E037", &p.inv.ID)
	p.text(top, "type", "E036", "E038", &p.inv.Type)
	p.text(top, "digestAlgorithm", "E036", "E025", &p.inv.DigestAlgorithm)
	p.text(top, "head", "E036", "E040", &p.inv.Head)
	if _, ok := top["contentDirectory"]; ok {
		p.text(top, "contentDirectory", "", "E017", &p.inv.ContentDirectory)
		p.checkContentDirectory()
	}
	p.inv.Manifest = p.digests(top, "manifest", "E041", "E106", "E092")
	p.readVersions(top)
	p.readFixity(top)
	return true
}

// text reads a string; missing and wrong are the codes when it is not there and when it is not a string with something in it.
func (p *parser) text(o rawObject, key, missing, wrong string, into *string) {
	raw, ok := o[key]
	if !ok {
		p.add(missing, "no "+key)
		return
	}
	if json.Unmarshal(raw, into) != nil || *into == "" || isNull(raw) {
		p.add(wrong, key+" is not a string with something in it")
	}
}

func isNull(raw json.RawMessage) bool { return string(bytes.TrimSpace(raw)) == "null" }

func (p *parser) unknownKeys(o rawObject, where string, known ...string) {
	for _, key := range slices.Sorted(maps.Keys(o)) {
		if !slices.Contains(known, key) {
			p.add("E102", where+"unknown key "+key)
		}
	}
}

// digests reads an object of digest → paths.
func (p *parser) digests(o rawObject, key, missing, wrong, wrongPaths string) map[string][]string {
	raw, ok := o[key]
	if !ok {
		p.add(missing, "no "+key)
		return nil
	}
	var blocks rawObject
	if json.Unmarshal(raw, &blocks) != nil || blocks == nil {
		p.add(wrong, key+" is not an object")
		return nil
	}
	out := make(map[string][]string, len(blocks))
	for digest, raw := range blocks {
		var paths []*string
		if json.Unmarshal(raw, &paths) != nil || len(paths) == 0 || slices.Contains(paths, nil) {
			p.add(wrongPaths, key+" has something else than a list of paths for "+digest)
			continue
		}
		for _, path := range paths {
			out[digest] = append(out[digest], *path)
		}
	}
	return out
}

func (p *parser) readVersions(top rawObject) {
	raw, ok := top["versions"]
	if !ok {
		p.add("E043", "no versions")
		return
	}
	var blocks rawObject
	if json.Unmarshal(raw, &blocks) != nil || blocks == nil {
		p.add("E044", "versions is not an object")
		return
	}
	p.inv.Versions = make(map[string]Version, len(blocks))
	for _, name := range slices.Sorted(maps.Keys(blocks)) {
		var block rawObject
		if json.Unmarshal(blocks[name], &block) != nil || block == nil {
			p.add("E047", name+" is not an object")
			continue
		}
		p.inv.Versions[name] = p.readVersion(name, block)
	}
}

func (p *parser) readVersion(name string, block rawObject) Version {
	var v Version
	p.unknownKeys(block, name+": ", "created", "state", "message", "user")
	p.readCreated(name, block, &v)
	v.State = p.digests(block, "state", "E048", "E050", "E051")
	if raw, ok := block["message"]; !ok {
		p.add("W007", name+" has no message")
	} else if json.Unmarshal(raw, &v.Message) != nil || isNull(raw) {
		p.add("E094", name+": message is not a string")
	}
	raw, ok := block["user"]
	if !ok {
		p.add("W007", name+" has no user")
		return v
	}
	p.readUser(name, raw, &v)
	return v
}

func (p *parser) readCreated(name string, block rawObject, v *Version) {
	raw, ok := block["created"]
	if !ok {
		p.add("E048", name+" has no created")
		return
	}
	var text string
	if json.Unmarshal(raw, &text) != nil {
		p.add("E049", name+": created is not a string")
		return
	}
	created, err := time.Parse(time.RFC3339, text)
	if err != nil {
		p.add("E049", name+": created is not a time of RFC 3339")
		return
	}
	v.Created = created
}

func (p *parser) readUser(name string, raw json.RawMessage, v *Version) {
	var block rawObject
	if json.Unmarshal(raw, &block) != nil || block == nil {
		p.add("E054", name+": user is not an object")
		return
	}
	v.User = &User{}
	p.unknownKeys(block, name+": user: ", "name", "address")
	p.text(block, "name", "E054", "E054", &v.User.Name)
	if _, ok := block["address"]; !ok {
		p.add("W008", name+": the user has no address")
		return
	}
	p.text(block, "address", "W008", "W009", &v.User.Address)
	if v.User.Address != "" && !isURI(v.User.Address) {
		p.add("W009", name+": the user's address is not a URI")
	}
}

func (p *parser) readFixity(top rawObject) {
	raw, ok := top["fixity"]
	if !ok {
		return
	}
	var blocks rawObject
	if json.Unmarshal(raw, &blocks) != nil || blocks == nil {
		p.add("E111", "fixity is not an object")
		return
	}
	p.inv.Fixity = make(map[string]map[string][]string, len(blocks))
	for _, algorithm := range slices.Sorted(maps.Keys(blocks)) {
		if paths := p.digests(blocks, algorithm, "E057", "E057", "E057"); paths != nil {
			p.inv.Fixity[algorithm] = paths
		}
	}
}

// duplicateKey finds a key that occurs twice in one object: which of the two counts is every reader's own choice, so that two
// readers could see two different objects. data is valid JSON.
func duplicateKey(data []byte) (string, bool) {
	type level struct {
		keys  map[string]bool // nil in an array
		value bool            // the next token of an object is a value
	}
	var stack []level
	d := json.NewDecoder(bytes.NewReader(data))
	for {
		token, err := d.Token()
		if err == io.EOF || err != nil {
			return "", false
		}
		if delim, ok := token.(json.Delim); ok && (delim == '}' || delim == ']') {
			stack = stack[:len(stack)-1]
			continue
		}
		if n := len(stack); n > 0 && stack[n-1].keys != nil {
			top := &stack[n-1]
			if key, ok := token.(string); ok && !top.value {
				if top.keys[key] {
					return key, true
				}
				top.keys[key], top.value = true, true
				continue
			}
			top.value = false
		}
		if delim, ok := token.(json.Delim); ok {
			l := level{}
			if delim == '{' {
				l.keys = make(map[string]bool)
			}
			stack = append(stack, l)
		}
	}
}
