package preserve

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"time"

	"vannghe/internal/archive"
)

// premis is a PREMIS 3.0 document (loc.gov/standards/premis/v3): the work as an intellectual entity, its originals as files with their digests, every
// event of its chain, and who or what did them. The order of the elements is the schema's.
type premis struct {
	XMLName xml.Name       `xml:"http://www.loc.gov/premis/v3 premis"`
	XSI     string         `xml:"xmlns:xsi,attr"`
	Version string         `xml:"version,attr"`
	Objects []premisObject `xml:"object"`
	Events  []premisEvent  `xml:"event"`
	Agents  []premisAgent  `xml:"agent"`
}

type premisObject struct {
	Type           string                `xml:"xsi:type,attr"`
	Identifier     premisObjectID        `xml:"objectIdentifier"`
	Property       *premisProperty       `xml:"significantProperties"`
	Characteristic *premisCharacteristic `xml:"objectCharacteristics"`
	OriginalName   string                `xml:"originalName,omitempty"`
	Relationship   *premisRelationship   `xml:"relationship"`
}

type premisObjectID struct {
	Type  string `xml:"objectIdentifierType"`
	Value string `xml:"objectIdentifierValue"`
}

type premisProperty struct {
	Type  string `xml:"significantPropertiesType"`
	Value string `xml:"significantPropertiesValue"`
}

type premisCharacteristic struct {
	Fixity []premisFixity `xml:"fixity"`
	Size   int64          `xml:"size"`
	Format premisFormat   `xml:"format>formatDesignation"`
}

type premisFixity struct {
	Algorithm string `xml:"messageDigestAlgorithm"`
	Digest    string `xml:"messageDigest"`
}

type premisFormat struct {
	Name string `xml:"formatName"`
}

type premisRelationship struct {
	Type    string `xml:"relationshipType"`
	SubType string `xml:"relationshipSubType"`
	Related struct {
		Type  string `xml:"relatedObjectIdentifierType"`
		Value string `xml:"relatedObjectIdentifierValue"`
	} `xml:"relatedObjectIdentifier"`
}

type premisEvent struct {
	IDType  string `xml:"eventIdentifier>eventIdentifierType"`
	ID      string `xml:"eventIdentifier>eventIdentifierValue"`
	Type    string `xml:"eventType"`
	Time    string `xml:"eventDateTime"`
	Detail  string `xml:"eventDetailInformation>eventDetail,omitempty"`
	Outcome string `xml:"eventOutcomeInformation>eventOutcome"`
	Note    string `xml:"eventOutcomeInformation>eventOutcomeDetail>eventOutcomeDetailNote"` // the hash by which the chain holds together
	By      struct {
		Type  string `xml:"linkingAgentIdentifierType"`
		Value string `xml:"linkingAgentIdentifierValue"`
	} `xml:"linkingAgentIdentifier"`
	About struct {
		Type  string `xml:"linkingObjectIdentifierType"`
		Value string `xml:"linkingObjectIdentifierValue"`
	} `xml:"linkingObjectIdentifier"`
}

type premisAgent struct {
	IDType string `xml:"agentIdentifier>agentIdentifierType"`
	ID     string `xml:"agentIdentifier>agentIdentifierValue"`
	Name   string `xml:"agentName"`
}

const (
	localID = "local"
	uriID   = "URI"
)

func premisOf(b *bagged) ([]byte, error) {
	doc := premis{XSI: "http://www.w3.org/2001/XMLSchema-instance", Version: "3.0"}
	work := premisObject{Type: "intellectualEntity", Identifier: premisObjectID{uriID, WorkObject(b.work.ID)}, Property: &premisProperty{"title", xmlText(b.work.Title)}}
	doc.Objects = append(doc.Objects, work)
	for _, r := range b.work.Representations {
		for _, f := range r.Files {
			doc.Objects = append(doc.Objects, premisFile(&b.work, &f))
		}
	}
	for _, e := range b.events {
		doc.Events = append(doc.Events, premisEventOf(&b.work, &e))
		agent := premisAgent{IDType: localID, ID: agentID(&e), Name: agentID(&e)}
		if !slices.Contains(doc.Agents, agent) {
			doc.Agents = append(doc.Agents, agent)
		}
	}
	return encodeXML(doc)
}

