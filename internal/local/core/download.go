// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"encoding/base64"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// knownFile finds a file, or answers why there is none.
func (n *Node) knownFile(w http.ResponseWriter, hash, invalid, unknown string) *file {
	if message.ItemTypeOf(hash) == "" {
		answerText(w, http.StatusBadRequest, invalid)
		return nil
	}
	n.mu.Lock()
	f := n.files[hash]
	n.mu.Unlock()
	if f == nil {
		answerText(w, http.StatusNotFound, unknown)
	}
	return f
}

// rawFile is GET and HEAD /api/v0/storage/raw/{hash}; ranges are ignored (NETWORK.md 6.4).
func (n *Node) rawFile(w http.ResponseWriter, r *http.Request) {
	f := n.knownFile(w, r.PathValue("hash"), "Invalid hash", "Not found")
	if f == nil {
		return
	}
	in, err := os.Open(f.path)
	if err != nil {
		answerStatus(w, http.StatusInternalServerError)
		return
	}
	defer func() { _ = in.Close() }() // only read
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Accept-Ranges", "none")
	w.Header().Set("Content-Length", strconv.FormatInt(f.size, 10))
	if r.Method != http.MethodHead {
		_, _ = io.Copy(w, in) // the client has gone; nobody is left to tell
	}
}

// encodedFile is GET /api/v0/storage/{hash}: base64 in lines of 76 characters.
func (n *Node) encodedFile(w http.ResponseWriter, r *http.Request) {
	hash := r.PathValue("hash")
	f := n.knownFile(w, hash, "Invalid hash provided", "Not found")
	if f == nil {
		return
	}
	if f.size > n.cfg.MaxUpload {
		tooLarge(w, r, n.cfg.MaxUpload)
		return
	}
	content, err := f.read(f.size)
	if err != nil {
		answerStatus(w, http.StatusInternalServerError)
		return
	}
	var text strings.Builder
	for line := range slices.Chunk([]byte(base64.StdEncoding.EncodeToString(content)), 76) {
		text.Write(line)
		text.WriteByte('\n')
	}
	answer(w, http.StatusOK, object{
		"status": "success", "hash": hash, "engine": message.ItemTypeOf(hash), "content": text.String(),
	})
}

func downloadURL(hash string) string { return "/api/v0/storage/raw/" + hash }

// fileMetadata is GET /api/v0/storage/metadata/{hash}.
func (n *Node) fileMetadata(w http.ResponseWriter, r *http.Request) {
	hash := r.PathValue("hash")
	if n.cfg.Heph && message.ItemTypeOf(hash) == message.ItemTypeIPFS { // NETWORK.md 13.4
		answerText(w, http.StatusBadRequest, "invalid hash")
		return
	}
	f := n.files[hash]
	if f == nil {
		answerText(w, http.StatusNotFound, "No file found for hash "+hash)
		return
	}
	answer(w, http.StatusOK, object{"file_hash": hash, "type": "file", "size": f.size, "download_url": downloadURL(hash)})
}

// fileByMessage is GET /api/v0/storage/by-message-hash/{hash}: the version of exactly this STORE.
func (n *Node) fileByMessage(w http.ResponseWriter, r *http.Request) {
	hash := r.PathValue("hash")
	if message.ItemTypeOf(hash) == "" {
		answerText(w, http.StatusBadRequest, "Invalid hash provided")
		return
	}
	p, ok := n.pins[hash]
	if !ok {
		answerText(w, http.StatusNotFound, "No file found for message "+hash)
		return
	}
	ref := p.ref
	if ref == "" {
		ref = hash
	}
	n.answerVersion(w, ref, p.owner, p.file)
}

// fileByRef is GET /api/v0/storage/by-ref/{ref} and /by-ref/{owner}/{ref}: the newest version.
func (n *Node) fileByRef(w http.ResponseWriter, r *http.Request) {
	ref, owner := r.PathValue("ref"), r.PathValue("owner")
	name := ref
	switch {
	case message.ItemTypeOf(ref) == "" && owner == "":
		answerText(w, http.StatusBadRequest, "address is required for user-defined ref")
		return
	case message.ItemTypeOf(ref) == "":
		name = owner + "/" + ref
	}
	t, ok := n.tags[name]
	if !ok || (n.cfg.Heph && owner == "") {
		answerText(w, http.StatusNotFound, "No file found for tag "+name)
		return
	}
	n.answerVersion(w, ref, t.owner, t.file)
}

func (n *Node) answerVersion(w http.ResponseWriter, ref, owner, hash string) {
	answer(w, http.StatusOK, object{
		"ref": ref, "owner": owner, "file_hash": hash, "download_url": downloadURL(hash), "size": n.files[hash].size,
	})
}

// countPins is GET /api/v0/storage/count/{hash}.
func (n *Node) countPins(w http.ResponseWriter, r *http.Request) {
	count := 0
	if f := n.files[r.PathValue("hash")]; f != nil {
		count = f.pins
		if f.grace {
			count++
		}
	}
	answer(w, http.StatusOK, count)
}

// addressFiles is GET /api/v0/addresses/{a}/files: the files of an owner's STOREs, newest first.
func (n *Node) addressFiles(w http.ResponseWriter, r *http.Request) {
	address := r.PathValue("address")
	perPage, page, ok := pageOf(w, r.URL.Query(), 100, unlimited)
	if !ok {
		return
	}
	files, total := []object{}, int64(0)
	for _, store := range slices.Backward(n.owned[address]) {
		p, ok := n.pins[store.ItemHash]
		if !ok {
			continue
		}
		size := n.files[p.file].size
		total += size
		files = append(files, object{
			"file_hash": p.file, "size": size, "type": "file", "created": isoTime(p.created), "item_hash": store.ItemHash,
		})
	}
	if len(files) == 0 {
		answerStatus(w, http.StatusNotFound)
		return
	}
	answer(w, http.StatusOK, object{
		"address": address, "total_size": total, "files": cut(files, perPage, page),
		"pagination_page": page, "pagination_total": len(files), "pagination_per_page": perPage,
	})
}
