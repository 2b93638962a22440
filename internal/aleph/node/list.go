// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node

import (
	"context"
	"fmt"
	"iter"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Filter says which messages to list: those that match one of the values of each list. An empty list does not filter.
type Filter struct {
	Types []message.Type
	// Owners are content.address, in checksummed form: other spellings find nothing (NETWORK.md 1.3).
	Owners []string
	// Refs are content.ref of STOREs and POSTs. There may be more than 100, like Hashes, unless there are both.
	Refs   []string
	Hashes []string
	// ContentTypes are content.type, which says what kind of document a POST is.
	ContentTypes []string
	Channels     []string
	// Statuses may be processed and removing, which is the default; other messages cannot be listed.
	Statuses []message.Status
	// StartDate and EndDate bound the time of the message (from, and up to but without); zero for no bound.
	StartDate, EndDate message.Time
}

const (
	// pageSize is the most that a node gives in a page by cursor (NETWORK.md 5.2).
	pageSize = 200
	// hashesPerRequest keeps the request line, which holds 8,190 bytes at most, within bounds (NETWORK.md 4.8).
	hashesPerRequest = 100
)

// Messages lists messages, newest first; with more than 100 hashes or refs, newest first within each hundred. The iteration
// ends with the first error. The messages are not verified.
func (c *Client) Messages(ctx context.Context, filter Filter) iter.Seq2[message.Message, error] {
	return func(yield func(message.Message, error) bool) {
		query, err := filter.query()
		if err != nil {
			yield(message.Message{}, err)
			return
		}
		long, values := "hashes", filter.Hashes
		if len(values) == 0 {
			long, values = "refs", filter.Refs
		}
		if len(values) == 0 {
			c.listMessages(ctx, query, yield)
			return
		}
		for batch := range slices.Chunk(values, hashesPerRequest) {
			query.Set(long, strings.Join(batch, ","))
			if !c.listMessages(ctx, query, yield) {
				return
			}
		}
	}
}

// query names the parameters in camel case: not every node knows the other names (NETWORK.md 13.4).
func (f Filter) query() (url.Values, error) {
	query := url.Values{"pagination": {strconv.Itoa(pageSize)}}
	for name, values := range map[string][]string{
		"msgTypes": texts(f.Types), "msgStatuses": texts(f.Statuses), "owners": f.Owners, "refs": f.Refs,
		"contentTypes": f.ContentTypes, "channels": f.Channels,
	} {
		for _, value := range values {
			if strings.Contains(value, ",") {
				return nil, fmt.Errorf("a node cannot list messages by %s %q: a comma separates two values", name, value)
			}
		}
		if len(values) > 0 {
			query.Set(name, strings.Join(values, ","))
		}
	}
	for name, time := range map[string]message.Time{"startDate": f.StartDate, "endDate": f.EndDate} {
		if time != 0 {
			query.Set(name, strconv.FormatFloat(float64(time), 'f', -1, 64))
		}
	}
	return query, nil
}

func texts[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, value := range values {
		list[i] = string(value)
	}
	return list
}
