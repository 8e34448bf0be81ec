package preserve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/ocfl"
)

// spooled is a work as it was read, until what it refers to is stored.
type spooled struct {
	Record *WorkRecord
	Keys   map[archive.FileID]string // where the originals lie
	Made   *Made
	Into   archive.WorkID // the work that took it over, though its record does not say so yet
}

// take is a work from the spool. What another took over it has no more, also where a stop came before its own record said so.
func (r *rebuild) take(p place) (*spooled, error) {
	w, err := r.spool.get(p)
	if err == nil && w.Record.MergedInto == "" {
		w.Into = r.merged[p.id]
	}
	return w, err
}

// find sets the keys of the originals and returns what is not there of them.
func (s *spooled) find(root *ocfl.Root, l ocfl.Lying, inv *ocfl.Inventory) []error {
	var lost []error
	for _, form := range s.Record.Representations {
		for _, f := range form.Files {
			if f.Content == "" {
				continue
			}
			key, err := root.KeyOf(inv, f.Content)
			if size := l.Size(inv, f.Content); err == nil && size != f.Bytes {
				err = archive.Fail(archive.Internal, "original-lost", f.Name, size, f.Bytes)
			}
			if err != nil {
				lost = append(lost, fmt.Errorf("original %s: %w", f.ID, err))
			}
			s.Keys[f.ID] = string(key)
		}
	}
	return lost
}

// refersTo are the other works without which this one cannot be stored.
func (s *spooled) refersTo() []archive.WorkID {
	var ids []archive.WorkID
	for _, link := range s.Record.Relations {
		if link.Target != s.Record.ID {
			ids = append(ids, link.Target)
		}
	}
	return ids
}

// rebuilt is the work as the catalogue is to hold it.
func (s *spooled) rebuilt() *catalog.RebuiltWork {
	w, events := s.Record.Archive()
	if s.Into != "" {
		w.MergeInto(s.Into)
		w.Version++ // that is not preserved yet
	}
	files := map[archive.FileID]bool{}
	for i := range w.Representations {
		for j := range w.Representations[i].Files {
			f := &w.Representations[i].Files[j]
			f.Key, files[f.ID] = s.Keys[f.ID], f.State == archive.FileArchived
		}
	}
	r := &catalog.RebuiltWork{Work: w, Events: events, Comments: s.Record.Discussion(), Parts: s.Record.Edited()}
	if s.Record.Purge != nil {
		r.Purge = new(s.Record.Purge.Archive(w.ID))
	}
	s.addMade(r, files)
	return r
}

// addMade takes what lies beside the derivatives, as far as it speaks of files of the work. What a person edited is taken from the record all
// the same.
func (s *spooled) addMade(r *catalog.RebuiltWork, files map[archive.FileID]bool) {
	if s.Made == nil {
		return
	}
	parts := map[archive.FileID][]archive.Part{}
	for _, p := range s.Made.Parts {
		if files[p.File] && p.EditedBy == "" {
			parts[p.File] = append(parts[p.File], p)
		} else if files[p.File] {
			parts[p.File] = append(parts[p.File], sameSpot(p, r.Parts[p.File]))
		}
	}
	for id, edited := range r.Parts {
		if len(parts[id]) == 0 {
			parts[id] = edited
		}
	}
	r.Parts = parts
	for _, d := range s.Made.Derivatives {
		if files[d.File] && d.Work == s.Record.ID {
			r.Derivatives = append(r.Derivatives, d)
		}
	}
}

// sameSpot is the edited part of that kind and locator, p itself when there is none.
func sameSpot(p archive.Part, edited []archive.Part) archive.Part {
	for _, e := range edited {
		if e.Kind == p.Kind && e.Locator == p.Locator {
			return e
		}
	}
	return p
}

// readMade reads what lies beside the derivatives of a work; nil when nothing does, or when it cannot be understood: they are then made again.
func (r *rebuild) readMade(ctx context.Context, record *WorkRecord) (*Made, error) {
	body, _, err := r.bucket.Open(ctx, madeKey(record.ID))
	if archive.CodeOf(err) == archive.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	doc, err := io.ReadAll(body)
	if err = errors.Join(err, body.Close()); err != nil {
		return nil, fmt.Errorf("read what was derived of work %s: %w", record.ID, err)
	}
	var m Made
	if err := json.Unmarshal(doc, &m); err != nil || m.Vannghe > format || m.Work != record.ID {
		r.log.Warn("what was derived of a work is made again", "work", record.ID, "err", err)
		return nil, nil
	}
	return &m, nil
}

// spool is a file of works, each at its place. For one goroutine.
type spool struct {
	file  *os.File
	end   int64
	works []place
}

// place is where a work stands in the spool.
type place struct {
	id       archive.WorkID
	at, size int64
	refersTo []archive.WorkID
}

func (s *spool) add(w *spooled) error {
	doc, err := json.Marshal(w)
	if err != nil {
		return fmt.Errorf("put work %s aside: %w", w.Record.ID, err)
	}
	if _, err := s.file.Write(doc); err != nil {
		return archive.Fail(archive.Unavailable, "storage-full").Because(err)
	}
	s.works = append(s.works, place{id: w.Record.ID, at: s.end, size: int64(len(doc)), refersTo: w.refersTo()})
	s.end += int64(len(doc))
	return nil
}

func (s *spool) get(p place) (*spooled, error) {
	doc := make([]byte, p.size)
	if _, err := s.file.ReadAt(doc, p.at); err != nil {
		return nil, fmt.Errorf("read what was put aside: %w", err)
	}
	var w spooled
	if err := json.Unmarshal(doc, &w); err != nil {
		return nil, fmt.Errorf("read what was put aside: %w", err)
	}
	return &w, nil
}

func (s *spool) close() error { return s.file.Close() }
