package catalogtest

import (
	"context"
	"io"
	"os/exec"
	"sync"
	"testing"

	"vannghe/internal/catalog"
)

// shared is the PostgreSQL that the tests of one test program share, and what holds it: it ends when input is closed.
var shared struct {
	once   sync.Once
	server *Server
	input  io.Closer
}

// OnPostgres returns a new catalogue without works, already at the newest schema, on a server that all tests of the program share: to
// make a server and its tables takes longer than most tests. Who stops the server, or looks at the sessions of all, takes Postgres.
func OnPostgres(t testing.TB) catalog.Options {
	t.Helper()
	return sharedServer(t).Options(t)
}

// NoTablesOnPostgres returns a new database on the server of OnPostgres, in which there is nothing yet.
func NoTablesOnPostgres(t testing.TB) catalog.Options {
	t.Helper()
	return sharedServer(t).NoTables(t)
}

func sharedServer(t testing.TB) *Server {
	t.Helper()
	shared.once.Do(func() {
		s := initialised(t, "", socketOnly()...)
		shared.input = s.startForAll(t)
		shared.server = s
	})
	if shared.server == nil {
		t.Fatal("the PostgreSQL that the tests share did not start: see the first test that asked for it")
	}
	return shared.server
}

// guard runs a server until its input ends, which is when the test program does, however that may be, and removes the folder.
const guard = `trap '' HUP INT TERM; folder=$1; shift; "$@" </dev/null & cat >/dev/null; kill -QUIT $!; wait; rm -rf "$folder"`

// startForAll starts a server that no test ends, and returns what it ends with.
func (s *Server) startForAll(t testing.TB) io.Closer {
	t.Helper()
	args := append([]string{"-c", guard, "guard", s.dir, program(t, "postgres")}, s.arguments()...)
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), "sh", args...)
	s.as(t, cmd)
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	log := s.log(t)
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.await(t)
	return input
}
