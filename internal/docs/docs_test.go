// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package docs runs the documentation: every block of code in the pages of the repository, and everything under
// examples/, with a built provider, on a node of its own.
//
// What is run, and how, follows from the language of a block. A configuration is planned and applied, and planned again,
// to no change; objects that an import block names exist. A script runs with the configuration that stands before it on
// the page, in an empty directory, with the commands of testdata/bin ahead of others. A comment right above a block says
// otherwise:
//
//	<!-- not run: WHY -->
//	<!-- only planned: WHY -->
//	<!-- fails: TEXT -->      Terraform fails, and says so in these words
//	<!-- file: PATH -->       the file that what follows on the page finds there
//
// Each program that was published is asked over HTTP what answers.json says, which lies beside the files of the example.
// A listing of a file of an example that is applied as a whole is run with it. A block that is neither run nor marked fails the test. A block of the language text is no code, but what is shown. `go
// test -v` lists each block, and why it is not run.
package docs_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
)

// root is the repository.
const root = "../.."

// Test has one provider built for all that drives it.
func Test(t *testing.T) {
	built := acctest.Build(t)
	for name, test := range map[string]func(t *testing.T, built string){
		"blocks":              testBlocks,
		"functions":           testFunctions,
		"mocks":               testMocks,
		"pushed-code":         testPushedCode,
		"python-function":     testPythonFunction,
		"staged":              testStaged,
		"static-dependencies": testStaticDependencies,
		"tests":               testTests,
	} {
		t.Run(name, func(t *testing.T) { test(t, built) })
	}
}

func testBlocks(t *testing.T, built string) {
	t.Parallel()
	var total, run atomic.Int64
	t.Cleanup(func() { t.Logf("%d blocks and examples, %d of them run", total.Load(), run.Load()) })
	for _, e := range everything(t) {
		total.Add(int64(e.blocks))
		t.Run(e.at, func(t *testing.T) {
			t.Cleanup(func() {
				if !t.Skipped() {
					run.Add(int64(e.blocks))
				}
			})
			e.run(t, built)
		})
	}
}

// everything that the documentation tells to do, each text once: a page under docs/ repeats its template and examples.
func everything(t *testing.T) []example {
	t.Helper()
	seen := map[string]bool{}
	found := wholes(t)
	for _, whole := range found {
		for _, path := range files(t, filepath.Join(whole.files, whole.whole), "") {
			seen[strings.TrimSpace(read(t, path))] = true
		}
	}
	for _, page := range pages(t) {
		found = append(found, page.examples(t, seen)...)
	}
	return found
}

// singlePatterns are the directories of single examples.
var singlePatterns = []string{
	"examples/provider", "examples/resources/*", "examples/data-sources/*", "examples/functions/*", "examples/list-resources/*",
	"examples/ephemeral-resources/*", "examples/actions/*",
}

// pages are the files of single examples, and all Markdown.
func pages(t *testing.T) []page {
	t.Helper()
	var found []page
	for _, directory := range matching(t, singlePatterns...) {
		found = append(found, filesOf(t, directory)...)
	}
	for _, pattern := range []string{"*.md", "examples/*/*.md", "examples/modules/*/*.md", "templates/*.md*", "templates/*/*.md*", "docs/*.md", "docs/*/*.md"} {
		for _, path := range matching(t, pattern) {
			found = append(found, markdown(t, path))
		}
	}
	return found
}

// TestExamples_noneLeftOut checks that each configuration under examples/ is one that Test runs.
func TestExamples_noneLeftOut(t *testing.T) {
	t.Parallel()
	run := matching(t, append(singlePatterns, "examples/modules/*", "examples/modules/*/tests", "examples/modules/*/tests/ask")...)
	for _, main := range matching(t, wholePatterns...) {
		run = append(run, filepath.Dir(main))
	}
	for _, path := range append(files(t, filepath.Join(root, "examples"), ".tf"), files(t, filepath.Join(root, "examples"), ".hcl")...) {
		if !slices.Contains(run, filepath.Dir(path)) {
			t.Errorf("%s is run by no test", path)
		}
	}
}

// matching are the paths below the root that match one of the patterns.
func matching(t *testing.T, patterns ...string) []string {
	t.Helper()
	var found []string
	for _, pattern := range patterns {
		paths, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, paths...)
	}
	return found
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
