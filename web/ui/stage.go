package ui

import "strconv"

// longScript is the number of cues from which on those out of sight are not laid out: it costs phones a second for ten thousand.
const longScript = 400

// choice is an option of a list.
type choice struct {
	Value string
	Label string
}

// speeds are those at which a film or recording may be played.
func speeds(t Text) []choice {
	var list []choice
	for _, s := range []float64{0.5, 0.75, 1, 1.25, 1.5, 2} {
		list = append(list, choice{Value: strconv.FormatFloat(s, 'f', -1, 64), Label: t.Text("stage.times", t.Decimal(s, 2))})
	}
	return list
}
