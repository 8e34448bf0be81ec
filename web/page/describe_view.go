package page

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/editorial"
	"vannghe/internal/viet"
	"vannghe/web/address"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

func (v *visit) describePaths(w *archive.Work) ui.DescribePaths {
	return ui.DescribePaths{Form: v.text.Path(address.Edit(w.ID)), History: v.text.Path(address.Changes(w.ID)), Review: v.text.Path(address.Review(w.ID)),
		Page: v.text.Path(address.Work(w.ID, w.Title)), Find: v.text.Path(address.FindAgents), SignIn: v.text.Path("/dang-nhap")}
}

// draw answers with the form.
func (d *describing) draw(status int) error {
	w := &d.work
	view := ui.Describe{
		Title: w.Title, Language: w.Language, State: w.State, Opens: d.opens(w), Paths: d.describePaths(w), Base: d.form.Get(formBase),
		Key: string(d.viewer.Account) + "/" + string(w.ID), Kept: d.kept, Done: d.done, Received: d.done != "" || d.c.Method() == fiber.MethodPost,
		Public: w.State == archive.Published, Void: w.State == archive.Approved || len(archive.Approvals(d.events, w.Content())) > 0,
	}
	view.Submit = d.viewer.MayDo(archive.ActSubmit, w.State, archive.Sent(d.events, d.viewer.Account)) == nil
	if d.wrong != nil {
		view.Wrong = d.text.Sentence(d.wrong)
	}
	sections, err := d.sections()
	if err != nil {
		return err
	}
	view.Sections, view.Problems = sections, problems(sections)
	return respond.Unkept(d.c, status, ui.DescribePage(d.text, d.deskPage(d.text.Text("describe.of", w.Title), address.Edit(w.ID)), view))
}

// describeSections are the headings of the form, each with its fields.
func describeSections() []struct {
	name   string
	fields []archive.Field
} {
	return []struct {
		name   string
		fields []archive.Field
	}{
		{"tac-pham", []archive.Field{archive.FieldGenre, archive.FieldTitle, archive.FieldTitles}},
		{"nguoi", []archive.Field{archive.FieldCredits}},
		{"gioi-thieu", []archive.Field{archive.FieldDate, archive.FieldLanguage, archive.FieldDescription}},
		{"giay-to", []archive.Field{archive.FieldNumber, archive.FieldIssuer, archive.FieldSigner, archive.FieldRecipients, archive.FieldIssue, archive.FieldPage}},
		{"su-kien", []archive.Field{archive.FieldNoticeGroup, archive.FieldEvent, archive.FieldPlace, archive.FieldFrom, archive.FieldTo}},
		{"lien-he", []archive.Field{archive.FieldRelations, archive.FieldCollections}},
		{"quyen", []archive.Field{archive.FieldStatement, archive.FieldHolder, archive.FieldEvidence, archive.FieldLicence, archive.FieldCopyright}},
	}
}

// formOf is what is asked about works of a genre.
func (d *describing) formOf(genre string) archive.DescribeForm {
	id := archive.GenreID(genre)
	return archive.FormOf(id, d.group(id))
}

// sections are the fields that the genre has, and those of others that hold something: nothing is hidden by another genre.
func (d *describing) sections() ([]ui.DescribeSection, error) {
	asked := d.formOf(d.form.Get(string(archive.FieldGenre)))
	var list []ui.DescribeSection
	for _, s := range describeSections() {
		section := ui.DescribeSection{ID: s.name, Title: d.text.Text("describe.section." + s.name)}
		for _, f := range s.fields {
			if !slices.Contains(asked.Fields, f) && d.form.Get(string(f)) == "" && d.edited.Wrong[string(f)] == nil {
				continue
			}
			field, err := d.field(f, asked)
			if err != nil {
				return nil, err
			}
			section.Fields = append(section.Fields, field)
		}
		if len(section.Fields) > 0 {
			list = append(list, section)
		}
	}
	return list, nil
}

