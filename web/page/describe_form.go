package page

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/editorial"
	"vannghe/web/address"
	"vannghe/web/ui"
)

// The form of a work as it travels: the fields by their names, rows with their number behind. What is left out is left alone.
const (
	formBase     = "goc" // what the form was made from
	formAct      = "lam" // a button that only changes the form
	formCredits  = "co-credits"
	formRelation = "co-relations"
	formTicks    = "co-collections"
)

// most rows of a form are read; more cannot be saved.
const mostRows = archive.MostLines + 20

// written are the fields of a form that says what a work says.
func written(t ui.Text, said archive.Said, expected []archive.Relator) url.Values {
	form := url.Values{formCredits: {"1"}, formRelation: {"1"}, formTicks: {"1"}}
	base, err := json.Marshal(said)
	if err == nil { // strings always encode
		form.Set(formBase, string(base))
	}
	for f, text := range said {
		writeField(t, form, f, text)
	}
	writeCredits(form, said[archive.FieldCredits], expected)
	writeRelations(form, said[archive.FieldRelations])
	return form
}

func writeField(t ui.Text, form url.Values, f archive.Field, text string) {
	switch f {
	case archive.FieldCredits, archive.FieldRelations:
	case archive.FieldCollections:
		form[string(f)] = archive.Lines(text)
	case archive.FieldDate, archive.FieldFrom, archive.FieldTo, archive.FieldLicence, archive.FieldCopyright:
		form.Set(string(f), typedDate(t, text))
	default:
		form.Set(string(f), text)
	}
}

func writeCredits(form url.Values, text string, expected []archive.Relator) {
	var all []archive.Credit
	for _, line := range archive.Lines(text) {
		if c, err := archive.ParseCredit(line); err == nil {
			all = append(all, c)
		}
	}
	for _, r := range expected { // what the genre asks for and nobody has said
		if !slices.ContainsFunc(all, func(c archive.Credit) bool { return c.Relator == r }) {
			all = append(all, archive.Credit{Relator: r})
		}
	}
	for i, c := range all {
		setRow(form, i, creditRow{"ten": c.Name, "vai": string(c.Relator), "nguoi": string(c.Agent)})
	}
}

// reassign gives the rows in which nothing was said the roles that the genre asks for, where it does not know theirs: such rows came with the genre before.
func reassign(form url.Values, asked archive.DescribeForm) {
	all := rows(form, creditParts)
	has := func(r archive.Relator) bool {
		return slices.ContainsFunc(all, func(row creditRow) bool { return row["vai"] == string(r) })
	}
	for i, row := range all {
		untouched := strings.TrimSpace(row["ten"]) == "" && row["nguoi"] == "" && row["vai"] != ""
		if !untouched || slices.Contains(asked.Relators, archive.Relator(row["vai"])) || len(asked.Expected) == 0 {
			continue
		}
		role := asked.Expected[0]
		if n := slices.IndexFunc(asked.Expected, func(r archive.Relator) bool { return !has(r) }); n >= 0 {
			role = asked.Expected[n]
		}
		row["vai"] = string(role)
		setRow(form, i, row)
	}
}

func writeRelations(form url.Values, text string) {
	for i, line := range archive.Lines(text) {
		if r, err := archive.ParseRelation(line); err == nil {
			setRow(form, i, creditRow{"quan-he": string(r.Type), "dich": string(r.Target), "dich-ten": string(r.Target), "tac-pham": string(r.Target)})
		}
	}
}

// creditRow is the fields of a row by their names without the number.
type creditRow map[string]string

// What a row is made of.
var (
	creditParts   = []string{"ten", "vai", "nguoi", "chon", "moi", "to-chuc", "kieu", "sinh", "mat"}
	relationParts = []string{"quan-he", "tac-pham", "dich", "dich-ten", "chon-tp"}
)

func setRow(form url.Values, i int, row creditRow) {
	for name, value := range row {
		form.Set(fmt.Sprintf("%s-%d", name, i), value)
	}
}

// rows reads the rows of a form of which the first part is there.
func rows(form url.Values, parts []string) []creditRow {
	var all []creditRow
	for i := 0; i < mostRows && form.Has(fmt.Sprintf("%s-%d", parts[0], i)); i++ {
		row := creditRow{}
		for _, name := range parts {
			row[name] = form.Get(fmt.Sprintf("%s-%d", name, i))
		}
		all = append(all, row)
	}
	return all
}

// setRows replaces the rows of a form.
func setRows(form url.Values, parts []string, all []creditRow) {
	for i := range mostRows {
		for _, name := range parts {
			form.Del(fmt.Sprintf("%s-%d", name, i))
		}
	}
	for i, row := range all {
		setRow(form, i, creditRow{parts[0]: ""}) // an empty row is one, too
		setRow(form, i, row)
	}
}

// baseOf is what the form was made from.
func baseOf(form url.Values) archive.Said {
	said := archive.Said{}
	if err := json.Unmarshal([]byte(form.Get(formBase)), &said); err != nil {
		return archive.Said{} // then everything that differs from what stands there is asked about
	}
	return said
}

