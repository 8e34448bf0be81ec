// Package web serves the archive over HTTP: pages, media, pictures, the JSON API and what operators ask. routes.go is the
// whole URL space on one page; each protocol has a package of its own below.
//
// It reads the catalogue only through the viewer of the request and changes it only through a use case. It must not
// transcode, hash or index anything.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/sync/semaphore"

	"vannghe/internal/account"
	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
	"vannghe/internal/ingest"
	"vannghe/internal/office"
	"vannghe/internal/tool/weasyprint"
	"vannghe/search"
	"vannghe/storage"
	"vannghe/storage/blockcache"
	"vannghe/web/desk"
	"vannghe/web/iiif"
	"vannghe/web/media"
	officepage "vannghe/web/office"
	"vannghe/web/page"
	"vannghe/web/pulse"
	"vannghe/web/recent"
	"vannghe/web/request"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// Limits of a connection. Bodies that are streamed out follow respond's own rule instead of writeTimeout.
const (
	readTimeout  = 30 * time.Second // of a whole request
	writeTimeout = 60 * time.Second // of an answer made in memory
	idleTimeout  = 2 * time.Minute
	maxHeader    = 16 << 10 // bytes
	maxBody      = 1 << 20  // bytes; uploads have a protocol of their own
	maxTyped     = 8 << 20  // bytes of a text that is typed, as forms write it
	stopTimeout  = 10 * time.Second
)

// Options is what a Server needs.
type Options struct {
	Catalog *catalog.Catalog
	Bucket  *storage.Bucket
	// Cache keeps derivatives near that are asked for often; nil: none, the store itself is near.
	Cache *blockcache.Cache
	// Search returns this node's index, nil while it is being opened.
	Search func() *search.Index
	Assets *ui.Assets
	Log    *slog.Logger
	// BaseURL is the address under which the archive is reached, such as "https://vannghe.example"; "" takes each request's.
	BaseURL string
	// Proxies are those in front of us on other machines: what they say of the client is believed, as it is of a proxy on this machine.
	Proxies request.Proxies
	// MetricsToken lets programs read /metrics that are on other machines, or anywhere when BaseURL is a public address; "" lets
	// nobody.
	MetricsToken string
	// Print turns pages of paper into PDF (NewPrinter); nil: nothing is given as PDF.
	Print *weasyprint.Tool
	// Ingest takes in what is uploaded; nil: one of its own over Catalog and Bucket.
	Ingest *ingest.Ingest
	// Mails says that the archive sends letters.
	Mails bool
	// Office is what administrators set; nil: one of its own over Catalog, which cannot take a picture as the association's mark.
	Office *office.Office
}

// Server serves one archive. Make it with New.
type Server struct {
	Options
	base     request.Base
	security []field // of every answer
	app      *fiber.App
	pages    *page.Handler
	failures *respond.Failures
	streams  *respond.Streams
	metrics  *metrics
	floods   *floodgate
	gate     atomic.Pointer[gate] // nil before Serve
	pulse    *pulse.Pulse

	pagesKept  *recent.Memory[string, rememberedPage]
	pagesGiven atomic.Int64 // from memory
	grants     *media.Grants
	images     *iiif.Handler
	accounts   *account.Accounts
	desk       *desk.Handler
	office     *officepage.Handler

	strangers, known *semaphore.Weighted // bytes of bodies in memory
}