func (d *describing) field(f archive.Field, asked archive.DescribeForm) (ui.DescribeField, error) {
	name := string(f)
	field := ui.DescribeField{Name: name, Label: d.text.Text("field." + name), Value: d.form.Get(name), Kind: ui.DescribeLine, Wrong: d.sentence(name), Clash: d.clash(f), Offers: d.offers(f)}
	if key := "describe.help." + name; d.text.Has(key) {
		field.Help = d.text.Text(key)
	}
	if f == archive.FieldTitle && d.work.TitleGuessed && field.Value == d.work.Title {
		field.Help = d.text.Text("describe.title-guessed")
	}
	if slices.Contains(d.unanswered, f) {
		field.Wrong = d.text.Sentence(archive.Fail(archive.Invalid, "clash-unanswered"))
	}
	var err error
	switch f {
	case archive.FieldGenre:
		field.Kind, field.Options = ui.DescribeSelect, d.genreOptions(field.Value)
	case archive.FieldLanguage:
		field.Kind, field.Options = ui.DescribeSelect, languageOptions(d.text, field.Value)
	case archive.FieldStatement:
		field.Kind, field.Options = ui.DescribeSelect, statementOptions(d.text, field.Value)
	case archive.FieldCollections:
		field.Kind = ui.DescribeTicks
		field.Options, err = d.collectionOptions()
	case archive.FieldCredits:
		field.Kind, field.Usual, field.Others = ui.DescribeCredits, relatorOptions(d.text, asked.Relators), relatorOptions(d.text, d.otherRelators(asked))
		field.Credits, err = d.creditRows()
	case archive.FieldRelations:
		field.Kind, field.Types = ui.DescribeLinks, relationOptions(d.text)
		field.Links, err = d.relationRows()
	case archive.FieldTitles:
		field.Kind = ui.DescribeText
	default:
		if f.ManyLines() {
			field.Kind = ui.DescribeText
		}
	}
	return field, err
}

// sentence says what is wrong with a field or a row.
func (d *describing) sentence(place string) string {
	if err := d.edited.Wrong[place]; err != nil {
		return d.text.Sentence(err)
	}
	return ""
}

// clash is what somebody else wrote into the field, while the person has not chosen.
func (d *describing) clash(f archive.Field) *ui.DescribeClash {
	if !d.form.Has("xung-" + string(f)) {
		return nil
	}
	c := &ui.DescribeClash{Theirs: d.said(f, baseOf(d.form)[f]), Chosen: d.form.Get("chon-" + string(f))}
	for _, clash := range d.edited.Clashes {
		if clash.Field == f {
			c.Who, c.When = clash.Name, clash.Time
		}
	}
	return c
}

func (d *describing) genreOptions(now string) []ui.DescribeOption {
	var list []ui.DescribeOption
	for _, g := range d.around.genres {
		list = append(list, ui.DescribeOption{Value: string(g.ID), Label: d.names[g.ID], Chosen: string(g.ID) == now})
	}
	return withNow(list, now, now)
}

// withNow adds what stands in a field and is none of its options: nothing is lost by opening a form.
func withNow(list []ui.DescribeOption, now, label string) []ui.DescribeOption {
	if slices.ContainsFunc(list, func(o ui.DescribeOption) bool { return o.Value == now }) {
		return list
	}
	return append(list, ui.DescribeOption{Value: now, Label: label, Chosen: true})
}

// describeLanguages are offered, those spoken here first.
func describeLanguages() []string {
	return []string{"vi", "tyz", "tai", "blt", "lo", "km", "th", "en", "fr", "zh", "ru", "ja", "ko", "de", "es"}
}

func languageOptions(t ui.Text, now string) []ui.DescribeOption {
	list := []ui.DescribeOption{{Label: t.Text("describe.unsaid"), Chosen: now == ""}}
	for _, tag := range describeLanguages() {
		list = append(list, ui.DescribeOption{Value: tag, Label: languageName(t, tag), Chosen: tag == now})
	}
	return withNow(list, now, now)
}

func statementOptions(t ui.Text, now string) []ui.DescribeOption {
	list := []ui.DescribeOption{{Label: t.Text("describe.unsaid"), Chosen: now == ""}}
	var addresses []string
	for _, s := range []string{"by", "by-sa", "by-nc", "by-nd", "by-nc-sa", "by-nc-nd"} {
		addresses = append(addresses, "https://creativecommons.org/licenses/"+s+"/4.0/")
	}
	addresses = append(addresses, "https://creativecommons.org/publicdomain/zero/1.0/", "https://creativecommons.org/publicdomain/mark/1.0/")
	for _, s := range statements {
		addresses = append(addresses, "http://rightsstatements.org/vocab/"+statementPath(s)+"/1.0/")
	}
	for _, a := range addresses {
		list = append(list, ui.DescribeOption{Value: a, Label: rights(t, archive.Rights{Statement: a}).Name, Chosen: a == now})
	}
	return withNow(list, now, cmp.Or(rights(t, archive.Rights{Statement: now}).Name, now))
}

// statementPath is a statement as rightsstatements.org writes it in addresses.
func statementPath(s string) string {
	for _, p := range []string{"InC", "InC-OW-EU", "InC-EDU", "InC-NC", "InC-RUU", "NoC-CR", "NoC-NC", "NoC-OKLR", "NoC-US", "CNE", "UND", "NKC"} {
		if strings.EqualFold(p, s) {
			return p
		}
	}
	return s
}

