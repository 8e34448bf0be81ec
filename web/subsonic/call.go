package subsonic

import (
	"context"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/web/request"
)

// call is one request under way.
type call struct {
	*Handler
	c      *fiber.Ctx
	ctx    context.Context
	viewer archive.Viewer
	user   string // as whom somebody signed in
	reader *catalog.Reader

	genres map[archive.GenreID]string // read when first needed
	stars  map[string]time.Time
}

// param returns the first value of a parameter, of the query or of a form (extension formPost).
func (k *call) param(name string) string {
	if values := k.params(name); len(values) > 0 {
		return values[0]
	}
	return ""
}

func (k *call) params(name string) []string {
	var values []string
	for _, v := range k.c.Context().QueryArgs().PeekMulti(name) {
		values = append(values, string(v))
	}
	for _, v := range k.c.Context().PostArgs().PeekMulti(name) {
		values = append(values, string(v))
	}
	return values
}

// number returns a parameter between 0 and most, byDefault when it is missing or no number.
func (k *call) number(name string, byDefault, most int) int {
	n, err := strconv.Atoi(k.param(name))
	if err != nil || n < 0 {
		return byDefault
	}
	return min(n, most)
}

// needed returns a parameter that must be there. Invalid "subsonic-parameter".
func (k *call) needed(name string) (string, error) {
	v := k.param(name)
	if v == "" {
		return "", archive.Fail(archive.Invalid, "subsonic-parameter", name)
	}
	return v, nil
}

// id returns the identifier that must be there. Of another form than ours it names nothing: NotFound "work-missing".
func (k *call) id() (string, error) {
	v, err := k.needed("id")
	if err == nil && !archive.ValidID(v) {
		err = archive.Fail(archive.NotFound, "work-missing")
	}
	return v, err
}

// as records who asks.
func (k *call) as(v archive.Viewer, user string) {
	k.viewer, k.user, k.reader = v, user, k.Catalog.Reader(v)
	request.SetViewer(k.c, v)
}
