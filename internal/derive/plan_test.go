package derive_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/derive"
	"vannghe/internal/editorial"
)

func TestPlan(t *testing.T) {
	film := derive.Look{Video: true, Audio: true}
	tests := []struct {
		name, format string
		look         derive.Look
		want         string
	}{
		{"a film that plays as it is comes alive at once", "mp4", derive.Look{Video: true, Audio: true, Remux: true, CopyMP4: true},
			"poster light 1, hls light 2, mp4 light 2, sprite light 3, ladder heavy 4"},
		{"a film that plays as it is but is too heavy for one file", "mov", derive.Look{Video: true, Remux: true}, "poster light 1, hls light 2, sprite light 3, ladder heavy 4, mp4 heavy 4"},
		{"an old tape is encoded, the lowest rung first and the MP4 last, since it is joined from the ladder", "mpegps", film,
			"poster light 1, hls heavy 3, sprite light 3, ladder heavy 4, mp4 heavy 4"},
		{"subtitles inside a film", "mkv", derive.Look{Video: true, Captions: true}, "poster light 1, captions light 2, hls heavy 3, sprite light 3, ladder heavy 4, mp4 heavy 4"},
		{"a short film with few key frames gets its small pictures from its ladder", "mp4", derive.Look{Video: true, Remux: true, CopyMP4: true, RareKeys: true},
			"poster light 1, hls light 2, mp4 light 2, ladder heavy 4, sprite heavy 4"},
		{"a film container that holds only sound", "mp4", derive.Look{Audio: true}, "waveform light 1, audio light 2"},
		{"a song with a sleeve", "mp3", derive.Look{Audio: true, Cover: true}, "waveform light 1, audio light 2, cover light 2"},
		{"a song with words in its tags", "mp3", derive.Look{Audio: true, Captions: true}, "waveform light 1, audio light 2, captions light 2"},
		{"lyrics beside a song", "lrc", derive.Look{}, "captions light 2"},
		{"a media file with neither picture nor sound", "mp4", derive.Look{}, ""},
		{"a painting", "tiff", derive.Look{}, "images light 1, tiles light 3"},
		{"a poem", "text", derive.Look{}, "text light 1"},
		{"a manuscript", "docx", derive.Look{}, "text light 1"},
		{"subtitles beside a film", "srt", derive.Look{}, "captions light 2"},
		{"a magazine", "pdf", derive.Look{}, "pages light 2, pagetext light 2"},
		{"an archive is never unpacked", "zip", derive.Look{}, ""},
		{"a drawing that may hold a script", "svg", derive.Look{}, ""},
		{"a playlist in the dress of a film", "playlist", derive.Look{}, ""},
		{"bytes that nobody knows", "unknown", derive.Look{}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, s := range derive.Plan(archive.File{Format: tt.format, Width: 720, Height: 576}, tt.look) {
				if s.Version < 1 {
					t.Errorf("%s has version %d", s.Recipe, s.Version)
				}
				got = append(got, fmt.Sprintf("%s %s %d", s.Recipe, s.Queue, s.Priority))
			}
			if strings.Join(got, ", ") != tt.want {
				t.Errorf("got %s, want %s", strings.Join(got, ", "), tt.want)
			}
		})
	}
}

func TestASmallFilmHasNoLadder(t *testing.T) {
	for _, s := range derive.Plan(archive.File{Format: "mp4", Width: 320, Height: 240}, derive.Look{Video: true}) {
		if s.Recipe == "ladder" {
			t.Error("its one size is encoded twice")
		}
	}
}

func TestPlanTwiceChangesNothing(t *testing.T) {
	b := newBench(t)
	id := b.accession("tho", original{"a.txt", "text", []byte(poem)}, original{"b.bin", "unknown", []byte{1}})
	b.drain()
	first := b.result(id).settled()
	before, err := b.catalog.LastChange(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b.enqueuePlan(id)
	b.drain()
	again := b.result(id).settled()
	after, err := b.catalog.LastChange(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if before != after || len(again.events) != len(first.events) || len(again.made) != len(first.made) || len(again.parts) != len(first.parts) {
		t.Errorf("planning again changed something: change %d → %d, %d events → %d", before, after, len(first.events), len(again.events))
	}
}

func TestWhatALaterProgramMadeIsKept(t *testing.T) {
	b := newBench(t)
	id := b.accession("tho", original{"a.txt", "text", []byte(poem)})
	f := b.result(id).files[0]
	b.update(func(ctx context.Context, tx *catalog.Tx) error {
		return tx.PutDerivative(ctx, archive.Derivative{Work: id, File: f.ID, Recipe: "text", Version: 9, State: archive.DerivativeReady, Prefix: derive.Prefix(f, "text", 9)})
	})
	b.drain()
	if d := b.result(id).settled().one("text"); d.Version != 9 {
		t.Errorf("made %+v", d)
	}
}

// A recipe that a newer program no longer has must not keep a work waiting.
func TestAJobForARecipeThatIsGoneIsSettled(t *testing.T) {
	b := newBench(t)
	id := b.accession("tho", original{"a.txt", "text", []byte(poem)})
	f := b.result(id).files[0]
	b.update(func(ctx context.Context, tx *catalog.Tx) error {
		pending := archive.Derivative{Work: id, File: f.ID, Recipe: "engraving", Version: 3, State: archive.DerivativePending, Prefix: derive.Prefix(f, "engraving", 3)}
		hidden := pending
		hidden.Recipe = "woodcut"
		for _, d := range []archive.Derivative{pending, hidden, {Work: id, File: f.ID, Recipe: "woodcut", Version: 4, State: archive.DerivativeReady, Prefix: derive.Prefix(f, "woodcut", 4)}} {
			if err := tx.PutDerivative(ctx, d); err != nil {
				return err
			}
		}
		if err := tx.Enqueue(ctx, catalog.Job{Kind: derive.JobDerive, Work: id, File: f.ID, Recipe: "woodcut", Version: 3}); err != nil {
			return err
		}
		return tx.Enqueue(ctx, catalog.Job{Kind: derive.JobDerive, Work: id, File: f.ID, Recipe: "engraving", Version: 3})
	})
	b.drain()
	if d := b.result(id).settled().one("engraving"); d.State != archive.DerivativeFailed || d.Problem != "recipe-retired" {
		t.Errorf("made %+v", d)
	}
}

func (b *bench) enqueuePlan(id archive.WorkID) {
	b.t.Helper()
	b.update(func(ctx context.Context, tx *catalog.Tx) error {
		return tx.Enqueue(ctx, catalog.Job{Kind: editorial.JobPlan, Work: id})
	})
}
