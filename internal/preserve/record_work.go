package preserve

import (
	"math"
	"slices"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/ocfl"
)

// contentPath is where an object keeps the bytes of a file, as a logical path: under its name, for whoever opens the archive
// without this program, and below its id, since a work may hold several files of one name.
func contentPath(f archive.File) string {
	return "original/" + string(f.ID) + "/" + ocfl.LogicalName(f.Name)
}

// recordOf returns the record of a work; of its parts it holds those that a person edited. Times are UTC.
func recordOf(w *archive.Work, events []archive.Event, parts []archive.Part) *WorkRecord {
	r := &WorkRecord{
		ID: w.ID, Version: w.Version, Key: w.Key, Genre: w.Genre, Title: w.Title, TitleGuessed: w.TitleGuessed, Titles: w.Titles, Description: w.Description,
		Language: w.Language, Date: w.Date, Credits: recordCredits(w.Credits), Rights: RightsRecord(w.Rights), Audience: w.Audience,
		State: w.State, PublishWhenReady: w.PublishWhenReady, WithdrawnReason: w.WithdrawnReason, PublicFrom: w.PublicFrom,
		PublicUntil: w.PublicUntil, Paper: PaperRecord(w.Paper), SourceURL: w.SourceURL, Created: w.Created, Updated: w.Updated,
		Published: w.Published, MergedInto: w.MergedInto, Notice: NoticeRecord(w.Notice), Poster: w.Poster, Collections: w.Collections, Events: events,
	}
	if r.PosterAttached = w.PosterAt == archive.PosterAttached; !r.PosterAttached {
		r.PosterAt = w.PosterAt.Seconds()
	}
	edited := map[archive.FileID][]PartRecord{}
	for _, p := range parts {
		if p.EditedBy != "" {
			edited[p.File] = append(edited[p.File], PartRecord{Ordinal: p.Ordinal, Kind: p.Kind, Locator: p.Locator, Label: p.Label,
				Text: p.Text, Language: p.Language, EditedBy: p.EditedBy, Edited: p.Edited})
		}
	}
	for _, form := range slices.SortedStableFunc(slices.Values(w.Representations), byPosition) {
		r.Representations = append(r.Representations, recordForm(form, edited))
	}
	for _, link := range w.Relations {
		r.Relations = append(r.Relations, RelationRecord(link))
	}
	return r
}

func recordMerged(works []archive.Work) (list []MergedRecord) {
	for _, w := range works {
		list = append(list, MergedRecord{ID: w.ID, Title: w.Title, Key: w.Key, SourceURL: w.SourceURL})
	}
	return list
}

// byPosition is the order given. A reader gets first what is ready, which is no matter of the record.
func byPosition(a, b archive.Representation) int { return a.Position - b.Position }

func recordForm(form archive.Representation, edited map[archive.FileID][]PartRecord) RepresentationRecord {
	r := RepresentationRecord{ID: form.ID, Kind: form.Kind, Medium: form.Medium, Label: form.Label, Date: form.Date,
		Credits: recordCredits(form.Credits), Position: form.Position}
	for _, f := range form.Files {
		file := recordFile(f)
		file.Parts = edited[f.ID]
		r.Files = append(r.Files, file)
	}
	return r
}

func recordFile(f archive.File) FileRecord {
	r := FileRecord{ID: f.ID, Name: f.Name, Path: f.Path, Content: contentPath(f), SHA512: f.Digest, SHA256: f.SHA256, Bytes: f.Size,
		Type: f.Type, Format: f.Format, Position: f.Position, Added: f.Added, Problem: f.Problem, Duration: f.Duration.Seconds(),
		Width: f.Width, Height: f.Height, Pages: f.Pages, Tags: f.Tags}
	if f.State == archive.FilePurged {
		r.Content = ""
	}
	return r
}

func recordCredits(credits []archive.Credit) []CreditRecord {
	var list []CreditRecord
	for _, c := range credits {
		list = append(list, CreditRecord(c))
	}
	return list
}

