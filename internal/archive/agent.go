package archive

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
	Works        int // how many of its works the reader may see
}

// Name returns the name shown, "" when there is none.
func (a *Agent) Name() string {
	if len(a.Names) == 0 {
		return ""
	}
	return a.Names[0].Name
}

// NameKind says what sort of name it is.
type NameKind string

// The kinds of name.
const (
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

// DefaultRelator is the relator of a creator whose role is not given, by the genre's report group.
func DefaultRelator(group string) Relator {
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
