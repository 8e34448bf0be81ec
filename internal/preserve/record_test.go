package preserve

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
)

// fill gives every field below v a value of its own, so that one that is forgotten on the way is noticed.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(strings.Repeat("ữ", 1+*n%3) + string(rune('a'+*n%26)))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n) * int64(time.Microsecond))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(v.Index(i), n)
		}
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{"title": "Trăng <>&\u2028", "artist": "A"}))
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.UnixMicro(1_700_000_000_123_456 + int64(*n)).UTC()))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	default:
		panic("a kind of field that the test does not fill: " + v.Kind().String())
	}
}

func filled[T any]() T {
	var value T
	n := 0
	fill(reflect.ValueOf(&value).Elem(), &n)
	return value
}

func roundTrip(t *testing.T, d Document) Document {
	t.Helper()
	b, err := Encode(d)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Encode(d)
	if err != nil || !bytes.Equal(b, again) {
		t.Fatalf("the same document gave other bytes: %v", err)
	}
	got, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestWorkSurvivesItsRecord holds the promise that the catalogue can be rebuilt: no field of the domain may be lost.
func TestWorkSurvivesItsRecord(t *testing.T) {
	w, events := filled[archive.Work](), filled[[]archive.Event]()
	w.Preserved = w.Version
	for i := range w.Representations {
		for j := range w.Representations[i].Files {
			f := &w.Representations[i].Files[j]
			f.Work, f.Representation, f.Key, f.State = w.ID, w.Representations[i].ID, "", archive.FileArchived
		}
	}
	w.Representations[1].Files[1].State = archive.FilePurged
	got, gotEvents := roundTrip(t, Document{Work: recordOf(&w, events, nil)}).Work.Archive()
	if !reflect.DeepEqual(got, w) {
		t.Errorf("got\n%+v\nwant\n%+v", got, w)
	}
	if !reflect.DeepEqual(gotEvents, events) {
		t.Errorf("events: got\n%+v\nwant\n%+v", gotEvents, events)
	}
}

// TestEditedPartsSurviveTheirRecord: what a person typed is content; what a program made is not.
func TestEditedPartsSurviveTheirRecord(t *testing.T) {
	w, parts := filled[archive.Work](), filled[[]archive.Part]()
	f := w.Representations[1].Files[1]
	for i := range parts {
		parts[i].Work, parts[i].File = w.ID, f.ID
	}
	made := parts[0]
	made.EditedBy, made.Edited = "", time.Time{}
	got := roundTrip(t, Document{Work: recordOf(&w, nil, append([]archive.Part{made}, parts...))}).Work.Edited()
	if want := map[archive.FileID][]archive.Part{f.ID: parts}; !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

func TestTheOthersSurviveTheirRecords(t *testing.T) {
	a := filled[archive.Agent]()
	a.Works = 0
	if got := roundTrip(t, Document{Agent: recordAgent(a)}).Agent.Archive(); !reflect.DeepEqual(got, a) {
		t.Errorf("agent: got %+v, want %+v", got, a)
	}
	c := filled[archive.Collection]()
	c.Works = 0
	works := []archive.WorkID{"b", "a"}
	record := roundTrip(t, Document{Collection: recordCollection(c, works)}).Collection
	if got := record.Archive(); !reflect.DeepEqual(got, c) || !reflect.DeepEqual(record.Works, works) {
		t.Errorf("collection: got %+v with %v, want %+v", got, record.Works, c)
	}
	genres := archive.Genres()
	for i, r := range roundTrip(t, Document{Genres: recordGenres(genres)}).Genres {
		if r.Archive() != genres[i] {
			t.Errorf("genre: got %+v, want %+v", r.Archive(), genres[i])
		}
	}
	settings := map[string]json.RawMessage{"body": json.RawMessage(`{"name":"Hội"}`)}
	got := roundTrip(t, Document{Settings: settings}).Settings
	var body struct{ Name string }
	if err := json.Unmarshal(got["body"], &body); err != nil || body.Name != "Hội" {
		t.Errorf("settings: %s %v", got["body"], err)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for content, reason := range map[string]archive.Reason{
		"":                                   "record-unreadable",
		"{}":                                 "record-unreadable",
		`{"vannghe":1}`:                      "record-unreadable",
		`{"vannghe":0,"agent":{}}`:           "record-unreadable",
		`{"vannghe":1,"work":{"id":5}}`:      "record-unreadable",
		`{"vannghe":2,"work":"tomorrow"}`:    "record-too-new",
		`{"vannghe":1,"work":{},"agent":{}}`: "record-unreadable",
		`{"vannghe":1,"agent":{"id":"a","x":1}}x`:    "record-unreadable",
		`{"vannghe":1,"genres":[{"order":"first"}]}`: "record-unreadable",
	} {
		if _, err := Decode([]byte(content)); archive.ReasonOf(err) != reason {
			t.Errorf("%s: %v, want %s", content, err, reason)
		}
	}
	if d, err := Decode([]byte(`{"vannghe":1,"later":true,"agent":{"id":"a","later":{}}}`)); err != nil || d.Agent.ID != "a" {
		t.Errorf("unknown keys: %+v %v", d, err)
	}
}

func FuzzDecode(f *testing.F) {
	w := filled[archive.Work]()
	b, err := Encode(Document{Work: recordOf(&w, nil, nil)})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"vannghe":1,"settings":{"a":null}}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		d, err := Decode(content)
		if err != nil {
			return
		}
		once, err := Encode(d)
		if err != nil {
			t.Fatalf("read but not written: %v", err)
		}
		again, err := Decode(once)
		if err != nil {
			t.Fatalf("not read again: %v", err)
		}
		if twice, err := Encode(again); err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("changes with each writing: %v\n%s\n%s", err, once, twice)
		}
	})
}
