package derive

import "context"

const coverVersion = 1

// makeCover takes the picture that lies inside a sound file.
func makeCover(ctx context.Context, t task) (made, error) {
	info, err := t.probe(ctx)
	if err != nil {
		return made{}, err
	}
	if err := t.ffmpeg().Cover(ctx, info, t.out("cover.jpg")); err != nil {
		return made{}, err
	}
	return stills(ctx, t, still{kind: "cover", name: "cover.jpg", small: "cover-480.jpg", width: posterWidth})
}
