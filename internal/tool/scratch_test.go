package tool_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"vannghe/internal/tool"
)

func open(t *testing.T, scratch string) *tool.Runner {
	t.Helper()
	r, err := tool.Open(t.Context(), tool.Options{Scratch: scratch})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func wantNames(t *testing.T, folder string, want int) {
	t.Helper()
	got, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != want {
		t.Errorf("%d names in the scratch folder, want %d: %v", len(got), want, got)
	}
}

// The test program starts itself as a server that works in the same scratch folder and is killed there.
func TestOpenSweepsTheScratchOfKilledServersOnly(t *testing.T) {
	if scratch := os.Getenv("VANNGHE_TEST_SCRATCH"); scratch != "" {
		holdFolder(t, scratch)
	}
	scratch := t.TempDir()
	server := exec.Command(os.Args[0], "-test.run=^TestOpenSweepsTheScratchOfKilledServersOnly$")
	server.Env = append(os.Environ(), "VANNGHE_TEST_SCRATCH="+scratch)
	told, err := server.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := server.StdinPipe(); err != nil { // stays open: the server waits for its end
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	var path string
	if _, err := fmt.Fscanln(told, &path); err != nil {
		t.Fatal(err)
	}

	open(t, scratch)
	if _, err := os.Stat(filepath.Join(path, "sub", "file")); err != nil {
		t.Errorf("the folder of a living server: %v", err)
	}
	if err := server.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := server.Wait(); err == nil {
		t.Fatal("the server ended well before it was killed")
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("the killed server left nothing to sweep: %v", err)
	}
	open(t, scratch)
	wantNames(t, scratch, 0)
}

// holdFolder makes a folder with something in it, tells its path and waits to be killed.
func holdFolder(t *testing.T, scratch string) {
	folder, err := open(t, scratch).Folder()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(folder.File("sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(folder.File("sub/file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(folder.File("sub"), 0o500); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(os.Stderr, folder.Path)
	_, err = io.Copy(io.Discard, os.Stdin)
	t.Fatalf("not killed: %v, %v", err, folder.Remove())
}

// TestOpenSweepsScratchByTheLockAlone: a server in a new container may have the number of the one that was killed.
func TestOpenSweepsScratchByTheLockAlone(t *testing.T) {
	scratch := t.TempDir()
	for _, name := range []string{fmt.Sprintf("run-%d-1", os.Getpid()), "run-unlocked"} {
		if err := os.Mkdir(filepath.Join(scratch, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"run-unlocked.lock", "run-without-folder.lock"} {
		if err := os.WriteFile(filepath.Join(scratch, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	open(t, scratch)
	wantNames(t, scratch, 0)
}

func TestOpenSparesTheScratchFoldersBeingMade(t *testing.T) {
	scratch := t.TempDir()
	r := open(t, scratch)
	stop, ended := make(chan struct{}), make(chan error)
	for range 4 {
		go func() { ended <- useFolders(r, stop) }()
	}
	for range 5 {
		open(t, scratch)
	}
	close(stop)
	for range 4 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	wantNames(t, scratch, 0)
}

// useFolders makes, uses and removes folders until stop is closed.
func useFolders(r *tool.Runner, stop <-chan struct{}) error {
	for {
		select {
		case <-stop:
			return nil
		default:
		}
		folder, err := r.Folder()
		if err != nil {
			return err
		}
		err = os.WriteFile(folder.File("file"), nil, 0o600)
		if _, gone := os.Stat(folder.File("file")); errors.Join(err, gone, folder.Remove()) != nil {
			return fmt.Errorf("a folder in use: %w", errors.Join(err, gone))
		}
	}
}

func TestScratchFolderIsRemovedTwice(t *testing.T) {
	scratch := t.TempDir()
	folder, err := open(t, scratch).Folder()
	if err != nil {
		t.Fatal(err)
	}
	wantNames(t, scratch, 2) // and its lock
	if err := errors.Join(folder.Remove(), folder.Remove()); err != nil {
		t.Error(err)
	}
	wantNames(t, scratch, 0)
}
