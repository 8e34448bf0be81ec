package web_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/storage"
)

// who are the roles of the tables below, in their order. The first is the public.
func who() []archive.Role {
	return []archive.Role{"", archive.Member, archive.Archivist, archive.EditorRole, archive.Administrator}
}

// answers is the status for each of who.
type answers [5]int

func all(status int) answers { return answers{status, status, status, status, status} }

// access is what a route answers.
type access struct {
	want answers
	// path is the address that is asked, when the route has parameters; {work}, {film}, {file}, {target} and {device} are filled in.
	path string
	body string // of a POST
	// ofWork answers as the state of the work says instead of want.
	ofWork bool
	// same routes know no cookie: everybody gets the same.
	same bool
}

// routes is who may what: a route without a row here fails the test.
func routes() map[string]access {
	desk, manage := answers{303, 200, 200, 200, 200}, answers{303, 403, 403, 403, 200}
	review, reviewed, unknown := answers{303, 403, 200, 200, 200}, answers{303, 403, 404, 404, 404}, answers{303, 404, 404, 404, 404}
	describe, described := answers{303, 403, 200, 200, 403}, answers{303, 403, 404, 404, 403}
	office, noSheet := answers{303, 403, 403, 200, 200}, answers{303, 403, 403, 404, 404}
	noMember := answers{303, 403, 403, 403, 404}
	done, managed := all(303), answers{303, 403, 403, 403, 303}
	report := answers{303, 403, 403, 200, 200}
	wrong, stale := answers{303, 403, 403, 403, 400}, answers{303, 403, 403, 403, 409}
	return map[string]access{
		"GET /healthz": {want: all(200), same: true}, "GET /readyz": {want: all(200), same: true}, "GET /metrics": {want: all(200), same: true},
		"GET /robots.txt": {want: all(200), same: true}, "GET /assets/*": {want: all(404), path: "/assets/x", same: true},
		"GET /feed.xml":                        {want: all(200), same: true},
		"GET /chuyen-muc/:collection/feed.xml": {want: all(404), path: "/chuyen-muc/x-aaaaaaaaaaaa/feed.xml", same: true},
		"GET /tac-gia/:agent/feed.xml":         {want: all(404), path: "/tac-gia/x-aaaaaaaaaaaa/feed.xml", same: true},
		"GET /oembed":                          {want: all(404), path: "/oembed?url=/tac-pham/x-{hidden}", same: true},
		"GET /rest/:method":                    {want: all(200), path: "/rest/getAlbum?id={hidden}&u=khach&p=khach&v=1.16.1&c=t&f=json", same: true},
		"POST /rest/:method":                   {want: all(200), path: "/rest/ping", body: "u=van&p=wrong&v=1.16.1&c=t&f=json", same: true},

		"GET /media/:work/:file/original/:name":                 {ofWork: true, path: "{original}"},
		"GET /media/:work/:file/:folder/*":                      {ofWork: true, path: "{asset}"},
		"GET /iiif/image/3/:file":                               {want: all(303), path: "/iiif/image/3/{file}"}, // only leads on
		"GET /iiif/image/3/:file/info.json":                     {ofWork: true, path: "/iiif/image/3/{file}/info.json"},
		"GET /iiif/image/3/:file/:region/:size/:rotation/:last": {ofWork: true, path: "/iiif/image/3/{file}/full/max/0/default.jpg"},
		"GET /api/v1/works/:id":                                 {ofWork: true, path: "/api/v1/works/{work}"},
		"GET /tac-pham/:work":                                   {ofWork: true, path: "/tac-pham/{slug}-{work}"},
		"GET /nhung/:work":                                      {ofWork: true, path: "/nhung/{film}"},
		"GET /api/v1/works":                                     {want: all(200)}, "GET /api/v1/search": {want: all(200), path: "/api/v1/search?q=x"},
		"GET /api/v1/suggest": {want: all(200), path: "/api/v1/suggest?q=x"}, "GET /api/openapi.json": {want: all(200)}, "GET /api/docs": {want: all(200)},
		"GET /": {want: all(200)}, "GET /the-loai": {want: all(200)}, "GET /the-loai/:genre": {want: all(200), path: "/the-loai/tho"},
		"GET /tac-gia": {want: all(200)}, "GET /tac-gia/:agent": {want: all(404), path: "/tac-gia/x-aaaaaaaaaaaa"},
		"GET /chuyen-muc": {want: all(200)}, "GET /chuyen-muc/:collection": {want: all(404), path: "/chuyen-muc/x-aaaaaaaaaaaa"},
		"GET /tim-kiem": {want: all(200)}, "GET /tap-chi": {want: all(200)}, "GET /van-ban": {want: all(200)}, "GET /thong-bao": {want: all(200)},

		"GET /ung-dung": {want: all(200)},
		"GET /van-hanh": {want: manage}, "GET /van-hanh/may-chu": {want: manage}, "POST /van-hanh/lam-lai": {want: managed}, "POST /van-hanh/dung": {want: answers{303, 403, 403, 403, 404}, body: "viec=1"},
		"POST /van-hanh/lam-lai/:work": {want: managed, path: "/van-hanh/lam-lai/{work}"},

		// Editors decide. Of a draft nothing can be decided; who may do what in which state is the table of archive.Viewer.MayDo.
		"GET /ban-lam-viec/duyet": {want: review}, "GET /ban-lam-viec/duyet/:work": {want: review, path: "/ban-lam-viec/duyet/{hidden}"},
		"GET /ban-lam-viec/duyet/:work/bien-ban": {want: review, path: "/ban-lam-viec/duyet/{hidden}/bien-ban"}, "GET /ban-lam-viec/bien-ban": {want: review},
		"GET /ban-lam-viec/gop-y": {want: review}, "GET /ban-lam-viec/gop-y/:case": {want: reviewed, path: "/ban-lam-viec/gop-y/aaaaaaaaaaaa"},
		"GET /ban-lam-viec/quy-che":                        {want: review},
		"GET /ban-lam-viec/cua-toi/:work":                  {want: answers{303, 404, 200, 200, 200}, path: "/ban-lam-viec/cua-toi/{hidden}"},
		"POST /ban-lam-viec/cua-toi/:work/gui":             {want: unknown, path: "/ban-lam-viec/cua-toi/aaaaaaaaaaaa/gui"},
		"POST /ban-lam-viec/cua-toi/:work/nhan-xet":        {want: unknown, path: "/ban-lam-viec/cua-toi/aaaaaaaaaaaa/nhan-xet", body: "loi=x"},
		"POST /ban-lam-viec/duyet/:work/che-do-xem":        {want: reviewed, path: "/ban-lam-viec/duyet/aaaaaaaaaaaa/che-do-xem"},
		"POST /ban-lam-viec/duyet/:work/cong-bo":           {want: reviewed, path: "/ban-lam-viec/duyet/aaaaaaaaaaaa/cong-bo"},
		"POST /ban-lam-viec/duyet/:work/duyet":             {want: reviewed, path: "/ban-lam-viec/duyet/aaaaaaaaaaaa/duyet"},
		"POST /ban-lam-viec/duyet/:work/khoi-phuc":         {want: reviewed, path: "/ban-lam-viec/duyet/aaaaaaaaaaaa/khoi-phuc"},
		"POST /ban-lam-viec/duyet/:work/nhan-xet":          {want: reviewed, path: "/ban-lam-viec/duyet/aaaaaaaaaaaa/nhan-xet", body: "loi=x"},
		"POST /ban-lam-viec/duyet/:work/nhan-xet/:comment": {want: reviewed, path: "/ban-lam-viec/duyet/aaaaaaaaaaaa/nhan-xet/aaaaaaaaaaaa"},
		"POST /ban-lam-viec/duyet/:work/rut":               {want: reviewed, path: "/ban-lam-viec/duyet/aaaaaaaaaaaa/rut", body: "ly-do=x"},
		"POST /ban-lam-viec/duyet/:work/sua-lai":           {want: reviewed, path: "/ban-lam-viec/duyet/aaaaaaaaaaaa/sua-lai", body: "loi=x"},
		"POST /ban-lam-viec/gop-y/:case":                   {want: reviewed, path: "/ban-lam-viec/gop-y/aaaaaaaaaaaa"},
		"POST /ban-lam-viec/quy-che":                       {want: answers{303, 403, 403, 403, 400}},

		// Archivists and editors describe.
		"GET /ban-lam-viec/sua/:work":                  {want: describe, path: "/ban-lam-viec/sua/{hidden}"},
		"POST /ban-lam-viec/sua/:work":                 {want: described, path: "/ban-lam-viec/sua/aaaaaaaaaaaa", body: "title=x"},
		"POST /ban-lam-viec/sua/:work/nhap":            {want: described, path: "/ban-lam-viec/sua/aaaaaaaaaaaa/nhap", body: "title=x"},
		"POST /ban-lam-viec/sua/:work/lui":             {want: described, path: "/ban-lam-viec/sua/aaaaaaaaaaaa/lui"},
		"POST /ban-lam-viec/sua/:work/bo":              {want: answers{303, 403, 303, 303, 403}, path: "/ban-lam-viec/sua/aaaaaaaaaaaa/bo"},
		"GET /ban-lam-viec/sua/:work/lich-su":          {want: describe, path: "/ban-lam-viec/sua/{hidden}/lich-su"},
		"POST /ban-lam-viec/sua/:work/lich-su/:change": {want: described, path: "/ban-lam-viec/sua/aaaaaaaaaaaa/lich-su/1"},
		"GET /ban-lam-viec/tac-gia/:agent":             {want: described, path: "/ban-lam-viec/tac-gia/aaaaaaaaaaaa"},
		"POST /ban-lam-viec/tac-gia/:agent":            {want: described, path: "/ban-lam-viec/tac-gia/aaaaaaaaaaaa", body: "ten-0=x"},
		"GET /ban-lam-viec/dua-vao":                    {want: describe},
		"POST /ban-lam-viec/dua-vao":                   {want: answers{303, 403, 400, 400, 403}},
		"POST /ban-lam-viec/dua-vao/tep":               {want: answers{303, 403, 400, 400, 403}},
		"POST /ban-lam-viec/dua-vao/bo-do/:file":       {want: answers{303, 403, 303, 303, 403}, path: "/ban-lam-viec/dua-vao/bo-do/aaaaaaaaaaaa"},
		"GET /ban-lam-viec/tim-tac-gia":                {want: describe, path: "/ban-lam-viec/tim-tac-gia?q=van"},
		// Editors draw up sheets of royalties, administrators set rates and pay.
		"GET /ban-lam-viec/nhuan-but": {want: office}, "POST /ban-lam-viec/nhuan-but": {want: answers{303, 403, 403, 400, 400}, body: "thang=x"},
		"GET /ban-lam-viec/nhuan-but/muc": {want: office}, "POST /ban-lam-viec/nhuan-but/muc": {want: answers{303, 403, 403, 403, 400}, body: "tu=x"},
		"POST /ban-lam-viec/nhuan-but/muc/bo":           {want: answers{303, 403, 403, 403, 404}, body: "the-loai=x"},
		"GET /ban-lam-viec/nhuan-but/bang/:sheet":       {want: noSheet, path: "/ban-lam-viec/nhuan-but/bang/aaaaaaaaaaaa"},
		"POST /ban-lam-viec/nhuan-but/bang/:sheet/them": {want: noSheet, path: "/ban-lam-viec/nhuan-but/bang/aaaaaaaaaaaa/them"},
		"POST /ban-lam-viec/nhuan-but/bang/:sheet/doi":  {want: noSheet, path: "/ban-lam-viec/nhuan-but/bang/aaaaaaaaaaaa/doi"},
		"POST /ban-lam-viec/nhuan-but/bang/:sheet/bo":   {want: noSheet, path: "/ban-lam-viec/nhuan-but/bang/aaaaaaaaaaaa/bo"},
		"POST /ban-lam-viec/nhuan-but/bang/:sheet/khoa": {want: noSheet, path: "/ban-lam-viec/nhuan-but/bang/aaaaaaaaaaaa/khoa"},
		"POST /ban-lam-viec/nhuan-but/bang/:sheet/sua":  {want: noSheet, path: "/ban-lam-viec/nhuan-but/bang/aaaaaaaaaaaa/sua"},
		"POST /ban-lam-viec/nhuan-but/bang/:sheet/chi":  {want: answers{303, 403, 403, 403, 404}, path: "/ban-lam-viec/nhuan-but/bang/aaaaaaaaaaaa/chi"},

		// The office keeps the roll; administrators give out and remove what is known of a person.
		"GET /ban-lam-viec/hoi-vien": {want: office}, "GET /ban-lam-viec/hoi-vien/moi": {want: office},
		"POST /ban-lam-viec/hoi-vien/moi":            {want: answers{303, 403, 403, 400, 400}, body: "ten=+"},
		"GET /ban-lam-viec/hoi-vien/:member":         {want: noSheet, path: "/ban-lam-viec/hoi-vien/aaaaaaaaaaaa"},
		"POST /ban-lam-viec/hoi-vien/:member":        {want: noSheet, path: "/ban-lam-viec/hoi-vien/aaaaaaaaaaaa", body: "ten=x"},
		"GET /ban-lam-viec/hoi-vien/:member/du-lieu": {want: noMember, path: "/ban-lam-viec/hoi-vien/aaaaaaaaaaaa/du-lieu"},
		"GET /ban-lam-viec/hoi-vien/:member/xoa":     {want: noMember, path: "/ban-lam-viec/hoi-vien/aaaaaaaaaaaa/xoa"},
		"POST /ban-lam-viec/hoi-vien/:member/xoa":    {want: noMember, path: "/ban-lam-viec/hoi-vien/aaaaaaaaaaaa/xoa", body: "thay=1&chac=1"},

		// Two administrators decide that content is destroyed.
		"GET /ban-lam-viec/huy": {want: manage}, "GET /ban-lam-viec/huy/:work": {want: manage, path: "/ban-lam-viec/huy/{hidden}"},
		"POST /ban-lam-viec/huy/:work/de-nghi": {want: answers{303, 403, 403, 403, 404}, path: "/ban-lam-viec/huy/aaaaaaaaaaaa/de-nghi"},
		"POST /ban-lam-viec/huy/:work/dong-y":  {want: answers{303, 403, 403, 403, 404}, path: "/ban-lam-viec/huy/aaaaaaaaaaaa/dong-y"},
		"POST /ban-lam-viec/huy/:work/thoi":    {want: answers{303, 403, 403, 403, 404}, path: "/ban-lam-viec/huy/aaaaaaaaaaaa/thoi"},
		// Administrators set what the association says of itself.
		"GET /dau-hieu/:name":        {want: all(404), path: "/dau-hieu/x.webp", same: true},
		"GET /ban-lam-viec/viec-cho": {want: desk}, "POST /ban-lam-viec/viec-cho": {want: done},
		"GET /ban-lam-viec/nhat-ky": {want: manage},
		"GET /ban-lam-viec/bao-cao": {want: report}, "GET /ban-lam-viec/bao-cao/tac-gia": {want: report},
		"GET /ban-lam-viec/bao-cao/tac-gia/:agent": {want: answers{303, 403, 403, 404, 404}, path: "/ban-lam-viec/bao-cao/tac-gia/aaaaaaaaaaaa"},
		"GET /ban-lam-viec/cai-dat":                {want: manage}, "GET /ban-lam-viec/cai-dat/trang": {want: manage}, "GET /ban-lam-viec/cai-dat/ten-hoi": {want: manage},
		"GET /ban-lam-viec/cai-dat/dau-hieu": {want: manage}, "GET /ban-lam-viec/cai-dat/chi-hoi": {want: manage}, "GET /ban-lam-viec/cai-dat/bao-mat": {want: manage},
		"GET /ban-lam-viec/cai-dat/the-loai": {want: manage}, "GET /ban-lam-viec/cai-dat/the-loai/:genre": {want: manage, path: "/ban-lam-viec/cai-dat/the-loai/tho"},
		"GET /ban-lam-viec/cai-dat/nhom/:group": {want: manage, path: "/ban-lam-viec/cai-dat/nhom/tho"},
		"POST /ban-lam-viec/cai-dat/trang":      {want: wrong}, "POST /ban-lam-viec/cai-dat/ten-hoi": {want: managed}, "POST /ban-lam-viec/cai-dat/dau-hieu": {want: wrong},
		"POST /ban-lam-viec/cai-dat/dau-hieu/bo": {want: managed}, "POST /ban-lam-viec/cai-dat/chi-hoi": {want: stale}, "POST /ban-lam-viec/cai-dat/bao-mat": {want: managed},
		"POST /ban-lam-viec/cai-dat/the-loai/:genre":       {want: wrong, path: "/ban-lam-viec/cai-dat/the-loai/tho"},
		"POST /ban-lam-viec/cai-dat/the-loai/:genre/len":   {want: managed, path: "/ban-lam-viec/cai-dat/the-loai/tho/len"},
		"POST /ban-lam-viec/cai-dat/the-loai/:genre/xuong": {want: managed, path: "/ban-lam-viec/cai-dat/the-loai/tho/xuong"},
		"POST /ban-lam-viec/cai-dat/the-loai/:genre/xoa":   {want: stale, path: "/ban-lam-viec/cai-dat/the-loai/mua/xoa"},
		"POST /ban-lam-viec/cai-dat/nhom/:group":           {want: wrong, path: "/ban-lam-viec/cai-dat/nhom/tho"},
		"POST /ban-lam-viec/cai-dat/nhom/:group/len":       {want: managed, path: "/ban-lam-viec/cai-dat/nhom/tho/len"},
		"POST /ban-lam-viec/cai-dat/nhom/:group/xuong":     {want: managed, path: "/ban-lam-viec/cai-dat/nhom/tho/xuong"},
		"POST /ban-lam-viec/cai-dat/nhom/:group/xoa":       {want: stale, path: "/ban-lam-viec/cai-dat/nhom/tho/xoa"},
		// Archivists and editors bring in many works at once; each knows only their own.
		"GET /ban-lam-viec/nhap": {want: describe}, "POST /ban-lam-viec/nhap": {want: answers{303, 403, 303, 303, 403}},
		"GET /ban-lam-viec/nhap/:intake":           {want: described, path: "/ban-lam-viec/nhap/aaaaaaaaaaaa"},
		"GET /ban-lam-viec/nhap/:intake/mau.csv":   {want: described, path: "/ban-lam-viec/nhap/aaaaaaaaaaaa/mau.csv"},
		"GET /ban-lam-viec/nhap/:intake/bang.csv":  {want: described, path: "/ban-lam-viec/nhap/aaaaaaaaaaaa/bang.csv"},
		"POST /ban-lam-viec/nhap/:intake/gui":      {want: described, path: "/ban-lam-viec/nhap/aaaaaaaaaaaa/gui"},
		"POST /ban-lam-viec/nhap/:intake/tep":      {want: described, path: "/ban-lam-viec/nhap/aaaaaaaaaaaa/tep"},
		"POST /ban-lam-viec/nhap/:intake/bang-ma":  {want: described, path: "/ban-lam-viec/nhap/aaaaaaaaaaaa/bang-ma"},
		"POST /ban-lam-viec/nhap/:intake/kiem-tra": {want: described, path: "/ban-lam-viec/nhap/aaaaaaaaaaaa/kiem-tra"},
		"POST /ban-lam-viec/nhap/:intake/dua-vao":  {want: described, path: "/ban-lam-viec/nhap/aaaaaaaaaaaa/dua-vao"},
		"POST /ban-lam-viec/nhap/:intake/bo":       {want: described, path: "/ban-lam-viec/nhap/aaaaaaaaaaaa/bo"},

		"GET /ban-lam-viec/chuyen-muc": {want: describe}, "POST /ban-lam-viec/chuyen-muc": {want: answers{303, 403, 400, 400, 403}},
		"GET /ban-lam-viec/chuyen-muc/:collection":         {want: described, path: "/ban-lam-viec/chuyen-muc/aaaaaaaaaaaa"},
		"POST /ban-lam-viec/chuyen-muc/:collection":        {want: described, path: "/ban-lam-viec/chuyen-muc/aaaaaaaaaaaa", body: "ten=x"},
		"POST /ban-lam-viec/chuyen-muc/:collection/xoa":    {want: described, path: "/ban-lam-viec/chuyen-muc/aaaaaaaaaaaa/xoa"},
		"POST /ban-lam-viec/chuyen-muc/:collection/thu-tu": {want: described, path: "/ban-lam-viec/chuyen-muc/aaaaaaaaaaaa/thu-tu", body: "toi=len"},
		"GET /ban-lam-viec/sua-loat":                       {want: describe}, "POST /ban-lam-viec/sua-loat": {want: answers{303, 403, 400, 400, 403}},
		"POST /ban-lam-viec/sua-loat/gop":            {want: answers{303, 403, 404, 404, 403}, body: "bo-ten=x&giu-ten=y"},
		"POST /ban-lam-viec/sua-loat/gop-tac-pham":   {want: answers{303, 403, 400, 400, 403}, body: "tim=1&chu=khong-co-tac-pham-nao"},
		"GET /ban-lam-viec/gop-tac-pham":             {want: described, path: "/ban-lam-viec/gop-tac-pham?giu=aaaaaaaaaaaa"},
		"POST /ban-lam-viec/gop-tac-pham":            {want: described, body: "giu=aaaaaaaaaaaa&bo=bbbbbbbbbbbb"},
		"GET /ban-lam-viec/sua-loat/:batch":          {want: described, path: "/ban-lam-viec/sua-loat/aaaaaaaaaaaa"},
		"POST /ban-lam-viec/sua-loat/:batch/sua":     {want: described, path: "/ban-lam-viec/sua-loat/aaaaaaaaaaaa/sua"},
		"POST /ban-lam-viec/sua-loat/:batch/tra-lai": {want: described, path: "/ban-lam-viec/sua-loat/aaaaaaaaaaaa/tra-lai"},

		// Readers write without an account.
		"GET /gop-y/:work": {want: all(404), path: "/gop-y/aaaaaaaaaaaa"}, "POST /gop-y/:work": {want: all(404), path: "/gop-y/aaaaaaaaaaaa", body: "loi=x"},

		// Files come in from whoever has signed in; each knows only its own. Whoever does not speak the protocol is told so first.
		"OPTIONS /files": {want: all(204)}, "OPTIONS /files/": {want: all(204), path: "/files/"}, "OPTIONS /files/:upload": {want: all(204), path: "/files/aaaaaaaaaaaa"},
		"POST /files": {want: all(412)}, "POST /files/": {want: all(412), path: "/files/"}, "POST /files/:upload": {want: all(412), path: "/files/aaaaaaaaaaaa"},
		"PATCH /files/:upload": {want: all(412), path: "/files/aaaaaaaaaaaa"}, "DELETE /files/:upload": {want: all(412), path: "/files/aaaaaaaaaaaa"},

		"GET /dang-nhap":     {want: answers{200, 303, 303, 303, 303}},
		"POST /dang-nhap":    {want: all(403), body: "ten=" + strings.Repeat("x", 70)},
		"POST /dang-nhap/so": {want: all(400), body: "so=12"},
		"POST /dang-xuat":    {want: all(303)},
		"GET /loi-moi":       {want: all(404), path: "/loi-moi?ma=x"},
		"POST /loi-moi":      {want: answers{404, 303, 303, 303, 303}, body: "ma=x"}, // pressed twice
		"GET /ban-lam-viec":  {want: desk}, "GET /ban-lam-viec/thiet-bi": {want: desk},
		"GET /ban-lam-viec/mat-khau": {want: answers{303, 403, 200, 200, 200}}, "POST /ban-lam-viec/mat-khau": {want: answers{303, 403, 403, 403, 403}},
		"POST /ban-lam-viec/thiet-bi/het": {want: done},
		"GET /ban-lam-viec/thu":           {want: desk}, "POST /ban-lam-viec/thu": {want: answers{303, 400, 400, 400, 400}, body: "dia-chi=x"},
		"POST /ban-lam-viec/thu/chon":                   {want: answers{303, 404, 404, 404, 404}, body: "ve-own=daily"},
		"POST /ban-lam-viec/thu/xoa":                    {want: done},
		"GET /ban-lam-viec/tai-khoan/:account/thu":      {want: manage, path: "/ban-lam-viec/tai-khoan/{target}/thu"},
		"POST /ban-lam-viec/tai-khoan/:account/thu":     {want: answers{303, 403, 403, 403, 400}, path: "/ban-lam-viec/tai-khoan/{target}/thu", body: "dia-chi=x"},
		"POST /ban-lam-viec/tai-khoan/:account/thu/xoa": {want: managed, path: "/ban-lam-viec/tai-khoan/{target}/thu/xoa"},
		"GET /thu/xac-nhan":                             {want: all(404), path: "/thu/xac-nhan?ma=x"}, "POST /thu/xac-nhan": {want: all(404), path: "/thu/xac-nhan?ma=x"},
		"GET /thu/thoi": {want: all(404), path: "/thu/thoi?ma=x"}, "POST /thu/thoi": {want: all(404), path: "/thu/thoi?ma=x"},
		"POST /ban-lam-viec/thiet-bi/:device": {want: answers{303, 404, 404, 404, 404}, path: "/ban-lam-viec/thiet-bi/aaaaaaaaaaaa"},
		"GET /ban-lam-viec/tai-khoan":         {want: manage}, "GET /ban-lam-viec/tai-khoan/:account": {want: manage, path: "/ban-lam-viec/tai-khoan/{target}"},
		"POST /ban-lam-viec/tai-khoan":                   {want: answers{303, 403, 403, 403, 400}, body: "ten=%21&vai=member"},
		"POST /ban-lam-viec/tai-khoan/:account/tac-gia":  {want: managed, path: "/ban-lam-viec/tai-khoan/{target}/tac-gia"},
		"POST /ban-lam-viec/tai-khoan/:account/vai":      {want: managed, path: "/ban-lam-viec/tai-khoan/{target}/vai", body: "vai=member"},
		"POST /ban-lam-viec/tai-khoan/:account/moi":      {want: manage, path: "/ban-lam-viec/tai-khoan/{target}/moi"},
		"POST /ban-lam-viec/tai-khoan/:account/thiet-bi": {want: managed, path: "/ban-lam-viec/tai-khoan/{target}/thiet-bi"},
		"POST /ban-lam-viec/tai-khoan/:account/ket-thuc": {want: managed, path: "/ban-lam-viec/tai-khoan/{target}/ket-thuc"},
	}
}

