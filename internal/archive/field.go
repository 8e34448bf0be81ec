package archive

import "slices"

// Field is one thing that is said of a work. Each is read and written as one text (Work.Said, Work.Say), so that forms, merging,
// history and undoing need to know nothing else of it.
type Field string

// The fields. Those that hold several things have one on each line, see Lists.
const (
	FieldGenre       Field = "genre"
	FieldTitle       Field = "title"
	FieldTitles      Field = "titles" // other titles
	FieldDescription Field = "description"
	FieldLanguage    Field = "language"
	FieldDate        Field = "date"
	FieldCredits     Field = "credits" // agent, relator and name, with tabs between

	FieldNumber     Field = "number"
	FieldIssuer     Field = "issuer"
	FieldSigner     Field = "signer"
	FieldRecipients Field = "recipients"
	FieldIssue      Field = "issue"
	FieldPage       Field = "page"

	FieldNoticeGroup Field = "notice-group"
	FieldEvent       Field = "notice-event"
	FieldPlace       Field = "notice-place"
	FieldFrom        Field = "notice-from"
	FieldTo          Field = "notice-to"

	FieldStatement Field = "statement"
	FieldHolder    Field = "holder"
	FieldEvidence  Field = "evidence"
	FieldLicence   Field = "licence-until"   // the last day, or an instant
	FieldCopyright Field = "copyright-until" // likewise

	FieldRelations   Field = "relations"   // type and target, with a tab between
	FieldCollections Field = "collections" // identifiers
)

// Fields lists every field in the order in which forms and the history name them.
func Fields() []Field {
	return []Field{FieldGenre, FieldTitle, FieldTitles, FieldCredits, FieldDate, FieldLanguage, FieldDescription,
		FieldNumber, FieldIssuer, FieldSigner, FieldRecipients, FieldIssue, FieldPage,
		FieldNoticeGroup, FieldEvent, FieldPlace, FieldFrom, FieldTo,
		FieldRelations, FieldCollections, FieldStatement, FieldHolder, FieldEvidence, FieldLicence, FieldCopyright}
}

// Lists reports whether the field holds several things, one on each line.
func (f Field) Lists() bool {
	return slices.Contains([]Field{FieldTitles, FieldCredits, FieldRelations, FieldCollections, AgentNames}, f)
}

// Longest is the greatest length of what is typed into the field, in bytes; of each line where it lists.
func (f Field) Longest() int {
	switch f {
	case FieldDescription, AgentBiography:
		return 20_000
	case FieldRecipients, FieldEvidence:
		return 4_000
	case FieldTitle, FieldTitles, FieldEvent:
		return 1_000
	case FieldDate, FieldFrom, FieldTo, FieldLicence, FieldCopyright, FieldLanguage, FieldPage:
		return 100
	default:
		return 500
	}
}

// MostLines bounds how many things a field lists.
const MostLines = 200

// DescribeForm is what is asked about a work of one kind.
type DescribeForm struct {
	Fields   []Field
	Relators []Relator // the usual ones, offered first
	Expected []Relator // of those, what the form asks for by itself
}

// FormOf returns what is asked about a work whose genre is in a report group. This is the one place that says which fields and
// relators a genre has; a group that the association made itself has what all have.
func FormOf(group string) DescribeForm {
	own, usual, expected := formOf(group)
	form := DescribeForm{Expected: expected}
	for _, f := range Fields() {
		if slices.Contains(own, f) || slices.Contains(common(), f) {
			form.Fields = append(form.Fields, f)
		}
	}
	form.Relators = append(slices.Clone(expected), usual...)
	return form
}

// common is asked about every work.
func common() []Field {
	return []Field{FieldGenre, FieldTitle, FieldTitles, FieldCredits, FieldDate, FieldLanguage, FieldDescription, FieldRelations, FieldCollections,
		FieldStatement, FieldHolder, FieldEvidence, FieldLicence, FieldCopyright}
}

// formOf is what a report group adds to the common fields, and its relators: the usual ones and those that are asked for.
func formOf(group string) (own []Field, usual, expected []Relator) {
	printed := []Field{FieldIssue, FieldPage} // where a piece stands in a magazine
	switch group {
	case "van-ban":
		return []Field{FieldNumber, FieldIssuer, FieldSigner, FieldRecipients, FieldIssue, FieldPage}, nil, []Relator{Issuer}
	case "thong-bao":
		return []Field{FieldNumber, FieldNoticeGroup, FieldEvent, FieldPlace, FieldFrom, FieldTo}, []Relator{Contributor}, []Relator{Issuer}
	case "am-nhac":
		return printed, []Relator{Singer, Collector, Narrator, Contributor}, []Relator{Composer, Lyricist, Performer}
	case "tap-chi":
		return []Field{FieldNumber, FieldIssue}, []Relator{Author, Painter, Photographer, Contributor}, []Relator{Editor, Issuer}
	case "san-khau":
		return printed, []Relator{Composer, Lyricist, Singer, Choreography, Collector, Contributor}, []Relator{Author, Director, Performer}
	case "my-thuat":
		return printed, []Relator{Sculptor, Architect, Collector, Contributor}, []Relator{Painter}
	case "nhiep-anh":
		return printed, []Relator{Collector, Contributor}, []Relator{Photographer}
	case "mua":
		return nil, []Relator{Composer, Director, Collector, Contributor}, []Relator{Choreography, Performer}
	case "phim":
		return []Field{FieldEvent, FieldPlace}, []Relator{Author, Narrator, Composer, Photographer, Contributor}, []Relator{Director, Performer}
	case "dan-gian":
		return printed, []Relator{Author, Singer, Translator, Narrator, Contributor}, []Relator{Collector, Performer}
	default:
		return printed, []Relator{Translator, Editor, Collector, Narrator, Contributor}, []Relator{Author}
	}
}

// RelationTypes lists the relations.
func RelationTypes() []RelationType {
	return []RelationType{SetsToMusic, ReadingOf, PublishedIn, TranslationOf, PartOf}
}

// ManyLines reports whether the field is one text of several lines.
func (f Field) ManyLines() bool {
	return slices.Contains([]Field{FieldDescription, FieldRecipients, FieldEvidence, AgentBiography}, f)
}
