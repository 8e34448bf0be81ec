package derive_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
	"vannghe/internal/tool/ffmpeg"
)

func taggedSong(b *bench) original {
	b.t.Helper()
	song := b.film(ffmpeg.Spec{Format: "mp3", Duration: time.Second, Melody: tune(), Tags: ffmpeg.Tags{Title: "Câu hò bên sông", Artist: "Nguyễn Thị Đào; Lê Văn Bến",
		Composer: "Trần Sông", Album: "Sông quê", Date: "1997"}})
	return original{"track03.mp3", "mp3", song}
}

// change alters a work before its files are looked into.
func (b *bench) change(id archive.WorkID, fn func(*archive.Work)) {
	b.t.Helper()
	b.update(func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, id)
		if err != nil {
			return err
		}
		fn(&w)
		return tx.PutWork(ctx, &w)
	})
}

// TestTagsDescribeWhatNobodyDescribed: a tagged song without a manifest is found by its title and its people.
func TestTagsDescribeWhatNobodyDescribed(t *testing.T) {
	b := newBench(t)
	id := b.accession("ca-khuc", taggedSong(b))
	b.change(id, func(w *archive.Work) { w.Title, w.TitleGuessed = "track03", true })
	b.drain()
	r := b.result(id).settled()
	if r.work.Title != "Câu hò bên sông" || r.work.TitleGuessed || r.work.Date != "1997" {
		t.Errorf("title %q, guessed %v, date %s", r.work.Title, r.work.TitleGuessed, r.work.Date)
	}
	var credits []string
	for _, c := range r.work.Credits {
		credits = append(credits, c.Name+" "+string(c.Relator))
	}
	if got := strings.Join(credits, ", "); got != "Trần Sông composer, Nguyễn Thị Đào performer, Lê Văn Bến performer" {
		t.Errorf("credits %s", got)
	}
	if !strings.Contains(r.details(), `title, credits, date as the tags of "track03.mp3" have it`) {
		t.Errorf("the record does not say where this comes from:\n%s", r.details())
	}
	if f := r.files[0]; f.Duration == 0 || f.Tags["album"] != "Sông quê" {
		t.Errorf("the facts of the file are lost: %+v", f)
	}
}

// TestTagsNeverOverwrite: what a manifest or a person gave stays.
func TestTagsNeverOverwrite(t *testing.T) {
	b := newBench(t)
	song := taggedSong(b)
	singer := archive.Agent{ID: archive.NewID[archive.AgentID](), Names: []archive.AgentName{{Name: "Hoa", Kind: archive.RealName}}}
	b.update(func(ctx context.Context, tx *catalog.Tx) error { return tx.PutAgent(ctx, singer) })
	for name, given := range map[string]func(*archive.Work){
		"a title": func(w *archive.Work) { w.Title = "Tựa" },
		"credits": func(w *archive.Work) {
			w.TitleGuessed, w.Credits = true, []archive.Credit{{Agent: singer.ID, Name: "Hoa", Relator: archive.Singer}}
		},
		"the date": func(w *archive.Work) { w.TitleGuessed, w.Date = true, "2001" },
	} {
		t.Run(name, func(t *testing.T) {
			b := b.in(t)
			id := b.accession("ca-khuc", song)
			b.change(id, given)
			before := b.result(id).work
			b.runJob(catalog.Job{Kind: editorial.JobPlan, Work: id}) // which reads the tags: nothing has to be made for it
			r := b.result(id)
			w := r.work
			if r.files[0].Tags["title"] == "" {
				t.Fatal("nobody has read the tags")
			}
			if name == "the date" {
				before.Title, before.Credits = w.Title, w.Credits
			}
			if w.Title != before.Title || len(w.Credits) != len(before.Credits) || w.Date != before.Date {
				t.Errorf("became %+v", w)
			}
		})
	}
}
