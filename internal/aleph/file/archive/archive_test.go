// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package archive_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive"
)

var formats = []archive.Format{archive.Squashfs, archive.Zip}

// plant writes a tree: a name that ends in / is an empty directory, a content that starts with "-> " a symbolic link,
// one that starts with "#!" an executable.
func plant(t *testing.T, root string, tree map[string]string) string {
	t.Helper()
	for name, content := range tree {
		plantOne(t, filepath.Join(root, filepath.FromSlash(name)), strings.HasSuffix(name, "/"), content)
	}
	return root
}

func plantOne(t *testing.T, path string, isDirectory bool, content string) {
	t.Helper()
	parent := filepath.Dir(path)
	if isDirectory {
		parent = path
	}
	must(t, os.MkdirAll(parent, 0o755))
	target, isLink := strings.CutPrefix(content, "-> ")
	switch {
	case isDirectory:
	case isLink:
		must(t, os.Symlink(target, path))
	case strings.HasPrefix(content, "#!"):
		must(t, os.WriteFile(path, []byte(content), 0o755))
		must(t, os.Chmod(path, 0o755))
	default:
		must(t, os.WriteFile(path, []byte(content), 0o644))
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// pack scans and packs a directory.
func pack(ctx context.Context, dir string, opts archive.Options) (*archive.Archive, error) {
	tree, err := archive.Scan(ctx, dir, opts)
	if err != nil {
		return nil, err
	}
	return tree.Pack(ctx, "")
}

func build(t *testing.T, dir string, opts archive.Options) *archive.Archive {
	t.Helper()
	a, err := pack(t.Context(), dir, opts)
	must(t, err)
	t.Cleanup(func() { must(t, a.Close()) })
	return a
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	outside := plant(t, t.TempDir(), map[string]string{"secret": "s"})
	for name, c := range map[string]struct {
		tree map[string]string
		opts archive.Options
		want string
	}{
		"an empty directory":           {nil, archive.Options{}, "there is no file to pack"},
		"only empty directories":       {map[string]string{"a/b/": ""}, archive.Options{}, "there is no file to pack"},
		"everything excluded":          {map[string]string{"a": "x"}, archive.Options{Excludes: []string{"*"}}, "everything in it is excluded"},
		"a broken link":                {map[string]string{"d/l": "-> nowhere"}, archive.Options{}, `symbolic link "d/l" points to "nowhere", which does not exist`},
		"a link outside":               {map[string]string{"d/l": "-> " + outside}, archive.Options{}, `symbolic link "d/l" points to`},
		"a relative link outside":      {map[string]string{"l": "-> .."}, archive.Options{}, "outside the directory"},
		"links in a circle":            {map[string]string{"a": "-> b", "b": "-> a"}, archive.Options{}, `symbolic link "a" cannot be followed`},
		"a malformed pattern":          {map[string]string{"a": "x"}, archive.Options{Excludes: []string{"[a"}}, `"[a" is malformed`},
		"an empty pattern":             {map[string]string{"a": "x"}, archive.Options{Excludes: []string{""}}, `"" is malformed`},
		"an empty negation":            {map[string]string{"a": "x"}, archive.Options{Excludes: []string{"!"}}, `"!" is malformed`},
		"a pattern that never matches": {map[string]string{"a": "x"}, archive.Options{Excludes: []string{"./a"}}, "matches nothing"},
	} {
		for _, format := range formats {
			t.Run(name+", "+string(format), func(t *testing.T) {
				t.Parallel()
				c.opts.Format = format
				requireError(t, plant(t, t.TempDir(), c.tree), c.opts, c.want)
			})
		}
	}
}

func requireError(t *testing.T, dir string, opts archive.Options, want string) {
	t.Helper()
	a, err := pack(t.Context(), dir, opts)
	if err == nil {
		must(t, a.Close())
		t.Fatalf("got an archive, want an error that says %q", want)
	}
	if !strings.Contains(err.Error(), want) {
		t.Errorf("got error %q, want it to say %q", err, want)
	}
}

func TestRefusesWhatIsNoDirectory(t *testing.T) {
	t.Parallel()
	dir := plant(t, t.TempDir(), map[string]string{"file": "x"})
	requireError(t, filepath.Join(dir, "file"), archive.Options{Format: archive.Zip}, "is not a directory")
	requireError(t, filepath.Join(dir, "none"), archive.Options{Format: archive.Zip}, "no such file or directory")
	requireError(t, dir, archive.Options{Format: "tar"}, `unknown archive format "tar"`)
}

func TestRefusesSpecialFiles(t *testing.T) {
	t.Parallel()
	// Not t.TempDir: the path of a socket has at most 108 bytes.
	dir, err := os.MkdirTemp("", "aleph")
	must(t, err)
	t.Cleanup(func() { must(t, os.RemoveAll(dir)) })
	plant(t, dir, map[string]string{"file": "x"})
	var config net.ListenConfig
	socket, err := config.Listen(t.Context(), "unix", filepath.Join(dir, "s"))
	must(t, err)
	t.Cleanup(func() { must(t, socket.Close()) })
	requireError(t, dir, archive.Options{Format: archive.Squashfs}, `"s" is a socket, which cannot be packed; remove or exclude it`)
	build(t, dir, archive.Options{Format: archive.Squashfs, Excludes: []string{"s"}})
}

// TestLinksThat_onlyZipCanResolve are those whose text means something else, or nothing, where the image is mounted.
func TestLinksThat_onlyZipCanResolve(t *testing.T) {
	t.Parallel()
	for name, target := range map[string]string{"absolute": "/file", "by way of the parent": "../root/file"} {
		dir := plant(t, filepath.Join(t.TempDir(), "root"), map[string]string{"file": "x"})
		if filepath.IsAbs(target) {
			target = dir + target
		}
		must(t, os.Symlink(target, filepath.Join(dir, "link")))
		requireError(t, dir, archive.Options{Format: archive.Squashfs}, "make it relative")
		a := build(t, dir, archive.Options{Format: archive.Zip})
		if got := zipFiles(t, a.Path)["link"]; got.content != "x" {
			t.Errorf("%s: got %q, want the content of the file", name, got.content)
		}
	}
}

func TestLinkToAncestor(t *testing.T) {
	t.Parallel()
	dir := plant(t, t.TempDir(), map[string]string{"a/file": "x", "a/up": "-> ../a"})
	requireError(t, dir, archive.Options{Format: archive.Zip}, `"a/up" is a symbolic link to a directory that it is in`)
	build(t, dir, archive.Options{Format: archive.Squashfs})
}

// eachErr runs a function whenever somebody asks whether the context has ended.
type eachErr struct {
	context.Context
	do func() error
}

func (c eachErr) Err() error { return c.do() }

func TestFile_thatChanges(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*os.File) error{
		"grows":   func(f *os.File) error { _, err := f.WriteString("more"); return err },
		"shrinks": func(f *os.File) error { return f.Truncate(1) },
	} {
		for _, format := range formats {
			dir := plant(t, t.TempDir(), map[string]string{"d/log": strings.Repeat("line\n", 100_000)})
			file, err := os.OpenFile(filepath.Join(dir, "d/log"), os.O_APPEND|os.O_WRONLY, 0)
			must(t, err)
			calls := 0
			ctx := eachErr{t.Context(), func() error {
				calls++
				if calls > 2 { // after the two directories were read
					return change(file)
				}
				return nil
			}}
			_, err = pack(ctx, dir, archive.Options{Format: format})
			if err == nil || !strings.Contains(err.Error(), `"d/log" changed while it was being read`) {
				t.Errorf("%s, %s: got error %v, want one that says what changed", name, format, err)
			}
			must(t, file.Close())
		}
	}
}

// TestCancelled ends the context at every point where it is looked at, and looks for what is left behind.
func TestCancelled(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	dir := plant(t, t.TempDir(), map[string]string{"a": strings.Repeat("x", 1<<20), "d/b": "x"})
	for _, format := range formats {
		for after, done := 0, false; !done; after++ {
			calls := 0
			a, err := pack(eachErr{t.Context(), func() error {
				calls++
				if calls > after {
					return context.Canceled
				}
				return nil
			}}, dir, archive.Options{Format: format})
			done = err == nil
			if done {
				must(t, a.Close())
			} else if !errors.Is(err, context.Canceled) {
				t.Errorf("%s, after %d: got error %v, want the context's", format, after, err)
			}
			if done && after < 4 {
				t.Errorf("%s: the context was looked at only %d times", format, after)
			}
			left, err := os.ReadDir(temp)
			must(t, err)
			if len(left) > 0 {
				t.Fatalf("%s, after %d: left %s behind", format, after, left[0].Name())
			}
		}
	}
}
