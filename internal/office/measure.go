package office

import (
	"context"
	"fmt"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/storage"
)

// JobMeasure is the job that measures how much the archive holds.
const JobMeasure catalog.JobKind = "measure"

// Settings that are internal to the catalogue: what was measured, and when a backup was made and originals were checked last, an archive.LastRun.
const (
	measuredSetting = "catalog.measured"
	backupSetting   = "catalog.backup"
	FixitySetting   = "catalog.fixity"
)

// Measured is what the archive held at a time, in bytes.
type Measured struct {
	Time      time.Time
	Originals int64 // the archive of record
	Derived   int64
	Staging   int64
	Free      int64 // on the disk that holds them; with Disk 0 it is not known
	Disk      int64
}

// Bounds of what is remembered of measuring: enough to say how fast the archive grows.
const (
	mostMeasured = 90
	enoughDays   = 14 * 24 * time.Hour
	week         = 7 * 24 * time.Hour
)

// Measure lists everything in the storage and notes how much it takes; disk tells what is free of how much, zero where nobody knows.
func (o *Office) Measure(ctx context.Context, bucket *storage.Bucket, disk func() (free, size int64)) error {
	var m Measured
	for prefix, into := range map[string]*int64{"archive": &m.Originals, "derived": &m.Derived, "staging": &m.Staging} {
		for object, err := range bucket.List(ctx, prefix) {
			if err != nil {
				return fmt.Errorf("measure %s: %w", prefix, err)
			}
			*into += object.Size
		}
	}
	m.Free, m.Disk = disk()
	return o.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		var list []Measured
		m.Time = tx.Now()
		return tx.ChangeSetting(ctx, measuredSetting, &list, "", func() error {
			list = append(list, m)
			list = list[max(0, len(list)-mostMeasured):]
			return nil
		})
	})
}

// Keeping is how the archive is kept.
type Keeping struct {
	Measured Measured // zero while nothing was measured
	// Weeks is in how many weeks the disk is full at the present pace; -1 when that cannot be said: too short a time was measured, the archive does not
	// grow, or nobody knows the disk.
	Weeks  int
	Backup archive.LastRun
	Fixity archive.LastRun
	// Damages are what the last check of the archive found, those that were repaired too; at most some hundred are named.
	Damages []archive.Damage
}

// Keeping tells how the archive is kept. Forbidden to others than who operate it.
func (o *Office) Keeping(ctx context.Context, by archive.Viewer) (Keeping, error) {
	if err := by.May(archive.OperateArchive); err != nil {
		return Keeping{}, err
	}
	k := Keeping{Weeks: -1}
	var list []Measured
	for name, into := range map[string]any{measuredSetting: &list, backupSetting: &k.Backup, FixitySetting: &k.Fixity, archive.FixityDamages: &k.Damages} {
		if err := o.setting(ctx, name, into); err != nil {
			return k, err
		}
	}
	if len(list) > 0 {
		k.Measured, k.Weeks = list[len(list)-1], weeksLeft(list)
	}
	return k, nil
}

// weeksLeft is in how many weeks the disk is full at the pace of what was measured; -1 when that cannot be said.
func weeksLeft(list []Measured) int {
	first, last := list[0], list[len(list)-1]
	grown, passed := last.total()-first.total(), last.Time.Sub(first.Time)
	if passed < enoughDays || grown <= 0 || last.Disk == 0 {
		return -1
	}
	return int(float64(last.Free) / (float64(grown) / (float64(passed) / float64(week))))
}

func (m Measured) total() int64 { return m.Originals + m.Derived + m.Staging }
