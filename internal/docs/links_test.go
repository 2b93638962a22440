// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// link is one from page to page: those of the Registry leave .md out.
var link = regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)

func TestLinks(t *testing.T) {
	t.Parallel()
	for _, path := range matching(t, "*.md", "docs/*.md", "docs/*/*.md", "examples/*/*.md", "examples/modules/*/*.md") {
		for _, found := range link.FindAllStringSubmatch(read(t, path), -1) {
			target := filepath.Join(filepath.Dir(path), found[1])
			if _, err := os.Stat(target); err == nil {
				continue
			}
			if _, err := os.Stat(target + ".md"); err != nil {
				t.Errorf("%s links to %s, which is not there", strings.TrimPrefix(path, root+"/"), found[1])
			}
		}
	}
}

// The first page leads to every guide, and so to the answer of the question that most ask first.
func TestIndex(t *testing.T) {
	t.Parallel()
	index := read(t, filepath.Join(root, "docs", "index.md"))
	for _, path := range matching(t, "docs/guides/*.md") {
		if name := strings.TrimSuffix(filepath.Base(path), ".md"); !strings.Contains(index, "](guides/"+name+")") {
			t.Errorf("docs/index.md does not list the guide %s", name)
		}
	}
	if !regexp.MustCompile(`(?i)why did my URL change\?.*\]\(guides/stable-addresses\)`).MatchString(index) {
		t.Error("docs/index.md does not say where to read why a URL changes")
	}
}
