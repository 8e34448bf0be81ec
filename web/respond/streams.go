package respond

import (
	"sync"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
)

// Streams holds the answers under way whose bytes belong to a work, so that a withdrawal can cut them. Safe for concurrent use.
type Streams struct {
	mu   sync.Mutex
	open map[archive.WorkID]map[*Pass]struct{}
}

// NewStreams returns an empty registry.
func NewStreams() *Streams {
	return &Streams{open: map[archive.WorkID]map[*Pass]struct{}{}}
}

// Pass is the registration of one answer.
type Pass struct {
	streams *Streams
	work    archive.WorkID
	viewer  archive.Viewer

	mu    sync.Mutex
	held  bool // by a body, which outlives the handler
	isCut bool
	cut   func() // ends the body at once; nil until there is one
}

// Enter registers an answer about work for viewer. It comes before the question whether the viewer may see the work: then no
// withdrawal can fall between the question and the first byte. The handler defers Leave.
func (s *Streams) Enter(work archive.WorkID, viewer archive.Viewer) *Pass {
	p := &Pass{streams: s, work: work, viewer: viewer}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[work] == nil {
		s.open[work] = map[*Pass]struct{}{}
	}
	s.open[work][p] = struct{}{}
	return p
}

// passKey is where Carry leaves a Pass.
type passKey struct{}

// Carry gives pass to the answer to this request: a Text so long that it is still under way when the handler has returned holds it.
func Carry(c *fiber.Ctx, pass *Pass) { c.Locals(passKey{}, pass) }

// carried returns what Carry left, nil for none.
func carried(c *fiber.Ctx) *Pass {
	pass, _ := c.Locals(passKey{}).(*Pass)
	return pass
}

// Add registers a stream that is already open: cut is called at most once, when the work is cut. The returned function ends the
// registration.
func (s *Streams) Add(work archive.WorkID, viewer archive.Viewer, cut func()) (leave func()) {
	p := s.Enter(work, viewer)
	if !p.hold(cut) {
		cut()
	}
	return p.end
}

// Viewers returns, for every work with answers under way, who receives them.
func (s *Streams) Viewers() map[archive.WorkID][]archive.Viewer {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make(map[archive.WorkID][]archive.Viewer, len(s.open))
	for work, passes := range s.open {
		for p := range passes {
			all[work] = append(all[work], p.viewer)
		}
	}
	return all
}

// Cut ends every answer under way about work whose viewer is not kept, and returns how many. A nil kept keeps nobody.
func (s *Streams) Cut(work archive.WorkID, kept func(archive.Viewer) bool) int {
	s.mu.Lock()
	var ending []*Pass
	for p := range s.open[work] {
		if kept == nil || !kept(p.viewer) {
			ending = append(ending, p)
		}
	}
	s.mu.Unlock()
	for _, p := range ending {
		p.interrupt()
	}
	return len(ending)
}

// CutUnless ends every answer under way whose viewer is not kept, and returns how many.
func (s *Streams) CutUnless(kept func(archive.Viewer) bool) (cut int) {
	for work := range s.Viewers() {
		cut += s.Cut(work, kept)
	}
	return cut
}

// CutAll ends every answer under way: the server stops.
func (s *Streams) CutAll() {
	for work := range s.Viewers() {
		s.Cut(work, nil)
	}
}

// Leave ends the registration, unless a body has taken it over. A nil Pass has none.
func (p *Pass) Leave() {
	if p == nil {
		return
	}
	p.mu.Lock()
	held := p.held
	p.mu.Unlock()
	if !held {
		p.end()
	}
}

// hold lets a body take the registration over; cut ends that body. It reports false when the work was cut meanwhile: then there
// must be no body. A nil Pass is never cut.
func (p *Pass) hold(cut func()) bool {
	if p == nil {
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.isCut {
		return false
	}
	p.held, p.cut = true, cut
	return true
}

func (p *Pass) interrupt() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.isCut {
		return
	}
	p.isCut = true
	if p.cut != nil {
		p.cut()
	}
}

// end removes the registration. After it returns cut is not called any more, so that the connection can serve the next request.
func (p *Pass) end() {
	if p == nil {
		return
	}
	p.mu.Lock()
	p.isCut, p.cut = true, nil
	p.mu.Unlock()
	s := p.streams
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open[p.work], p)
	if len(s.open[p.work]) == 0 {
		delete(s.open, p.work)
	}
}
