// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"slices"
	"sync"
)

// Mounts brings together what is planned in one run: files that end, and programs that mount them until then. The network
// does not forget a file that a program mounts (NETWORK.md 8.2), and a plan is made piece by piece, in an order that
// nobody knows: whichever of a file and a program is planned second learns of the other.
type Mounts struct {
	mu sync.Mutex
	// ending are the files that end, by the item hashes of their versions.
	ending map[string]Mount
	// uses are the mounts of programs that go on, by the item hash that they name.
	uses map[string][]Mount
}

// Mount is a file that ends, and a program that mounts it.
type Mount struct {
	// File and Program are what they are known by before anything is applied.
	File, Program string
	Parting
}

// Parting is how a file and a program part.
type Parting struct {
	// Leaves is whether the program is amended, and does not mount the file any more then.
	Leaves bool
	// Replaced is whether the file is replaced, and not only destroyed.
	Replaced bool
}

// End notes a file that ends, with the item hashes of its versions. It returns the mounts that were noted before, each
// once.
func (m *Mounts) End(file string, replaced bool, versions []string) []Mount {
	m.mu.Lock()
	defer m.mu.Unlock()
	ending := Mount{File: file, Parting: Parting{Replaced: replaced}}
	if m.ending == nil {
		m.ending = make(map[string]Mount)
	}
	var found []Mount
	for _, hash := range versions {
		m.ending[hash] = ending
		for _, use := range m.uses[hash] {
			found = once(found, ending.by(use))
		}
	}
	return found
}

// Use notes a program that goes on, with the item hashes that it mounts before the apply and after. It returns the mounts of
// files that were noted before, each once.
func (m *Mounts) Use(program string, before, after []string) []Mount {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.uses == nil {
		m.uses = make(map[string][]Mount)
	}
	var found []Mount
	for _, hash := range before {
		use := Mount{Program: program, Parting: Parting{Leaves: !slices.Contains(after, hash)}}
		m.uses[hash] = append(m.uses[hash], use)
		if ending, ok := m.ending[hash]; ok {
			found = once(found, ending.by(use))
		}
	}
	return found
}

// by is a file that ends, as mounted by a program.
func (m Mount) by(use Mount) Mount {
	m.Program, m.Leaves = use.Program, use.Leaves
	return m
}

// once adds a mount, unless the same file and program are among them already. One that stays counts for both.
func once(mounts []Mount, mount Mount) []Mount {
	for i, other := range mounts {
		if other.File == mount.File && other.Program == mount.Program {
			mounts[i].Leaves = other.Leaves && mount.Leaves
			return mounts
		}
	}
	return append(mounts, mount)
}
