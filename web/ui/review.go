package ui

import (
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"vannghe/internal/archive"
)

// moment is a day with its hour.
func moment(t Text, at time.Time) string {
	return t.Text("review.moment", t.Hour(at), t.Day(at))
}

// eventName is what a decision is called.
func eventName(t Text, e archive.EventType) string {
	key := "event." + strings.ReplaceAll(string(e), " ", "-")
	if t.Has(key) {
		return t.Text(key)
	}
	return string(e)
}

func stateName(t Text, s archive.State) string { return t.Text("state." + string(s)) }

// stateLine says in what state a work is, and from when it is shown where that is to come.
func stateLine(t Text, s archive.State, opens time.Time) string {
	if s == archive.Published && !opens.IsZero() {
		return t.Text("review.opens", moment(t, opens))
	}
	return stateName(t, s)
}

func answerName(t Text, c archive.Check) string {
	answer := t.Text("check.answer." + string(c.Answer))
	if c.Remark != "" {
		answer += " (" + c.Remark + ")"
	}
	return answer
}

// reviewField is the name of a field of the checklist.
func reviewField(item archive.CheckItem, what string) string { return what + "-" + string(item) }

// checked marks the choice that was made before a form was refused.
func checked(given map[string]string, name, value string) templ.Attributes {
	if given[name] == value {
		return templ.Attributes{"checked": true}
	}
	return nil
}

func selected(now, value string) templ.Attributes {
	if now == value {
		return templ.Attributes{"selected": true}
	}
	return nil
}

// kept is what was typed before, else what stands there.
func keptField(given map[string]string, name, otherwise string) string {
	if v, ok := given[name]; ok {
		return v
	}
	return otherwise
}

// invalid marks the field of a form that was refused.
func invalid(v Review, act archive.Act, id string) templ.Attributes {
	if v.WrongAct == act && v.Wrong != "" {
		return templ.Attributes{"aria-invalid": "true", "aria-describedby": id}
	}
	return nil
}

// questioned ties a question to what is wrong with its answer.
func questioned(v Review, item archive.CheckItem) templ.Attributes {
	if v.WrongItem != item {
		return nil
	}
	return templ.Attributes{"aria-describedby": reviewField(item, "sai")}
}

// audiences are those that a form offers.
func audiences() []archive.Audience {
	return []archive.Audience{archive.AudiencePublic, archive.AudienceMembers, archive.AudienceStaff}
}

// recorded is what the record holds of what a question asks for.
func recorded(r ReviewRecord, item archive.CheckItem) string {
	switch item {
	case archive.CheckRights:
		return r.Rights
	case archive.CheckConsent:
		return r.Consent
	case archive.CheckAgents:
		return r.Agents
	default:
		return ""
	}
}

func asks(item archive.CheckItem) bool { return item != archive.CheckContent }

// anyAct reports whether there is something to decide for this viewer.
func anyAct(v Review) bool {
	return slices.ContainsFunc(archive.Acts(), func(a archive.Act) bool {
		return v.May[a] && a != archive.ActEdit && a != archive.ActFiles && a != archive.ActSubmit && a != archive.ActRecall
	})
}

// actPath is the last segment of the address to which the form of an act is sent.
func actPath(act archive.Act) string {
	switch act {
	case archive.ActReturn:
		return "sua-lai"
	case archive.ActPublish:
		return "cong-bo"
	case archive.ActArrange:
		return "che-do-xem"
	case archive.ActWithdraw:
		return "rut"
	case archive.ActRestore:
		return "khoi-phuc"
	default:
		return "duyet"
	}
}

// givenTo is what was typed into the form of an act that was refused.
func givenTo(v Review, act archive.Act, name string) string {
	if v.WrongAct != act {
		return ""
	}
	return v.Given[name]
}

func currentPage(path, now string) templ.Attributes {
	if path == now {
		return templ.Attributes{"aria-current": "page"}
	}
	return nil
}
