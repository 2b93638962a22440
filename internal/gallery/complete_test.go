// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package gallery_test

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
)

// says are words by which each error of the network's library is known when a user is told of it.
var says = map[string]string{
	"account.LeakError":         "which signs the messages, in hexadecimal",
	"blob.ChangedError":         "the file changed since the plan",
	"entry.AbsentError":         "keeps nothing under the key",
	"entry.ExistsError":         "already, and it is not overwritten",
	"entry.OvertakenError":      "another writer overwrote it",
	"entry.StaleError":          "nother client has changed the aggregate",
	"entry.UnprovenError":       "message that is proven to be the owner's says what the node says",
	"journal.WriteError":        "cannot be kept on this machine before it is sent",
	"model.InvalidError":        "not a valid PROGRAM",
	"message.RejectedError":     "The network rejected PROGRAM",
	"message.UnverifiableError": "cannot be verified",
	"money.ShortageError":       "Unable to pay for what is planned",
	"money.UncheckedError":      "Unable to check whether what is planned can be paid",
	"network.absentError":       "The node does not know a message",
	"node.StatusError":          "(HTTP 503 to GET",
	"node.excessError":          "the answer lists more than 200",
	"node.failedError":          "connection could be made",
	"node.stalledError":         "Nothing happened for 100ms",
	"node.strangeError":         "of another form than a node's",
	"object.AbsentError":        "The node knows no",
	"object.AuthorityError":     "authorises that address as of",
	"object.BlockedError":       "It is used by",
	"object.DeniedError":        "whose aggregate `security` has no entry for that address",
	"object.DependencyError":    "The node does not know ITEM_HASH",
	"object.GapError":           "it could not be published once more",
	"object.GoneError":          "No version of ITEM_HASH is alive any more",
	"object.InconsistentError":  "and its list says otherwise",
	"object.KindError":          "is a STORE, not a PROGRAM",
	"object.NoAccountError":     "No key was given to sign with",
	"object.NoOwnerError":       "No address was given",
	"object.OwnerError":         "belongs to OWNER, not to OWNER",
	"object.PendingError":       "its outcome is not known yet",
	"object.StaleError":         "is the live one, which OWNER published at",
	"object.TooLargeError":      "and the node takes at most",
	"object.UntrueError":        "The node's reply is not genuine",
	"shared.UnansweredError":    "The node did not answer within 2 seconds",
}

// expectComplete checks that every code, every rule, every error and every warning that the source declares was told.
func expectComplete(t *testing.T, told string) {
	t.Helper()
	found := declared(t)
	for name, value := range found.codes {
		if _, ok := codes[value]; !ok {
			t.Errorf("the gallery has no scene for message.%s", name)
		}
	}
	if len(found.codes) != len(codes) || len(found.rules) == 0 {
		t.Errorf("%d codes and %d rules are declared, and the gallery has %d codes", len(found.codes), len(found.rules), len(codes))
	}
	for name, rule := range found.rules {
		if rule.Remedy() == "" || !strings.Contains(told, rule.Remedy()) {
			t.Errorf("nobody is told what to do about message.%s: %q", name, rule.Remedy())
		}
	}
	for _, name := range found.errors {
		words, ok := says[name]
		if !ok || !strings.Contains(told, words) {
			t.Errorf("nobody is told of %s, known by %q", name, words)
		}
	}
	for _, summary := range found.warnings {
		if !strings.Contains(told, "Warning: "+summary) && !strings.Contains(told, "Error: "+summary) {
			t.Errorf("nobody is told %q", summary)
		}
	}
	t.Logf("%d codes, %d rules, %d kinds of errors and %d texts of warnings and errors are told", len(found.codes), len(found.rules), len(found.errors), len(found.warnings))
}

// declarations are what the source can tell a user.
type declarations struct {
	codes map[string]message.ErrorCode
	rules map[string]model.Rule
	// errors are the types of errors, with their package.
	errors []string
	// warnings are the summaries that stand in the source as they are told.
	warnings []string
}

// unlikely are summaries of what only a defect can bring about.
var unlikely = map[string]bool{
	"Unable to read the plan": true, "Unable to plan this value": true, "Unable to use the provider's settings": true,
	"Unable to read what was noted of a pending message": true, "Unable to note a pending message": true,
	"Unable to note what a plan changes": true, "Unable to read the configuration": true, "Unable to read what was noted of a plan": true,
	"Unable to save the plan": true, "Unable to close the source of the volume": true, "More than one key": true,
}

func declared(t *testing.T) *declarations {
	t.Helper()
	found := &declarations{codes: map[string]message.ErrorCode{}, rules: map[string]model.Rule{}}
	for _, dir := range []string{"../aggregate", "../aleph", "../attribute", "../diagnostic", "../domain", "../entry", "../machine", "../network", "../plan", "../pricing", "../program", "../volume"} {
		err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err == nil {
				ast.Inspect(file, func(n ast.Node) bool { found.add(file.Name.Name, n); return true })
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

func (d *declarations) add(pkg string, n ast.Node) {
	switch n := n.(type) {
	case *ast.FuncDecl:
		if n.Recv == nil || n.Name.Name != "Error" || n.Type.Results == nil || fmt.Sprint(n.Type.Results.List[0].Type) != "string" {
			return
		}
		if pointer, ok := n.Recv.List[0].Type.(*ast.StarExpr); ok {
			d.errors = append(d.errors, fmt.Sprintf("%s.%s", pkg, pointer.X))
		}
	case *ast.ValueSpec:
		if len(n.Values) != 1 {
			return
		}
		switch fmt.Sprint(n.Type) {
		case "ErrorCode":
			value, _ := constant.Int64Val(number(n.Values[0]))
			d.codes[n.Names[0].Name] = message.ErrorCode(value)
		case "Rule":
			d.rules[n.Names[0].Name] = model.Rule(unquoted(n.Values[0]))
		}
	case *ast.CallExpr:
		called, ok := n.Fun.(*ast.SelectorExpr)
		if !ok {
			return
		}
		argument := map[string]int{"AddWarning": 0, "AddError": 0, "AddAttributeWarning": 1, "AddAttributeError": 1, "NewWarningDiagnostic": 0, "NewErrorDiagnostic": 0, "Alike": 2}
		if i, ok := argument[called.Sel.Name]; ok && i < len(n.Args) {
			if summary := unquoted(n.Args[i]); summary != "" && !unlikely[summary] {
				d.warnings = append(d.warnings, summary)
			}
		}
	}
}

// number is the value of a literal, with or without a minus.
func number(e ast.Expr) constant.Value {
	switch e := e.(type) {
	case *ast.UnaryExpr:
		return constant.UnaryOp(e.Op, number(e.X), 0)
	case *ast.BasicLit:
		return constant.MakeFromLiteral(e.Value, e.Kind, 0)
	}
	return constant.MakeInt64(0)
}

// unquoted is a literal text; empty when it is none.
func unquoted(e ast.Expr) string {
	literal, ok := e.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return ""
	}
	text, err := strconv.Unquote(literal.Value)
	if err != nil {
		return ""
	}
	return text
}
