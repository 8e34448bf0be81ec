package catalog

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"vannghe/internal/archive"
)

// Stamp names a document: who shows a form hands it out, and who takes the form back compares. Two documents that differ have different stamps.
func Stamp(v any) string {
	doc, err := json.Marshal(v)
	if err != nil { // cannot happen: settings are plain values
		return ""
	}
	sum := sha256.Sum256(doc)
	return hex.EncodeToString(sum[:12])
}

// ChangeSetting reads the document of that name into a pointer, has change alter it, and stores it, so that two who change it at once do so one after
// the other. A stamp that is not that of what is there is refused: Conflict "setting-changed".
func (tx *Tx) ChangeSetting(ctx context.Context, name string, into any, stamp string, change func() error) error {
	if err := tx.lockName(ctx, "setting."+name); err != nil {
		return err
	}
	if err := tx.setting(ctx, name, into); err != nil {
		return fmt.Errorf("change setting %s: %w", name, err)
	}
	if stamp != "" && stamp != Stamp(into) {
		return archive.Fail(archive.Conflict, "setting-changed")
	}
	if err := change(); err != nil {
		return err
	}
	return tx.PutSetting(ctx, name, into)
}