// condition is a state of a work, and who sees it then.
type condition struct {
	name string
	set  func(*archive.Work)
	want answers
}

func conditions() []condition {
	in := func(s archive.State, a archive.Audience) func(*archive.Work) {
		return func(w *archive.Work) { w.State, w.Audience, w.PublicFrom = s, a, time.Time{} }
	}
	hidden, gone := answers{404, 404, 200, 200, 200}, answers{410, 410, 200, 200, 200}
	return []condition{
		{"draft", in(archive.Draft, archive.AudiencePublic), hidden}, {"submitted", in(archive.Submitted, archive.AudiencePublic), hidden},
		{"changes requested", in(archive.ChangesRequested, archive.AudiencePublic), hidden}, {"approved", in(archive.Approved, archive.AudiencePublic), hidden},
		{"withdrawn", in(archive.Withdrawn, archive.AudiencePublic), gone}, {"withdrawn from members", in(archive.Withdrawn, archive.AudienceMembers), answers{404, 410, 200, 200, 200}},
		{"for staff", in(archive.Published, archive.AudienceStaff), hidden}, {"for members", in(archive.Published, archive.AudienceMembers), answers{404, 200, 200, 200, 200}},
		{"not yet", func(w *archive.Work) {
			in(archive.Published, archive.AudiencePublic)(w)
			w.PublicFrom = time.Now().Add(time.Hour)
		}, hidden},
		{"published", in(archive.Published, archive.AudiencePublic), all(200)},
	}
}

