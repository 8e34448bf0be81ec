package page

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/web/address"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// Rules shows what the association decided for itself about deciding.
func (h *Handler) Rules(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	rules, err := v.rules()
	if err != nil {
		return err
	}
	return v.sendRules(rules, nil)
}

func (v *visit) sendRules(rules archive.Rules, refused error) error {
	view := ui.Rules{Paths: v.reviewPaths(), May: v.viewer.Is(archive.Administrator), Done: refused == nil && v.c.Query("xong") != "",
		Stamp: catalog.Stamp(&rules), Warn: strconv.Itoa(int(rules.Warn().Hours() / 24)), Case: strconv.Itoa(cmp.Or(rules.CaseDays, 15))}
	seen := map[string]bool{}
	for _, g := range v.around.genres {
		if !seen[g.Group] {
			seen[g.Group] = true
			name, err := v.groupName(g)
			if err != nil {
				return err
			}
			view.Groups = append(view.Groups, ui.RuleField{Name: g.Group, Label: name, Value: strconv.Itoa(rules.Needed(g.Group))})
		}
	}
	status := fiber.StatusOK
	if refused != nil {
		status, view.Wrong = respond.Refused(v.c, refused)
		v.retype(&view)
	}
	return respond.Unkept(v.c, status, ui.RulesPage(v.text, v.deskPage(v.text.Text("rules.title"), address.Rules), view))
}

// retype puts what was typed back into the form.
func (v *visit) retype(view *ui.Rules) {
	typed := v.given()
	for i, g := range view.Groups {
		view.Groups[i].Value = cmp.Or(typed["nhom-"+g.Name], g.Value)
	}
	view.Warn, view.Case = cmp.Or(typed["bao-truoc"], view.Warn), cmp.Or(typed["han"], view.Case)
}

// SetRules changes them.
func (h *Handler) SetRules(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	before, err := v.rules()
	if err != nil {
		return err
	}
	rules := archive.Rules{Approvals: map[string]int{}, WarnDays: number(c.FormValue("bao-truoc")), CaseDays: number(c.FormValue("han"))}
	for name, typed := range v.given() {
		if group, ok := strings.CutPrefix(name, "nhom-"); ok {
			rules.Approvals[group] = number(typed)
		}
	}
	err = h.Editorial.As(v.viewer).SetRules(v.ctx, c.FormValue("thay"), rules)
	switch archive.CodeOf(err) {
	case "":
		return v.seeOther(address.Rules + "?xong=1")
	case archive.Invalid, archive.Conflict:
		return v.sendRules(before, err)
	default:
		return err
	}
}

// number reads a whole number; -1, which no rule is, for anything else.
func number(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return -1
	}
	return n
}
