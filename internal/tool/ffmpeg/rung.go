package ffmpeg

import (
	"math"
	"slices"
	"strconv"
)

// Rung is one step of a ladder.
type Rung struct {
	ShortSide int   // pixels of the smaller side: 720 is "720p", upright or not
	MaxRate   int64 // bits per second of the picture
}

// Name names the rung's files, such as "720p".
func (r Rung) Name() string { return strconv.Itoa(r.ShortSide) + "p" }

// Rungs returns the steps for a picture, the largest first: 240, 480, 720, 1080 and its own height as far as H.264 at level 4.2
// goes, which every device decodes; none above the source, no two nearly alike, at least one.
func Rungs(v *Video) []Rung {
	own := largest(v)
	sides := []int{own}
	for _, side := range usualSides() {
		if float64(side) < alike*float64(own) {
			sides = append(sides, side)
		}
	}
	rungs := make([]Rung, len(sides))
	for n, side := range sides {
		rungs[n] = Rung{ShortSide: side, MaxRate: maxRate(v, side)}
	}
	return rungs
}

func usualSides() []int { return []int{1080, 720, 480, 240} }

// alike is from which part of the source's side on a rung shows the same as the source's own.
const alike = 0.95

// What level 4.2 allows (ITU-T H.264, table A-1): macroblocks a picture, and a second.
const (
	levelPicture = 8704
	levelSecond  = 522_240
)

// largest returns the source's smaller side, made even, or the next usual one below that level 4.2 allows.
func largest(v *Video) int {
	own := even(float64(v.ShortSide()) - 0.5)
	if v.allowed(own) {
		return own
	}
	for _, side := range usualSides() {
		if side < own && v.allowed(side) {
			return side
		}
	}
	return min(own, 120) // wider than any film: a strip
}

func (v *Video) allowed(side int) bool {
	width, height := v.fit(side)
	blocks := ((width + 15) / 16) * ((height + 15) / 16)
	return blocks <= levelPicture && float64(blocks)*constantRate(v).number <= levelSecond
}

// maxRate caps a rung, in bits per second: what H.264 needs for lively pictures of that size at 30 a second, and half as much again
// at twice as many.
func maxRate(v *Video, side int) int64 {
	width, height := v.fit(side)
	pixels := float64(width * height)
	// Through 400 kbit/s at 240p and 5 Mbit/s at 1080p: larger pictures need fewer bits a pixel.
	rate := 400_000 * math.Pow(pixels/(426*240), 0.84)
	if constantRate(v).number > 31 {
		rate *= 1.5
	}
	return int64(max(rate, 100_000))
}

// fit returns the size at which the smaller side is short, never enlarging, both sides even as 4:2:0 needs.
func (v *Video) fit(short int) (width, height int) {
	scale := min(1, float64(short)/float64(v.ShortSide()))
	return even(float64(v.Width) * scale), even(float64(v.Height) * scale)
}

func even(f float64) int { return max(2, 2*int(math.Round(f/2))) }

// pace is a constant frame rate, as ffmpeg reads it and as a number.
type pace struct {
	text   string
	number float64
}

// constantRate is the rate at which a picture is encoded: the source's, or that of its fields when it is interlaced, since each
// field is an instant of its own.
func constantRate(v *Video) pace {
	rate := v.FrameRate
	if v.Interlaced && rate <= 30.5 {
		rate *= 2
	}
	return standardRate(rate)
}

// standardRate returns the nearest usual rate within a hundredth, else the next above, at most 60.
func standardRate(f float64) pace {
	usual := []pace{{"10", 10}, {"12", 12}, {"15", 15}, {"24000/1001", 24000.0 / 1001}, {"24", 24}, {"25", 25}, {"30000/1001", 30000.0 / 1001},
		{"30", 30}, {"48", 48}, {"50", 50}, {"60000/1001", 60000.0 / 1001}, {"60", 60}}
	if !(f > 0) {
		return pace{"25", 25}
	}
	last := usual[len(usual)-1]
	best := last
	for _, u := range usual {
		if math.Abs(u.number-f) <= math.Abs(best.number-f) && math.Abs(u.number-f) <= f/100 {
			best = u
		}
	}
	if math.Abs(best.number-f) <= f/100 {
		return best
	}
	if n := slices.IndexFunc(usual, func(u pace) bool { return u.number >= f }); n >= 0 {
		return usual[n]
	}
	return last
}
