package preserve

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"vannghe/internal/archive"
)

// format is the version of the documents below, under the key "vannghe" of each. It grows only when an old reader would
// misunderstand a new document; adding a key is no reason.
const format = 1

// documentName is the name under which an object holds its document.
const documentName = "metadata.json"

// Document is what metadata.json of an object of the archive of record says: exactly one of the pointers is set. From these
// documents and the content beside them the whole catalogue can be made again, except what the program makes itself
// (derivatives, parts that nobody edited, jobs, the index) and what is no business of the archive (accounts).
//
// The types are not those of internal/archive: these names are read in decades, those may change tomorrow.
type Document struct {
	Vannghe    int                        `json:"vannghe"`
	Work       *WorkRecord                `json:"work,omitempty"`
	Agent      *AgentRecord               `json:"agent,omitempty"`
	Collection *CollectionRecord          `json:"collection,omitempty"`
	Genres     []GenreRecord              `json:"genres,omitempty"`
	Settings   map[string]json.RawMessage `json:"settings,omitempty"`
	Case       *CaseRecord                `json:"case,omitempty"`
	Rates      []RateRecord               `json:"rates,omitzero"`
	Sheet      *SheetRecord               `json:"sheet,omitempty"`
	Member     *MemberRecord              `json:"member,omitempty"`
	Deeds      []DeedRecord               `json:"deeds,omitzero"`
}

// WorkRecord is a work with all that is known about it.
type WorkRecord struct {
	ID               archive.WorkID         `json:"id"`
	Version          int64                  `json:"version"` // of the catalogue's record that this is
	Key              string                 `json:"key,omitempty"`
	Genre            archive.GenreID        `json:"genre"`
	Title            string                 `json:"title"`
	TitleGuessed     bool                   `json:"title_guessed,omitempty"` // made of a file's name
	Titles           []string               `json:"titles,omitempty"`
	Description      string                 `json:"description,omitempty"`
	Language         string                 `json:"language,omitempty"` // BCP 47
	Date             archive.Date           `json:"date,omitempty"`     // EDTF
	Credits          []CreditRecord         `json:"credits,omitempty"`
	Rights           RightsRecord           `json:"rights"`
	Audience         archive.Audience       `json:"audience"`
	State            archive.State          `json:"state"`
	PublishWhenReady bool                   `json:"publish_when_ready,omitempty"`
	WithdrawnReason  string                 `json:"withdrawn_reason,omitempty"`
	MergedInto       archive.WorkID         `json:"merged_into,omitempty"` // the work that this one turned out to be: its originals lie there as well
	Merged           []MergedRecord         `json:"merged,omitempty"`      // works that were merged into this one
	PublicFrom       time.Time              `json:"public_from,omitzero"`
	PublicUntil      time.Time              `json:"public_until,omitzero"`
	Paper            PaperRecord            `json:"paper,omitzero"`
	Notice           NoticeRecord           `json:"notice,omitzero"`
	Poster           archive.FileID         `json:"poster,omitempty"`
	PosterAt         float64                `json:"poster_at,omitempty"`       // seconds of the film
	PosterAttached   bool                   `json:"poster_attached,omitempty"` // the picture that lies in its file
	SourceURL        string                 `json:"source_url,omitempty"`
	Created          time.Time              `json:"created"`
	Updated          time.Time              `json:"updated"`
	Published        time.Time              `json:"published,omitzero"`
	Representations  []RepresentationRecord `json:"representations,omitempty"`
	Relations        []RelationRecord       `json:"relations,omitempty"`
	Collections      []archive.CollectionID `json:"collections,omitempty"`
	Events           []archive.Event        `json:"events,omitempty"` // the chain as far as it went when this was written
	Comments         []CommentRecord        `json:"comments,omitempty"`
	Purge            *PurgeRecord           `json:"purge,omitempty"`
}

// PurgeRecord is the destruction of the work's bytes, as far as it has come.
type PurgeRecord struct {
	Cause         archive.PurgeCause `json:"cause"`
	Reason        string             `json:"reason"`
	Proposed      time.Time          `json:"proposed"`
	ProposedBy    archive.AccountID  `json:"proposed_by,omitempty"`
	ProposedName  string             `json:"proposed_name,omitempty"`
	Confirmed     time.Time          `json:"confirmed,omitzero"`
	ConfirmedBy   archive.AccountID  `json:"confirmed_by,omitempty"`
	ConfirmedName string             `json:"confirmed_name,omitempty"`
	Done          time.Time          `json:"done,omitzero"`
	Seen          string             `json:"seen,omitempty"` // names what the proposer saw of the work
}

