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

// DefaultExcludes are what a source tree holds beside the program: version control, secrets, and what tools and editors
// leave behind. Dependencies (node_modules, site-packages) are not among them.
//
// Patterns are those of .gitignore: * and ? stop at a slash, ** does not, [a-z] and {a,b} are known. A pattern without a
// slash, other than at its end, matches a name at any depth; any other matches the path from the root of the directory.
// One that ends in a slash matches directories only. One that begins with ! takes back what an earlier one left out: of
// several patterns that match, the last one counts. What is below an excluded directory is excluded.
func DefaultExcludes() []string {
	return slices.Clone(defaultExcludes)
}

var defaultExcludes = []string{
	".git", ".hg", ".svn",
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
	// takesBack is set by a leading !.
	takesBack bool
}

// CheckExclude says what is wrong with a pattern of Options.Excludes, or nil.
func CheckExclude(pattern string) error {
	_, err := parseExcludes([]string{pattern})
	return err
}

func parseExcludes(patterns []string) (excludes, error) {
	parsed := make(excludes, 0, len(patterns))
	for _, pattern := range patterns {
		glob, takesBack := strings.CutPrefix(pattern, "!")
		glob, directoryOnly := strings.CutSuffix(glob, "/")
		switch {
		case glob == "" || !doublestar.ValidatePattern(glob):
			return nil, fmt.Errorf("%w %q is malformed; write it as in .gitignore", ErrExclude, pattern)
		case expansions(glob) > maxExpansions:
			return nil, fmt.Errorf("%w %.100q has more than %d combinations of alternatives in braces, or more than %d braces in one another; write several patterns instead",
				ErrExclude, pattern, maxExpansions, maxNested)
		case slices.ContainsFunc(strings.Split(glob, "/"), func(name string) bool { return name == "." || name == ".." }):
			return nil, fmt.Errorf("%w %q matches nothing: write it without . and .., relative to the directory", ErrExclude, pattern)
		case !strings.Contains(glob, "/"):
			glob = "**/" + glob
		}
		parsed = append(parsed, exclude{glob: strings.TrimPrefix(glob, "/"), directoryOnly: directoryOnly, takesBack: takesBack})
	}
	return parsed, nil
}

// maxExpansions bounds what matching one name against one pattern costs: every combination of alternatives in braces may
// have to be tried. maxNested bounds how deep braces are in one another, since each pair copies the pattern.
const (
	maxExpansions = 256
	maxNested     = 8
)

// expansions counts the combinations of a pattern's alternatives, up to maxExpansions and one more, which it says of
// braces that are too deep as well. A pair of braces counts twice at least.
func expansions(glob string) int {
	// For each open brace, the alternatives before the last comma, and the combinations since then.
	type level struct{ before, since int }
	levels := []level{{since: 1}}
	inClass := false
	for i := 0; i < len(glob); i++ {
		top := &levels[len(levels)-1]
		switch c := glob[i]; {
		case c == '\\':
			i++
		case inClass:
			inClass = c != ']'
		case c == '[':
			inClass = true
		case c == '{':
			levels = append(levels, level{since: 1})
			if len(levels) > maxNested+1 {
				return maxExpansions + 1
			}
		case c == ',' && len(levels) > 1:
			top.before, top.since = top.before+top.since, 1
		case c == '}' && len(levels) > 1:
			levels = levels[:len(levels)-1]
			outer := &levels[len(levels)-1]
			outer.since = min(outer.since*max(2, top.before+top.since), maxExpansions+1)
		}
	}
	return levels[0].since
}

// verdict is what the patterns say of a path.
type verdict int

const (
	unmatched verdict = iota
	excluded
	takenBack
)

// match says whether a slash-separated path is excluded, given that no directory above it is.
func (e excludes) match(path string, isDirectory bool) verdict {
	for _, x := range slices.Backward(e) {
		if (isDirectory || !x.directoryOnly) && doublestar.MatchUnvalidated(x.glob, path) {
			if x.takesBack {
				return takenBack
			}
			return excluded
		}
	}
	return unmatched
}
