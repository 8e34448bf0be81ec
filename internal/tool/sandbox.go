package tool

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// Sandbox says which walls the kernel put between a program and the machine. Limits on time, processor, memory and files,
// no_new_privs and the process group hold everywhere.
type Sandbox struct {
	User    bool   // own user name space: without rights over anything of the machine
	Network bool   // own network name space: no way out, not even to the loopback
	Process bool   // own process name space: sees no other process, and all its children die with it
	IPC     bool   // own System V IPC and POSIX message queues
	Files   int    // version of Landlock: it reads what it needs, and writes to its scratch folder only; 0: no wall
	Refused string // why the kernel refused more, for the log; "" when all walls stand
}

// Sandbox returns what Open found out.
func (r *Runner) Sandbox() Sandbox { return r.sandbox }

// String lists the walls, such as "user network process ipc", or "none".
func (s Sandbox) String() string {
	var names []string
	for _, wall := range []struct {
		up   bool
		name string
	}{{s.User, "user"}, {s.Network, "network"}, {s.Process, "process"}, {s.IPC, "ipc"}} {
		if wall.up {
			names = append(names, wall.name)
		}
	}
	switch {
	case s.Files >= landlockTruncate:
		names = append(names, "files")
	case s.Files > 0:
		names = append(names, "files(but-truncation)")
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, " ")
}

// nobody reports whether programs run without a number of their own: behind the wall against the file system no map of numbers can
// be written, since that lies in /proc. They keep the rights to files of the number that they really have.
func (s Sandbox) nobody() bool { return s.User && s.Files > 0 }

// attributes are those of a process behind the walls of s, at the head of its own group, that dies with its parent.
func (s Sandbox) attributes() *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if s.User {
		a.Cloneflags |= syscall.CLONE_NEWUSER
	}
	if s.User && !s.nobody() {
		// The same number inside and outside: the program may touch what we may touch, and is nobody else.
		a.UidMappings = []syscall.SysProcIDMap{{ContainerID: os.Geteuid(), HostID: os.Geteuid(), Size: 1}}
		a.GidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getegid(), HostID: os.Getegid(), Size: 1}}
	}
	if s.Network {
		a.Cloneflags |= syscall.CLONE_NEWNET
	}
	if s.Process {
		a.Cloneflags |= syscall.CLONE_NEWPID
	}
	if s.IPC {
		a.Cloneflags |= syscall.CLONE_NEWIPC
	}
	return a
}

// candidates are tried from the strongest down: a container without user name spaces may still have network ones (root), or none.
func candidates(landlock int) []Sandbox {
	var all []Sandbox
	for _, files := range []int{landlock, 0} {
		if files == 0 && landlock == 0 && len(all) > 0 {
			break
		}
		all = append(all,
			Sandbox{User: true, Network: true, Process: true, IPC: true, Files: files},
			Sandbox{User: true, Network: true, Files: files},
			Sandbox{Network: true, Process: true, IPC: true, Files: files},
			Sandbox{Network: true, Files: files},
			Sandbox{Files: files})
	}
	return all
}

// probe runs true(1) behind each set of walls and keeps the first that stands.
func (r *Runner) probe(ctx context.Context) (Sandbox, error) {
	program, err := r.look(True)
	if err != nil {
		return Sandbox{}, err
	}
	refused := ""
	var last error
	landlock := landlockVersion()
	if landlock < landlockTruncate {
		refused = fmt.Sprintf("files: landlock is of version %d, and forbids everything from %d (kernel 6.2); ", landlock, landlockTruncate)
	}
	for _, s := range candidates(landlock) {
		if last = r.try(ctx, s, program); last == nil {
			s.Refused = refused
			return s, nil
		}
		refused += s.String() + ": " + last.Error() + "; "
	}
	return Sandbox{}, explain(True, failure{err: last, ctx: ctx, outer: ctx, limits: DefaultLimits(), result: Result{Stderr: refused}})
}

func (r *Runner) try(ctx context.Context, s Sandbox, program string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	argv := append(limitArgs(r.wrap, Limits{}.filled(), s), program)
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.SysProcAttr = s.attributes()
	cmd.Env = environment(r.scratch)
	return runPinned(cmd, s, r.territoryOf(Command{}, r.scratch))
}
