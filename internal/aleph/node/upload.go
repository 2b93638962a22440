// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// File is a file to upload. It is read as it is sent, and never held in memory.
type File struct {
	// Open opens the file at its beginning; it is called once for each attempt. Its reader fails when what it reads is
	// not the file of the hash that is published.
	Open func() (io.ReadCloser, error)
	// Size is in bytes, and must be what Open gives.
	Size int64
	// Name is told to the node, which does not keep it.
	Name string
}

// Upload stores a file by itself, and returns its hash: SHA-256 in hex for storage, a CIDv0 for IPFS. A node forgets
// the file after a day unless a STORE names it by then, and takes no more than Limits says (NETWORK.md 6.1, 6.6).
func (c *Client) Upload(ctx context.Context, file File, engine message.ItemType) (string, error) {
	r, err := uploadRequest(file, engine, nil)
	if err != nil {
		return "", err
	}
	var stored storedFile
	if err := c.callJSON(ctx, r, &stored); err != nil {
		return "", err
	}
	return stored.Hash, nil
}

// storedFile is the answer to an upload.
type storedFile struct {
	Hash string `json:"hash"`
}

// UploadSigned stores a file together with the STORE that names it, so that it may be larger, and returns the outcome
// as Publish does. The node takes the file only if the owner can pay for it (NETWORK.md 6.2).
func (c *Client) UploadSigned(ctx context.Context, file File, m *message.Message) (Record, error) {
	var content message.Store
	if err := json.Unmarshal([]byte(m.ItemContent), &content); err != nil {
		return Record{}, &notSentError{fmt.Errorf("message %s is not a STORE: %w", m.ItemHash, err)}
	}
	r, err := uploadRequest(file, content.ItemType, m)
	if err != nil {
		return Record{}, &notSentError{err}
	}
	var stored storedFile
	record, err := c.deliver(ctx, m, func(attempt int) (Record, error) {
		stored = storedFile{}
		if err := c.try(ctx, r, attempt, &stored); err != nil {
			return c.readUploadRefusal(ctx, m, &content, err)
		}
		return c.readUploaded(ctx, m)
	})
	if err == nil && stored.Hash != "" && stored.Hash != content.ItemHash {
		return Record{}, fmt.Errorf("the node stored the file as %s, but message %s names %s", stored.Hash, m.ItemHash, content.ItemHash)
	}
	return record, err
}

// readUploaded reads what became of a message that was uploaded with its file: nothing but the message tells
// (NETWORK.md 6.2).
func (c *Client) readUploaded(ctx context.Context, m *message.Message) (Record, error) {
	record, err := c.look(ctx, m.ItemHash)
	if errors.Is(err, ErrNotFound) {
		return Record{ItemHash: m.ItemHash, Status: message.StatusPending}, nil
	}
	return record, err
}

// readUploadRefusal reads an answer that is not a success (NETWORK.md 6.2). With a message that was taken and then
// rejected comes 422 and, of all things, the text of a success.
func (c *Client) readUploadRefusal(ctx context.Context, m *message.Message, content *message.Store, err error) (Record, error) {
	var status *StatusError
	if !errors.As(err, &status) {
		return Record{}, err
	}
	var stored storedFile
	switch {
	case status.Status == http.StatusUnprocessableEntity && json.Unmarshal(status.text, &stored) == nil && stored.Hash != "":
		return c.readRejection(ctx, m)
	case status.Status == http.StatusPaymentRequired && content.Payment != nil && content.Payment.Type == message.PaymentCredit:
		return refused(m, message.CodeCreditInsufficient, ""), nil
	case status.Status == http.StatusPaymentRequired:
		return refused(m, message.CodeBalanceInsufficient, ""), nil
	case status.Status == http.StatusForbidden && content.ItemType == message.ItemTypeStorage: // without IPFS, 403 says so
		return refused(m, message.CodeInvalidSignature, ""), nil
	}
	return Record{}, err
}

// uploadRequest is a form with the file and, if m is given, the signed message that names it.
func uploadRequest(file File, engine message.ItemType, m *message.Message) (request, error) {
	r := request{method: http.MethodPost, path: "/api/v0/storage/add_file", limit: maxFacts}
	switch engine {
	case message.ItemTypeStorage:
	case message.ItemTypeIPFS:
		r.path = "/api/v0/ipfs/add_file"
	default:
		return r, fmt.Errorf("a file is kept in %s or on %s, not %q", message.ItemTypeStorage, message.ItemTypeIPFS, engine)
	}

	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	r.contentType = w.FormDataContentType()
	if m != nil {
		metadata, err := json.Marshal(submission{Message: m, Sync: true})
		if err != nil {
			return r, fmt.Errorf("encoding message %s: %w", m.ItemHash, err)
		}
		if err := w.WriteField("metadata", string(metadata)); err != nil {
			return r, err
		}
	}
	if _, err := w.CreateFormFile("file", file.Name); err != nil {
		return r, err
	}
	head := form.Len()
	if err := w.Close(); err != nil {
		return r, err
	}

	before, after := form.Bytes()[:head], form.Bytes()[head:]
	r.size = int64(form.Len()) + file.Size
	r.body = func() (io.ReadCloser, error) {
		content, err := file.Open()
		if err != nil {
			return nil, fmt.Errorf("opening %s: %w", file.Name, err)
		}
		body := io.MultiReader(bytes.NewReader(before), &exactReader{file: content, left: file.Size, name: file.Name}, bytes.NewReader(after))
		return &fileBody{Reader: body, Closer: content}, nil
	}
	return r, nil
}

// fileBody closes the file within a form.
type fileBody struct {
	io.Reader
	io.Closer
}

// exactReader reads a file that must have the size that was announced: a form of another size is never complete.
type exactReader struct {
	file io.Reader
	left int64
	name string
}

func (r *exactReader) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n, err := r.file.Read(p[:min(int64(len(p)), r.left)])
	r.left -= int64(n)
	switch {
	case errors.Is(err, io.EOF) && r.left > 0:
		return n, &localError{fmt.Errorf("%s became shorter while it was read", r.name)}
	case err != nil && !errors.Is(err, io.EOF):
		return n, &localError{fmt.Errorf("reading %s: %w", r.name, err)}
	}
	return n, nil
}