// CommentRecord is what somebody wrote about the work or a spot of it while it was decided about.
type CommentRecord struct {
	ID      archive.CommentID `json:"id"`
	File    archive.FileID    `json:"file,omitempty"`
	Locator string            `json:"locator,omitempty"`
	Text    string            `json:"text"`
	Account archive.AccountID `json:"account,omitempty"`
	Name    string            `json:"name"`
	Time    time.Time         `json:"time"`
	Done    time.Time         `json:"done,omitzero"`
}

// CaseRecord is a reader's remark or complaint. Who wrote it and how to reach them is not here: what is once in the archive of
// record cannot be taken out again, and the law may ask for that.
type CaseRecord struct {
	ID          archive.CaseID   `json:"id"`
	Work        archive.WorkID   `json:"work"`
	Kind        archive.CaseKind `json:"kind"`
	Text        string           `json:"text"`
	Received    time.Time        `json:"received"`
	Due         time.Time        `json:"due"`
	Authority   string           `json:"authority,omitempty"`
	OrderNumber string           `json:"order_number,omitempty"`
	OrderDate   archive.Date     `json:"order_date,omitempty"`
	Outcome     string           `json:"outcome,omitempty"`
	Closed      time.Time        `json:"closed,omitzero"`
	ClosedBy    string           `json:"closed_by,omitempty"`
}

// MergedRecord is what still leads to a work from one that was merged into it; that one's events and former versions are in its own object.
type MergedRecord struct {
	ID        archive.WorkID `json:"id"`
	Title     string         `json:"title"`
	Key       string         `json:"key,omitempty"`
	SourceURL string         `json:"source_url,omitempty"`
}

// CreditRecord names the agent as well, so that the record can be read without the others.
type CreditRecord struct {
	Agent   archive.AgentID `json:"agent"`
	Name    string          `json:"name"`
	Relator archive.Relator `json:"relator"`
}

// RightsRecord is what may be done with a work, and on whose word.
type RightsRecord struct {
	Statement      string    `json:"statement,omitempty"`
	Holder         string    `json:"holder,omitempty"`
	Evidence       string    `json:"evidence,omitempty"`
	LicenceUntil   time.Time `json:"licence_until,omitzero"`
	CopyrightUntil time.Time `json:"copyright_until,omitzero"`
}

// PaperRecord is the form of an official document or the place of a piece in a magazine.
type PaperRecord struct {
	Number     string `json:"number,omitempty"`
	Issuer     string `json:"issuer,omitempty"`
	Signer     string `json:"signer,omitempty"`
	Recipients string `json:"recipients,omitempty"`
	Issue      string `json:"issue,omitempty"`
	Page       string `json:"page,omitempty"`
}

// NoticeRecord is what an announcement is about.
type NoticeRecord struct {
	Group string       `json:"group,omitempty"`
	Event string       `json:"event,omitempty"`
	Place string       `json:"place,omitempty"`
	From  archive.Date `json:"from,omitempty"`
	To    archive.Date `json:"to,omitempty"`
}

// RepresentationRecord is one form of the work with its originals.
type RepresentationRecord struct {
	ID       archive.RepresentationID   `json:"id"`
	Kind     archive.RepresentationKind `json:"kind"`
	Medium   archive.Medium             `json:"medium"`
	Label    string                     `json:"label,omitempty"`
	Date     archive.Date               `json:"date,omitempty"`
	Credits  []CreditRecord             `json:"credits,omitempty"`
	Position int                        `json:"position"`
	Files    []FileRecord               `json:"files,omitempty"`
}

// FileRecord is an original. Its bytes are the content of the object under Content, unless it was purged.
type FileRecord struct {
	ID       archive.FileID    `json:"id"`
	Name     string            `json:"name"` // as given, byte for byte
	Path     string            `json:"path,omitempty"`
	Content  string            `json:"content,omitempty"` // logical path in the object, "" when purged
	SHA512   archive.Digest    `json:"sha512"`
	SHA256   string            `json:"sha256"`
	Bytes    int64             `json:"bytes"`
	Type     string            `json:"type"`
	Format   string            `json:"format"`
	Position int               `json:"position"`
	Added    time.Time         `json:"added"`
	Problem  archive.Reason    `json:"problem,omitempty"`
	Duration float64           `json:"duration,omitempty"` // seconds
	Width    int               `json:"width,omitempty"`
	Height   int               `json:"height,omitempty"`
	Pages    int               `json:"pages,omitempty"`
	Tags     map[string]string `json:"tags,omitempty"`
	Parts    []PartRecord      `json:"parts,omitempty"` // only those that a person edited: the others are made of the file
}

