package archive

import "slices"

// DescribeForm is what is asked about a work of one kind.
type DescribeForm struct {
	Fields   []Field
	Relators []Relator // the usual ones, offered first
	Expected []Relator // of those, what the form asks for by itself
}

// FormOf returns what is asked about a work of a genre, which is counted in a report group. This is the one place that says which fields and relators a
// genre has. A genre that every archive starts with keeps its form wherever it is counted; one that the association made has that of its group, and in a group
// that it made itself what all have.
func FormOf(genre GenreID, group string) DescribeForm {
	for _, g := range Genres() {
		if g.ID == genre {
			group = g.Group
		}
	}
	own, usual, expected, known := formOfGenre(genre)
	if !known {
		own, usual, expected = formOfGroup(group)
	}
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

// printed is where a piece stands in a magazine.
func printed() []Field { return []Field{FieldIssue, FieldPage} }

// formOfGenre is what a genre adds to the common fields where its group asks for something else, and its relators: the usual ones and those that are asked for.
func formOfGenre(genre GenreID) (own []Field, usual, expected []Relator, known bool) {
	known = true
	switch genre {
	case "khi-nhac": // nobody wrote words
		own, usual, expected = printed(), []Relator{Collector, Contributor}, []Relator{Composer, Performer}
	case "dan-ca": // nobody knows who made it
		usual, expected = []Relator{Singer, Lyricist, Composer, Narrator, Contributor}, []Relator{Performer, Collector}
	case "dieu-khac":
		usual, expected = []Relator{Collector, Contributor}, []Relator{Sculptor}
	case "kien-truc":
		usual, expected = []Relator{Contributor}, []Relator{Architect}
	case "kich-ban": // read, not performed
		own, usual, expected = printed(), []Relator{Director, Composer, Collector, Contributor}, []Relator{Author}
	case "cheo":
		usual, expected = []Relator{Composer, Lyricist, Singer, Choreography, Collector, Contributor}, []Relator{Author, Director, Performer}
	case "xam":
		usual, expected = []Relator{Composer, Singer, Collector, Contributor}, []Relator{Author, Performer}
	case "phim": // what was made; what happened is "ghi-hinh"
		usual, expected = []Relator{Performer, Narrator, Composer, Photographer, Contributor}, []Relator{Director, Author}
	case "ghi-hinh":
		own, usual, expected = []Field{FieldEvent, FieldPlace}, []Relator{Author, Director, Narrator, Composer, Contributor}, []Relator{Photographer, Performer}
	default:
		known = false
	}
	return own, usual, expected, known
}

// formOfGroup is the same of a report group.
func formOfGroup(group string) (own []Field, usual, expected []Relator) {
	switch group {
	case "van-ban":
		return []Field{FieldNumber, FieldIssuer, FieldSigner, FieldRecipients}, nil, []Relator{Issuer}
	case "thong-bao":
		return []Field{FieldNumber, FieldNoticeGroup, FieldEvent, FieldPlace, FieldFrom, FieldTo}, []Relator{Contributor}, []Relator{Issuer}
	case "am-nhac":
		return printed(), []Relator{Singer, Collector, Narrator, Contributor}, []Relator{Composer, Lyricist, Performer}
	case "tap-chi":
		return []Field{FieldNumber, FieldIssue}, []Relator{Author, Painter, Photographer, Contributor}, []Relator{Editor, Issuer}
	case "san-khau":
		return printed(), []Relator{Composer, Lyricist, Singer, Choreography, Collector, Contributor}, []Relator{Author, Director, Performer}
	case "my-thuat":
		return printed(), []Relator{Sculptor, Architect, Collector, Contributor}, []Relator{Painter}
	case "nhiep-anh":
		return printed(), []Relator{Collector, Contributor}, []Relator{Photographer}
	case "mua":
		return nil, []Relator{Composer, Director, Collector, Contributor}, []Relator{Choreography, Performer}
	case "phim":
		return []Field{FieldEvent, FieldPlace}, []Relator{Author, Narrator, Composer, Photographer, Contributor}, []Relator{Director, Performer}
	case "dan-gian":
		return printed(), []Relator{Author, Singer, Translator, Narrator, Contributor}, []Relator{Collector, Performer}
	default:
		return printed(), []Relator{Translator, Editor, Collector, Narrator, Contributor}, []Relator{Author}
	}
}
