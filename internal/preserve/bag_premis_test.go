package preserve

import (
	"bytes"
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"vannghe/internal/archive"
)

// premisRead is what the data dictionary of PREMIS 3.0 makes mandatory, read by other paths than it is written by.
type premisRead struct {
	Objects []struct {
		Category  string   `xml:"http://www.w3.org/2001/XMLSchema-instance type,attr"`
		IDType    string   `xml:"objectIdentifier>objectIdentifierType"`
		ID        string   `xml:"objectIdentifier>objectIdentifierValue"`
		Digests   []string `xml:"objectCharacteristics>fixity>messageDigest"`
		Functions []string `xml:"objectCharacteristics>fixity>messageDigestAlgorithm"`
		Format    string   `xml:"objectCharacteristics>format>formatDesignation>formatName"`
		Within    string   `xml:"relationship>relatedObjectIdentifier>relatedObjectIdentifierValue"`
	} `xml:"http://www.loc.gov/premis/v3 object"`
	Events []struct {
		IDType string   `xml:"eventIdentifier>eventIdentifierType"`
		ID     string   `xml:"eventIdentifier>eventIdentifierValue"`
		Type   string   `xml:"eventType"`
		Time   string   `xml:"eventDateTime"`
		Agents []string `xml:"linkingAgentIdentifier>linkingAgentIdentifierValue"`
		About  []string `xml:"linkingObjectIdentifier>linkingObjectIdentifierValue"`
	} `xml:"http://www.loc.gov/premis/v3 event"`
	Agents []struct {
		IDType string `xml:"agentIdentifier>agentIdentifierType"`
		ID     string `xml:"agentIdentifier>agentIdentifierValue"`
	} `xml:"http://www.loc.gov/premis/v3 agent"`
}

// hard is a work that has everything that is awkward to write down: files of which little is known, events of nobody, texts that XML does not hold.
func hard() *bagged {
	b := &bagged{}
	b.work.ID, b.work.Title = "bqkitfokgiis", "Trăng & <sáng>\x00"
	b.work.Representations = []archive.Representation{
		{Files: []archive.File{
			{ID: "tcswhl6p5kbw", Name: "bài \"hai\".txt", Type: "text/plain", Size: 5, Digest: "cf83", SHA256: "e3b0"},
			{ID: "yukl3txbzftv", Name: "không rõ", Digest: "cf84"},
		}},
		{},
	}
	for i, agent := range []string{"", "tài khoản 1", "server", "tài khoản 1"} {
		b.events = append(b.events, archive.Event{Work: b.work.ID, Sequence: int64(i + 1), Type: archive.EventCreation, Agent: agent, Time: time.Date(2026, 11, 26, 3, 4, 5, 6000, time.UTC), Outcome: "success", Hash: "ab"})
	}
	b.events[1].Detail = "lời & \x0b lẽ"
	return b
}

// TestPremis holds the document against PREMIS 3.0: what is mandatory is there, digests are named as id.loc.gov/vocabulary/preservation/cryptographicHashFunctions names
// them, and what is linked to is there. Where the schema is at hand (schemas/premis of VANNGHE_TESTDATA) xmllint agrees.
func TestPremis(t *testing.T) {
	for name, b := range map[string]*bagged{"hard": hard(), "nothing has happened to it": {work: archive.Work{ID: "bqkitfokgiis", Title: "x"}}} {
		t.Run(name, func(t *testing.T) {
			text, err := premisOf(b)
			if err != nil {
				t.Fatal(err)
			}
			checkPremis(t, text)
			if out := misfit(t, text); out != "" {
				t.Errorf("xmllint: %s\n%s", out, text)
			}
			if spoiled := bytes.ReplaceAll(text, []byte("objectIdentifierType>"), []byte("objectIdentifierKind>")); atHand() && misfit(t, spoiled) == "" {
				t.Error("the check takes an object without the type of its identifier")
			}
		})
	}
}

func checkPremis(t *testing.T, text []byte) {
	t.Helper()
	var p premisRead
	if err := xml.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, o := range p.Objects {
		named[o.ID] = true
		known := slices.Contains([]string{"intellectualEntity", "file"}, o.Category) && o.IDType != "" && o.ID != ""
		if !known || o.Category == "file" && (o.Format == "" || len(o.Digests) == 0 || len(o.Digests) != len(o.Functions)) {
			t.Errorf("an object: %+v", o)
		}
		for i, digest := range o.Digests {
			if digest == "" || !slices.Contains([]string{"SHA-512", "SHA-256"}, o.Functions[i]) {
				t.Errorf("a digest of %s: %q by %q", o.ID, digest, o.Functions[i])
			}
		}
	}
	agents := map[string]bool{}
	for _, a := range p.Agents {
		if a.ID == "" || a.IDType == "" || agents[a.ID] {
			t.Errorf("an agent: %+v", a)
		}
		agents[a.ID] = true
	}
	for _, o := range p.Objects {
		if o.Within != "" && !named[o.Within] {
			t.Errorf("%s is in what is not there: %s", o.ID, o.Within)
		}
	}
	for _, e := range p.Events {
		_, err := time.Parse(time.RFC3339Nano, e.Time)
		if e.IDType == "" || e.ID == "" || e.Type == "" || err != nil || len(e.Agents) != 1 || !agents[e.Agents[0]] || len(e.About) != 1 || !named[e.About[0]] {
			t.Errorf("an event: %+v, %v", e, err)
		}
	}
}

// schemaOfPremis is the PREMIS Editorial Committee's, and no part of this project.
func schemaOfPremis() string {
	return filepath.Join(os.Getenv("VANNGHE_TESTDATA"), "schemas", "premis", "premis-v3-0.xsd")
}

func atHand() bool {
	_, err := os.Stat(schemaOfPremis())
	return err == nil
}

// misfit is what xmllint has against a document; "" also where the schema is not at hand.
func misfit(t *testing.T, text []byte) string {
	t.Helper()
	if !atHand() {
		t.Log("the schema is not at hand")
		return ""
	}
	file := filepath.Join(t.TempDir(), "premis.xml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "xmllint", "--nonet", "--noout", "--schema", schemaOfPremis(), file).CombinedOutput()
	if err == nil {
		return ""
	}
	return string(out) + err.Error()
}
