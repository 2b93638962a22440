// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package machine

import (
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// File is an attribute of a machine that names a file of the network by its `ref`.
type File struct {
	At path.Path
	// Kind is the name of the attribute: "volumes" for an element of those, and "parent" for what one starts from.
	Kind      string
	Ref       types.String
	UseLatest types.Bool
	// Values are all that the attribute has.
	Values map[string]tftypes.Value
}

// Same reports whether another machine, or the same one before, names the same file in the same way at the same place.
func (f File) Same(other File) bool {
	return f.At.Equal(other.At) && f.Ref.Equal(other.Ref) && f.UseLatest.Equal(other.UseLatest) && f.Values["encoding"].Equal(other.Values["encoding"])
}

// Files are what names a file in the values of a machine: those of the attributes that do, each volume that is one, and what
// volumes start from. A part that is not known as a whole names none.
func Files(values map[string]tftypes.Value, attributes ...string) []File {
	var found []File
	add := func(at path.Path, kind string, file tftypes.Value) {
		if v := plan.AttributesOf(file); v != nil && !v["ref"].IsNull() {
			found = append(found, File{At: at, Kind: kind, Ref: plan.TextOf(v["ref"]), UseLatest: plan.FlagOf(v["use_latest"]), Values: v})
		}
	}
	for _, name := range attributes {
		add(path.Root(name), name, values[name])
	}
	for i, volume := range plan.ElementsOf(values["volumes"]) {
		at := path.Root("volumes").AtListIndex(i)
		add(at, "volumes", volume)
		add(at.AtName("parent"), "parent", plan.AttributesOf(volume)["parent"])
	}
	return found
}
