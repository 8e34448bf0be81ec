package derive

import "time"

// Raise is what a new version of the program does to a recipe.
func (d *Deriver) Raise(name string) {
	r := d.recipes[name]
	r.version++
	d.recipes[name] = r
}

// KeepAtOnce has finished pieces kept as soon as they are there.
func (d *Deriver) KeepAtOnce() { d.pause = 0 }

// Impatient has programs ended that tell nothing for so long.
func (d *Deriver) Impatient(patience time.Duration) { d.patience = patience }
