package web

import (
	"container/list"
	"context"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/sync/semaphore"

	"vannghe/internal/archive"
	"vannghe/web/request"
	"vannghe/web/subsonic"
)

// allowance is what one client may ask: so many at once, which come back at so many a second. A school or a mobile network is one client.
type allowance struct {
	burst, perSecond float64
}

// What a client may ask. Media, tiles and assets cost little and are asked for by the hundred: nothing counts them.
func allowedSearches() allowance { return allowance{burst: 60, perSecond: 10} }
func allowedPages() allowance    { return allowance{burst: 300, perSecond: 30} }

// metered is how many clients are remembered; past it those that asked longest ago are forgotten, which gives them their burst anew.
const metered = 10_000

// meter counts what clients ask. Safe for concurrent use; each process counts for itself.
type meter struct {
	allowance
	now func() time.Time

	mu      sync.Mutex
	clients map[netip.Addr]*list.Element // of *client
	recent  *list.List                   // the one that asked last in front
}

type client struct {
	from netip.Addr
	left float64
	at   time.Time
}

func newMeter(a allowance) *meter {
	return &meter{allowance: a, now: time.Now, clients: map[netip.Addr]*list.Element{}, recent: list.New()}
}

// take takes one question from a client's allowance; when it is used up, wait is how long until there is one.
func (m *meter) take(from netip.Addr) (wait time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.client(from)
	if c.left < 1 {
		return time.Duration((1 - c.left) / m.perSecond * float64(time.Second))
	}
	c.left--
	return 0
}

// client returns the client as it is now.
func (m *meter) client(from netip.Addr) *client {
	now := m.now()
	if e, ok := m.clients[from]; ok {
		m.recent.MoveToFront(e)
		c := e.Value.(*client) //nolint:errcheck // nothing else is put in
		c.left, c.at = min(m.burst, c.left+m.perSecond*now.Sub(c.at).Seconds()), now
		return c
	}
	c := &client{from: from, left: m.burst, at: now}
	m.clients[from] = m.recent.PushFront(c)
	if last := m.recent.Back(); m.recent.Len() > metered {
		delete(m.clients, m.recent.Remove(last).(*client).from) //nolint:errcheck // nothing else is put in
	}
	return c
}

// How many searches run at once, how many more wait, and for how long. What is beyond is told to come back: it would only make all slower.
const (
	searchesWaiting = 200
	searchPatience  = 5 * time.Second
)

// floodgate is what holds floods of questions.
type floodgate struct {
	searches, pages *meter
	running         *semaphore.Weighted // searches
	entered         *semaphore.Weighted // searches that run or wait
}

func newFloodgate() *floodgate {
	atOnce := int64(2 * runtime.GOMAXPROCS(0))
	return &floodgate{searches: newMeter(allowedSearches()), pages: newMeter(allowedPages()),
		running: semaphore.NewWeighted(atOnce), entered: semaphore.NewWeighted(atOnce + searchesWaiting)}
}

// hold lets a request pass, or is TooMany "asked-too-often" for a client that asks too often, or Busy "searches-too-many".
func (f *floodgate) hold(c *fiber.Ctx) error {
	kind := kindOf(c.Path())
	if c.Context().UserValue(counted{}) == nil {
		if err := f.count(kind, request.Address(c)); err != nil {
			return err
		}
	}
	if kind != asksSearch {
		return c.Next()
	}
	if !f.entered.TryAcquire(1) {
		return archive.Fail(archive.Busy, "searches-too-many")
	}
	defer f.entered.Release(1)
	ctx, cancel := context.WithTimeout(request.Context(c), searchPatience)
	defer cancel()
	if err := f.running.Acquire(ctx, 1); err != nil {
		return archive.Fail(archive.Busy, "searches-too-many").Because(err)
	}
	defer f.running.Release(1)
	return c.Next()
}

// count takes what a client asks from its allowance, or is TooMany. Programs on this machine are not counted: a proxy tells for whom it asks.
func (f *floodgate) count(kind asked, from netip.Addr) error {
	from = request.Place(from)
	if from.IsLoopback() {
		return nil
	}
	var wait time.Duration
	switch kind {
	case asksSearch:
		wait = f.searches.take(from)
	case asksPage:
		wait = f.pages.take(from)
	}
	if wait > 0 {
		return archive.Fail(archive.TooMany, "asked-too-often").TryAfter(wait)
	}
	return nil
}

// asked is what a request costs.
type asked int

const (
	asksLittle asked = iota
	asksPage
	asksSearch
)

// kindOf tells by a path.
func kindOf(path string) asked {
	path = strings.TrimPrefix(path, request.English.Prefix())
	switch {
	case path == "/tim-kiem", path == "/api/v1/search", path == "/api/v1/suggest", strings.HasPrefix(path, subsonic.Root+"/search"):
		return asksSearch
	}
	switch areaOf(path) {
	case "page", "api", "rest":
		return asksPage
	}
	return asksLittle
}
