package respond

import "testing"

func TestSelectRange(t *testing.T) {
	const size = 1000
	cases := []struct {
		sentence string
		header   string
		size     int64
		want     span
		how      selection
	}{
		{"a first and a last byte", "bytes=10-19", size, span{10, 10}, selectPart},
		{"from a byte to the end", "bytes=990-", size, span{990, 10}, selectPart},
		{"the last bytes", "bytes=-10", size, span{990, 10}, selectPart},
		{"more last bytes than there are means all", "bytes=-5000", size, span{0, size}, selectPart},
		{"a last byte beyond the end is cut", "bytes=900-99999", size, span{900, 100}, selectPart},
		{"one byte", "bytes=0-0", size, span{0, 1}, selectPart},
		{"the unit is case-insensitive", "Bytes=0-0", size, span{0, 1}, selectPart},
		{"numbers beyond 64 bits are beyond the end", "bytes=0-99999999999999999999999", size, span{0, size}, selectPart},
		{"a start beyond 64 bits selects nothing", "bytes=99999999999999999999999-", size, span{}, selectNothing},
		{"a start at the end selects nothing", "bytes=1000-", size, span{}, selectNothing},
		{"no last bytes select nothing", "bytes=-0", size, span{}, selectNothing},
		{"backwards is no range", "bytes=20-10", size, span{}, selectWhole},
		{"an unknown unit is ignored", "pages=1-2", size, span{}, selectWhole},
		{"a sign is no digit", "bytes=+1-2", size, span{}, selectWhole},
		{"a bare dash is no range", "bytes=-", size, span{}, selectWhole},
		{"letters are no range", "bytes=a-b", size, span{}, selectWhole},
		{"several ranges get the whole", "bytes=0-1,5-6", size, span{}, selectWhole},
		{"of several the only one inside is sent", "bytes=0-1,5000-6000", size, span{0, 2}, selectPart},
		{"several outside select nothing", "bytes=2000-,3000-", size, span{}, selectNothing},
		{"too many ranges are ignored", "bytes=0-1,0-1,0-1,0-1,0-1,0-1,0-1,0-1,0-1,0-1,0-1,0-1,0-1,0-1,0-1,0-1,0-1", size, span{}, selectWhole},
		{"an empty object is sent whole", "bytes=0-", 0, span{}, selectWhole},
		{"no equals sign", "bytes", size, span{}, selectWhole},
	}
	for _, c := range cases {
		t.Run(c.sentence, func(t *testing.T) {
			got, how := selectRange(c.header, c.size)
			if how != c.how || (how == selectPart && got != c.want) {
				t.Errorf("selectRange(%q, %d) = %+v, %v; want %+v, %v", c.header, c.size, got, how, c.want, c.how)
			}
		})
	}
}

func TestContentRange(t *testing.T) {
	if got := (span{10, 5}).contentRange(100); got != "bytes 10-14/100" {
		t.Errorf("contentRange = %q", got)
	}
}
