package editorial

import (
	"context"
	"fmt"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// SetRules stores what the association decides for itself about deciding. Administrators may; Forbidden "act-forbidden" for others,
// Invalid "rules-invalid".
func (d *Desk) SetRules(ctx context.Context, r archive.Rules) error {
	if !d.viewer.Is(archive.Administrator) {
		return archive.Fail(archive.Forbidden, "act-forbidden")
	}
	if err := r.Check(); err != nil {
		return err
	}
	err := d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.PutSetting(ctx, RulesSetting, r) })
	if err != nil {
		return fmt.Errorf("store the rules of the board: %w", err)
	}
	d.log.Info("the rules of the board were changed", "by", d.agent(), "rules", r)
	return nil
}
