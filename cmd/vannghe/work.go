package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"runtime"
	"time"

	"golang.org/x/sys/unix"

	"vannghe/internal/account"
	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/derive"
	"vannghe/internal/editorial"
	"vannghe/internal/index"
	"vannghe/internal/ingest"
	"vannghe/internal/office"
	"vannghe/internal/post"
	"vannghe/internal/preserve"
	"vannghe/internal/preserve/backup"
	"vannghe/internal/tool"
	officepage "vannghe/web/office"
)

// stopPatience is how long running jobs may go on after the program was asked to stop; a job cut then runs again at the next start.
const stopPatience = 10 * time.Second

// The job that removes expired uploads and orphans under staging/, and how often it runs, once for all processes.
const (
	jobSweep     catalog.JobKind = "sweep"
	sweepEvery                   = time.Hour
	surveyEvery                  = 24 * time.Hour
	measureEvery                 = 24 * time.Hour
	catchUpEvery                 = time.Hour

	// fixityTimeout: at 20 MB a second ten days read 17 TB. What is cut goes on.
	fixityTimeout = 10 * 24 * time.Hour
)

// startWorkers runs the jobs of the archive in this process until the returned function is called.
func (p *parts) startWorkers(ctx context.Context) (stop func() error, err error) {
	runner, err := p.runner(ctx)
	if err != nil {
		return nil, err
	}
	keep := preserve.New(preserve.Options{Catalog: p.catalog, Bucket: p.bucket, Root: p.root, Log: p.log})
	if err := keep.Recover(ctx); err != nil {
		return nil, fmt.Errorf("recover the archive of record: %w", err)
	}
	made := derive.New(derive.Options{Catalog: p.catalog, Bucket: p.bucket, Runner: runner, Log: p.log})
	edit := editorial.New(editorial.Options{Catalog: p.catalog, Log: p.log})
	handlers, settings := made.Handlers(), made.Settings()
	maps.Copy(handlers, keep.Handlers())
	maps.Copy(settings, keep.Settings())
	handlers[jobSweep] = func(ctx context.Context, _ catalog.Job, _ catalog.Attempt) error {
		return errors.Join(p.in.ExpireUploads(ctx), p.in.Sweep(ctx))
	}
	handlers[ingest.JobScan] = func(ctx context.Context, _ catalog.Job, _ catalog.Attempt) error { return p.in.ScanHeld(ctx) }
	settings[ingest.JobScan] = catalog.JobSettings{Timeout: time.Hour, Patient: true}
	handlers[ingest.JobIntake] = func(ctx context.Context, j catalog.Job, _ catalog.Attempt) error {
		return p.in.RunIntake(ctx, archive.IntakeID(j.Note))
	}
	handlers[editorial.JobBatch] = func(ctx context.Context, j catalog.Job, _ catalog.Attempt) error {
		return edit.RunBatch(ctx, archive.BatchID(j.Note))
	}
	settings[editorial.JobBatch] = catalog.JobSettings{Patient: true}
	settings[ingest.JobIntake] = catalog.JobSettings{Patient: true}
	bureau := p.bureau()
	handlers[office.JobMeasure] = func(ctx context.Context, _ catalog.Job, _ catalog.Attempt) error {
		return bureau.Measure(ctx, p.bucket, p.disk)
	}
	settings[office.JobMeasure] = catalog.JobSettings{Timeout: 6 * time.Hour}
	every := map[catalog.JobKind]time.Duration{jobSweep: sweepEvery, office.JobMeasure: measureEvery, preserve.JobCatchUp: catchUpEvery}
	handlers[post.Job] = p.postman(bureau)
	settings[post.Job] = catalog.JobSettings{Patient: true}
	if p.mail != nil {
		every[post.Job] = office.PostEvery
	}
	leaving, leave := context.WithCancel(context.WithoutCancel(ctx))
	settings[catalog.JobFixity] = catalog.JobSettings{Timeout: fixityTimeout, Patient: true}
	handlers[catalog.JobFixity] = func(context.Context, catalog.Job, catalog.Attempt) error {
		return archive.Fail(archive.Busy, "jobs-stuck") // left to a server, which lives for longer
	}
	if p.checks != nil {
		handlers[catalog.JobFixity] = p.checks(leaving)
		every[catalog.JobFixity] = askEvery
	}
	if p.surveys {
		every[derive.JobSurvey] = surveyEvery
	}
	if p.daily != nil {
		handlers[backup.JobBackup], settings[backup.JobBackup] = p.daily, catalog.JobSettings{Timeout: backupEvery, Patient: true}
	}
	if p.daily != nil && p.surveys {
		every[backup.JobBackup] = backupEvery
	}
	jobs, err := p.catalog.StartJobs(ctx, catalog.JobOptions{Handlers: handlers, Settings: settings, Backoff: p.backoff, Every: every, Heavy: heavyJobs(runtime.GOMAXPROCS(0)),
		OnFailed: func(ctx context.Context, j catalog.Job, err error) {
			made.OnFailed(ctx, j, err)
			keep.OnFailed(ctx, j, err)
		},
		OnStalled: func(ctx context.Context, j catalog.Job, err error) {
			made.OnStalled(ctx, j, err)
			keep.OnFailed(ctx, j, err) // the record says why the work is not preserved, whether or not it is tried again
		}})
	if err != nil {
		leave()
		return nil, fmt.Errorf("start jobs: %w", err)
	}
	stop = func() error {
		leave()
		return stopJobs(jobs)
	}
	if err := made.Recover(ctx); err != nil {
		return nil, errors.Join(err, stop())
	}
	return stop, nil
}

