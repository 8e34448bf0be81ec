package archive

// Accessories lists the recipes whose derivatives only go with others: by these alone nothing is played or read.
func Accessories() []string { return []string{"poster", "cover", "waveform", "captions", "pagetext"} }
