// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package archive_test

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/archive"
)

// golden are the hashes of program(). When they change, every directory that users have published changes with the
// release: their next plan publishes all of them anew. Do that only on purpose, and say so in the changelog. A new
// version of klauspost/compress is what would do it unnoticed.
var golden = map[archive.Format]string{
	archive.Squashfs: "60b87cc60558cf0f4d384f9559fb4c7d9ed85087b1f124dc3cf482d558dd7d3b",
	archive.Zip:      "4f954ecac7e0748b4b3962cc03da86f137894a5508595af2684b3ae756181238",
}

func TestMain(m *testing.M) {
	if dir, ok := os.LookupEnv("ARCHIVE_TEST_DIR"); ok {
		os.Exit(printHashes(dir))
	}
	os.Exit(m.Run())
}

// printHashes is what the process does that hashesElsewhere starts.
func printHashes(dir string) int {
	for _, format := range formats {
		a, err := pack(context.Background(), dir, archive.Options{Format: format})
		if err != nil {
			fmt.Println(err)
			return 1
		}
		fmt.Println(a.SHA256)
		if err := a.Close(); err != nil {
			fmt.Println(err)
			return 1
		}
	}
	return 0
}

func TestGolden(t *testing.T) {
	t.Parallel()
	requireHashes(t, plant(t, t.TempDir(), program()), golden)
}

func requireHashes(t *testing.T, dir string, want map[archive.Format]string) {
	t.Helper()
	for _, format := range formats {
		if a := build(t, dir, archive.Options{Format: format}); a.SHA256 != want[format] {
			t.Errorf("%s: got %s, want %s", format, a.SHA256, want[format])
		}
	}
}

// TestSameOnEveryMachine packs the same tree as another user, at another place and another time would.
func TestSameOnEveryMachine(t *testing.T) {
	t.Parallel()
	for name, differ := range map[string]func(t *testing.T, dir string) (sameTree string){
		"a longer path, a link to it": func(t *testing.T, dir string) string {
			link := filepath.Join(t.TempDir(), "link")
			must(t, os.Symlink(dir, link))
			return link
		},
		"a relative path": func(t *testing.T, dir string) string {
			here, err := os.Getwd()
			must(t, err)
			relative, err := filepath.Rel(here, dir)
			must(t, err)
			return relative + "/"
		},
		"files made in another order": func(t *testing.T, _ string) string {
			other := t.TempDir()
			names := slices.Sorted(maps.Keys(program()))
			slices.Reverse(names)
			for _, name := range names {
				plantOne(t, filepath.Join(other, name), strings.HasSuffix(name, "/"), program()[name])
			}
			return other
		},
		"other times": func(t *testing.T, dir string) string {
			eachFile(t, dir, func(path string, _ fs.FileMode) error {
				return os.Chtimes(path, time.Now(), time.Unix(1_234_567_890, 12345))
			})
			return dir
		},
		"umask 077": func(t *testing.T, dir string) string {
			eachFile(t, dir, func(path string, mode fs.FileMode) error { return os.Chmod(path, mode&0o700) })
			return dir
		},
		"umask 0": func(t *testing.T, dir string) string {
			eachFile(t, dir, func(path string, mode fs.FileMode) error { return os.Chmod(path, mode|(mode&0o700>>3)|(mode&0o700>>6)) })
			return dir
		},
		"hard links": func(t *testing.T, dir string) string {
			must(t, os.Link(filepath.Join(dir, "main.py"), filepath.Join(t.TempDir(), "linked")))
			return dir
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requireHashes(t, differ(t, plant(t, t.TempDir(), program())), golden)
		})
	}
}

// eachFile visits files and directories, not links, children before their directory.
func eachFile(t *testing.T, dir string, do func(path string, mode fs.FileMode) error) {
	t.Helper()
	var paths []string
	must(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type() != fs.ModeSymlink {
			paths = append(paths, path)
		}
		return err
	}))
	for _, path := range slices.Backward(paths) {
		info, err := os.Stat(path)
		must(t, err)
		must(t, do(path, info.Mode()))
	}
}

func TestSameInEveryEnvironment(t *testing.T) {
	t.Parallel()
	dir := plant(t, t.TempDir(), program())
	for name, env := range map[string][]string{
		"west":       {"TZ=America/Los_Angeles", "LC_ALL=C"},
		"east":       {"TZ=Pacific/Kiritimati", "LC_ALL=tr_TR.UTF-8"},
		"one core":   {"GOMAXPROCS=1", "GOGC=1"},
		"many cores": {"GOMAXPROCS=16"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			self := exec.CommandContext(t.Context(), os.Args[0])
			self.Env = append(os.Environ(), "ARCHIVE_TEST_DIR="+dir, "TMPDIR="+t.TempDir())
			self.Env = append(self.Env, env...)
			out, err := self.CombinedOutput()
			if want := golden[archive.Squashfs] + "\n" + golden[archive.Zip] + "\n"; err != nil || string(out) != want {
				t.Errorf("got %v\n%swant\n%s", err, out, want)
			}
		})
	}
}

func TestEveryDifferenceShows(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(dir string) error{
		"one byte": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "main.py"), []byte("print('hallo')\n"), 0o644)
		},
		"a name":             func(dir string) error { return os.Rename(filepath.Join(dir, "empty"), filepath.Join(dir, "Empty")) },
		"the executable bit": func(dir string) error { return os.Chmod(filepath.Join(dir, "main.py"), 0o755) },
		"a directory":        func(dir string) error { return os.Remove(filepath.Join(dir, "empty directory")) },
		"an empty file":      func(dir string) error { return os.Remove(filepath.Join(dir, "empty")) },
		"content swapped": func(dir string) error {
			a, b, c := filepath.Join(dir, "main.py"), filepath.Join(dir, "a-b"), filepath.Join(dir, "c")
			for _, move := range [][2]string{{a, c}, {b, a}, {c, b}} {
				if err := os.Rename(move[0], move[1]); err != nil {
					return err
				}
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := plant(t, t.TempDir(), program())
			must(t, change(dir))
			for _, format := range formats {
				if a := build(t, dir, archive.Options{Format: format}); a.SHA256 == golden[format] {
					t.Errorf("%s: the archive is the same", format)
				}
			}
		})
	}
}
