package archive

import (
	"slices"
	"strings"
	"time"
)

// Said is what is said of a work, field by field. A field that is missing says nothing, one that is "" says that it is empty.
type Said map[Field]string

// Said returns everything that is said of w.
func (w *Work) Said() Said {
	s := Said{
		FieldTitles:      strings.Join(w.Titles, "\n"),
		FieldCredits:     joined(w.Credits, func(c Credit) string { return CreditLine(c) }),
		FieldRelations:   joined(w.Relations, func(r Relation) string { return RelationLine(r) }),
		FieldCollections: joined(w.Collections, func(c CollectionID) string { return string(c) }),
		FieldLicence:     lastDay(w.Rights.LicenceUntil),
		FieldCopyright:   lastDay(w.Rights.CopyrightUntil),
	}
	for _, f := range Fields() {
		if at := w.plain(f); at != nil {
			s[f] = *at
		}
	}
	return s
}

// plain returns where a field stands that is a text as it is; nil for the others.
func (w *Work) plain(f Field) *string {
	switch f {
	case FieldGenre:
		return (*string)(&w.Genre)
	case FieldTitle:
		return &w.Title
	case FieldDescription:
		return &w.Description
	case FieldLanguage:
		return &w.Language
	case FieldDate:
		return (*string)(&w.Date)
	case FieldStatement:
		return &w.Rights.Statement
	case FieldHolder:
		return &w.Rights.Holder
	case FieldEvidence:
		return &w.Rights.Evidence
	default:
		if at := w.Paper.plain(f); at != nil {
			return at
		}
		return w.Notice.plain(f)
	}
}

func (p *Paper) plain(f Field) *string {
	switch f {
	case FieldNumber:
		return &p.Number
	case FieldIssuer:
		return &p.Issuer
	case FieldSigner:
		return &p.Signer
	case FieldRecipients:
		return &p.Recipients
	case FieldIssue:
		return &p.Issue
	case FieldPage:
		return &p.Page
	default:
		return nil
	}
}

func (n *Notice) plain(f Field) *string {
	switch f {
	case FieldNoticeGroup:
		return &n.Group
	case FieldEvent:
		return &n.Event
	case FieldPlace:
		return &n.Place
	case FieldFrom:
		return (*string)(&n.From)
	case FieldTo:
		return (*string)(&n.To)
	default:
		return nil
	}
}

// Say sets a field of w to what Said returned before, or to what a person typed. The errors are Invalid "title-missing",
// "date-invalid", "relator-unknown", "relation-unknown", "genre-unknown", "rights-unknown" and "field-unknown", each with the text. Whether what is pointed at exists
// is the catalogue's to say.
func (w *Work) Say(f Field, text string) error {
	switch f {
	case FieldTitles:
		w.Titles = Lines(text)
		return nil
	case FieldCredits:
		return set(&w.Credits, text, ParseCredit)
	case FieldRelations:
		return set(&w.Relations, text, ParseRelation)
	case FieldCollections:
		return set(&w.Collections, text, func(line string) (CollectionID, error) { return CollectionID(line), nil })
	case FieldLicence:
		return setDay(&w.Rights.LicenceUntil, text)
	case FieldCopyright:
		return setDay(&w.Rights.CopyrightUntil, text)
	case FieldTitle:
		if strings.TrimSpace(text) == "" {
			return Fail(Invalid, "title-missing")
		}
		w.TitleGuessed = w.TitleGuessed && text == w.Title
	case FieldGenre:
		if text == "" {
			return Fail(Invalid, "genre-unknown", text)
		}
	case FieldDate, FieldFrom, FieldTo:
		date, err := ParseDate(text)
		if err != nil {
			return err
		}
		text = string(date)
	case FieldStatement:
		if _, err := ParseStatement(text); err != nil && text != w.Rights.Statement {
			return err
		}
	}
	at := w.plain(f)
	if at == nil {
		return Fail(Invalid, "field-unknown", string(f))
	}
	*at = text
	return nil
}

// Lines returns the lines of a text that hold something.
func Lines(text string) []string {
	return slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return strings.TrimSpace(line) == "" })
}

func joined[T any](list []T, line func(T) string) string {
	all := make([]string, len(list))
	for i, one := range list {
		all[i] = line(one)
	}
	return strings.Join(all, "\n")
}

func set[T any](list *[]T, text string, parse func(string) (T, error)) error {
	var all []T
	for _, line := range Lines(text) {
		one, err := parse(line)
		if err != nil {
			return err
		}
		all = append(all, one)
	}
	*list = all
	return nil
}

// CreditLine is a credit as a line of FieldCredits.
func CreditLine(c Credit) string { return string(c.Agent) + "\t" + string(c.Relator) + "\t" + c.Name }

// ParseCredit reads a line of FieldCredits. Invalid "relator-unknown".
func ParseCredit(line string) (Credit, error) {
	agent, rest, _ := strings.Cut(line, "\t")
	relator, name, found := strings.Cut(rest, "\t")
	if !found || relator == "" {
		return Credit{}, Fail(Invalid, "relator-unknown", relator)
	}
	return Credit{Agent: AgentID(agent), Relator: Relator(relator), Name: name}, nil
}

// RelationLine is a relation as a line of FieldRelations.
func RelationLine(r Relation) string { return string(r.Type) + "\t" + string(r.Target) }

// ParseRelation reads a line of FieldRelations. Invalid "relation-unknown".
func ParseRelation(line string) (Relation, error) {
	kind, target, _ := strings.Cut(line, "\t")
	if !slices.Contains(RelationTypes(), RelationType(kind)) {
		return Relation{}, Fail(Invalid, "relation-unknown", target)
	}
	return Relation{Type: RelationType(kind), Target: WorkID(target)}, nil
}

// day is how a last day is written.
const day = "2006-01-02"

// lastDay is the day that ends at t, or t itself where none does.
func lastDay(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	local := t.In(Vietnam)
	if local.Equal(time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, Vietnam)) {
		return local.AddDate(0, 0, -1).Format(day)
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// setDay sets an end from its last day, written as ParseDate reads whole days, or from an instant. Invalid "day-invalid".
func setDay(end *time.Time, text string) error {
	if text = strings.TrimSpace(text); text == "" {
		*end = time.Time{}
		return nil
	}
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		*end = at.UTC()
		return nil
	}
	date, err := ParseDate(text)
	if err != nil {
		return Fail(Invalid, "day-invalid", text)
	}
	last, err := time.ParseInLocation(day, string(date), Vietnam)
	if err != nil {
		return Fail(Invalid, "day-invalid", text)
	}
	*end = last.AddDate(0, 0, 1).UTC()
	return nil
}