func relatorOptions(t ui.Text, list []archive.Relator) []ui.DescribeOption {
	var options []ui.DescribeOption
	for _, r := range list {
		options = append(options, ui.DescribeOption{Value: string(r), Label: relatorName(t, r)})
	}
	return options
}

func relatorName(t ui.Text, r archive.Relator) string {
	if key := "relator." + strings.ReplaceAll(string(r), " ", "-"); t.Has(key) {
		return t.Text(key)
	}
	return string(r)
}

// otherRelators are those that the genre does not offer first, and what stands in a row.
func (d *describing) otherRelators(asked archive.DescribeForm) []archive.Relator {
	all := archive.Relators()
	for _, row := range rows(d.form, creditParts) {
		if r := archive.Relator(row["vai"]); r != "" && !slices.Contains(all, r) {
			all = append(all, r)
		}
	}
	return slices.DeleteFunc(all, func(r archive.Relator) bool { return slices.Contains(asked.Relators, r) })
}

func relationOptions(t ui.Text) []ui.DescribeOption {
	var list []ui.DescribeOption
	for _, r := range archive.RelationTypes() {
		list = append(list, ui.DescribeOption{Value: string(r), Label: t.Text("describe.relation." + string(r))})
	}
	return list
}

func (d *describing) collectionOptions() ([]ui.DescribeOption, error) {
	all, err := d.reader.EveryCollection(d.ctx, manyCollections)
	if err != nil {
		return nil, err
	}
	var list []ui.DescribeOption
	for _, c := range all {
		list = append(list, ui.DescribeOption{Value: string(c.ID), Label: collectionPath(all, c), Chosen: slices.Contains(d.form[string(archive.FieldCollections)], string(c.ID))})
	}
	slices.SortStableFunc(list, func(a, b ui.DescribeOption) int { return cmp.Compare(viet.SortKey(a.Label), viet.SortKey(b.Label)) })
	return list, nil
}

// collectionPath is a collection with those above it.
func collectionPath(all []archive.Collection, c archive.Collection) string {
	path := c.Title
	for range len(all) {
		i := slices.IndexFunc(all, func(o archive.Collection) bool { return o.ID == c.Parent })
		if i < 0 {
			break
		}
		c = all[i]
		path = c.Title + " › " + path
	}
	return path
}

func (d *describing) creditRows() ([]ui.CreditRow, error) {
	given := rows(d.form, creditParts)
	var ids []archive.AgentID
	for _, row := range given {
		ids = append(ids, archive.AgentID(row["nguoi"]))
	}
	known, err := d.reader.AgentsByID(d.ctx, ids)
	if err != nil {
		return nil, err
	}
	var list []ui.CreditRow
	for i, row := range given {
		c := typedCredit(row)
		r := ui.CreditRow{At: i, Name: row["ten"], Relator: row["vai"], Agent: row["nguoi"], Wrong: d.sentence(editorial.Row(archive.FieldCredits, i)),
			Choice: row["chon"], New: c.New, Born: row["sinh"], Died: row["mat"], Kind: row["kieu"], Body: c.Organisation}
		if a, ok := known[archive.AgentID(row["nguoi"])]; ok && !c.New {
			r.About, r.Edit = aboutAgent(d.text, &a, row["ten"]), d.text.Path(address.EditAgent(a.ID))
		}
		if r.Wrong != "" || d.c.FormValue(formAct) == "tim-"+strconv.Itoa(i) {
			if r.Choices, err = d.choices(row["ten"]); err != nil {
				return nil, err
			}
		}
		list = append(list, r)
	}
	return list, nil
}

// choices are whom a name may mean, and somebody new.
func (d *describing) choices(name string) ([]ui.DescribeOption, error) {
	if viet.Clean(name) == "" {
		return nil, nil
	}
	found, err := d.reader.FindAgents(d.ctx, name, mostFound)
	if err != nil {
		return nil, err
	}
	var list []ui.DescribeOption
	for i := range found {
		a := &found[i]
		list = append(list, ui.DescribeOption{Value: string(a.ID), Label: nameLike(a, name), Help: aboutAgent(d.text, a, name)})
	}
	return append(list, ui.DescribeOption{Value: "moi", Label: d.text.Text("describe.make", name), Help: d.text.Text("describe.make-help")}), nil
}

