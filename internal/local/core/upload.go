// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// refusal is an upload's error, as it is answered.
type refusal struct {
	status int
	reason string
	limit  int64 // of a file that is too large
}

func (e *refusal) Error() string { return e.reason }

func refuse(status int, reason string) error { return &refusal{status: status, reason: reason} }

func tooLargeFor(limit int64) error {
	return &refusal{status: http.StatusRequestEntityTooLarge, limit: limit}
}

// delivery is what an upload request carried.
type delivery struct {
	*upload
	name string
	// message is the signed STORE; nil when there was none. sync is whether to wait for its outcome.
	message *envelope
	sync    bool
}

// addFile is POST /api/v0/storage/add_file (NETWORK.md 6.2).
func (n *Node) addFile(w http.ResponseWriter, r *http.Request) {
	d, err := n.receiveFile(r, n.cfg.MaxUpload, n.cfg.MaxUnsignedUpload, false)
	if err != nil {
		answerRefusal(w, r, err)
		return
	}
	if err := n.admit(d, d.sha256, ""); err != nil {
		answerRefusal(w, r, errors.Join(err, d.discard()))
		return
	}
	n.finishUpload(w, r, d, d.sha256, object{"status": "success", "hash": d.sha256})
}

// addIPFSFile is POST /api/v0/ipfs/add_file (NETWORK.md 6.3).
func (n *Node) addIPFSFile(w http.ResponseWriter, r *http.Request) {
	if n.cfg.NoIPFS {
		answerReason(w, http.StatusForbidden, "IPFS is disabled on this node")
		return
	}
	d, err := n.receiveFile(r, max(maxIPFSUpload, n.cfg.MaxUpload), n.cfg.MaxUnsignedUpload, true)
	if err != nil {
		answerRefusal(w, r, err)
		return
	}
	if err := n.admit(d, d.cid, message.ItemTypeIPFS); err != nil {
		answerRefusal(w, r, errors.Join(err, d.discard()))
		return
	}
	n.finishUpload(w, r, d, d.cid, object{"status": "success", "hash": d.cid, "name": d.name, "size": d.size})
}

// finishUpload keeps the file, publishes the STORE that came with it, and answers. The body says success whatever
// becomes of the STORE; only the status tells (NETWORK.md 6.2).
func (n *Node) finishUpload(w http.ResponseWriter, r *http.Request, d *delivery, hash string, body object) {
	if err := n.keep(d.upload, hash, d.message == nil); err != nil {
		answerStatus(w, http.StatusInternalServerError)
		return
	}
	status := http.StatusOK
	if d.message != nil {
		status = httpStatus(n.publish(r, d.message, d.sync).status)
	}
	answer(w, status, body)
}

// receiveFile reads an upload: a multipart form in any order, or, in storage only, the bare file.
func (n *Node) receiveFile(r *http.Request, limit, unsignedLimit int64, ipfs bool) (_ *delivery, err error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // what cannot be parsed is no form
	if kind != "multipart/form-data" {
		if ipfs {
			return nil, refuse(http.StatusBadRequest, "Expected Content-Type: multipart/form-data")
		}
		u, err := n.receivePart(r.Body, unsignedLimit, false)
		return &delivery{upload: u}, err
	}
	d := &delivery{}
	defer func() {
		if err != nil && d.upload != nil {
			err = errors.Join(err, d.discard())
		}
	}()
	metadata, err := n.readForm(r, d, limit, ipfs)
	if err != nil {
		return nil, err
	}
	switch {
	case d.upload == nil && ipfs:
		return nil, refuse(http.StatusUnprocessableEntity, "Missing 'file' in multipart form.")
	case d.upload == nil:
		return nil, refuse(http.StatusBadRequest, "File should be sent as FormData or Raw Upload")
	case metadata == nil && d.size > unsignedLimit:
		return nil, tooLargeFor(unsignedLimit)
	case metadata == nil:
		return d, nil
	}
	return d, d.readMetadata(metadata)
}

// readForm reads the parts of a form: the file goes to disk, the metadata is returned.
func (n *Node) readForm(r *http.Request, d *delivery, limit int64, ipfs bool) (metadata []byte, err error) {
	form, err := r.MultipartReader()
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "Invalid multipart structure")
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return metadata, nil
		}
		if err != nil {
			return nil, refuse(http.StatusBadRequest, "Invalid multipart structure")
		}
		switch part.FormName() {
		case "file":
			d.name = part.FileName()
			if d.name == "" {
				d.name = "file"
			}
			d.upload, err = n.receivePart(part, limit, ipfs)
		case "metadata":
			metadata, err = io.ReadAll(io.LimitReader(part, maxBody))
		}
		if err != nil {
			return nil, err
		}
	}
}

func (n *Node) receivePart(from io.Reader, limit int64, ipfs bool) (*upload, error) {
	u, err := n.disk.receive(from, limit, ipfs)
	if errors.Is(err, errTooLarge) {
		return nil, tooLargeFor(limit)
	}
	return u, err
}

