// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// program is a small function.
func (p *peer) program(code, runtime string) *message.Program {
	return &message.Program{
		Type: message.ProgramKind, AllowAmend: true,
		Machine: message.Machine{
			Metadata:    map[string]any{"name": channel},
			Environment: message.Environment{Internet: true, AlephAPI: true},
			Resources:   message.Resources{VCPUs: 1, Memory: 128, Seconds: 30},
			Payment:     &message.Payment{Type: message.PaymentCredit, Chain: message.ChainETH},
		},
		Code:    message.Code{Encoding: "squashfs", Entrypoint: "main:app", Ref: code, UseLatest: true},
		Runtime: message.Runtime{Ref: runtime, UseLatest: true},
		On:      message.Triggers{HTTP: true},
	}
}

// programWith is a program of the peer's own, and a function that gives its content anew, for an amend.
func (p *peer) programWith() func(replaces string) *message.Program {
	p.Helper()
	code, runtime := p.store(p.file()).ItemHash, p.store(p.file()).ItemHash
	return func(replaces string) *message.Program {
		content := p.program(code, runtime)
		content.Replaces = replaces
		return content
	}
}

// programVersions: an amend leaves what it amends as it was; an amend can be amended, and so can a version whose
// predecessor was forgotten. Nothing but `replaces` of the owner's programs tells of versions (NETWORK.md 7.3).
func programVersions(p *peer) {
	version := p.programWith()
	first := p.publish(version(""))
	second := p.publish(version(first.ItemHash))
	third := p.publish(version(second.ItemHash))
	for _, m := range []*message.Message{first, second, third} {
		r := p.settled(m)
		if r.Status != message.StatusProcessed || r.Message.ItemContent != m.ItemContent {
			p.Errorf("after two amends %s is %s, with %q", m.ItemHash, r.Status, r.Message.ItemContent)
		}
	}
	p.checkReplaces(map[string]string{first.ItemHash: "", second.ItemHash: first.ItemHash, third.ItemHash: second.ItemHash})

	p.publish(message.NewForget("contract", first.ItemHash))
	p.publish(message.NewForget("contract", second.ItemHash))
	if status := p.status(third); status != message.StatusProcessed {
		p.Fatalf("after the FORGET of its predecessors the live version is %s", status)
	}
	fourth := p.publish(version(third.ItemHash))
	p.publish(message.NewForget("contract", third.ItemHash, fourth.ItemHash))
	for _, m := range []*message.Message{third, fourth} {
		if status := p.status(m); status != message.StatusForgotten {
			p.Errorf("%s is %s", m.ItemHash, status)
		}
	}
}

// checkReplaces finds versions in the list of the owner's programs, and what each of them replaces.
func (p *peer) checkReplaces(want map[string]string) {
	p.Helper()
	got := make(map[string]string)
	for _, m := range p.list("msgTypes=PROGRAM&owners=" + p.account.Address()) {
		var content struct {
			Replaces string `json:"replaces"`
		}
		if err := json.Unmarshal([]byte(m.ItemContent), &content); err != nil {
			p.Fatal(err)
		}
		if _, ok := want[m.ItemHash]; ok {
			got[m.ItemHash] = content.Replaces
		}
	}
	for hash, replaces := range want {
		if other, ok := got[hash]; !ok || other != replaces {
			p.Errorf("%s replaces %q, not %q (listed: %t)", hash, other, replaces, ok)
		}
	}
}

// programOfStranger: nobody publishes in another's name.
func programOfStranger(p *peer) {
	version, stranger := p.programWith(), p.stranger()
	first := p.publish(version(""))
	content := version(first.ItemHash)
	content.Stamp(p.account.Address(), now())
	m, err := message.New(stranger.account.Address(), channel, content)
	if err != nil {
		p.Fatal(err)
	}
	if err := stranger.account.Sign(m); err != nil {
		p.Fatal(err)
	}
	if code := stranger.refused(m); code != message.CodePermissionDenied {
		p.Errorf("the code is %d", code)
	}
}

// programFrozen: what was published with allow_amend = false cannot be amended.
func programFrozen(p *peer) {
	version := p.programWith()
	content := version("")
	content.AllowAmend = false
	frozen := p.publish(content)
	if code := p.refused(p.sign(version(frozen.ItemHash))); code != message.CodeVMAmendNotAllowed {
		p.Errorf("the code is %d", code)
	}
}

// programKeepsFiles: a file that a program mounts cannot be forgotten, and the refusal names the program.
func programKeepsFiles(p *peer) {
	code, runtime := p.store(p.file()), p.store(p.file())
	m := p.publish(p.program(code.ItemHash, runtime.ItemHash))
	forget := p.sign(message.NewForget("contract", code.ItemHash))
	if got := p.refused(forget); got != message.CodeForgetNotAllowed {
		p.Errorf("the code is %d", got)
	}
	var r struct {
		Code    message.ErrorCode `json:"error_code"`
		Details json.RawMessage   `json:"details"`
	}
	if a := p.get("/messages/" + forget.ItemHash); a.status == http.StatusOK {
		p.read(a, &r)
	}
	if r.Code == message.CodeForgetNotAllowed && !strings.Contains(string(r.Details), m.ItemHash) {
		p.Errorf("the details %s do not name program %s", r.Details, m.ItemHash)
	}
	if status := p.status(code); status != message.StatusProcessed {
		p.Errorf("the file is %s", status)
	}
	p.publish(message.NewForget("contract", m.ItemHash))
	p.publish(message.NewForget("contract", code.ItemHash, runtime.ItemHash))
}

// programPrice: the price of what runs is that of the estimate.
func programPrice(p *peer) {
	m := p.publish(p.programWith()(""))
	type price struct {
		PaymentType string `json:"payment_type"`
		Cost        string `json:"cost"`
		Detail      []struct {
			Type string `json:"type"`
		} `json:"detail"`
	}
	var stored, estimated price
	p.read(p.get("/price/"+m.ItemHash), &stored)
	estimate := func(m any) answer {
		body, err := json.Marshal(map[string]any{"message": m})
		if err != nil {
			p.Fatal(err)
		}
		return p.do(http.MethodPost, "/v0/price/estimate", "application/json", body)
	}
	p.read(estimate(m), &estimated)
	for _, got := range []price{stored, estimated} {
		if got.PaymentType != message.PaymentCredit || strings.Trim(got.Cost, "0.") == "" || len(got.Detail) == 0 || got.Detail[0].Type == "" {
			p.Errorf("got %+v", got)
		}
	}
	if stored.Cost != estimated.Cost {
		p.Errorf("the price is %+v, the estimate %+v", stored, estimated)
	}

	unsigned := estimate(map[string]any{"type": m.Type, "item_type": m.ItemType, "item_hash": m.ItemHash, "item_content": m.ItemContent})
	if unsigned.status/100 == 4 {
		p.Skip("this node estimates signed messages only")
	}
	var same price
	if p.read(unsigned, &same); same.Cost != stored.Cost {
		p.Errorf("the price is %+v, the estimate without a signature %+v", stored, same)
	}
}
