// Package api is the JSON API: what pages show, for programs. huma reads the parameters and describes everything as
// OpenAPI 3.1; answers and errors are written as everywhere else, by web/respond.
//
// model_*.go turn the archive's values into the API's, purely. This package must not decide who may see what: it reads
// through the request's viewer.
package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/message"
	"vannghe/search"
	"vannghe/web/request"
	"vannghe/web/respond"
)

// Root is the path below which everything here lies; Version1 that of the first version.
const (
	Root     = "/api"
	Version1 = Root + "/v1"
)

// Options is what the API needs.
type Options struct {
	Catalog *catalog.Catalog
	Search  func() *search.Index // nil while the index is being opened
	Address request.Base
}

// api answers the operations.
type api struct {
	Options
}

// Register adds the routes. The error is that of encoding the description.
func Register(r *fiber.App, o Options) error {
	a := &api{o}
	config := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "vannghe", Version: "1",
				Description: "Works of a literature and arts archive: to list, to find, to play and to read. Labels and errors are in Vietnamese or English, by `lang` or Accept-Language.",
			},
			Components: &huma.Components{Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)},
		},
		Formats:       map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat}, // the second is that of its errors
		DefaultFormat: "application/json",
	}
	described := humafiber.NewWithGroup(r, tap{Router: r, api: a}, config)

	get(described, "listWorks", "/works", "Lists works, the newest first", a.listWorks)
	get(described, "getWork", "/works/{id}", "Everything about a work, with what plays and shows it", a.getWork)
	get(described, "search", "/search", "Finds works and the places in them", a.search)
	get(described, "suggest", "/suggest", "Completes what is being typed", a.suggest)

	description, err := json.Marshal(described.OpenAPI())
	if err != nil {
		return fmt.Errorf("describe the API: %w", err)
	}
	r.Get(Root+"/openapi.json", func(c *fiber.Ctx) error {
		return respond.Text{Type: "application/openapi+json", Cache: respond.Revalidate, Body: description}.Send(c)
	})
	page, err := docs(described.OpenAPI())
	if err != nil {
		return err
	}
	r.Get(Root+"/docs", page)
	return nil
}

// asker is who asks, in which words they are answered, and where the answer's links lead. Its err is how an operation's error
// leaves huma untouched.
type asker struct {
	viewer archive.Viewer
	lang   request.Lang
	say    *message.Catalogue
	base   string
	err    error
}

// link returns the absolute address of a page in the asker's language.
func (a *asker) link(path string) string { return a.base + a.lang.Prefix() + path }

// askerKey is where the asker lies in a request's values.
type askerKey struct{}

// body is the output of every operation.
type body[T any] struct {
	Body *T
}

// get registers an operation under Version1.
func get[I, O any](h huma.API, id, path, summary string, f func(context.Context, *asker, *I) (*O, error)) {
	op := huma.Operation{
		OperationID: id, Method: http.MethodGet, Path: Version1 + path, Summary: summary,
		Responses: map[string]*huma.Response{"default": problemResponse(h)},
	}
	huma.Register(h, op, func(ctx context.Context, in *I) (*body[O], error) {
		who, ok := ctx.Value(askerKey{}).(*asker)
		if !ok {
			return nil, errNoAsker
		}
		out, err := f(ctx, who, in)
		if err != nil {
			who.err = err
			return nil, err
		}
		return &body[O]{out}, nil
	})
}

var errNoAsker = archive.Fail(archive.Internal, "internal")

func problemResponse(h huma.API) *huma.Response {
	schema := h.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[respond.Problem](), true, "Problem")
	return &huma.Response{
		Description: "A problem (RFC 9457); `code` is stable",
		Content:     map[string]*huma.MediaType{respond.ProblemType: {Schema: schema}},
	}
}

// tap stands between huma and the router: it adds HEAD to every GET, and takes answers and errors over before they leave. huma's
// own would show causes, and have neither validators nor compression.
type tap struct {
	fiber.Router
	api *api
}

// Add registers a route as huma asks.
func (t tap) Add(method, path string, handlers ...fiber.Handler) fiber.Router {
	if method != fiber.MethodGet || len(handlers) != 1 {
		return t.Router.Add(method, path, handlers...)
	}
	return t.Get(path, t.finish(handlers[0]))
}

func (t tap) finish(operate fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		lang := request.Negotiated(c)
		who := &asker{viewer: request.Viewer(c), lang: lang, say: message.For(string(lang)), base: t.api.Address.Of(c)}
		c.Locals(askerKey{}, who)
		if err := operate(c); err != nil {
			return err
		}
		if who.err != nil {
			return who.err
		}
		made := c.Response().Body()
		if c.Response().StatusCode() != fiber.StatusOK {
			return parameterError(made)
		}
		c.Vary(fiber.HeaderAcceptLanguage)
		c.Set(fiber.HeaderContentLanguage, string(lang))
		text := respond.Text{Type: "application/json", Cache: respond.Revalidate, Body: append([]byte(nil), made...)}
		return text.Send(c)
	}
}

// parameterError turns huma's refusal of a parameter, the only error it makes here by itself, into ours: Invalid
// "parameter-invalid" with the parameter's name.
func parameterError(made []byte) error {
	var refused huma.ErrorModel
	if err := json.Unmarshal(made, &refused); err != nil || len(refused.Errors) == 0 {
		return archive.Fail(archive.Invalid, "request-malformed").Because(err)
	}
	return archive.Fail(archive.Invalid, "parameter-invalid", parameterName(refused.Errors[0].Location)).Because(refused.Errors[0])
}
