package archive

import "time"

// Medium is what a representation is made of; it decides how it is played or read.
type Medium string

// The media. A work's primary medium is that of its first representation.
const (
	Video Medium = "video"
	Audio Medium = "audio"
	Image Medium = "image"
	Text  Medium = "text"
	Paged Medium = "paged" // a PDF or a sequence of page pictures
	Other Medium = "other" // kept, but nothing here plays or reads it
)

// Media lists every medium in the order in which pages show them.
func Media() []Medium { return []Medium{Video, Audio, Image, Text, Paged, Other} }

// Audience is who may see a published work.
type Audience string

// The audiences.
const (
	AudiencePublic  Audience = "public"  // everybody
	AudienceMembers Audience = "members" // any signed-in account
	AudienceStaff   Audience = "staff"   // archivists, editors, administrators
)

// Work is the unit of the archive. All times are UTC to the microsecond; the zero time means "not set".
type Work struct {
	ID    WorkID
	Key   string // stable key given by an import manifest, unique when not empty
	Genre GenreID
	Title string // one line, NFC, never empty
	// TitleGuessed says that nobody has given the title: it is made of a file's name, and gives way to what the file itself says.
	TitleGuessed bool
	Titles       []string // other titles, in order

	Description string
	Language    string // BCP 47, such as "vi"
	Date        Date
	Credits     []Credit // in the order given
	Rights      Rights
	Audience    Audience
	State       State
	PublicFrom  time.Time // hidden before
	PublicUntil time.Time // hidden from then on

	Paper  Paper  // what an official document or a magazine piece carries
	Notice Notice // what an announcement is about
	Poster FileID // the original that somebody chose as the picture of the work; "": what is made of the others
	// PosterAt is which picture of a film that is: that of an instant, or PosterAttached. 0 for an original that is a picture.
	PosterAt  time.Duration
	SourceURL string // the old address, which answers 301 here

	// PublishWhenReady marks an approved work that publishes itself once everything derived from it is settled.
	PublishWhenReady bool
	WithdrawnReason  string // shown on the tombstone
	// MergedInto is the work that this one turned out to be, "" for none. Nobody sees it any more, what leads to it leads there.
	MergedInto WorkID

	Created   time.Time
	Updated   time.Time
	Published time.Time // the first time it became published

	Version   int64 // grows by one with each recorded change; for optimistic locking
	Preserved int64 // the Version that the newest OCFL version holds; less than Version while one is owed

	Representations []Representation
	Relations       []Relation
	Collections     []CollectionID
}

// PosterAttached is, as Work.PosterAt, the picture that lies in the file beside the film.
const PosterAttached time.Duration = -time.Microsecond

// PosterOf returns which picture of a film somebody chose as the picture of the work, and whether anybody did.
func (w *Work) PosterOf(film FileID) (at time.Duration, chosen bool) {
	return w.PosterAt, w.Poster != "" && w.Poster == film
}

// Primary returns the medium of the first representation, Other when there is none.
func (w *Work) Primary() Medium {
	if len(w.Representations) == 0 {
		return Other
	}
	return w.Representations[0].Medium
}

// Paper is the form of an official document, or the place of a piece in a magazine.
type Paper struct {
	Number     string // number and symbol as printed, such as "465/KH-VHNT"
	Issuer     string
	Signer     string
	Recipients string
	Issue      string // the magazine's issue
	Page       string
}

// Notice is what an announcement is about.
type Notice struct {
	Group string // the kind of announcement, such as exhibitions or calls, as the association sorts them
	Event string
	Place string
	From  Date
	To    Date
}

// Representation is one form in which a work exists: a text, a recording, a reading, a scan.
type Representation struct {
	ID       RepresentationID
	Kind     RepresentationKind
	Medium   Medium
	Label    string // shown when a work has several
	Date     Date
	Credits  []Credit
	Position int // order within the work, from 0
	Files    []File
}

// RepresentationKind says what relation the form has to the work.
type RepresentationKind string

// The kinds of representation.
const (
	KindText        RepresentationKind = "text"
	KindRecording   RepresentationKind = "recording"
	KindReading     RepresentationKind = "reading"
	KindPerformance RepresentationKind = "performance"
	KindScore       RepresentationKind = "score"
	KindScan        RepresentationKind = "scan"
	KindPicture     RepresentationKind = "picture"
)

// FileState is where an original stands on its way into the archive of record.
type FileState string

// The states of a file.
const (
	FileStaged   FileState = "staged"   // its bytes lie under staging/
	FileArchived FileState = "archived" // its bytes lie in the work's OCFL object
	FilePurged   FileState = "purged"   // its bytes were destroyed; digest and events stay
)

