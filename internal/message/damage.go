package message

import (
	"strings"

	"vannghe/internal/archive"
)

// Damage says in which way something of the archive is not as it was.
func (c *Catalogue) Damage(d archive.Damage) string {
	if d.Event > 0 {
		return c.Text("damage."+string(d.Kind), d.Event)
	}
	return c.Text("damage."+string(d.Kind), c.damaged(d))
}

// damaged names what is damaged: an original by its name, what the archive keeps for itself by what it is for, all else by its path.
func (c *Catalogue) damaged(d archive.Damage) string {
	switch {
	case d.Name != "":
		return d.Name
	case d.Path == "" || d.Kind != archive.DamageAdded && strings.HasSuffix(d.Path, "/metadata.json"):
		return c.Text("damage.file.record")
	case d.Kind != archive.DamageAdded && (strings.Contains(d.Path, "inventory.json") || strings.HasPrefix(d.Path, "0=")):
		return c.Text("damage.file.inventory")
	default:
		return d.Path
	}
}

// DamageAdvice says what to do about it.
func (c *Catalogue) DamageAdvice(d archive.Damage) string {
	if d.Repaired {
		return c.Text("damage.repaired")
	}
	return c.Text("damage." + string(d.Kind) + ".do")
}
