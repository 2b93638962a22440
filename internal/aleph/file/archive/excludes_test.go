// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package archive_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive"
)

func TestExcludes(t *testing.T) {
	t.Parallel()
	tree := map[string]string{
		"keep": "", "log": "", "a/log": "", "a/b/log": "", "a/b/log.txt": "", "a/c/x.log": "", "build/out": "", "a/build": "",
	}
	for pattern, want := range map[string][]string{
		"log":        {"log", "a/log", "a/b/log"},
		"/log":       {"log"},
		"a/log":      {"a/log"},
		"a/*/log":    {"a/b/log"},
		"a/**/log":   {"a/log", "a/b/log"},
		"**/b":       {"a/b/log", "a/b/log.txt"},
		"b":          {"a/b/log", "a/b/log.txt"},
		"b/":         {"a/b/log", "a/b/log.txt"},
		"log/":       {},
		"build/":     {"build/out"},
		"build":      {"build/out", "a/build"},
		"*.log":      {"a/c/x.log"},
		"l?g":        {"log", "a/log", "a/b/log"},
		"a/**":       {"a/log", "a/b/log", "a/b/log.txt", "a/c/x.log", "a/build"},
		"*.{log,md}": {"a/c/x.log"},
		"[kl]*":      {"keep", "log", "a/log", "a/b/log", "a/b/log.txt"},
		"LOG":        {},
	} {
		t.Run(pattern, func(t *testing.T) {
			t.Parallel()
			a := build(t, plant(t, t.TempDir(), tree), archive.Options{Format: archive.Zip, Excludes: []string{pattern}})
			got := zipFiles(t, a.Path)
			for name := range tree {
				if _, kept := got[name]; kept == slices.Contains(want, name) {
					t.Errorf("%q: kept is %t", name, kept)
				}
			}
		})
	}
}

func TestDefaultExcludes(t *testing.T) {
	t.Parallel()
	kept := map[string]string{
		"main.py": "x", ".gitignore": "x", "main.tf": "x", "node_modules/x/index.js": "x", "lib/venv/__init__.py": "x", "environment": "x",
		"cert.pem": "x", "pkg.dist-info/METADATA": "x", "pyc": "x",
	}
	dropped := map[string]string{
		".git/HEAD": "x", "lib/.git": "gitdir: x", ".env": "x", ".env.local": "x", "__pycache__/main.cpython-312.pyc": "x",
		"a/__pycache__/x": "x", "old.pyc": "x", ".venv/bin/python": "-> /usr/bin/python3", "venv/bin/python": "-> /usr/bin/python3",
		".DS_Store": "x", "a/.DS_Store": "x", ".idea/x": "x", ".vscode/x": "x", "a/main.py~": "x", ".main.py.swp": "x", ".mypy_cache/x": "x",
	}
	all := maps.Clone(kept)
	maps.Copy(all, dropped)
	for _, format := range formats {
		opts := archive.Options{Format: format, Excludes: archive.DefaultExcludes()}
		without := build(t, plant(t, t.TempDir(), kept), opts)
		// Not even a directory shows that something was excluded.
		if with := build(t, plant(t, t.TempDir(), all), opts); with.SHA256 != without.SHA256 {
			t.Errorf("%s: what is excluded by default changes the archive", format)
		}
		if all := build(t, plant(t, t.TempDir(), kept), archive.Options{Format: format}); all.SHA256 != without.SHA256 {
			t.Errorf("%s: something that belongs to a program is excluded by default", format)
		}
	}
}

// TestExcludes_takenBack: of several patterns that match, the last one counts; below an excluded directory none does.
func TestExcludes_takenBack(t *testing.T) {
	t.Parallel()
	tree := map[string]string{"a.log": "", "keep.log": "", "d/keep.log": "", "d/b.log": "", "e/keep": "", "!x": ""}
	for name, c := range map[string]struct{ patterns, left []string }{
		"a name":                       {[]string{"*.log", "!keep.log"}, []string{"a.log", "d/b.log"}},
		"a path":                       {[]string{"*.log", "!/keep.log"}, []string{"a.log", "d/keep.log", "d/b.log"}},
		"the other way round":          {[]string{"!keep.log", "*.log"}, []string{"a.log", "keep.log", "d/keep.log", "d/b.log"}},
		"excluded once more":           {[]string{"*.log", "!keep.log", "d/keep.log"}, []string{"a.log", "d/keep.log", "d/b.log"}},
		"below an excluded directory":  {[]string{"d", "!d/keep.log"}, []string{"d/keep.log", "d/b.log"}},
		"the directory itself":         {[]string{"d", "!d/"}, nil},
		"only directories":             {[]string{"*.log", "!keep.log/"}, []string{"a.log", "keep.log", "d/keep.log", "d/b.log"}},
		"nothing was left out":         {[]string{"!keep.log"}, nil},
		"a name that begins with one":  {[]string{`\!x`}, []string{"!x"}},
		"all but what is in one place": {[]string{"*", "!e", "!e/**"}, []string{"a.log", "keep.log", "d/keep.log", "d/b.log", "!x"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := build(t, plant(t, t.TempDir(), tree), archive.Options{Format: archive.Zip, Excludes: c.patterns})
			got := zipFiles(t, a.Path)
			for name := range tree {
				if _, kept := got[name]; kept == slices.Contains(c.left, name) {
					t.Errorf("%q: kept is %t", name, kept)
				}
			}
		})
	}
}

// TestCheckExclude_explodes: a pattern whose alternatives multiply is refused, and at once.
func TestCheckExclude_explodes(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{
		strings.Repeat("{a,aa}", 30), strings.Repeat("*{a,aa}", 30), "**/" + strings.Repeat("{*a,*aa,*}", 30) + "/b", strings.Repeat("{a,", 300) + strings.Repeat("}", 300),
		strings.Repeat("{", 200) + "a" + strings.Repeat("}", 200), "{" + strings.Repeat("{a,b}{c,d},", 100) + "e}", "!" + strings.Repeat("{a,aa}", 30),
		"{" + strings.Repeat("a,", 1000) + "b}", `[{]` + strings.Repeat("{a,b}", 9),
	} {
		began := time.Now()
		if err := archive.CheckExclude(pattern); !errors.Is(err, archive.ErrExclude) || !strings.Contains(err.Error(), "more than 256 combinations") {
			t.Errorf("%.40q: got %v", pattern, err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%.40q: it took %s", pattern, took)
		}
	}
	for _, pattern := range []string{"*.{py,js,ts}", "{a,b}/{c,d}/{e,f}/*.{g,h}", "{" + strings.Repeat("a,", 200) + "b}", `\{a,b\}`, "[{,}]", strings.Repeat("[{]", 50)} {
		if err := archive.CheckExclude(pattern); err != nil {
			t.Errorf("%.40q: %v", pattern, err)
		}
	}
}

// TestExcludes_costly: the worst patterns that are accepted come to an end on many long names, within the time of all tests.
func TestExcludes_costly(t *testing.T) {
	t.Parallel()
	tree := map[string]string{}
	name := strings.Repeat(strings.Repeat("a", 60)+"/", 20)
	for i := range 100 {
		tree[name+strings.Repeat("a", i+1)] = ""
	}
	dir := plant(t, t.TempDir(), tree)
	build(t, dir, archive.Options{Format: archive.Zip, Excludes: []string{
		strings.Repeat("**/", 60) + "b", strings.Repeat("*a", 60) + "b", strings.Repeat("*{a,aa}", 8) + "b", "**/" + strings.Repeat("a*/", 19) + "**/*" + strings.Repeat("{a,aa}", 8) + "b",
	}})
}
