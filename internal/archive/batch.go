package archive

import (
	"encoding/json"
	"slices"
)

// BatchField is what one change to many works sets.
type BatchField string

// The fields.
const (
	BatchGenre     BatchField = "genre"
	BatchStatement BatchField = "statement" // of rights, a URI
	BatchHolder    BatchField = "holder"    // of rights
	BatchDate      BatchField = "date"
	BatchLanguage  BatchField = "language"
	BatchAudience  BatchField = "audience"
	BatchGather    BatchField = "gather"  // into a collection
	BatchScatter   BatchField = "scatter" // out of one
	BatchCredit    BatchField = "credit"
	BatchUncredit  BatchField = "uncredit"
	BatchMerge     BatchField = "merge" // the credits of one agent become another's
)

// BatchFields lists the fields in the order in which forms offer them.
func BatchFields() []BatchField {
	return []BatchField{BatchGenre, BatchGather, BatchScatter, BatchStatement, BatchHolder, BatchDate, BatchLanguage, BatchCredit, BatchUncredit, BatchAudience}
}

// BatchEdit is one change to many works.
type BatchEdit struct {
	Field   BatchField  `json:"field"`
	Value   string      `json:"value"`             // as the field keeps it; for a credit the identifier of the agent
	Name    string      `json:"name,omitempty"`    // under which the agent is credited
	Relator Relator     `json:"relator,omitempty"` // of a credit; "" for taking away: any
	From    AgentID     `json:"from,omitempty"`    // whose credits are merged into those of Value
	Names   []AgentName `json:"names,omitempty"`   // of From, which Value did not have
}

// Act is the act of the table of Viewer.MayDo by which the edit of a work in that state is allowed: who may see a work once it is approved is for editors.
func (e BatchEdit) Act(s State) Act {
	if e.Field == BatchAudience && (s == Approved || s == Published) {
		return ActArrange
	}
	return ActEdit
}

// Of returns what a work holds of the field, as JSON, to be compared and given back.
func (e BatchEdit) Of(w *Work) string {
	var v any
	switch e.Field {
	case BatchGather, BatchScatter:
		v = given(w.Collections)
	case BatchCredit, BatchUncredit:
		v = given(w.Credits)
	case BatchMerge:
		v = allCredits(w)
	default:
		if field := e.text(w); field != nil {
			v = field.get()
		}
	}
	b, err := json.Marshal(v)
	if err != nil { // cannot happen: strings always encode
		return ""
	}
	return string(b)
}

// textField reads and writes a field that is one string.
type textField struct {
	get func() string
	set func(string)
}

func field[T ~string](at *T) *textField {
	return &textField{get: func() string { return string(*at) }, set: func(s string) { *at = T(s) }}
}

func (e BatchEdit) text(w *Work) *textField {
	switch e.Field {
	case BatchGenre:
		return field(&w.Genre)
	case BatchStatement:
		return field(&w.Rights.Statement)
	case BatchHolder:
		return field(&w.Rights.Holder)
	case BatchDate:
		return field(&w.Date)
	case BatchLanguage:
		return field(&w.Language)
	case BatchAudience:
		return field(&w.Audience)
	default:
		return nil
	}
}

// Apply makes the edit in memory.
func (e BatchEdit) Apply(w *Work) {
	id, agent := CollectionID(e.Value), AgentID(e.Value)
	switch e.Field {
	case BatchGather:
		if !slices.Contains(w.Collections, id) {
			w.Collections = append(slices.Clip(w.Collections), id)
		}
	case BatchScatter:
		w.Collections = slices.DeleteFunc(slices.Clone(w.Collections), func(c CollectionID) bool { return c == id })
	case BatchCredit:
		if !slices.ContainsFunc(w.Credits, func(c Credit) bool { return c.Agent == agent && c.Relator == e.Relator }) {
			w.Credits = append(slices.Clip(w.Credits), Credit{Agent: agent, Name: e.Name, Relator: e.Relator})
		}
	case BatchUncredit:
		w.Credits = slices.DeleteFunc(slices.Clone(w.Credits), func(c Credit) bool { return c.Agent == agent && (e.Relator == "" || c.Relator == e.Relator) })
	case BatchMerge:
		w.Credits = e.merged(w.Credits)
		w.Representations = slices.Clone(w.Representations)
		for n := range w.Representations {
			w.Representations[n].Credits = e.merged(w.Representations[n].Credits)
		}
	default:
		if field := e.text(w); field != nil {
			field.set(e.Value)
		}
	}
}

// merged are credits in which the one agent is the other. Who is credited twice for the same then is credited once.
func (e BatchEdit) merged(credits []Credit) []Credit {
	var out []Credit
	for _, c := range credits {
		if c.Agent == e.From {
			c.Agent = AgentID(e.Value)
		}
		if !slices.ContainsFunc(out, func(had Credit) bool { return had.Agent == c.Agent && had.Relator == c.Relator }) {
			out = append(out, c)
		}
	}
	return out
}

// creditsOf is every credit of a work.
type creditsOf struct {
	Work  []Credit                      `json:"work"`
	Forms map[RepresentationID][]Credit `json:"forms,omitempty"`
}

func allCredits(w *Work) creditsOf {
	all := creditsOf{Work: given(w.Credits), Forms: map[RepresentationID][]Credit{}}
	for _, r := range w.Representations {
		if len(r.Credits) > 0 {
			all.Forms[r.ID] = given(r.Credits)
		}
	}
	return all
}

func restoreCredits(w *Work, value string) error {
	var all creditsOf
	if err := json.Unmarshal([]byte(value), &all); err != nil {
		return err
	}
	w.Credits, w.Representations = all.Work, slices.Clone(w.Representations)
	for n := range w.Representations {
		w.Representations[n].Credits = all.Forms[w.Representations[n].ID]
	}
	return nil
}

// Restore gives the field the value that Of returned before. The error is that of JSON.
func (e BatchEdit) Restore(w *Work, value string) error {
	switch e.Field {
	case BatchGather, BatchScatter:
		w.Collections = nil
		return json.Unmarshal([]byte(value), &w.Collections)
	case BatchCredit, BatchUncredit:
		w.Credits = nil
		return json.Unmarshal([]byte(value), &w.Credits)
	}
	if e.Field == BatchMerge {
		return restoreCredits(w, value)
	}
	var s string
	if err := json.Unmarshal([]byte(value), &s); err != nil {
		return err
	}
	if field := e.text(w); field != nil {
		field.set(s)
	}
	return nil
}
