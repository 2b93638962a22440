// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
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
	// takenBack is set when a pattern says that it is not left out.
	takenBack bool
	// parent is nil for the directory that is packed.
	parent *node
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

// all are a node and everything below it.
func (n *node) all() iter.Seq[*node] {
	return func(yield func(*node) bool) { n.visit(yield) }
}

func (n *node) visit(yield func(*node) bool) bool {
	if !yield(n) {
		return false
	}
	for _, child := range n.children {
		if !child.visit(yield) {
			return false
		}
	}
	return true
}

// prune removes what is not wanted, and the directories in which nothing is left: another machine may not have those,
// least of all one that got the files from git.
func (n *node) prune(wanted func(*node) bool) {
	n.children = slices.DeleteFunc(n.children, func(child *node) bool {
		child.prune(wanted)
		return child.isDirectory() && len(child.children) == 0 || !wanted(child)
	})
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
	if err := s.fill(ctx, tree); err != nil {
		return nil, err
	}
	if err := leaveOut(ctx, tree, opts.LeaveOut); err != nil {
		return nil, err
	}
	if tree, err = s.settleLinks(ctx, tree); err != nil {
		return nil, err
	}
	if len(tree.children) == 0 {
		return nil, errors.New("there is no file to pack: it is empty, or everything in it is excluded")
	}
	return tree, nil
}

// fill reads a directory and all that is below it.
func (s *scanner) fill(ctx context.Context, dir *node) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir.source)
	if err != nil {
		return fmt.Errorf("%q cannot be read: %w", dir.path, cause(err))
	}
	for _, entry := range entries { // sorted by name
		child, err := s.child(dir, entry)
		if err != nil {
			return err
		}
		if child == nil {
			continue
		}
		dir.children = append(dir.children, child)
		if child.isDirectory() {
			if err := s.fill(ctx, child); err != nil {
				return err
			}
		}
	}
	return nil
}

// child describes an entry; it returns nil for one that is excluded.
func (s *scanner) child(dir *node, entry fs.DirEntry) (*node, error) {
	child := &node{
		name: entry.Name(), path: path.Join(dir.path, entry.Name()), source: filepath.Join(dir.source, entry.Name()), parent: dir,
	}
	matched := s.excludes.match(child.path, entry.IsDir())
	if matched == excluded {
		return nil, nil
	}
	child.takenBack = matched == takenBack
	var err error
	if child.info, err = entry.Info(); err != nil {
		return nil, fmt.Errorf("%q cannot be read: %w", child.path, cause(err))
	}
	switch mode := child.info.Mode(); {
	case mode&fs.ModeSymlink != 0:
		if child.target, err = os.Readlink(child.source); err != nil {
			return nil, fmt.Errorf("symbolic link %q cannot be read: %w", child.path, cause(err))
		}
	case !mode.IsRegular() && !mode.IsDir():
		return nil, fmt.Errorf("%q is a %s, which cannot be packed; remove or exclude it", child.path, kindOf(mode))
	}
	return child, nil
}

// leaveOut removes the files that the caller does not want for what is in them, and the directories without a file.
func leaveOut(ctx context.Context, tree *node, unwanted func(context.Context, []Entry) ([]string, error)) error {
	drop := map[string]bool{}
	if unwanted != nil {
		var files []Entry
		for n := range tree.all() {
			if n.target == "" && !n.isDirectory() && !n.takenBack {
				files = append(files, n.entry())
			}
		}
		paths, err := unwanted(ctx, files)
		if err != nil {
			return err
		}
		for _, path := range paths {
			drop[path] = true
		}
	}
	tree.prune(func(n *node) bool { return !drop[n.path] })
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
