// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package guest

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// unzip unpacks a file into a directory. As in the runtime, a file that is no zip leaves the directory empty, and only the
// program's log says so.
func unzip(path, into string) {
	if err := unpackZip(path, into); err != nil {
		fmt.Fprintf(os.Stderr, "unzip: unpacking into %s: %v\n", into, err)
	}
}

func unpackZip(path, into string) error {
	if err := os.MkdirAll(into, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(into)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // nothing is written through it after this
	archive, err := zip.OpenReader(path)
	if err != nil {
		return err
	}
	for _, file := range archive.File {
		if err = unpackZipped(root, file); err != nil {
			break
		}
	}
	return errors.Join(err, archive.Close())
}

func unpackZipped(root *os.Root, file *zip.File) error {
	name := filepath.Clean(file.Name)
	if file.FileInfo().IsDir() {
		return root.MkdirAll(name, 0o755)
	}
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	in, err := file.Open()
	if err != nil {
		return err
	}
	if file.Mode()&fs.ModeSymlink != 0 {
		target, err := io.ReadAll(io.LimitReader(in, 4096))
		return errors.Join(err, in.Close(), root.Symlink(string(target), name))
	}
	err = write(root, name, in, file.Mode().Perm())
	return errors.Join(err, in.Close())
}

func write(root *os.Root, name string, from io.Reader, mode fs.FileMode) error {
	out, err := root.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, from)
	return errors.Join(err, out.Close())
}

func copyFile(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o644)
}
