// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/blob"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
)

// firstOf is the item hash of the first STORE, as the versions name it; empty when they have a name of their own, by
// which no first one can be told.
func firstOf(versions object.Versions) (string, error) {
	var store message.Store
	live := versions.Live()
	if err := message.Decode(live, &store); err != nil {
		return "", err
	}
	switch {
	case store.Ref == "":
		return live.ItemHash, nil
	case message.ItemTypeOf(store.Ref) != "":
		return store.Ref, nil
	}
	return "", nil
}

// idOf is the id of a volume of which nothing was known before: the first STORE, or the oldest that is alive.
func idOf(versions object.Versions) (string, error) {
	first, err := firstOf(versions)
	if first == "" && err == nil {
		first = versions[0].ItemHash
	}
	return first, err
}

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
func (p *Published) take(versions object.Versions) error {
	id, err := idOf(versions)
	if err != nil {
		return err
	}
	p.ID = types.StringValue(id)
	return p.read(versions.Live(), versions.Superseded(id), true)
}
