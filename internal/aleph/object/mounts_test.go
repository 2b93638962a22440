// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object_test

import (
	"slices"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
)

// A file that ends and the programs that mount it find each other once, in whatever order they are planned.
func TestMounts(t *testing.T) {
	end := func(m *object.Mounts) []object.Mount {
		return m.End("file", false, []string{"first", "live"})
	}
	for _, test := range []struct {
		name          string
		before, after []string
		want          []object.Mount
	}{
		{"another file", []string{"other"}, []string{"other"}, nil},
		{"nothing any more", nil, []string{"first"}, nil},
		{"stays", []string{"first"}, []string{"first"}, []object.Mount{{File: "file", Program: "program"}}},
		{"leaves", []string{"live"}, nil, []object.Mount{{File: "file", Program: "program", Parting: object.Parting{Leaves: true}}}},
		{"leaves twice", []string{"first", "first", "live"}, []string{"other"}, []object.Mount{{File: "file", Program: "program", Parting: object.Parting{Leaves: true}}}},
		{"leaves one and keeps one", []string{"first", "live"}, []string{"live"}, []object.Mount{{File: "file", Program: "program"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			use := func(m *object.Mounts) []object.Mount { return m.Use("program", test.before, test.after) }
			for order, steps := range map[string][2]func(*object.Mounts) []object.Mount{"file first": {end, use}, "program first": {use, end}} {
				var mounts object.Mounts
				if got := steps[0](&mounts); got != nil {
					t.Errorf("%s: %v before there is another", order, got)
				}
				if got := steps[1](&mounts); !slices.Equal(got, test.want) {
					t.Errorf("%s: %v, want %v", order, got, test.want)
				}
			}
		})
	}
}
