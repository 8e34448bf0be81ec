package catalog

import (
	"context"
	"fmt"
	"slices"
)

// LockedSetting reads a setting as it stands and makes every other transaction that asks for the same one by this method wait
// until this one ends, so that what is read here, changed and put back is lost to nobody. into is untouched when there is none.
func (tx *Tx) LockedSetting(ctx context.Context, name string, into any) error {
	if err := tx.lockName(ctx, "setting "+name); err != nil {
		return fmt.Errorf("read setting %s: %w", name, err)
	}
	return tx.setting(ctx, name, into)
}

// Living returns those of the processes (Process) that are alive. On PostgreSQL one whose session was cut is not among them
// until it has taken its lock again: nothing that cannot be undone may follow from its absence alone.
func (c *Catalog) Living(ctx context.Context, processes []string) ([]string, error) {
	if len(processes) == 0 {
		return nil, nil
	}
	dead, err := c.db.dead(ctx, processes)
	if err != nil {
		return nil, c.fail(ctx, "look which processes live", err)
	}
	return slices.DeleteFunc(slices.Clone(processes), func(p string) bool { return slices.Contains(dead, p) }), nil
}
