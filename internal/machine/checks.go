// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package machine

import (
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// Rules adds those of the attributes that every machine has to the rules of a noun's own.
func Rules(rules plan.ContentRules) plan.ContentRules {
	rules.Attributes = append(rules.Attributes, "metadata", "environment", "resources", "volumes", "requirements", "variables", "authorized_keys", "payment")
	rules.Demanded = append(rules.Demanded, "vendor", "device_name", "device_class", "device_id")
	rules.Metadata = append(rules.Metadata, metadataName, metadataTags)
	texts := map[string]bool{"metadata": true}
	maps.Copy(texts, rules.Texts)
	rules.Texts = texts
	return rules
}

// CheckConfig judges a configuration as far as it is known. The noun is what the machine is called.
func CheckConfig(noun string, rules plan.ContentRules, config map[string]tftypes.Value) diag.Diagnostics {
	diags := checkMetadata(noun, config)
	kinds := checkVolumes(config["volumes"])
	diags.Append(kinds...)
	if !kinds.HasError() {
		diags.Append(rules.Check(config)...)
	}
	return diags
}

// checkVolumes checks that each element of `volumes` is one kind, as far as its values are known.
func checkVolumes(volumes tftypes.Value) diag.Diagnostics {
	var diags diag.Diagnostics
	for i, volume := range plan.ElementsOf(volumes) {
		if !volume.IsKnown() {
			continue
		}
		if problem := problemOf(plan.AttributesOf(volume)); problem != "" {
			diags.AddAttributeError(path.Root("volumes").AtListIndex(i), "Not one kind of volume", problem)
		}
	}
	return diags
}

// problemOf is what is wrong with a volume; nothing while that is not known.
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

// WarnOfVolumes tells of volumes that compute nodes do not run (NETWORK.md 12.1). Called is what the machine is called, and
// the sentence says what becomes of one that has them.
func WarnOfVolumes(volumes tftypes.Value, called, neverRuns string) diag.Diagnostics {
	var diags diag.Diagnostics
	for i, volume := range plan.ElementsOf(volumes) {
		at, v := path.Root("volumes").AtListIndex(i), plan.AttributesOf(volume)
		if v == nil {
			continue // not known yet
		}
		warn := func(name, summary, detail string) {
			diags.Append(diagnostic.Alike(at.AtName(name), fmt.Sprintf("%s (`%s`)", called, at), summary, detail))
		}
		persistence := plan.TextOf(v["persistence"])
		switch {
		case plan.FlagOf(v["ephemeral"]).ValueBool():
			warn("ephemeral", "No compute node runs ephemeral volumes",
				"There is an ephemeral one in:\n\n%s\n\n"+neverRuns+" Use a persistent volume instead: take `ephemeral` out and keep `size_mib`.")
		case v["ref"].IsNull() && !persistence.IsUnknown() && persistence.ValueString() != defaultPersistence:
			warn("persistence", "Compute nodes keep volumes on the host only",
				"There is a volume with another `persistence`, or one of another tool that has none, in:\n\n%s\n\n"+neverRuns+" Set it to `"+defaultPersistence+"`.")
		}
		if mount := plan.TextOf(v["mount"]); !mount.IsUnknown() && mount.ValueString() == "" {
			warn("mount", "A volume has no place",
				"Compute nodes mount every volume at a directory, and here one has no `mount`:\n\n%s\n\n"+neverRuns+" Give it a directory of its own.")
		}
	}
	return diags
}

// Persistent are the volumes that nodes keep, by name or place.
func Persistent(volumes tftypes.Value) []string {
	var kept []string
	for i, element := range plan.ElementsOf(volumes) {
		v := plan.AttributesOf(element)
		if plan.TextOf(v["persistence"]).ValueString() != defaultPersistence {
			continue
		}
		label := fmt.Sprintf("volumes[%d]", i)
		for _, name := range []string{"mount", "name"} {
			if text := plan.TextOf(v[name]).ValueString(); text != "" {
				label = text
			}
		}
		kept = append(kept, "`"+label+"`")
	}
	return kept
}
