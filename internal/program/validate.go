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
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/schemas"
)

var rules = schemas.ContentRules{
	Type: message.TypeProgram,
	Attributes: []string{
		"metadata", "code", "runtime", "data", "export", "on", "environment", "resources", "volumes", "requirements",
		"variables", "authorized_keys", "payment", "allow_amend",
	},
	Fixed:    map[string]any{"type": message.ProgramKind},
	Texts:    map[string]bool{"metadata": true, "on.message": true},
	Metadata: []string{metadataName, metadataTags},
}

// ValidateConfig checks what no attribute can see alone.
func (r *Resource) ValidateConfig(_ context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	resp.Diagnostics.Append(validateMetadata(req.Config.Raw)...)
	kinds := validateVolumes(req.Config.Raw)
	resp.Diagnostics.Append(kinds...)
	if !kinds.HasError() {
		resp.Diagnostics.Append(rules.Check(req.Config.Raw)...)
	}
}

// validateMetadata refuses keys of `metadata` that are arguments of their own: they would be read back as those.
func validateMetadata(config tftypes.Value) diag.Diagnostics {
	var attributes map[string]tftypes.Value
	var text string
	if config.As(&attributes) != nil || !attributes["metadata"].IsKnown() || attributes["metadata"].IsNull() || attributes["metadata"].As(&text) != nil {
		return nil
	}
	metadata, err := schemas.ParseJSON(text)
	if err != nil {
		return nil // the attribute's own validator says so
	}
	_, isName := metadata[metadataName].(string)
	_, isTags := texts(metadata[metadataTags])
	var diags diag.Diagnostics
	for key, taken := range map[string]bool{metadataName: isName, metadataTags: isTags} {
		if _, present := metadata[key]; taken || present && !attributes[key].IsNull() {
			diags.AddAttributeError(path.Root("metadata"), "A key that is an argument of its own",
				fmt.Sprintf("`metadata` has the key `%[1]s`, which is the argument `%[1]s` of the program. Set that one, and take the key out of `metadata`.", key))
		}
	}
	return diags
}

// When the network stopped, or stops, to take anything but credits (protocol.md 10.1).
var (
	persistentNeedsCredit = time.Date(2026, time.March, 11, 0, 0, 0, 0, time.UTC)
	allNeedCredit         = time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC)
)

// checkPayment refuses to plan a message whose payment the network no longer takes. A program that was published in
// time, and stays as it is, may be paid as ever.
func checkPayment(ctx context.Context, plan tfsdk.Plan, now time.Time) diag.Diagnostics {
	var payment, on types.Object
	diags := plan.GetAttribute(ctx, path.Root("payment"), &payment)
	diags.Append(plan.GetAttribute(ctx, path.Root("on"), &on)...)
	kind, _ := payment.Attributes()["type"].(types.String)
	persistent, _ := on.Attributes()["persistent"].(types.Bool)
	if kind.IsNull() || kind.IsUnknown() || isAccepted(kind.ValueString(), persistent.ValueBool(), now) {
		return diags
	}
	what := "a program"
	if persistent.ValueBool() {
		what = "a persistent program"
	}
	diags.AddAttributeError(path.Root("payment").AtName("type"), "Payment is not accepted", fmt.Sprintf(
		"The network takes only credits for %s any more, not `%s`. Set `payment = { type = \"credit\" }`; for new programs, `payment_type` of the provider does as well.",
		what, kind.ValueString()))
	return diags
}

// isAccepted reports whether the network takes a payment for a program that is published now.
func isAccepted(paymentType string, persistent bool, now time.Time) bool {
	limit := allNeedCredit
	if persistent {
		limit = persistentNeedsCredit
	}
	return paymentType == message.PaymentCredit || now.Before(limit)
}

// validateVolumes checks that each element of `volumes` is one kind, as far as its values are known.
func validateVolumes(config tftypes.Value) diag.Diagnostics {
	var attributes map[string]tftypes.Value
	var volumes []tftypes.Value
	var diags diag.Diagnostics
	if err := config.As(&attributes); err != nil || !attributes["volumes"].IsKnown() || attributes["volumes"].As(&volumes) != nil {
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
