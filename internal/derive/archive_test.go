package derive_test

import (
	"bytes"
	"context"
	"crypto/sha512"
	"encoding/hex"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/derive"
	"vannghe/internal/editorial"
	"vannghe/internal/tool"
	"vannghe/internal/tool/ffmpeg"
	"vannghe/internal/tool/vips"
	"vannghe/storage"
	"vannghe/storage/diskstore"
)

// bench is an archive in which files lie as accession leaves them, with everything that derives from them.
type bench struct {
	t       testing.TB
	catalog *catalog.Catalog
	bucket  *storage.Bucket
	runner  *tool.Runner
	deriver *derive.Deriver
	scratch string
}

func newBench(t testing.TB) *bench {
	t.Helper()
	driver, err := diskstore.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return newBenchOn(t, driver)
}

func newBenchOn(t testing.TB, driver storage.Driver) *bench {
	t.Helper()
	b := &bench{t: t, catalog: catalogtest.Open(t), bucket: storage.NewBucket(driver), scratch: filepath.Join(t.TempDir(), "scratch")}
	b.runner = newRunner(t, tool.Options{Scratch: b.scratch})
	b.deriver = b.newDeriver(b.runner)
	return b
}

func (b *bench) newDeriver(r *tool.Runner) *derive.Deriver {
	return derive.New(derive.Options{Catalog: b.catalog, Bucket: b.bucket, Runner: r, Log: slog.New(slog.DiscardHandler)})
}

func newRunner(t testing.TB, o tool.Options) *tool.Runner {
	t.Helper()
	if o.Writable == nil { // what tests make lies in folders of theirs
		o.Writable = []string{os.TempDir()}
	}
	r, err := tool.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// original is a file of a work.
type original struct {
	name, format string
	bytes        []byte
}

// accession stores originals as an approved work that waits to be published, and enqueues its plan.
func (b *bench) accession(genre archive.GenreID, originals ...original) archive.WorkID {
	b.t.Helper()
	w := archive.Work{ID: archive.NewID[archive.WorkID](), Genre: genre, Title: "Bến trăng", Language: "vi", Audience: archive.AudiencePublic,
		State: archive.Approved, PublishWhenReady: true}
	r := archive.Representation{ID: archive.NewID[archive.RepresentationID](), Kind: archive.KindRecording, Medium: archive.Other}
	for i, o := range originals {
		sum := sha512.Sum512(o.bytes)
		f := archive.File{ID: archive.NewID[archive.FileID](), Work: w.ID, Representation: r.ID, Name: o.name, Format: o.format, Type: "application/octet-stream",
			Digest: archive.Digest(hex.EncodeToString(sum[:])), Size: int64(len(o.bytes)), State: archive.FileArchived, Position: i, Added: time.Now().UTC()}
		f.Key = "archive/" + string(w.ID) + "/v1/content/" + o.name
		if _, err := b.bucket.Put(b.t.Context(), storage.Key(f.Key), bytes.NewReader(o.bytes), f.Size, storage.PutOptions{}); err != nil {
			b.t.Fatal(err)
		}
		r.Files = append(r.Files, f)
	}
	w.Representations = []archive.Representation{r}
	b.update(func(ctx context.Context, tx *catalog.Tx) error {
		if err := tx.PutWork(ctx, &w); err != nil {
			return err
		}
		return tx.Enqueue(ctx, catalog.Job{Kind: editorial.JobPlan, Work: w.ID})
	})
	return w.ID
}

func (b *bench) update(fn func(ctx context.Context, tx *catalog.Tx) error) {
	b.t.Helper()
	if err := b.catalog.Update(b.t.Context(), fn); err != nil {
		b.t.Fatal(err)
	}
}

// drain runs jobs until none is left.
func (b *bench) drain() {
	b.t.Helper()
	b.drainTo("")
}

// stall runs jobs until those that are left only wait.
func (b *bench) stall() {
	b.t.Helper()
	b.drainTo("jobs-stalled")
}

// drainTo runs jobs to the end that JobsIdle tells of.
func (b *bench) drainTo(end archive.Reason) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), 30*time.Minute)
	defer cancel()
	jobs, err := b.catalog.StartJobs(ctx, jobOptions(b.deriver))
	if err != nil {
		b.t.Fatal(err)
	}
	if err := b.deriver.Recover(ctx); err != nil {
		b.t.Error(err)
	}
	if err := b.catalog.JobsIdle(ctx); archive.ReasonOf(err) != end {
		b.t.Errorf("the jobs came to the end %v, want %q", err, end)
	}
	if err := jobs.Stop(ctx); err != nil {
		b.t.Error(err)
	}
	left, err := filepath.Glob(filepath.Join(b.scratch, "*"))
	if err != nil || len(left) > 0 {
		b.t.Errorf("scratch is not clean: %v %v", left, err)
	}
}

