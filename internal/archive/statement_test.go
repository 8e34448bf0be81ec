package archive

import "testing"

// Only the address of a statement is kept, from the forms of one work and of many alike; what stood there before is not refused anew.
func TestParseStatement(t *testing.T) {
	for s, known := range map[string]bool{
		"": true, "http://rightsstatements.org/vocab/InC/1.0/": true, "https://www.creativecommons.org/licenses/by/4.0/": true,
		"javascript://creativecommons.org/%0aalert(1)": false, "ftp://creativecommons.org/": false, "https://creativecommons.org.x.example/": false,
		"https://x.example/?://creativecommons.org/": false, "https://creativecommons.org@x.example/": false, "creativecommons.org": false, "http://[": false,
	} {
		_, err := ParseStatement(s)
		var w Work
		said := w.Say(FieldStatement, s)
		if (err == nil) != known || (said == nil) != known || !known && (ReasonOf(err) != "rights-unknown" || ReasonOf(said) != "rights-unknown") {
			t.Errorf("%q: %v, %v", s, err, said)
		}
	}
	w := Work{Rights: Rights{Statement: "x"}}
	if err := w.Say(FieldStatement, "x"); err != nil {
		t.Error(err)
	}
}
