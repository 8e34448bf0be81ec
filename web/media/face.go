package media

import "slices"

// FaceKinds lists the kinds of asset that show a work in a list, the best first.
func FaceKinds() []string { return []string{"poster", "cover", "image", "page"} }

// Faces are the offers in the order in which they may show their work: what somebody chose first.
func Faces(offers []Offer) []Offer {
	at := slices.IndexFunc(offers, func(o Offer) bool { return o.Chosen })
	if at <= 0 {
		return offers
	}
	return append([]Offer{offers[at]}, slices.Delete(slices.Clone(offers), at, at+1)...)
}

// Face returns the picture of a work, in JPEG and about so many pixels wide; nil when it has none.
func Face(offers []Offer, width int) *Asset {
	offers = Faces(offers)
	for i := range offers {
		for _, kind := range FaceKinds() {
			if a := nearest(offers[i].All(kind), width); a != nil {
				return a
			}
		}
	}
	return nil
}

// nearest returns the first page, or the picture, whose width is nearest.
func nearest(versions []Asset, width int) *Asset {
	var best *Asset
	for i := range versions {
		a := &versions[i]
		if a.Type != "image/jpeg" || a.Page > 1 {
			continue
		}
		if best == nil || distance(a.Width, width) < distance(best.Width, width) {
			best = a
		}
	}
	return best
}

func distance(a, b int) int { return max(a-b, b-a) }
