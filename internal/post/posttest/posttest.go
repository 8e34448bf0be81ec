// Package posttest is a mail server for tests: aiosmtpd of Debian, which reads letters with Python's parser and not with ours.
package posttest

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	_ "embed" // the server's script
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

//go:embed server.py
var script string

// Options is how the server behaves.
type Options struct {
	Port     int    // 0: any
	Protect  bool   // it offers STARTTLS, as mail.test
	Password string // of "kho", who must sign in; "" for nobody
	Once     string // a file that says that the server has been cut once; "": one of its own
}

// Letter is what the server was given, as Python's parser reads it.
type Letter struct {
	Sender   string
	To       []string
	TLS      bool
	SignedIn bool `json:"signed_in"`
	Heads    [][2]string
	Text     string
	HTML     string
	Defects  []string
	Longest  int  // line, in bytes
	ASCII    bool // all of it, as it travelled
}

// Head returns the heads of a name.
func (l Letter) Head(name string) (list []string) {
	for _, h := range l.Heads {
		if h[0] == name {
			list = append(list, h[1])
		}
	}
	return list
}

// Server is a running one.
type Server struct {
	Port    int
	Once    string
	Roots   *x509.CertPool // who believes its certificate
	Letters chan Letter    // closed when it has ended
	Command *exec.Cmd
}

// Start starts a server that ends with the test.
func Start(t *testing.T, o Options) *Server {
	t.Helper()
	s := &Server{Letters: make(chan Letter, 100), Once: o.Once}
	if s.Once == "" {
		s.Once = filepath.Join(t.TempDir(), "cut")
	}
	asked := map[string]any{"port": o.Port, "password": o.Password, "once": s.Once}
	if o.Protect {
		asked["cert"], asked["key"] = s.certify(t)
	}
	doc, err := json.Marshal(asked)
	if err != nil {
		t.Fatal(err)
	}
	s.Command = exec.Command("/usr/bin/python3", "-W", "ignore", "-c", script, string(doc))
	s.Command.Stderr = os.Stderr
	out, err := s.Command.StdoutPipe()
	if err == nil {
		err = s.Command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	ready, ended := make(chan int, 1), make(chan struct{})
	go func() {
		defer close(ended)
		s.listen(bufio.NewScanner(out), ready)
	}()
	t.Cleanup(func() { s.Stop(); <-ended })
	select {
	case s.Port = <-ready:
	case <-ended:
	case <-time.After(time.Minute):
	}
	if s.Port == 0 {
		t.Fatal("the mail server does not start (Debian: python3-aiosmtpd)")
	}
	return s
}

// Stop kills the server.
func (s *Server) Stop() {
	_ = s.Command.Process.Kill() // it may have ended
	_ = s.Command.Wait()
}

func (s *Server) listen(lines *bufio.Scanner, ready chan<- int) {
	defer close(s.Letters)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line struct {
			Kind string
			Port int
			Letter
		}
		if json.Unmarshal(lines.Bytes(), &line) != nil {
			continue
		}
		if line.Kind == "ready" {
			ready <- line.Port
		} else {
			s.Letters <- line.Letter
		}
	}
}

// Next waits for a letter.
func (s *Server) Next(t *testing.T) Letter {
	t.Helper()
	select {
	case l, ok := <-s.Letters:
		if !ok {
			t.Fatal("the mail server has ended")
		}
		return l
	case <-time.After(time.Minute):
		t.Fatal("no letter came")
		return Letter{}
	}
}

// Dial reaches this server, whatever name it is looked for under.
func (s *Server) Dial(ctx context.Context, network, _ string) (net.Conn, error) {
	return (&net.Dialer{}).DialContext(ctx, network, s.Address())
}

// Address is HOST:PORT.
func (s *Server) Address() string { return fmt.Sprintf("127.0.0.1:%d", s.Port) }

// certify makes a certificate for mail.test that only Roots believe.
func (s *Server) certify(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail.test"}, DNSNames: []string{"mail.test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	made := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	s.Roots = x509.NewCertPool()
	s.Roots.AppendCertsFromPEM(made)
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, b := range map[string][]byte{cert: made, key: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})} {
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}
