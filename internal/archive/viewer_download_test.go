package archive

import (
	"errors"
	"testing"
	"time"
)

func TestDownloads(t *testing.T) {
	now := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	member := Viewer{Account: "aaaaaaaaaaaa", Roles: []Role{Member}}
	cases := []struct {
		sentence string
		viewer   Viewer
		rights   string
		state    State
		want     error
	}{
		{"without a statement everybody may", Public(), "", Published, nil},
		{"an open licence lets everybody", Public(), "https://creativecommons.org/licenses/by/4.0/", Published, nil},
		{"no copyright lets everybody", Public(), "http://rightsstatements.org/vocab/NoC-OKLR/1.0/", Published, nil},
		{"in copyright keeps the public out", Public(), "http://rightsstatements.org/vocab/InC/1.0/", Published, Fail(Forbidden, "original-in-copyright")},
		{"every kind of in copyright does", Public(), "https://rightsstatements.org/vocab/InC-OW-EU/1.0/", Published, Fail(Forbidden, "original-in-copyright")},
		{"however it is written", Public(), "HTTPS://www.RightsStatements.org/vocab/inc-nc/1.0/", Published, Fail(Forbidden, "original-in-copyright")},
		{"and as the page of the statement", Public(), "https://rightsstatements.org/page/InC/1.0/?language=en", Published, Fail(Forbidden, "original-in-copyright")},
		{"and members too", member, "http://rightsstatements.org/vocab/InC/1.0/", Published, Fail(Forbidden, "original-in-copyright")},
		{"staff may", System("test"), "http://rightsstatements.org/vocab/InC/1.0/", Published, nil},
		{"what is not seen is not taken home", Public(), "", Draft, Fail(NotFound, "work-missing")},
		{"what was withdrawn neither", Public(), "", Withdrawn, Fail(Gone, "work-withdrawn")},
	}
	for _, c := range cases {
		t.Run(c.sentence, func(t *testing.T) {
			w := Work{State: c.state, Audience: AudiencePublic, Rights: Rights{Statement: c.rights}}
			if got := c.viewer.Downloads(&w, now); !errors.Is(got, c.want) {
				t.Errorf("Downloads = %v, want %v", got, c.want)
			}
		})
	}
}

// The public learns of a withdrawal only where it could have seen the work.
func TestWithdrawnUnderEmbargo(t *testing.T) {
	now := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	w := Work{State: Withdrawn, Audience: AudiencePublic, PublicFrom: now.Add(time.Hour), WithdrawnReason: "theo yêu cầu"}
	if err := Public().Sees(&w, now); !errors.Is(err, Fail(NotFound, "work-missing")) {
		t.Errorf("before the embargo ends: %v", err)
	}
	if err := Public().Sees(&w, now.Add(time.Hour)); !errors.Is(err, Fail(Gone, "work-withdrawn")) {
		t.Errorf("after it: %v", err)
	}
}
