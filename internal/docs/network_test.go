// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	// namedPage is a page that a comment names.
	namedPage = regexp.MustCompile(`\b[A-Za-z-]+\.md\b`)
	// cited are sections of NETWORK.md that a comment cites: one or more numbers, separated by commas.
	cited    = regexp.MustCompile(`\bNETWORK\.md (\d+(?:\.\d+)?(?:, \d+(?:\.\d+)?)*)`)
	numbered = regexp.MustCompile(`(?m)^##+ (\d+(?:\.\d+)?) `)
)

// TestNetwork_citations checks that each section of NETWORK.md that a comment cites exists.
func TestNetwork_citations(t *testing.T) {
	t.Parallel()
	sections := make(map[string]bool)
	for _, heading := range numbered.FindAllStringSubmatch(read(t, filepath.Join(root, "internal", "aleph", "NETWORK.md")), -1) {
		if sections[heading[1]] {
			t.Errorf("two sections have the number %s", heading[1])
		}
		sections[heading[1]] = true
	}
	found := 0
	for path, comments := range commentsOf(t) {
		for _, citation := range cited.FindAllStringSubmatch(comments, -1) {
			for number := range strings.SplitSeq(citation[1], ", ") {
				found++
				if !sections[number] {
					t.Errorf("%s cites NETWORK.md %s, which does not exist", path, number)
				}
			}
		}
	}
	if found == 0 {
		t.Error("no comment cites a section")
	}
}

// TestComments_pages checks that each page that a comment names is in the repository.
func TestComments_pages(t *testing.T) {
	t.Parallel()
	pages := make(map[string]bool)
	for _, path := range files(t, root, ".md") {
		pages[filepath.Base(path)] = true
	}
	for path, comments := range commentsOf(t) {
		for _, name := range namedPage.FindAllString(comments, -1) {
			if !pages[name] {
				t.Errorf("%s names %s, which the repository does not have", path, name)
			}
		}
	}
}

// commentsOf are the comments of each Go file, without line breaks.
func commentsOf(t *testing.T) map[string]string {
	t.Helper()
	comments := make(map[string]string)
	for _, path := range files(t, root, ".go") {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		comments[path] = textOf(file.Comments)
	}
	return comments
}

func textOf(groups []*ast.CommentGroup) string {
	var words []string
	for _, group := range groups {
		words = append(words, strings.Fields(group.Text())...)
	}
	return strings.Join(words, " ")
}

// files are those below a directory that end so, outside hidden directories.
func files(t *testing.T, directory, ending string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(directory, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != directory && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case !entry.IsDir() && strings.HasSuffix(path, ending):
			found = append(found, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
