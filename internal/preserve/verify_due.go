package preserve

import (
	"context"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// sinceSetting is from when on an archive that was never checked is counted.
const sinceSetting = "catalog.fixity.since"

// VerifyDue reports whether the archive is to be checked: a check of that name was stopped, or the last one, by whomever, ended longer ago than every.
// 0 is never. A new archive is checked for the first time when it is as old as that.
func VerifyDue(ctx context.Context, c *catalog.Catalog, round string, every time.Duration) (bool, error) {
	if every <= 0 {
		return false, nil
	}
	reader := c.Reader(viewer())
	var stopped Round
	var last struct{ Time time.Time }
	var since time.Time
	for name, into := range map[string]any{roundSetting(round): &stopped, fixitySetting: &last, sinceSetting: &since} {
		if err := reader.Setting(ctx, name, into); err != nil && archive.CodeOf(err) != archive.NotFound {
			return false, err
		}
	}
	if !stopped.Started.IsZero() {
		return true, nil
	}
	if last.Time.IsZero() && since.IsZero() {
		return false, c.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.PutSetting(ctx, sinceSetting, tx.Now()) })
	}
	if last.Time.IsZero() {
		last.Time = since
	}
	passed := time.Since(last.Time)
	return passed >= every || passed < -time.Hour, nil // a time far ahead is that of a clock that was set back
}
