package ingest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
	"vannghe/internal/tool/clamd"
	"vannghe/storage"
)

// JobScan looks into the files that were held back because no scanner answered.
const JobScan catalog.JobKind = "scan"

// scannerAgent is who stands in the record of events for a scan.
const scannerAgent = "clamd"

// ScanState is what became of the virus scan of a file.
type ScanState string

// The states. Without a scanner there is none.
const (
	ScanClean    ScanState = "clean"
	ScanInfected ScanState = "infected"
	ScanHeld     ScanState = "held"   // the scanner did not answer
	ScanPassed   ScanState = "passed" // it was let in without a scan
)

// Scan is what a scanner said of a file.
type Scan struct {
	State  ScanState
	Detail string // what was found, or why it was not scanned
}

// problem is the problem of a file of which the scanner said s and which has that problem besides.
func (s Scan) problem(other archive.Reason) archive.Reason {
	switch s.State {
	case ScanInfected:
		return archive.Infected
	case ScanHeld:
		return archive.ScanWaits
	}
	return other
}

// event is the line for the record; false when there is nothing to record yet.
func (s Scan) event(id archive.FileID) (archive.Event, bool) {
	e := archive.Event{Type: archive.EventVirusCheck, Agent: scannerAgent, Outcome: archive.Failure, Detail: fmt.Sprintf("%s %s: %s", id, s.State, s.Detail)}
	switch s.State {
	case ScanClean:
		e.Outcome, e.Detail = archive.Success, fmt.Sprintf("%s %s", id, s.State)
	case ScanInfected, ScanPassed:
	default:
		return archive.Event{}, false
	}
	return e, true
}

// awayFor is how long a scanner that did not answer is not asked again for what comes in: each file would wait for it.
const awayFor = 30 * time.Second

// scanner asks the daemon.
type scanner struct {
	client *clamd.Client // nil: there is none
	pass   bool
	away   *atomic.Int64 // until when, in microseconds, it is not asked
}

// scan has the scanner look into what comes in. The error is that of reading the bytes, or of ctx.
func (in *Ingest) scan(ctx context.Context, key storage.Key) (Scan, error) {
	s := in.scanner
	if s.client == nil {
		return Scan{}, nil
	}
	if in.now().UnixMicro() < s.away.Load() {
		return s.unanswered(), nil
	}
	found, err := in.ask(ctx, key)
	if archive.ReasonOf(err) == "scanner-unavailable" {
		in.log.Warn("the virus scanner does not answer", "address", s.client.Address, "err", err)
		s.away.Store(in.now().Add(awayFor).UnixMicro())
		return s.unanswered(), nil
	}
	if archive.ReasonOf(err) == "scan-failed" { // by itself, also where others pass: whoever can make the scanner fail must not get in by it
		in.log.Warn("the virus scanner fails on a file", "key", key, "err", err)
		return Scan{State: ScanHeld}, nil
	}
	return found, err
}

func (s scanner) unanswered() Scan {
	if s.pass {
		return Scan{State: ScanPassed, Detail: "not scanned: the scanner does not answer"}
	}
	return Scan{State: ScanHeld}
}

// ask asks the scanner; Unavailable "scanner-unavailable" when it does not answer, "scan-failed" when it fails on these bytes. What is too large for it passes with a mark: no film
// would ever come in.
func (in *Ingest) ask(ctx context.Context, key storage.Key) (Scan, error) {
	body, _, err := in.bucket.Open(ctx, key)
	if err != nil {
		return Scan{}, fmt.Errorf("scan: %w", err)
	}
	v, err := in.scanner.client.Scan(ctx, body)
	closeErr := body.Close()
	switch {
	case archive.ReasonOf(err) == "scan-too-large":
		return Scan{State: ScanPassed, Detail: "not scanned: larger than the scanner takes"}, nil
	case err != nil:
		return Scan{}, fmt.Errorf("scan %s: %w", key, err)
	case closeErr != nil:
		return Scan{}, fmt.Errorf("scan %s: %w", key, closeErr)
	case v.Signature != "":
		in.log.Warn("a file is infected", "key", key, "found", v.Signature)
		return Scan{State: ScanInfected, Detail: v.Signature}, nil
	}
	return Scan{State: ScanClean}, nil
}

// scanAtOnce bounds how many files that were held back are read from the catalogue together.
const scanAtOnce = 50

// ScanHeld has the scanner look into the files of works that were held back, and lets go those that are clean. The error is Unavailable
// "scanner-unavailable" when files stay behind because it does not answer, or there is none, and "scan-failed" when it fails on some; those behind them are
// looked into all the same.
func (in *Ingest) ScanHeld(ctx context.Context) error {
	failed := map[archive.FileID]error{}
	for {
		held, err := in.catalog.Reader(viewer()).FilesWith(ctx, archive.ScanWaits, scanAtOnce+len(failed))
		if err != nil {
			return err
		}
		held = slices.DeleteFunc(held, func(f archive.File) bool { return failed[f.ID] != nil })
		if len(held) == 0 {
			return errors.Join(slices.Collect(maps.Values(failed))...)
		}
		for _, f := range held {
			err := in.scanFile(ctx, f)
			if archive.ReasonOf(err) == "scan-failed" {
				failed[f.ID] = err
			} else if err != nil {
				return fmt.Errorf("scan what was held back: %w", err)
			}
		}
	}
}

func (in *Ingest) scanFile(ctx context.Context, f archive.File) error {
	if in.scanner.client == nil {
		return archive.Fail(archive.Unavailable, "scanner-unavailable")
	}
	found, err := in.ask(ctx, storage.Key(f.Key))
	if archive.ReasonOf(err) == "scanner-unavailable" && in.scanner.pass {
		found, err = in.scanner.unanswered(), nil
	}
	if err != nil {
		return err
	}
	kind, err := in.kindOf(ctx, storage.Key(f.Key), f.Name, f.Size)
	if err != nil {
		return err
	}
	return in.release(ctx, f, found, found.problem(kind.Problem))
}

// release records what the scanner said of a file of a work, and hands the work on.
func (in *Ingest) release(ctx context.Context, f archive.File, found Scan, problem archive.Reason) error {
	return in.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, f.Work)
		if err != nil {
			return err
		}
		if !setProblem(&w, f.ID, problem) {
			return nil // somebody else was faster
		}
		if err := tx.PutWork(ctx, &w); err != nil {
			return err
		}
		if e, ok := found.event(f.ID); ok {
			e.Work = w.ID
			if err := tx.AddEvent(ctx, e); err != nil {
				return err
			}
		}
		for _, kind := range []catalog.JobKind{editorial.JobPreserve, editorial.JobPlan} {
			if err := tx.Enqueue(ctx, catalog.Job{Kind: kind, Work: w.ID, Unique: true, Priority: 3}); err != nil {
				return err
			}
		}
		return editorial.Settle(ctx, tx, w.ID)
	})
}

// setProblem changes the problem of a file that is held back and reports whether it was.
func setProblem(w *archive.Work, id archive.FileID, problem archive.Reason) bool {
	for i := range w.Representations {
		for j := range w.Representations[i].Files {
			f := &w.Representations[i].Files[j]
			if f.ID == id && f.Problem == archive.ScanWaits {
				f.Problem = problem
				return true
			}
		}
	}
	return false
}
