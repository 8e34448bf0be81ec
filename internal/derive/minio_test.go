package derive_test

import (
	"strings"
	"testing"

	"vannghe/storage/miniostore"
	"vannghe/storage/miniostore/miniotest"
)

// On MinIO originals are fetched, and what is made goes through the network.
func TestOnMinIO(t *testing.T) {
	server := miniotest.Start(t)
	driver, err := miniostore.Open(t.Context(), server.DSN("derive"))
	if err != nil {
		t.Fatal(err)
	}
	b := newBenchOn(t, driver)
	tape := filmSpec()
	tape.Format, tape.Picture = "mpegps", moving("mpeg2", 640, 360)
	film := b.accession("phim", original{"băng [cũ].mpg", "mpegps", b.film(tape)})
	painting := b.accession("hoi-hoa", original{"tranh.jpg", "jpeg", b.painting(1000, 700)})
	b.drain()
	if r := b.result(film).settled(); strings.Join(r.recipes(), " ") != "hls ladder mp4 poster sprite" || !strings.Contains(r.details(), "joined from hls") {
		t.Errorf("made %+v\n%s", r.made, r.details())
	}
	if r := b.result(painting).settled(); strings.Join(r.recipes(), " ") != "images tiles" {
		t.Errorf("made %+v", r.made)
	}
}
