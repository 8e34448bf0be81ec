package catalogtest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// testStopOne: of two jobs one runs and one waits; both are listed and stopped, the one that runs although it would go on for ever.
func testStopOne(_ *testing.T, s *suite) {
	w := Work("Bến trăng")
	s.put(w)
	began, told := make(chan struct{}, 2), make(chan archive.Reason, 2)
	j := s.start(catalog.JobOptions{
		Settings: map[catalog.JobKind]catalog.JobSettings{"film": {Queue: catalog.Heavy, Timeout: time.Hour, Patient: true}},
		Handlers: map[catalog.JobKind]catalog.Handler{"film": func(ctx context.Context, _ catalog.Job, _ catalog.Attempt) error {
			s.must(s.Progress(ctx, 40))
			began <- struct{}{}
			<-ctx.Done()
			return ctx.Err()
		}},
		OnFailed: func(_ context.Context, _ catalog.Job, err error) { told <- archive.ReasonOf(err) },
	})
	s.enqueue(catalog.Job{Kind: "film", Work: w.ID, Recipe: "ladder"})
	<-began
	s.enqueue(catalog.Job{Kind: "film", Work: w.ID, Recipe: "mp4"})
	open, err := s.system().OpenJobs(s.ctx(), 10)
	s.must(err)
	equal(s, "jobs", len(open), 2)
	equal(s, "first", fmt.Sprintf("%t %s %s %d", open[0].Running, open[0].Title, open[0].Recipe, open[0].Tries), "true Bến trăng ladder 1")
	equal(s, "done", fmt.Sprint(open[0].Done, open[1].Done), "40 -1")
	equal(s, "second", fmt.Sprintf("%t %s %s %d", open[1].Running, open[1].Title, open[1].Recipe, open[1].Tries), "false Bến trăng mp4 0")
	for _, o := range open {
		if age := time.Since(o.Since); age < -time.Minute || age > time.Hour {
			s.t.Errorf("%s waits since %v", o.Recipe, o.Since)
		}
		s.must(s.update(func(tx *catalog.Tx) error {
			job, out, err := tx.StopJob(s.ctx(), o.Number, "film")
			if err == nil && (out == o.Running || job.Recipe != o.Recipe || job.Work != w.ID) {
				s.t.Errorf("stopped %+v, out: %t", job, out)
			}
			return err
		}))
	}
	s.idle()
	equal(s, "told", <-told, catalog.ReasonStopped)
	s.must(j.Stop(s.ctx()))
	if len(told) > 0 || len(began) > 0 {
		s.t.Errorf("%d more were told, %d more begun", len(told), len(began))
	}
	s.wants(s.update(func(tx *catalog.Tx) error { _, _, err := tx.StopJob(s.ctx(), open[0].Number, "film"); return err }), archive.NotFound, "job-missing")
	_, err = s.public().OpenJobs(s.ctx(), 1)
	s.wants(err, archive.Forbidden, "staff-only")
}
