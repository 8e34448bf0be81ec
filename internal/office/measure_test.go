package office

import (
	"testing"
	"time"
)

func TestWeeksLeft(t *testing.T) {
	at := func(day int, held, free, disk int64) Measured {
		return Measured{Time: time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC), Originals: held, Free: free, Disk: disk}
	}
	for name, c := range map[string]struct {
		list []Measured
		want int
	}{
		"a tenth of what is free a week":  {[]Measured{at(1, 100, 900, 1000), at(8, 150, 850, 1000), at(15, 200, 500, 1000)}, 10},
		"too short a time":                {[]Measured{at(1, 100, 900, 1000), at(14, 200, 800, 1000)}, -1},
		"measured once":                   {[]Measured{at(1, 100, 900, 1000)}, -1},
		"it does not grow":                {[]Measured{at(1, 100, 900, 1000), at(20, 100, 900, 1000)}, -1},
		"it shrinks":                      {[]Measured{at(1, 100, 900, 1000), at(20, 50, 950, 1000)}, -1},
		"nobody knows the disk":           {[]Measured{at(1, 100, 0, 0), at(20, 200, 0, 0)}, -1},
		"no room is left, and still more": {[]Measured{at(1, 100, 100, 1000), at(20, 200, 0, 1000)}, 0},
	} {
		if got := weeksLeft(c.list); got != c.want {
			t.Errorf("%s: %d weeks, want %d", name, got, c.want)
		}
	}
}
