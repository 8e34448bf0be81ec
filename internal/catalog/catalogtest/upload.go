package catalogtest

import (
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

func testUploads(_ *testing.T, s *suite) {
	a := catalog.Account{ID: archive.NewID[archive.AccountID](), Name: "van", Roles: []archive.Role{archive.Archivist}}
	s.must(s.update(func(tx *catalog.Tx) error { return tx.AddAccount(s.ctx(), a) }))
	mine, others := s.Reader(a.Viewer()), s.Reader(archive.Viewer{Account: "other", Roles: []archive.Role{archive.Administrator}})
	u := catalog.Upload{ID: archive.NewID[archive.FileID](), Account: a.ID, Name: "băng 1.mp4", Metadata: "filename eA==", Size: 20 << 30,
		State: catalog.UploadReceiving, Expires: s.clock.Now().Add(time.Hour)}
	s.must(s.update(func(tx *catalog.Tx) error { return tx.AddUpload(s.ctx(), u) }))
	put := func(change func(u *catalog.Upload)) error {
		before := u
		change(&u)
		return s.update(func(tx *catalog.Tx) error { return tx.PutUpload(s.ctx(), before, u) })
	}
	stale := u
	s.must(put(func(u *catalog.Upload) { u.Process = "p1" }))
	s.wants(s.update(func(tx *catalog.Tx) error { return tx.PutUpload(s.ctx(), stale, stale) }), archive.Conflict, "upload-elsewhere")
	s.must(put(func(u *catalog.Upload) { u.Received, u.Sums, u.Process = 19<<30, "state", "" }))
	s.wants(s.update(func(tx *catalog.Tx) error { return tx.PutUpload(s.ctx(), stale, stale) }), archive.Conflict, "upload-elsewhere")
	s.must(put(func(u *catalog.Upload) {
		u.Received, u.State = u.Size, catalog.UploadWhole
		u.File = catalog.UploadFile{Format: "mp4", Medium: archive.Video, Digest: "d", At: time.Date(2023, 11, 21, 7, 0, 0, 0, time.UTC)}
	}))
	got, err := mine.Upload(s.ctx(), u.ID)
	s.must(err)
	u.Created, u.Expires = got.Created, got.Expires
	if got != u || got.Created.IsZero() || got.Expires.IsZero() {
		s.t.Errorf("%+v, want %+v", got, u)
	}
	for _, r := range []*catalog.Reader{others, s.public()} {
		_, err = r.Upload(s.ctx(), u.ID)
		s.wants(err, archive.NotFound, "upload-missing")
		list, err := r.Uploads(s.ctx(), 9)
		s.must(err)
		equal(s, "uploads of others", len(list), 0)
	}
	list, err := mine.Uploads(s.ctx(), 9)
	s.must(err)
	equal(s, "uploads", len(list), 1)
	_, err = s.public().ExpiredUploads(s.ctx(), s.clock.Now(), 9)
	s.wants(err, archive.Forbidden, "staff-only")
	for before, want := range map[time.Duration]int{0: 0, 2 * time.Hour: 1} {
		list, err = s.system().ExpiredUploads(s.ctx(), s.clock.Now().Add(before), 9)
		s.must(err)
		equal(s, "expired uploads", len(list), want)
	}
	drop := func(state catalog.UploadState) error {
		return s.update(func(tx *catalog.Tx) error { return tx.DropUpload(s.ctx(), u.ID, state) })
	}
	s.wants(drop(catalog.UploadReceiving), archive.Conflict, "upload-elsewhere")
	s.must(drop(catalog.UploadWhole))
	s.wants(drop(catalog.UploadWhole), archive.Conflict, "upload-elsewhere")
	_, err = s.system().Upload(s.ctx(), u.ID)
	s.wants(err, archive.NotFound, "upload-missing")
}
