package office

import (
	"context"
	"errors"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// NoteBackup notes that a backup came to its end, and how many problems it met.
func (o *Office) NoteBackup(ctx context.Context, problems int) error {
	return o.changeBackup(ctx, func(last *archive.LastRun, now time.Time) { last.Ended(now, problems) })
}

// NoteBrokenBackup notes why a backup did not come to its end. One that was told to stop, as a server does that stops, is not noted.
func (o *Office) NoteBrokenBackup(ctx context.Context, why error) error {
	if errors.Is(why, context.Canceled) || errors.Is(ctx.Err(), context.Canceled) {
		return nil
	}
	return o.changeBackup(context.WithoutCancel(ctx), func(last *archive.LastRun, now time.Time) { last.Broke(now, why) })
}

func (o *Office) changeBackup(ctx context.Context, change func(last *archive.LastRun, now time.Time)) error {
	return o.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		var last archive.LastRun
		return tx.ChangeSetting(ctx, backupSetting, &last, "", func() error {
			change(&last, tx.Now())
			return nil
		})
	})
}

// LastBackup is when a backup was made, or tried, last.
func (o *Office) LastBackup(ctx context.Context) (last archive.LastRun, err error) {
	err = o.setting(ctx, backupSetting, &last)
	return last, err
}
