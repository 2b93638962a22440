// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// Aggregate reads what an owner keeps under a key, into a struct or a map; numbers that are read into an interface
// become json.Number. The error is ErrNotFound when there is nothing under the key, or the address is not checksummed.
func (c *Client) Aggregate(ctx context.Context, owner, key string, into any) error {
	query := url.Values{}
	if !strings.Contains(key, ",") { // a comma would separate two keys: then all are asked for
		query.Set("keys", key)
	}
	var answer struct {
		Data map[string]json.RawMessage `json:"data"`
	}
	path := "/api/v0/aggregates/" + url.PathEscape(owner) + ".json"
	if err := c.callJSON(ctx, get(path, query).upTo(maxAggregate), &answer); err != nil {
		return err
	}
	value, ok := answer.Data[key]
	if !ok || string(value) == "null" {
		return fmt.Errorf("%s keeps nothing under %q: %w", owner, key, ErrNotFound)
	}
	dec := json.NewDecoder(bytes.NewReader(value))
	dec.UseNumber()
	if err := dec.Decode(into); err != nil {
		return strange(get(path, nil), "%q is of another form than a node's", key)
	}
	return nil
}
