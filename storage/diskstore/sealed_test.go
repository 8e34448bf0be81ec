package diskstore_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"vannghe/storage"
	"vannghe/storage/diskstore"
)

// sealedDir, when set, makes this test binary the process that opens the store there.
const sealedDir = "VANNGHE_TEST_SEALED_DIR"

// Objects are read-only, and a file that was made read-only by a writer that never came further is swept like any other, also by an
// ordinary user, whom its mode would keep from opening it.
func TestObjectsAreReadOnly(t *testing.T) {
	if dir := os.Getenv(sealedDir); dir != "" {
		d, err := diskstore.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		return
	}
	dir := t.TempDir()
	d, err := diskstore.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	b := storage.NewBucket(d)
	put(t, b, "a/b", []byte("bytes"))
	if info, err := os.Stat(filepath.Join(dir, "a", "b")); err != nil || info.Mode().Perm() != 0o440 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	put(t, b, "a/b", []byte("others")) // replaced whole, which is no change of the file
	if err := os.WriteFile(filepath.Join(dir, ".tmp", "leftover"), []byte("half"), 0o440); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	sweepAsOrdinaryUser(t, dir)
	if left := temps(t, dir); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// sweepAsOrdinaryUser opens the store, which sweeps it, in a process to which the modes of files apply.
func sweepAsOrdinaryUser(t *testing.T, dir string) {
	t.Helper()
	argv := []string{os.Args[0], "-test.run=^TestObjectsAreReadOnly$"}
	if os.Geteuid() == 0 {
		argv = append([]string{"setpriv", "--bounding-set=-dac_override,-dac_read_search"}, argv...)
	}
	cmd := exec.CommandContext(t.Context(), argv[0], argv[1:]...)
	cmd.Env = append(os.Environ(), sealedDir+"="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}
