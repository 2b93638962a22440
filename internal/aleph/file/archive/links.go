// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

const (
	// maxHops is how many links may lead to one another; a kernel gives up at 40.
	maxHops = 40
	// maxLinked and maxLinkedSize bound what comes into an archive by links, of which each may lead to what others lead
	// to as well, in entries and in bytes.
	maxLinked     = 100_000
	maxLinkedSize = 1 << 30
)

// settleLinks checks that every symbolic link means the same wherever the archive is unpacked, and puts what they lead
// to in their place if links are not kept.
func (s *scanner) settleLinks(ctx context.Context, tree *node) (*node, error) {
	ends := map[*node]*node{}
	for n := range tree.all() {
		if n.target == "" {
			continue
		}
		end, err := s.resolve(tree, n)
		if err != nil {
			return nil, fmt.Errorf("symbolic link %q %w", n.path, err)
		}
		ends[n] = end
	}
	if !s.follow {
		return tree, nil
	}
	f := follower{ctx: ctx, excludes: s.excludes, ends: ends}
	return f.copy(tree, nil, tree.name, tree.path, nil)
}

// resolve finds what a link leads to in the tree.
func (s *scanner) resolve(tree, link *node) (*node, error) {
	resolved, err := filepath.EvalSymlinks(link.source)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("points to %q, which does not exist; repair or exclude it", link.target)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot be followed: %w; repair or exclude it", cause(err))
	}
	inside, err := filepath.Rel(s.root, resolved)
	if err != nil || !filepath.IsLocal(inside) {
		return nil, fmt.Errorf("points to %q, outside the directory; put a copy in its place, or exclude it", link.target)
	}
	from, target := link.parent, filepath.ToSlash(link.target)
	// The directory's own place is not known inside the archive.
	if filepath.IsAbs(link.target) || !filepath.IsLocal(filepath.Join(filepath.Dir(filepath.FromSlash(link.path)), link.target)) {
		if !s.follow {
			return nil, fmt.Errorf("points to %q by a path that leads through places outside the directory; make it relative", link.target)
		}
		from, target = tree, filepath.ToSlash(inside)
	}
	end := from.at(target, maxHops)
	if end == nil {
		return nil, fmt.Errorf("points to %q, which is not packed, because it or what leads there is excluded or has no file in it; "+
			"exclude the link as well, or take %q back by a pattern with a leading !, as in .gitignore", link.target, filepath.ToSlash(inside))
	}
	link.target = filepath.ToSlash(link.target)
	return end, nil
}

// at is what a slash-separated path leads to from a directory, by way of links too; nil when that is not in the tree.
func (n *node) at(target string, hops int) *node {
	for name := range strings.SplitSeq(target, "/") {
		switch {
		case n == nil:
			return nil
		case name == "" || name == ".":
		case name == "..":
			n = n.parent
		default:
			n = n.child(name, hops)
		}
	}
	return n
}

// child is an entry of a directory, or what it leads to if it is a link.
func (n *node) child(name string, hops int) *node {
	i, found := slices.BinarySearchFunc(n.children, name, func(child *node, name string) int { return strings.Compare(child.name, name) })
	if !found || hops == 0 {
		return nil
	}
	if child := n.children[i]; child.target == "" {
		return child
	}
	return n.at(filepath.ToSlash(n.children[i].target), hops-1)
}

// follower copies a tree, with what links lead to in their place.
type follower struct {
	ctx      context.Context
	excludes excludes
	ends     map[*node]*node
	// linked and size are how much came by links, in entries and in bytes.
	linked int
	size   int64
}

// copy copies a node to a place. ancestors are what it is in, as the directories that they really are.
func (f *follower) copy(from, parent *node, name, path string, ancestors []*node) (*node, error) {
	end := from
	if from.target != "" {
		end = f.ends[from]
	}
	n := &node{name: name, path: path, source: end.source, info: end.info, takenBack: from.takenBack || end.takenBack, parent: parent}
	if path != end.path {
		if err := f.count(n); err != nil {
			return nil, err
		}
	}
	if !end.isDirectory() {
		return n, nil
	}
	if slices.Contains(ancestors, end) {
		return nil, fmt.Errorf("%q is a symbolic link to a directory that it is in; exclude it", path)
	}
	return n, f.copyChildren(end, n, append(slices.Clone(ancestors), end))
}

// copyChildren copies what is in a directory. What is excluded by its own path is not in the tree any more; by way of a
// link it can be excluded by its path there.
func (f *follower) copyChildren(end, into *node, ancestors []*node) error {
	for _, child := range end.children {
		place := path.Join(into.path, child.name)
		if place != child.path && f.excludes.match(place, child.isDirectory()) == excluded {
			continue
		}
		copied, err := f.copy(child, into, child.name, place, ancestors)
		if err != nil {
			return err
		}
		if !copied.isDirectory() || len(copied.children) > 0 {
			into.children = append(into.children, copied)
		}
	}
	return nil
}

// count bounds what comes by links: a few that lead to one another can stand for more than any disk holds.
func (f *follower) count(n *node) error {
	f.linked++
	if !n.info.IsDir() {
		f.size += n.info.Size()
	}
	if f.linked > maxLinked || f.size > maxLinkedSize {
		return fmt.Errorf("symbolic links lead to more than %d files or %d bytes, which a zip would hold once for each link; "+
			"exclude %q or other links, or use the squashfs format, which keeps links", maxLinked, maxLinkedSize, n.path)
	}
	return f.ctx.Err()
}