// postman sends letters. A process that has no mail server, such as an import beside a server that has one, leaves them to the next round of that one.
func (p *parts) postman(bureau *office.Office) catalog.Handler {
	if p.mail == nil {
		return func(context.Context, catalog.Job, catalog.Attempt) error { return nil }
	}
	man := &office.Postman{Office: bureau, Server: p.mail, Write: officepage.Letters(p.public), Renew: account.NewLink, Now: time.Now}
	return func(ctx context.Context, _ catalog.Job, _ catalog.Attempt) error { return man.Round(ctx) }
}

// heavyJobs is how many transcodes run at the same time: each keeps about two cores busy.
func heavyJobs(cores int) int { return max(1, cores/2) }

func stopJobs(jobs *catalog.Jobs) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopPatience)
	defer cancel()
	if err := jobs.Stop(ctx); err != nil {
		return fmt.Errorf("stop jobs: %w", err)
	}
	return nil
}

// runner prepares the tools with the scratch folder of the data folder; what dead processes left there is removed. They may write in
// the other folders that are named, and nowhere else.
func (p *parts) runner(ctx context.Context, writable ...string) (*tool.Runner, error) {
	r, err := tool.Open(ctx, tool.Options{Scratch: filepath.Join(p.data, "scratch"), Writable: writable})
	if err != nil {
		return nil, fmt.Errorf("prepare tools: %w", err)
	}
	return r, nil
}

// drain returns when no job waits or runs, with the error Unavailable "jobs-stalled" when those that are left cannot go on. It works itself when no other live process does, also when the one that did has died meanwhile.
// It tells progress how much is done of how much, about once a second.
func (p *parts) drain(ctx context.Context, progress func(done, total int)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	idle := make(chan error, 1)
	go func() { idle <- p.catalog.JobsIdle(ctx) }()
	watch := time.NewTicker(time.Second)
	defer watch.Stop()
	stop := func() error { return nil }
	working, most := false, 0
	for {
		if !working {
			others, err := p.catalog.Workers(ctx)
			if err == nil && others == 0 {
				stop, err = p.startWorkers(ctx)
				working = err == nil
			}
			if err != nil {
				return fmt.Errorf("look for workers: %w", err)
			}
		}
		select {
		case err := <-idle:
			if stopErr := stop(); err == nil {
				err = stopErr
			}
			return err
		case now := <-watch.C:
			most = p.tell(ctx, progress, most)
			watch.Reset(max(time.Second, 20*time.Since(now))) // to count a long queue takes a while
		}
	}
}

// tell reports the progress of the queue; most is the greatest number of open jobs seen so far.
func (p *parts) tell(ctx context.Context, progress func(done, total int), most int) int {
	counts, err := p.catalog.JobCounts(ctx)
	if err != nil {
		return most // the wait itself reports a catalogue that does not answer
	}
	open := counts.Waiting + counts.Running
	most = max(most, open)
	progress(most-open, most)
	return most
}

// searchable returns when every live index holds all changes made so far. When no process keeps an index, this one brings
// the archive's own up to date.
func (p *parts) searchable(ctx context.Context) error {
	last, err := p.catalog.LastChange(ctx)
	if err != nil {
		return fmt.Errorf("read the change sequence: %w", err)
	}
	watch := time.NewTicker(200 * time.Millisecond)
	defer watch.Stop()
	for {
		nodes, err := p.catalog.Indexers(ctx)
		if err != nil {
			return fmt.Errorf("list the indexes: %w", err)
		}
		if len(nodes) == 0 {
			return p.indexOnce(ctx, last)
		}
		if behind(nodes, last) == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-watch.C:
		}
	}
}

func behind(nodes []catalog.Indexer, last int64) int {
	n := 0
	for _, node := range nodes {
		if node.Applied < last {
			n++
		}
	}
	return n
}

func (p *parts) indexOnce(ctx context.Context, last int64) error {
	ix, err := p.openIndex(ctx)
	if err != nil {
		return err
	}
	if err := ix.CatchUp(ctx, last); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	return ix.Close()
}

// mostIndexes is how many processes of one data folder may keep an index at the same time.
const mostIndexes = 16

// openIndex opens the index of this data folder or, while another process keeps that one, the next: an index belongs to one
// process, and each brings its own up to date by itself.
func (p *parts) openIndex(ctx context.Context) (*index.Index, error) {
	var err error
	for n := 1; n <= mostIndexes; n++ {
		var ix *index.Index
		if ix, err = p.openIndexAt(ctx, n); archive.ReasonOf(err) != "search-index-locked" {
			return ix, err
		}
	}
	return nil, err
}

func (p *parts) openIndexAt(ctx context.Context, n int) (*index.Index, error) {
	name := "index"
	if n > 1 {
		name = fmt.Sprintf("index-%d", n)
	}
	ix, err := index.Open(ctx, index.Options{Catalog: p.catalog, Dir: filepath.Join(p.data, name), Log: p.log})
	if err != nil {
		return nil, fmt.Errorf("open the search index: %w", err)
	}
	return ix, nil
}

// disk tells what is free of how much on the disk that holds the files; zero where they are somewhere else, or the system does not say.
func (p *parts) disk() (free, size int64) {
	if p.folder == "" {
		return 0, 0
	}
	var fs unix.Statfs_t
	if err := unix.Statfs(p.folder, &fs); err != nil {
		p.log.Warn("the disk does not say how full it is", "error", err)
		return 0, 0
	}
	return int64(fs.Bavail) * fs.Bsize, int64(fs.Blocks) * fs.Bsize
}
