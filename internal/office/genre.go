package office

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/viet"
)

// Group is a report group with its genres, in their order.
type Group struct {
	archive.ReportGroup
	Genres []archive.Genre // Works are those of any state
}

// Groups lists the report groups in their order with their genres, and the stamp of the list of groups.
func (o *Office) Groups(ctx context.Context) (list []Group, stamp string, err error) {
	var set []archive.ReportGroup
	if err := o.setting(ctx, archive.GroupsSetting, &set); err != nil {
		return nil, "", err
	}
	genres, err := o.reader().Genres(ctx)
	if err != nil {
		return nil, "", err
	}
	works, err := o.reader().GenreWorks(ctx)
	if err != nil {
		return nil, "", err
	}
	for i := range genres {
		genres[i].Works = works[genres[i].ID]
	}
	known := knownGroups(set, genres)
	return gather(known, genres), catalog.Stamp(known), nil
}

// knownGroups are the groups that were set, or those that every archive starts with; behind them those that only a genre names.
func knownGroups(set []archive.ReportGroup, genres []archive.Genre) []archive.ReportGroup {
	if len(set) == 0 {
		set = archive.ReportGroups()
	}
	set = slices.Clone(set)
	for _, g := range genres {
		if indexOfGroup(set, g.Group) < 0 {
			set = append(set, archive.ReportGroup{ID: g.Group, Name: g.Name, English: g.English})
		}
	}
	return set
}

func indexOfGroup(list []archive.ReportGroup, id string) int {
	return slices.IndexFunc(list, func(g archive.ReportGroup) bool { return g.ID == id })
}

func gather(groups []archive.ReportGroup, genres []archive.Genre) []Group {
	list := make([]Group, len(groups))
	for i, g := range groups {
		list[i].ReportGroup = g
		for _, genre := range genres {
			if genre.Group == g.ID {
				list[i].Genres = append(list[i].Genres, genre)
			}
		}
	}
	return list
}

// GenreStamp names what a form shows of a genre.
func GenreStamp(g archive.Genre) string {
	g.Works = 0
	return catalog.Stamp(g)
}

// taxonomy is genres and groups as they stand in a transaction, held against others who change them.
type taxonomy struct {
	tx     *catalog.Tx
	genres []archive.Genre
	groups []archive.ReportGroup
}

// arrange runs fn on genres and groups; when fn leaves other groups they are stored. It returns what fn recorded.
func (o *Office) arrange(ctx context.Context, by archive.Viewer, fn func(ctx context.Context, t *taxonomy) (archive.Deed, error)) error {
	if err := by.May(archive.KeepSettings); err != nil {
		return err
	}
	err := o.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		var set []archive.ReportGroup
		var deed archive.Deed
		err := tx.ChangeSetting(ctx, archive.GroupsSetting, &set, "", func() error {
			genres, err := tx.Genres(ctx)
			if err != nil {
				return err
			}
			t := &taxonomy{tx, genres, knownGroups(set, genres)}
			deed, err = fn(ctx, t)
			set = t.groups
			return err
		})
		if err != nil {
			return err
		}
		who := archive.NewDeed(by, deed.Kind)
		deed.Agent, deed.Name = who.Agent, who.Name
		return note(ctx, tx, deed)
	})
	if err != nil {
		return fmt.Errorf("change genres or report groups: %w", err)
	}
	return nil
}

func (t *taxonomy) genre(id archive.GenreID) (archive.Genre, error) {
	for _, g := range t.genres {
		if g.ID == id {
			return g, nil
		}
	}
	return archive.Genre{}, archive.Fail(archive.NotFound, "genre-missing")
}

// PutGenre stores what a form says of a genre: names and report group; one without an identifier is new and gets one, which is returned. Its works go
// with it to another group. Errors: Forbidden; Conflict "setting-changed", "genre-twice" with the name; Invalid "name-missing", "group-missing",
// "text-long"; NotFound "genre-missing".
func (o *Office) PutGenre(ctx context.Context, by archive.Viewer, stamp string, g archive.Genre) (archive.GenreID, error) {
	if err := lines(&g.Name, &g.English); err != nil {
		return "", err
	}
	if g.Name == "" {
		return "", archive.Fail(archive.Invalid, "name-missing")
	}
	id := g.ID
	err := o.arrange(ctx, by, func(ctx context.Context, t *taxonomy) (archive.Deed, error) {
		before := archive.Genre{}
		if id != "" {
			var err error
			if before, err = t.genre(id); err != nil {
				return archive.Deed{}, err
			}
			if stamp != GenreStamp(before) {
				return archive.Deed{}, archive.Fail(archive.Conflict, "setting-changed")
			}
		}
		after, err := t.edited(before, g)
		if err != nil {
			return archive.Deed{}, err
		}
		g.ID = after.ID
		return t.genreDeed(before, after), t.tx.PutGenre(ctx, after)
	})
	return g.ID, err
}

