package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/ingest"
	"vannghe/internal/message"
	"vannghe/internal/ocfl"
	"vannghe/internal/preserve"
	"vannghe/storage"
)

type verifyCommand struct {
	JSON bool `name:"json" help:"Một dòng JSON mỗi chỗ hỏng. | One line of JSON a damage."`
}

// damageLine is one line of verify --json.
type damageLine struct {
	archive.Damage

	Message string `json:"message"`
	Advice  string `json:"advice"`
}

// verifyTotals is its last line.
type verifyTotals struct {
	Objects  int   `json:"objects"`
	Files    int   `json:"files"`
	Bytes    int64 `json:"bytes"`
	Problems int   `json:"problems"`
	Repaired int   `json:"repaired"`
}

// Run reads the whole archive of record again and says what is not as it was, with what to do about it. Stopped, it goes on where it was when it is run
// again. The status is 1 when something is damaged that could not be repaired.
func (c *verifyCommand) Run(ctx context.Context, s *Settings, con console, log *slog.Logger) error {
	p, err := s.open(ctx, log)
	if err != nil {
		return err
	}
	return errors.Join(c.verify(ctx, s, p, con), p.close())
}

func (c *verifyCommand) verify(ctx context.Context, s *Settings, p *parts, con console) error {
	check, err := s.checker(ctx, p)
	if err != nil {
		return err
	}
	b := newBar(con.err)
	check.options.Round = "command"
	check.options.Progress = func(done, total int) { b.set("verify", done, total) }
	var failure error
	check.options.Found = func(d archive.Damage) {
		b.clear()
		failure = errors.Join(failure, c.print(con, d))
	}
	round, err := check.run(ctx)
	b.end()
	if err = errors.Join(err, failure); err != nil {
		return err
	}
	return c.end(con, &round)
}

func (c *verifyCommand) print(con console, d archive.Damage) error {
	vi, en := message.For("vi"), message.For("en")
	if c.JSON {
		return json.NewEncoder(con.out).Encode(damageLine{d, vi.Damage(d) + " | " + en.Damage(d), vi.DamageAdvice(d) + " | " + en.DamageAdvice(d)})
	}
	for _, t := range []*message.Catalogue{vi, en} {
		if _, err := fmt.Fprintf(con.out, "%s\t%s %s\n", d.Work, ingest.DisplayName(t.Damage(d)), t.DamageAdvice(d)); err != nil {
			return err
		}
	}
	return nil
}

func (c *verifyCommand) end(con console, round *preserve.Round) error {
	totals := verifyTotals{Objects: round.Objects, Files: round.Files, Bytes: round.Bytes, Problems: round.Problems()}
	totals.Repaired = len(round.Damages) + round.More - totals.Problems
	var err error
	if c.JSON {
		err = json.NewEncoder(con.out).Encode(totals)
	} else {
		for _, lang := range message.Languages() {
			t := message.For(lang)
			_, wrote := fmt.Fprintln(con.out, t.Text("command.verify.totals", totals.Files, t.Size(totals.Bytes), totals.Problems, totals.Repaired))
			err = errors.Join(err, wrote)
		}
	}
	if err == nil && totals.Problems > 0 {
		return archive.Fail(archive.Invalid, reasonReported)
	}
	return err
}

// checker runs a check of the archive as the settings say.
type checker struct {
	keep    *preserve.Preserve
	options preserve.VerifyOptions
	mirror  *storage.Bucket // nil: there is none
}

// checker prepares a check: the second store is opened only for as long as it takes.
func (s *Settings) checker(ctx context.Context, p *parts) (*checker, error) {
	c := &checker{keep: preserve.New(preserve.Options{Catalog: p.catalog, Bucket: p.bucket, Root: p.root, Log: p.log}),
		options: preserve.VerifyOptions{Rate: s.VerifyRate * 1_000_000}}
	if s.Clamd != "" {
		c.options.Scan = p.rescan
	}
	if s.Mirror == "" {
		return c, nil
	}
	other := Settings{Data: s.Data, Storage: s.Mirror}
	var err error
	if c.mirror, err = other.openBucket(ctx); err != nil {
		return nil, fmt.Errorf("open the second store: %w", err)
	}
	if c.options.Mirror, err = ocfl.Look(ctx, c.mirror, archivePrefix); err != nil {
		return nil, errors.Join(fmt.Errorf("open the second store: %w", err), c.mirror.Close())
	}
	return c, nil
}

func (c *checker) run(ctx context.Context) (preserve.Round, error) {
	round, err := c.keep.Verify(ctx, c.options)
	if c.mirror != nil {
		err = errors.Join(err, c.mirror.Close())
	}
	return round, err
}

// rescan asks the virus scanner about an archived file. One that does not answer is asked the next time: the check of the bytes goes on.
func (p *parts) rescan(ctx context.Context, f archive.File) (bool, error) {
	infected, err := p.in.ScanArchived(ctx, f)
	if reason := archive.ReasonOf(err); reason == "scanner-unavailable" || reason == "scan-failed" {
		p.log.Warn("an archived file was not looked into by the virus scanner", "file", f.ID, "err", err)
		return false, nil
	}
	return infected, err
}

// askEvery is how often a server asks itself whether the archive is to be checked again.
const askEvery = 6 * time.Hour

// fixityDue is the job that checks the archive when that is due, or goes on with a check that was stopped. leaving ends when this process is about to end: the job
// then stops at once, and its successor goes on.
func (s *Settings) fixityDue(leaving context.Context, p *parts) catalog.Handler {
	return func(ctx context.Context, _ catalog.Job, _ catalog.Attempt) error {
		due, err := preserve.VerifyDue(ctx, p.catalog, "job", s.VerifyEvery)
		if err != nil || !due {
			return err
		}
		check, err := s.checker(ctx, p)
		if archive.ReasonOf(err) == "archive-foreign" || archive.CodeOf(err) == archive.Unavailable {
			p.log.Warn("the second store does not answer: nothing is repaired this time", "err", err)
			check, err = (&Settings{Data: s.Data, VerifyRate: s.VerifyRate, Clamd: s.Clamd}).checker(ctx, p)
		}
		if err != nil {
			return err
		}
		ctx, stop := context.WithCancel(ctx)
		defer context.AfterFunc(leaving, stop)()
		defer stop()
		check.options.Round = "job"
		_, err = check.run(ctx)
		if leaving.Err() != nil {
			return archive.Fail(archive.Busy, "jobs-stuck").Because(err)
		}
		return err
	}
}
