package page

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/editorial"
	"vannghe/internal/ingest"
	"vannghe/web/address"
	"vannghe/web/ui"
)

// reviewView is everything that the page of deciding about a work is made of.
func (v *visit) reviewView(w *archive.Work) (ui.Review, error) {
	m, err := v.material(*w)
	if err != nil {
		return ui.Review{}, err
	}
	m.permalink = v.Address.Of(v.c) + v.text.Path(address.Work(w.ID, w.Title))
	events, err := v.reader.Events(v.ctx, w.ID)
	if err != nil {
		return ui.Review{}, err
	}
	rules, err := v.rules()
	if err != nil {
		return ui.Review{}, err
	}
	path := address.Review(w.ID)
	view := ui.Review{
		Work: v.workView(m), State: w.State, Opens: v.opens(w), Seen: editorial.Seen(w), Base: v.text.Path(path),
		Public: v.text.Path(address.Work(w.ID, w.Title)), Queue: v.text.Path(address.Queue), Minute: v.text.Path(path + "/bien-ban"),
		Needed: rules.Needed(v.group(w.Genre)), Record: recordOf(v.text, w), Spots: spots(v.text, w, m.parts),
		Access: ui.ReviewAccess{From: writeLocal(w.PublicFrom), Until: writeLocal(w.PublicUntil), Audience: w.Audience},
	}
	view.Work.Quoted = true
	if v.viewer.May(archive.PurgeWorks) == nil {
		view.Purge = v.text.Path(address.Purge(w.ID))
	}
	v.may(&view, w, events)
	if v.viewer.May(archive.DescribeWorks) == nil {
		view.Changes = v.text.Path(address.Changes(w.ID))
		if view.May[archive.ActEdit] {
			view.Edit = v.text.Path(address.Edit(w.ID))
		}
	}
	for _, e := range archive.Approvals(events, w.Content()) {
		d, _ := archive.ParseDecision(e.Detail)
		view.Approvals = append(view.Approvals, ui.Approved{Name: d.Name, Time: e.Time, Note: d.Note, Checks: d.Checks})
	}
	if view.History, err = v.named(history(events)); err != nil {
		return ui.Review{}, err
	}
	view.Timed, view.Pictured = senses(w)
	return view, v.discussion(&view, w)
}

// senses reports whether a work holds a recording, and a picture.
func senses(w *archive.Work) (timed, pictured bool) {
	for _, r := range w.Representations {
		timed = timed || r.Medium == archive.Video || r.Medium == archive.Audio
		pictured = pictured || r.Medium == archive.Image || slices.ContainsFunc(r.Files, func(f archive.File) bool { return ingest.MediumOf(f.Format) == archive.Image })
	}
	return timed, pictured
}

// may notes what the viewer may do now.
func (v *visit) may(view *ui.Review, w *archive.Work, events []archive.Event) {
	view.Sent = archive.Sent(events, v.viewer.Account)
	view.May = map[archive.Act]bool{}
	for _, act := range archive.Acts() {
		view.May[act] = v.viewer.MayDo(act, w.State, view.Sent) == nil
	}
	d := slices.ContainsFunc(archive.Approvals(events, w.Content()), func(e archive.Event) bool { return e.Agent == string(v.viewer.Account) })
	view.May[archive.ActApprove] = view.May[archive.ActApprove] && !d // once is enough
}

// discussion adds comments and cases.
func (v *visit) discussion(view *ui.Review, w *archive.Work) error {
	comments, err := v.reader.Comments(v.ctx, w.ID)
	if err != nil {
		return err
	}
	view.Comments, view.Ticks = remarks(v.text, w, comments), true
	draw(view, comments)
	cases, err := v.reader.CasesOf(v.ctx, w.ID)
	for _, c := range cases {
		view.Cases = append(view.Cases, v.caseRow(c, w.Title))
	}
	return err
}

