package tool_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vannghe/internal/tool"
)

// confined opens a runner for which `pandoc` is a shell script that may write to its scratch folder only, and the test's other
// folder beside it.
func confined(t *testing.T, script string) (r *tool.Runner, other string) {
	t.Helper()
	bin, other := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, string(shell)), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	r, err := tool.Open(t.Context(), tool.Options{Scratch: filepath.Join(t.TempDir(), "scratch"), Path: []string{bin, "/usr/bin", "/bin"}})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(r.Sandbox().String(), "files") {
		if os.Getenv("CI") == "true" {
			t.Fatalf("CI has to have a kernel that confines programs to files: %s; %s", r.Sandbox(), r.Sandbox().Refused)
		}
		t.Skipf("this kernel cannot confine programs to files: %s; %s", r.Sandbox(), r.Sandbox().Refused)
	}
	return r, other
}

// TestAProgramCannotHarmOriginals: a program taken over by a hostile file has the server's number, and the link in its folder
// leads to the archive itself. It may read what it was given, and nothing else.
func TestAProgramCannotHarmOriginals(t *testing.T) {
	for name, script := range map[string]string{
		"overwriting it":        `echo harm >"$1/original"`,
		"appending to it":       `echo harm >>"$1/original"`,
		"truncating it":         `truncate -s 0 "$1/original"`,
		"removing it":           `rm -f "$(readlink "$1/original")"`,
		"replacing it":          `echo harm >"$1/x"; mv "$1/x" "$(readlink "$1/original")"`,
		"hiding beside it":      `echo harm >"$(dirname "$(readlink "$1/original")")/new"`,
		"another's file":        `cat "$(dirname "$(readlink "$1/original")")/secret"`,
		"looking around":        `ls "$(dirname "$(readlink "$1/original")")"`,
		"the server's settings": `cat /etc/hostname`,
	} {
		t.Run(name, func(t *testing.T) {
			r, store := confined(t, `cat "$1/original" || exit 0; echo made >"$1/out" || exit 0; `+script)
			original := filepath.Join(store, "original.txt")
			if err := errors.Join(os.WriteFile(original, []byte("bến trăng"), 0o640), os.WriteFile(filepath.Join(store, "secret"), []byte("x"), 0o640)); err != nil {
				t.Fatal(err)
			}
			folder, err := r.Folder()
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := folder.Remove(); err != nil {
					t.Error(err)
				}
			}()
			if err := os.Symlink(original, folder.File("original")); err != nil {
				t.Fatal(err)
			}
			got, err := r.Run(t.Context(), tool.Command{Program: shell, Args: []string{folder.Path}})
			if err == nil {
				t.Errorf("it was allowed: %q %q", got.Stdout, got.Stderr)
			}
			if !strings.HasPrefix(string(got.Stdout), "bến trăng") {
				t.Errorf("it could not read what it was given: %q %q", got.Stdout, got.Stderr)
			}
			if b, err := os.ReadFile(folder.File("out")); err != nil || string(b) != "made\n" {
				t.Errorf("it could not write to its folder: %q %v", b, err)
			}
			if b, err := os.ReadFile(original); err != nil || string(b) != "bến trăng" {
				t.Errorf("the original is %q, %v", b, err)
			}
			if _, err := os.Stat(filepath.Join(store, "new")); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("it left something beside the original: %v", err)
			}
		})
	}
}

// TestTheServerStaysFree: only the thread that started the program is shut in.
func TestTheServerStaysFree(t *testing.T) {
	r, other := confined(t, `true`)
	for range 20 {
		if _, err := r.Run(t.Context(), tool.Command{Program: shell}); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(other, "x"), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
