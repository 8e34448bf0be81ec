package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// purgeMark stands in the text of the work that is destroyed, purgeWord is how search holds it.
const purgeMark, purgeWord = "Xuyênvọngphù", "xuyenvongphu"

func typing(t *testing.T, line string, args ...string) result {
	t.Helper()
	cmd := program(t, args...)
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(line+"\n"), &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// Two administrators destroy a text beside a live server; then its words are in no file of the data folder, indexes included.
func TestPurgeCommand(t *testing.T) {
	t.Parallel()
	folder, data := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "bai.txt"), []byte("Bài có chữ "+purgeMark+" trong lòng.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	set := []string{"--data", data}
	for _, name := range []string{"mot", "hai"} {
		if r := typing(t, passphrase, append([]string{"user", "add", name, "--shown", "Bà " + name, "--role", "administrator"}, set...)...); r.code != 0 {
			t.Fatal(r.err)
		}
	}
	s := serve(t, set...)
	must(t, append([]string{"import", folder, "--publish"}, set...)...)
	hits := s.search(t, purgeMark)
	if hits.Total != 1 || len(marked(t, data)) == 0 {
		t.Fatalf("%d hits, in %v", hits.Total, marked(t, data))
	}
	id := hits.Hits[0].Work.ID
	purge := func(as, password string, more ...string) result {
		return typing(t, password, append(append([]string{"purge", id, "--as", as}, more...), set...)...)
	}
	if r := purge("mot", passphrase, "--reason", "Quyết định 12"); r.code == 0 || !strings.Contains(r.err, "purge-published") {
		t.Errorf("while it is public: %+v", r)
	}
	must(t, append([]string{"withdraw", id, "--reason", "Theo lệnh"}, set...)...)
	if r := purge("mot", "wrong wrong wrong", "--reason", "x"); r.code == 0 || !strings.Contains(r.err, "sign-in-wrong") {
		t.Errorf("by a wrong password: %+v", r)
	}
	r := purge("mot", passphrase, "--reason", "Quyết định 12")
	fields := strings.Fields(r.out)
	if r.code != 0 || len(fields) != 3 {
		t.Fatalf("%+v", r)
	}
	if r := purge("mot", passphrase, "--confirm", fields[2]); r.code == 0 || !strings.Contains(r.err, "purge-same") {
		t.Errorf("by the same: %+v", r)
	}
	if r := purge("hai", passphrase, "--confirm", fields[2]); r.code != 0 || !strings.Contains(r.out, "destroyed") {
		t.Fatalf("%+v", r)
	}
	until(t, 20*time.Second, "no file holds its words", func() bool { return len(marked(t, data)) == 0 })
	if status, body := s.get(t, "/tac-pham/"+id); status != 410 || !strings.Contains(body, "Theo lệnh") {
		t.Errorf("the tombstone: %d", status)
	}
	s.stop(t)
	if left := marked(t, data); len(left) > 0 {
		t.Errorf("after the end of the server: %v", left)
	}
}

// marked lists the files below a folder in which the marks stand.
func marked(t *testing.T, folder string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // gone meanwhile
		}
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil && (bytes.Contains(body, []byte(purgeMark)) || bytes.Contains(body, []byte(purgeWord))) {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
