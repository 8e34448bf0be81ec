package tool

import (
	"context"
	"strings"

	"vannghe/internal/archive"
)

// Program is the name of an executable that vannghe may run. There are no others.
type Program string

// The programs.
const (
	FFmpeg     Program = "ffmpeg"
	FFprobe    Program = "ffprobe"
	Vips       Program = "vips"
	VipsHeader Program = "vipsheader"
	PDFInfo    Program = "pdfinfo"
	PDFToText  Program = "pdftotext"
	PDFToPPM   Program = "pdftoppm"
	Pandoc     Program = "pandoc"
	Tesseract  Program = "tesseract"
	RSVG       Program = "rsvg-convert"
	WeasyPrint Program = "weasyprint"

	// Python runs WeasyPrint by a script of ours. Only Debian's own finds the modules that Debian installs.
	Python Program = "/usr/bin/python3"

	// What stands before the others, or proves that it can.
	Prlimit Program = "prlimit"
	Setpriv Program = "setpriv"
	Nice    Program = "nice"
	True    Program = "true"
)

// Programs lists all programs in the order in which doctor shows them.
func Programs() []Program {
	return []Program{FFmpeg, FFprobe, Vips, VipsHeader, PDFInfo, PDFToText, PDFToPPM, Pandoc, Tesseract, RSVG, WeasyPrint,
		Prlimit, Setpriv, Nice, True}
}

// Package names the Debian package that holds p.
func (p Program) Package() string {
	switch p {
	case FFmpeg, FFprobe:
		return "ffmpeg"
	case Vips, VipsHeader:
		return "libvips-tools"
	case PDFInfo, PDFToText, PDFToPPM:
		return "poppler-utils"
	case Pandoc:
		return "pandoc"
	case Tesseract:
		return "tesseract-ocr-vie"
	case RSVG:
		return "librsvg2-bin"
	case WeasyPrint, Python:
		return "weasyprint"
	case Prlimit, Setpriv:
		return "util-linux"
	default:
		return "coreutils"
	}
}

// versionFlag is how p is asked for its version; all answer on standard output or standard error.
func (p Program) versionFlag() string {
	switch p {
	case FFmpeg, FFprobe:
		return "-version"
	case PDFInfo, PDFToText, PDFToPPM:
		return "-v"
	default:
		return "--version"
	}
}

// Version is what doctor shows of a program.
type Version struct {
	Program Program
	Package string // Debian's name
	Path    string // "" when missing
	Version string // the first line of its answer
	Err     error  // Unavailable "tool-missing", or why it does not run
}

// Versions asks every program for its version.
func (r *Runner) Versions(ctx context.Context) []Version {
	var all []Version
	for _, p := range Programs() {
		all = append(all, r.Version(ctx, p))
	}
	return all
}

// Version asks one program for its version.
func (r *Runner) Version(ctx context.Context, p Program) Version {
	v := Version{Program: p, Package: p.Package()}
	if v.Path, v.Err = r.look(p); v.Err != nil {
		return v
	}
	result, err := r.Run(ctx, Command{Program: p, Args: []string{p.versionFlag()}})
	answer := strings.TrimSpace(string(result.Stdout) + "\n" + result.Stderr)
	v.Version, _, _ = strings.Cut(answer, "\n")
	// poppler 22 answers and then leaves with an error status.
	if archive.ReasonOf(err) != "tool-failed" || v.Version == "" {
		v.Err = err
	}
	return v
}
