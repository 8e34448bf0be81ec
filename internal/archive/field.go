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

// RelationTypes lists the relations.
func RelationTypes() []RelationType {
	return []RelationType{SetsToMusic, ReadingOf, PublishedIn, TranslationOf, PartOf}
}

// ManyLines reports whether the field is one text of several lines.
func (f Field) ManyLines() bool {
	return slices.Contains([]Field{FieldDescription, FieldRecipients, FieldEvidence, AgentBiography}, f)
}
