package ui

import (
	"time"

	"vannghe/internal/archive"
)

// Work is the page of a work. Medium, that of its first representation, decides the page's form.
type Work struct {
	ID          archive.WorkID
	Title       string
	OtherTitles []string
	Language    string // of the work, BCP 47; "" counts as the page's
	Genre       Link
	Medium      archive.Medium
	Credits     []Credit
	Date        archive.Date
	Description []string // paragraphs
	Sections    []Section
	Paper       Paper
	Rights      Rights
	Published   time.Time
	Permalink   string // absolute
	Embed       string // markup that shows the player on another site; "" for none
	Collections []Link
	Relations   []Relation
	Related     []Entry // others that a reader may like
	Letter      string  // where a reader remarks or complains; "" for nowhere
	Bar         *Bar    // for whoever works on the archive; nil for the public
	Quoted      bool    // within another page, which has a first heading already
}

// Credit names someone and what they did. URL leads to their page; "" when they have none.
type Credit struct {
	Name string
	URL  string
	Role archive.Relator
}

// Paper is the form of an official document, or the place of a piece in a magazine. Empty fields are left out.
type Paper struct {
	Number     string
	Issuer     Link
	Signer     string
	Recipients []string // one a line
	Issue      Link
	Page       string
}

// Rights is what may be done with the work. Name is the statement in the reader's language, URL where it is explained.
type Rights struct {
	Name   string
	URL    string
	Holder string
}

// Relation is another work and how this one relates to it. Reverse means that the other relates to this one.
type Relation struct {
	Type    archive.RelationType
	Reverse bool
	Work    Entry
}

// Section is one representation. Label, Date and Credits are shown when the work has several.
type Section struct {
	Anchor  string // id on the page
	Label   string
	Kind    archive.RepresentationKind
	Medium  archive.Medium
	Date    archive.Date
	Credits []Credit
	Items   []Item
}

// Item is one original as a reader meets it. While State is Ready at most one of Video, Audio, Image, Reading, Pages and Words
// is set (none where the words of a recording stand with it); otherwise none.
type Item struct {
	State    ItemState
	Problem  archive.Reason // why an Unreadable one is so, for staff; "" for readers
	Video    *Video
	Audio    *Audio
	Image    *Image
	Reading  *Reading
	Pages    *Pages
	Words    []Script  // what is said in a recording that is not here
	Download *Download // nil when the original may not be taken home
}

// ItemState is how far an original is.
type ItemState string

// The states.
const (
	Ready      ItemState = "ready"
	Preparing  ItemState = "preparing"  // what plays or shows it is being made
	Unreadable ItemState = "unreadable" // kept, but nothing here can play or show it
)

// Download is the original as given.
type Download struct {
	URL    string
	Name   string
	Format string // short, such as "PDF"
	Bytes  int64
}

// Video is a film. At least one of HLS and MP4 is set.
type Video struct {
	File   archive.FileID // tells its links from those of other recordings
	HLS    string         // master playlist
	MP4    string         // one file, for players without scripts
	Poster string
	// Thumbnails is a WebVTT file that leads to small pictures of the film, by instants; "" for none.
	Thumbnails string
	Width      int // pixels; 0 counts as 16:9
	Height     int
	Duration   time.Duration
	Start      time.Duration // where to begin
	Captions   []Captions
	Scripts    []Script // what is said, for reading along
	Chapters   []Cue
	// ChapterTrack is the WebVTT file of the chapters, Sound the playlist of the sound alone, Address the absolute address to
	// which a moment is added in order to be shared. Each may be "".
	ChapterTrack string
	Sound        string
	Address      string
}

// alone is the recording without what is read beside it.
func (v Audio) alone() Audio {
	v.Scripts, v.Chapters, v.Lyrics = nil, nil, nil
	return v
}

// alone is the film without what is read beside it.
func (v Video) alone() Video {
	v.Scripts, v.Chapters = nil, nil
	return v
}

// Captions is a WebVTT file. Label names the language to the reader.
type Captions struct {
	URL      string
	Language string
	Label    string
}

// Script is what is said in a recording, in one language. Label names it to the reader.
type Script struct {
	Language string // BCP 47
	Label    string
	Cues     []Cue
}

// Cue is what is said from an instant on. URL opens the page there.
type Cue struct {
	Start  time.Duration
	URL    string
	Anchor string // id on the page, where there is no recording to lead to
	Text   string
}

// Audio is a recording.
type Audio struct {
	File     archive.FileID // tells its links from those of other recordings
	Sources  []Source       // in the order of preference
	Cover    *Picture       // nil asks for a typographic cover
	Waveform string         // address of {"duration":s,"peaks":[0..255]}; may be ""
	Duration time.Duration
	Start    time.Duration
	Tags     []Tag    // embedded in the file
	Scripts  []Script // its words, for reading along
	Captions []Captions
	Lyrics   *Reading // its words without times; nil for none
	Title    string   // of this recording among several; "" counts as the work's
	Spoken   bool     // somebody reads: it may be heard faster or slower
	Chapters []Cue
}

// Source is one file a player may choose.
type Source struct {
	URL  string
	Type string
}

// Tag is a fact embedded in a recording. Names that the catalogue has no word for are left out.
type Tag struct {
	Name  string // "artist", "album", "date", …
	Value string
}

// Image is a picture that may be looked at closely.
type Image struct {
	File    archive.FileID
	Page    int     // of a picture that is a page, from 1; else 0
	Points  []Point // that comments are about, for whoever decides
	Picture Picture
	Tiles   string // IIIF info.json; "" when there are no tiles
	Large   string // address of the largest plain picture
}

// Point is a numbered spot of a picture, in thousandths of its width and height.
type Point struct {
	Number, X, Y int
}

// Reading is a text.
type Reading struct {
	HTML     HTML
	Suffix   string // ends the ids of everything that belongs to this text
	Verse    bool
	Contents []Link // its chapters, when there are several
}

// Pages is a paged thing: a scan, a magazine, a document.
type Pages struct {
	Pages  []PageView
	Spread bool // shown two by two, the first alone, as a bound magazine lies open
}

// PageView is one page. Text is what was read on it, "" when nothing was.
type PageView struct {
	Number  int    // from 1
	Anchor  string // id on the page
	Picture Picture
	Large   string // address of the page as large as there is; "" for none
	Text    string
}

// Player is a film or a song alone: one of Video and Audio is set.
type Player struct {
	Work  Entry
	Video *Video
	Audio *Audio
}

// Failure is the page of something that went wrong. Sentence says what happened and what to do.
type Failure struct {
	Status    int
	Sentence  string
	Reference string // what to tell the administrator; "" for none
}

// Tombstone stands where a work was that has been withdrawn. It does not tell even the title.
type Tombstone struct {
	Reason    string    // in the editors' words
	Withdrawn time.Time // zero when that is not known
}
