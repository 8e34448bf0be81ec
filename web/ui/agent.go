package ui

func agentKind(t Text, v Agent) string {
	if v.Organisation {
		return t.Text("agent.organisation")
	}
	return t.Text("agent.person")
}

// lifeDates says when someone lived, or when a body was founded and ended.
func lifeDates(t Text, v Agent) string {
	born, died := t.Date(v.Born), t.Date(v.Died)
	kind := "life"
	if v.Organisation {
		kind = "body"
	}
	switch {
	case born != "" && died != "":
		return born + " – " + died
	case born != "":
		return t.Text("agent."+kind+"-from", born)
	case died != "":
		return t.Text("agent."+kind+"-until", died)
	default:
		return ""
	}
}

func nameTime(t Text, n AgentName) string {
	from, to := t.Date(n.From), t.Date(n.To)
	switch {
	case from != "" && to != "":
		return " (" + from + " – " + to + ")"
	case from != "":
		return " (" + t.Text("date.from", from) + ")"
	case to != "":
		return " (" + t.Text("date.until", to) + ")"
	default:
		return ""
	}
}
