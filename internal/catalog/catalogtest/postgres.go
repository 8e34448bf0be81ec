package catalogtest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// Server is a PostgreSQL of a test's own, reached through a socket in its temporary folder.
type Server struct {
	dir      string // holds the socket and data/
	port     string // on the loopback, where passwords are asked; "": reached through the socket only
	last     atomic.Int64
	template sync.Once
	stop     func()
	done     chan struct{}
}

// Postgres starts a server that ends with the test, or with the test process however that ends. PostgreSQL missing is a
// failure: the suite must have run on it.
func Postgres(t testing.TB) *Server {
	t.Helper()
	return start(t, "", socketOnly()...)
}

// socketOnly are the arguments of initdb for a server that only this machine reaches.
func socketOnly() []string {
	return []string{"-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-U", "vannghe"}
}

// PostgresWith starts a server as one is set up in production: on a port of the loopback, for one user with a password, who has a database of the
// same name. initdb gets the arguments given.
func PostgresWith(t testing.TB, port, user, password string, args ...string) {
	t.Helper()
	secret := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(secret, []byte(password), 0o644); err != nil { // for another account, in a folder of the test
		t.Fatal(err)
	}
	for dir := filepath.Dir(secret); dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // see above
			t.Fatal(err)
		}
	}
	s := start(t, port, append([]string{"-A", "trust", "--auth-host=scram-sha-256", "--pwfile", secret, "-U", user}, args...)...)
	conn, err := pgx.Connect(t.Context(), s.dsnOf("postgres", user))
	if err != nil {
		t.Fatal(err)
	}
	_, err = conn.Exec(t.Context(), "CREATE DATABASE "+pgx.Identifier{user}.Sanitize())
	if err := errors.Join(err, conn.Close(t.Context())); err != nil {
		t.Fatal(err)
	}
}

func start(t testing.TB, port string, args ...string) *Server {
	t.Helper()
	s := initialised(t, port, args...)
	t.Cleanup(func() {
		if err := os.RemoveAll(s.dir); err != nil {
			t.Error(err)
		}
	})
	s.Start(t)
	t.Cleanup(func() { s.Stop(t) })
	return s
}

// initialised makes the folder of a server that does not run yet.
func initialised(t testing.TB, port string, args ...string) *Server {
	t.Helper()
	dir, err := os.MkdirTemp("", "pg") //nolint:usetesting // t.TempDir is too long: a socket's path has at most 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{dir: dir, port: port}
	if owner := s.owner(t); owner != nil {
		if err := os.Chown(dir, int(owner.Uid), int(owner.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	initdb := exec.CommandContext(t.Context(), program(t, "initdb"), append([]string{"-D", s.data(), "--no-sync"}, args...)...)
	s.as(t, initdb)
	if out, err := initdb.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	return s
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// owner is the account that runs the server when the test is root, since PostgreSQL refuses to be; otherwise nil.
func (s *Server) owner(t testing.TB) *syscall.Credential {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		t.Fatalf("no account postgres (Debian package postgresql): %v", err)
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	if err1 != nil || err2 != nil {
		t.Fatalf("account postgres: %v %v", err1, err2)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

func (s *Server) as(t testing.TB, cmd *exec.Cmd) {
	cmd.Dir = s.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.owner(t)}
}

// program finds a program of the server; Debian keeps them out of PATH.
func program(t testing.TB, name string) string {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name) // the pattern is well-formed
	if len(found) > 0 {
		return found[len(found)-1]
	}
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%s is missing; install the Debian package postgresql", name)
	}
	return path
}

// Start starts the server again after Stop and returns when it answers.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	// Not the test's context: it ends before the catalogues of the test are closed.
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), program(t, "postgres"), s.arguments()...)
	s.as(t, cmd)
	cmd.SysProcAttr.Pdeathsig = syscall.SIGQUIT
	log := s.log(t)
	cmd.Stdout, cmd.Stderr = log, log
	started := make(chan error)
	done := make(chan struct{})
	go func() {
		// Pdeathsig speaks of the thread that started the child.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(done)
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // ended by a signal, which is not news
		}
		_ = log.Close()
	}()
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	s.done = done
	s.stop = func() { _ = cmd.Process.Signal(syscall.SIGQUIT) } // immediate shutdown: nothing of it is kept
	s.await(t)
}

// arguments are those of postgres.
func (s *Server) arguments() []string {
	return []string{"-D", s.data(), "-k", s.dir, "-c", "listen_addresses=" + s.listens(), "-c", "port=" + cmp.Or(s.port, "5432"), "-c", "fsync=off",
		"-c", "max_connections=300", "-c", "full_page_writes=off"}
}

func (s *Server) log(t testing.TB) *os.File {
	t.Helper()
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// await connects until the server answers.
func (s *Server) await(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, s.dsn("postgres"))
		if err == nil {
			if err := conn.Close(ctx); err != nil {
				t.Fatal(err)
			}
			return
		}
		select {
		case <-s.done:
		case <-ctx.Done():
		case <-time.After(20 * time.Millisecond):
			continue
		}
		said, _ := os.ReadFile(filepath.Join(s.dir, "log")) // for the message only
		t.Fatalf("PostgreSQL does not answer: %v\n%s", err, said)
	}
}

// Stop ends the server at once, as a crash would. Stopping twice does nothing.
func (s *Server) Stop(testing.TB) {
	if s.stop != nil {
		s.stop()
		<-s.done
		s.stop = nil
	}
}

func (s *Server) listens() string {
	if s.port == "" {
		return ""
	}
	return "127.0.0.1"
}

func (s *Server) dsn(database string) string { return s.dsnOf(database, "vannghe") }

func (s *Server) dsnOf(database, user string) string {
	q := url.Values{"host": {s.dir}, "user": {user}}
	if s.port != "" {
		q.Set("port", s.port)
	}
	u := url.URL{Scheme: "postgres", Path: "/" + database, RawQuery: q.Encode()}
	return u.String()
}

// Options returns a new catalogue without works, already at the newest schema.
func (s *Server) Options(t testing.TB) catalog.Options {
	t.Helper()
	// The migrations take longer than most of the tests that need them.
	s.template.Do(func() {
		c, err := catalog.Open(t.Context(), catalog.Options{DSN: s.create(t, "newest", "template1")})
		if err == nil {
			err = c.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	})
	return catalog.Options{DSN: s.create(t, s.name(), "newest"), Poll: Poll}
}

// NoTables returns a new database in which there is nothing yet.
func (s *Server) NoTables(t testing.TB) catalog.Options {
	t.Helper()
	return catalog.Options{DSN: s.create(t, s.name(), "template1"), Poll: Poll}
}

func (s *Server) name() string { return fmt.Sprintf("db%d_%s", s.last.Add(1), archive.NewID[string]()) }

// create makes a database as a copy of another, and returns its address.
func (s *Server) create(t testing.TB, name, of string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.dsn("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = conn.Exec(t.Context(), "CREATE DATABASE "+name+" TEMPLATE "+of)
	if err := errors.Join(err, conn.Close(t.Context())); err != nil {
		t.Fatal(err)
	}
	return s.dsn(name)
}
