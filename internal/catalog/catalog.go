// Package catalog is the catalogue database: works and everything that is known about them, jobs, events, the change
// sequence. SQLite and PostgreSQL stand behind one type.
//
// Whoever reads does so through Reader(viewer), so that no page can forget who may see what; whoever changes does so
// inside Update, so that a change, its event, its job and its place in the change sequence are committed together or
// not at all. It must not know about HTTP, storage, the search index or what a job does.
package catalog

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"vannghe/internal/archive"
)

// errUnwritten marks what the first commit of the package only declares.
var errUnwritten = errors.New("catalog: not written yet")

type Options struct {
	DSN  string           // "sqlite:PATH" or "postgres://…"
	Dir  string           // data folder, for the process lock files of SQLite
	Log  *slog.Logger     // nil: slog.Default
	Now  func() time.Time // nil: time.Now
	Poll time.Duration    // how often changes made by other processes are looked for; 0: 200 ms
}

type Catalog struct{ opt Options }

func Open(ctx context.Context, opt Options) (*Catalog, error) { return nil, errUnwritten }
func (c *Catalog) Close() error                               { return errUnwritten }
func (c *Catalog) Ping(ctx context.Context) error             { return errUnwritten }
func (c *Catalog) Process() string                            { return "" }
func (c *Catalog) Reader(v archive.Viewer) *Reader            { return &Reader{c, v} }
func (c *Catalog) Update(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	return errUnwritten
}

type Reader struct {
	c      *Catalog
	viewer archive.Viewer
}

func (r *Reader) Work(ctx context.Context, id archive.WorkID) (archive.Work, error) {
	return archive.Work{}, errUnwritten
}
func (r *Reader) WorkByKey(ctx context.Context, key string) (archive.Work, error) {
	return archive.Work{}, errUnwritten
}
func (r *Reader) WorkBySource(ctx context.Context, url string) (archive.WorkID, error) {
	return "", errUnwritten
}
func (r *Reader) WorksByID(ctx context.Context, ids []archive.WorkID) ([]archive.Work, error) {
	return nil, errUnwritten
}

type Order string

const (
	Newest   Order = ""
	Title    Order = "title"
	Date     Order = "date"
	Position Order = "position"
)

type WorkFilter struct {
	Genre      archive.GenreID
	Group      string
	Medium     archive.Medium
	Agent      archive.AgentID
	Collection archive.CollectionID
	Year       int
	State      archive.State
	Order      Order
	After      string
	Size       int
}
type WorkPage struct {
	Works []archive.Work
	Next  string
	Total int
}

func (r *Reader) Works(ctx context.Context, f WorkFilter) (WorkPage, error) {
	return WorkPage{}, errUnwritten
}
func (r *Reader) Derivatives(ctx context.Context, works ...archive.WorkID) (map[archive.WorkID][]archive.Derivative, error) {
	return nil, errUnwritten
}

type DerivativeRef struct {
	Work    archive.WorkID
	File    archive.FileID
	Recipe  string
	Version int
}

func (r *Reader) Derivative(ctx context.Context, ref DerivativeRef) (archive.Derivative, error) {
	return archive.Derivative{}, errUnwritten
}
func (r *Reader) File(ctx context.Context, work archive.WorkID, id archive.FileID) (archive.File, error) {
	return archive.File{}, errUnwritten
}
func (r *Reader) FileByID(ctx context.Context, id archive.FileID) (archive.File, error) {
	return archive.File{}, errUnwritten
}
func (r *Reader) Parts(ctx context.Context, work archive.WorkID) ([]archive.Part, error) {
	return nil, errUnwritten
}

type PartRef struct {
	Work    archive.WorkID
	Ordinal int
}

func (r *Reader) PartsByRef(ctx context.Context, refs []PartRef) ([]archive.Part, error) {
	return nil, errUnwritten
}
func (r *Reader) Agent(ctx context.Context, id archive.AgentID) (archive.Agent, error) {
	return archive.Agent{}, errUnwritten
}

type AgentFilter struct {
	After  string
	Size   int
	Letter string
}
type AgentPage struct {
	Agents []archive.Agent
	Next   string
	Total  int
}

func (r *Reader) Agents(ctx context.Context, f AgentFilter) (AgentPage, error) {
	return AgentPage{}, errUnwritten
}
func (r *Reader) AgentsByID(ctx context.Context, ids []archive.AgentID) (map[archive.AgentID]archive.Agent, error) {
	return nil, errUnwritten
}
func (r *Reader) Genres(ctx context.Context) ([]archive.Genre, error) { return nil, errUnwritten }
func (r *Reader) Genre(ctx context.Context, id archive.GenreID) (archive.Genre, error) {
	return archive.Genre{}, errUnwritten
}
func (r *Reader) Collections(ctx context.Context, parent archive.CollectionID) ([]archive.Collection, error) {
	return nil, errUnwritten
}
func (r *Reader) Collection(ctx context.Context, id archive.CollectionID) (archive.Collection, error) {
	return archive.Collection{}, errUnwritten
}
func (r *Reader) Related(ctx context.Context, id archive.WorkID, n int) ([]archive.Work, error) {
	return nil, errUnwritten
}
func (r *Reader) Events(ctx context.Context, id archive.WorkID) ([]archive.Event, error) {
	return nil, errUnwritten
}
func (r *Reader) FileByDigest(ctx context.Context, digest archive.Digest, path string) (archive.File, error) {
	return archive.File{}, errUnwritten
}
func (r *Reader) Setting(ctx context.Context, name string, into any) error { return errUnwritten }