// draw numbers the comments about points of pictures, and puts the points on the pictures of the page.
func draw(view *ui.Review, comments []archive.Comment) {
	n := 0
	for i, c := range comments {
		x, y, point := archive.Point(c.Locator)
		shown := imageOf(&view.Work, c.File)
		if !point || shown == nil {
			continue
		}
		n++
		view.Comments[i].Point, view.Comments[i].Where.URL = n, "#anh-"+string(c.File)
		if c.Done.IsZero() {
			shown.Points = append(shown.Points, ui.Point{Number: n, X: x, Y: y})
		}
	}
}

// imageOf is the picture of a file on the page of a work; nil when there is none.
func imageOf(w *ui.Work, file archive.FileID) *ui.Image {
	for _, s := range w.Sections {
		for _, i := range s.Items {
			if i.Image != nil && i.Image.File == file {
				return i.Image
			}
		}
	}
	return nil
}

func remarks(t ui.Text, w *archive.Work, comments []archive.Comment) []ui.ReviewComment {
	var list []ui.ReviewComment
	for _, c := range comments {
		list = append(list, ui.ReviewComment{ID: c.ID, Where: where(t, w, c), Text: paragraphs(c.Text), Name: c.Name, Time: c.Time, Done: !c.Done.IsZero()})
	}
	return list
}

// recordOf is what the record holds of what the checklist asks for.
func recordOf(t ui.Text, w *archive.Work) ui.ReviewRecord {
	r := ui.ReviewRecord{Rights: cmp.Or(rights(t, w.Rights).Name, w.Rights.Statement), Consent: w.Rights.Evidence}
	var names []string
	for _, c := range w.Credits {
		names = append(names, c.Name)
	}
	for _, form := range w.Representations {
		for _, c := range form.Credits {
			names = append(names, c.Name)
		}
	}
	slices.Sort(names)
	r.Agents = strings.Join(slices.Compact(names), ", ")
	return r
}

// quietEvents are what programs do to files.
func quietEvents() []archive.EventType {
	return []archive.EventType{archive.EventDigest, archive.EventFormat, archive.EventVirusCheck, archive.EventDerivation, archive.EventFixity}
}

// filedEvents are told without their details, which are for programs: identifiers, digests, versions.
func filedEvents() []archive.EventType {
	return []archive.EventType{archive.EventIngestion, archive.EventAccession}
}

// named says who somebody is where the record holds their account.
func (v *visit) named(list []ui.Told) ([]ui.Told, error) {
	known := map[string]string{}
	for i, told := range list {
		name, ok := known[told.Name]
		if !ok && archive.ValidID(told.Name) {
			account, err := v.reader.AccountOf(v.ctx, archive.AccountID(told.Name))
			if err != nil && archive.CodeOf(err) != archive.NotFound {
				return nil, err
			}
			name = cmp.Or(account.Shown, told.Name)
			known[told.Name] = name
		}
		if name != "" {
			list[i].Name = name
		}
	}
	return list, nil
}

// history is what happened, the last first; what programs do to files is left out.
func history(events []archive.Event) []ui.Told {
	var list []ui.Told
	for _, e := range slices.Backward(events) {
		if slices.Contains(quietEvents(), e.Type) {
			continue
		}
		told := ui.Told{Time: e.Time, Type: e.Type, Name: e.Agent, Note: e.Detail}
		if slices.Contains(filedEvents(), e.Type) {
			told.Note = ""
		}
		if d, ok := archive.ParseDecision(e.Detail); ok {
			told.Name, told.Note = d.Name, d.Note
		}
		if c, ok := archive.ParseCorrection(e.Detail); ok {
			told.Name, told.Note, told.Fields = c.Name, "", changedFields(c)
		}
		list = append(list, told)
	}
	return list
}

func changedFields(c archive.Correction) (fields []archive.Field) {
	for _, ch := range c.Changes {
		fields = append(fields, ch.Field)
	}
	return fields
}

// mostSpots bounds the list of places that a comment may be about: a book has thousands.
const mostSpots = 300

// spots are the places of a work that a comment may be about.
func spots(t ui.Text, w *archive.Work, parts map[archive.FileID][]archive.Part) []ui.Spot {
	var list []ui.Spot
	for _, r := range w.Representations {
		for _, f := range r.Files {
			list = append(list, ui.Spot{Value: string(f.ID), Label: t.Text("comment.file", f.Name)})
			for _, p := range parts[f.ID] {
				locator, _, _ := strings.Cut(p.Locator, ",")
				if len(list) < mostSpots && archive.ValidLocator(locator) {
					list = append(list, ui.Spot{Value: string(f.ID) + "/" + locator, Label: spotLabel(t, locator, p)})
				}
			}
		}
	}
	return list
}

