// Package backup copies the archive, the catalogue and everything in the store, to another store, and back onto an empty machine.
//
// A backup is a bucket. Below files/ lies a copy of every object under its own key, so that files/archive is an OCFL storage root that any tool reads.
// Each run adds a generation: a snapshot of the catalogue, the list of the files that belong to it with their digests, and last the document that
// makes both count. A run that is stopped anywhere leaves the generations that were there.
//
// The order makes a generation one state: first what the store holds, which takes long; then the catalogue at one instant; then what has come to
// the store meanwhile. What rows refer to is stored before them, and what of it goes while a run lasts was copied before or lies elsewhere under the
// same digest.
//
// It must not know how an archive is made or shown, nor where it is configured to lie.
package backup

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/ocfl"
	"vannghe/storage"
)

// JobBackup is the job that makes a backup.
const JobBackup catalog.JobKind = "backup"

// Keys in a backup.
const (
	filesFolder       = "files"
	generationsFolder = "generations"
	catalogueName     = "catalogue.jsonl.gz"
	listName          = "files.jsonl.gz"
	generationName    = "generation.json"
)

// format grows when an older program would misunderstand a newer backup.
const format = 1

// Options are what New needs.
type Options struct {
	Catalog *catalog.Catalog
	Bucket  *storage.Bucket // that of the archive
	Root    *ocfl.Root      // in it
	Target  *storage.Bucket // where backups lie
	Log     *slog.Logger    // nil: slog.Default
	Scratch string          // folder for lists and the snapshot while they are made; "": that of the system
	// Derived says whether what can be made again is copied too: a restored archive then plays at once.
	Derived bool
	// Reread has every copy compared with its digest, and made again where it is damaged.
	Reread   bool
	Progress func(files int, bytes int64) // how much was looked at; nil: tells nobody
}

// Backup makes backups of one archive. Safe for concurrent use: a lock of the catalogue lets one run at a time.
type Backup struct {
	Options
}

// New returns a Backup.
func New(opt Options) *Backup {
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	if opt.Progress == nil {
		opt.Progress = func(int, int64) {}
	}
	return &Backup{opt}
}

// File is a file of a generation.
type File struct {
	Key    storage.Key    `json:"key"`
	Bytes  int64          `json:"bytes"`
	SHA512 archive.Digest `json:"sha512"`
	ETag   string         `json:"etag,omitempty"` // it had in the archive; equal: not read again
	At     storage.Key    `json:"at,omitempty"`   // the key under which its bytes lie, when that is another
}

// part is one of the two large documents of a generation.
type part struct {
	Bytes  int64          `json:"bytes"`
	SHA512 archive.Digest `json:"sha512"`
}

// Generation is one backup.
type Generation struct {
	Vannghe   int              `json:"vannghe"`
	Name      string           `json:"name"` // its folder below generations/
	Time      time.Time        `json:"time"` // of the catalogue
	Snapshot  catalog.Snapshot `json:"snapshot"`
	Catalogue part             `json:"catalogue"`
	List      part             `json:"list"`
	Files     int              `json:"files"`
	Bytes     int64            `json:"bytes"`
	Moved     []File           `json:"moved,omitempty"`    // files that rows refer to by a key whose bytes lie under another meanwhile
	Problems  []Problem        `json:"problems,omitempty"` // found while it was made
}

// ProblemKind says what a run found wrong.
type ProblemKind string

// The problems.
const (
	Gone    ProblemKind = "gone"    // a file of the archive of record was there at an earlier run and is no more; the copy is kept
	Changed ProblemKind = "changed" // a file of the archive of record, which never changes, has other bytes; the former copy is kept
	Missing ProblemKind = "missing" // an original that the catalogue names is nowhere
	Damaged ProblemKind = "damaged" // a file cannot be read from the archive, or from the backup
)

// Problem is something that a run found wrong.
type Problem struct {
	Kind ProblemKind `json:"kind"`
	Key  storage.Key `json:"key"`
}

// Works is how many works the catalogue held.
func (g *Generation) Works() int { return g.Snapshot.Rows["work"] }

func (g *Generation) key(name string) storage.Key {
	return storage.Key(generationsFolder).Join(g.Name, name)
}

// Generations returns the backups that lie in a target, the newest first. What a run that was stopped has left is not among them.
func Generations(ctx context.Context, target *storage.Bucket) ([]Generation, error) {
	var list []Generation
	for o, err := range target.List(ctx, generationsFolder) {
		if err != nil {
			return nil, fmt.Errorf("list the backups: %w", err)
		}
		if !strings.HasSuffix(string(o.Key), "/"+generationName) {
			continue
		}
		g, err := readGeneration(ctx, target, o.Key)
		if err != nil {
			return nil, err
		}
		list = append(list, g)
	}
	slices.SortFunc(list, func(a, b Generation) int { return cmp.Or(b.Time.Compare(a.Time), strings.Compare(b.Name, a.Name)) })
	return list, nil
}

func readGeneration(ctx context.Context, target *storage.Bucket, key storage.Key) (Generation, error) {
	var g Generation
	body, _, err := target.Open(ctx, key)
	if err != nil {
		return g, err
	}
	err = json.NewDecoder(body).Decode(&g)
	if closing := body.Close(); err == nil {
		err = closing
	}
	if err != nil || g.Name == "" {
		return g, archive.Fail(archive.Invalid, "backup-broken", string(key)).Because(err)
	}
	if g.Vannghe > format {
		return g, archive.Fail(archive.Unavailable, "database-newer", g.Vannghe, format)
	}
	return g, nil
}

// Newest returns the newest backup in a target, or that of the name. NotFound "backup-missing".
func Newest(ctx context.Context, target *storage.Bucket, name string) (Generation, error) {
	list, err := Generations(ctx, target)
	if err != nil {
		return Generation{}, err
	}
	for _, g := range list {
		if name == "" || g.Name == name {
			return g, nil
		}
	}
	return Generation{}, archive.Fail(archive.NotFound, "backup-missing", name)
}

// Run makes a backup. What it finds wrong stands in the Generation and is no error; after an error no generation was added. Unavailable "backup-full", "backup-denied" and
// "backup-away" are the target's: what was copied counts for the next run.
func (b *Backup) Run(ctx context.Context) (Generation, error) {
	lock, err := b.Catalog.LockObject(ctx, "backup")
	if err != nil {
		return Generation{}, err
	}
	g, err := b.run(ctx)
	if unlock := lock.Unlock(context.WithoutCancel(ctx)); err == nil {
		err = unlock
	}
	if err != nil {
		return Generation{}, fmt.Errorf("back up: %w", err)
	}
	return g, nil
}

func (b *Backup) run(ctx context.Context) (Generation, error) {
	r, err := b.begin(ctx)
	if err != nil {
		return Generation{}, err
	}
	err = r.all(ctx)
	return r.g, errors.Join(err, r.clean())
}

// put stores a document of the generation that counts from then on.
func (b *Backup) put(ctx context.Context, g *Generation) error {
	doc, err := json.MarshalIndent(g, "", " ")
	if err != nil {
		return fmt.Errorf("encode a generation: %w", err)
	}
	_, err = b.Target.Put(ctx, g.key(generationName), bytes.NewReader(doc), int64(len(doc)), storage.PutOptions{})
	return err
}
