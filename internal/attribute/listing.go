// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"cmp"
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// QueryDescription says of every list resource what Terraform makes of its results.
const QueryDescription = "`terraform query -generate-config-out=FILE` writes a configuration and an `import` block for each: what lives on the network, " +
	"from whatever tool it came, is under Terraform after the next apply, which publishes nothing. Versions that are superseded and still alive are in " +
	"`superseded` of what took over from them, and are kept. Terraform asks for 100 results unless `limit` says otherwise. Needs Terraform 1.14."

// Results are as many of what is listed as Terraform asks for, and between them what is told of those that are left out,
// in whose place there is the zero value.
func Results[T comparable](limit int64, listed iter.Seq2[T, diag.Diagnostics], result func(T) list.ListResult) iter.Seq[list.ListResult] {
	return func(push func(list.ListResult) bool) {
		var none T
		count := int64(0)
		for found, told := range listed {
			next := list.ListResult{Diagnostics: told}
			if found != none {
				next = result(found)
				count++
			}
			if !push(next) || limit > 0 && count >= limit {
				return
			}
		}
	}
}

// DisplayName is what a list shows an object as: its name, or its item hash when it has none. Names are what their owner
// wrote, and may hold anything.
func DisplayName(name types.String, hash string) string {
	const most = 100
	return cmp.Or(message.OneLine(name.ValueString(), most), hash)
}

// NoTimeouts is `timeouts` left out.
func NoTimeouts(ctx context.Context) timeouts.Value {
	kind, _ := Timeouts(ctx).GetType().(timeouts.Type)
	return timeouts.Value{Object: types.ObjectNull(kind.AttrTypes)}
}
