package editorial

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/viet"
)

// tieLasts is how long before a proposal it still counts that one account was made, invited or given its roles by another: whoever
// invites somebody is shown the link that lets in, and could be both.
const tieLasts = 30 * 24 * time.Hour

// Confirms decides, by what is known without the record, whether v may confirm the purge at now: an administrator other than the one
// who proposed it, neither the same account nor, by name without marks, the same person. Forbidden as May, "purge-same"; Conflict
// "purge-lapsed". ConfirmPurge asks the record besides.
func Confirms(v archive.Viewer, p archive.Purge, now time.Time) error {
	if err := v.May(archive.PurgeWorks); err != nil {
		return err
	}
	if !p.Waits(now) {
		return archive.Fail(archive.Conflict, "purge-lapsed")
	}
	if v.Account == "" || v.Account == p.ProposedBy || plainName(v.Name) == plainName(p.ProposedName) {
		return archive.Fail(archive.Forbidden, "purge-same")
	}
	return nil
}

func plainName(s string) string { return strings.Join(strings.Fields(viet.Fold(s)), " ") }

// apart decides by the record whether the account that confirms p stands for somebody else than the one that proposed it: it has been
// an administrator since before the proposal, and neither account, nor one person both, had the other in hand. Forbidden "purge-tied".
func (s *sitting) apart(ctx context.Context, p archive.Purge) error {
	id := s.viewer.Account
	owner, err := s.tx.Account(ctx, id)
	if archive.CodeOf(err) == archive.NotFound {
		return archive.Fail(archive.Forbidden, "purge-tied")
	}
	if err != nil {
		return err
	}
	deeds, err := s.tx.AccountDeeds(ctx, p.Proposed.Add(-tieLasts))
	if err != nil {
		return err
	}
	if !owner.Created.Before(p.Proposed) || raised(deeds, owner, p.Proposed) || tied(deeds, string(id), string(p.ProposedBy)) {
		return archive.Fail(archive.Forbidden, "purge-tied")
	}
	return nil
}

// raised reports whether the account became an administrator at since or later.
func raised(deeds []archive.Deed, owner catalog.Account, since time.Time) bool {
	return slices.ContainsFunc(deeds, func(d archive.Deed) bool {
		return d.Kind == archive.DeedAccountRoles && d.Thing == string(owner.ID) && !d.Time.Before(since) && slices.ContainsFunc(d.Changes, func(c archive.Changed) bool {
			return c.Field == "roles" && !slices.Contains(strings.Split(c.Before, ", "), string(archive.Administrator))
		})
	})
}

// tied reports whether one person could hold both accounts by what the deeds, the oldest first, say: one had the other in hand, or
// a third both, also through accounts between.
func tied(deeds []archive.Deed, one, other string) bool {
	hands := map[string]map[string]bool{} // of each account, itself and whoever had it in hand
	of := func(id string) map[string]bool {
		if hands[id] == nil {
			hands[id] = map[string]bool{id: true}
		}
		return hands[id]
	}
	for _, d := range deeds {
		if d.Agent != "" {
			maps.Copy(of(d.Thing), of(d.Agent))
		}
	}
	theirs := of(other)
	for id := range of(one) {
		if theirs[id] {
			return true
		}
	}
	return false
}
