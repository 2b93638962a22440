// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package archive

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// DefaultExcludes are what a source tree holds beside the program: version control, Terraform's own files, secrets, and
// what tools and editors leave behind. Dependencies (node_modules, site-packages) are not among them.
//
// Patterns are those of .gitignore, without negation: * and ? stop at a slash, ** does not, [a-z] and {a,b} are known.
// A pattern without a slash, other than at its end, matches a name at any depth; any other matches the path from the
// root of the directory. One that ends in a slash matches directories only. What is below an excluded directory is excluded.
func DefaultExcludes() []string {
	return slices.Clone(defaultExcludes)
}

var defaultExcludes = []string{
	".git", ".hg", ".svn",
	".terraform", ".terraform.lock.hcl", "*.tfstate", "*.tfstate.*", "*.tfvars", "*.tfvars.json",
	".env", ".env.*",
	".venv", "/venv/", "__pycache__", "*.py[cod]", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".tox", ".nox",
	".DS_Store", "Thumbs.db", ".idea", ".vscode", "*.swp", "*~",
}

// ErrExclude begins every error that is about a pattern, and not about the directory.
var ErrExclude = errors.New("exclude pattern")

// excludes are patterns ready to match.
type excludes []exclude

type exclude struct {
	glob          string
	directoryOnly bool
}

// CheckExclude says what is wrong with a pattern of Options.Excludes, or nil.
func CheckExclude(pattern string) error {
	_, err := parseExcludes([]string{pattern})
	return err
}

func parseExcludes(patterns []string) (excludes, error) {
	parsed := make(excludes, 0, len(patterns))
	for _, pattern := range patterns {
		glob, directoryOnly := strings.CutSuffix(pattern, "/")
		switch {
		case glob == "" || !doublestar.ValidatePattern(glob):
			return nil, fmt.Errorf("%w %q is malformed; write it as in .gitignore", ErrExclude, pattern)
		case strings.HasPrefix(glob, "!"):
			return nil, fmt.Errorf("%w %q: negation is not supported; "+
				"leave the pattern out that excludes what is to be kept", ErrExclude, pattern)
		case slices.ContainsFunc(strings.Split(glob, "/"), func(name string) bool { return name == "." || name == ".." }):
			return nil, fmt.Errorf("%w %q matches nothing: write it without . and .., relative to the directory", ErrExclude, pattern)
		case !strings.Contains(glob, "/"):
			glob = "**/" + glob
		}
		parsed = append(parsed, exclude{glob: strings.TrimPrefix(glob, "/"), directoryOnly: directoryOnly})
	}
	return parsed, nil
}

// match says whether a slash-separated path is excluded, given that no directory above it is.
func (e excludes) match(path string, isDirectory bool) bool {
	return slices.ContainsFunc(e, func(x exclude) bool {
		return (isDirectory || !x.directoryOnly) && doublestar.MatchUnvalidated(x.glob, path)
	})
}
