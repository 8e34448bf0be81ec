package backup

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"vannghe/storage"
)

// How many generations stay: the newest, and the newest of each of so many months.
const (
	newestKept = 7
	monthsKept = 12
)

// kept chooses the generations that stay; list is sorted, the newest first. Those of before something was destroyed go as soon as the newest is without problems:
// their catalogues still hold what was destroyed.
func kept(list []Generation, destroyed time.Time) (stay, old []Generation) {
	months := map[string]bool{}
	for i, g := range list {
		month := g.Time.UTC().Format("2006-01")
		last := !months[month] && len(months) < monthsKept
		months[month] = true
		holds := g.Time.Before(destroyed) && len(list[0].Problems) == 0
		if i == 0 || !holds && (i < newestKept || last) {
			stay = append(stay, g)
		} else {
			old = append(old, g)
		}
	}
	return stay, old
}

// prune removes generations that are old, then what no generation needs any more, also of runs that were stopped.
func (r *run) prune(ctx context.Context) error {
	list, err := Generations(ctx, r.Target)
	if err != nil {
		return err
	}
	stay, old := kept(list, r.last)
	for _, g := range old {
		if err := r.Target.Delete(ctx, g.key(generationName)); err != nil {
			return fmt.Errorf("remove a generation: %w", err)
		}
	}
	if err := r.pruneDocuments(ctx, stay); err != nil {
		return err
	}
	return r.pruneFiles(ctx, stay)
}

// pruneDocuments removes what lies beside generations that are none.
func (r *run) pruneDocuments(ctx context.Context, stay []Generation) error {
	for o, err := range r.Target.List(ctx, generationsFolder) {
		if err != nil {
			return err
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(string(o.Key), generationsFolder+"/"), "/")
		if slices.ContainsFunc(stay, func(g Generation) bool { return g.Name == name }) {
			continue
		}
		if err := r.Target.Delete(ctx, o.Key); err != nil {
			return err
		}
	}
	return nil
}

// pruneFiles goes through the copies and all lists side by side: all are in the order of their keys.
func (r *run) pruneFiles(ctx context.Context, stay []Generation) error {
	var lists []*cursor[File]
	late := map[storage.Key]bool{}
	for i := range stay {
		for _, f := range stay[i].Moved {
			late[f.from()] = true
		}
		next, stop := iter.Pull2(stay[i].files(ctx, r.Target))
		defer stop()
		lists = append(lists, &cursor[File]{next: next})
	}
	var unwanted []storage.Key
	for o, err := range r.Target.List(ctx, filesFolder) {
		if err != nil {
			return err
		}
		wanted, err := anyLists(lists, storage.Key(strings.TrimPrefix(string(o.Key), filesFolder+"/")))
		if err != nil {
			return err
		}
		if !wanted && !late[o.Key] {
			unwanted = append(unwanted, o.Key)
		}
	}
	var failures []error
	for _, key := range unwanted {
		failures = append(failures, r.Target.Delete(ctx, key))
	}
	return errors.Join(failures...)
}

// anyLists reports whether one of the lists has the key, to which all of them are moved.
func anyLists(lists []*cursor[File], key storage.Key) (bool, error) {
	wanted := false
	for _, l := range lists {
		for {
			f, ok, err := l.peek()
			if err != nil {
				return false, err
			}
			if !ok || f.Key > key {
				break
			}
			wanted = wanted || f.Key == key
			l.skip()
		}
	}
	return wanted, nil
}
