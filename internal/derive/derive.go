// Package derive makes what can be made of an original: a film that plays on any phone, a picture in many sizes and as
// tiles, a text to read, pages, captions, and the parts by which all of it is found. Each derivative is made by a versioned
// recipe, one file of this package each, from the original alone, and can be thrown away and made again.
//
// Two kinds of job do the work. A plan job looks into the newly archived files of a work and decides by a table what is to
// be made; a derive job runs one recipe on one file. A third, the survey, finds what is to be made again. All may be stopped at any instant and run again: nothing is visible
// before the one transaction at the end.
//
// It must not know about HTTP, nor who may see what it makes, nor how a program is run: that is internal/tool.
package derive

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
	"vannghe/internal/tool"
	"vannghe/internal/tool/ffmpeg"
	"vannghe/storage"
)

// JobDerive runs Job.Recipe at Job.Version on Job.File of Job.Work. The other kind, which begins it all, is editorial.JobPlan.
const JobDerive catalog.JobKind = "derive"

// How long a job may run. A transcode of a film of three hours takes about six on two cores; the limits inside are tighter
// and depend on the file.
const (
	planTimeout   = 30 * time.Minute
	deriveTimeout = 24 * time.Hour
)

// Options are what New needs.
type Options struct {
	Catalog *catalog.Catalog
	Bucket  *storage.Bucket
	Runner  *tool.Runner // its scratch folder holds what is being made, and was swept when it was opened
	Log     *slog.Logger // nil: slog.Default
}

// Deriver plans and makes derivatives. Safe for concurrent use.
type Deriver struct {
	catalog *catalog.Catalog
	bucket  *storage.Bucket
	runner  *tool.Runner
	log     *slog.Logger
	recipes map[string]recipe
	pause   time.Duration // between pieces that are kept of what is being made
	// patience is how long ffmpeg may tell nothing of itself.
	patience time.Duration
	contents contents

	versionsMu sync.Mutex
	versions   map[tool.Program]string
}

// New returns a Deriver.
func New(opt Options) *Deriver {
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	d := &Deriver{catalog: opt.Catalog, bucket: opt.Bucket, runner: opt.Runner, log: opt.Log, recipes: map[string]recipe{}, pause: stashPause, patience: ffmpeg.StallPatience, versions: map[tool.Program]string{}}
	for _, r := range recipes() {
		d.recipes[r.name] = r
	}
	return d
}

// Handlers returns what runs the jobs of this package, for catalog.JobOptions.
func (d *Deriver) Handlers() map[catalog.JobKind]catalog.Handler {
	return map[catalog.JobKind]catalog.Handler{editorial.JobPlan: d.plan, JobDerive: d.derive, JobSurvey: d.survey}
}

// Settings returns how the jobs of this package are run.
func (d *Deriver) Settings() map[catalog.JobKind]catalog.JobSettings {
	return map[catalog.JobKind]catalog.JobSettings{
		editorial.JobPlan: {Timeout: planTimeout, Queue: catalog.Light, Patient: true},
		JobDerive:         {Timeout: deriveTimeout, Queue: catalog.Light, Patient: true}, // the heavy ones say so themselves
		JobSurvey:         {Timeout: surveyTimeout, Queue: catalog.Light},
	}
}

// OnStalled says beside what a job of this package was to make why it is not there yet. Nothing is settled: the file is not at
// fault, and the job goes on trying. It belongs into catalog.JobOptions. Jobs of other kinds are ignored.
func (d *Deriver) OnStalled(ctx context.Context, j catalog.Job, err error) {
	var told error
	switch j.Kind {
	case editorial.JobPlan:
		told = d.remarkFiles(ctx, j.Work, problemOf(err))
	case JobDerive:
		told = d.remark(ctx, j, problemOf(err))
	default:
		return
	}
	if told != nil {
		d.log.Error("that a job waits could not be recorded", "job", j.Kind, "work", j.Work, "file", j.File, "recipe", j.Recipe, "err", told)
	}
}

// OnFailed settles what a job of this package leaves behind that will not be tried again, so that no work waits for ever. It
// belongs into catalog.JobOptions. Jobs of other kinds are ignored.
func (d *Deriver) OnFailed(ctx context.Context, j catalog.Job, err error) {
	var settled error
	switch j.Kind {
	case editorial.JobPlan:
		settled = d.giveUpPlan(ctx, j.Work, problemOf(err))
	case JobDerive:
		settled = d.giveUp(ctx, j, err)
	default:
		return
	}
	if settled != nil {
		d.log.Error("a failed job could not be settled", "job", j.Kind, "work", j.Work, "file", j.File, "recipe", j.Recipe, "err", settled)
	}
}

// reader sees everything: this package works for the archive, not for a viewer.
func (d *Deriver) reader() *catalog.Reader { return d.catalog.Reader(archive.System("derive")) }

// version returns the version of a program for the record of events, such as "ffmpeg 5.1.9-0+deb12u1". It is asked once.
func (d *Deriver) version(ctx context.Context, p tool.Program) string {
	d.versionsMu.Lock()
	defer d.versionsMu.Unlock()
	if d.versions[p] == "" {
		d.versions[p] = shortVersion(p, d.runner.Version(ctx, p).Version)
	}
	return d.versions[p]
}

// shortVersion cuts "ffmpeg version 5.1.9-0+deb12u1 Copyright (c) …" to name and number.
func shortVersion(p tool.Program, answer string) string {
	for field := range strings.FieldsSeq(answer) {
		field = strings.TrimPrefix(field, "vips-")
		if field[0] >= '0' && field[0] <= '9' {
			return fmt.Sprintf("%s %s", p, field)
		}
	}
	return string(p)
}
