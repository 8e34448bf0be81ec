package archive

// Why nothing has been made of a file yet, although the file is not at fault.
const (
	MakingGaveUp Reason = "making-gave-up" // a part of the archive does not answer, or another program ended the one at work
	MakingNoRoom Reason = "making-no-room"
	MakingNoTool Reason = "making-no-tool"
)

// What a virus scanner has to do with a file.
const (
	// ScanWaits is the problem of a file that no scanner has looked into yet, because none answered. It is kept back until one has.
	ScanWaits Reason = "scan-waits"
	// Infected is the problem of a file in which a scanner found something. It is kept as it was given and shown to nobody.
	Infected Reason = "file-infected"
)

// Quarantined reports whether a file with this problem must not be opened: neither served nor made anything of.
func (r Reason) Quarantined() bool { return r == ScanWaits || r == Infected }

// OurReasons lists the reasons of the first kind.
func OurReasons() []Reason { return []Reason{MakingGaveUp, MakingNoRoom, MakingNoTool} }

// Ours reports whether a problem says nothing about the file: what waits for its end is tried again until it is made.
func (r Reason) Ours() bool { return r == MakingGaveUp || r == MakingNoRoom || r == MakingNoTool }
