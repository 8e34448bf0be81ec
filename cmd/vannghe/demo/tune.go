package demo

import "vannghe/internal/tool/ffmpeg"

// line makes notes of pairs: the MIDI number, 0 for a rest, and the beats.
func line(pairs ...float64) []ffmpeg.Note {
	notes := make([]ffmpeg.Note, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		notes = append(notes, ffmpeg.Note{Pitch: int(pairs[i]), Beats: pairs[i+1]})
	}
	return notes
}

// lullaby is the melody of "Lời ru bên sông", in the mode of hò, xự, xang, xê, cống above d'.
func lullaby() *ffmpeg.Melody {
	call := line(62, 1, 67, 1, 69, 2, 71, 1, 69, 1, 67, 2, 64, 1, 67, 1, 62, 3, 0, 1)
	answer := line(69, 1, 71, 1, 74, 2, 71, 1, 69, 1, 67, 1, 69, 1, 64, 1, 62, 1, 59, 1, 62, 3)
	var notes []ffmpeg.Note
	for range 2 {
		notes = append(append(notes, call...), answer...)
	}
	return &ffmpeg.Melody{Tempo: 112, Notes: notes, Drone: 50, Seed: 3}
}

// rain is the melody of "Mưa qua mái ngói".
func rain() *ffmpeg.Melody {
	var notes []ffmpeg.Note
	for round := range 6 {
		up := float64([]int{0, 2, -3}[round%3])
		notes = append(notes, line(77+up, 0.5, 72+up, 0.5, 74+up, 0.5, 70+up, 1, 72+up, 0.5, 67+up, 0.5, 70+up, 0.5, 65+up, 1, 0, 1)...)
	}
	return &ffmpeg.Melody{Tempo: 126, Notes: append(notes, line(65, 4)...), Drone: 53, Seed: 9}
}
