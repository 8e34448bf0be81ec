package search_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"vannghe/search"
)

// crashDir, when set, makes this test binary the process that is killed.
const crashDir = "VANNGHE_TEST_CRASH_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		fmt.Println(writeForEver(dir))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// worksPerChange is how many works each change of writeForEver brings.
const worksPerChange = 3

// changeNumber returns what change seq brings: works of its own, and a new version of the one work that all share.
func changeNumber(seq int64) []search.Work {
	var works []search.Work
	for i := range worksPerChange {
		w := work(fmt.Sprintf("%c%c", 'a'+seq/26%26, 'a'+seq%26)+string(rune('a'+i))+letters(seq), "Bài", "riêng", "riêng")
		works = append(works, w)
	}
	return append(works, work("shared", "Chung", fmt.Sprintf("phiên bản %d", seq)))
}

// letters writes seq with letters, since an identifier has no digits below 2.
func letters(seq int64) string {
	return strings.Map(func(r rune) rune { return r - '0' + 'a' }, strconv.FormatInt(seq, 10))
}

// writeForEver applies change after change, goes on where the index stands, and says before each which one.
func writeForEver(dir string) error {
	x, err := search.Open(context.Background(), dir, search.Options{})
	if err != nil {
		return err
	}
	for seq := x.Applied() + 1; ; seq++ {
		fmt.Println(seq)
		if err := x.Apply(context.Background(), seq, changeNumber(seq), nil); err != nil {
			return err
		}
	}
}

func TestKilledInTheMiddleOfABatchTheIndexIsWhatItsSequenceSays(t *testing.T) {
	dir := t.TempDir()
	for round := range 8 {
		begun := killAfter(t, dir, 3+round)
		x, err := search.Open(t.Context(), dir, search.Options{})
		if err != nil {
			t.Fatal(err)
		}
		applied := x.Applied()
		if x.Opening() != search.OpenedExisting || applied < begun-1 || applied > begun {
			t.Errorf("%s, applied %d after change %d had begun", x.Opening(), applied, begun)
		}
		if r := find(t, x, public("riêng")); r.Total != int(applied)*worksPerChange {
			t.Errorf("%d works after %d changes", r.Total, applied)
		}
		expect(t, find(t, x, public(fmt.Sprintf(`"phiên bản %d"`, applied))), "shared")
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// killAfter runs writeForEver in a process of its own, kills it as soon as it has begun its n-th change, and returns the number of the
// last change it had begun.
func killAfter(t *testing.T, dir string, n int) int64 {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), crashDir+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	last := int64(0)
	lines := bufio.NewScanner(out)
	for count := 0; lines.Scan(); {
		seq, err := strconv.ParseInt(lines.Text(), 10, 64)
		if err != nil {
			t.Fatalf("the writer said %q", lines.Text())
		}
		last = seq
		if count++; count == n {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait() // killed, which is its error
	if last == 0 {
		t.Fatal("the writer wrote nothing")
	}
	return last
}