type Tx struct{ now time.Time }

func (tx *Tx) Now() time.Time { return tx.now }
func (tx *Tx) Work(ctx context.Context, id archive.WorkID) (archive.Work, error) {
	return archive.Work{}, errUnwritten
}
func (tx *Tx) WorkByKey(ctx context.Context, key string) (archive.Work, error) {
	return archive.Work{}, errUnwritten
}
func (tx *Tx) FileByDigest(ctx context.Context, digest archive.Digest, path string) (archive.File, error) {
	return archive.File{}, errUnwritten
}
func (tx *Tx) PutWork(ctx context.Context, w *archive.Work) error { return errUnwritten }
func (tx *Tx) SetFile(ctx context.Context, f archive.File) error  { return errUnwritten }
func (tx *Tx) SetPreserved(ctx context.Context, id archive.WorkID, version int64) error {
	return errUnwritten
}
func (tx *Tx) PutDerivative(ctx context.Context, d archive.Derivative) error { return errUnwritten }
func (tx *Tx) PendingDerivatives(ctx context.Context, id archive.WorkID) (int, error) {
	return 0, errUnwritten
}
func (tx *Tx) PutParts(ctx context.Context, f archive.File, parts []archive.Part) error {
	return errUnwritten
}
func (tx *Tx) AgentByName(ctx context.Context, name string) (archive.Agent, error) {
	return archive.Agent{}, errUnwritten
}
func (tx *Tx) PutAgent(ctx context.Context, a archive.Agent) error           { return errUnwritten }
func (tx *Tx) PutCollection(ctx context.Context, c archive.Collection) error { return errUnwritten }
func (tx *Tx) CollectionByTitle(ctx context.Context, title string, parent archive.CollectionID) (archive.Collection, error) {
	return archive.Collection{}, errUnwritten
}
func (tx *Tx) PutGenre(ctx context.Context, g archive.Genre) error      { return errUnwritten }
func (tx *Tx) AddEvent(ctx context.Context, e archive.Event) error      { return errUnwritten }
func (tx *Tx) Enqueue(ctx context.Context, j Job) error                 { return errUnwritten }
func (tx *Tx) Touch(ctx context.Context, id archive.WorkID) error       { return errUnwritten }
func (tx *Tx) PutSetting(ctx context.Context, name string, v any) error { return errUnwritten }

type JobKind string
type Job struct {
	Kind     JobKind
	Work     archive.WorkID
	File     archive.FileID
	Recipe   string
	Version  int
	Note     string
	Unique   bool
	Priority int
	After    time.Time
}
type Attempt struct {
	Number int
	Last   bool
}
type Handler func(ctx context.Context, j Job, attempt Attempt) error
type JobSettings struct {
	Timeout time.Duration
	Queue   string
}
type JobOptions struct {
	Handlers map[JobKind]Handler
	Settings map[JobKind]JobSettings
	Heavy    int
	Light    int
	OnFailed func(ctx context.Context, j Job, err error)
	Backoff  func(attempt int) time.Duration
}
type Jobs struct{}

func (c *Catalog) StartJobs(ctx context.Context, opt JobOptions) (*Jobs, error) {
	return nil, errUnwritten
}
func (j *Jobs) Stop(ctx context.Context) error { return errUnwritten }

type JobCounts struct{ Waiting, Running, Failed int }

func (c *Catalog) JobCounts(ctx context.Context) (JobCounts, error) { return JobCounts{}, errUnwritten }
func (c *Catalog) JobsIdle(ctx context.Context) error               { return errUnwritten }
func (c *Catalog) Workers(ctx context.Context) (int, error)         { return 0, errUnwritten }

type Change struct {
	Seq  int64
	Kind string
	ID   string
}

const (
	ChangeWork       = "work"
	ChangeAgent      = "agent"
	ChangeCollection = "collection"
	ChangeGenre      = "genre"
)

func (c *Catalog) Changes(ctx context.Context, after int64, limit int) ([]Change, error) {
	return nil, errUnwritten
}
func (c *Catalog) LastChange(ctx context.Context) (int64, error)              { return 0, errUnwritten }
func (c *Catalog) AwaitChange(ctx context.Context, after int64) error         { return errUnwritten }
func (c *Catalog) Beat(ctx context.Context, node string, applied int64) error { return errUnwritten }

type Indexer struct {
	Node    string
	Applied int64
	Beat    time.Time
}

func (c *Catalog) Indexers(ctx context.Context) ([]Indexer, error) { return nil, errUnwritten }

type ObjectLock struct{}

func (c *Catalog) LockObject(ctx context.Context, object string) (*ObjectLock, error) {
	return nil, errUnwritten
}
func (l *ObjectLock) Fence() int64                     { return 0 }
func (l *ObjectLock) Check(ctx context.Context) error  { return errUnwritten }
func (l *ObjectLock) Unlock(ctx context.Context) error { return errUnwritten }
