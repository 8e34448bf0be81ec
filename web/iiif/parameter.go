package iiif

import (
	"regexp"
	"strings"

	"vannghe/internal/archive"
)

// parameters are the last four segments of an image request (Image API 3.0 §4), decoded.
type parameters struct {
	region   string
	size     string
	rotation string
	quality  string
	format   string
}

// The forms that the specification knows. One that is none of them is a wrong request (400); one that is, but of which there
// is no picture here, is not found (404), as level 0 allows.
var (
	regionForm   = regexp.MustCompile(`^(?:full|square|\d{1,9},\d{1,9},\d{1,9},\d{1,9}|pct:[0-9.]{1,12}(?:,[0-9.]{1,12}){3})$`)
	sizeForm     = regexp.MustCompile(`^\^?(?:max|\d{1,9},|,\d{1,9}|!?\d{1,9},\d{1,9}|pct:[0-9.]{1,12})$`)
	rotationForm = regexp.MustCompile(`^!?\d{1,3}(?:\.\d{1,9})?$`)
	qualityForm  = regexp.MustCompile(`^(?:default|color|gray|bitonal)$`)
	formatForm   = regexp.MustCompile(`^(?:jpg|png|gif|webp|tif|jp2|pdf)$`)
)

// parseParameters checks the form of a request. The errors are Invalid "iiif-region", "iiif-size", "iiif-rotation",
// "iiif-quality" and "iiif-format", each with what was given.
func parseParameters(region, size, rotation, file string) (parameters, error) {
	dot := strings.LastIndexByte(file, '.')
	if dot < 0 {
		return parameters{}, archive.Fail(archive.Invalid, "iiif-format", file)
	}
	p := parameters{region, size, rotation, file[:dot], file[dot+1:]}
	for _, check := range []struct {
		form   *regexp.Regexp
		value  string
		reason archive.Reason
	}{
		{regionForm, p.region, "iiif-region"},
		{sizeForm, p.size, "iiif-size"},
		{rotationForm, p.rotation, "iiif-rotation"},
		{qualityForm, p.quality, "iiif-quality"},
		{formatForm, p.format, "iiif-format"},
	} {
		if !check.form.MatchString(check.value) {
			return parameters{}, archive.Fail(archive.Invalid, check.reason, check.value)
		}
	}
	return p, nil
}

// served reports whether rotation, quality and format are those in which pictures were made. "color" is what "default" is of
// any picture here (§4.5).
func (p parameters) served() bool {
	return p.rotation == "0" && (p.quality == "default" || p.quality == "color") && p.format == "jpg"
}
