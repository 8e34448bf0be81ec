package web

import (
	"context"
	"crypto/subtle"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/web/respond"
)

// metrics is what operators measure. It has a registry of its own, so that two servers can live in one process.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newMetrics(cat *catalog.Catalog, streams *respond.Streams) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "vannghe_http_requests_total", Help: "Requests answered, by first path segment, method and status.",
		}, []string{"area", "method", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "vannghe_http_request_seconds", Help: "Seconds from the request to the first byte of its answer.",
			Buckets: []float64{.001, .005, .02, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"area"}),
	}
	m.registry.MustRegister(m.requests, m.seconds, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "vannghe_streamed_works", Help: "Works of which bytes are under way.",
		}, func() float64 { return float64(len(streams.Viewers())) }),
		&jobCollector{catalog: cat})
	return m
}

func (m *metrics) answered(c *fiber.Ctx, status int, took time.Duration) {
	area := areaOf(c.Path())
	m.requests.WithLabelValues(area, c.Method(), strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(area).Observe(took.Seconds())
}

// areas bounds the label: whatever else is asked for is "page", or strangers could fill our memory with made-up addresses.
var areas = map[string]bool{"api": true, "media": true, "iiif": true, "assets": true, "files": true, "rest": true, "healthz": true, "readyz": true, "metrics": true}

func areaOf(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if areas[first] {
		return first
	}
	return "page"
}

// jobCollector counts jobs when it is asked.
type jobCollector struct {
	catalog *catalog.Catalog
}

func (j *jobCollector) desc() *prometheus.Desc {
	return prometheus.NewDesc("vannghe_jobs", "Jobs by state.", []string{"state"}, nil)
}

// Describe is part of prometheus.Collector.
func (j *jobCollector) Describe(ch chan<- *prometheus.Desc) { ch <- j.desc() }

// Collect is part of prometheus.Collector.
func (j *jobCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	n, err := j.catalog.JobCounts(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(j.desc(), err)
		return
	}
	for state, count := range map[string]int{"waiting": n.Waiting, "running": n.Running, "failed": n.Failed} {
		ch <- prometheus.MustNewConstMetric(j.desc(), prometheus.GaugeValue, float64(count), state)
	}
}

// serveMetrics answers programs on this machine, and others that hold the token.
func (s *Server) serveMetrics(c *fiber.Ctx) error {
	if err := s.operated(c); err != nil {
		return err
	}
	return adaptor.HTTPHandler(promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError}))(c)
}

// operated is Forbidden "metrics-closed" for whoever neither sits at this machine nor holds the token.
func (s *Server) operated(c *fiber.Ctx) error {
	if !s.local(c) && !s.holdsToken(c) {
		return archive.Fail(archive.Forbidden, "metrics-closed")
	}
	return nil
}

// operators lets administrators pass, and programs that hold the token. To sit at this machine is not enough, as it is for figures: a proxy on it that
// does not tell whom it asks for sits there, too.
func (s *Server) operators(c *fiber.Ctx) error {
	if s.holdsToken(c) {
		return c.Next()
	}
	return s.desk.May(archive.OperateArchive)(c)
}

// local reports whether a program on this machine asks for itself. A proxy on this machine connects from here, too, for the whole
// world, and nginx's plain proxy_pass adds no header that says so: it shows by the version 1.0 that it speaks, others by a Host
// from outside or by their headers. An archive with a public address has a proxy or is one step from it: there only the token counts.
func (s *Server) local(c *fiber.Ctx) bool {
	if !c.Context().RemoteIP().IsLoopback() || !c.Request().Header.IsHTTP11() || proxied(c) {
		return false
	}
	public := s.base.Host()
	return isLoopback(string(c.Context().Host())) && (public == "" || isLoopback(public))
}

// proxied reports a header by which proxies tell whom they ask for: Forwarded (RFC 7239), Via (RFC 9110 §7.6.3) and those that
// came before.
func proxied(c *fiber.Ctx) bool {
	for key := range c.Request().Header.All() {
		switch name := strings.ToLower(string(key)); {
		case name == "forwarded", name == "via", name == "x-real-ip", name == "cf-connecting-ip", name == "true-client-ip",
			strings.HasPrefix(name, "x-forwarded"):
			return true
		}
	}
	return false
}

// isLoopback reports whether a host with or without a port names this machine.
func isLoopback(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.Trim(host, "[]")
	}
	ip := net.ParseIP(name)
	return strings.EqualFold(name, "localhost") || (ip != nil && ip.IsLoopback())
}

func (s *Server) holdsToken(c *fiber.Ctx) bool {
	token, bearer := strings.CutPrefix(c.Get(fiber.HeaderAuthorization), "Bearer ")
	return bearer && s.MetricsToken != "" && subtle.ConstantTimeCompare([]byte(token), []byte(s.MetricsToken)) == 1
}
