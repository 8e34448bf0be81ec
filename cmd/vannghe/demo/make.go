package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"vannghe/internal/tool/ffmpeg"
	"vannghe/internal/tool/pandoc"
	"vannghe/internal/tool/rsvg"
	"vannghe/internal/tool/vips"
)

// words copies an embedded text.
func words(name string) maker {
	return func(_ context.Context, m material, path string) error {
		return os.WriteFile(path, []byte(m.text(name)), 0o600)
	}
}

// word makes a Word file of an embedded text.
func word(name string) maker {
	return func(ctx context.Context, m material, path string) error {
		return m.office.Write(ctx, pandoc.Document{Title: "Kế hoạch", Author: issuer, Language: "vi", Markdown: m.text(name)}, pandoc.DOCX, path)
	}
}

// draw rasterises a scene of w by h pixels as PNG.
func (m material) draw(ctx context.Context, svg string, w, h float64, path string) error {
	page := rsvg.Page{Width: w, Height: h, Shapes: []rsvg.Shape{rsvg.Drawing{SVG: svg}}}
	return m.drawing.PNG(ctx, page, int(w), path)
}

// scene draws a picture of the given size.
type scene func(w, h float64) string

// painted makes a picture of w by h pixels, as PNG or JPEG by the name of the file.
func painted(s scene, w, h float64) maker {
	return func(ctx context.Context, m material, path string) error {
		if strings.HasSuffix(path, ".png") {
			return m.draw(ctx, s(w, h), w, h, path)
		}
		return m.jpeg(ctx, s(w, h), w, h, path)
	}
}

func (m material) jpeg(ctx context.Context, svg string, w, h float64, path string) error {
	drawn := path + ".drawn"
	if err := m.draw(ctx, svg, w, h, drawn); err != nil {
		return err
	}
	_, err := m.picture.Thumbnails(ctx, vips.Source{Path: drawn, Format: "png"}, vips.Order{Width: int(w), Encoding: vips.JPEG, Out: path})
	return errors.Join(err, os.Remove(drawn))
}

// played makes a recording of a melody with a cover, in the format that the name says.
func played(melody *ffmpeg.Melody, cover scene, title, artist string) maker {
	return func(ctx context.Context, m material, path string) error {
		sleeve := path + ".jpg"
		if err := m.jpeg(ctx, cover(900, 900), 900, 900, sleeve); err != nil {
			return err
		}
		spec := ffmpeg.Spec{Format: ffmpeg.Format(strings.TrimPrefix(filepath.Ext(path), ".")), Melody: melody, Cover: sleeve,
			Tags: ffmpeg.Tags{Title: title, Artist: artist, Composer: "Quách Tuệ", Album: "Tiếng nước", Date: "2021"}}
		return errors.Join(m.film.Synthesize(ctx, spec, path), os.Remove(sleeve))
	}
}

// A sample film: its size in pixels, its frames a second and its length.
const (
	filmWidth  = 960
	filmHeight = 540
	filmRate   = 10
	filmLength = 8 * time.Second
)

// moving draws a picture at a time from 0 to 1.
type moving func(w, h, at float64) string

// filmed makes a film: each frame drawn, with a melody.
func filmed(s moving, melody *ffmpeg.Melody) maker {
	return func(ctx context.Context, m material, path string) error {
		frames, err := os.MkdirTemp(m.Folder, "frames-")
		if err != nil {
			return fmt.Errorf("make a folder for frames: %w", err)
		}
		return errors.Join(m.shoot(ctx, s, frames), m.develop(ctx, frames, melody, path), os.RemoveAll(frames))
	}
}

func (m material) shoot(ctx context.Context, s moving, frames string) error {
	count := int(filmLength.Seconds() * filmRate)
	for i := range count {
		at := float64(i) / float64(count)
		if err := m.draw(ctx, s(filmWidth, filmHeight, at), filmWidth, filmHeight, fmt.Sprintf("%s/%04d.png", frames, i+1)); err != nil {
			return err
		}
	}
	return nil
}

func (m material) develop(ctx context.Context, frames string, melody *ffmpeg.Melody, path string) error {
	picture := &ffmpeg.Picture{Scene: ffmpeg.SceneFrames, Frames: frames, Width: filmWidth, Height: filmHeight, FrameRate: filmRate, Codec: ffmpeg.H264}
	return m.film.Synthesize(ctx, ffmpeg.Spec{Format: "mp4", Duration: filmLength, Picture: picture, Melody: melody}, path)
}
