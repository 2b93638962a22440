// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume

import (
	"cmp"
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/blob"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
)

// idOf is the id of a volume of which nothing was known before: the first STORE, or the oldest that is alive.
func idOf(found *object.Object) string { return cmp.Or(found.First(), found.Versions[0].ItemHash) }

// askFacts asks the network for the size and the encoding of a file that is not here.
func (p *Published) askFacts(ctx context.Context, api *node.Client) error {
	p.Size, p.Encoding = types.Int64Null(), types.StringNull()
	hash := p.ContentHash.ValueString()
	size, known, err := api.HasFile(ctx, hash)
	if err != nil || !known {
		return err
	}
	body, err := api.Download(ctx, hash)
	if err != nil {
		return err
	}
	encoding, err := blob.EncodingOf(body)
	p.Size, p.Encoding = types.Int64Value(size), types.StringValue(encoding)
	return errors.Join(err, body.Close())
}

// take reads a volume of which nothing was known before. What only the file itself tells is asked for apart.
func (p *Published) take(found *object.Object) error {
	id := idOf(found)
	p.ID = types.StringValue(id)
	return p.read(found.Versions.Live(), found.Versions.Superseded(id), true)
}
