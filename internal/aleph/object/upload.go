// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

// TooLargeError is a file over what the node stores.
type TooLargeError struct {
	Size, Limit int64
	Engine      message.ItemType
}

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the file has %d bytes, and the node takes at most %d in %s", e.Size, e.Limit, e.Engine)
}

// Remedy says what to do.
func (e *TooLargeError) Remedy() string {
	if e.Engine == message.ItemTypeStorage {
		return "Set `storage_engine` to `ipfs`, which takes larger files, or make the file smaller."
	}
	return "Make the file smaller, or put it on IPFS yourself and give its CID as `file_hash`."
}

// Limits are the largest uploads that the node takes, asked for once.
func (c *Client) Limits(ctx context.Context) (node.Limits, error) {
	return c.limits.Get(ctx, struct{}{}, c.Node.Limits)
}

// CheckSize refuses a file that the node does not take into an engine: the error is a *TooLargeError.
func CheckSize(limits node.Limits, engine message.ItemType, size int64) error {
	if signed, _ := limitsOf(limits, engine); size > signed {
		return &TooLargeError{Size: size, Limit: signed, Engine: engine}
	}
	return nil
}

// limitsOf are the sizes that an engine takes together with a signed message, and ahead of it.
func limitsOf(limits node.Limits, engine message.ItemType) (signed, unsigned int64) {
	if engine == message.ItemTypeIPFS {
		return limits.IPFS.MaxUploadFileSize, limits.IPFS.MaxUnauthenticatedUploadFileSize
	}
	return limits.Storage.MaxFileSize, limits.Storage.MaxUnauthenticatedUploadFileSize
}

// smallFile is up to how many bytes a file is sent whether the node has it or not: to ask would cost as much.
const smallFile = 32 << 10

// upload puts the file of a STORE on the node, if there is one. It returns the file when that is too large to be sent
// ahead of the message, and has to travel with it (NETWORK.md 6.2): small files go first because that needs no balance
// of its own.
func (c *Client) upload(ctx context.Context, m *message.Message, file *node.File) (*node.File, error) {
	if file == nil {
		return nil, nil
	}
	var store message.Store
	if err := message.Decode(m, &store); err != nil {
		return nil, err
	}
	if file.Size > smallFile {
		size, ok, err := c.Node.HasFile(ctx, store.ItemHash)
		if err != nil {
			return nil, err
		}
		if ok && size == file.Size {
			return nil, readThrough(file)
		}
	}
	limits, err := c.Limits(ctx)
	if err != nil {
		return nil, err
	}
	if err := CheckSize(limits, store.ItemType, file.Size); err != nil {
		return nil, err
	}
	if _, unsigned := limitsOf(limits, store.ItemType); file.Size > unsigned {
		return file, nil
	}
	hash, err := c.Node.Upload(ctx, *file, store.ItemType)
	if err == nil && hash != store.ItemHash {
		err = fmt.Errorf("the node stored the file as %s, and its hash was %s before: it changed while it was read", hash, store.ItemHash)
	}
	return nil, err
}

// readThrough reads a file that the node has already, and that is therefore not sent. The node knows it by the hash alone,
// which may be remembered from an earlier run: here the reader, which hashes what it gives, sees that it still is that file.
func readThrough(file *node.File) error {
	content, err := file.Open()
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, content)
	return errors.Join(err, content.Close())
}
