package web

import (
	"context"
	"crypto/subtle"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"vannghe/internal/archive"
)

// metrics is what operators measure. It has a registry of its own, so that two servers can live in one process.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec

	mu    sync.RWMutex
	meant map[answerKind]answerMeters // of requests and seconds: to look one up by its labels costs as much as to count ten
}

// answerKind is by what answers are counted.
type answerKind struct {
	area, method string
	status       int
}

type answerMeters struct {
	count prometheus.Counter
	took  prometheus.Observer
}

func (s *Server) newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "vannghe_http_requests_total", Help: "Requests answered, by first path segment, method and status.",
		}, []string{"area", "method", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "vannghe_http_request_seconds", Help: "Seconds from the request to the first byte of its answer.",
			Buckets: []float64{.001, .005, .02, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"area"}),
		meant: map[answerKind]answerMeters{},
	}
	m.registry.MustRegister(m.requests, m.seconds, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		&stateCollector{server: s})
	return m
}

func (m *metrics) answered(a answered) {
	of := m.of(answerKind{areaOf(a.path), a.method, a.status})
	of.count.Inc()
	of.took.Observe(a.took.Seconds())
}

func (m *metrics) of(kind answerKind) answerMeters {
	m.mu.RLock()
	found, ok := m.meant[kind]
	m.mu.RUnlock()
	if ok {
		return found
	}
	found = answerMeters{m.requests.WithLabelValues(kind.area, kind.method, strconv.Itoa(kind.status)), m.seconds.WithLabelValues(kind.area)}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.meant[kind] = found
	return found
}

// areaOf bounds the label: whatever else is asked for is "page", or strangers could fill our memory with made-up addresses.
func areaOf(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch first {
	case "api", "media", "iiif", "assets", "files", "rest", "healthz", "readyz", "metrics":
		return first
	}
	return "page"
}

// stateCollector asks how things stand when it is asked.
type stateCollector struct {
	server *Server
}

// figure is one thing that is measured; each has its own description.
type figure struct {
	name, help string
	counts     bool // only ever grows
	labels     []string
	values     []string
	value      float64
}

// figures are in memory; those of the catalogue are asked for.
func (c *stateCollector) figures() []figure {
	s := c.server
	open, refused := s.connections()
	list := []figure{
		{name: "vannghe_streamed_works", help: "Works of which bytes are under way.", value: float64(len(s.streams.Viewers()))},
		{name: "vannghe_connections", help: "Connections that are open.", value: float64(open)},
		{name: "vannghe_connections_refused_total", help: "Connections that found all places taken.", counts: true, value: float64(refused)},
		{name: "vannghe_pages_from_memory_total", help: "Pages that many asked for in the same second, given without being made anew.", counts: true, value: float64(s.pagesGiven.Load())},
		{name: "vannghe_storage_failures_total", help: "Questions that the store did not answer.", counts: true, value: float64(s.Bucket.Silences())},
	}
	if s.Cache == nil {
		return list
	}
	st := s.Cache.Stats()
	return append(list,
		figure{name: "vannghe_cache_reads_total", help: "Reads of blocks, from the cache (hit) and past it (miss).", counts: true, labels: []string{"result"}, values: []string{"hit"}, value: float64(st.Hits)},
		figure{name: "vannghe_cache_reads_total", help: "Reads of blocks, from the cache (hit) and past it (miss).", counts: true, labels: []string{"result"}, values: []string{"miss"}, value: float64(st.Misses)},
		figure{name: "vannghe_cache_bytes", help: "Bytes in the cache.", value: float64(st.Bytes)},
		figure{name: "vannghe_cache_fetches_total", help: "Blocks fetched into the cache.", counts: true, value: float64(st.Fetches)},
		figure{name: "vannghe_cache_failures_total", help: "Blocks that did not come into the cache, or were found damaged in it.", counts: true, value: float64(st.Failures + st.Damaged)},
		figure{name: "vannghe_cache_evictions_total", help: "Blocks that made room for others.", counts: true, value: float64(st.Evictions)})
}

// asked are the figures of the catalogue.
func (c *stateCollector) asked(ctx context.Context) ([]figure, error) {
	n, err := c.server.Catalog.JobCounts(ctx)
	if err != nil {
		return nil, err
	}
	var list []figure
	for state, count := range map[string]int{"waiting": n.Waiting, "running": n.Running, "failed": n.Failed, "stalled": n.Stalled} {
		list = append(list, figure{name: "vannghe_jobs", help: "Jobs by state.", labels: []string{"state"}, values: []string{state}, value: float64(count)})
	}
	now, err := c.server.pulse.Now(ctx)
	if err != nil {
		return nil, err
	}
	var oldest float64
	if !now.Oldest.IsZero() {
		oldest = time.Since(now.Oldest).Seconds()
	}
	return append(list,
		figure{name: "vannghe_jobs_oldest_seconds", help: "Age of the job that waits longest.", value: oldest},
		figure{name: "vannghe_index_behind_changes", help: "Changes that the index which is furthest behind lacks.", value: float64(now.Behind)}), nil
}

// Describe is part of prometheus.Collector: what is measured depends on what there is.
func (c *stateCollector) Describe(chan<- *prometheus.Desc) {}

// Collect is part of prometheus.Collector.
func (c *stateCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	list := c.figures()
	asked, err := c.asked(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(prometheus.NewDesc("vannghe_jobs", "Jobs by state.", []string{"state"}, nil), err)
	}
	for _, f := range append(list, asked...) {
		kind := prometheus.GaugeValue
		if f.counts {
			kind = prometheus.CounterValue
		}
		ch <- prometheus.MustNewConstMetric(prometheus.NewDesc(f.name, f.help, f.labels, nil), kind, f.value, f.values...)
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
