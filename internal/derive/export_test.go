package derive

import (
	"time"

	"vannghe/internal/archive"
)

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

// GainFor is gainFor of sounds given as seconds, LUFS and dBTP.
func GainFor(album [][3]float64) float64 {
	var all []sound
	for _, s := range album {
		all = append(all, sound{seconds: s[0], loudness: archive.Loudness{Integrated: s[1], TruePeak: s[2]}})
	}
	return gainFor(all)
}
