// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node

import (
	"context"
	"errors"
	"io"
	"net/url"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// HasFile reports whether the node knows a file by its own hash (not that of a STORE), and its size in bytes. heph takes a
// CID for no hash (400), and has no such file (NETWORK.md 13.4).
func (c *Client) HasFile(ctx context.Context, fileHash string) (size int64, ok bool, err error) {
	var answer struct {
		Size int64 `json:"size"`
	}
	err = c.getJSON(ctx, "/api/v0/storage/metadata/"+url.PathEscape(fileHash), nil, &answer)
	if errors.Is(err, ErrNotFound) || lacksEndpoint(err) && message.ItemTypeOf(fileHash) == message.ItemTypeIPFS {
		return 0, false, nil
	}
	return answer.Size, err == nil, err
}

// Download opens a file by its own hash. It is not verified. The error is ErrNotFound when the node does not know it,
// which does not mean that no node does.
func (c *Client) Download(ctx context.Context, fileHash string) (io.ReadCloser, error) {
	r := get("/api/v0/storage/raw/"+url.PathEscape(fileHash), nil)
	return retry(ctx, c, func(attempt int) (io.ReadCloser, error) {
		resp, err := c.open(ctx, r, attempt)
		if err != nil {
			return nil, err
		}
		return resp.Body, nil
	})
}

// StoredFile is a file as a STORE keeps it.
type StoredFile struct {
	// Ref is the item hash of the first STORE, or a user-defined tag.
	Ref   string `json:"ref"`
	Owner string `json:"owner"`
	// FileHash is the file's own hash, and Size its length in bytes.
	FileHash string `json:"file_hash"`
	Size     int64  `json:"size"`
}

// FileByRef is the newest version of the file whose first STORE is named. The error is ErrNotFound for an amend, and
// on some nodes until there is an amend (NETWORK.md 7.1, 13.2).
func (c *Client) FileByRef(ctx context.Context, storeHash string) (StoredFile, error) {
	return c.storedFile(ctx, "by-ref", storeHash)
}

// FileByMessage is the file of the very STORE that is named.
func (c *Client) FileByMessage(ctx context.Context, storeHash string) (StoredFile, error) {
	return c.storedFile(ctx, "by-message-hash", storeHash)
}

func (c *Client) storedFile(ctx context.Context, by, storeHash string) (StoredFile, error) {
	var file StoredFile
	err := c.getJSON(ctx, "/api/v0/storage/"+by+"/"+url.PathEscape(storeHash), nil, &file)
	return file, err
}
