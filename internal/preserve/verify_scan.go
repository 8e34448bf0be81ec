package preserve

import (
	"context"
	"strings"

	"vannghe/internal/archive"
)

// scan has the virus scanner look into the originals that it has not found clean yet: what was archived before there was one, and what passed it by.
func (v *verifier) scan(ctx context.Context, id archive.WorkID, seen *sighting) error {
	s, err := v.workSubject(ctx, id)
	if err != nil || s == nil {
		return err
	}
	clean := map[string]bool{}
	for _, e := range s.events {
		if e.Type == archive.EventVirusCheck && e.Outcome == archive.Success {
			file, _, _ := strings.Cut(e.Detail, " ")
			clean[file] = true
		}
	}
	for _, r := range s.work.Representations {
		for _, f := range r.Files {
			if f.State != archive.FileArchived || clean[string(f.ID)] || f.Problem.Quarantined() {
				continue
			}
			infected, err := v.opt.Scan(ctx, f)
			if err != nil {
				return err
			}
			if infected {
				d := s.damage(archive.DamageInfected, contentPath(f), "")
				d.Name = f.Name
				seen.damages = append(seen.damages, d)
			}
		}
	}
	return nil
}
