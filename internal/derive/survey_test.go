package derive_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/derive"
	"vannghe/internal/editorial"
	"vannghe/internal/tool/ffmpeg"
	"vannghe/storage"
	"vannghe/storage/diskstore"
	"vannghe/storage/miniostore"
	"vannghe/storage/miniostore/miniotest"
)

// survey runs a survey and all that comes of it.
func (b *bench) survey() {
	b.t.Helper()
	b.update(derive.Survey)
	b.drain()
}

// stored lists the keys below derived/.
func (b *bench) stored() []string {
	b.t.Helper()
	var keys []string
	for o, err := range b.bucket.List(b.t.Context(), "derived") {
		if err != nil {
			b.t.Fatal(err)
		}
		keys = append(keys, string(o.Key))
	}
	return keys
}

func TestDerivedIsMadeAgain(t *testing.T) {
	server := miniotest.Start(t)
	for name, open := range map[string]func() (storage.Driver, error){
		"disk":  func() (storage.Driver, error) { return diskstore.Open(t.TempDir()) },
		"minio": func() (storage.Driver, error) { return miniostore.Open(t.Context(), server.DSN("survey")) },
	} {
		t.Run(name, func(t *testing.T) {
			driver, err := open()
			if err != nil {
				t.Fatal(err)
			}
			b := newBenchOn(t, driver)
			poemID := b.accession("tho", original{"a.txt", "text", []byte(poem)})
			painting := b.accession("hoi-hoa", original{"b.jpg", "jpeg", b.painting(1000, 700)}, original{"c.bin", "unknown", []byte{1}})
			b.drain()
			before := b.stored()
			for _, gone := range []string{"derived", "derived/" + string(painting), before[len(before)-1]} {
				if gone == before[len(before)-1] {
					err = b.bucket.Delete(t.Context(), storage.Key(gone))
				} else {
					err = b.bucket.DeletePrefix(t.Context(), gone)
				}
				if err != nil {
					t.Fatal(err)
				}
				b.survey()
				if got := b.stored(); strings.Join(got, " ") != strings.Join(before, " ") {
					t.Errorf("without %s: stored %v, want %v", gone, got, before)
				}
				b.result(poemID).settled()
				b.result(painting).settled()
			}
			events := len(b.result(painting).events)
			b.survey()
			if got := len(b.result(painting).events); got != events {
				t.Errorf("a survey of what is whole made %d derivatives", got-events)
			}
		})
	}
}

// TestWhatIsMadeAgainStaysPublished: the page of a work does not vanish because somebody emptied a folder.
func TestWhatIsMadeAgainStaysPublished(t *testing.T) {
	b := newBench(t)
	id := b.derived("tho", original{"a.txt", "text", []byte(poem)}).work.ID
	if err := b.bucket.DeletePrefix(t.Context(), "derived"); err != nil {
		t.Fatal(err)
	}
	if err := b.deriver.Handlers()[derive.JobSurvey](t.Context(), catalog.Job{}, catalog.Attempt{}); err != nil {
		t.Fatal(err)
	}
	if r := b.result(id); r.work.State != archive.Published || r.one("text").State != archive.DerivativePending {
		t.Errorf("the work is %s, the text %s", r.work.State, r.one("text").State)
	}
}

func TestARaisedRecipeReplacesTheFormer(t *testing.T) {
	b := newBench(t)
	id := b.derived("hoi-hoa", original{"b.jpg", "jpeg", b.painting(1000, 700)}).work.ID
	b.deriver.Raise("images")
	survey := b.deriver.Handlers()[derive.JobSurvey]
	if err := survey(t.Context(), catalog.Job{}, catalog.Attempt{}); err != nil {
		t.Fatal(err)
	}
	plan := b.deriver.Handlers()["plan"]
	if err := plan(t.Context(), catalog.Job{Work: id}, catalog.Attempt{}); err != nil {
		t.Fatal(err)
	}
	if err := survey(t.Context(), catalog.Job{}, catalog.Attempt{}); err != nil {
		t.Fatal(err)
	}
	former := b.result(id).settled().one("images")
	if former.Version != 1 || former.State != archive.DerivativeReady {
		t.Errorf("while the newer is made: version %d %s", former.Version, former.State)
	}
	b.survey() // the newer is made
	if d := b.result(id).settled().one("images"); d.Version != 2 || d.State != archive.DerivativeReady {
		t.Errorf("version %d %s", d.Version, d.State)
	}
	b.survey()
	for _, key := range b.stored() {
		if strings.HasPrefix(key, former.Prefix) {
			t.Errorf("%s of the former version is still stored", key)
		}
	}
	versions, err := b.catalog.Reader(archive.System("test")).DerivativeVersions(t.Context(), id)
	if err != nil || len(versions) != 2 {
		t.Errorf("rows %+v %v", versions, err)
	}
}

