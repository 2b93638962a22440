// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/schemas"
)

var rules = schemas.ContentRules{
	Type:       message.TypeStore,
	Attributes: []string{"metadata", "tags", "payment"},
	Fixed:      map[string]any{"item_type": message.ItemTypeStorage, "item_hash": strings.Repeat("0", 64)},
	Texts:      map[string]bool{"metadata": true},
}

// ValidateConfig checks what no attribute can see alone.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	resp.Diagnostics.Append(rules.Check(req.Config.Raw)...)
	var source Source
	var given []string
	targets := source.targets()
	for _, name := range sources {
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(name), targets[name])...)
		if targets[name].IsUnknown() {
			return
		}
		if !targets[name].IsNull() {
			given = append(given, name)
		}
	}
	if len(given) != 1 {
		found := "none is given"
		if len(given) > 1 {
			found = fmt.Sprintf("`%s` are given", strings.Join(given, "` and `"))
		}
		resp.Diagnostics.AddError("Not one source", fmt.Sprintf("A volume takes exactly one of `%s`, and %s.", strings.Join(sources, "`, `"), found))
		return
	}
	// Before the provider is configured, only literal values are known: a file that is missing then is made by nobody.
	if name := targets[given[0]]; r.client == nil && (given[0] == "source" || given[0] == "source_dir") {
		if _, err := os.Stat(name.ValueString()); err != nil {
			resp.Diagnostics.AddAttributeError(path.Root(given[0]), "Unable to read the source", schemas.Sentence(err)+
				" Check the path; when another resource makes the file, take the path from that resource.")
		}
	}
}