// device signs a role's account in and returns its header; the public has none.
func (w *world) device(role archive.Role) []string {
	w.t.Helper()
	if role == "" {
		return nil
	}
	return []string{"Cookie: " + signIn(w.t, w.catalog, addAccount(w.t, w.catalog, string(role), role))}
}

// Every route × role, and every route to a work × role × state of the work.
func TestWhoMayWhat(t *testing.T) {
	w := newWorld(t, 1, nil)
	n, table := w.nodes[0], routes()
	maps.Copy(table, sendRoutes())
	if missing := without(n.server.Routes(), table); len(missing) > 0 {
		t.Fatalf("routes without a row: %s", strings.Join(missing, "; "))
	}
	if left := without(slices.Collect(maps.Keys(table)), toSet(n.server.Routes())); len(left) > 0 {
		t.Fatalf("rows without a route: %s", strings.Join(left, "; "))
	}
	addAccount(t, w.catalog, "", archive.Administrator) // so that another may be ended
	painting := w.painting("Ruộng bậc thang", 700, 500)
	film, _, _ := w.film("Bến cũ", 1000)
	hidden := catalogtest.Work("Kín", func(work *archive.Work) { work.State = archive.Draft })
	w.put(hidden)
	file := painting.Representations[0].Files[0]
	images := fmt.Sprintf("/media/%s/%s/images-v1/image-480.jpg", painting.ID, file.ID)
	w.store(storage.Key(file.Key), []byte("whole"))
	for _, c := range conditions() {
		for _, work := range []*archive.Work{painting, film} {
			fresh, err := w.catalog.Reader(archive.System("test")).Work(t.Context(), work.ID)
			w.must(err)
			c.set(&fresh)
			w.update(func(ctx context.Context, tx *catalog.Tx) error { return tx.PutWork(ctx, &fresh) })
		}
		fill := strings.NewReplacer("{work}", string(painting.ID), "{slug}", "ruong-bac-thang", "{film}", string(film.ID), "{file}", string(file.ID),
			"{hidden}", string(hidden.ID), "{asset}", images, "{original}", originalPath(painting))
		for route, row := range table {
			if row.ofWork {
				row.want = c.want
			} else if c.name != "published" {
				continue
			}
			w.walk(n, c.name+": "+route, row, fill)
		}
	}
}

