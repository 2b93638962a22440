// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package gallery_test produces every error and warning that the provider gives, on a local node, and keeps the guide
// that shows them: `go test ./internal/gallery -update` writes it.
package gallery_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/template"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

var update = flag.Bool("update", false, "write the guide")

// page is the guide that the scenes make.
const page = "../../templates/guides/when-something-goes-wrong.md"

// scene is one thing that goes wrong.
type scene struct {
	title string
	// setting is what the node and the provider are like; the ordinary ones when nil.
	setting *setting
	// play makes it go wrong, and returns what the user is told. The last of it is what the guide shows.
	play func(s *stage) []*tfprotov6.Diagnostic
}

// section is a part of the guide.
type section struct {
	Title, Intro string
	scenes       []scene
	Entries      []entry
}

// entry is a scene as the guide shows it.
type entry struct{ Title, Text string }

func sections() []*section {
	return []*section{
		{
			Title: "A configuration that cannot be published",
			Intro: "Values that are written in the configuration are checked by `terraform validate`; what other resources give, and the provider block, when Terraform plans. " +
				"The rules are those of the network's own models. Nothing was sent, and nothing has changed. The message names the attribute.",
			scenes: configurations(),
		},
		{
			Title:  "What the network refuses",
			Intro:  "A refusal is definite, and carries an error code. Each is shown where it is most likely; whatever was tried, the second paragraph says what is alive and paid.",
			scenes: refusals(),
		},
		{
			Title: "A node that cannot be reached, or answers wrongly",
			Intro: "Everything is tried again for a while first (`max_retries`, `request_timeout`). An answer that is missing, late or wrong never means that an object is gone, " +
				"and a message whose outcome is unknown is looked for before it is sent again.",
			scenes: connections(),
		},
		{
			Title:  "When the outcome is not the planned one",
			Intro:  "Several tools, or several runs of Terraform, may change the same object; a file may change; and what something depends on may be missing.",
			scenes: outcomes(),
		},
		{
			Title:  "What is read is not there",
			Intro:  "Data sources and lists change nothing. What one of them reads may be gone, or somebody else's.",
			scenes: readings(),
		},
		{
			Title:  "What it costs",
			Intro:  "Before anything is sent, the plan looks at the owner's balance, as `check_balance` of the provider says.",
			scenes: costs(),
		},
		{
			Title:  "Warnings",
			Intro:  "A warning stops nothing.",
			scenes: slices.Concat(warnings(), neverStarting(), consequences()),
		},
	}
}

// Every text says what happened, what is alive and paid, and what to do, in plain words, and the guide shows them all.
func TestGallery(t *testing.T) {
	all := sections()
	var told strings.Builder
	var mu sync.Mutex
	t.Run("scenes", func(t *testing.T) {
		for _, part := range all {
			part.Entries = make([]entry, len(part.scenes))
			for i, scene := range part.scenes {
				t.Run(scene.title, func(t *testing.T) {
					diagnostics := scene.play(newStage(t, scene.setting))
					if len(diagnostics) == 0 {
						t.Fatal("nobody is told anything")
					}
					for _, d := range diagnostics {
						expectHelpful(t, d)
						mu.Lock()
						told.WriteString(text(d) + "\n")
						mu.Unlock()
					}
					part.Entries[i] = entry{Title: scene.title, Text: wrapped(text(diagnostics[len(diagnostics)-1]))}
				})
			}
		}
	})
	if t.Failed() {
		return
	}
	expectComplete(t, told.String())
	expectPage(t, all)
}

// expectPage compares the guide with what the scenes told, or writes it.
func expectPage(t *testing.T, all []*section) {
	t.Helper()
	form, err := template.ParseFiles(filepath.Join("testdata", "page.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	var rendered bytes.Buffer
	if err := form.Execute(&rendered, all); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(page, rendered.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	kept, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, after := strings.Split(string(kept), "\n"), strings.Split(rendered.String(), "\n")
	for i := range max(len(before), len(after)) {
		if i >= len(before) || i >= len(after) || before[i] != after[i] {
			t.Fatalf("%s is stale from line %d on: `make generate` writes it anew\nhas  %s\nwant %s", page, i+1, line(before, i), line(after, i))
		}
	}
}

func line(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(nothing)"
}

// text is a diagnostic as the guide shows it: what differs from run to run has a name.
func text(d *tfprotov6.Diagnostic) string {
	kind := "Warning"
	if d.Severity == tfprotov6.DiagnosticSeverityError {
		kind = "Error"
	}
	words := fmt.Sprintf("%s: %s\n\n%s", kind, d.Summary, d.Detail)
	for _, varies := range variables {
		words = varies.pattern.ReplaceAllString(words, varies.name)
	}
	return words
}
