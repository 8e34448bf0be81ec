package blockcache

import "container/list"

// ghosts remembers which blocks were asked for and are not there. Not safe for concurrent use.
type ghosts struct {
	most  int
	order *list.List // of blockID, the newest first
	known map[blockID]*list.Element
}

func newGhosts(most int) *ghosts {
	return &ghosts{most: most, order: list.New(), known: map[blockID]*list.Element{}}
}

// has reports whether the block was asked for, and remembers that it was.
func (g *ghosts) has(id blockID) bool {
	if _, ok := g.known[id]; ok {
		return true
	}
	g.known[id] = g.order.PushFront(id)
	if g.order.Len() > g.most {
		oldest := g.order.Back()
		g.order.Remove(oldest)
		if id, ok := oldest.Value.(blockID); ok {
			delete(g.known, id)
		}
	}
	return false
}

// again is has, but forgets what it has found.
func (g *ghosts) again(id blockID) bool {
	if !g.has(id) {
		return false
	}
	g.order.Remove(g.known[id])
	delete(g.known, id)
	return true
}
