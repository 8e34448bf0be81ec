package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"vannghe/internal/archive"
)

// Setting reads the document of that name into a pointer. NotFound "setting-missing" when there is none; into is then untouched.
// Settings are for the program, which shows of them what it chooses: they are not filtered by the viewer.
func (r *Reader) Setting(ctx context.Context, name string, into any) error {
	text, err := one(ctx, r.c.db.read(), sql("SELECT value FROM setting WHERE name = ?", name), value[string])
	if err = missing(err, "setting-missing"); err != nil {
		return r.c.fail(ctx, "read setting "+name, err)
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("read setting %s: %w", name, err)
	}
	return nil
}

// PutSetting stores v as the JSON document of that name, and owes it to the archive of record.
func (tx *Tx) PutSetting(ctx context.Context, name string, v any) error {
	doc, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode setting %s: %w", name, err)
	}
	if _, err := run(ctx, tx.q, upsert("setting", "name", []string{"name", "value"}, name, text(string(doc)))); err != nil {
		return fmt.Errorf("store setting %s: %w", name, err)
	}
	tx.oweSetting(name)
	return nil
}

// ignoreMissing turns NotFound into nil.
func ignoreMissing(err error) error {
	if errors.Is(err, archive.Fail(archive.NotFound, "")) {
		return nil
	}
	return err
}

// systemViewer is the viewer as which the catalogue looks after itself.
func systemViewer() archive.Viewer { return archive.System("catalog") }

// setting reads a setting as it stands in this transaction; into is untouched when there is none.
func (tx *Tx) setting(ctx context.Context, name string, into any) error {
	found, err := collect(ctx, tx.q, sql("SELECT value FROM setting WHERE name = ?", name), value[string])
	if err != nil || len(found) == 0 {
		return err
	}
	if err := json.Unmarshal([]byte(found[0]), into); err != nil {
		return fmt.Errorf("read setting %s: %w", name, err)
	}
	return nil
}