// nameLike is that of the agent's names that begins like what was typed.
func nameLike(a *archive.Agent, typed string) string {
	want := viet.Fold(viet.Clean(typed))
	for _, n := range a.Names {
		if strings.HasPrefix(viet.Fold(n.Name), want) {
			return n.Name
		}
	}
	return a.Name()
}

// aboutAgent tells somebody apart from namesakes: life dates, other names, chapter, how many works.
func aboutAgent(t ui.Text, a *archive.Agent, shown string) string {
	var parts []string
	if a.Organisation {
		parts = append(parts, t.Text("agent.organisation"))
	}
	switch {
	case a.Born != "" && a.Died != "":
		parts = append(parts, fmt.Sprintf("%s – %s", t.Date(a.Born), t.Date(a.Died)))
	case a.Born != "":
		parts = append(parts, t.Text(lifeKey(a, "from"), t.Date(a.Born)))
	case a.Died != "":
		parts = append(parts, t.Text(lifeKey(a, "until"), t.Date(a.Died)))
	}
	var others []string
	for _, n := range a.Names {
		same := func(other string) bool { return viet.SortKey(viet.Clean(other)) == viet.SortKey(viet.Clean(n.Name)) }
		if !same(shown) && !same(nameLike(a, shown)) && !slices.ContainsFunc(others, same) {
			others = append(others, n.Name)
		}
	}
	if len(others) > 0 {
		parts = append(parts, t.Text("describe.also", strings.Join(others, ", ")))
	}
	if a.Chapter != "" {
		parts = append(parts, t.Text("agent.chapter", a.Chapter))
	}
	return strings.Join(append(parts, t.Text("list.count", a.Works)), " · ")
}

func lifeKey(a *archive.Agent, end string) string {
	if a.Organisation {
		return "agent.body-" + end
	}
	return "agent.life-" + end
}

func (d *describing) relationRows() ([]ui.RelationRow, error) {
	given := rows(d.form, relationParts)
	var ids []archive.WorkID
	for _, row := range given {
		ids = append(ids, archive.WorkID(row["dich"]))
	}
	titles, err := d.titlesOf(ids)
	if err != nil {
		return nil, err
	}
	var list []ui.RelationRow
	for i, row := range given {
		r := ui.RelationRow{At: i, Type: row["quan-he"], Target: row["dich"], Text: row["tac-pham"], Choice: row["chon-tp"], Wrong: d.sentence(editorial.Row(archive.FieldRelations, i))}
		if title := titles[archive.WorkID(r.Target)]; title != "" && r.Text == r.Target {
			r.Text = title
		}
		if r.Wrong != "" {
			if r.Choices, err = d.worksLike(r.Text); err != nil {
				return nil, err
			}
		}
		list = append(list, r)
	}
	return list, nil
}

// titlesOf are those of works, as the viewer may see them.
func (v *visit) titlesOf(ids []archive.WorkID) (map[archive.WorkID]string, error) {
	works, err := v.reader.WorksByID(v.ctx, ids)
	titles := map[archive.WorkID]string{}
	for _, w := range works {
		titles[w.ID] = w.Title
	}
	return titles, err
}

// worksLike are the works, in whatever state, whose title begins with what was typed.
func (d *describing) worksLike(typed string) ([]ui.DescribeOption, error) {
	if viet.SortKey(typed) == "" {
		return nil, nil
	}
	works, err := d.reader.WorksByTitle(d.ctx, typed, mostFound)
	var list []ui.DescribeOption
	for i := range works {
		w := &works[i]
		if w.ID == d.work.ID {
			continue
		}
		about := []string{d.names[w.Genre]}
		for _, c := range w.Credits {
			about = append(about, c.Name)
		}
		list = append(list, ui.DescribeOption{Value: string(w.ID), Label: w.Title, Help: strings.Join(about, " · ")})
	}
	return list, err
}

// problems lead to every field that is wrong or asks for a choice.
func problems(sections []ui.DescribeSection) []ui.Link {
	var list []ui.Link
	add := func(id, label, sentence string) {
		if sentence != "" {
			list = append(list, ui.Link{Label: label + ": " + sentence, URL: "#f-" + strings.ReplaceAll(id, ".", "-")})
		}
	}
	for _, s := range sections {
		for _, f := range s.Fields {
			add(f.Name, cmp.Or(f.Label, s.Title), f.Wrong)
			if f.Clash != nil && f.Wrong == "" {
				list = append(list, ui.Link{Label: cmp.Or(f.Label, s.Title), URL: "#f-" + f.Name})
			}
			for _, r := range f.Credits {
				add(fmt.Sprintf("ten-%d", r.At), cmp.Or(r.Name, f.Label), r.Wrong)
			}
			for _, r := range f.Links {
				add(fmt.Sprintf("tac-pham-%d", r.At), cmp.Or(r.Text, f.Label), r.Wrong)
			}
		}
	}
	return list
}

