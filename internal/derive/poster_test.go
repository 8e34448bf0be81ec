package derive_test

import (
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/derive"
	"vannghe/internal/editorial"
	"vannghe/internal/tool"
	"vannghe/internal/tool/ffmpeg"
	"vannghe/internal/tool/vips"
	"vannghe/storage"
	"vannghe/storage/diskstore"
)

// darkAtFirst is a film whose first second is black, and in which a picture lies.
func (b *bench) darkAtFirst() []byte {
	b.t.Helper()
	p := moving(ffmpeg.H264, 192, 108)
	p.BlackLead = time.Second
	film := writeFile(b.t, b.film(ffmpeg.Spec{Format: "mp4", Duration: 3 * time.Second, Picture: p}))
	cover := writeFile(b.t, b.painting(300, 200))
	return b.fileMade(func(out string) error {
		_, err := b.runner.Run(b.t.Context(), tool.Command{Program: tool.FFmpeg, Limits: tool.Limits{Time: time.Minute}, Args: []string{"-nostdin", "-v", "error",
			"-i", film, "-i", cover, "-map", "0", "-map", "1", "-c", "copy", "-disposition:v:1", "attached_pic", "-f", "mp4", out}})
		return err
	})
}

// light is the mean of the poster's colour, from 0 to 765, and its width.
func (r result) light() (light, width int) {
	r.t.Helper()
	c, err := vips.New(r.runner, vips.DefaultLimits()).Average(r.t.Context(), vips.Source{Path: r.local("poster", "poster.jpg"), Format: "jpeg"})
	if err != nil {
		r.t.Fatal(err)
	}
	return int(c.R) + int(c.G) + int(c.B), r.asset("poster", "poster.jpg").Width
}

// choose chooses a poster and has it made.
func (b *bench) choose(p derive.Poster) result {
	b.t.Helper()
	if err := derive.ChoosePoster(b.t.Context(), b.catalog, p, editorial.By{Agent: "lan", Reason: "gia đình muốn thế"}); err != nil {
		b.t.Fatal(err)
	}
	b.drain()
	return b.result(p.Work)
}

func TestAPosterThatSomebodyChose(t *testing.T) {
	b := newBench(t)
	r := b.derived("phim", original{"a.mp4", "mp4", b.darkAtFirst()}, original{"b.txt", "text", []byte(poem)})
	if l, _ := r.light(); l < 100 {
		t.Fatalf("chosen by the recipe: %d", l)
	}
	film := r.files[0].ID
	r = b.choose(derive.Poster{Work: r.work.ID, File: film, At: 500 * time.Millisecond})
	if l, _ := r.light(); l > 60 {
		t.Errorf("at half a second it is black, the poster is %d", l)
	}
	if r.work.Poster != film || r.work.PosterAt != 500*time.Millisecond || !strings.Contains(r.details(), "the picture is file "+string(film)+" at 500ms: gia đình muốn thế") {
		t.Errorf("poster %s at %s, the record:\n%s", r.work.Poster, r.work.PosterAt, r.details())
	}
	if r.work.Preserved == r.work.Version {
		t.Error("the archive of record is owed nothing")
	}

	events := len(r.events)
	if r = b.choose(derive.Poster{Work: r.work.ID, File: film, At: 500 * time.Millisecond}); len(r.events) != events {
		t.Error("the same choice is recorded twice")
	}
	if err := b.bucket.DeletePrefix(t.Context(), "derived/"); err != nil {
		t.Fatal(err)
	}
	b.update(derive.Survey)
	b.drain()
	if l, _ := b.result(r.work.ID).light(); l > 60 {
		t.Errorf("made anew it is %d: the recipe overwrote the choice", l)
	}

	if l, width := b.choose(derive.Poster{Work: r.work.ID, File: film, At: archive.PosterAttached}).light(); l < 60 || width != 300 {
		t.Errorf("the picture in the file: %d, %d wide", l, width)
	}
	if l, width := b.choose(derive.Poster{Work: r.work.ID, File: film, At: 3 * time.Second}).light(); l < 60 || width != 192 {
		t.Errorf("at the very end: %d, %d wide", l, width)
	}
	if l, _ := b.choose(derive.Poster{Work: r.work.ID}).light(); l < 100 {
		t.Errorf("chosen by the recipe again: %d", l)
	}
	for _, c := range []struct {
		p      derive.Poster
		reason archive.Reason
	}{
		{derive.Poster{File: film, At: time.Hour}, "poster-instant"}, {derive.Poster{File: film, At: -2}, "poster-instant"},
		{derive.Poster{File: r.files[1].ID}, "poster-file"}, {derive.Poster{File: "aaaaaaaaaaaa"}, "file-missing"},
	} {
		c.p.Work = r.work.ID
		if err := derive.ChoosePoster(t.Context(), b.catalog, c.p, editorial.By{Agent: "lan"}); archive.ReasonOf(err) != c.reason {
			t.Errorf("%+v: %v, want %s", c.p, err, c.reason)
		}
	}
}

// interrupted does something the first time that a poster is stored.
type interrupted struct {
	storage.Driver
	once sync.Once
	do   func()
}

func (s *interrupted) Put(ctx context.Context, key storage.Key, r io.Reader, size int64, o storage.PutOptions) (storage.Object, error) {
	if strings.HasSuffix(string(key), "/poster.jpg") {
		s.once.Do(s.do)
	}
	return s.Driver.Put(ctx, key, r, size, o)
}

// TestAPosterChosenWhileAnotherIsMade: what was begun before the choice does not come after it.
func TestAPosterChosenWhileAnotherIsMade(t *testing.T) {
	disk, err := diskstore.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	driver := &interrupted{Driver: disk}
	b := newBenchOn(t, driver)
	id := b.accession("phim", original{"a.mp4", "mp4", b.darkAtFirst()})
	film := b.result(id).files[0].ID
	driver.do = func() {
		b.update(func(ctx context.Context, tx *catalog.Tx) error {
			w, err := tx.Work(ctx, id)
			if err != nil {
				return err
			}
			w.Poster, w.PosterAt = film, 500*time.Millisecond
			return tx.PutWork(ctx, &w)
		})
	}
	b.drain()
	if l, _ := b.result(id).settled().light(); l > 60 {
		t.Errorf("the poster is %d: it is what was begun before the choice", l)
	}
}
