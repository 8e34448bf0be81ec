package index

import (
	"slices"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/search"
)

// record is all that the catalogue knows of a work that can lead a reader to it.
type record struct {
	work        archive.Work
	genre       archive.Genre
	agents      map[archive.AgentID]archive.Agent
	collections []archive.Collection // those that hold the work
	parts       []archive.Part
}

// indexed reports whether a work belongs into the index: everything published, whoever may see it and whenever. Audience
// and dates are fields, by which each search filters, since they come to pass without any change.
func indexed(w *archive.Work) bool { return w.State == archive.Published }

// searchWork says to the index what it has to know of r.
func searchWork(r record) search.Work {
	w := &r.work
	out := search.Work{
		ID: w.ID, Title: w.Title, OtherTitles: w.Titles,
		Agents: searchAgents(r), Genre: w.Genre, GenreLabels: labels(r.genre.Name, r.genre.English),
		Media: media(w), Description: description(w), Number: w.Paper.Number, Year: w.Date.Year(), Date: w.Date.Number(),
		Audience: w.Audience, Published: micros(w.Published),
		PublicFrom: micros(w.PublicFrom), PublicUntil: micros(w.Closes()),
	}
	for _, c := range r.collections {
		out.Collections = append(out.Collections, search.Collection{ID: c.ID, Title: c.Title})
	}
	for _, p := range r.parts {
		out.Parts = append(out.Parts, search.Part{Ordinal: p.Ordinal, Label: p.Label, Text: p.Text})
	}
	return out
}

// micros returns t in microseconds since 1970, 0 when it is not set.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// searchAgents lists those credited on the work and on its representations, each once, under every name they have borne and
// the one they are credited with here. The name shown by their own page stands first.
func searchAgents(r record) []search.Agent {
	var out []search.Agent
	at := map[archive.AgentID]int{}
	for _, c := range credits(&r.work) {
		i, seen := at[c.Agent]
		if !seen {
			i = len(out)
			at[c.Agent] = i
			agent := search.Agent{ID: c.Agent, Chapter: r.agents[c.Agent].Chapter}
			for _, n := range r.agents[c.Agent].Names {
				agent.Names = append(agent.Names, n.Name)
			}
			out = append(out, agent)
		}
		if c.Name != "" && !slices.Contains(out[i].Names, c.Name) {
			out[i].Names = append(out[i].Names, c.Name)
		}
	}
	return out
}

// credits lists those of the work, then those of its representations.
func credits(w *archive.Work) []archive.Credit {
	all := slices.Clone(w.Credits)
	for _, r := range w.Representations {
		all = append(all, r.Credits...)
	}
	return slices.DeleteFunc(all, func(c archive.Credit) bool { return c.Agent == "" })
}

// media lists the media of the representations, the primary one first, each once.
func media(w *archive.Work) []archive.Medium {
	var out []archive.Medium
	for _, r := range w.Representations {
		if !slices.Contains(out, r.Medium) {
			out = append(out, r.Medium)
		}
	}
	if len(out) == 0 {
		out = append(out, w.Primary())
	}
	return out
}

// description joins what describes the work in words: a paper is looked for by who signed and received it.
func description(w *archive.Work) string {
	return strings.Join(labels(w.Description, w.Paper.Issuer, w.Paper.Signer, w.Paper.Recipients), "\n")
}

func labels(all ...string) []string {
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}
