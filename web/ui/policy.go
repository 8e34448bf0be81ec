package ui

// Policy is the Content-Security-Policy of our pages (CSP Level 3). Players take picture and sound from MediaSource objects
// (blob:) and OpenSeadragon draws from data: images; nothing comes from another host, nothing runs inline, and no worker is
// made of a blob:. The site serves it and the tests of the scripts run under it, so that the two cannot differ.
const Policy = policy + "frame-ancestors 'none'"

// FramedPolicy is that of the player, the one page that other sites may show in a frame.
const FramedPolicy = policy + "frame-ancestors *"

const policy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; " +
	"worker-src 'self'; connect-src 'self'; font-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; "
