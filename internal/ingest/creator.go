package ingest

import (
	"regexp"
	"slices"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/viet"
)

// Creator is a name with what its bearer did, as a manifest or a form gives it.
type Creator struct {
	Name    string
	Relator archive.Relator // "": the usual one of the work's genre
}

// roles maps folded words for a role, Vietnamese and English, to relators. The relators' own names count as well.
var roles = map[archive.Relator]string{
	archive.Author: "tac gia,viet,nguoi viet,nha van,nha tho,tho,bien kich,kich ban,tac gia kich ban,nguyen tac,written by,writer,text," +
		"poet,screenwriter,playwright",
	archive.Composer:     "nhac si,nhac,soan nhac,am nhac,pho nhac,nguoi soan nhac,music,music by,composed by",
	archive.Lyricist:     "loi,viet loi,loi tho,loi ca,phan loi,tac gia loi,dat loi,lyrics,lyrics by,words,words by",
	archive.Singer:       "ca si,hat,trinh bay,the hien,don ca,song ca,top ca,ca nuong,vocals,sung by",
	archive.Performer:    "bieu dien,nghe si,nguoi bieu dien,doc tau,hoa tau,dien vien,nghe nhan,dien,performed by,actor,musician",
	archive.Painter:      "hoa si,ve,minh hoa,tranh,painter,painted by,illustrator,illustrated by",
	archive.Photographer: "nhiep anh,nhiep anh gia,anh,chup,chup anh,tac gia anh,nguoi chup,nghe si nhiep anh,photo,photo by,photography",
	archive.Sculptor:     "nha dieu khac,dieu khac,dieu khac gia,tac tuong,sculpture",
	archive.Architect:    "kien truc su,kien truc,thiet ke",
	archive.Director:     "dao dien,dao dien phim,director,directed by",
	archive.Choreography: "bien dao,bien dao mua,dan dung mua,choreography",
	archive.Translator:   "dich,dich gia,nguoi dich,chuyen ngu,dien nom,ban dich,phien dich,translated by,translation",
	archive.Editor:       "bien tap,bien soan,chu bien,soan gia,nguoi bien soan,hieu dinh,tuyen chon,edited by",
	archive.Narrator:     "doc,giong doc,nguoi doc,dien doc,ngam,ngam tho,doc truyen,nguoi ke,ke,thuyet minh,loi binh,read by,reader,voice",
	archive.Collector:    "suu tam,nguoi suu tam,suu tap,ghi chep,ghi lai,collected by",
	archive.Issuer:       "ban hanh,co quan ban hanh,noi ban hanh,issuer,issued by",
	archive.Contributor:  "cong tac,cong tac vien,tham gia,quay phim,dung phim,hoa am,phoi khi,thu am,am thanh,cong su",
}

var (
	relators = rolesByWord()
	// tailBracket is a name and what stands in brackets at its end.
	tailBracket = regexp.MustCompile(`^(.*\S)\s*[(（]([^()（）]*)[)）]$`)
	// closedComma is the comma after a bracket, which people write where the semicolon belongs.
	closedComma = regexp.MustCompile(`([)）])\s*,`)
	// between separates several roles in one bracket.
	between = regexp.MustCompile(`\s*(?:[,/+&]| và | and | kiêm )\s*`)
)

func rolesByWord() map[string]archive.Relator {
	m := map[string]archive.Relator{}
	for relator, words := range roles {
		for word := range strings.SplitSeq(words, ",") {
			m[word] = relator
		}
	}
	for _, r := range archive.Relators() {
		m[string(r)] = r
	}
	return m
}

// ParseCreators reads "Tên (vai trò); Tên (vai trò)", in the order given, each name with a role once. A bracket that is no
// role belongs to the name: "Ca dao (khuyết danh)".
func ParseCreators(s string) []Creator {
	s = closedComma.ReplaceAllString(viet.Normalize(s), "$1;")
	var list []Creator
	for piece := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ';' || r == '；' || r == '\n' }) {
		name, as := splitRole(viet.Clean(piece))
		for _, relator := range as {
			if c := (Creator{Name: name, Relator: relator}); name != "" && !slices.Contains(list, c) {
				list = append(list, c)
			}
		}
	}
	return list
}

func splitRole(piece string) (string, []archive.Relator) {
	m := tailBracket.FindStringSubmatch(piece)
	if m == nil {
		return piece, []archive.Relator{""}
	}
	var found []archive.Relator
	for _, word := range between.Split(strings.TrimSpace(m[2]), -1) {
		relator, ok := relatorOf(word)
		if !ok {
			return piece, []archive.Relator{""}
		}
		found = append(found, relator)
	}
	return m[1], found
}

// relatorOf knows a word for a role. A longer phrase counts when it begins with one: "nguyên tác chữ Hán". "Sáng tác" says
// only that one made it, which is the usual relator of the genre.
func relatorOf(word string) (archive.Relator, bool) {
	folded := strings.TrimSpace(viet.Fold(word))
	if folded == "sang tac" {
		return "", true
	}
	if r, ok := relators[folded]; ok {
		return r, true
	}
	for _, opening := range openings {
		if strings.HasPrefix(folded, opening+" ") {
			return relators[opening], true
		}
	}
	return "", false
}

// openings are the roles that people lengthen.
var openings = []string{"nguyen tac", "ban dich", "dich", "dao dien", "bien dao", "giong doc", "suu tam"}
