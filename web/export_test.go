package web

import (
	"net/http"
	"slices"
	"strings"

	"vannghe/internal/archive"
)

// Routes lists every route as "METHOD /path", without the language; HEAD goes with GET.
func (s *Server) Routes() []string {
	var list []string
	for _, r := range s.app.GetRoutes(true) {
		path := r.Path
		if path == "/en" || strings.HasPrefix(path, "/en/") {
			path = strings.TrimPrefix(path, "/en")
		}
		if path == "" {
			path = "/"
		}
		if r.Method != http.MethodHead {
			list = append(list, r.Method+" "+path)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// HoldsImages reports whether something of a work's pictures is in memory.
func (s *Server) HoldsImages(work archive.WorkID) bool { return s.images.Holds(work) }
