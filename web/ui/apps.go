package ui

// Apps is how music players reach the archive, and as whom everybody may.
type Apps struct {
	Server   string // address without a slash at the end
	User     string
	Password string
	Feed     string // address of the archive's feed
}
