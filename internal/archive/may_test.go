package archive_test

import (
	"testing"

	"vannghe/internal/archive"
)

// Who may what, as a table that somebody who knows the association can read.
func TestMay(t *testing.T) {
	viewers := map[string]archive.Viewer{
		"public": archive.Public(), "without role": {Account: "a"},
		"member": {Account: "a", Roles: []archive.Role{archive.Member}}, "archivist": {Account: "a", Roles: []archive.Role{archive.Archivist}},
		"editor": {Account: "a", Roles: []archive.Role{archive.EditorRole}}, "administrator": {Account: "a", Roles: []archive.Role{archive.Administrator}},
		"program": archive.System("test"),
	}
	for action, may := range map[archive.Action][]string{
		archive.UseDesk:        {"member", "archivist", "editor", "administrator", "program"},
		archive.SendWorks:      {"member", "archivist", "editor", "administrator", "program"},
		archive.DescribeWorks:  {"archivist", "editor"},
		archive.DecideWorks:    {"editor"},
		archive.ManageAccounts: {"administrator", "program"},
		archive.OperateArchive: {"administrator", "program"},
		archive.PurgeWorks:     {"administrator", "program"},
		archive.RecordFees:     {"editor", "administrator", "program"},
		archive.PayFees:        {"administrator", "program"},
		archive.KeepRoll:       {"editor", "administrator", "program"},
		archive.RemovePeople:   {"administrator", "program"},
		"unknown":              {},
	} {
		for name, v := range viewers {
			want := archive.Reason("role-needed")
			if name == "public" {
				want = "account-needed"
			}
			for _, allowed := range may {
				if allowed == name {
					want = ""
				}
			}
			if got := archive.ReasonOf(v.May(action)); got != want {
				t.Errorf("%s, %s: %q, want %q", name, action, got, want)
			}
		}
	}
}
