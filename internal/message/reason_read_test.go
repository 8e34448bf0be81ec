package message_test

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

const (
	modulePath  = "vannghe"
	archivePath = modulePath + "/internal/archive"
)

// unseen stands for a number of arguments that the source does not show, or where no sentence is made at all.
const unseen = -1

// reasonUse is a place in the sources that names a reason.
type reasonUse struct {
	at   string // file:line
	args int    // what its sentence is filled with there, or unseen
}

// complaints says what is wrong with the texts of one sentence.
func complaints(texts []string, uses []reasonUse) []string {
	if len(texts) == 0 {
		return []string{"there is no sentence for " + uses[0].at}
	}
	var found []string
	for _, text := range texts {
		for _, use := range uses {
			if n := lastHole(text); use.args != unseen && n > use.args {
				found = append(found, fmt.Sprintf("it has {%d}, and is given %d arguments by %s", n, use.args, use.at))
			}
		}
	}
	return found
}

// lastHole returns the number of the highest placeholder of text, 0 for none.
func lastHole(text string) int {
	last := 0
	for _, hole := range holes(text) {
		if len(hole) == len("{1}") && hole[1] >= '1' && hole[1] <= '9' {
			last = max(last, int(hole[1]-'0'))
		}
	}
	return last
}

// readReasons returns every reason in the sources of this module that are not tests, nor packages that serve tests.
func readReasons(t *testing.T) map[string][]reasonUse {
	t.Helper()
	m, root := newModule(), filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return enter(name, d.Name())
		}
		if filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		folder, err := filepath.Rel(root, filepath.Dir(name))
		m.add(t, name, path.Join(modulePath, filepath.ToSlash(folder)), nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m.reasons()
}

func enter(_, base string) error {
	hidden := strings.HasPrefix(base, ".") && strings.Trim(base, ".") != ""
	if hidden || base == "node_modules" || base == "testdata" || strings.HasSuffix(base, "test") {
		return filepath.SkipDir
	}
	return nil
}

// module type-checks our packages. What they import from outside is taken to be empty, and the errors that follow are passed
// over: the type of a reason is ours, and nothing else is asked for.
type module struct {
	set     *token.FileSet
	info    types.Info
	sources map[string][]*ast.File // by import path
	checked map[string]*types.Package
}

func newModule() *module {
	return &module{
		set:     token.NewFileSet(),
		info:    types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}},
		sources: map[string][]*ast.File{},
		checked: map[string]*types.Package{},
	}
}

// add parses a file of a package; the source is read from the file when nil.
func (m *module) add(t *testing.T, name, importPath string, source any) {
	t.Helper()
	f, err := parser.ParseFile(m.set, name, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	m.sources[importPath] = append(m.sources[importPath], f)
}

// Import implements types.Importer.
func (m *module) Import(importPath string) (*types.Package, error) {
	if p, ok := m.checked[importPath]; ok {
		return p, nil
	}
	p := types.NewPackage(importPath, path.Base(importPath))
	if files := m.sources[importPath]; len(files) > 0 {
		c := types.Config{Importer: m, Error: func(error) {}}
		p = types.NewPackage(importPath, files[0].Name.Name)
		_ = types.NewChecker(&c, m.set, p, &m.info).Files(files) // errors are expected: see module
	}
	p.MarkComplete()
	m.checked[importPath] = p
	return p, nil
}

// reasons returns the places that name each reason.
func (m *module) reasons() map[string][]reasonUse {
	for importPath := range m.sources {
		_, _ = m.Import(importPath) // never an error
	}
	s := sentences{module: m, filled: map[types.Object]int{}, args: map[ast.Expr]int{}, found: map[ast.Expr]string{}}
	for _, look := range []func(ast.Node) bool{s.fails, s.flows} {
		for _, files := range m.sources {
			for _, f := range files {
				ast.Inspect(f, look)
			}
		}
	}
	for e, value := range m.info.Types {
		if value.Value != nil && isReason(value.Type) {
			s.found[e] = constant.StringVal(value.Value)
		}
	}
	return s.uses()
}

func isReason(t types.Type) bool {
	n, ok := t.(*types.Named)
	return ok && n.Obj().Name() == "Reason" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == archivePath
}

// sentences finds out how many arguments the sentence of a reason gets. A reason of which nothing is known here is kept
// somewhere and told without arguments.
type sentences struct {
	*module
	filled map[types.Object]int // the arguments that archive.Fail is given with a parameter, field or variable
	args   map[ast.Expr]int
	found  map[ast.Expr]string // the reasons
}

func (s sentences) uses() map[string][]reasonUse {
	uses := map[string][]reasonUse{}
	for e, reason := range s.found {
		if reason != "" { // what errors.Is compares with when the reason is of no matter
			at := s.set.Position(e.Pos())
			uses[reason] = append(uses[reason], reasonUse{at: fmt.Sprintf("%s:%d", at.Filename, at.Line), args: s.args[e]})
		}
	}
	return uses
}

// fails notes what archive.Fail is called with.
func (s sentences) fails(n ast.Node) bool {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) < 2 || !s.isFail(call.Fun) {
		return true
	}
	given := len(call.Args) - 2
	if call.Ellipsis.IsValid() {
		given = unseen
	}
	s.args[call.Args[1]] = given
	if plain, ok := call.Args[1].(*ast.BasicLit); ok {
		s.found[plain] = constant.StringVal(constant.MakeFromLiteral(plain.Value, plain.Kind, 0))
	}
	if object := s.object(call.Args[1]); object != nil {
		s.filled[object] = given
	}
	return true
}

