package office

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/viet"
)

// Chapter is a chapter of the association (chi hội) with how many authors belong to it.
type Chapter struct {
	Name    string
	Members int
}

// Chapters lists the chapters in alphabetical order: those that were set and those that authors belong to; and their stamp.
func (o *Office) Chapters(ctx context.Context) (list []Chapter, stamp string, err error) {
	var set []string
	if err := o.setting(ctx, archive.ChaptersSetting, &set); err != nil {
		return nil, "", err
	}
	members, err := o.reader().Chapters(ctx)
	if err != nil {
		return nil, "", err
	}
	for _, name := range chapterNames(set, members) {
		list = append(list, Chapter{name, members[name]})
	}
	return list, catalog.Stamp(chapterNames(set, members)), nil
}

// chapterNames are the names of all chapters, in alphabetical order.
func chapterNames(set []string, members map[string]int) []string {
	names := slices.Clone(set)
	for name := range members {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(viet.SortKey(a), viet.SortKey(b)), cmp.Compare(a, b)) })
	return slices.Compact(names)
}

// ChapterEdit is a line of the form of chapters: what it was called ("" for a new one) and is to be called ("" to take it away).
type ChapterEdit struct{ Before, After string }

// SetChapters renames chapters, adds and takes them away. Authors go with their chapter; one that authors belong to stays. Errors: Forbidden; Conflict
// "setting-changed", "chapter-used" and "chapter-twice" with the name; Invalid "text-long".
func (o *Office) SetChapters(ctx context.Context, by archive.Viewer, stamp string, edits []ChapterEdit) error {
	if err := by.May(archive.KeepSettings); err != nil {
		return err
	}
	for i := range edits {
		if err := lines(&edits[i].After); err != nil {
			return err
		}
	}
	err := o.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		members, err := tx.Chapters(ctx)
		if err != nil {
			return err
		}
		var set []string
		var changes []archive.Changed
		err = tx.ChangeSetting(ctx, archive.ChaptersSetting, &set, "", func() error {
			names := chapterNames(set, members)
			if stamp != catalog.Stamp(names) {
				return archive.Fail(archive.Conflict, "setting-changed")
			}
			set, changes, err = chapterEdits{names, members, edits}.apply()
			return err
		})
		if err != nil {
			return err
		}
		if err := moveMembers(ctx, tx, changes); err != nil {
			return err
		}
		return note(ctx, tx, archive.NewDeed(by, archive.DeedChapters, changes...))
	})
	if err != nil {
		return fmt.Errorf("change the chapters: %w", err)
	}
	return nil
}

// moveMembers has authors go with their chapters, by way of names that no chapter has: two chapters may take each other's name.
func moveMembers(ctx context.Context, tx *catalog.Tx, changes []archive.Changed) error {
	const between = "\x01"
	for _, c := range changes {
		if c.Before != "" && c.After != "" {
			if err := tx.RenameChapter(ctx, c.Before, between+c.After); err != nil {
				return err
			}
		}
	}
	for _, c := range changes {
		if c.Before != "" && c.After != "" {
			if err := tx.RenameChapter(ctx, between+c.After, c.After); err != nil {
				return err
			}
		}
	}
	return nil
}

// chapterEdits is what the form of chapters asks of the chapters there are.
type chapterEdits struct {
	names   []string
	members map[string]int
	edits   []ChapterEdit
}

// apply returns the names that are left, and what changes.
func (c chapterEdits) apply() (names []string, changes []archive.Changed, err error) {
	after := map[string]string{}
	for _, name := range c.names {
		after[name] = name
	}
	for _, e := range c.edits {
		if e.Before == "" {
			if e.After != "" {
				names = append(names, e.After)
				changes = append(changes, archive.Changed{Field: "chapter", After: e.After})
			}
			continue
		}
		if _, known := after[e.Before]; !known {
			return nil, nil, archive.Fail(archive.Conflict, "setting-changed")
		}
		if e.After == "" && c.members[e.Before] > 0 {
			return nil, nil, archive.Fail(archive.Conflict, "chapter-used", e.Before)
		}
		after[e.Before] = e.After
	}
	for _, name := range c.names {
		if after[name] != "" {
			names = append(names, after[name])
		}
		if after[name] != name {
			changes = append(changes, archive.Changed{Field: "chapter", Before: name, After: after[name]})
		}
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(viet.SortKey(a), viet.SortKey(b)), cmp.Compare(a, b)) })
	for i := 1; i < len(names); i++ {
		if names[i] == names[i-1] {
			return nil, nil, archive.Fail(archive.Conflict, "chapter-twice", names[i])
		}
	}
	return names, changes, nil
}
