// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume

import (
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

var rules = plan.ContentRules{
	Type:       message.TypeStore,
	Attributes: []string{"metadata", "tags", "payment"},
	Fixed:      map[string]any{"item_type": string(message.ItemTypeStorage), "item_hash": strings.Repeat("0", 64)},
	Texts:      map[string]bool{"metadata": true},
}

// validate checks what is known of a configuration, and that it names exactly one source. It looks at no file: Terraform
// validates in every command, also when it destroys.
func validate(config map[string]tftypes.Value) diag.Diagnostics {
	diags := rules.Check(config)
	var given []string
	for _, name := range alternatives {
		if !config[name].IsKnown() {
			return diags
		}
		if !config[name].IsNull() {
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
	return append(diags, checkHeld(config)...)
}

// checkHeld refuses a content_hash that would hold a volume at a file which its source does not name. Without it,
// a configuration that was generated for an import, and then given a source, would never publish anything.
func checkHeld(config map[string]tftypes.Value) diag.Diagnostics {
	held, named := plan.TextOf(config["content_hash"]), plan.TextOf(config["file_hash"])
	if held.IsNull() || held.IsUnknown() || named.Equal(held) {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("content_hash"), "A hash that the source does not name",
		"`content_hash` follows from the source. It is an argument only so that `ignore_changes` can name it, and can be given only beside the same `file_hash`, "+
			"as generated configurations have it.\n\n"+diagnostic.NothingSent+
			"\n\nTake `content_hash` out. To keep the file that the network has, whatever the source says, write `lifecycle { ignore_changes = [content_hash] }`.")}
}

// check judges what is about to be published.
func check(planned map[string]tftypes.Value, now time.Time) diag.Diagnostics {
	diags := rules.Check(planned)
	diags.Append(plan.CheckPayment(planned["payment"], "a file", false, now)...)
	isZip := !planned["source_dir"].IsNull() && plan.TextOf(planned["archive_format"]).ValueString() == string(archive.Zip)
	if size := plan.WholeOf(planned["size"]); isZip && size != nil && *size > model.MaxUnpacked {
		diags.AddAttributeWarning(path.Root("archive_format"), "Compute nodes refuse a zip of this size", fmt.Sprintf(
			"The archive has %d bytes, and compute nodes take at most %d of code or data in a zip. The network keeps it, and bills it, but a program with it never starts. "+
				"Leave `archive_format` out: code in squashfs has no such limit. Data of a program has it however it is packed: mount what is larger through `volumes`, as squashfs.", *size, model.MaxUnpacked))
	}
	return diags
}
