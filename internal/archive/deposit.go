package archive

// Deposit is a work as another archive, or this one at another time, hands it over. What it says of who may see the work counts for nothing here.
type Deposit struct {
	Work   Work
	Events []Event // its chain there
	Agents []Agent // those it names, as far as they come with it
	Parts  map[FileID][]Part
	// Collections are those it stood in, each by its titles, the outermost first.
	Collections [][]string
	Paths       map[FileID]string // where the bytes of each file lie
}
