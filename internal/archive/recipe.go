package archive

// Accessories lists the recipes whose derivatives only go with others: by these alone nothing is played or read.
func Accessories() []string {
	return []string{"poster", "cover", "waveform", "captions", "pagetext", "sprite"}
}

// Supersedes names the recipe whose derivative is served in place of that of recipe as soon as it is ready, "" for none: a ladder in
// place of what plays early.
func Supersedes(recipe string) string {
	if recipe == "hls" {
		return "ladder"
	}
	return ""
}

// Later lists the recipes that a work does not wait for to be published: of a film what plays early is there, and these take hours, or seconds (the
// poster) in which it could be seen.
func Later() []string { return []string{"ladder", "mp4", "sprite", "poster"} }
