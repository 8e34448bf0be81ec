package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"

	"golang.org/x/sync/errgroup"

	"vannghe/internal/account"
	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/derive"
	"vannghe/internal/message"
	"vannghe/internal/office"
	"vannghe/internal/tool"
	"vannghe/internal/tool/weasyprint"
	"vannghe/web"
	"vannghe/web/desk"
	"vannghe/web/request"
	"vannghe/web/ui"
)

type serveCommand struct {
	Addr string `default:":8080" help:"Địa chỉ lắng nghe. | Listen address."`
	Role string `name:"run" env:"VANNGHE_RUN" default:"all" enum:"all,web,worker" help:"all, web, worker."`

	Cache string `default:"2GiB" help:"Bộ nhớ đệm trên đĩa cho tệp hay dùng, khi tệp nằm trên s3; 0: không dùng. | Disk cache of files used often, when they are on s3; 0: none."`

	Proxies string `help:"Máy trung gian trên máy khác được tin khi nói khách là ai, như 10.0.0.5, 172.16.0.0/12. | Proxies on other machines that are believed when they say for whom they ask."`

	MetricsToken string `help:"Mã cho phép máy khác đọc /metrics. | Lets programs on other machines read /metrics."`
}

// Run serves until ctx ends, then lets requests and jobs finish within their patience. What is cut goes on at the next start.
func (c *serveCommand) Run(ctx context.Context, s *Settings, con console, log *slog.Logger) error {
	p, err := s.open(ctx, log)
	if err != nil {
		return err
	}
	p.surveys, p.public = true, s.BaseURL
	if p.mail, err = s.post(); err != nil {
		return errors.Join(err, p.close())
	}
	p.checks = func(leaving context.Context) catalog.Handler { return s.fixityDue(leaving, p) }
	both, ctx := errgroup.WithContext(ctx)
	if c.Role != "web" {
		both.Go(func() error { return p.work(ctx) })
	}
	if c.Role != "worker" {
		both.Go(func() error { return c.serveWeb(ctx, p, con) })
	}
	return errors.Join(both.Wait(), p.close())
}

// work runs jobs until ctx ends. What a large archive has to be looked through for at the start keeps no reader waiting.
func (p *parts) work(ctx context.Context) error {
	stop, err := p.startWorkers(ctx)
	switch {
	case err == nil:
	case ctx.Err() != nil:
		p.log.Warn("told to stop before the workers had begun", "error", err)
		return nil //nolint:nilerr // it is told, and what was asked for
	default:
		return err
	}
	if err := p.catalog.Update(ctx, derive.Survey); err != nil && ctx.Err() == nil {
		return errors.Join(err, stop())
	}
	<-ctx.Done()
	return stop()
}

func (c *serveCommand) serveWeb(ctx context.Context, p *parts, con console) error {
	assets, err := ui.LoadAssets()
	if err != nil {
		return err
	}
	proxies, err := request.ParseProxies(c.Proxies)
	if err != nil {
		return err
	}
	runner := p.servant(ctx)
	cache, err := c.openCache(p)
	if err != nil {
		return err
	}
	defer closeCache(cache)
	ix, err := p.openIndex(ctx)
	if err != nil {
		return err
	}
	server, err := web.New(web.Options{Catalog: p.catalog, Bucket: p.bucket, Cache: cache, Search: ix.Search, Assets: assets, Log: p.log, BaseURL: p.public, Mails: p.mail != nil, MetricsToken: c.MetricsToken, Proxies: proxies,
		Ingest: p.in, Print: p.printer(runner, assets), Office: office.New(office.Options{Catalog: p.catalog, Log: p.log, Runner: runner})})
	if err != nil {
		return errors.Join(fmt.Errorf("prepare the site: %w", err), ix.Close())
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Addr)
	if err != nil {
		return errors.Join(archive.Fail(archive.Unavailable, "address-taken", c.Addr).Because(err), ix.Close())
	}
	following := make(chan error, 1)
	follow, unfollow := context.WithCancel(context.WithoutCancel(ctx))
	defer unfollow()
	go func() { following <- ix.Run(follow) }()
	address := browserAddress(listener.Addr(), p.public)
	fmt.Fprintln(con.out, "vannghe:", address)
	if err := offerSetup(ctx, p, con, address); err != nil && ctx.Err() == nil { // told to stop at once: Serve returns at once
		unfollow()
		return errors.Join(err, listener.Close(), <-following, ix.Close())
	}
	err = server.Serve(ctx, listener)
	unfollow()
	return errors.Join(err, <-following, ix.Close())
}

// servant runs the programs that answers need; nil, with a line in the log, where none can be run: all else is served all the same.
func (p *parts) servant(ctx context.Context) *tool.Runner {
	runner, err := p.runner(ctx)
	if err != nil {
		p.log.Warn("nothing will be given as PDF, and no picture taken as the association's mark", "error", err)
		return nil
	}
	return runner
}

// printer is what makes PDF; nil where no programs can be run.
func (p *parts) printer(runner *tool.Runner, assets *ui.Assets) *weasyprint.Tool {
	if runner == nil {
		return nil
	}
	printer, err := web.NewPrinter(runner, assets)
	if err != nil {
		p.log.Warn("nothing will be given as PDF", "error", err)
		return nil
	}
	return printer
}

// offerSetup prints the link that makes the first administrator, where there is none. Every start makes a new one.
func offerSetup(ctx context.Context, p *parts, con console, address string) error {
	secret, err := account.New(p.catalog).OfferSetup(ctx)
	if err != nil || secret == "" {
		return err
	}
	link := desk.InvitationURL(strings.TrimSuffix(address, "/"), secret)
	for _, language := range message.Languages() {
		fmt.Fprintln(con.out, "vannghe:", message.For(language).Text("setup.link"))
	}
	fmt.Fprintln(con.out, "vannghe:", link)
	return nil
}

// browserAddress is what a person types to see the archive from this machine.
func browserAddress(addr net.Addr, base string) string {
	if base != "" {
		return base
	}
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return addr.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(strings.TrimSpace(host), port) + "/"
}
