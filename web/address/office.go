package address

import "vannghe/internal/archive"

// What administrators set, the yearly report, the whole record, what waits for whom.
const (
	Settings     = Desk + "/cai-dat"
	SetFacts     = Settings + "/trang"
	SetBodies    = Settings + "/ten-hoi"
	SetLogo      = Settings + "/dau-hieu"
	SetChapters  = Settings + "/chi-hoi"
	SetSecurity  = Settings + "/bao-mat"
	SetGenres    = Settings + "/the-loai"
	SetGroups    = Settings + "/nhom"
	Report       = Desk + "/bao-cao"
	ReportAgents = Report + "/tac-gia"
	Record       = Desk + "/nhat-ky"
	Notices      = Desk + "/viec-cho"
	Logos        = "/dau-hieu"
)

// NewThing stands in the address of a form for what is not there yet.
const NewThing = "moi"

// SetGenre returns the form of a genre.
func SetGenre(id archive.GenreID) string { return SetGenres + "/" + string(id) }

// SetGroup returns the form of a report group.
func SetGroup(id string) string { return SetGroups + "/" + id }

// ReportAgent returns the page of an author's works by genre and year.
func ReportAgent(id archive.AgentID) string { return ReportAgents + "/" + string(id) }

// Logo returns where the association's mark lies.
func Logo(digest string) string { return Logos + "/" + digest + ".webp" }
