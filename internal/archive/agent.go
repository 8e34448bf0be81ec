package archive

import "strings"

// Agent is a person or an organisation that made, issued or performed something.
type Agent struct {
	ID           AgentID
	Organisation bool        // a body rather than a person
	Names        []AgentName // the first is the one shown
	Born         Date
	Died         Date
	Chapter      string // chi hội
	Biography    string
	Predecessor  AgentID
	Successor    AgentID
	MergedInto   AgentID // the agent that this one turned out to be; "" for none
	Works        int     // how many of its works the reader may see
}

// Name returns the name shown, "" when there is none.
func (a *Agent) Name() string {
	if len(a.Names) == 0 {
		return ""
	}
	return a.Names[0].Name
}

// SortName returns the name by which the agent stands in an alphabetical list: the real name of a person begins with the given name, which
// in Vietnamese is the last, so that Nguyễn Công Hoan stands under H. Every other name is taken as written: a pen name is one
// whole, a body has no given name, and of a name whose kind nobody said it is not known which it is.
func (a *Agent) SortName() string {
	name := a.Name()
	if a.Organisation || name == "" || a.Names[0].Kind != RealName {
		return name
	}
	parts := strings.Fields(name)
	if len(parts) < 2 {
		return name
	}
	last := len(parts) - 1
	return parts[last] + " " + strings.Join(parts[:last], " ")
}

// NameKind says what sort of name it is.
type NameKind string

// The kinds of name.
const (
	UnsaidName NameKind = "" // nobody said which: a name that came with a work
	RealName   NameKind = "real"
	PenName    NameKind = "pen" // bút danh
	FormerName NameKind = "former"
)

// AgentName is a name with the time it was used.
type AgentName struct {
	Name string
	Kind NameKind
	From Date
	To   Date
}

// Relator is a MARC relator term in English, such as "author".
type Relator string

// The relators offered by forms and recognised in manifests.
const (
	Author       Relator = "author"
	Composer     Relator = "composer"
	Lyricist     Relator = "lyricist"
	Performer    Relator = "performer"
	Singer       Relator = "singer"
	Painter      Relator = "artist"
	Photographer Relator = "photographer"
	Sculptor     Relator = "sculptor"
	Architect    Relator = "architect"
	Director     Relator = "film director"
	Choreography Relator = "choreographer"
	Translator   Relator = "translator"
	Editor       Relator = "editor"
	Narrator     Relator = "narrator"
	Collector    Relator = "collector"
	Issuer       Relator = "issuing body"
	Contributor  Relator = "contributor"
)

// Relators lists the relators above.
func Relators() []Relator {
	return []Relator{Author, Composer, Lyricist, Performer, Singer, Painter, Photographer, Sculptor, Architect,
		Director, Choreography, Translator, Editor, Narrator, Collector, Issuer, Contributor}
}

// Credit links an agent to a work or representation.
type Credit struct {
	Agent   AgentID
	Name    string // the name under which it is credited here
	Relator Relator
}

// DefaultRelator is the relator of a creator whose role is not given, by the genre. A genre that every archive starts with goes by the report group in which
// it starts: an association that counts painting and photography together still has photographers. Any other goes by the group it is in.
func DefaultRelator(genre GenreID, group string) Relator {
	for _, g := range Genres() {
		if g.ID == genre {
			group = g.Group
		}
	}
	switch group {
	case "my-thuat":
		return Painter
	case "nhiep-anh":
		return Photographer
	case "am-nhac":
		return Composer
	case "mua":
		return Choreography
	case "phim":
		return Director
	case "van-ban", "thong-bao":
		return Issuer
	default:
		return Author
	}
}