// TestASurveyOfTheWrongFolderChangesNothing: where the originals are not either, nothing was deleted: nothing is mounted.
func TestASurveyOfTheWrongFolderChangesNothing(t *testing.T) {
	b := newBench(t)
	id := b.derived("tho", original{"a.txt", "text", []byte(poem)}).work.ID
	for _, prefix := range []string{"derived", "archive"} {
		if err := b.bucket.DeletePrefix(t.Context(), prefix); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.deriver.Handlers()[derive.JobSurvey](t.Context(), catalog.Job{}, catalog.Attempt{}); err != nil {
		t.Fatal(err)
	}
	if d := b.result(id).one("text"); d.State != archive.DerivativeReady {
		t.Errorf("the text is %s", d.State)
	}
}

// TestASurveyRemovesWhatNoRowNames: and nothing else, also not what is being made.
func TestASurveyRemovesWhatNoRowNames(t *testing.T) {
	b := newBench(t)
	id := b.derived("tho", original{"a.txt", "text", []byte(poem)}).work.ID
	f := b.result(id).files[0]
	put := func(recipe string) {
		key := storage.Key(derive.Prefix(f, recipe, 1)).Join("x.bin")
		if _, err := b.bucket.Put(t.Context(), key, strings.NewReader("x"), 1, storage.PutOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	put("former")
	put("underway")
	b.update(func(ctx context.Context, tx *catalog.Tx) error {
		return tx.PutDerivative(ctx, archive.Derivative{Work: id, File: f.ID, Recipe: "underway", Version: 1, State: archive.DerivativePending,
			Prefix: derive.Prefix(f, "underway", 1)})
	})
	if err := b.deriver.Handlers()[derive.JobSurvey](t.Context(), catalog.Job{}, catalog.Attempt{}); err != nil {
		t.Fatal(err)
	}
	got := strings.Join(b.stored(), " ")
	if strings.Contains(got, "former") || !strings.Contains(got, "underway") || !strings.Contains(got, "text-v1") {
		t.Errorf("stored %s", got)
	}
}

// TestARecipeRaisedWhileAWorkWaits: what the former version was to make is planned anew, and the work waits for that.
func TestARecipeRaisedWhileAWorkWaits(t *testing.T) {
	b := newBench(t)
	id := b.accession("tho", original{"a.txt", "text", []byte(poem)})
	b.withoutJobs()
	b.pending(catalog.Job{Work: id, File: b.result(id).files[0].ID, Recipe: "text", Version: 1})
	b.deriver.Raise("text")
	b.drain()
	r := b.result(id).settled()
	if d := r.one("text"); d.Version != 2 || d.State != archive.DerivativeReady {
		t.Errorf("made %+v", d)
	}
	if last := r.events[len(r.events)-1]; last.Type != archive.EventPublication {
		t.Errorf("published before it was made: %+v", r.events)
	}
	versions, err := b.catalog.Reader(archive.System("test")).DerivativeVersions(t.Context(), id)
	if err != nil || len(versions) != 1 {
		t.Errorf("rows %+v %v", versions, err)
	}
}

// TestWhatPlayedEarlyGoesADayAfterItsLadder: whoever began with it sees the film to its end, and nobody makes it again.
func TestWhatPlayedEarlyGoesADayAfterItsLadder(t *testing.T) {
	b := newBench(t)
	film := b.film(ffmpeg.Spec{Format: "mp4", Duration: time.Second, Picture: moving(ffmpeg.H264, 640, 360)})
	r := b.derived("phim", original{"a.mp4", "mp4", film})
	b.survey()
	if d := b.result(r.work.ID).settled().one("hls"); d.State != archive.DerivativeReady {
		t.Fatalf("right after the ladder the early one is %s", d.State)
	}
	ladder := r.one("ladder")
	ladder.Made = ladder.Made.Add(-25 * time.Hour)
	b.update(func(ctx context.Context, tx *catalog.Tx) error { return tx.PutDerivative(ctx, ladder) })
	b.survey()
	events := len(b.result(r.work.ID).events)
	b.survey()
	after := b.result(r.work.ID).settled()
	if got := strings.Join(after.recipes(), " "); got != "ladder mp4 poster sprite" || len(after.events) != events {
		t.Errorf("a day later there are %s, %d things were made", got, len(after.events)-events)
	}
	for _, key := range b.stored() {
		if strings.Contains(key, "/hls-v") {
			t.Errorf("%s is left", key)
		}
	}
}

// TestASurveyLeavesPiecesOfWhatIsBeingMade, and removes those of what is ready.
func TestASurveyLeavesPiecesOfWhatIsBeingMade(t *testing.T) {
	b := newBench(t)
	film := b.film(ffmpeg.Spec{Format: "mp4", Duration: time.Second, Picture: moving(ffmpeg.H264, 640, 360)})
	r := b.derived("phim", original{"a.mp4", "mp4", film})
	ladder := r.one("ladder")
	piece := storage.Key(ladder.Prefix + ".pieces").Join("0").Join("360p.m4s")
	look := func(state archive.DerivativeState) bool {
		d := ladder
		if d.State = state; state == archive.DerivativePending {
			d.Assets = nil
		}
		b.update(func(ctx context.Context, tx *catalog.Tx) error { return tx.PutDerivative(ctx, d) })
		if _, err := b.bucket.Put(t.Context(), piece, strings.NewReader("x"), 1, storage.PutOptions{}); err != nil {
			t.Fatal(err)
		}
		if err := b.deriver.Handlers()[derive.JobSurvey](t.Context(), catalog.Job{}, catalog.Attempt{}); err != nil {
			t.Fatal(err)
		}
		return slices.Contains(b.stored(), string(piece))
	}
	told := storage.Key("derived").Join(string(ladder.Work), archive.MadeName)
	if _, err := b.bucket.Put(t.Context(), told, strings.NewReader("{}"), 2, storage.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	if !look(archive.DerivativePending) {
		t.Error("a survey took the pieces of a ladder under way")
	}
	if look(archive.DerivativeReady) {
		t.Error("pieces of a ladder that is ready are left")
	}
	if !slices.Contains(b.stored(), string(told)) {
		t.Error("a survey took what is told of the derivatives")
	}
}

// TestAnOldLadderGetsALowSound: a ladder of the former version is not encoded again, it only gets what it lacks.
func TestAnOldLadderGetsALowSound(t *testing.T) {
	b := newBench(t)
	film := b.film(ffmpeg.Spec{Format: "mp4", Duration: 2 * time.Second, Picture: moving(ffmpeg.H264, 480, 270), Melody: tune()})
	id := b.accession("phim", original{"a.mp4", "mp4", film})
	b.drain()
	now := b.result(id).settled().one("ladder")
	old := now
	old.Version, old.Prefix = 1, strings.Replace(now.Prefix, "ladder-v2", "ladder-v1", 1)
	old.Assets = slices.DeleteFunc(slices.Clone(now.Assets), func(a archive.Asset) bool {
		return strings.Contains(a.Path, "-low.") || strings.Contains(a.Path, "listen")
	})
	const marked = "240p.m4s"
	for _, a := range old.Assets {
		content := b.content(storage.Key(now.Prefix).Join(a.Path))
		if a.Path == marked {
			content[len(content)-1] ^= 1 // what is encoded again is not so
		}
		b.put(storage.Key(old.Prefix).Join(a.Path), content)
	}
	b.update(func(ctx context.Context, tx *catalog.Tx) error {
		return errors.Join(tx.DropDerivative(ctx, now), tx.PutDerivative(ctx, old),
			tx.Enqueue(ctx, catalog.Job{Kind: editorial.JobPlan, Work: id}))
	})
	want := b.content(storage.Key(old.Prefix).Join(marked))
	b.drain()
	r := b.result(id).settled()
	if d := r.one("ladder"); d.Version != 2 || !strings.Contains(r.details(), "all by the former version") {
		t.Fatalf("ladder %+v\n%s", d, r.details())
	}
	if !bytes.Equal(r.read("ladder", marked), want) {
		t.Error("a picture was encoded again")
	}
	if master := string(r.read("ladder", "master.m3u8")); strings.Count(master, "\n#EXT-X-MEDIA:TYPE=AUDIO") != 2 || len(r.read("ladder", "audio-low.m4s")) == 0 {
		t.Errorf("the low sound is missing:\n%s", master)
	}
}

func (b *bench) content(key storage.Key) []byte {
	b.t.Helper()
	r, _, err := b.bucket.Open(b.t.Context(), key)
	if err != nil {
		b.t.Fatal(err)
	}
	content, err := io.ReadAll(r)
	if err := errors.Join(err, r.Close()); err != nil {
		b.t.Fatal(err)
	}
	return content
}

func (b *bench) put(key storage.Key, content []byte) {
	b.t.Helper()
	if _, err := b.bucket.Put(b.t.Context(), key, bytes.NewReader(content), int64(len(content)), storage.PutOptions{}); err != nil {
		b.t.Fatal(err)
	}
}
