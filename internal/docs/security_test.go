// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package docs_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	// promised is a test that SECURITY.md names, as package.Test.
	promised = regexp.MustCompile("`([a-z]+)\\.(Test[A-Za-z0-9_]+)`")
	declared = regexp.MustCompile(`(?m)^func (Test[A-Za-z0-9_]+)\(`)
	// ofPackage is the package whose tests a file has.
	ofPackage = regexp.MustCompile(`(?m)^package ([a-z0-9]+?)(_test)?$`)
)

// TestSecurity_promises checks that each test that SECURITY.md names exists, and that each section but the last names one.
func TestSecurity_promises(t *testing.T) {
	t.Parallel()
	tests := make(map[string]bool)
	for _, path := range matching(t, "*_test.go", "internal/*/*_test.go", "internal/*/*/*_test.go", "internal/*/*/*/*_test.go") {
		text := read(t, path)
		name := ofPackage.FindStringSubmatch(text)[1]
		for _, test := range declared.FindAllStringSubmatch(text, -1) {
			tests[name+"."+test[1]] = true
		}
	}
	sections := strings.Split(read(t, filepath.Join(root, "SECURITY.md")), "\n## ")
	for _, section := range sections[2 : len(sections)-1] { // after the introduction and the table, before the releases
		title, _, _ := strings.Cut(section, "\n")
		found := promised.FindAllStringSubmatch(section, -1)
		if len(found) == 0 {
			t.Errorf("%q names no test", title)
		}
		for _, name := range found {
			if test := name[1] + "." + name[2]; !tests[test] {
				t.Errorf("%q names %s, which does not exist", title, test)
			}
		}
	}
}