// readMetadata reads the signed STORE, which must be inline; `sync` must be there.
func (d *delivery) readMetadata(text []byte) error {
	undecodable := refuse(http.StatusUnprocessableEntity, "Could not decode metadata: the message and sync must be valid")
	var metadata struct {
		Message json.RawMessage `json:"message"`
		Sync    *bool           `json:"sync"`
	}
	if err := decode(text, &metadata); err != nil || metadata.Sync == nil {
		return undecodable
	}
	e, err := readEnvelope(metadata.Message)
	if err != nil || e.Type != message.TypeStore || e.ItemType != message.ItemTypeInline {
		return undecodable
	}
	d.message, d.sync = e, *metadata.Sync
	return nil
}

// admit checks a signed STORE before its file is kept: signature, hash, and means. Small files on hold are not exempt
// here (NETWORK.md 6.2).
func (n *Node) admit(d *delivery, hash string, want message.ItemType) error {
	if d.message == nil {
		return nil
	}
	if checkSignature(d.message) != nil {
		return refuse(http.StatusForbidden, http.StatusText(http.StatusForbidden))
	}
	r := &record{envelope: d.message}
	if why := r.load([]byte(d.message.ItemContent)); why != nil {
		return refuse(http.StatusUnprocessableEntity, "Invalid store message content")
	}
	store := r.store
	if want != "" && store.ItemType != want {
		return refuse(http.StatusUnprocessableEntity,
			fmt.Sprintf("Expected item_type=ipfs in STORE message, got ItemType.%s", store.ItemType))
	}
	wrongHash := refuse(http.StatusUnprocessableEntity, fmt.Sprintf("File hash does not match (%s != %s)", hash, store.ItemHash))
	if want == "" && store.ItemHash != hash {
		return wrongHash
	}
	if !n.affordsUpload(r.owner, store, d.size) {
		return refuse(http.StatusPaymentRequired, http.StatusText(http.StatusPaymentRequired))
	}
	if store.ItemHash != hash {
		return wrongHash
	}
	return nil
}

// affordsUpload says whether an owner can pay for a file, whose size counts in whole MiB, rounded up.
func (n *Node) affordsUpload(owner string, store *message.Store, size int64) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	b := n.prices.storeBill(store, decimal.NewFromInt((size+mebibyte-1)/mebibyte), "", n)
	return n.checkMeans(owner, b.cost(), b.payment) == nil
}

func answerRefusal(w http.ResponseWriter, r *http.Request, err error) {
	var refused *refusal
	switch {
	case !errors.As(err, &refused):
		answerStatus(w, http.StatusInternalServerError)
	case refused.limit > 0:
		tooLarge(w, r, refused.limit)
	default:
		answerReason(w, refused.status, refused.reason)
	}
}

// addJSON is POST /api/v0/storage/add_json: the document is stored compact, with sorted keys (NETWORK.md 6.3).
func (n *Node) addJSON(w http.ResponseWriter, r *http.Request) { n.keepJSON(w, r, false) }

// addIPFSJSON is POST /api/v0/ipfs/add_json.
func (n *Node) addIPFSJSON(w http.ResponseWriter, r *http.Request) {
	if n.cfg.NoIPFS {
		answerStatus(w, http.StatusInternalServerError)
		return
	}
	n.keepJSON(w, r, true)
}

func (n *Node) keepJSON(w http.ResponseWriter, r *http.Request, ipfs bool) {
	body, ok := readBody(w, r, n.cfg.MaxUnsignedUpload)
	if !ok {
		return
	}
	var document any
	if err := decode(body, &document); err != nil {
		answerStatus(w, http.StatusInternalServerError)
		return
	}
	var text strings.Builder
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(document); err != nil {
		answerStatus(w, http.StatusInternalServerError)
		return
	}
	u, err := n.disk.receive(strings.NewReader(strings.TrimSuffix(text.String(), "\n")), n.cfg.MaxUnsignedUpload, ipfs)
	if err != nil {
		answerStatus(w, http.StatusInternalServerError)
		return
	}
	hash := u.sha256
	if ipfs {
		hash = u.cid
	}
	if err := n.keep(u, hash, true); err != nil {
		answerStatus(w, http.StatusInternalServerError)
		return
	}
	answer(w, http.StatusOK, object{"status": "success", "hash": hash})
}

// getLimits is GET /api/v0/storage/limits.json.
func (n *Node) getLimits(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, object{
		"storage": object{"max_file_size": n.cfg.MaxUpload, "max_unauthenticated_upload_file_size": n.cfg.MaxUnsignedUpload},
		"ipfs": object{
			"max_upload_file_size": max(maxIPFSUpload, n.cfg.MaxUpload), "max_upload_car_size": maxCarUpload,
			"max_unauthenticated_upload_file_size": n.cfg.MaxUnsignedUpload,
		},
	})
}
