// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package publish

import (
	"context"
	"errors"
	"fmt"

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

// FileSize is the size, in bytes, of the file that a mount of a STORE gives: of its newest version, or of the very one.
// The error is node.ErrNotFound when the node knows no such file.
func (c *Client) FileSize(ctx context.Context, ref string, latest bool) (int64, error) {
	if latest {
		// Some nodes know a file by its first STORE only once there is an amend (measured.md 7).
		if file, err := c.Node.FileByRef(ctx, ref); !errors.Is(err, node.ErrNotFound) {
			return file.Size, err
		}
	}
	file, err := c.Node.FileByMessage(ctx, ref)
	return file.Size, err
}

// upload puts the file of a STORE on the node. It reports false when the file is too large to be sent ahead of the
// message, and has to travel with it (protocol.md 6.2): small files go first because that needs no balance of its own.
func (c *Client) upload(ctx context.Context, content message.Content, o Options) (bool, error) {
	store, ok := content.(*message.Store)
	if !ok {
		return false, fmt.Errorf("a %s carries no file", content.MessageType())
	}
	if size, ok, err := c.Node.HasFile(ctx, store.ItemHash); err != nil {
		return false, err
	} else if ok && size == o.File.Size {
		return true, nil
	}
	limits, err := c.Node.Limits(ctx)
	if err != nil {
		return false, err
	}
	if err := CheckSize(limits, store.ItemType, o.File.Size); err != nil {
		return false, err
	}
	if _, unsigned := limitsOf(limits, store.ItemType); o.File.Size > unsigned {
		return false, nil
	}
	hash, err := c.Node.Upload(ctx, *o.File, store.ItemType)
	if err != nil {
		return false, err
	}
	if hash != store.ItemHash {
		return false, fmt.Errorf("the node stored the file as %s, and its hash was %s before: it changed while it was read", hash, store.ItemHash)
	}
	return true, nil
}