func spotLabel(t ui.Text, locator string, p archive.Part) string {
	words := strings.Fields(p.Label + " " + p.Text)
	return locatorName(t, locator) + ": " + strings.Join(words[:min(len(words), 8)], " ")
}

// locatorName is a locator in words.
func locatorName(t ui.Text, locator string) string {
	if x, y, ok := archive.Point(locator); ok {
		return t.Text("comment.at-point", t.Decimal(float64(x)/10, 1), t.Decimal(float64(y)/10, 1))
	}
	if s, ok := strings.CutPrefix(locator, archive.Instant); ok {
		n, err := strconv.Atoi(s)
		if err == nil {
			return t.Text("comment.at", t.Clock(time.Duration(n)*time.Second))
		}
	}
	kind, n, _ := strings.Cut(locator, "-")
	switch kind {
	case "trang":
		return t.Text("part.page", n)
	case "kho":
		return t.Text("part.stanza", n)
	case "muc", "doan":
		return t.Text("part.section", n)
	default:
		return locator
	}
}

// where leads to the spot of a comment.
func where(t ui.Text, w *archive.Work, c archive.Comment) ui.Link {
	if c.File == "" {
		return ui.Link{Label: t.Text("comment.whole")}
	}
	name := string(c.File)
	for _, r := range w.Representations {
		for _, f := range r.Files {
			if f.ID == c.File {
				name = f.Name
			}
		}
	}
	link := ui.Link{Label: name, URL: t.Path(address.Part(w, c.File, c.Locator))}
	if c.Locator != "" {
		link.Label = fmt.Sprintf("%s, %s", name, locatorName(t, c.Locator))
	}
	if _, _, point := archive.Point(c.Locator); point {
		link.URL = t.Path(address.Work(w.ID, w.Title))
	}
	return link
}

// remarkOf reads the form of a comment: a spot that was chosen, or a moment of a recording, or a point of a picture. Invalid
// "spot-unknown".
func remarkOf(c *fiber.Ctx, w *archive.Work) (editorial.Remark, error) {
	file, locator, _ := strings.Cut(c.FormValue("cho"), "/")
	r := editorial.Remark{Work: w.ID, File: archive.FileID(file), Locator: locator, Text: c.FormValue("loi")}
	if s := strings.TrimSpace(c.FormValue("luc")); s != "" {
		at, ok := address.ParseInstant(s)
		if !ok {
			return r, archive.Fail(archive.Invalid, "spot-unknown", s)
		}
		r.File = firstFile(w, r.File, archive.Video, archive.Audio)
		r.Locator = archive.Instant + strconv.Itoa(int(at.Seconds()))
	}
	across, down := c.FormValue("ngang"), c.FormValue("doc")
	if across == "" && down == "" {
		return r, nil
	}
	x, right := thousandths(across)
	y, below := thousandths(down)
	if !right || !below {
		return r, archive.Fail(archive.Invalid, "spot-unknown", across+" "+down)
	}
	r.File, r.Locator = firstFile(w, r.File, archive.Image, archive.Paged), fmt.Sprintf("diem-%d-%d", x, y)
	return r, nil
}

// thousandths reads a percentage as people write it.
func thousandths(s string) (int, bool) {
	x, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimSpace(s), ",", "."), 64)
	if err != nil || math.IsNaN(x) || x < 0 || x > 100 {
		return 0, false
	}
	return int(math.Round(x * 10)), true
}

// firstFile is the file that was chosen, else the first of one of the media.
func firstFile(w *archive.Work, chosen archive.FileID, media ...archive.Medium) archive.FileID {
	if chosen != "" {
		return chosen
	}
	for _, r := range w.Representations {
		if slices.Contains(media, r.Medium) && len(r.Files) > 0 {
			return r.Files[0].ID
		}
	}
	return ""
}
