package searchtest

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// childVariable names the file of the job in the environment of a child process.
const childVariable = "VANNGHE_BENCH_CHILD"

// Engines are the names of all that are measured.
func Engines() []string { return []string{"vannghe", "fts5", "postgres", "xapian"} }

// Child does the job of this process, if it is a child, and reports whether it is one.
func Child(t testing.TB) (child bool) {
	file := os.Getenv(childVariable)
	if file == "" {
		return false
	}
	var j Job
	err := readJSON(file, &j)
	if err == nil {
		err = j.work(t)
	}
	if err != nil {
		t.Fatalf("%s: %v", j.Engine, err)
	}
	return true
}

func (j *Job) work(t testing.TB) error {
	e, err := j.open(t)
	if err != nil {
		return err
	}
	r, err := measure(t.Context(), e, j)
	if err := errors.Join(err, e.close()); err != nil {
		return err
	}
	return WriteJSON(j.Report, r)
}

func (j *Job) open(t testing.TB) (engine, error) {
	switch j.Engine {
	case "vannghe":
		return openVannghe(t.Context(), j.Folder)
	case "fts5":
		return openFTS5(t.Context(), j.Folder)
	case "postgres":
		return openPostgres(t)
	default:
		return nil, fmt.Errorf("there is no engine %q", j.Engine)
	}
}

// Run gives the job to a child process and returns its report. What the engine keeps is deleted.
func (j *Job) Run(ctx context.Context, scratch string) (r Report, err error) {
	dir, err := os.MkdirTemp(scratch, j.Engine)
	if err != nil {
		return r, fmt.Errorf("make folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	j.Folder, j.Report = filepath.Join(dir, "data"), filepath.Join(dir, "report.json")
	if err := os.Mkdir(j.Folder, 0o750); err != nil {
		return r, fmt.Errorf("make folder: %w", err)
	}
	file := filepath.Join(dir, "job.json")
	if err := WriteJSON(file, j); err != nil {
		return r, err
	}
	cmd, err := j.command(ctx, file)
	if err != nil {
		return r, err
	}
	cmd.Stderr = os.Stderr
	if out, err := cmd.Output(); err != nil {
		return r, fmt.Errorf("measure %s: %w\n%s", j.Engine, err, out)
	}
	err = readJSON(j.Report, &r)
	r.Engine = j.Engine
	return r, err
}

// command is this program once more; of Xapian, Debian's Python, whatever other Python is in PATH.
func (j *Job) command(ctx context.Context, file string) (*exec.Cmd, error) {
	if j.Engine == "xapian" {
		return exec.CommandContext(ctx, "/usr/bin/python3", filepath.Join("testdata", "xapian_bench.py"), file), nil
	}
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	cmd := exec.CommandContext(ctx, self, "-test.run=^TestChild$", "-test.timeout=0")
	cmd.Env = append(os.Environ(), childVariable+"="+file)
	return cmd, nil
}

// sampled is how many documents of a corpus queries are drawn from.
const sampled = 5000

// WriteCorpus writes the texts and n grown documents to file, one a line, and returns some of them to draw queries from.
func WriteCorpus(file string, texts []Doc, g *Grower, n int) (sample []Doc, err error) {
	f, err := os.Create(file)
	if err != nil {
		return nil, fmt.Errorf("write corpus: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriter(f)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	r := rand.New(rand.NewPCG(seed, 4))
	for i := range len(texts) + n {
		var d Doc
		if i < len(texts) {
			d = texts[i]
		} else {
			d = g.Doc()
		}
		if err := enc.Encode(d); err != nil {
			return nil, fmt.Errorf("write corpus: %w", err)
		}
		if at := r.IntN(i + 1); len(sample) < sampled {
			sample = append(sample, d)
		} else if at < sampled {
			sample[at] = d
		}
	}
	return sample, w.Flush()
}

// WriteJSON writes v to file.
func WriteJSON(file string, v any) error {
	b, err := json.Marshal(v)
	if err == nil {
		err = os.WriteFile(file, b, 0o600)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	return nil
}

func readJSON(file string, v any) error {
	b, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(b, v)
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	return nil
}