// New returns a Server. The error is Invalid "base-url-invalid".
func New(o Options) (*Server, error) {
	base, err := request.ParseBase(o.BaseURL)
	if err != nil {
		return nil, err
	}
	if o.Ingest == nil {
		o.Ingest = ingest.New(ingest.Options{Catalog: o.Catalog, Bucket: o.Bucket, Log: o.Log})
	}
	if o.Office == nil {
		o.Office = office.New(office.Options{Catalog: o.Catalog, Log: o.Log})
	}
	s := &Server{Options: o, base: base, security: securityOf(base), streams: respond.NewStreams(), floods: newFloodgate(), accounts: account.New(o.Catalog)}
	s.strangers, s.known = semaphore.NewWeighted(strangersBodies), semaphore.NewWeighted(knownBodies)
	s.pulse = pulse.New(pulse.Options{Catalog: o.Catalog, Bucket: o.Bucket, Cache: o.Cache, Connections: func() int { open, _ := s.connections(); return open }})
	s.metrics = s.newMetrics()
	s.pagesKept = recent.New[string, rememberedPage](pagesRemembered, pageHot)
	s.grants = media.NewGrants()
	s.pages = page.New(page.Options{Catalog: o.Catalog, Bucket: o.Bucket, Search: o.Search, Assets: o.Assets, Address: base, Print: o.Print, Office: o.Office, Pulse: s.pulse})
	s.desk = &desk.Handler{Use: s.accounts, Frame: s.pages.Frame, Unseen: o.Office.Unseen, Address: base, Mails: o.Mails}
	s.office = &officepage.Handler{Use: o.Office, Accounts: s.accounts, Frame: s.pages.Frame, Print: o.Print}
	s.failures = &respond.Failures{Log: o.Log, Page: s.pages.Failure}
	s.pages.Ingest = o.Ingest
	s.pages.QR = func(link string) (int, string, error) {
		code, err := desk.QR(link)
		return code.Size, code.Path, err
	}
	s.desk.Mine = s.pages.Mine
	s.pages.Editorial = editorial.New(editorial.Options{Catalog: o.Catalog, Log: o.Log})
	s.app = fiber.New(fiber.Config{
		AppName:                      "vannghe",
		DisableStartupMessage:        true,
		Immutable:                    true, // without it strings of a request change under whoever keeps them
		CaseSensitive:                true,
		StrictRouting:                true,
		StreamRequestBody:            true, // with limitBody, which answers instead of resetting the connection
		DisablePreParseMultipartForm: true,
		BodyLimit:                    maxBody,
		ReadBufferSize:               maxHeader,
		ReadTimeout:                  readTimeout,
		WriteTimeout:                 writeTimeout,
		IdleTimeout:                  idleTimeout,
		ErrorHandler:                 s.fail,
	})
	s.app.Server().CloseOnShutdown = true
	s.app.Server().Handler = respond.Joined(s.remember(s.app.Server().Handler))
	if err := s.routes(); err != nil {
		return nil, err
	}
	return s, nil
}

// Serve answers on ln until ctx ends; then it lets answers under way end for stopTimeout, cuts the rest, and returns.
// It owns ln. Call it once.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	watching, stop := context.WithCancel(context.WithoutCancel(ctx))
	var helpers sync.WaitGroup
	defer helpers.Wait()
	defer stop() // streams are watched until the last has ended
	helpers.Go(func() { s.watch(watching) })

	helpers.Go(func() { s.pulse.Run(watching) })

	gate := newGate(ln, s.Proxies)
	s.gate.Store(gate)
	listener := &onceListener{Listener: gate}
	ended := make(chan error, 1)
	go func() { ended <- s.app.Listener(listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve %s: %w", ln.Addr(), errors.Join(err, errEnded))
	case <-ctx.Done():
	}
	return errors.Join(s.shutdown(context.WithoutCancel(ctx), listener), <-ended)
}

var errEnded = errors.New("the listener ended")