// PartRecord is a searchable piece of a file as a person left it.
type PartRecord struct {
	Ordinal  int       `json:"ordinal"` // within the work
	Kind     string    `json:"kind"`
	Locator  string    `json:"locator"`
	Label    string    `json:"label,omitempty"`
	Text     string    `json:"text"`
	Language string    `json:"language,omitempty"`
	EditedBy string    `json:"edited_by"`
	Edited   time.Time `json:"edited,omitzero"`
}

// RelationRecord links to another work.
type RelationRecord struct {
	Type   archive.RelationType `json:"type"`
	Target archive.WorkID       `json:"target"`
}

// AgentRecord is a person or an organisation.
type AgentRecord struct {
	ID           archive.AgentID `json:"id"`
	Organisation bool            `json:"organisation,omitempty"`
	Names        []NameRecord    `json:"names"`
	Born         archive.Date    `json:"born,omitempty"`
	Died         archive.Date    `json:"died,omitempty"`
	Chapter      string          `json:"chapter,omitempty"`
	Biography    string          `json:"biography,omitempty"`
	Predecessor  archive.AgentID `json:"predecessor,omitempty"`
	Successor    archive.AgentID `json:"successor,omitempty"`
	MergedInto   archive.AgentID `json:"merged_into,omitempty"`
}

// NameRecord is a name with the time it was used.
type NameRecord struct {
	Name string           `json:"name"`
	Kind archive.NameKind `json:"kind"`
	From archive.Date     `json:"from,omitempty"`
	To   archive.Date     `json:"to,omitempty"`
}

// CollectionRecord is a collection with its works in their order.
type CollectionRecord struct {
	ID          archive.CollectionID `json:"id"`
	Parent      archive.CollectionID `json:"parent,omitempty"`
	Title       string               `json:"title"`
	Description string               `json:"description,omitempty"`
	Closes      time.Time            `json:"closes,omitzero"`
	Works       []archive.WorkID     `json:"works,omitempty"`   // in their order
	Removed     bool                 `json:"removed,omitempty"` // there is none any more; what it was is in former versions
}

// GenreRecord is one of the association's genres.
type GenreRecord struct {
	ID      archive.GenreID `json:"id"`
	Name    string          `json:"name"`
	English string          `json:"english"`
	Group   string          `json:"group"`
	Order   int             `json:"order"`
}

// Encode writes a document. The same document gives the same bytes, whichever machine and database it comes from.
func Encode(d Document) ([]byte, error) {
	d.Vannghe = format
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // people read it
	e.SetIndent("", " ")
	if err := e.Encode(d); err != nil {
		return nil, fmt.Errorf("encode a record: %w", err)
	}
	return b.Bytes(), nil
}

// Decode reads a document. Keys that it does not know are passed over. The error is Invalid "record-unreadable", or
// "record-too-new" with the version when a later program wrote it.
func Decode(b []byte) (Document, error) {
	var head struct {
		Vannghe int `json:"vannghe"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return Document{}, archive.Fail(archive.Invalid, "record-unreadable").Because(err)
	}
	if head.Vannghe > format {
		return Document{}, archive.Fail(archive.Invalid, "record-too-new", head.Vannghe)
	}
	var d Document
	if err := json.Unmarshal(b, &d); err != nil {
		return Document{}, archive.Fail(archive.Invalid, "record-unreadable").Because(err)
	}
	if head.Vannghe < 1 || d.subjects() != 1 {
		return Document{}, archive.Fail(archive.Invalid, "record-unreadable")
	}
	return d, nil
}

func (d *Document) subjects() int {
	n := 0
	for _, there := range []bool{d.Work != nil, d.Agent != nil, d.Collection != nil, d.Genres != nil, d.Settings != nil, d.Case != nil,
		d.Rates != nil, d.Sheet != nil, d.Member != nil, d.Deeds != nil} {
		if there {
			n++
		}
	}
	return n
}
