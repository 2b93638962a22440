// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package private_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/private"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// directory is a private directory with a private file.
func directory(t *testing.T) (dir, file string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "a", "b")
	must(t, private.Make(dir))
	file = filepath.Join(dir, "file")
	must(t, os.WriteFile(file, []byte("content"), 0o600))
	return dir, file
}

func TestHome(t *testing.T) {
	user := t.TempDir()
	t.Setenv("HOME", user)
	t.Setenv("XDG_CACHE_HOME", filepath.Join(user, ".cache"))
	own, err := os.UserCacheDir()
	must(t, err)
	for value, want := range map[string]string{"": filepath.Join(own, "terraform-provider-aleph"), "off": "", "/a/b": "/a/b"} {
		t.Setenv("ALEPH_CACHE_DIR", value)
		if got := private.Home(); got != want {
			t.Errorf("ALEPH_CACHE_DIR=%q: got %q, want %q", value, got, want)
		}
	}
	t.Setenv("ALEPH_CACHE_DIR", "")
	t.Setenv("HOME", "")
	t.Setenv("XDG_CACHE_HOME", "")
	if got := private.Home(); got != "" {
		t.Errorf("without a home: got %q", got)
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	dir, file := directory(t)
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the directory is %v, %v", info, err)
	}
	if got, err := private.Read(file, 7); err != nil || string(got) != "content" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := private.Read(file, 6); err == nil {
		t.Error("a file above the limit was read")
	}
	if _, err := private.Read(filepath.Join(dir, "missing"), 7); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: got %v", err)
	}
}

// TestRead_writableByOthers: neither a file nor a directory that others can write to is believed.
func TestRead_writableByOthers(t *testing.T) {
	t.Parallel()
	for _, mode := range []os.FileMode{0o720, 0o702, 0o777} {
		dir, file := directory(t)
		must(t, os.Chmod(dir, mode))
		if _, err := private.Read(file, 7); !errors.Is(err, private.ErrOthers) {
			t.Errorf("directory of mode %o: got %v", mode, err)
		}
		if err := private.Make(dir); !errors.Is(err, private.ErrOthers) {
			t.Errorf("directory of mode %o: it is used: %v", mode, err)
		}
	}
	for _, mode := range []os.FileMode{0o620, 0o602, 0o666} {
		_, file := directory(t)
		must(t, os.Chmod(file, mode))
		if _, err := private.Read(file, 7); !errors.Is(err, private.ErrOthers) {
			t.Errorf("file of mode %o: got %v", mode, err)
		}
	}
}

func TestRead_ofAnotherUser(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file away")
	}
	const nobody = 65534
	dir, file := directory(t)
	must(t, os.Chown(file, nobody, nobody))
	if _, err := private.Read(file, 7); !errors.Is(err, private.ErrOthers) {
		t.Errorf("file: got %v", err)
	}
	must(t, os.Chown(file, 0, 0))
	must(t, os.Chown(dir, nobody, nobody))
	if _, err := private.Read(file, 7); !errors.Is(err, private.ErrOthers) {
		t.Errorf("directory: got %v", err)
	}
	if err := private.Make(dir); !errors.Is(err, private.ErrOthers) {
		t.Errorf("directory: it is used: %v", err)
	}
}

// TestRead_notRegular: what is no regular file is refused at once; a named pipe would wait for a writer.
func TestRead_notRegular(t *testing.T) {
	t.Parallel()
	for name, make := range map[string]func(name string) error{
		"directory":  func(name string) error { return os.Mkdir(name, 0o700) },
		"named pipe": func(name string) error { return syscall.Mkfifo(name, 0o600) },
		"link":       func(name string) error { return os.Symlink("file", name) },
		"link to pipe": func(name string) error {
			return errors.Join(syscall.Mkfifo(name+"2", 0o600), os.Symlink(name+"2", name))
		},
		"device": func(name string) error { return os.Symlink("/dev/zero", name) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, _ := directory(t)
			special := filepath.Join(dir, "special")
			must(t, make(special))
			if _, err := private.Read(special, 7); err == nil {
				t.Error("it was read")
			}
		})
	}
}

func TestMake_impossible(t *testing.T) {
	t.Parallel()
	_, file := directory(t)
	for _, dir := range []string{"", file, filepath.Join(file, "below")} {
		if err := private.Make(dir); err == nil {
			t.Errorf("%q was made", dir)
		}
	}
}
