// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Aggregate is a document of an owner, as a node computes it from the owner's messages: no signature covers it.
type Aggregate struct {
	Owner string `json:"address"`
	Key   string `json:"key"`
	// Content has the top-level keys, each as JSON text; null for one that was deleted.
	Content map[string]json.RawMessage `json:"content"`
	// Created is the time of the first message, and Updated that of the one that the node took in last.
	Created message.Time `json:"created"`
	Updated message.Time `json:"last_updated"`
}

const (
	// aggregatesPerPage is how many documents are asked for at once.
	aggregatesPerPage = 100
	// maxAggregates is for all documents of one owner, in bytes.
	maxAggregates = 8 * maxAggregate
)

// AggregateNow is the document that an owner keeps under a key, with its times; without content, and without an error, when
// there is none. Whoever needs no times uses Aggregate.
func (c *Client) AggregateNow(ctx context.Context, owner, key string) (Aggregate, error) {
	filter := url.Values{"addresses": {owner}}
	if !strings.Contains(key, ",") { // a comma would separate two keys: then all are asked for
		filter.Set("keys", key)
	}
	all, err := c.listAggregates(ctx, filter)
	if err != nil {
		return Aggregate{}, err
	}
	for _, a := range all {
		if a.Owner == owner && a.Key == key {
			return a, nil
		}
	}
	return Aggregate{Owner: owner, Key: key}, nil
}

// Aggregates are all documents of an owner, the one that was changed last first.
func (c *Client) Aggregates(ctx context.Context, owner string) ([]Aggregate, error) {
	return c.listAggregates(ctx, url.Values{"addresses": {owner}})
}

// listAggregates reads page after page. The node answers an empty list where there is none (NETWORK.md 5.4).
func (c *Client) listAggregates(ctx context.Context, query url.Values) ([]Aggregate, error) {
	query.Set("pagination", strconv.Itoa(aggregatesPerPage))
	var all []Aggregate
	for page := 1; page <= maxPages; page++ {
		query.Set("page", strconv.Itoa(page))
		var answer struct {
			Aggregates short[Aggregate] `json:"aggregates"`
			Total      *int             `json:"pagination_total"`
		}
		r := get("/api/v0/aggregates.json", query).upTo(maxAggregates)
		if err := c.callJSON(ctx, r, &answer); err != nil {
			return nil, err
		}
		if answer.Total == nil {
			return nil, strange(r, "the answer is no list of aggregates")
		}
		all = append(all, answer.Aggregates...)
		if len(answer.Aggregates) == 0 || len(all) >= *answer.Total {
			return all, nil
		}
	}
	return nil, strange(get("/api/v0/aggregates.json", nil), "the list has no end: it goes on after %d pages", maxPages)
}
