package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// compress writes name.gz beside every text file of dist and tells the sizes of both. Fonts are compressed as they are.
func compress(dist string, out io.Writer) error {
	files, err := filepath.Glob(filepath.Join(dist, "*"))
	if err != nil {
		return fmt.Errorf("list %s: %w", dist, err)
	}
	for _, file := range files {
		if err := compressFile(file, out); err != nil {
			return fmt.Errorf("compress %s: %w", filepath.Base(file), err)
		}
	}
	return nil
}

func compressFile(file string, out io.Writer) error {
	body, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	name := filepath.Base(file)
	switch filepath.Ext(name) {
	case ".js", ".css", ".txt":
	default:
		if filepath.Ext(name) == ".woff2" {
			_, err = fmt.Fprintf(out, "%8.1f kB             %s\n", kilobytes(len(body)), name)
		}
		return err
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(body); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "%8.1f kB %8.1f gz %s\n", kilobytes(len(body)), kilobytes(packed.Len()), name); err != nil {
		return err
	}
	return os.WriteFile(file+".gz", packed.Bytes(), 0o644)
}

func kilobytes(n int) float64 { return float64(n) / 1000 }
