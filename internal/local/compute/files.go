// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package compute

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/diskfs/go-diskfs/backend/file"
	"github.com/diskfs/go-diskfs/filesystem"
	"github.com/diskfs/go-diskfs/filesystem/squashfs"
)

// files are the directories that guests see: each squashfs unpacked once, and the persistent volumes.
type files struct {
	dir string

	mu       sync.Mutex
	unpacked map[string]func() (string, error)
}

func newFiles(dir string) *files {
	return &files{dir: dir, unpacked: map[string]func() (string, error){}}
}

// squashfs is the directory with what is in a squashfs; hash names the file on the network.
func (f *files) squashfs(path, hash string) (string, error) {
	f.mu.Lock()
	unpack := f.unpacked[hash]
	if unpack == nil {
		unpack = sync.OnceValues(func() (string, error) {
			into := filepath.Join(f.dir, "files", hash)
			return into, unpackSquashfs(path, into)
		})
		f.unpacked[hash] = unpack
	}
	f.mu.Unlock()
	return unpack()
}

// persistent is the directory of a persistent volume: programs that are the same message share those of one name.
func (f *files) persistent(program, name string) (string, error) {
	dir := filepath.Join(f.dir, "volumes", program, name)
	return dir, os.MkdirAll(dir, 0o755)
}

func unpackSquashfs(path, into string) (err error) {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	archive, err := squashfs.Read(file.New(in, true), info.Size(), 0, 0)
	if err != nil {
		return fmt.Errorf("reading it as squashfs: %w", err)
	}
	if err := os.MkdirAll(into, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(into)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	return fs.WalkDir(archive, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		return unpackEntry(root, name, entry)
	})
}

func unpackEntry(root *os.Root, name string, entry fs.DirEntry) error {
	info, err := entry.Info()
	if err != nil {
		return err
	}
	switch entry.Type() {
	case fs.ModeDir:
		return root.Mkdir(name, info.Mode().Perm()|0o700)
	case fs.ModeSymlink:
		described, ok := info.Sys().(*squashfs.StatT)
		if !ok {
			return fmt.Errorf("%s: a link without a target", name)
		}
		return root.Symlink(described.LinkTarget, name)
	case 0:
		return unpackFile(root, name, info.Mode().Perm(), entry)
	}
	return nil // a device or a socket, which no program of ours has
}

// unpackFile opens a file by its entry: by its path, the library would read all of its directory again.
func unpackFile(root *os.Root, name string, mode fs.FileMode, entry fs.DirEntry) (err error) {
	opener, ok := entry.(interface {
		Open() (filesystem.File, error)
	})
	if !ok {
		return fmt.Errorf("%s: a file that cannot be opened", name)
	}
	in, err := opener.Open()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	out, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode|0o400)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