// said is a field in words, for people who did not type it.
func (d *describing) said(f archive.Field, text string) []string {
	switch f {
	case archive.FieldGenre:
		return nonEmpty(cmp.Or(d.names[archive.GenreID(text)], text))
	case archive.FieldLanguage:
		if text == "" {
			return nil
		}
		return nonEmpty(languageName(d.text, text))
	case archive.FieldStatement:
		return nonEmpty(rights(d.text, archive.Rights{Statement: text}).Name)
	case archive.FieldDate, archive.FieldFrom, archive.FieldTo, archive.FieldLicence, archive.FieldCopyright:
		return nonEmpty(typedDate(d.text, text))
	case archive.FieldCredits:
		return d.creditLines(text)
	case archive.FieldRelations, archive.FieldCollections:
		return d.pointedAt(f, text)
	default:
		return archive.Lines(text)
	}
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

func (d *describing) creditLines(text string) (list []string) {
	for _, line := range archive.Lines(text) {
		c, err := archive.ParseCredit(line)
		if err != nil {
			list = append(list, line)
			continue
		}
		list = append(list, c.Name+" ("+relatorName(d.text, c.Relator)+")")
	}
	return list
}

// pointedAt names what a list of identifiers points at; what is not there any more keeps its identifier.
func (d *describing) pointedAt(f archive.Field, text string) (list []string) {
	for _, line := range archive.Lines(text) {
		if f == archive.FieldCollections {
			known, err := d.reader.KnownCollections(d.ctx, []archive.CollectionID{archive.CollectionID(line)})
			if err != nil {
				known = nil
			}
			list = append(list, cmp.Or(known[archive.CollectionID(line)].Title, line))
			continue
		}
		r, err := archive.ParseRelation(line)
		if err != nil {
			list = append(list, line)
			continue
		}
		titles, err := d.titlesOf([]archive.WorkID{r.Target})
		if err != nil {
			titles = nil
		}
		list = append(list, d.text.Text("describe.relation."+string(r.Type))+": "+cmp.Or(titles[r.Target], string(r.Target)))
	}
	return list
}

// offers are what the files say of the work and the form does not yet.
func (d *describing) offers(f archive.Field) []ui.DescribeOffer {
	tags := map[archive.Field][]string{archive.FieldTitle: {"title"}, archive.FieldDate: {"date"}, archive.FieldDescription: {"comment"}}
	credits := []struct {
		tag     string
		relator archive.Relator
	}{{"composer", archive.Composer}, {"lyricist", archive.Lyricist}, {"artist", archive.DefaultRelator(d.work.Genre, d.group(d.work.Genre))}}
	var list []ui.DescribeOffer
	seen := map[string]bool{d.form.Get(string(f)): true, "": true}
	for _, r := range d.work.Representations {
		for _, file := range r.Files {
			for _, tag := range tags[f] {
				text := viet.Clean(file.Tags[tag])
				if text, err := editorial.Tidy(f, text, ""); err == nil && !seen[offered(d.text, f, text)] {
					text = offered(d.text, f, text)
					seen[text] = true
					list = append(list, ui.DescribeOffer{Label: text, From: file.Name, Act: "lay:" + string(f) + ":" + text, Value: text})
				}
			}
			if f == archive.FieldCredits {
				for _, c := range credits {
					list = append(list, d.creditOffers(file, file.Tags[c.tag], c.relator, seen)...)
				}
			}
		}
	}
	return list
}

func offered(t ui.Text, f archive.Field, text string) string {
	if f == archive.FieldDate {
		return typedDate(t, text)
	}
	return text
}

func (d *describing) creditOffers(file archive.File, tag string, relator archive.Relator, seen map[string]bool) (list []ui.DescribeOffer) {
	if d.group(d.work.Genre) == "am-nhac" && tag == file.Tags["artist"] {
		relator = archive.Performer
	}
	var given []string
	for _, row := range rows(d.form, creditParts) {
		given = append(given, viet.SortKey(row["ten"]))
	}
	for name := range strings.SplitSeq(tag, ";") {
		name = viet.Clean(name)
		if key := viet.SortKey(name); key == "" || seen[name] || slices.Contains(given, key) {
			continue
		}
		seen[name] = true
		list = append(list, ui.DescribeOffer{Label: name + " (" + relatorName(d.text, relator) + ")", From: file.Name, Act: "lay:credits:" + string(relator) + ":" + name})
	}
	return list
}
