// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package stored

import "slices"

// Note notes what a mount gives, as this run reads, plans or publishes it.
func (f *Files) Note(m Mount, facts Facts) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.noted == nil {
		f.noted = make(map[Mount]Facts)
	}
	f.noted[m] = facts
}

// Noted is what was noted of a mount.
func (f *Files) Noted(m Mount) (facts Facts, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	facts, ok = f.noted[m]
	return facts, ok
}

// Amend notes that this run amends a file, by the item hash of its first version.
func (f *Files) Amend(first string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.amended == nil {
		f.amended = make(map[string]bool)
	}
	f.amended[first] = true
}

// IsAmended reports whether this run amends a file.
func (f *Files) IsAmended(first string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.amended[first]
}

// Create notes a file that is planned, and which mounts can name only once it is published.
func (f *Files) Create(facts Facts) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.created = append(f.created, facts)
}

// Created are the files that are planned until now, and cannot be named yet: what a mount that is not known yet may give.
func (f *Files) Created() []Facts {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.created)
}
