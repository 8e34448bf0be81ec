package api

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"vannghe/web/respond"
)

//go:embed docs.html
var docsPage string

// docsView is what the page shows of the description.
type docsView struct {
	Title       string
	Description string
	Operations  []docsOperation
}

type docsOperation struct {
	Path       string
	Summary    string
	Parameters []docsParameter
}

type docsParameter struct {
	Name, In, Type, Description string
}

// docs answers a page that describes the operations, drawn once: huma's own would load scripts of strangers.
func docs(d *huma.OpenAPI) (fiber.Handler, error) {
	t, err := template.New("docs").Parse(docsPage)
	if err != nil {
		return nil, fmt.Errorf("read the page of the API: %w", err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, docsOf(d)); err != nil {
		return nil, fmt.Errorf("draw the page of the API: %w", err)
	}
	page := respond.Text{Type: "text/html; charset=utf-8", Cache: respond.Revalidate, Body: b.Bytes()}
	return func(c *fiber.Ctx) error { return page.Send(c) }, nil
}

func docsOf(d *huma.OpenAPI) docsView {
	v := docsView{Title: d.Info.Title, Description: d.Info.Description}
	for path, item := range d.Paths {
		o := docsOperation{Path: path, Summary: item.Get.Summary}
		for _, p := range item.Get.Parameters {
			o.Parameters = append(o.Parameters, docsParameter{p.Name, p.In, typeName(p.Schema), p.Description})
		}
		v.Operations = append(v.Operations, o)
	}
	slices.SortFunc(v.Operations, func(a, b docsOperation) int { return len(a.Path) - len(b.Path) })
	return v
}

func typeName(s *huma.Schema) string {
	if len(s.Enum) == 0 {
		return s.Type
	}
	name := ""
	for i, e := range s.Enum {
		if i > 0 {
			name += " | "
		}
		name += fmt.Sprint(e)
	}
	return name
}
