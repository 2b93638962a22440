// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// Of all environments that tests start, at least three quarters are those of any node. `go test -v` says how many; one
// that needs a local node says so by StartLocal, and no other looks into it.
func TestStart_anyNode(t *testing.T) {
	t.Parallel()
	var anywhere, local int
	for path, function := range functions(t) {
		started, looksInto := 0, false
		ast.Inspect(function, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			from, _ := selector.X.(*ast.Ident)
			switch of := from != nil && from.Name == "acctest"; {
			case of && selector.Sel.Name == "StartLocal":
				local++
			case of && (selector.Sel.Name == "Start" || selector.Sel.Name == "StartTuned"):
				started++
			case !of && selector.Sel.Name == "Local" && from != nil && from.Name == "env":
				looksInto = true
			}
			return true
		})
		anywhere += started
		if started > 0 && looksInto {
			t.Errorf("%s: %s starts any node, and looks into a local one: it needs StartLocal", path.file, path.name)
		}
	}
	share := 100 * anywhere / (anywhere + local)
	t.Logf("%d of %d environments are those of any node: %d %%", anywhere, anywhere+local, share)
	if share < 75 {
		t.Errorf("%d %% of the environments are those of any node, want three quarters: start those that need nothing of a local node by Start", share)
	}
}

type place struct{ file, name string }

// functions are all of the project's, but for this package's.
func functions(t *testing.T) map[place]*ast.FuncDecl {
	t.Helper()
	found := map[place]*ast.FuncDecl{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || filepath.Dir(path) == filepath.Join("..", "acctest") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, declaration := range file.Decls {
			if function, ok := declaration.(*ast.FuncDecl); ok {
				found[place{path, function.Name.Name}] = function
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
