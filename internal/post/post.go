// Package post brings letters to a mail server: SMTP (RFC 5321) with STARTTLS or TLS from the start, and signing in. Nothing travels in the clear but
// to this machine itself.
//
// It must not know whom the archive writes to, nor why.
package post

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"

	"vannghe/internal/archive"
)

// Job is the kind of the job that sends letters: whoever owes one enqueues it.
const Job = "post"

// Secret is a password. Nothing that prints values prints it.
type Secret string

// String hides it.
func (Secret) String() string { return "…" }

// GoString hides it.
func (Secret) GoString() string { return "…" }

// MarshalText hides it, in JSON too.
func (Secret) MarshalText() ([]byte, error) { return []byte("…"), nil }

// Options are what New needs.
type Options struct {
	Host     string
	Port     int    // 465 is TLS from the start; on any other STARTTLS must be offered
	User     string // "": nobody signs in
	Password Secret
	From     string // the address that letters come from

	Roots   *x509.CertPool // whom certificates are believed from; nil: whom the system believes
	Timeout time.Duration  // of each step; 0: 30 s
	// Dial reaches the server; nil: by the network.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

const (
	implicitPort = 465
	patience     = 30 * time.Second
)

// Server is a mail server. Safe for concurrent use.
type Server struct{ opt Options }

// Parse reads HOST:PORT, such as "mail.example.vn:587", into Options without the rest. Invalid "setting-invalid".
func Parse(address string) (Options, error) {
	host, port, err := net.SplitHostPort(address)
	n, numeric := strconv.Atoi(port)
	if err != nil || numeric != nil || host == "" || n < 1 || n > 65535 {
		return Options{}, archive.Fail(archive.Invalid, "setting-invalid", "smtp", "HOST:PORT")
	}
	return Options{Host: host, Port: n}, nil
}

// New returns a Server; nothing is asked of it yet. Invalid "setting-invalid" when From is no address.
func New(o Options) (*Server, error) {
	if _, err := archive.ParseMailbox(o.From); err != nil || o.From == "" {
		return nil, archive.Fail(archive.Invalid, "setting-invalid", "smtp-from", "thu@example.vn")
	}
	if o.Timeout == 0 {
		o.Timeout = patience
	}
	s := &Server{opt: o}
	if _, err := s.client(); err != nil {
		return nil, archive.Fail(archive.Invalid, "setting-invalid", "smtp", net.JoinHostPort(o.Host, strconv.Itoa(o.Port))).Because(err)
	}
	return s, nil
}

// Name says which server it is, without secrets.
func (s *Server) Name() string { return net.JoinHostPort(s.opt.Host, strconv.Itoa(s.opt.Port)) }

// Ping signs in and leaves again. Errors as Open.
func (s *Server) Ping(ctx context.Context) error {
	session, err := s.Open(ctx)
	if err != nil {
		return err
	}
	session.Close()
	return nil
}

// Session is a line to the server. It belongs to one goroutine; Close it.
type Session struct {
	server *Server
	client *mail.Client
}

// Open reaches the server, protects the line and signs in. The error is Unavailable: "mail-silent", "mail-unprotected" (no STARTTLS, or a certificate
// that is not believed), "mail-sign-in".
func (s *Server) Open(ctx context.Context) (*Session, error) {
	client, err := s.client()
	if err == nil {
		err = client.DialWithContext(ctx)
	}
	if err != nil {
		return nil, archive.Fail(archive.Unavailable, reasonOfDial(err)).Because(fmt.Errorf("reach %s: %w", s.Name(), err))
	}
	return &Session{s, client}, nil
}

// Close says goodbye. A server that does not hear it has what it was given all the same.
func (s *Session) Close() { _ = s.client.Close() }

func (s *Server) client() (*mail.Client, error) {
	o := s.opt
	options := []mail.Option{
		mail.WithPort(o.Port), mail.WithTimeout(o.Timeout), mail.WithTLSPolicy(mail.TLSMandatory),
		mail.WithTLSConfig(&tls.Config{ServerName: o.Host, RootCAs: o.Roots, MinVersion: tls.VersionTLS12}),
	}
	switch {
	case o.Port == implicitPort:
		options = append(options, mail.WithSSL())
	case loopback(o.Host): // what never leaves the machine needs no wall, and such servers rarely have a certificate
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	}
	if o.Dial != nil {
		options = append(options, mail.WithDialContextFunc(o.Dial))
	}
	if o.User != "" {
		options = append(options, mail.WithUsername(o.User), mail.WithPassword(string(o.Password)), mail.WithSMTPAuth(signIn(o.Host)))
	}
	return mail.NewClient(o.Host, options...)
}

// signIn is how a password is told: as the server likes it best. On this machine, where the line has no wall, plainly.
func signIn(host string) mail.SMTPAuthType {
	if loopback(host) {
		return mail.SMTPAuthPlain
	}
	return mail.SMTPAuthAutoDiscover
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
