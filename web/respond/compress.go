package respond

import (
	"strconv"
	"strings"

	"github.com/valyala/fasthttp"
)

// compressFrom is the size in bytes from which compressing saves a packet.
const compressFrom = 1400

// acceptsGzip reads Accept-Encoding (RFC 9110 §12.5.3): gzip named with a weight above 0, or "*" so weighted when gzip is not
// named. No header means that nobody asked.
func acceptsGzip(header string) bool {
	other := false
	for _, item := range strings.Split(header, ",") {
		coding, params, _ := strings.Cut(item, ";")
		switch coding = strings.ToLower(strings.TrimSpace(coding)); coding {
		case "gzip", "x-gzip":
			return weight(params) > 0
		case "*":
			other = weight(params) > 0
		}
	}
	return other
}

// weight reads "q=0.5"; 1 when there is none or it cannot be read.
func weight(params string) float64 {
	name, value, _ := strings.Cut(strings.TrimSpace(params), "=")
	if !strings.EqualFold(strings.TrimSpace(name), "q") {
		return 1
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil {
		return 1
	}
	return q
}

// compress uses fasthttp's pool of writers: a gzip.Writer of its own costs 800 KiB each time.
func compress(body []byte) []byte {
	return fasthttp.AppendGzipBytesLevel(make([]byte, 0, len(body)/3), body, fasthttp.CompressDefaultCompression)
}
