// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Living are those messages that the node lists as alive, by their item hashes: a hundred are asked for at once. What is
// not among them may be anything, and its Status tells what.
func (c *Client) Living(ctx context.Context, hashes []string) (map[string]bool, error) {
	living := make(map[string]bool, len(hashes))
	filter := Filter{Hashes: hashes, Statuses: []message.Status{message.StatusProcessed, message.StatusRemoving}}
	for m, err := range c.Messages(ctx, filter) {
		if err != nil {
			return nil, err
		}
		living[m.ItemHash] = true
	}
	return living, nil
}

// Forgotten are those messages that the node lists as forgotten, like Living. There are none from a node that does not
// list what was forgotten.
func (c *Client) Forgotten(ctx context.Context, hashes []string) (map[string]bool, error) {
	forgotten := make(map[string]bool, len(hashes))
	for batch := range slices.Chunk(hashes, hashesPerRequest) {
		query := url.Values{
			"hashes": {strings.Join(batch, ",")}, "msgStatuses": {string(message.StatusForgotten)}, "pagination": {strconv.Itoa(hashesPerRequest)},
		}
		var answer struct {
			Messages short[struct {
				ItemHash string         `json:"item_hash"`
				Status   message.Status `json:"status"`
			}] `json:"messages"`
		}
		err := c.callJSON(ctx, get("/api/v0/messages.json", query).upTo(maxRemains), &answer)
		if status := (*StatusError)(nil); errors.As(err, &status) && status.refuses() {
			return forgotten, nil
		}
		if err != nil {
			return nil, err
		}
		for _, m := range answer.Messages {
			if m.Status == message.StatusForgotten {
				forgotten[m.ItemHash] = true
			}
		}
	}
	return forgotten, nil
}
