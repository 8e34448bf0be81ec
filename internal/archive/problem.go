package archive

// Why nothing has been made of a file yet, although the file is not at fault.
const (
	MakingGaveUp Reason = "making-gave-up" // a part of the archive does not answer, or another program ended the one at work
	MakingNoRoom Reason = "making-no-room"
	MakingNoTool Reason = "making-no-tool"
)

// OurReasons lists the reasons above.
func OurReasons() []Reason { return []Reason{MakingGaveUp, MakingNoRoom, MakingNoTool} }

// Ours reports whether a problem says nothing about the file: what waits for its end is tried again until it is made.
func (r Reason) Ours() bool { return r == MakingGaveUp || r == MakingNoRoom || r == MakingNoTool }
