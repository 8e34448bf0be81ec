package ffmpeg

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
)

// Melody is a tune for one plucked instrument with a drone below it.
type Melody struct {
	Tempo float64 // quarter notes a minute
	Notes []Note
	Drone int // MIDI number of the note below, plucked every bar of four; 0 for none
	Seed  uint64
}

// Note is a note or, with Pitch 0, a rest.
type Note struct {
	Pitch int     // MIDI number: 69 is a' of 440 Hz
	Beats float64 // in quarter notes
}

// Pentatonic returns the notes of a wandering tune in the scale of Vietnamese folk song (hò, xự, xang, xê, cống) above
// root, ending on the root. The same seed gives the same tune.
func Pentatonic(root, count int, seed uint64) []Note {
	steps := []int{0, 2, 5, 7, 9, 12, 14, 17, 19}
	lengths := []float64{0.5, 0.5, 1, 1, 1, 1.5, 2}
	random := rand.New(rand.NewPCG(seed, 5))
	notes := make([]Note, 0, count)
	at := 4
	for range max(0, count-1) {
		at = min(max(at+random.IntN(5)-2, 0), len(steps)-1)
		notes = append(notes, Note{Pitch: root + steps[at], Beats: lengths[random.IntN(len(lengths))]})
	}
	return append(notes, Note{Pitch: root, Beats: 4})
}

const (
	melodyRate = 44100
	// ringSeconds is how long a string sounds on after its note.
	ringSeconds = 1.5
)

// wave returns the melody as a WAV file: 16 bits, two channels.
func (m *Melody) wave() []byte {
	beat := 60 / m.Tempo
	length := ringSeconds
	for _, n := range m.Notes {
		length += n.Beats * beat
	}
	left := make([]float64, int(length*melodyRate)+1)
	right := make([]float64, len(left))
	random := rand.New(rand.NewPCG(m.Seed, 11))
	at := 0.0
	for _, n := range m.Notes {
		if n.Pitch > 0 {
			pluck(left, right, stroke{pitch: n.Pitch, at: at, seconds: n.Beats*beat + ringSeconds, gain: 0.5, pan: 0.4}, random)
		}
		at += n.Beats * beat
	}
	if m.Drone > 0 {
		for t := 0.0; t < at; t += 4 * beat {
			pluck(left, right, stroke{pitch: m.Drone, at: t, seconds: 4*beat + ringSeconds, gain: 0.3, pan: 0.6}, random)
		}
	}
	return riff(left, right)
}

type stroke struct {
	pitch       int
	at, seconds float64
	gain, pan   float64 // pan: 0 left, 1 right
}

// pluck adds a plucked string: a burst of noise that a short delay line rounds off (Karplus and Strong, 1983).
func pluck(left, right []float64, s stroke, random *rand.Rand) {
	period := melodyRate / (440 * math.Pow(2, float64(s.pitch-69)/12))
	line := make([]float64, max(2, int(period)))
	for i := range line {
		line[i] = random.Float64()*2 - 1
	}
	start := int(s.at * melodyRate)
	last := 0.0
	for i := range int(s.seconds * melodyRate) {
		if start+i >= len(left) {
			return
		}
		n := i % len(line)
		now := line[n]
		line[n] = 0.497 * (now + last)
		last = now
		left[start+i] += now * s.gain * (1 - s.pan)
		right[start+i] += now * s.gain * s.pan
	}
}

// riff packs two channels, scaled to nine tenths of full scale, into a WAV file.
func riff(left, right []float64) []byte {
	loudest := 1e-9
	for i := range left {
		loudest = max(loudest, math.Abs(left[i]), math.Abs(right[i]))
	}
	size := 4 * len(left)
	b := make([]byte, 0, 44+size)
	b = append(b, "RIFF"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(36+size))
	b = append(b, "WAVEfmt "...)
	b = binary.LittleEndian.AppendUint32(b, 16)
	b = binary.LittleEndian.AppendUint16(b, 1) // PCM
	b = binary.LittleEndian.AppendUint16(b, 2)
	b = binary.LittleEndian.AppendUint32(b, melodyRate)
	b = binary.LittleEndian.AppendUint32(b, melodyRate*4)
	b = binary.LittleEndian.AppendUint16(b, 4)
	b = binary.LittleEndian.AppendUint16(b, 16)
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(size))
	for i := range left {
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(left[i]/loudest*0.9*math.MaxInt16)))
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(right[i]/loudest*0.9*math.MaxInt16)))
	}
	return b
}
