package editorial

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// SetRules stores what the association decides for itself about deciding. Administrators may; Forbidden "act-forbidden" for others,
// Invalid "rules-invalid"; Conflict "setting-changed" when another administrator changed them since the stamp was handed out.
func (d *Desk) SetRules(ctx context.Context, stamp string, r archive.Rules) error {
	if !d.viewer.Is(archive.Administrator) {
		return archive.Fail(archive.Forbidden, "act-forbidden")
	}
	if err := r.Check(); err != nil {
		return err
	}
	err := d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		var rules, before archive.Rules
		err := tx.ChangeSetting(ctx, RulesSetting, &rules, stamp, func() error {
			before, rules = rules, r
			return nil
		})
		if err != nil {
			return err
		}
		if changes := ruleChanges(before, r); len(changes) > 0 {
			return tx.AddDeed(ctx, archive.NewDeed(d.viewer, archive.DeedRules, changes...))
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store the rules of the board: %w", err)
	}
	d.log.Info("the rules of the board were changed", "by", d.agent(), "rules", r)
	return nil
}

// ruleChanges lists what differs between two sets of rules.
func ruleChanges(before, after archive.Rules) []archive.Changed {
	list := []archive.Changed{
		{Field: "warn-days", Before: days(before.Warn()), After: days(after.Warn())},
		{Field: "case-days", Before: days(before.Deadline(time.Time{}).Sub(time.Time{})), After: days(after.Deadline(time.Time{}).Sub(time.Time{}))},
	}
	for _, group := range slices.Sorted(maps.Keys(after.Approvals)) {
		list = append(list, archive.Changed{Field: "approvals " + group, Before: strconv.Itoa(before.Needed(group)), After: strconv.Itoa(after.Needed(group))})
	}
	return archive.Differ(list...)
}

func days(d time.Duration) string { return strconv.Itoa(int(d.Hours() / 24)) }
