// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package plan

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
)

// CheckImport refuses an import by something that is no item hash.
func CheckImport(ctx context.Context, at path.Path, resp *resource.ImportStateResponse) {
	var hash types.String
	resp.Diagnostics.Append(resp.State.GetAttribute(ctx, at, &hash)...)
	if err := model.CheckItemHash(hash.ValueString()); err != nil && !resp.Diagnostics.HasError() {
		resp.Diagnostics.AddError("Unable to import", diagnostic.Sentence(err)+"\n\n"+diagnostic.NothingSent+"\n\nImport by the item hash of a message.")
	}
}

// Dropped are the elements of the prior list that the planned one no longer has.
func Dropped(prior, planned types.List) []string {
	kept := attribute.StringsOf(planned)
	return slices.DeleteFunc(attribute.StringsOf(prior), func(hash string) bool { return slices.Contains(kept, hash) })
}
