// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

var rules = plan.ContentRules{
	Type: message.TypeProgram,
	Attributes: []string{
		"metadata", "code", "runtime", "data", "export", "on", "environment", "resources", "volumes", "requirements",
		"variables", "authorized_keys", "payment", "allow_amend",
	},
	Fixed:    map[string]any{"type": message.ProgramKind},
	Demanded: []string{"port", "vendor", "device_name", "device_class", "device_id"},
	Texts:    map[string]bool{"metadata": true, "on.message": true},
	Metadata: []string{metadataName, metadataTags},
}

// ValidateConfig checks what is known of a configuration. Terraform calls it once more when it plans, with what other
// resources give by then.
func (r *Resource) ValidateConfig(_ context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	config := plan.AttributesOf(req.Config.Raw)
	resp.Diagnostics.Append(validateMetadata(config)...)
	kinds := validateVolumes(config["volumes"])
	resp.Diagnostics.Append(kinds...)
	if !kinds.HasError() {
		resp.Diagnostics.Append(rules.Check(config)...)
	}
}

// checkPlan judges what is about to be published, now that it has what the provider block gives as well.
func checkPlan(planned map[string]tftypes.Value, now time.Time) diag.Diagnostics {
	diags := rules.Check(planned)
	what, persistent := "a program", plan.FlagOf(plan.AttributesOf(planned["on"])["persistent"]).ValueBool()
	if persistent {
		what = "a persistent program"
	}
	diags.Append(plan.CheckPayment(planned["payment"], what, persistent, now)...)
	if !diags.HasError() {
		diags.Append(warnOfVolumes(planned["volumes"])...)
	}
	return diags
}

// validateMetadata refuses keys of `metadata` that are arguments of their own: they would be read back as those.
func validateMetadata(config map[string]tftypes.Value) diag.Diagnostics {
	text := plan.TextOf(config["metadata"])
	if text.IsNull() || text.IsUnknown() {
		return nil
	}
	metadata, err := attribute.ParseJSON(text.ValueString())
	if err != nil {
		return nil // the attribute's own validator says so
	}
	_, isName := metadata[metadataName].(string)
	_, isTags := texts(metadata[metadataTags])
	var diags diag.Diagnostics
	for _, argument := range []struct {
		key   string
		taken bool
	}{{metadataName, isName}, {metadataTags, isTags}} {
		key := argument.key
		if _, present := metadata[key]; argument.taken || present && !config[key].IsNull() {
			diags.AddAttributeError(path.Root("metadata"), "A key that is an argument of its own",
				fmt.Sprintf("`metadata` has the key `%[1]s`, which is the argument `%[1]s` of the program. Set that one, and take the key out of `metadata`.", key))
		}
	}
	return diags
}

// validateVolumes checks that each element of `volumes` is one kind, as far as its values are known.
func validateVolumes(raw tftypes.Value) diag.Diagnostics {
	var volumes []tftypes.Value
	var diags diag.Diagnostics
	if !raw.IsKnown() || raw.As(&volumes) != nil {
		return diags
	}
	for i, volume := range volumes {
		var v map[string]tftypes.Value
		if !volume.IsKnown() || volume.As(&v) != nil {
			continue
		}
		if problem := problemOf(v); problem != "" {
			diags.AddAttributeError(path.Root("volumes").AtListIndex(i), "Not one kind of volume", problem)
		}
	}
	return diags
}

func problemOf(v map[string]tftypes.Value) string {
	present := func(name string) bool { return v[name].IsKnown() && !v[name].IsNull() }
	absent := func(name string) bool { return v[name].IsNull() }
	foreign := func(kind string, names ...string) string {
		for _, name := range names {
			if present(name) {
				return fmt.Sprintf("An %s volume takes no `%s`. Each element of `volumes` is exactly one kind: `ref` for a file of the network, "+
					"`ephemeral = true` with `size_mib`, or `size_mib` with `persistence`, `name` or `parent`. Take `%s` out, or make it two elements.", kind, name, name)
			}
		}
		return ""
	}
	switch {
	case present("ref"):
		return foreign("immutable", "ephemeral", "size_mib", "persistence", "name", "parent")
	case present("ephemeral"):
		var ephemeral bool
		if v["ephemeral"].As(&ephemeral) == nil && !ephemeral {
			return "`ephemeral` can only be `true`. Take it out for a persistent volume."
		}
		if problem := foreign("ephemeral", "use_latest", "persistence", "name", "parent"); problem != "" {
			return problem
		}
	case absent("ref") && present("use_latest"):
		return "`use_latest` is for an immutable volume, which has a `ref`."
	}
	if absent("ref") && absent("size_mib") {
		return "A volume needs a `ref`, for a file of the network, or a `size_mib`, for an ephemeral or a persistent one."
	}
	return ""
}
