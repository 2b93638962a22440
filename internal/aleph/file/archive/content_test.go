// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package archive_test

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive"
)

// program has what a real tree has, and what packers get wrong: names with spaces and beyond ASCII, an executable, an
// empty file, links, files around the block size, and names that sort differently as paths.
func program() map[string]string {
	random := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 300_001)
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	return map[string]string{
		"main.py":             "print('hello')\n",
		"run.sh":              "#!/bin/sh\n",
		"with space/é😀 .txt":  "unicode\n",
		"a/deep/er/file":      "deep\n",
		"a-b":                 "sorts before a/ as a path, after a as a name\n",
		"empty":               "",
		"blocks/131071":       string(noise[:131_071]),
		"blocks/131072":       string(noise[:131_072]),
		"blocks/131073":       string(noise[:131_073]),
		"blocks/noise":        string(noise),
		"blocks/compressible": strings.Repeat("abcdefgh", 100_000),
		"links/file":          "-> ../main.py",
		"links/directory":     "-> ../a/deep",
		"links/up":            "-> links2/../../run.sh",
		"links/links2/file":   "x",
	}
}

type packed struct {
	mode    fs.FileMode
	content string // of a link: "-> " and its target
}

func TestZipContent(t *testing.T) {
	t.Parallel()
	a := build(t, plant(t, t.TempDir(), program()), archive.Options{Format: archive.Zip})
	want := maps.Clone(program())
	delete(want, "links/directory")
	want["links/file"], want["links/directory/er/file"], want["links/up"] = want["main.py"], want["a/deep/er/file"], want["run.sh"]
	requireContent(t, zipFiles(t, a.Path), want)
}

func zipFiles(t *testing.T, path string) map[string]packed {
	t.Helper()
	reader, err := zip.OpenReader(path)
	must(t, err)
	defer func() { must(t, reader.Close()) }()
	files := map[string]packed{}
	for _, entry := range reader.File {
		file, err := entry.Open()
		must(t, err)
		content, err := io.ReadAll(file)
		must(t, err)
		must(t, file.Close())
		files[strings.TrimSuffix(entry.Name, "/")] = packed{entry.Mode(), string(content)}
	}
	return files
}

// TestPythonReadsZip uses what unpacks a program in a virtual machine.
func TestPythonReadsZip(t *testing.T) {
	t.Parallel()
	python := lookPath(t, "python3")
	a := build(t, plant(t, t.TempDir(), program()), archive.Options{Format: archive.Zip})
	into := t.TempDir()
	run(t, python, "-c", "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2])", a.Path, into)
	content, err := os.ReadFile(filepath.Join(into, "with space", "é😀 .txt"))
	must(t, err)
	if string(content) != "unicode\n" {
		t.Errorf("got %q", content)
	}
}

func TestSquashfsContent(t *testing.T) {
	t.Parallel()
	unsquashfs := lookPath(t, "unsquashfs")
	a := build(t, plant(t, t.TempDir(), program()), archive.Options{Format: archive.Squashfs})
	requireContent(t, unsquash(t, unsquashfs, a.Path), program())

	listing := run(t, unsquashfs, "-lln", "-UTC", a.Path)
	for line := range strings.Lines(listing) {
		fields := strings.Fields(line)
		if len(fields) > 4 && (fields[1] != "0/0" || fields[3] != "1980-01-01" || fields[4] != "00:00") {
			t.Errorf("not owned by root, or not of the fixed time: %s", line)
		}
	}
}

func unsquash(t *testing.T, unsquashfs, path string) map[string]packed {
	t.Helper()
	root := filepath.Join(t.TempDir(), "root")
	run(t, unsquashfs, "-no-progress", "-d", root, path)
	files := map[string]packed{}
	must(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == root {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		file := packed{mode: info.Mode()}
		switch {
		case entry.Type() == fs.ModeSymlink:
			target, err := os.Readlink(path)
			if err != nil {
				return err
			}
			file.content = "-> " + target
		case entry.Type().IsRegular():
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			file.content = string(content)
		}
		name, err := filepath.Rel(root, path)
		files[filepath.ToSlash(name)] = file
		return err
	}))
	return files
}

// TestManyFiles has a directory with more entries than fit the small form of a directory (64 KiB), and more files than
// fit one run of inode numbers (32,768).
func TestManyFiles(t *testing.T) {
	t.Parallel()
	unsquashfs := lookPath(t, "unsquashfs")
	dir := t.TempDir()
	want := map[string]string{"z": "the last\n"}
	for i := range 40_000 {
		want[fmt.Sprintf("d%d/file with a longer name %05d", i%10, i)] = strings.Repeat(fmt.Sprint(i), i%9)
	}
	plant(t, dir, want)
	a := build(t, dir, archive.Options{Format: archive.Squashfs})
	requireContent(t, unsquash(t, unsquashfs, a.Path), want)
}

// requireContent compares what was packed with a tree as plant takes it; directories that hold something need not be in it.
func requireContent(t *testing.T, got map[string]packed, want map[string]string) {
	t.Helper()
	for name, content := range want {
		file, ok := got[strings.TrimSuffix(name, "/")]
		if !ok {
			t.Errorf("%q is missing", name)
			continue
		}
		mode := fs.FileMode(0o644)
		switch {
		case strings.HasSuffix(name, "/"):
			mode = fs.ModeDir | 0o755
		case strings.HasPrefix(content, "-> "):
			mode = fs.ModeSymlink | 0o777
		case strings.HasPrefix(content, "#!"):
			mode = 0o755
		}
		if file.mode != mode {
			t.Errorf("%q has mode %s, want %s", name, file.mode, mode)
		}
		if file.content != content {
			t.Errorf("%q has another content: %d bytes, want %d", name, len(file.content), len(content))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[name]; !ok && !got[name].mode.IsDir() {
			t.Errorf("%q was not asked for", name)
		}
	}
}

func TestSizeAndHash(t *testing.T) {
	t.Parallel()
	dir := plant(t, t.TempDir(), program())
	for _, format := range formats {
		a := build(t, dir, archive.Options{Format: format})
		data, err := os.ReadFile(a.Path)
		must(t, err)
		sum := sha256.Sum256(data)
		if a.Size != int64(len(data)) || a.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("%s: says %d bytes, %s; is %d, %x", format, a.Size, a.SHA256, len(data), sum)
		}
	}
}

func lookPath(t *testing.T, tool string) string {
	t.Helper()
	path, err := exec.LookPath(tool)
	if err != nil {
		t.Skipf("%s is not installed: what it would read is not checked", tool)
	}
	return path
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}
