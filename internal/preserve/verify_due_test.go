package preserve

import (
	"context"
	"testing"
	"time"

	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
)

// TestVerifyDue: a check is due when the last is old enough, and also when it is of a clock that was set back since.
func TestVerifyDue(t *testing.T) {
	c := catalogtest.OpenWith(t, catalogtest.SQLite(t))
	const month = 30 * 24 * time.Hour
	for _, at := range []struct {
		ago time.Duration
		due bool
	}{{time.Hour, false}, {month - time.Hour, false}, {month + time.Hour, true}, {-time.Minute, false}, {-24 * time.Hour, true}, {-10 * 365 * 24 * time.Hour, true}} {
		err := c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
			return tx.PutSetting(ctx, fixitySetting, struct{ Time time.Time }{time.Now().Add(-at.ago)})
		})
		if err != nil {
			t.Fatal(err)
		}
		if due, err := VerifyDue(t.Context(), c, "x", month); err != nil || due != at.due {
			t.Errorf("%v ago: due %v, %v", at.ago, due, err)
		}
	}
}