// Archive returns the work and its events as the catalogue would hold them. State and Key of a file follow from the object
// that the record lies in, so Key is left to the caller; Preserved is Version.
func (r *WorkRecord) Archive() (archive.Work, []archive.Event) {
	w := archive.Work{
		ID: r.ID, Version: r.Version, Preserved: r.Version, Key: r.Key, Genre: r.Genre, Title: r.Title, TitleGuessed: r.TitleGuessed, Titles: r.Titles,
		Description: r.Description, Language: r.Language, Date: r.Date, Credits: credits(r.Credits), Rights: archive.Rights(r.Rights),
		Audience: r.Audience, State: r.State, PublishWhenReady: r.PublishWhenReady, WithdrawnReason: r.WithdrawnReason,
		PublicFrom: r.PublicFrom, PublicUntil: r.PublicUntil, Paper: archive.Paper(r.Paper), SourceURL: r.SourceURL, Created: r.Created,
		Updated: r.Updated, Published: r.Published, MergedInto: r.MergedInto, Collections: r.Collections, Notice: archive.Notice(r.Notice), Poster: r.Poster,
	}
	w.PosterAt = time.Duration(r.PosterAt * float64(time.Second)).Round(time.Microsecond)
	if r.PosterAttached {
		w.PosterAt = archive.PosterAttached
	}
	for _, form := range r.Representations {
		w.Representations = append(w.Representations, form.archive(w.ID))
	}
	for _, link := range r.Relations {
		w.Relations = append(w.Relations, archive.Relation(link))
	}
	return w, r.Events
}

// Edited returns the parts that a person edited, for the catalogue's PutParts of each file.
func (r *WorkRecord) Edited() map[archive.FileID][]archive.Part {
	parts := map[archive.FileID][]archive.Part{}
	for _, form := range r.Representations {
		for _, f := range form.Files {
			for _, p := range f.Parts {
				parts[f.ID] = append(parts[f.ID], archive.Part{Work: r.ID, File: f.ID, Ordinal: p.Ordinal, Kind: p.Kind, Locator: p.Locator,
					Label: p.Label, Text: p.Text, Language: p.Language, EditedBy: p.EditedBy, Edited: p.Edited})
			}
		}
	}
	return parts
}

func (r RepresentationRecord) archive(work archive.WorkID) archive.Representation {
	form := archive.Representation{ID: r.ID, Kind: r.Kind, Medium: r.Medium, Label: r.Label, Date: r.Date, Credits: credits(r.Credits), Position: r.Position}
	for _, f := range r.Files {
		file := f.archive()
		file.Work, file.Representation = work, r.ID
		form.Files = append(form.Files, file)
	}
	return form
}

func (r FileRecord) archive() archive.File {
	f := archive.File{ID: r.ID, Name: r.Name, Path: r.Path, Digest: r.SHA512, SHA256: r.SHA256, Size: r.Bytes, Type: r.Type, Format: r.Format,
		State: archive.FileArchived, Position: r.Position, Added: r.Added, Problem: r.Problem,
		Duration: time.Duration(math.Round(r.Duration * float64(time.Second))), Width: r.Width, Height: r.Height, Pages: r.Pages, Tags: r.Tags}
	if r.Content == "" {
		f.State = archive.FilePurged
	}
	return f
}

func credits(records []CreditRecord) []archive.Credit {
	var list []archive.Credit
	for _, c := range records {
		list = append(list, archive.Credit(c))
	}
	return list
}

func recordAgent(a archive.Agent) *AgentRecord {
	r := &AgentRecord{ID: a.ID, Organisation: a.Organisation, Born: a.Born, Died: a.Died, Chapter: a.Chapter, Biography: a.Biography,
		Predecessor: a.Predecessor, Successor: a.Successor, MergedInto: a.MergedInto}
	for _, n := range a.Names {
		r.Names = append(r.Names, NameRecord(n))
	}
	return r
}

// Archive returns the agent as the catalogue would hold it.
func (r *AgentRecord) Archive() archive.Agent {
	a := archive.Agent{ID: r.ID, Organisation: r.Organisation, Born: r.Born, Died: r.Died, Chapter: r.Chapter, Biography: r.Biography,
		Predecessor: r.Predecessor, Successor: r.Successor, MergedInto: r.MergedInto}
	for _, n := range r.Names {
		a.Names = append(a.Names, archive.AgentName(n))
	}
	return a
}

func recordCollection(c archive.Collection, works []archive.WorkID) *CollectionRecord {
	return &CollectionRecord{ID: c.ID, Parent: c.Parent, Title: c.Title, Description: c.Description, Closes: c.Closes, Works: works}
}

// Archive returns the collection as the catalogue would hold it; the order of Works is for its ArrangeCollection.
func (r *CollectionRecord) Archive() archive.Collection {
	return archive.Collection{ID: r.ID, Parent: r.Parent, Title: r.Title, Description: r.Description, Closes: r.Closes}
}

func recordGenres(genres []archive.Genre) []GenreRecord {
	list := make([]GenreRecord, 0, len(genres))
	for _, g := range genres {
		list = append(list, GenreRecord{ID: g.ID, Name: g.Name, English: g.English, Group: g.Group, Order: g.Order})
	}
	return list
}

// Archive returns the genre as the catalogue would hold it.
func (r GenreRecord) Archive() archive.Genre {
	return archive.Genre{ID: r.ID, Name: r.Name, English: r.English, Group: r.Group, Order: r.Order}
}
