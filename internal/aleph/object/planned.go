// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import "sync"

// PlannedFiles are the files that exist, as one run plans them, for programs that are planned after them.
type PlannedFiles struct {
	mu    sync.Mutex
	files map[string]PlannedFile
}

// PlannedFile is a file as it is planned.
type PlannedFile struct {
	// Amended is whether it gets a new version.
	Amended bool
	// Encoding is how the newest version is packed; empty while that is not known.
	Encoding string
}

// Note notes a file by the item hash of its first version.
func (p *PlannedFiles) Note(first string, file PlannedFile) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.files == nil {
		p.files = make(map[string]PlannedFile)
	}
	p.files[first] = file
}

// Of is what was noted of a file; nothing is known of it otherwise.
func (p *PlannedFiles) Of(first string) PlannedFile {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.files[first]
}