// edited is a genre with what was typed; a new one comes last in the association's order.
func (t *taxonomy) edited(before, typed archive.Genre) (archive.Genre, error) {
	if indexOfGroup(t.groups, typed.Group) < 0 {
		return before, archive.Fail(archive.Invalid, "group-missing")
	}
	for _, other := range t.genres {
		if other.ID != before.ID && viet.SortKey(other.Name) == viet.SortKey(typed.Name) {
			return before, archive.Fail(archive.Conflict, "genre-twice", typed.Name)
		}
	}
	after := before
	after.Name, after.English, after.Group = typed.Name, typed.English, typed.Group
	if after.ID == "" {
		after.ID = archive.GenreID(fresh(typed.Name, func(id string) bool { _, err := t.genre(archive.GenreID(id)); return err == nil }))
		for _, g := range t.genres {
			after.Order = max(after.Order, g.Order+10)
		}
	}
	return after, nil
}

// fresh makes an identifier of a name that nothing has.
func fresh(name string, taken func(string) bool) string {
	slug := cmp.Or(viet.Slug(name), "x")
	id := slug
	for n := 2; taken(id); n++ {
		id = slug + "-" + strconv.Itoa(n)
	}
	return id
}

func (t *taxonomy) genreDeed(before, after archive.Genre) archive.Deed {
	return archive.Deed{Kind: archive.DeedGenre, Thing: cmp.Or(string(after.ID), string(before.ID)), Label: cmp.Or(after.Name, before.Name), Changes: archive.Differ(
		archive.Changed{Field: "name", Before: before.Name, After: after.Name}, archive.Changed{Field: "english", Before: before.English, After: after.English},
		archive.Changed{Field: "group", Before: t.groupName(before.Group), After: t.groupName(after.Group)}, archive.Changed{Field: "order", Before: order(before), After: order(after)})}
}

// groupName is what a report group is called, "" for none.
func (t *taxonomy) groupName(id string) string {
	if at := indexOfGroup(t.groups, id); at >= 0 {
		return t.groups[at].Name
	}
	return id
}

func order(g archive.Genre) string {
	if g.ID == "" {
		return ""
	}
	return strconv.Itoa(g.Order)
}

// RemoveGenre takes a genre away that no work has. Errors: Forbidden; Conflict "genre-used", "setting-changed"; NotFound "genre-missing".
func (o *Office) RemoveGenre(ctx context.Context, by archive.Viewer, stamp string, id archive.GenreID) error {
	return o.arrange(ctx, by, func(ctx context.Context, t *taxonomy) (archive.Deed, error) {
		before, err := t.genre(id)
		if err != nil {
			return archive.Deed{}, err
		}
		if stamp != GenreStamp(before) {
			return archive.Deed{}, archive.Fail(archive.Conflict, "setting-changed")
		}
		return t.genreDeed(before, archive.Genre{}), t.tx.RemoveGenre(ctx, id)
	})
}

// MoveGenre moves a genre one place up or down among those of its group. At the end of the row nothing happens.
func (o *Office) MoveGenre(ctx context.Context, by archive.Viewer, id archive.GenreID, up bool) error {
	return o.arrange(ctx, by, func(ctx context.Context, t *taxonomy) (archive.Deed, error) {
		before, err := t.genre(id)
		if err != nil {
			return archive.Deed{}, err
		}
		row := slices.DeleteFunc(slices.Clone(t.genres), func(g archive.Genre) bool { return g.Group != before.Group })
		at := slices.IndexFunc(row, func(g archive.Genre) bool { return g.ID == id })
		other := at + 1
		if up {
			other = at - 1
		}
		if other < 0 || other >= len(row) {
			return archive.Deed{}, nil
		}
		after, neighbour := before, row[other]
		after.Order, neighbour.Order = neighbour.Order, after.Order
		if after.Order == neighbour.Order { // two that stood at the same place
			after.Order += other - at
		}
		if err := t.tx.PutGenre(ctx, neighbour); err != nil {
			return archive.Deed{}, err
		}
		return t.genreDeed(before, after), t.tx.PutGenre(ctx, after)
	})
}