// isFail goes by the name where the type checker has given up, as in a map whose keys come from outside.
func (s sentences) isFail(e ast.Expr) bool {
	if f, ok := s.object(e).(*types.Func); ok {
		return f.Name() == "Fail" && f.Pkg() != nil && f.Pkg().Path() == archivePath
	}
	selector, ok := e.(*ast.SelectorExpr)
	if !ok || selector.Sel.Name != "Fail" {
		return false
	}
	from, ok := selector.X.(*ast.Ident)
	return ok && from.Name == path.Base(archivePath)
}

// object returns what a name stands for, nil for what is no name.
func (s sentences) object(e ast.Expr) types.Object {
	switch e := e.(type) {
	case *ast.Ident:
		return s.info.Uses[e]
	case *ast.SelectorExpr:
		return s.info.Uses[e.Sel]
	default:
		return nil
	}
}

// flows notes the reasons that reach archive.Fail through a parameter or a field, and those of which no sentence is made where
// they stand: compared ones and constants.
func (s sentences) flows(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		s.call(n)
	case *ast.CompositeLit:
		s.literal(n)
	case *ast.BinaryExpr:
		s.args[n.X], s.args[n.Y] = unseen, unseen
	case *ast.CaseClause:
		s.silent(n.List)
	case *ast.ValueSpec:
		s.silent(n.Values)
		for _, name := range n.Names {
			s.args[name] = unseen
		}
	}
	return true
}

func (s sentences) silent(list []ast.Expr) {
	for _, e := range list {
		s.args[e] = unseen
	}
}

func (s sentences) call(call *ast.CallExpr) {
	signature, ok := s.info.Types[call.Fun].Type.(*types.Signature)
	if !ok {
		return
	}
	for i, arg := range call.Args {
		if i < signature.Params().Len() {
			s.into(signature.Params().At(i), arg)
		}
	}
}

func (s sentences) literal(lit *ast.CompositeLit) {
	of, ok := s.info.Types[lit].Type.(interface{ Underlying() types.Type })
	if !ok {
		return
	}
	structure, ok := of.Underlying().(*types.Struct)
	if !ok {
		return
	}
	for i, e := range lit.Elts {
		if pair, keyed := e.(*ast.KeyValueExpr); keyed {
			s.into(s.object(pair.Key), pair.Value)
		} else if i < structure.NumFields() {
			s.into(structure.Field(i), e)
		}
	}
}

func (s sentences) into(to types.Object, e ast.Expr) {
	if n, ok := s.filled[to]; ok {
		s.args[e] = n
	}
}