func (s *Server) shutdown(ctx context.Context, ln net.Listener) error {
	if err := ln.Close(); err != nil { // also when fasthttp has not yet taken it
		return fmt.Errorf("stop listening: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	s.Ingest.StopUploads(ctx)
	err := s.app.ShutdownWithContext(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		s.streams.CutAll()
		s.Log.Warn("answers were still under way when the server stopped")
		return nil
	}
	return err
}

// onceListener may be closed twice: by us, and by fasthttp, which would report the second time as a failure.
type onceListener struct {
	net.Listener
	once sync.Once
	err  error
}

func (l *onceListener) Close() error {
	l.once.Do(func() { l.err = l.Listener.Close() })
	return l.err
}

// watch follows the change sequence and cuts the answers under way to viewers who may no longer see their work.
func (s *Server) watch(ctx context.Context) {
	var forgotten int64 // the change up to which the cache has followed
	for ctx.Err() == nil {
		if err := s.watchOnce(ctx, &forgotten); err != nil && ctx.Err() == nil {
			s.Log.Error("follow changes", "error", err)
			pause(ctx, 250*time.Millisecond)
		}
	}
}

// watchOnce cuts what is hidden now and waits for the next change. The sequence is read first: what changes while streams are
// looked at is then looked at again.
func (s *Server) watchOnce(ctx context.Context, forgotten *int64) error {
	last, err := s.Catalog.LastChange(ctx)
	if err != nil {
		return err
	}
	if *forgotten == 0 { // the cache is empty when the server starts
		*forgotten = last
	}
	if err := s.cutHidden(ctx); err != nil {
		return err
	}
	if *forgotten, err = s.forgetHidden(ctx, *forgotten); err != nil {
		return err
	}
	if err := s.endSignedOut(ctx); err != nil {
		return err
	}
	if err := s.cutSignedOut(ctx); err != nil {
		return err
	}
	return s.Catalog.AwaitChange(ctx, last)
}

// cutSignedOut cuts what goes to devices that were signed out, and to accounts that ended or have other roles now.
func (s *Server) cutSignedOut(ctx context.Context) error {
	var signedIn []archive.Viewer
	for _, viewers := range s.streams.Viewers() {
		for _, v := range viewers {
			if v.SignedIn() {
				signedIn = append(signedIn, v)
			}
		}
	}
	if len(signedIn) == 0 {
		return nil
	}
	still, err := s.Catalog.Reader(archive.System("web")).StillIn(ctx, signedIn)
	if err != nil {
		return fmt.Errorf("look up who is still signed in: %w", err)
	}
	if n := s.streams.CutUnless(still); n > 0 {
		s.Log.Info("cut streams of devices that were signed out", "streams", n)
	}
	return nil
}

// endSignedOut ends what devices are sending that were signed out, or whose accounts ended or have other roles now.
func (s *Server) endSignedOut(ctx context.Context) error {
	senders := s.Ingest.Senders()
	if len(senders) == 0 {
		return nil
	}
	still, err := s.Catalog.Reader(archive.System("web")).StillIn(ctx, senders)
	if err != nil {
		return fmt.Errorf("look up who is still signed in: %w", err)
	}
	if n := s.Ingest.EndPieces(still); n > 0 {
		s.Log.Info("ended uploads of devices that were signed out", "pieces", n)
	}
	return nil
}

// cutHidden asks of every work with answers under way who may still see it.
func (s *Server) cutHidden(ctx context.Context) error {
	open := s.streams.Viewers()
	if len(open) == 0 {
		return nil
	}
	ids := make([]archive.WorkID, 0, len(open))
	for id := range open {
		ids = append(ids, id)
	}
	works, err := s.Catalog.Reader(archive.System("web")).WorksByID(ctx, ids)
	if err != nil {
		return fmt.Errorf("look up works with open streams: %w", err)
	}
	now := time.Now()
	for i := range works {
		delete(open, works[i].ID)
		s.cut(works[i].ID, func(v archive.Viewer) bool { return v.Sees(&works[i], now) == nil })
	}
	for id := range open { // no longer in the catalogue
		s.cut(id, nil)
	}
	return nil
}

func (s *Server) cut(id archive.WorkID, kept func(archive.Viewer) bool) {
	if n := s.streams.Cut(id, kept); n > 0 {
		s.Log.Info("cut streams of a work that was hidden", "work", id, "streams", n)
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