// typed reads a form. unanswered are the fields that two people changed otherwise and of which none was chosen.
func typed(form url.Values) (t editorial.Typed, unanswered []archive.Field) {
	t = editorial.Typed{Base: baseOf(form), Fields: archive.Said{}, Rows: form.Has(formCredits) && form.Has(formRelation)}
	for _, f := range archive.Fields() {
		switch {
		case f == archive.FieldCollections && form.Has(formTicks):
			t.Fields[f] = strings.Join(form[string(f)], "\n")
		case f != archive.FieldCollections && form.Has(string(f)):
			t.Fields[f] = form.Get(string(f))
		}
		if !form.Has("xung-" + string(f)) {
			continue
		}
		switch form.Get("chon-" + string(f)) {
		case "mine":
		case "theirs":
			theirs(form, &t, f)
		default:
			unanswered = append(unanswered, f)
		}
	}
	for _, row := range rows(form, creditParts) {
		t.Credits = append(t.Credits, typedCredit(row))
	}
	filled := slices.DeleteFunc(rows(form, relationParts), func(row creditRow) bool { return strings.TrimSpace(row["tac-pham"]) == "" && row["chon-tp"] == "" })
	setRows(form, relationParts, filled) // so that what is wrong with one stands beside it
	for _, row := range filled {
		t.Relations = append(t.Relations, typedRelation(row))
	}
	return t, unanswered
}

// theirs takes what the other wrote, which the form was made from.
func theirs(form url.Values, t *editorial.Typed, f archive.Field) {
	switch f {
	case archive.FieldCredits:
		setRows(form, creditParts, nil)
		writeCredits(form, t.Base[f], nil)
	case archive.FieldRelations:
		setRows(form, relationParts, nil)
		writeRelations(form, t.Base[f])
	default:
		t.Fields[f] = t.Base[f]
	}
}

func typedCredit(row creditRow) editorial.TypedCredit {
	c := editorial.TypedCredit{Name: row["ten"], Relator: archive.Relator(row["vai"]), Agent: archive.AgentID(row["nguoi"]),
		New: row["moi"] == "1", Organisation: row["to-chuc"] == "1", Kind: archive.NameKind(row["kieu"]), Born: row["sinh"], Died: row["mat"]}
	switch chosen := row["chon"]; {
	case chosen == "moi":
		c.New = true
	case chosen != "":
		c.Agent, c.Chosen, c.New = archive.AgentID(chosen), true, false
	}
	return c
}

func typedRelation(row creditRow) archive.Relation {
	r := archive.Relation{Type: archive.RelationType(row["quan-he"])}
	switch text := strings.TrimSpace(row["tac-pham"]); {
	case row["chon-tp"] != "":
		r.Target = archive.WorkID(row["chon-tp"])
	case text == strings.TrimSpace(row["dich-ten"]):
		r.Target = archive.WorkID(row["dich"])
	default: // the address of its page, or its identifier
		last := text[strings.LastIndexByte(text, '/')+1:]
		last, _, _ = strings.Cut(last, "?")
		last, _, _ = strings.Cut(last, "#")
		if id, ok := address.ID[archive.WorkID](last); ok {
			r.Target = id
		}
	}
	return r
}

// rearrange does what a button of the form asks and reports whether there was one. Nothing of it is saved.
func rearrange(form url.Values) bool {
	act := form.Get(formAct)
	form.Del(formAct)
	name, at := act, -1
	if i := strings.LastIndexByte(act, '-'); i >= 0 {
		if n, err := strconv.Atoi(act[i+1:]); err == nil {
			name, at = act[:i], n
		}
	}
	switch name {
	case "":
		return false
	case "them-nguoi":
		setRows(form, creditParts, append(rows(form, creditParts), creditRow{}))
	case "them-quan-he":
		setRows(form, relationParts, append(rows(form, relationParts), creditRow{"quan-he": string(archive.PartOf)}))
	case "bo":
		setRows(form, creditParts, without(rows(form, creditParts), at))
	case "bo-quan-he":
		setRows(form, relationParts, without(rows(form, relationParts), at))
	case "len":
		all := rows(form, creditParts)
		if at > 0 && at < len(all) {
			all[at-1], all[at] = all[at], all[at-1]
		}
		setRows(form, creditParts, all)
	default:
		take(form, act)
	}
	return true
}

func without(all []creditRow, at int) []creditRow {
	if at < 0 || at >= len(all) {
		return all
	}
	return slices.Delete(all, at, at+1)
}

// take puts what a file says of the work into the form: "lay:field:value", of a credit "lay:credits:relator:name".
func take(form url.Values, act string) {
	f, value, ok := strings.Cut(strings.TrimPrefix(act, "lay:"), ":")
	if !ok || !strings.HasPrefix(act, "lay:") {
		return
	}
	if f != string(archive.FieldCredits) {
		if slices.Contains(archive.Fields(), archive.Field(f)) {
			form.Set(f, value)
		}
		return
	}
	relator, name, _ := strings.Cut(value, ":")
	all := rows(form, creditParts)
	i := slices.IndexFunc(all, func(r creditRow) bool { return r["vai"] == relator && strings.TrimSpace(r["ten"]) == "" })
	if i < 0 {
		all = append(all, creditRow{"vai": relator})
		i = len(all) - 1
	}
	all[i]["ten"], all[i]["nguoi"] = name, ""
	setRows(form, creditParts, all)
}

var wholeDay = regexp.MustCompile(`^(\d{4})-(\d{2})(?:-(\d{2}))?$`)

// typedDate is a date as people type it, which archive.TypedDate reads back.
func typedDate(t ui.Text, date string) string {
	if m := wholeDay.FindStringSubmatch(date); m != nil {
		if m[3] == "" {
			return m[2] + "/" + m[1]
		}
		return m[3] + "/" + m[2] + "/" + m[1]
	}
	rest, mark := date, byte(0)
	if date != "" {
		rest, mark = date[:len(date)-1], date[len(date)-1]
	}
	written := date
	switch mark {
	case '~':
		written = t.Text("describe.about", typedDate(t, rest))
	case '?':
		written = t.Text("describe.perhaps", typedDate(t, rest))
	}
	if again, err := archive.TypedDate(written); err != nil || string(again) != date {
		return date
	}
	return written
}

// keptForm reads an unfinished edit.
func keptForm(text string) url.Values {
	form, err := url.ParseQuery(text)
	if err != nil {
		return nil
	}
	return form
}
