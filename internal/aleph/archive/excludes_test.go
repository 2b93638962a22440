// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package archive_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/archive"
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
		".git/HEAD": "x", "lib/.git": "gitdir: x", ".terraform/providers/x": "x", ".terraform.lock.hcl": "x", "terraform.tfstate": "x",
		"terraform.tfstate.backup": "x", "secret.auto.tfvars": "x", ".env": "x", ".env.local": "x", "__pycache__/main.cpython-312.pyc": "x",
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
