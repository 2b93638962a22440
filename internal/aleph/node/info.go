// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node

import (
	"context"
	"errors"
	"net/http"
)

// Limits are the largest uploads that a node takes, in bytes.
type Limits struct {
	Storage struct {
		// MaxFileSize is for a file that comes with its signed STORE.
		MaxFileSize int64 `json:"max_file_size"`
		// MaxUnauthenticatedUploadFileSize is for a file that comes alone.
		MaxUnauthenticatedUploadFileSize int64 `json:"max_unauthenticated_upload_file_size"`
	} `json:"storage"`
	IPFS struct {
		MaxUploadFileSize                int64 `json:"max_upload_file_size"`
		MaxUnauthenticatedUploadFileSize int64 `json:"max_unauthenticated_upload_file_size"`
	} `json:"ipfs"`
}

// Limits reads the limits of the node, or the network's defaults from one that does not tell (NETWORK.md 6.1).
func (c *Client) Limits(ctx context.Context) (Limits, error) {
	const mebibyte = 1 << 20
	var limits Limits
	limits.Storage.MaxFileSize = 100 * mebibyte
	limits.Storage.MaxUnauthenticatedUploadFileSize = 25 * mebibyte
	limits.IPFS.MaxUploadFileSize = 1024 * mebibyte
	limits.IPFS.MaxUnauthenticatedUploadFileSize = 25 * mebibyte
	err := c.getJSON(ctx, "/api/v0/storage/limits.json", nil, &limits)
	if lacksEndpoint(err) {
		return limits, nil
	}
	return limits, err
}

// Version is the version of the node's software; empty when it does not tell.
func (c *Client) Version(ctx context.Context) (string, error) {
	var answer struct {
		Version string `json:"version"`
	}
	err := c.getJSON(ctx, "/api/v0/version", nil, &answer)
	if lacksEndpoint(err) {
		return "", nil
	}
	return answer.Version, err
}

// lacksEndpoint reports whether a node does not offer what was asked for. heph takes limits.json for a hash, and
// answers 400 (NETWORK.md 13.4).
func lacksEndpoint(err error) bool {
	var status *StatusError
	return errors.As(err, &status) && (status.Status == http.StatusNotFound || status.Status == http.StatusBadRequest)
}
