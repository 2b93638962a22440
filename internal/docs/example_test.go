// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package docs_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
)

// example is something that the documentation tells to do.
type example struct {
	at string
	// blocks is how many blocks of the documentation it is made of.
	blocks int
	mark   mark
	// config is a configuration; script what is run with it, if anything is.
	config, script string
	// text is something else, in a language.
	text, language string
	// files is a directory of what the example names, beside which written are; whole is the one in it that is the
	// configuration, if any is.
	files, whole string
	written      []block
}

// wholePatterns are the configurations that are examples as a whole.
var wholePatterns = []string{"examples/*/main.tf", "examples/guides/*/main.tf", "examples/modules/*/example/main.tf"}

// wholes are the directories of examples that are configurations as a whole. A module is run by the example in it.
func wholes(t *testing.T) []example {
	t.Helper()
	var found []example
	for _, module := range matching(t, "examples/modules/*") {
		if _, err := os.Stat(filepath.Join(module, "example", "main.tf")); err != nil {
			t.Errorf("%s has no example", module)
		}
	}
	for _, main := range matching(t, wholePatterns...) {
		directory := strings.TrimPrefix(filepath.Dir(main), root+"/")
		found = append(found, example{at: directory, blocks: 1, files: filepath.Join(root, "examples"), whole: strings.TrimPrefix(directory, "examples/")})
	}
	return found
}

func (e example) run(t *testing.T, built string) {
	t.Helper()
	switch {
	case e.mark.kind == notRun:
		t.Skip(e.mark.text)
	case e.whole != "":
		e.live(t, built)
	case e.script != "":
		newSandbox(t, built, e).script(e.script)
	case e.config != "":
		e.apply(t, built)
	case e.language == "json":
		if !json.Valid([]byte(e.text)) {
			t.Error("the JSON is not valid")
		}
	default:
		t.Errorf("nothing runs a block of %q: mark it `<!-- not run: WHY -->`, or give it another language", e.language)
	}
}

// live applies and destroys a directory of examples, as it is.
func (e example) live(t *testing.T, built string) {
	t.Helper()
	s := newSandbox(t, built, e)
	s.Dir = filepath.Join(s.Dir, e.whole)
	s.Run("init")
	s.Run("apply")
	s.settled()
	s.Run("destroy")
	s.env.ExpectNothingAlive(t)
}

// apply applies a configuration of one block.
func (e example) apply(t *testing.T, built string) {
	t.Helper()
	file, diags := hclsyntax.ParseConfig([]byte(e.config), e.at, hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok {
		t.Fatalf("the configuration is a %T", file.Body)
	}
	s := newSandbox(t, built, e)
	require(t, body)
	if lists := labels(body, "list"); len(lists) > 0 {
		s.query(lists)
		return
	}
	if has(body, "module") {
		s.Run("init")
	}
	switch {
	case e.mark.kind == fails:
		if output, err := s.Try("apply"); err == nil || !strings.Contains(output, e.mark.text) {
			t.Errorf("it was to fail with %q: %v\n%s", e.mark.text, err, output)
		}
	case e.mark.kind == onlyPlanned:
		s.Run("plan")
	case has(body, "import"):
		// What it imports to is written, unless the example has it.
		s.Run("plan", "-generate-config-out=generated.tf", "-out=saved")
		s.Run("apply", "saved")
		s.settled()
	default:
		s.Run("apply")
		s.settled()
	}
}

// has reports whether there is a block of a type.
func has(body *hclsyntax.Body, kind string) bool {
	return slices.ContainsFunc(body.Blocks, func(b *hclsyntax.Block) bool { return b.Type == kind })
}

// require skips a test of what this Terraform does not know yet.
func require(t *testing.T, body *hclsyntax.Body) {
	t.Helper()
	for _, b := range body.Blocks {
		switch _, byIdentity := b.Body.Attributes["identity"]; {
		case b.Type == "import" && byIdentity:
			acctest.Requires(t, acctest.Identity)
		case b.Type == "list":
			acctest.Requires(t, acctest.ListResources)
		}
	}
}

// labels are the addresses of the blocks of a type.
func labels(body *hclsyntax.Body, kind string) []string {
	var addresses []string
	for _, b := range body.Blocks {
		if b.Type == kind {
			addresses = append(addresses, strings.Join(append([]string{kind}, b.Labels...), "."))
		}
	}
	return addresses
}
