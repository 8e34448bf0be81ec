package tool

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The wall against the file system is Landlock (kernel documentation, userspace-api/landlock): the thread that starts a program gives
// up, for itself and all that come of it, every access but that to the files named below. It needs no privileges, no helper
// programs and no mounts, and other than file modes it binds a program that runs under the number of the server.

// Versions of Landlock: with renames between folders, and with truncation, which before kernel 6.2 it cannot forbid.
const (
	landlockRefer    = 2
	landlockTruncate = 3
)

const (
	accessRead = unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_READ_DIR | unix.LANDLOCK_ACCESS_FS_EXECUTE
	accessMake = unix.LANDLOCK_ACCESS_FS_MAKE_REG | unix.LANDLOCK_ACCESS_FS_MAKE_DIR | unix.LANDLOCK_ACCESS_FS_MAKE_SYM |
		unix.LANDLOCK_ACCESS_FS_MAKE_FIFO | unix.LANDLOCK_ACCESS_FS_MAKE_SOCK | unix.LANDLOCK_ACCESS_FS_MAKE_CHAR | unix.LANDLOCK_ACCESS_FS_MAKE_BLOCK |
		unix.LANDLOCK_ACCESS_FS_REMOVE_FILE | unix.LANDLOCK_ACCESS_FS_REMOVE_DIR
	// accessFile is what can be allowed of a file that is no folder.
	accessFile = unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_TRUNCATE
)

// accessWrite is every right to change something that this version of Landlock knows of.
func accessWrite(version int) uint64 {
	access := uint64(accessMake | unix.LANDLOCK_ACCESS_FS_WRITE_FILE)
	if version >= landlockRefer {
		access |= unix.LANDLOCK_ACCESS_FS_REFER
	}
	if version >= landlockTruncate {
		access |= unix.LANDLOCK_ACCESS_FS_TRUNCATE
	}
	return access
}

// landlockVersion returns the version of Landlock, 0 where the kernel has none or does not let us use it.
func landlockVersion() int {
	version, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return 0
	}
	return int(version)
}

// systemFiles are what programs read to run at all: themselves, libraries, fonts, what the machine is. Not all of /etc, which may
// hold the configuration of this server. What is not there is passed over.
func systemFiles() []string {
	return []string{"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/proc", "/sys", "/dev/zero", "/dev/random", "/dev/urandom",
		"/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/alternatives", "/etc/fonts", "/etc/ImageMagick-6", "/etc/localtime", "/etc/passwd",
		"/etc/group", "/etc/nsswitch.conf", "/var/cache/fontconfig"}
}

// territory is what a program may touch.
type territory struct {
	read  []string
	write []string // and read
}

// territoryOf is the machine's programs, the scratch folder of the run and those that the command names, with what links lying in
// these lead to: an original is such a link, to be read.
func (r *Runner) territoryOf(c Command, folder string) territory {
	t := territory{read: append(systemFiles(), r.path...), write: append([]string{folder, "/dev/null", "/dev/full"}, r.writable...)}
	for _, s := range append([]string{c.Dir}, c.Args...) {
		named := r.folderIn(s)
		if named == "" || slices.Contains(t.write, named) {
			continue
		}
		t.write = append(t.write, named)
		t.read = append(t.read, linksIn(named)...)
	}
	return t
}

// folderIn returns the scratch folder that an argument names, "" when it names none.
func (r *Runner) folderIn(argument string) string {
	prefix := filepath.Join(r.scratch, folderPrefix)
	_, rest, found := strings.Cut(argument, prefix)
	if !found {
		return ""
	}
	name, _, _ := strings.Cut(rest, "/")
	return prefix + name
}

// linksIn returns what the links in a folder lead to.
func linksIn(folder string) []string {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil // the program will say so
	}
	var targets []string
	for _, e := range entries {
		if e.Type() != fs.ModeSymlink {
			continue
		}
		if target, err := filepath.EvalSymlinks(filepath.Join(folder, e.Name())); err == nil {
			targets = append(targets, target)
		}
	}
	return targets
}

// confine shuts the calling thread, for ever, into t. The thread must be locked, and must end with what it was locked for.
func confine(version int, t territory) (err error) {
	handled := accessRead | accessWrite(version)
	attr := unix.LandlockRulesetAttr{Handled_access_fs: handled}
	fd, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&attr)), unsafe.Sizeof(attr.Handled_access_fs), 0)
	if errno != 0 {
		return fmt.Errorf("make a landlock ruleset: %w", errno)
	}
	defer func() { err = errors.Join(err, unix.Close(int(fd))) }()
	for _, list := range []struct {
		paths  []string
		access uint64
	}{{t.read, accessRead}, {t.write, handled}} {
		for _, path := range list.paths {
			if err := allow(int(fd), path, list.access); err != nil {
				return fmt.Errorf("allow %s: %w", path, err)
			}
		}
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("give up new privileges: %w", err)
	}
	if _, _, errno := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, fd, 0, 0); errno != 0 {
		return fmt.Errorf("restrict the thread: %w", errno)
	}
	return nil
}

func allow(ruleset int, path string, access uint64) (err error) {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if errors.Is(err, syscall.ENOENT) || errors.Is(err, syscall.EACCES) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unix.Close(fd)) }()
	var stat unix.Stat_t
	if err := unix.Fstat(fd, &stat); err != nil {
		return err
	}
	if stat.Mode&unix.S_IFMT != unix.S_IFDIR {
		access &= accessFile
	}
	rule := unix.LandlockPathBeneathAttr{Allowed_access: access, Parent_fd: int32(fd)}
	_, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(ruleset), unix.LANDLOCK_RULE_PATH_BENEATH, uintptr(unsafe.Pointer(&rule)), 0, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}