func jobOptions(d *derive.Deriver) catalog.JobOptions {
	handlers := d.Handlers()
	// What Settle enqueues belongs to another package.
	handlers[editorial.JobPreserve] = func(context.Context, catalog.Job, catalog.Attempt) error { return nil }
	return catalog.JobOptions{Handlers: handlers, Settings: d.Settings(), OnFailed: d.OnFailed, OnStalled: d.OnStalled, Light: 2,
		Backoff: func(attempt int) time.Duration {
			if attempt > 14 {
				return time.Hour // it has stalled
			}
			return time.Millisecond
		}}
}

// derived brings originals in and returns what became of them.
func (b *bench) derived(genre archive.GenreID, originals ...original) result {
	b.t.Helper()
	id := b.accession(genre, originals...)
	b.drain()
	return b.result(id).settled()
}

// only brings originals in and has one recipe make what it makes of them; all else is planned and waits.
func (b *bench) only(recipe string, genre archive.GenreID, originals ...original) result {
	b.t.Helper()
	id := b.accession(genre, originals...)
	b.runJob(catalog.Job{Kind: editorial.JobPlan, Work: id})
	for _, d := range b.result(id).made {
		if d.Recipe == recipe {
			b.runJob(catalog.Job{Kind: derive.JobDerive, Work: id, File: d.File, Recipe: d.Recipe, Version: d.Version})
		}
	}
	return b.result(id)
}

// runJob runs a job here and now.
func (b *bench) runJob(j catalog.Job) {
	b.t.Helper()
	if err := b.deriver.Handlers()[j.Kind](b.t.Context(), j, catalog.Attempt{Number: 1}); err != nil {
		b.t.Fatal(err)
	}
}

// result is what became of a work.
type result struct {
	*bench
	work   archive.Work
	files  []archive.File
	made   []archive.Derivative
	parts  []archive.Part
	events []archive.Event
}

func (b *bench) result(id archive.WorkID) result {
	b.t.Helper()
	reader := b.catalog.Reader(archive.System("test"))
	w, err := reader.Work(b.t.Context(), id)
	if err != nil {
		b.t.Fatal(err)
	}
	made, err := reader.Derivatives(b.t.Context(), id)
	if err != nil {
		b.t.Fatal(err)
	}
	parts, err := reader.Parts(b.t.Context(), id)
	if err != nil {
		b.t.Fatal(err)
	}
	events, err := reader.Events(b.t.Context(), id)
	if err != nil {
		b.t.Fatal(err)
	}
	r := result{bench: b, work: w, made: made[id], parts: parts, events: events}
	for _, representation := range w.Representations {
		r.files = append(r.files, representation.Files...)
	}
	return r
}

// waiting holds what is true of every work of which something is still to be made: nobody sees it, and it says why.
func (r result) waiting(problem archive.Reason) result {
	r.t.Helper()
	if r.work.State != archive.Approved {
		r.t.Errorf("the work is %s, want approved", r.work.State)
	}
	if !slices.ContainsFunc(r.files, func(f archive.File) bool { return f.Problem == problem }) && !slices.ContainsFunc(r.made,
		func(d archive.Derivative) bool { return d.State == archive.DerivativePending && d.Problem == problem }) {
		r.t.Errorf("nothing waits because of %q: %+v %+v", problem, r.files, r.made)
	}
	return r
}

// settled holds what is true of every work at the end: published, nothing pending, every asset there at its size.
func (r result) settled() result {
	r.t.Helper()
	if r.work.State != archive.Published {
		r.t.Errorf("the work is %s, want published", r.work.State)
	}
	for _, d := range r.made {
		switch d.State {
		case archive.DerivativeReady:
			r.checkAssets(d)
		case archive.DerivativeFailed:
			if d.Problem == "" || len(d.Assets) > 0 {
				r.t.Errorf("failed %s: problem %q, %d assets", d.Recipe, d.Problem, len(d.Assets))
			}
		case archive.DerivativePending:
			r.t.Errorf("%s is still pending", d.Recipe)
		}
	}
	if err := archive.CheckChain(r.events); err != nil {
		r.t.Error(err)
	}
	return r
}

