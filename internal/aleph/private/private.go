// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package private is what the provider keeps on this machine between runs, and when that is to be believed: only where
// nobody but this user can have written it.
package private

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Home is the directory of everything that is kept: what ALEPH_CACHE_DIR says, or one in the user's own cache. It is
// empty when nothing is to be kept: ALEPH_CACHE_DIR is `off`, or the user has no place for it. It may not exist yet.
func Home() string {
	switch dir := os.Getenv("ALEPH_CACHE_DIR"); dir {
	case "":
		dir, err := os.UserCacheDir()
		if err != nil {
			return ""
		}
		return filepath.Join(dir, "terraform-provider-aleph")
	case "off":
		return ""
	default:
		return dir
	}
}

// ErrOthers is a file or a directory that somebody else owns, or can write to.
var ErrOthers = errors.New("another user owns it or can write to it")

// Make creates a directory, and those above it, for this user alone. One that exists must be private: see Check.
func Make(dir string) error {
	if dir == "" {
		return errors.New("no directory is given")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return checkDirectory(dir)
}

// Open opens a file for reading. The file and its directory must be private, and the file regular and no link: it is an
// error otherwise, at once, whatever the file is.
func Open(name string) (*os.File, error) {
	if err := checkDirectory(filepath.Dir(name)); err != nil {
		return nil, err
	}
	before, err := os.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !before.Mode().IsRegular() {
		return nil, fmt.Errorf("%q is not a regular file", name)
	}
	file, err := os.OpenFile(name, os.O_RDONLY|nonblocking, 0)
	if err != nil {
		return nil, err
	}
	if err := checkOpened(file, before); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// checkOpened checks that an open file is the one that was looked at, and private.
func checkOpened(file *os.File, before fs.FileInfo) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if !os.SameFile(before, info) {
		return fmt.Errorf("%q was replaced while it was opened", file.Name())
	}
	if err := Check(info); err != nil {
		return fmt.Errorf("%q: %w", file.Name(), err)
	}
	return nil
}

// Read is the content of a file that Open opens, of at most limit bytes.
func Read(name string, limit int64) ([]byte, error) {
	file, err := Open(name)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(content)) > limit {
		err = fmt.Errorf("%q is larger than %d bytes", name, limit)
	}
	return content, errors.Join(err, file.Close())
}

// Check says whether a file or a directory belongs to this user, and nobody else can write to it: the error is
// ErrOthers. Windows does not tell: there, the user's own cache is private unless somebody changes that.
func Check(info fs.FileInfo) error {
	if !private(info) {
		return ErrOthers
	}
	return nil
}

func checkDirectory(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%q is not a directory", dir)
	}
	if err := Check(info); err != nil {
		return fmt.Errorf("%q: %w", dir, err)
	}
	return nil
}
