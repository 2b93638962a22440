// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
)

// estimatePrice is POST /api/v0/price/estimate: the envelope needs no sender, no time and no signature, but the right
// hash (NETWORK.md 10.4). heph wants the signature as well.
func (n *Node) estimatePrice(w http.ResponseWriter, r *http.Request) {
	body, ok := readBody(w, r, maxBody)
	if !ok {
		return
	}
	var request struct {
		Message *struct {
			Type        message.Type     `json:"type"`
			ItemType    message.ItemType `json:"item_type"`
			ItemHash    string           `json:"item_hash"`
			ItemContent string           `json:"item_content"`
			Signature   string           `json:"signature"`
		} `json:"message"`
	}
	if err := decode(body, &request); err != nil || request.Message == nil {
		answerStatus(w, http.StatusInternalServerError)
		return
	}
	m := request.Message
	switch m.Type {
	case message.TypePost, message.TypeAggregate, message.TypeForget:
		answerStatus(w, http.StatusInternalServerError)
		return
	}
	draft := &estimate{kind: m.Type}
	if n.cfg.Heph && m.Signature == "" || message.Hash([]byte(m.ItemContent)) != m.ItemHash || draft.read([]byte(m.ItemContent)) != nil {
		answerText(w, http.StatusUnprocessableEntity, errFormat.Error())
		return
	}
	n.locked(func(w http.ResponseWriter, _ *http.Request) {
		b, err := draft.bill(n, m.ItemHash)
		if err != nil {
			answerStatus(w, http.StatusInternalServerError)
			return
		}
		n.answerBill(w, b, draft.owner, true)
	})(w, r)
}

// estimate is a content to be priced, with sizes of files that need not exist.
type estimate struct {
	kind   message.Type
	owner  string
	parsed object
	// sizes are in MiB: of the STORE under "", of a program's parts by their names, of volumes by their indexes.
	sizes map[string]json.Number
}

// sizeKey is the extra key that an estimate may have in a content.
const sizeKey = "estimated_size_mib"

func (e *estimate) read(text []byte) error {
	var content object
	if err := decode(text, &content); err != nil {
		return err
	}
	e.sizes = map[string]json.Number{}
	if e.kind == message.TypeStore {
		e.take("", content)
	}
	for _, part := range []string{"code", "runtime", "data"} {
		e.take(part, content[part])
	}
	volumes, _ := content["volumes"].([]any)
	for i, volume := range volumes {
		e.take(strconv.Itoa(i), volume)
	}
	if e.kind == message.TypeInstance || e.kind == message.TypeVProgram { // neither is needed for a price
		fillWith(content, "time", json.Number("0"))
		fillWith(content, "allow_amend", false)
	}
	plain, err := json.Marshal(content)
	if err != nil {
		return err
	}
	if e.parsed, err = model.ParseContent(string(e.kind), plain); err != nil {
		return err
	}
	e.owner, _ = e.parsed["address"].(string)
	return nil
}

func fillWith(content object, key string, value any) {
	if _, ok := content[key]; !ok {
		content[key] = value
	}
}

// take moves the size of a part out of its content.
func (e *estimate) take(name string, part any) {
	content, ok := part.(object)
	if !ok {
		return
	}
	if size, ok := content[sizeKey].(json.Number); ok {
		e.sizes[name] = size
	}
	delete(content, sizeKey)
}

func (e *estimate) bill(n *Node, hash string) (bill, error) {
	draft := &record{envelope: &envelope{Message: message.Message{Type: e.kind}}, parsed: e.parsed}
	if err := draft.readStruct(); err != nil {
		return bill{}, err
	}
	if e.kind == message.TypeStore {
		size := decimal.Zero
		if told, ok := e.sizes[""]; ok {
			var err error
			if size, err = decimal.NewFromString(told.String()); err != nil {
				return bill{}, fmt.Errorf("%s: %w", sizeKey, err)
			}
		}
		return n.prices.storeBill(draft.store, size, hash, n), nil
	}
	draft.executable.estimates = map[string]int64{}
	for name, told := range e.sizes {
		size, err := told.Int64()
		if err != nil {
			return bill{}, fmt.Errorf("%s: %w", sizeKey, err)
		}
		draft.executable.estimates[name] = size
	}
	return n.prices.executableBill(draft.executable, n)
}
