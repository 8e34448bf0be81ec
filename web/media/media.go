// Package media serves what plays and shows a work: the assets of its derivatives, and its originals as given.
//
// Every request asks the catalogue, as its viewer, whether the work may be seen, before anything else is looked at; what
// is not listed in a derivative's record is not served, whatever lies in storage. It must not make derivatives or decide
// who may see what.
package media

import (
	"net/url"
	"strconv"
	"strings"

	"vannghe/internal/archive"
)

// Root is the first segment of every address here.
const Root = "/media"

// AssetURL returns the path of an asset of a derivative.
func AssetURL(d *archive.Derivative, asset string) string {
	segments := strings.Split(asset, "/")
	for i, s := range segments {
		segments[i] = url.PathEscape(s)
	}
	return Root + "/" + string(d.Work) + "/" + string(d.File) + "/" + folder(d.Recipe, d.Version) + "/" + strings.Join(segments, "/")
}

// OriginalURL returns the path of an original. Its last segment is the name under which a browser keeps it.
func OriginalURL(f *archive.File) string {
	return Root + "/" + string(f.Work) + "/" + string(f.ID) + "/original/" + url.PathEscape(SafeName(f.Name))
}

func folder(recipe string, version int) string {
	return recipe + "-v" + strconv.Itoa(version)
}

// parseFolder reads "<recipe>-v<n>". False when it has another form.
func parseFolder(s string) (recipe string, version int, ok bool) {
	i := strings.LastIndex(s, "-v")
	if i <= 0 {
		return "", 0, false
	}
	version, err := strconv.Atoi(s[i+2:])
	if err != nil || version < 1 || folder(s[:i], version) != s {
		return "", 0, false
	}
	return s[:i], version, true
}
