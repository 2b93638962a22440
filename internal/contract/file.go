// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"net/http"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// file is one of which there is no other.
func (p *peer) file() []byte {
	content := make([]byte, 1000)
	_, _ = rand.Read(content)
	return content
}

func (p *peer) storeOf(file []byte) *message.Store {
	return &message.Store{
		ItemType: message.ItemTypeStorage, ItemHash: message.Hash(file),
		Payment: &message.Payment{Type: message.PaymentCredit, Chain: message.ChainETH},
	}
}

// upload stores a file by itself.
func (p *peer) upload(file []byte) {
	p.Helper()
	var stored struct {
		Hash string `json:"hash"`
	}
	if p.read(p.form(file, nil), &stored); stored.Hash != message.Hash(file) {
		p.Fatalf("the file was stored as %q", stored.Hash)
	}
}

// store uploads a file, and publishes the message that keeps it.
func (p *peer) store(file []byte) *message.Message {
	p.Helper()
	p.upload(file)
	return p.publish(p.storeOf(file))
}

// amend publishes a later version of a file.
func (p *peer) amend(original *message.Message, file []byte) *message.Message {
	p.Helper()
	p.upload(file)
	content := p.storeOf(file)
	content.Ref = original.ItemHash
	return p.publish(content)
}

// fileUpload: a file can be uploaded twice, is known by its hash at once, and is the same when it is read.
func fileUpload(p *peer) {
	file := p.file()
	p.upload(file)
	p.upload(file)
	m := p.publish(p.storeOf(file))
	var known struct {
		FileHash string `json:"file_hash"`
		Size     int    `json:"size"`
		Owner    string `json:"owner"`
	}
	p.read(p.get("/storage/metadata/"+message.Hash(file)), &known)
	if known.FileHash != message.Hash(file) || known.Size != len(file) {
		p.Errorf("metadata: got %+v", known)
	}
	p.read(p.get("/storage/by-message-hash/"+m.ItemHash), &known)
	if known.FileHash != message.Hash(file) || known.Size != len(file) || known.Owner != p.account.Address() {
		p.Errorf("by message: got %+v", known)
	}
	if a := p.get("/storage/raw/" + message.Hash(file)); a.status != http.StatusOK || !bytes.Equal(a.body, file) {
		p.Errorf("the node answered %d, with %d bytes", a.status, len(a.body))
	}
}

// fileSignedUpload: a file can come together with its message.
func fileSignedUpload(p *peer) {
	file := p.file()
	m := p.sign(p.storeOf(file))
	var stored struct {
		Hash string `json:"hash"`
	}
	a := p.form(file, m)
	if err := json.Unmarshal(a.body, &stored); err != nil || stored.Hash != message.Hash(file) || a.status > http.StatusAccepted {
		p.Errorf("the node answered %d: %s", a.status, a.body)
	}
	p.processed(m)
}

// fileSignedUploadOfAnother: a file that is not the one that its message names is refused.
func fileSignedUploadOfAnother(p *peer) {
	m := p.sign(p.storeOf(p.file()))
	if a := p.form(p.file(), m); a.status != http.StatusUnprocessableEntity {
		p.Errorf("the node answered %d: %s", a.status, a.body)
	}
	if a := p.get("/messages/" + m.ItemHash); a.status != http.StatusNotFound {
		p.Errorf("the node answered %d: %s", a.status, a.body)
	}
}

func fileUnknown(p *peer) {
	hash := message.Hash(p.file())
	for _, path := range []string{"/storage/metadata/", "/storage/raw/", "/storage/by-message-hash/", "/storage/by-ref/"} {
		if a := p.get(path + hash); a.status != http.StatusNotFound {
			p.Errorf("%s: the node answered %d: %s", path, a.status, a.body)
		}
	}
}

// fileVersions: an amend names the first version. The tag of that follows the newest one, and `refs` lists the amends.
// All versions can be forgotten in one FORGET (NETWORK.md 7.1).
func fileVersions(p *peer) {
	files := [][]byte{p.file(), p.file(), p.file()}
	first := p.store(files[0])
	second := p.amend(first, files[1])
	third := p.amend(first, files[2])

	var tagged struct {
		FileHash string `json:"file_hash"`
	}
	tag := p.get("/storage/by-ref/" + first.ItemHash)
	if tag.status == http.StatusNotFound { // heph has tags by owner only (NETWORK.md 13.2)
		tag = p.get("/storage/by-ref/" + p.account.Address() + "/" + first.ItemHash)
	}
	p.read(tag, &tagged)
	if tagged.FileHash != message.Hash(files[2]) {
		p.Errorf("the tag is at %s", tagged.FileHash)
	}
	for i, m := range []*message.Message{first, second, third} {
		p.read(p.get("/storage/by-message-hash/"+m.ItemHash), &tagged)
		if tagged.FileHash != message.Hash(files[i]) {
			p.Errorf("version %d is %s", i, tagged.FileHash)
		}
	}
	p.checkListed("refs="+first.ItemHash+"&msgTypes=STORE", third, second)

	p.publish(message.NewForget("contract", second.ItemHash))
	p.checkListed("refs="+first.ItemHash+"&msgTypes=STORE", third)
	p.publish(message.NewForget("contract", first.ItemHash, third.ItemHash))
	for _, m := range []*message.Message{first, second, third} {
		if status := p.status(m); status != message.StatusForgotten {
			p.Errorf("%s is %s", m.ItemHash, status)
		}
	}
}

// fileAmendOfAmend: an amend cannot be amended itself.
func fileAmendOfAmend(p *peer) {
	first := p.store(p.file())
	second := p.amend(first, p.file())
	file := p.file()
	p.upload(file)
	content := p.storeOf(file)
	content.Ref = second.ItemHash
	if code := p.refused(p.sign(content)); code != message.CodeStoreUpdateUpdate {
		p.Errorf("the code is %d", code)
	}
}
