// Package ingest is bytes in: it limits, hashes, sniffs, stores and records what a browser uploads or a folder holds, by one
// path for both. Bytes go to staging/ first; one transaction then records the work, its files, its credits and its events and
// enqueues its preservation. Before that commit nothing of it exists but an orphan under staging/, which Sweep removes.
//
// It must not know how the archive of record is laid out, what can be derived from a file, or how a request or a terminal
// looks: results are values, and failures are archive.Error.
package ingest

import (
	"log/slog"
	"sync/atomic"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/tool/clamd"
	"vannghe/storage"
)

// Options are what New needs.
type Options struct {
	Catalog  *catalog.Catalog
	Bucket   *storage.Bucket
	Log      *slog.Logger     // nil: slog.Default
	MaxBytes int64            // the longest file taken; 0: 1 TiB
	Now      func() time.Time // nil: time.Now
	// Quota is how many bytes the uploads and drafts of a member may have together, until they are handed in; 0: 100 GiB.
	Quota int64

	// Places is where large files of new works are brought at once; without Reserve all go by way of staging/.
	Places Places

	// Scanner looks for malware in what comes in; nil: nothing is scanned.
	Scanner *clamd.Client
	// PassUnscanned lets files in, with a mark, while the scanner does not answer, instead of holding them back until it does.
	PassUnscanned bool
}

// Ingest brings files in. Safe for concurrent use, also by several processes on one catalogue and store.
type Ingest struct {
	catalog  *catalog.Catalog
	bucket   *storage.Bucket
	log      *slog.Logger
	maxBytes int64
	quota    int64
	now      func() time.Time
	writers  *writers
	scanner  scanner
	places   Places
}

// New returns an Ingest.
func New(opt Options) *Ingest {
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	if opt.MaxBytes <= 0 {
		opt.MaxBytes = 1 << 40
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Quota <= 0 {
		opt.Quota = 100 << 30
	}
	if opt.Places.From <= 0 {
		opt.Places.From = defaultFrom
	}
	return &Ingest{places: opt.Places, catalog: opt.Catalog, bucket: opt.Bucket, log: opt.Log, maxBytes: opt.MaxBytes, quota: opt.Quota, now: opt.Now, writers: newWriters(),
		scanner: scanner{client: opt.Scanner, pass: opt.PassUnscanned, away: &atomic.Int64{}}}
}

// viewer is as whom the program reads the catalogue here.
func viewer() archive.Viewer { return archive.System("ingest") }