func premisFile(w *archive.Work, f *archive.File) premisObject {
	o := premisObject{Type: "file", Identifier: premisObjectID{localID, string(f.ID)}, OriginalName: xmlText(f.Name), Relationship: &premisRelationship{Type: "structural", SubType: "is included in"}}
	o.Relationship.Related.Type, o.Relationship.Related.Value = uriID, WorkObject(w.ID)
	o.Characteristic = &premisCharacteristic{Size: f.Size, Format: premisFormat{xmlText(cmp.Or(f.Type, "application/octet-stream"))}, // a format is mandatory
		Fixity: []premisFixity{{"SHA-512", string(f.Digest)}}}
	if f.SHA256 != "" {
		o.Characteristic.Fixity = append(o.Characteristic.Fixity, premisFixity{"SHA-256", f.SHA256})
	}
	return o
}

func premisEventOf(w *archive.Work, e *archive.Event) premisEvent {
	p := premisEvent{IDType: localID, ID: fmt.Sprintf("%s/%d", w.ID, e.Sequence), Type: string(e.Type), Time: e.Time.UTC().Format(time.RFC3339Nano),
		Detail: xmlText(e.Detail), Outcome: string(e.Outcome), Note: "sha256 chain " + e.Hash}
	p.By.Type, p.By.Value = localID, agentID(e)
	p.About.Type, p.About.Value = uriID, WorkObject(w.ID)
	return p
}

func agentID(e *archive.Event) string {
	if e.Agent == "" {
		return "unknown"
	}
	return xmlText(e.Agent)
}

// dublinCore is what is said of the work in the fifteen elements (dublincore.org/documents/dces), in the container of OAI-PMH.
type dublinCore struct {
	XMLName  xml.Name  `xml:"oai_dc:dc"`
	OAI      string    `xml:"xmlns:oai_dc,attr"`
	DC       string    `xml:"xmlns:dc,attr"`
	Elements []element `xml:",any"`
}

type element struct {
	XMLName xml.Name
	Value   string `xml:",chardata"`
}

func dublinCoreOf(b *bagged) ([]byte, error) {
	doc := dublinCore{OAI: "http://www.openarchives.org/OAI/2.0/oai_dc/", DC: "http://purl.org/dc/elements/1.1/"}
	add := func(name, value string) {
		if value != "" {
			doc.Elements = append(doc.Elements, element{xml.Name{Local: "dc:" + name}, xmlText(value)})
		}
	}
	w := &b.work
	add("title", w.Title)
	for _, t := range w.Titles {
		add("title", t)
	}
	for i, c := range w.Credits {
		add(map[bool]string{true: "creator", false: "contributor"}[i == 0 || c.Relator == w.Credits[0].Relator], c.Name)
	}
	add("date", string(w.Date))
	add("description", w.Description)
	add("language", w.Language)
	add("type", string(w.Genre))
	add("identifier", WorkObject(w.ID))
	add("identifier", w.Paper.Number)
	add("source", w.SourceURL)
	add("rights", w.Rights.Statement)
	add("rights", w.Rights.Holder)
	for _, c := range b.collections {
		add("relation", c.Title)
	}
	return encodeXML(doc)
}

// xmlText leaves out what XML 1.0 cannot hold (§2.2).
func xmlText(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r != 0xFFFE && r != 0xFFFF {
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

func encodeXML(doc any) ([]byte, error) {
	text, err := xml.MarshalIndent(doc, "", " ")
	if err != nil {
		return nil, fmt.Errorf("encode XML: %w", err)
	}
	return append([]byte(xml.Header), append(text, '\n')...), nil
}
