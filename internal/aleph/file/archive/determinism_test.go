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
	"syscall"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive"
)

// golden are the hashes of program(). When they change, every directory that users have published changes with the
// release: their next plan publishes all of them anew. Do that only on purpose, and say so in the changelog. A new
// version of klauspost/compress is what would do it unnoticed.
var golden = map[archive.Format]string{
	archive.Squashfs: "94d9406206905a782caca52130a9559c9c598b5c1d41740d7f26b4ad7e4a6eca",
	archive.Zip:      "b13e6588b0183a2bec39ee98f8a9e4888e8f71485ac94c40d66c79db822bb576",
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
		"empty directories": func(t *testing.T, dir string) string {
			return plant(t, dir, map[string]string{"nothing/": "", "a/nothing/at/all/": ""})
		},
		"cp -r": func(t *testing.T, dir string) string {
			return copied(t, `cp -r "$1" "$2/copy"`, dir)
		},
		"cp -r with umask 077": func(t *testing.T, dir string) string {
			return copied(t, `umask 077 && cp -r "$1" "$2/copy"`, dir)
		},
		"cp -r with umask 000": func(t *testing.T, dir string) string {
			return copied(t, `umask 000 && cp -r "$1" "$2/copy"`, dir)
		},
		"tar": func(t *testing.T, dir string) string {
			return copied(t, `mkdir "$2/copy" && tar -C "$1" -c . | tar -C "$2/copy" -x`, dir)
		},
		"git clone": func(t *testing.T, dir string) string {
			lookPath(t, "git")
			// Its owner may have settings of their own; those that change files, such as core.autocrlf, change the archive too.
			return copied(t, `export HOME="$2" GIT_CONFIG_NOSYSTEM=1 XDG_CONFIG_HOME="$2"
				git init -q "$2/origin" && cp -r "$1/." "$2/origin" && cd "$2/origin" && git add -A &&
				git -c user.name=x -c user.email=x@example.org commit -qm x && umask 027 && git clone -q "$2/origin" "$2/copy"`, dir)
		},
		"hard links": func(t *testing.T, dir string) string {
			must(t, os.Link(filepath.Join(dir, "main.py"), filepath.Join(t.TempDir(), "linked")))
			return dir
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requireDefault(t, differ(t, plant(t, t.TempDir(), program())))
		})
	}
}

// requireDefault packs as volumes are packed.
func requireDefault(t *testing.T, dir string) {
	t.Helper()
	for _, format := range formats {
		if a := build(t, dir, archive.Options{Format: format, Excludes: archive.DefaultExcludes()}); a.SHA256 != golden[format] {
			t.Errorf("%s: got %s, want %s", format, a.SHA256, golden[format])
		}
	}
}

// copied runs a script that copies the directory $1 to $2/copy.
func copied(t *testing.T, script, dir string) string {
	t.Helper()
	into := t.TempDir()
	run(t, lookPath(t, "sh"), "-ec", script, "sh", dir, into)
	return filepath.Join(into, "copy")
}

// TestSameForEveryUser packs as somebody else than the owner of the files.
func TestSameForEveryUser(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("only root can become another user")
	}
	// Not t.TempDir, which only its owner can enter.
	dir, err := os.MkdirTemp("", "aleph")
	must(t, err)
	t.Cleanup(func() { must(t, os.RemoveAll(dir)) })
	must(t, os.Chmod(dir, 0o755))
	self, err := os.ReadFile(os.Args[0])
	must(t, err)
	binary := filepath.Join(dir, "archive.test")
	must(t, os.WriteFile(binary, self, 0o755))
	temp := filepath.Join(dir, "tmp")
	must(t, os.Mkdir(temp, 0o777))
	must(t, os.Chmod(temp, 0o777))
	command := exec.CommandContext(t.Context(), binary)
	command.Dir = dir
	command.Env = []string{"ARCHIVE_TEST_DIR=" + plant(t, filepath.Join(dir, "program"), program()), "TMPDIR=" + temp}
	command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	requireOutput(t, command)
}

// requireOutput checks what printHashes prints.
func requireOutput(t *testing.T, command *exec.Cmd) {
	t.Helper()
	out, err := command.CombinedOutput()
	if want := golden[archive.Squashfs] + "\n" + golden[archive.Zip] + "\n"; err != nil || string(out) != want {
		t.Errorf("got %v\n%swant\n%s", err, out, want)
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
			requireOutput(t, self)
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
