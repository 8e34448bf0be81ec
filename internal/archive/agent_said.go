package archive

import (
	"slices"
	"strings"
)

// What is said of an agent, as Field says it of a work.
const (
	AgentNames       Field = "agent-names" // kind, from, until and name, with tabs between; the first is the one shown
	AgentBody        Field = "agent-body"  // "1" for a body rather than a person
	AgentBorn        Field = "agent-born"
	AgentDied        Field = "agent-died"
	AgentChapter     Field = "agent-chapter"
	AgentBiography   Field = "agent-biography"
	AgentPredecessor Field = "agent-predecessor"
	AgentSuccessor   Field = "agent-successor"
)

// AgentFields lists the fields of an agent in the order in which forms name them.
func AgentFields() []Field {
	return []Field{AgentNames, AgentBody, AgentBorn, AgentDied, AgentChapter, AgentBiography, AgentPredecessor, AgentSuccessor}
}

// NameKinds lists the kinds of name.
func NameKinds() []NameKind { return []NameKind{UnsaidName, RealName, PenName, FormerName} }

// Said returns everything that is said of a.
func (a *Agent) Said() Said {
	s := Said{AgentNames: joined(a.Names, NameLine), AgentBody: "", AgentBorn: string(a.Born), AgentDied: string(a.Died), AgentChapter: a.Chapter,
		AgentBiography: a.Biography, AgentPredecessor: string(a.Predecessor), AgentSuccessor: string(a.Successor)}
	if a.Organisation {
		s[AgentBody] = "1"
	}
	return s
}

// Say sets a field of a to what Said returned before, or to what a person typed. The errors are Invalid "name-missing", "date-invalid", "agent-self" for
// one that would come before or after itself, and "field-unknown".
func (a *Agent) Say(f Field, text string) error {
	switch f {
	case AgentNames:
		if len(Lines(text)) == 0 {
			return Fail(Invalid, "name-missing")
		}
		return set(&a.Names, text, ParseName)
	case AgentBody:
		a.Organisation = text != ""
	case AgentChapter:
		a.Chapter = text
	case AgentBiography:
		a.Biography = text
	case AgentBorn, AgentDied:
		date, err := ParseDate(text)
		if err != nil {
			return err
		}
		if f == AgentBorn {
			a.Born = date
		} else {
			a.Died = date
		}
	case AgentPredecessor, AgentSuccessor:
		if text != "" && text == string(a.ID) {
			return Fail(Invalid, "agent-self")
		}
		if f == AgentPredecessor {
			a.Predecessor = AgentID(text)
		} else {
			a.Successor = AgentID(text)
		}
	default:
		return Fail(Invalid, "field-unknown", string(f))
	}
	return nil
}

// NameLine is a name as a line of AgentNames.
func NameLine(n AgentName) string {
	return strings.Join([]string{string(n.Kind), string(n.From), string(n.To), n.Name}, "\t")
}

// ParseName reads a line of AgentNames. The errors are Invalid "name-missing", "name-kind-unknown" and "date-invalid".
func ParseName(line string) (AgentName, error) {
	parts := strings.SplitN(line, "\t", 4)
	if len(parts) < 4 || strings.TrimSpace(parts[3]) == "" {
		return AgentName{}, Fail(Invalid, "name-missing")
	}
	if !slices.Contains(NameKinds(), NameKind(parts[0])) {
		return AgentName{}, Fail(Invalid, "name-kind-unknown", parts[0])
	}
	from, err := ParseDate(parts[1])
	if err != nil {
		return AgentName{}, err
	}
	to, err := ParseDate(parts[2])
	return AgentName{Name: parts[3], Kind: NameKind(parts[0]), From: from, To: to}, err
}
