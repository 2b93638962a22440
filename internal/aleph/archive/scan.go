// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// node is something to pack: a directory, a regular file or a symbolic link.
type node struct {
	name string
	// path is slash-separated and below the directory that is packed: what errors and zip name.
	path string
	// source is where a file is read.
	source string
	info   fs.FileInfo
	// target is what a symbolic link says; empty for anything else.
	target string
	// children of a directory, in the byte order of their names.
	children []*node
}

func (n *node) isDirectory() bool { return n.target == "" && n.info.IsDir() }

// permission is one of two: all that differs between machines (umask, owner, group) is dropped.
func (n *node) permission() fs.FileMode {
	if n.info.IsDir() || n.info.Mode()&0o100 != 0 {
		return 0o755
	}
	return 0o644
}

// visit yields a node and all that is below it, until one is not wanted.
func (n *node) visit(yield func(Entry) bool) bool {
	if !yield(Entry{Path: n.path, Target: n.target, Executable: n.permission() == 0o755, Info: n.info}) {
		return false
	}
	for _, child := range n.children {
		if !child.visit(yield) {
			return false
		}
	}
	return true
}

// scanner walks a directory before anything is written.
type scanner struct {
	root     string // real path of the directory
	excludes excludes
	// follow packs what a symbolic link points to instead of the link.
	follow bool
}

func scan(ctx context.Context, dir string, opts Options) (*node, error) {
	patterns, err := parseExcludes(opts.Excludes)
	if err != nil {
		return nil, err
	}
	root, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, cause(err)
	}
	if root, err = filepath.Abs(root); err != nil {
		return nil, err
	}
	info, err := os.Stat(root)
	if err != nil {
		return nil, cause(err)
	}
	if !info.IsDir() {
		return nil, errors.New("is not a directory")
	}
	s := scanner{root: root, excludes: patterns, follow: opts.Format == Zip}
	tree := &node{path: ".", source: root, info: info}
	if err := s.fill(ctx, tree, []string{root}); err != nil {
		return nil, err
	}
	if len(tree.children) == 0 {
		return nil, errors.New("there is no file to pack: it is empty, or everything in it is excluded")
	}
	return tree, nil
}

// fill reads the children of a directory. ancestors are the real paths from the root down to it. A directory in which
// there is nothing to pack is left out: another machine may not have it, least of all one that got the files from git.
func (s *scanner) fill(ctx context.Context, dir *node, ancestors []string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir.source)
	if err != nil {
		return fmt.Errorf("%q cannot be read: %w", dir.path, cause(err))
	}
	for _, entry := range entries { // sorted by name
		child, err := s.child(dir, entry)
		if err == nil && child != nil && child.isDirectory() {
			err = s.descend(ctx, child, ancestors)
		}
		if err != nil {
			return err
		}
		if child != nil && !(child.isDirectory() && len(child.children) == 0) {
			dir.children = append(dir.children, child)
		}
	}
	return nil
}

// descend fills a child that is a directory.
func (s *scanner) descend(ctx context.Context, child *node, ancestors []string) error {
	if slices.Contains(ancestors, child.source) {
		return fmt.Errorf("%q is a symbolic link to a directory that it is in; exclude it", child.path)
	}
	return s.fill(ctx, child, append(slices.Clone(ancestors), child.source))
}

// child describes an entry; it returns nil for one that is excluded.
func (s *scanner) child(dir *node, entry fs.DirEntry) (*node, error) {
	child := &node{
		name: entry.Name(), path: path.Join(dir.path, entry.Name()), source: filepath.Join(dir.source, entry.Name()),
	}
	if s.excludes.match(child.path, entry.IsDir()) {
		return nil, nil
	}
	var err error
	if child.info, err = entry.Info(); err != nil {
		return nil, fmt.Errorf("%q cannot be read: %w", child.path, cause(err))
	}
	if child.info.Mode()&fs.ModeSymlink != 0 {
		if err := s.resolve(child); err != nil {
			return nil, fmt.Errorf("symbolic link %q %w", child.path, err)
		}
	}
	if mode := child.info.Mode(); child.target == "" && !mode.IsRegular() && !mode.IsDir() {
		return nil, fmt.Errorf("%q is a %s, which cannot be packed; remove or exclude it", child.path, kindOf(mode))
	}
	return child, nil
}

// resolve checks that a symbolic link means the same wherever the archive is unpacked, and follows it if links are not kept.
func (s *scanner) resolve(link *node) error {
	target, err := os.Readlink(link.source)
	if err != nil {
		return fmt.Errorf("cannot be read: %w", cause(err))
	}
	resolved, err := filepath.EvalSymlinks(link.source)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("points to %q, which does not exist; repair or exclude it", target)
	}
	if err != nil {
		return fmt.Errorf("cannot be followed: %w; repair or exclude it", cause(err))
	}
	if inside, err := filepath.Rel(s.root, resolved); err != nil || !filepath.IsLocal(inside) {
		return fmt.Errorf("points to %q, outside the directory; put a copy in its place, or exclude it", target)
	}
	if s.follow {
		link.source = resolved
		link.info, err = os.Stat(resolved)
		return err
	}
	// The directory's own place is not known inside the archive.
	if filepath.IsAbs(target) || !filepath.IsLocal(filepath.Join(filepath.Dir(filepath.FromSlash(link.path)), target)) {
		return fmt.Errorf("points to %q by a path that leads through places outside the directory; make it relative", target)
	}
	link.target = filepath.ToSlash(target)
	return nil
}

func kindOf(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeSocket != 0:
		return "socket"
	case mode&fs.ModeNamedPipe != 0:
		return "named pipe"
	case mode&fs.ModeDevice != 0:
		return "device"
	default:
		return "special file"
	}
}

// cause drops the operation and the path of an error of package os: the caller names the path.
func cause(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}