// PutGroup stores what a form says of a report group; one without an identifier is new and gets one. Errors: Forbidden; Conflict "setting-changed",
// "group-twice" with the name; Invalid "name-missing", "text-long"; NotFound "group-missing".
func (o *Office) PutGroup(ctx context.Context, by archive.Viewer, stamp string, g archive.ReportGroup) error {
	if err := lines(&g.Name, &g.English); err != nil {
		return err
	}
	if g.Name == "" {
		return archive.Fail(archive.Invalid, "name-missing")
	}
	return o.arrange(ctx, by, func(_ context.Context, t *taxonomy) (archive.Deed, error) {
		at, err := t.group(stamp, g.ID)
		if err != nil {
			return archive.Deed{}, err
		}
		for i, other := range t.groups {
			if i != at && viet.SortKey(other.Name) == viet.SortKey(g.Name) {
				return archive.Deed{}, archive.Fail(archive.Conflict, "group-twice", g.Name)
			}
		}
		before := archive.ReportGroup{}
		if at >= 0 {
			before = t.groups[at]
			t.groups[at] = g
		} else {
			g.ID = fresh(g.Name, func(id string) bool { return indexOfGroup(t.groups, id) >= 0 })
			t.groups = append(t.groups, g)
		}
		return groupDeed(before, g), nil
	})
}

// group finds a group in the list that a form showed; -1 for a new one.
func (t *taxonomy) group(stamp, id string) (int, error) {
	if stamp != catalog.Stamp(t.groups) {
		return 0, archive.Fail(archive.Conflict, "setting-changed")
	}
	if id == "" {
		return -1, nil
	}
	at := indexOfGroup(t.groups, id)
	if at < 0 {
		return 0, archive.Fail(archive.NotFound, "group-missing")
	}
	return at, nil
}

func groupDeed(before, after archive.ReportGroup) archive.Deed {
	counted := func(g archive.ReportGroup) string {
		if g.ID == "" {
			return ""
		}
		return strconv.FormatBool(!g.Left)
	}
	return archive.Deed{Kind: archive.DeedGroup, Thing: cmp.Or(after.ID, before.ID), Label: cmp.Or(after.Name, before.Name), Changes: archive.Differ(
		archive.Changed{Field: "name", Before: before.Name, After: after.Name}, archive.Changed{Field: "english", Before: before.English, After: after.English},
		archive.Changed{Field: "counted", Before: counted(before), After: counted(after)})}
}

// RemoveGroup takes a report group away that no genre is in. Errors: Forbidden; Conflict "group-used", "setting-changed"; NotFound "group-missing".
func (o *Office) RemoveGroup(ctx context.Context, by archive.Viewer, stamp, id string) error {
	return o.arrange(ctx, by, func(_ context.Context, t *taxonomy) (archive.Deed, error) {
		at, err := t.group(stamp, id)
		if err != nil {
			return archive.Deed{}, err
		}
		if at < 0 {
			return archive.Deed{}, archive.Fail(archive.NotFound, "group-missing")
		}
		if slices.ContainsFunc(t.genres, func(g archive.Genre) bool { return g.Group == id }) {
			return archive.Deed{}, archive.Fail(archive.Conflict, "group-used")
		}
		before := t.groups[at]
		t.groups = slices.Delete(t.groups, at, at+1)
		return groupDeed(before, archive.ReportGroup{}), nil
	})
}

// MoveGroup moves a report group one place up or down. At the end of the row nothing happens.
func (o *Office) MoveGroup(ctx context.Context, by archive.Viewer, id string, up bool) error {
	return o.arrange(ctx, by, func(_ context.Context, t *taxonomy) (archive.Deed, error) {
		at := indexOfGroup(t.groups, id)
		if at < 0 {
			return archive.Deed{}, archive.Fail(archive.NotFound, "group-missing")
		}
		other := at + 1
		if up {
			other = at - 1
		}
		if other < 0 || other >= len(t.groups) {
			return archive.Deed{}, nil
		}
		t.groups[at], t.groups[other] = t.groups[other], t.groups[at]
		return archive.Deed{Kind: archive.DeedGroup, Thing: id, Label: t.groups[other].Name, Changes: archive.Differ(
			archive.Changed{Field: "order", Before: strconv.Itoa(at + 1), After: strconv.Itoa(other + 1)})}, nil
	})
}