func (r result) checkAssets(d archive.Derivative) {
	r.t.Helper()
	for _, a := range d.Assets {
		o, err := r.bucket.Head(r.t.Context(), storage.Key(d.Prefix).Join(a.Path))
		if err != nil || o.Size != a.Bytes || a.Bytes == 0 || a.Type == "" || a.Kind == "" {
			r.t.Errorf("%s lists %+v, stored are %d bytes, %v", d.Recipe, a, o.Size, err)
		}
	}
}

// recipes lists the ready derivatives by recipe, in order.
func (r result) recipes() []string {
	var names []string
	for _, d := range r.made {
		if d.State == archive.DerivativeReady {
			names = append(names, d.Recipe)
		}
	}
	slices.Sort(names)
	return names
}

// one returns the only derivative of a recipe.
func (r result) one(recipe string) archive.Derivative {
	r.t.Helper()
	var found []archive.Derivative
	for _, d := range r.made {
		if d.Recipe == recipe {
			found = append(found, d)
		}
	}
	if len(found) != 1 {
		r.t.Fatalf("%d derivatives of recipe %s in %v", len(found), recipe, r.recipes())
	}
	return found[0]
}

// asset returns the asset of a derivative with that path.
func (r result) asset(recipe, path string) archive.Asset {
	r.t.Helper()
	d := r.one(recipe)
	i := slices.IndexFunc(d.Assets, func(a archive.Asset) bool { return a.Path == path })
	if i < 0 {
		r.t.Fatalf("%s has no %s: %s %q %+v", recipe, path, d.State, d.Problem, d.Assets)
	}
	return d.Assets[i]
}

// read returns the bytes of an asset.
func (r result) read(recipe, path string) []byte {
	r.t.Helper()
	body, _, err := r.bucket.Open(r.t.Context(), storage.Key(r.one(recipe).Prefix).Join(path))
	if err != nil {
		r.t.Fatal(err)
	}
	defer body.Close()
	b, err := io.ReadAll(body)
	if err != nil {
		r.t.Fatal(err)
	}
	return b
}

// local writes an asset to a file for a tool to look at.
func (r result) local(recipe, path string) string {
	r.t.Helper()
	return writeFile(r.t, r.read(recipe, path))
}

// details joins what the events say.
func (r result) details() string {
	var s strings.Builder
	for _, e := range r.events {
		s.WriteString(e.Agent + " " + e.Detail + "\n")
	}
	return s.String()
}

func writeFile(t testing.TB, b []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// film makes a video or a song.
func (b *bench) film(spec ffmpeg.Spec) []byte {
	b.t.Helper()
	return b.fileMade(func(out string) error { return ffmpeg.New(b.runner).Synthesize(b.t.Context(), spec, out) })
}

// painting makes a JPEG.
func (b *bench) painting(width, height int) []byte {
	b.t.Helper()
	p := vips.Painting{Size: vips.Size{Width: width, Height: height}, Style: vips.StyleMist, Palette: []vips.Colour{{R: 140, G: 30, B: 20}, {R: 250, G: 240, B: 220}}, Seed: 1}
	return b.fileMade(func(out string) error {
		return vips.New(b.runner, vips.DefaultLimits()).Paint(b.t.Context(), p, out)
	})
}

func (b *bench) fileMade(write func(out string) error) []byte {
	b.t.Helper()
	out := filepath.Join(b.t.TempDir(), "made")
	if err := write(out); err != nil {
		b.t.Fatal(err)
	}
	bytes, err := os.ReadFile(out)
	if err != nil {
		b.t.Fatal(err)
	}
	return bytes
}

func moving(codec ffmpeg.VideoCodec, width, height int) *ffmpeg.Picture {
	return &ffmpeg.Picture{Scene: ffmpeg.SceneTest, Width: width, Height: height, FrameRate: 25, Codec: codec}
}

func tune() *ffmpeg.Melody {
	return &ffmpeg.Melody{Tempo: 240, Notes: ffmpeg.Pentatonic(60, 4, 1), Seed: 1}
}

// filmSpec is a second of film that is copied, not encoded.
func filmSpec() ffmpeg.Spec {
	return ffmpeg.Spec{Format: "mp4", Duration: time.Second, Picture: moving(ffmpeg.H264, 320, 180)}
}
