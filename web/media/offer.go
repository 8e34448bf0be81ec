package media

import (
	"slices"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// Status is how far an original is, for whoever wants to play or read it.
type Status string

// The statuses.
const (
	Ready      Status = "ready"
	Preparing  Status = "preparing"  // what plays or shows it is being made
	Unreadable Status = "unreadable" // kept, but nothing here can play or show it
)

// Offer is what there is of an original.
type Offer struct {
	Representation *archive.Representation
	File           *archive.File
	Status         Status
	Problem        archive.Reason // why an Unreadable one is so
	Assets         []Asset        // in the order of the derivatives; what only other assets lead to is left out
	Sound          string         // path of the playlist of a film's sound alone, in all its qualities, "" when there is none
	Quick          string         // path of the HLS playlist that our own player takes on any line, "" when there is none of its own
	Chosen         bool           // somebody chose it as the picture of the work
	Original       string         // path of the file as given, "" when the viewer may not take it home
}

// Asset is a servable file with its path.
type Asset struct {
	archive.Asset
	URL  string
	From catalog.DerivativeRef // what it is part of, for Handler.Send
}

// First returns the first asset of a kind, nil when there is none.
func (o *Offer) First(kind string) *Asset {
	for i := range o.Assets {
		if o.Assets[i].Kind == kind {
			return &o.Assets[i]
		}
	}
	return nil
}

// All returns the assets of a kind.
func (o *Offer) All(kind string) []Asset {
	var found []Asset
	for _, a := range o.Assets {
		if a.Kind == kind {
			found = append(found, a)
		}
	}
	return found
}

// mainKinds are the kinds without which a file is not played or read; the others only go with them.
var mainKinds = []string{"hls", "mp4", "audio", "image", "iiif", "text", "page"}

// kindCaptions are words with their times, in WebVTT.
const kindCaptions = "captions"

// kindSegment marks the files that a playlist names; nobody asks for them by themselves.
const kindSegment = "segment"

// kindQuick is a multivariant playlist over the media of another, in which what a thin line gets comes in shorter segments.
const kindQuick = "hls-quick"

// playlistType is the media type of playlists (RFC 8216 §4).
const playlistType = "application/vnd.apple.mpegurl"

// Taking says whether originals may be taken home (archive.Viewer.Downloads).
type Taking bool

// Offers lists what there is of each original of w, in the order of its representations. Purged originals are left out.
func Offers(w *archive.Work, derivatives []archive.Derivative, taking Taking) []Offer {
	var all []Offer
	for i := range w.Representations {
		r := &w.Representations[i]
		for j := range r.Files {
			if r.Files[j].State != archive.FilePurged {
				o := offer(r, &r.Files[j], derivatives, taking)
				_, o.Chosen = w.PosterOf(o.File.ID)
				all = append(all, o)
			}
		}
	}
	return all
}

func offer(r *archive.Representation, f *archive.File, derivatives []archive.Derivative, taking Taking) Offer {
	o := Offer{Representation: r, File: f, Problem: f.Problem}
	pending := f.Problem.Ours() || f.Problem == archive.ScanWaits // it is tried again until it is looked into
	for i := range derivatives {
		d := &derivatives[i]
		if d.File != f.ID {
			continue
		}
		switch d.State {
		case archive.DerivativeReady:
			if !superseded(d, derivatives) {
				o.add(d)
			}
		case archive.DerivativePending:
			pending = true
		case archive.DerivativeFailed:
			if o.Problem == "" {
				o.Problem = d.Problem
			}
		}
	}
	o.settle(pending)
	if bool(taking) && !f.Problem.Quarantined() {
		o.Original = OriginalURL(f)
	}
	return o
}

// superseded reports whether something better than d is ready. Who plays d goes on: its addresses are answered as long as it is there.
func superseded(d *archive.Derivative, derivatives []archive.Derivative) bool {
	better := archive.Supersedes(d.Recipe)
	return better != "" && slices.ContainsFunc(derivatives, func(n archive.Derivative) bool {
		return n.File == d.File && n.Recipe == better && n.State == archive.DerivativeReady
	})
}

func (o *Offer) add(d *archive.Derivative) {
	for _, a := range d.Assets {
		if a.Kind == kindSegment && a.Type == playlistType && a.Width == 0 { // the pictures have a width; the last leads to all sounds
			o.Sound = AssetURL(d, a.Path)
		}
		if a.Kind == kindQuick {
			o.Quick = AssetURL(d, a.Path)
		}
		if a.Kind != kindSegment && a.Kind != kindQuick {
			o.Assets = append(o.Assets, Asset{
				Asset: a, URL: AssetURL(d, a.Path), From: catalog.DerivativeRef{Work: d.Work, File: d.File, Recipe: d.Recipe, Version: d.Version},
			})
		}
	}
}

// main reports whether an asset of that kind is what the file is there for. Captions only go with a film that holds them, and
// are all there is to a file of subtitles.
func (o *Offer) main(kind string) bool {
	return slices.Contains(mainKinds, kind) || kind == kindCaptions && o.File.TimedWords()
}

// settle decides the status. One thing that plays is enough: that a second could not be made is not the reader's concern. A
// file with neither derivative nor problem has not been looked into yet.
func (o *Offer) settle(pending bool) {
	playable := slices.ContainsFunc(o.Assets, func(a Asset) bool { return o.main(a.Kind) })
	switch {
	case playable:
		o.Status, o.Problem = Ready, ""
	case o.Problem != "" && !pending:
		o.Status = Unreadable
	default:
		o.Status, o.Problem = Preparing, ""
	}
}
