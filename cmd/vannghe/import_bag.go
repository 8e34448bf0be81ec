package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"vannghe/internal/archive"
	"vannghe/internal/bagit"
	"vannghe/internal/ingest"
	"vannghe/internal/preserve"
)

// take brings in what the folder holds: files, a bag, or with --bags the bags in it.
func (c *importCommand) take(ctx context.Context, p *parts, options ingest.ImportOptions, r *report) (ingest.Totals, error) {
	if !c.Bags && !bagit.IsBag(c.Folder) {
		return p.in.Import(ctx, options, r.file)
	}
	if c.Manifest != "" || c.Publish || c.Update {
		return ingest.Totals{}, archive.Fail(archive.Invalid, "bag-options")
	}
	bags, err := c.bags()
	if err != nil {
		return ingest.Totals{}, err
	}
	r.begin(len(bags))
	var totals ingest.Totals
	for _, folder := range bags {
		t, err := p.in.ImportBag(ctx, ingest.BagOptions{Folder: folder, As: c.As, Read: preserve.ReadBag}, r.file)
		if err != nil && (ctx.Err() != nil || archive.CodeOf(err) == archive.Unavailable || len(bags) == 1) {
			return totals, err
		}
		if err != nil { // the good ones go in
			r.file(ingest.FileResult{File: filepath.Base(folder), Status: ingest.Failed, Remark: failure(err)})
			t = ingest.Totals{Files: 1, Failed: 1}
		}
		add(&totals, t)
	}
	return totals, nil
}

// bags are the folders of the bags to be brought in.
func (c *importCommand) bags() ([]string, error) {
	if bagit.IsBag(c.Folder) {
		return []string{c.Folder}, nil
	}
	entries, err := os.ReadDir(c.Folder)
	if err != nil {
		return nil, archive.Fail(archive.NotFound, "bags-missing", ingest.DisplayName(c.Folder)).Because(err)
	}
	var bags []string
	for _, e := range entries {
		if folder := filepath.Join(c.Folder, e.Name()); e.IsDir() && bagit.IsBag(folder) {
			bags = append(bags, folder)
		}
	}
	if len(bags) == 0 {
		return nil, archive.Fail(archive.NotFound, "bags-missing", ingest.DisplayName(c.Folder))
	}
	return bags, nil
}

// failure is err as what a person can be told.
func failure(err error) *archive.Error {
	return archive.Fail(archive.CodeOf(err), archive.ReasonOf(err), reasonArgs(err)...).Because(err)
}

func add(all *ingest.Totals, t ingest.Totals) {
	all.Files += t.Files
	all.Added += t.Added
	all.Exists += t.Exists
	all.Failed += t.Failed
	all.Works += t.Works
	all.Bytes += t.Bytes
}

// reasonArgs are what the sentence of err is made with.
func reasonArgs(err error) []any {
	if e, ok := errors.AsType[*archive.Error](err); ok {
		return e.Args
	}
	return nil
}