func without[T any](list []string, table map[string]T) (missing []string) {
	for _, s := range list {
		if _, ok := table[s]; !ok {
			missing = append(missing, s)
		}
	}
	return missing
}

func toSet(list []string) map[string]bool {
	set := map[string]bool{}
	for _, s := range list {
		set[s] = true
	}
	return set
}

// walk asks a route as everybody.
func (w *world) walk(n *node, what string, row access, fill *strings.Replacer) {
	w.t.Helper()
	_, rest, _ := strings.Cut(what, ": ")
	method, path, _ := strings.Cut(rest, " ")
	if row.path != "" {
		path = fill.Replace(row.path)
	}
	first := ""
	for i, role := range who() {
		path := path
		if strings.Contains(path, "{target}") {
			path = strings.ReplaceAll(path, "{target}", string(addAccount(w.t, w.catalog, "", archive.Member).ID))
		}
		headers := append(w.device(role), "Accept: */*")
		var a answer
		if method != http.MethodGet {
			headers = append(headers, "Content-Type: application/x-www-form-urlencoded", "Sec-Fetch-Site: same-origin")
			a = n.do(method, path, strings.NewReader(row.body), headers...)
		} else {
			a = n.get(path, headers...)
		}
		where := fmt.Sprintf("%s as %q", what, role)
		if a.StatusCode != row.want[i] {
			w.t.Errorf("%s: status %d, want %d\n%.300s", where, a.StatusCode, row.want[i], a.body)
		}
		if row.same {
			if i == 0 {
				first = string(a.body)
			} else if got := string(a.body); got != first && !strings.Contains(path, "metrics") {
				w.t.Errorf("%s differs from what the public gets", where)
			}
			continue
		}
		w.alone(where, role, a)
	}
}

// alone checks that no answer to one account is kept by a cache of others, or read by pages of others.
func (w *world) alone(where string, role archive.Role, a answer) {
	w.t.Helper()
	if !strings.Contains(a.Header.Get("Vary"), "Cookie") {
		w.t.Errorf("%s: Vary %q", where, a.Header.Get("Vary"))
	}
	if role == "" {
		return
	}
	if cache := a.Header.Get("Cache-Control"); !strings.Contains(cache, "private") && cache != "no-store" {
		w.t.Errorf("%s: Cache-Control %q", where, cache)
	}
	if a.Header.Get("Access-Control-Allow-Origin") != "" || a.Header.Get("Cross-Origin-Resource-Policy") == "cross-origin" {
		w.t.Errorf("%s: other origins may read it", where)
	}
}

// reader changes who may see a work.
func reader(work *archive.Work, audience archive.Audience) func(context.Context, *catalog.Tx) error {
	return func(ctx context.Context, tx *catalog.Tx) error {
		work.Audience = audience
		return tx.PutWork(ctx, work)
	}
}
