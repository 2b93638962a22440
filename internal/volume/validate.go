// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume

import (
	"context"
	"fmt"
	"math/big"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

var rules = plan.ContentRules{
	Type:       message.TypeStore,
	Attributes: []string{"metadata", "tags", "payment"},
	Fixed:      map[string]any{"item_type": string(message.ItemTypeStorage), "item_hash": strings.Repeat("0", 64)},
	Texts:      map[string]bool{"metadata": true},
}

// validate checks what is known of a configuration, and that it names exactly one source.
func validate(_ context.Context, client *aleph.Client, config map[string]tftypes.Value) diag.Diagnostics {
	diags := rules.Check(config)
	var source Source
	var given []string
	targets := source.targets()
	for _, name := range alternatives {
		if *targets[name] = plan.TextOf(config[name]); targets[name].IsUnknown() {
			return diags
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
		diags.AddError("Not one source", fmt.Sprintf("A volume takes exactly one of `%s`, and %s.", strings.Join(alternatives, "`, `"), found))
		return diags
	}
	// Before the provider is configured, only literal values are known: a file that is missing then is made by nobody.
	isPath := given[0] == "source" || given[0] == "source_dir"
	if name := targets[given[0]].ValueString(); isPath && client == nil && archive.CheckPath(name) == nil {
		if _, err := os.Stat(name); err != nil {
			diags.Append(sourceFailure(source, err))
		}
	}
	return diags
}

// check judges what is about to be published.
func check(planned map[string]tftypes.Value) diag.Diagnostics {
	diags := rules.Check(planned)
	diags.Append(plan.CheckPayment(planned["payment"], "a file", false, time.Now())...)
	var size big.Float
	isZip := !planned["source_dir"].IsNull() && plan.TextOf(planned["archive_format"]).ValueString() == string(archive.Zip)
	if raw := planned["size"]; isZip && raw.IsKnown() && raw.As(&size) == nil && size.Cmp(big.NewFloat(model.MaxUnpacked)) > 0 {
		diags.AddAttributeWarning(path.Root("archive_format"), "Compute nodes refuse a zip of this size", fmt.Sprintf(
			"The archive has %s bytes, and compute nodes take at most %d of code or data in a zip. The network keeps it, and bills it, but a program with it never starts. "+
				"Leave `archive_format` out: squashfs has no such limit.", size.Text('f', 0), model.MaxUnpacked))
	}
	return diags
}