// File is an original: bytes as given, never changed.
type File struct {
	ID             FileID
	Work           WorkID
	Representation RepresentationID
	Name           string // as given, without folders, byte for byte
	Path           string // normalised path inside the imported folder, "/" separated; "" for an upload
	Digest         Digest // SHA-512
	SHA256         string // 64 lowercase hexadecimal characters
	Size           int64  // bytes
	Type           string // media type by content, such as "video/mp4"; "application/octet-stream" when unknown
	Format         string // short name of the sniffed format, such as "mp4", "jpeg", "pdf", "docx", "text"
	State          FileState
	Key            string // storage key of its bytes: under staging/ or archive/
	Position       int    // order within the representation, from 0
	Added          time.Time

	// Set when the file has been looked into.
	Problem  Reason // why nothing can be made of it; "" when something can
	Duration time.Duration
	Width    int // pixels, upright
	Height   int
	Pages    int
	Tags     map[string]string // embedded tags: title, artist, album, track, date, …
}

// Rights is what may be done with a work and on whose word.
type Rights struct {
	Statement      string // URI of rightsstatements.org or Creative Commons; "" when unknown
	Holder         string
	Evidence       string // of consent
	LicenceUntil   time.Time
	CopyrightUntil time.Time
}

// RelationType says how a work relates to another.
type RelationType string

// The relations, read "this work … the target".
const (
	SetsToMusic   RelationType = "sets-to-music"
	ReadingOf     RelationType = "reading-of"
	PublishedIn   RelationType = "published-in"
	TranslationOf RelationType = "translation-of"
	PartOf        RelationType = "part-of"
)

// Relation links a work to another.
type Relation struct {
	Type   RelationType
	Target WorkID
}

// Collection is works gathered in an order by an editor; nestable.
type Collection struct {
	ID          CollectionID
	Parent      CollectionID // "" at the top
	Title       string
	Description string
	Closes      time.Time // a call accepts submissions until then; zero for an ordinary collection
	Works       int       // how many of its works the reader may see
}

// Genre is one of the association's own kinds of work. Data: an administrator may add one.
type Genre struct {
	ID      GenreID
	Name    string // Vietnamese
	English string
	Group   string // report group: van-xuoi, tho, san-khau, ly-luan, dan-gian, my-thuat, nhiep-anh, am-nhac, mua, phim, tap-chi, van-ban, thong-bao, tin-tuc
	Order   int
	Works   int // how many of its works the reader may see
}

// MadeName is the file in which it is told, beside the derivatives of a work (derived/<work>/), what the catalogue knows of them.
const MadeName = "made.json"

// Derivative is something made from an original by a versioned recipe. Disposable.
type Derivative struct {
	Work    WorkID
	File    FileID
	Recipe  string // such as "hls", "tiles"
	Version int
	State   DerivativeState
	Problem Reason // when failed: why, for a person
	Prefix  string // storage prefix derived/<work>/<digest>/<recipe>-v<n>
	Assets  []Asset
	Made    time.Time
}

// DerivativeState is how far a derivative is.
type DerivativeState string

// The states of a derivative.
const (
	DerivativePending DerivativeState = "pending"
	DerivativeReady   DerivativeState = "ready"
	DerivativeFailed  DerivativeState = "failed"
)

// Asset is one servable file of a derivative.
type Asset struct {
	Kind     string  `json:"kind"` // hls, mp4, audio, image, iiif, text, pdf, page, poster, cover, waveform, captions, …
	Path     string  `json:"path"` // relative to the derivative's prefix
	Type     string  `json:"type"` // media type
	Bytes    int64   `json:"bytes"`
	Width    int     `json:"width,omitempty"`
	Height   int     `json:"height,omitempty"`
	Duration float64 `json:"duration,omitempty"` // seconds
	Page     int     `json:"page,omitempty"`     // from 1, when the asset is a picture of a page
	Language string  `json:"language,omitempty"`
	Words    int     `json:"words,omitempty"` // of a text; in Vietnamese its syllables
	// Loudness is set for a recording ("audio": of what is heard) and for its waveform (of the original).
	Loudness *Loudness `json:"loudness,omitempty"`
}

// Loudness is how loud a recording is, by EBU R 128, and what it was made louder by.
type Loudness struct {
	Integrated float64 `json:"integrated"`     // LUFS; −70 for silence
	TruePeak   float64 `json:"truePeak"`       // dBTP
	Gain       float64 `json:"gain,omitempty"` // dB, that lie between the original and this
	// Shared is the gain that all recordings of the work were given; Gain is less where peaks left no room for it.
	Shared float64 `json:"shared,omitempty"` // dB
}

// PodcastChapters is the media type of chapters as podcast programs read them (Podcasting 2.0, JSON Chapters).
const PodcastChapters = "application/json+chapters"

// Part is a searchable piece of a work with its own address.
type Part struct {
	Work     WorkID
	File     FileID
	Ordinal  int    // order within the work, from 0; with Work it names the part
	Kind     string // page, section, stanza, cue, chapter, detail, lyrics
	Locator  string // fragment or query that leads to the spot: "trang-5", "kho-3", "muc-2", "t=95" (see Spoken)
	Label    string // shown with a hit, such as a section's title; may be empty
	Text     string // NFC
	Language string
	// What a person typed or corrected is content: a recipe that is run again does not replace it.
	EditedBy string    // an account; "" when a program made it
	Edited   time.Time // zero when EditedBy is empty
}
