package page

import (
	"cmp"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/editorial"
)

// issuer is who issued a paper: whom its record names, else the association as it was called on the day of the paper.
func (v *visit) issuer(w *archive.Work) string {
	if w.Paper.Issuer != "" || w.Genre != paperGenre || w.Paper.Number == "" {
		return w.Paper.Issuer
	}
	return v.around.site.BodyOn(w.Date)
}

// bodyThen is what the association was called on the day of the first decision of a minute; as it is called today where that is not known.
func (v *visit) bodyThen(m editorial.Minute) string {
	name := ""
	if len(m.Entries) > 0 {
		name = v.around.site.BodyOn(archive.Date(m.Entries[0].Event.Time.In(archive.Vietnam).Format(time.DateOnly)))
	}
	return cmp.Or(name, v.around.site.Body)
}
