// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package archive_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive"
)

// TestLink_toWhatIsNotPacked: a link to something that does not get into the archive is an error that names both.
func TestLink_toWhatIsNotPacked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tree     map[string]string
		excludes []string
		// link is the one that is blamed, target what it says, inside what that is.
		link, target, inside string
	}{
		"an excluded file":         {map[string]string{".env": "SECRET", "l": "-> .env"}, []string{".env"}, "l", ".env", ".env"},
		"in another directory":     {map[string]string{"a/.env": "SECRET", "b/l": "-> ../a/.env"}, []string{".env"}, "b/l", "../a/.env", "a/.env"},
		"an excluded directory":    {map[string]string{"tests/x": "x", "l": "-> tests"}, []string{"tests/"}, "l", "tests", "tests"},
		"in an excluded directory": {map[string]string{"tests/x": "x", "l": "-> tests/x"}, []string{"tests"}, "l", "tests/x", "tests/x"},
		"an empty directory":       {map[string]string{"e/": "", "l": "-> e"}, nil, "l", "e", "e"},
		"nothing but excluded":     {map[string]string{"e/.env": "SECRET", "l": "-> e"}, []string{".env"}, "l", "e", "e"},
		"by a chain":               {map[string]string{".env": "SECRET", "a": "-> b", "b": "-> c", "c": "-> .env"}, []string{".env"}, "a", "b", ".env"},
		"by an excluded link":      {map[string]string{"x": "x", "a": "-> b", "b": "-> x"}, []string{"b"}, "a", "b", "x"},
		"by a linked directory":    {map[string]string{"d/.env": "SECRET", "d/x": "x", "l": "-> d", "m": "-> l/.env"}, []string{".env"}, "m", "l/.env", "d/.env"},
		"by an excluded directory": {map[string]string{"d/l": "-> ../e", "e/x": "x", "m": "-> d/l/x"}, []string{"d"}, "m", "d/l/x", "e/x"},
	} {
		for _, format := range formats {
			t.Run(name+", "+string(format), func(t *testing.T) {
				t.Parallel()
				tree := maps.Clone(c.tree)
				tree["main.py"] = "x"
				dir := plant(t, t.TempDir(), tree)
				opts := archive.Options{Format: format, Excludes: c.excludes}
				requireError(t, dir, opts, fmt.Sprintf("symbolic link %q points to %q, which is not packed", c.link, c.target))
				requireError(t, dir, opts, fmt.Sprintf("take %q back", c.inside))

				opts.Excludes = append(slices.Clone(opts.Excludes), "l", "m", "a", "b", "c")
				build(t, dir, opts)
			})
		}
	}
}

// TestLink_toDirectoryWithExcluded: what is excluded does not get into a zip by another name either, be it excluded
// where it is or where the link is.
func TestLink_toDirectoryWithExcluded(t *testing.T) {
	t.Parallel()
	tree := map[string]string{
		"d/.env": "SECRET", "d/x": "x", "d/sub/.env": "SECRET", "d/sub/y": "y", "d/private/z": "z", "l": "-> d", "e/m": "-> ../d/sub", "e/n": "-> m",
	}
	a := build(t, plant(t, t.TempDir(), tree), archive.Options{Format: archive.Zip, Excludes: []string{".env", "/d/private", "/l/sub", "e/n/y"}})
	got := slices.Sorted(maps.Keys(zipFiles(t, a.Path)))
	if want := []string{"d", "d/sub", "d/sub/y", "d/x", "e", "e/m", "e/m/y", "l", "l/x"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestLink_leftOutByContent: what is left out for its content is not reached by a link.
func TestLink_leftOutByContent(t *testing.T) {
	t.Parallel()
	dir := plant(t, t.TempDir(), map[string]string{"d/plan": "a plan", "main.py": "x"})
	opts := archive.Options{LeaveOut: func(_ context.Context, files []archive.Entry) ([]string, error) {
		var plans []string
		for _, file := range files {
			if strings.HasSuffix(file.Path, "plan") {
				plans = append(plans, file.Path)
			}
		}
		return plans, nil
	}}
	for _, format := range formats {
		opts.Format = format
		want := build(t, plant(t, t.TempDir(), map[string]string{"main.py": "x"}), archive.Options{Format: format})
		if got := build(t, dir, opts); got.SHA256 != want.SHA256 {
			t.Errorf("%s: what was left out changes the archive", format)
		}
	}
	must(t, os.Symlink("d/plan", filepath.Join(dir, "l")))
	for _, format := range formats {
		opts.Format = format
		requireError(t, dir, opts, `symbolic link "l" points to "d/plan", which is not packed`)
		kept := opts
		kept.Excludes = []string{"!plan"}
		build(t, dir, kept)
	}
}

// doubling is a directory of which each level leads to the next by two links.
func doubling(t *testing.T, levels int, file string) string {
	t.Helper()
	tree := map[string]string{fmt.Sprintf("d%d/file", levels): file}
	for i := range levels {
		tree[fmt.Sprintf("d%d/a", i)] = fmt.Sprintf("-> ../d%d", i+1)
		tree[fmt.Sprintf("d%d/b", i)] = fmt.Sprintf("-> ../d%d", i+1)
	}
	return plant(t, t.TempDir(), tree)
}

// TestLink_manyToOneAnother: links that stand for more than any disk holds are an error, and a soon one; squashfs keeps
// them as links.
func TestLink_manyToOneAnother(t *testing.T) {
	t.Parallel()
	for name, dir := range map[string]string{
		"many files":  doubling(t, 40, "x"),
		"large files": doubling(t, 8, strings.Repeat("x", 16<<20)),
	} {
		began := time.Now()
		requireError(t, dir, archive.Options{Format: archive.Zip}, "symbolic links lead to more than 100000 files or 1073741824 bytes")
		build(t, dir, archive.Options{Format: archive.Squashfs})
		if took := time.Since(began); took > 30*time.Second {
			t.Errorf("%s: it took %s", name, took)
		}
	}
	// A few are no harm.
	build(t, doubling(t, 5, "x"), archive.Options{Format: archive.Zip})
}

// TestLink_cancelled: following links ends with its context.
func TestLink_cancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	opts := archive.Options{Format: archive.Zip, LeaveOut: func(context.Context, []archive.Entry) ([]string, error) {
		cancel()
		return nil, nil
	}}
	if _, err := archive.Scan(ctx, doubling(t, 40, "x"), opts); err == nil || !strings.Contains(err.Error(), context.Canceled.Error()) {
		t.Errorf("got %v, want the context's error", err)
	}
}

// TestScan_deep: a tree that is too deep for the file system's paths is an error or an archive, and neither takes long.
func TestScan_deep(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(dir, strings.Repeat("d/", 1500)), 0o755))
	must(t, os.WriteFile(filepath.Join(dir, strings.Repeat("d/", 1500), "file"), nil, 0o644))
	for _, format := range formats {
		build(t, dir, archive.Options{Format: format})
	}
}
