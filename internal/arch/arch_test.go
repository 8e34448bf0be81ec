package arch_test

import (
	"strings"
	"testing"

	"vannghe/internal/arch"
)

const root = "../.."

var (
	domain   = []string{"internal/archive", "internal/message", "internal/viet"}
	adapters = []string{"internal/catalog!", "storage", "search", "internal/ocfl", "internal/bagit", "internal/tool", "internal/post"}
)

func with(lists ...[]string) []string {
	var all []string
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

// The first row that holds the importing package counts.
func rules() []arch.Rule {
	return []arch.Rule{
		{From: "internal/arch", Reason: "arch only reads source"},
		{From: "internal/archive", Reason: "the domain is pure and imports nothing of ours"},
		{From: "internal/viet", Reason: "Vietnamese text knows nothing of the archive"},
		{From: "internal/message", To: []string{"internal/archive", "internal/viet"}, Reason: "messages know the domain's codes and how Vietnamese spells"},
		{From: "internal/catalog", To: domain, Reason: "adapters import the domain, never each other"},
		{From: "storage/diskstore", To: []string{"storage!", "internal/archive"}, Reason: "a driver knows its port and the domain's errors"},
		{From: "storage/memstore", To: []string{"storage!", "internal/archive"}, Reason: "a driver knows its port and the domain's errors"},
		{From: "storage/miniostore", To: []string{"storage!", "internal/archive"}, Reason: "a driver knows its port and the domain's errors"},
		{From: "storage/blockcache", To: []string{"storage!", "internal/archive"}, Reason: "the cache reads a bucket, whatever its driver"},
		{From: "storage", To: []string{"internal/archive"}, Reason: "storage moves bytes and knows the domain's errors only"},
		{From: "internal/ocfl", To: []string{"internal/archive", "storage!"}, Reason: "OCFL objects lie on a bucket, whatever its driver"},
		{From: "internal/bagit", To: []string{"internal/archive"}, Reason: "a bag is a folder of files; what is in it others know"},
		{From: "search", To: []string{"internal/archive", "internal/viet"}, Reason: "the index is fed values; it must not know where they come from"},
		{From: "internal/post", To: []string{"internal/archive"}, Reason: "a mail server is given letters; it must not know whom the archive writes to"},
		{From: "internal/tool", To: []string{"internal/archive", "internal/tool"}, Reason: "a tool turns files into files"},
		{From: "internal/editorial", To: with(domain, adapters), Reason: "use cases stand on adapters and domain"},
		{From: "internal/office", To: with(domain, adapters), Reason: "use cases stand on adapters and domain"},
		{From: "internal/index", To: with(domain, adapters), Reason: "use cases stand on adapters and domain"},
		{From: "internal/account", To: with(domain, adapters), Reason: "use cases stand on adapters and domain"},
		{From: "internal/move", To: with(domain, adapters), Reason: "use cases stand on adapters and domain"},
		{From: "internal/ingest", To: with(domain, adapters, []string{"internal/editorial"}), Reason: "use cases stand on adapters and domain; states change through editorial"},
		{From: "internal/derive", To: with(domain, adapters, []string{"internal/editorial"}), Reason: "use cases stand on adapters and domain; states change through editorial"},
		{From: "internal/preserve", To: with(domain, adapters, []string{"internal/editorial", "internal/preserve!"}), Reason: "use cases stand on adapters and domain; states change through editorial"},
		{From: "web/ui", To: with([]string{"web/ui"}, domain), Reason: "components show values; they must not fetch them"},
		{From: "web", To: with([]string{"web", "internal/ingest", "internal/editorial", "internal/office", "internal/account", "internal/derive", "internal/preserve", "internal/index"},
			domain, adapters), Reason: "arrows point down only"},
		{From: "cmd", To: []string{"cmd", "web", "internal", "search", "storage"}, Reason: "cmd sees everything"},
	}
}

func vendors() []arch.Vendor {
	return []arch.Vendor{
		{Prefix: "github.com/gofiber", Only: []string{"web"}, Reason: "only web sees Fiber"},
		{Prefix: "github.com/valyala/fasthttp", Only: []string{"web"}, Reason: "only web sees fasthttp"},
		{Prefix: "github.com/danielgtaylor/huma", Only: []string{"web/api"}, Reason: "only web/api sees huma"},
		{Prefix: "github.com/minio", Only: []string{"storage/miniostore"}, Reason: "only miniostore sees minio-go"},
		{Prefix: "github.com/blevesearch", Only: []string{"search"}, Reason: "only search sees Bleve"},
		{Prefix: "database/sql", Only: []string{"internal/catalog"}, Reason: "only catalog sees the database"},
		{Prefix: "github.com/jackc", Only: []string{"internal/catalog"}, Reason: "only catalog sees the database"},
		{Prefix: "modernc.org/sqlite", Only: []string{"internal/catalog"}, Reason: "only catalog sees the database"},
		{Prefix: "github.com/riverqueue", Only: []string{"internal/catalog"}, Reason: "jobs are hidden behind catalog"},
		{Prefix: "github.com/pressly/goose", Only: []string{"internal/catalog"}, Reason: "migrations belong to catalog"},
		{Prefix: "github.com/u2takey/ffmpeg-go", Only: []string{"internal/tool/ffmpeg"}, Reason: "only tool/ffmpeg builds ffmpeg's arguments"},
		{Prefix: "github.com/wneessen/go-mail", Only: []string{"internal/post"}, Reason: "only post sees the mail library"},
		{Prefix: "os/exec", Only: []string{"internal/tool!"}, Reason: "only tool runs programs, with limits"},
		{Prefix: "github.com/alecthomas/kong", Only: []string{"cmd"}, Reason: "only cmd sees flags and configuration"},
		{Prefix: "flag", Only: []string{"cmd", "web/ui/build"}, Reason: "only cmd sees flags and configuration"},
	}
}

func TestArrowsPointDown(t *testing.T) {
	imports, err := arch.Imports(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(imports) < 50 {
		t.Fatalf("read only %d imports: the walk is broken", len(imports))
	}
	for _, s := range arch.Check(imports, rules(), vendors()) {
		t.Error(s)
	}
}

// The table must be able to say no: one import of each kind that it has to refuse.
func TestCheckRefuses(t *testing.T) {
	for _, i := range []arch.Import{
		{File: "internal/archive/x.go", From: "internal/archive", To: "vannghe/internal/catalog"},
		{File: "internal/catalog/x.go", From: "internal/catalog", To: "vannghe/storage"},
		{File: "internal/derive/x.go", From: "internal/derive", To: "vannghe/web/respond"},
		{File: "internal/derive/x.go", From: "internal/derive", To: "vannghe/internal/ingest"},
		{File: "web/page/x.go", From: "web/page", To: "vannghe/cmd/vannghe"},
		{File: "web/page/x.go", From: "web/page", To: "database/sql"},
		{File: "internal/ingest/x.go", From: "internal/ingest", To: "os/exec"},
		{File: "internal/tool/vips/x.go", From: "internal/tool/vips", To: "os/exec"},
		{File: "internal/ingest/x.go", From: "internal/ingest", To: "github.com/gofiber/fiber/v2"},
		{File: "internal/nowhere/x.go", From: "internal/nowhere", To: "vannghe/storage"},
	} {
		if len(arch.Check([]arch.Import{i}, rules(), vendors())) == 0 {
			t.Errorf("%s may import %s", i.From, i.To)
		}
	}
}

func TestTopLevel(t *testing.T) {
	wrong, err := arch.TopLevel(root, []string{"cmd", "internal", "storage", "search", "web", "go.mod", "go.sum",
		"compose.yaml", "README.md", "Makefile", "LICENSE", "CHANGELOG.md"})
	if err != nil {
		t.Fatal(err)
	}
	if len(wrong) > 0 {
		t.Errorf("the top level holds only what DESIGN §3 names, not: %s", strings.Join(wrong, ", "))
	}
}
