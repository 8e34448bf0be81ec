package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/message"
	"vannghe/search"
	"vannghe/web/find"
	"vannghe/web/media"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares v, as JSON, with a file under testdata.
func golden(t *testing.T, name string, v any) {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.Bytes(), want) {
		t.Errorf("%s differs (go test -update writes it anew):\n%s", file, b.Bytes())
	}
}

func reader(lang string) *asker {
	a := &asker{lang: "vi", say: message.For(lang), base: "https://vannghe.example"}
	if lang == "en" {
		a.lang = "en"
	}
	return a
}

func staff(lang string) *asker {
	a := reader(lang)
	a.viewer = archive.System("test")
	return a
}

func TestWorkWithNothing(t *testing.T) {
	s := subject{work: archive.Work{ID: "wwwwwwwwwwww", Genre: "tho", Title: "Không đề", Updated: time.Unix(0, 0).UTC()}, genre: archive.Genre{Name: "Thơ"}}
	golden(t, "work_empty", reader("vi").work(s))
}

func TestWorkWithEverything(t *testing.T) {
	at := time.Date(2023, 11, 21, 8, 30, 0, 0, time.UTC)
	file := archive.File{
		ID: "ffffffffffff", Work: "wwwwwwwwwwww", Name: "Kế hoạch.pdf", Digest: "abc", Size: 1000, Type: "application/pdf", Format: "pdf", Pages: 2,
	}
	broken := archive.File{ID: "gggggggggggg", Work: "wwwwwwwwwwww", Name: "hỏng.doc", Size: 7, Format: "doc", Problem: "no-such-reason"}
	picture := archive.File{ID: "hhhhhhhhhhhh", Work: "wwwwwwwwwwww", Name: "a.png", Type: "image/png", Format: "png", Width: 600, Height: 400}
	s := subject{
		work: archive.Work{
			ID: "wwwwwwwwwwww", Genre: "van-ban", Title: "Kế hoạch năm", Titles: []string{"KH"}, Description: "Về việc…", Language: "vi", Date: "2023-11-21",
			Credits: []archive.Credit{{Agent: "aaaaaaaaaaaa", Name: "Hội Văn nghệ", Relator: archive.Issuer}},
			Rights:  archive.Rights{Statement: "http://rightsstatements.org/vocab/NoC-OKLR/1.0/", Holder: "Hội"},
			Paper:   archive.Paper{Number: "465/KH-VHNT", Issuer: "Hội Văn nghệ", Signer: "Lưu Đình Ngữ"}, SourceURL: "https://old.example/1", Published: at, Updated: at,
			Relations:       []archive.Relation{{Type: archive.PartOf, Target: "xxxxxxxxxxxx"}, {Type: archive.PartOf, Target: "hidden"}},
			Representations: []archive.Representation{{ID: "r", Medium: archive.Paged, Files: []archive.File{file, broken, picture}}},
		},
		genre:       archive.Genre{ID: "van-ban", Name: "Văn bản", English: "Official document"},
		collections: []archive.Collection{{ID: "cccccccccccc", Title: "Kế hoạch"}},
		related:     map[archive.WorkID]archive.Work{"xxxxxxxxxxxx": {ID: "xxxxxxxxxxxx", Title: "Tập văn bản", Genre: "van-ban"}},
	}
	s.offers = media.Offers(&s.work, []archive.Derivative{
		{Work: "wwwwwwwwwwww", File: "ffffffffffff", Recipe: "pages", Version: 1, State: archive.DerivativeReady, Assets: []archive.Asset{
			{Kind: "page", Path: "page-0001.jpg", Type: "image/jpeg", Bytes: 10, Width: 900, Height: 1200, Page: 1},
		}},
		{Work: "wwwwwwwwwwww", File: "hhhhhhhhhhhh", Recipe: "tiles", Version: 1, State: archive.DerivativeReady, Assets: []archive.Asset{
			{Kind: "iiif", Path: "tiles.zip", Type: "application/zip", Bytes: 10, Width: 600, Height: 400},
		}},
	}, true)
	golden(t, "work_full", staff("en").work(s))
}

func TestSearchResult(t *testing.T) {
	golden(t, "search_empty", reader("vi").searchResult(find.Found{}))
	golden(t, "search_full", reader("vi").searchResult(find.Found{
		Total: 31, Next: "cursor", Guess: "bến trăng",
		Agents:      []find.Name{{ID: "aaaaaaaaaaaa", Name: "Bến Trăng", Works: 4, Path: "/tac-gia/ben-trang-aaaaaaaaaaaa"}},
		Collections: []find.Name{{ID: "cccccccccccc", Name: "Bến và trăng", Works: 12, Path: "/chuyen-muc/ben-va-trang-cccccccccccc"}},
		Hits: []find.Hit{{
			Work:  archive.Work{ID: "wwwwwwwwwwww", Genre: "tho", Title: "Bến trăng", Credits: []archive.Credit{{Name: "Đặng Thị Sương"}}},
			Score: 1.5,
			Parts: []find.Place{{Label: "Khổ 2", Path: "/tac-pham/ben-trang-wwwwwwwwwwww#kho-2", Snippet: "<mark>bến</mark> cũ &lt;"}},
		}},
		Facets: []find.Facet{{Name: "year", Values: []find.Value{{Value: "1990-1999", Label: "những năm 1990", Count: 3}}}},
	}))
}

func TestSuggestions(t *testing.T) {
	golden(t, "suggest_empty", reader("vi").suggestions(nil))
	golden(t, "suggest_full", reader("en").suggestions([]find.Suggestion{
		{Kind: search.SuggestAgent, ID: "aaaaaaaaaaaa", Text: "Bến Trăng", Path: "/tac-gia/ben-trang-aaaaaaaaaaaa"},
		{Kind: search.SuggestPhrase, Text: "bến trăng", Path: "/tim-kiem?q=b%E1%BA%BFn+tr%C4%83ng"},
		{Kind: search.SuggestWork, ID: "wwwwwwwwwwww", Text: "Bến trăng xưa", Path: "/tac-pham/ben-trang-xua-wwwwwwwwwwww"},
	}))
}

func TestParameterName(t *testing.T) {
	for location, want := range map[string]string{"query.size": "size", "path.id": "id", "q": "q"} {
		if got := parameterName(location); got != want {
			t.Errorf("parameterName(%q) = %q", location, got)
		}
	}
}

func TestProblemOfAFileIsASentence(t *testing.T) {
	o := media.Offer{File: &archive.File{}, Representation: &archive.Representation{}, Status: media.Unreadable, Problem: "work-missing"}
	if got := staff("vi").file(&o); got.Problem != "work-missing" || got.Message == "" {
		t.Errorf("%+v", got)
	}
	if got := reader("vi").file(&o); got.Problem != "" || got.Message != "" || got.Status != "unreadable" {
		t.Errorf("a reader is told what whoever brought the file in should do: %+v", got)
	}
}
