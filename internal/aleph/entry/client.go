// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package entry reads and writes entries of aggregates: the top-level keys of the documents that an owner keeps on the
// network. What others wrote into a document stays, and what a node says of it is verified by the messages that it is made
// of (NETWORK.md 7.6, 7.7).
package entry

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/shared"
)

// Place is where entries are: a document of an owner.
type Place struct {
	Owner string
	// Key names the document, such as "domains".
	Key string
}

func (p Place) String() string { return fmt.Sprintf("the aggregate %q of %s", p.Key, p.Owner) }

// Document is what an owner keeps under a key.
type Document struct {
	// Entries are its top-level keys. Numbers are json.Number; nil is a deleted one. It must not be changed.
	Entries map[string]any
	// Created and Updated are the times of its first message and of the one that counts as its last; zero when there is
	// none.
	Created, Updated message.Time
}

// Exists reports whether the document has any message.
func (d *Document) Exists() bool { return d.Created != 0 }

// Client reads and writes entries through one node, for one account.
type Client struct {
	*object.Client

	documents shared.Memo[Place, *Document]
	fresh     shared.Fresh[Place, *Document]
	histories shared.Memo[string, history]
	writes    shared.Batch[Place, job]
}

// New makes a client that publishes through another.
func New(objects *object.Client) *Client { return &Client{Client: objects} }

// Read reads a document, which all reads of a run share until something is written into it. What is in it is not verified:
// see Prove.
func (c *Client) Read(ctx context.Context, at Place) (*Document, error) {
	return c.documents.Get(ctx, at, func(ctx context.Context) (*Document, error) { return c.ask(ctx, at) })
}

// ReadAnew is Read by a request that begins after the call.
func (c *Client) ReadAnew(ctx context.Context, at Place) (*Document, error) {
	return c.fresh.Get(ctx, at, func(ctx context.Context) (*Document, error) { return c.ask(ctx, at) })
}

// All are the documents of an owner by their keys, read anew.
func (c *Client) All(ctx context.Context, owner string) (map[string]*Document, error) {
	listed, err := c.Node.Aggregates(ctx, owner)
	if err != nil {
		return nil, fmt.Errorf("unable to list the aggregates of %s: %w", owner, err)
	}
	documents := make(map[string]*Document, len(listed))
	for _, a := range listed {
		if a.Owner != owner {
			continue
		}
		if documents[a.Key], err = documentOf(a); err != nil {
			return nil, err
		}
	}
	return documents, nil
}

func (c *Client) ask(ctx context.Context, at Place) (*Document, error) {
	a, err := c.Node.AggregateNow(ctx, at.Owner, at.Key)
	if err != nil {
		return nil, fmt.Errorf("unable to read %s: %w", at, err)
	}
	return documentOf(a)
}

func documentOf(a node.Aggregate) (*Document, error) {
	d := &Document{Entries: make(map[string]any, len(a.Content)), Created: a.Created, Updated: a.Updated}
	for key, text := range a.Content {
		value, err := decode(text)
		if err != nil {
			return nil, err
		}
		d.Entries[key] = value
	}
	return d, nil
}

// decode reads a JSON value with its numbers as they are written.
func decode(text []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var value any
	err := dec.Decode(&value)
	return value, err
}
