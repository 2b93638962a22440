// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// note is the cheapest message: an aggregate costs nothing.
func (p *peer) note(content map[string]any) *message.Aggregate {
	return &message.Aggregate{Key: channel, Content: content}
}

// publishSync: the outcome comes with the answer, and what is read back is what was sent.
func publishSync(p *peer) {
	m := p.sign(p.note(map[string]any{"text": "ünï \" <&> \u2028", "n": 1}))
	a := p.send(m, true)
	var outcome struct {
		Status message.Status `json:"message_status"`
	}
	if p.read(a, &outcome); outcome.Status != message.StatusProcessed {
		p.Errorf("the outcome is %q", outcome.Status)
	}
	r := p.settled(m)
	if r.Status != message.StatusProcessed || r.Message == nil {
		p.Fatalf("got %+v", r)
	}
	if *r.Message != *m {
		p.Errorf("read back %+v, sent %+v", *r.Message, *m)
	}
	if err := r.Message.Verify(); err != nil {
		p.Error(err)
	}
	if status := p.status(m); status != message.StatusProcessed {
		p.Errorf("the status is %s", status)
	}
}

// publishAsync: the answer may come before the outcome, which can be asked for.
func publishAsync(p *peer) {
	m := p.sign(p.note(map[string]any{"n": 2}))
	if a := p.send(m, false); a.status != http.StatusOK && a.status != http.StatusAccepted {
		p.Errorf("the node answered %d: %s", a.status, a.body)
	}
	p.processed(m)
}

// publishResend: the same bytes sent again change nothing.
func publishResend(p *peer) {
	m := p.publish(p.note(map[string]any{"n": 3}))
	if a := p.send(m, false); a.status != http.StatusOK && a.status != http.StatusAccepted {
		p.Errorf("the node answered %d: %s", a.status, a.body)
	}
	p.processed(m)
	if got := p.list("hashes=" + m.ItemHash); len(got) != 1 {
		p.Errorf("the message is listed %d times", len(got))
	}
}

// publishPercent: nodes decode `%20` before they check the hash, but not `\u002520` (NETWORK.md 3.3).
func publishPercent(p *peer) {
	m := p.publish(p.note(map[string]any{"text": "100%20 %41 %zz %"}))
	r := p.settled(m)
	if r.Message == nil || r.Message.ItemContent != m.ItemContent {
		p.Fatalf("read back %+v, sent %q", r.Message, m.ItemContent)
	}
	var read message.Aggregate
	if err := message.Decode(r.Message, &read); err != nil || read.Content["text"] != "100%20 %41 %zz %" {
		p.Errorf("read back %v, %v", read.Content, err)
	}
}

// publishWrongHash: an envelope that is wrong in itself is refused at once, and nothing is stored.
func publishWrongHash(p *peer) {
	m := p.sign(p.note(map[string]any{"n": 4}))
	m.ItemHash = message.Hash([]byte(m.ItemContent + " "))
	if a := p.send(m, true); a.status != http.StatusUnprocessableEntity && a.status != http.StatusBadRequest {
		p.Errorf("the node answered %d: %s", a.status, a.body)
	}
	if a := p.get("/messages/" + m.ItemHash); a.status != http.StatusNotFound {
		p.Errorf("the node answered %d: %s", a.status, a.body)
	}
}

func publishWrongSignature(p *peer) {
	m := p.sign(p.note(map[string]any{"n": 5}))
	m.Signature = p.stranger().signatureOf(m)
	if code := p.refused(m); code != message.CodeInvalidSignature {
		p.Errorf("the code is %d", code)
	}
}

// signatureOf is the peer's signature of another's message.
func (p *peer) signatureOf(m *message.Message) string {
	p.Helper()
	mine := *m
	mine.Sender = p.account.Address()
	if err := p.account.Sign(&mine); err != nil {
		p.Fatal(err)
	}
	return mine.Signature
}

// publishWithoutCredits: the code says so, and the details say how many are missing (NETWORK.md 10.2, 11.2).
func publishWithoutCredits(p *peer) {
	poor := p.stranger()
	m := poor.sign(poor.program(p.store(p.file()).ItemHash, p.store(p.file()).ItemHash))
	a := poor.send(m, true)
	if a.status == http.StatusOK {
		p.Skip("this node gives credits to everybody")
	}
	var r struct {
		record
		Details struct {
			Errors []json.RawMessage `json:"errors"`
		} `json:"details"`
	}
	poor.settled(m)
	p.read(p.get("/messages/"+m.ItemHash), &r)
	rejection := message.RejectedError{Code: r.Code, Details: r.Details.Errors}
	if shortfall, ok := rejection.Shortfall(); r.Code != message.CodeCreditInsufficient || !ok || shortfall.Required == "" || shortfall.Available != "0" {
		p.Errorf("the code is %d, the details are %s", r.Code, r.Details.Errors)
	}
}

func messageUnknown(p *peer) {
	hash := message.Hash([]byte(hex.EncodeToString([]byte(p.Name())) + p.account.Address()))
	for _, path := range []string{"/messages/" + hash, "/messages/" + hash + "/status"} {
		if a := p.get(path); a.status != http.StatusNotFound {
			p.Errorf("%s: the node answered %d: %s", path, a.status, a.body)
		}
	}
}

// messageStanding: a node says when it had a message, and which transactions anchor it, which may be none.
func messageStanding(p *peer) {
	m := p.publish(p.note(map[string]any{"n": 8}))
	type transaction struct {
		Chain  string `json:"chain"`
		Height int64  `json:"height"`
		Hash   string `json:"hash"`
	}
	var got struct {
		ReceivedAt time.Time `json:"reception_time"`
		Message    struct {
			Confirmed     bool          `json:"confirmed"`
			Confirmations []transaction `json:"confirmations"`
		} `json:"message"`
	}
	p.read(p.get("/messages/"+m.ItemHash), &got)
	if got.ReceivedAt.IsZero() || got.Message.Confirmed != (len(got.Message.Confirmations) > 0) {
		p.Errorf("got %+v", got)
	}
	for _, at := range got.Message.Confirmations {
		if at.Chain == "" || at.Height <= 0 || at.Hash == "" {
			p.Errorf("it is confirmed by %+v", at)
		}
	}
}

// messageForgotten: what was forgotten stays known, without its content, and is no longer listed.
func messageForgotten(p *peer) {
	m := p.publish(p.note(map[string]any{"n": 6}))
	forget := p.publish(message.NewForget("contract", m.ItemHash))
	r := p.settled(m)
	if r.Status != message.StatusForgotten || len(r.ForgottenBy) != 1 || r.ForgottenBy[0] != forget.ItemHash {
		p.Errorf("got %+v", r)
	}
	if r.Message != nil && r.Message.ItemContent != "" {
		p.Errorf("its content is still %q", r.Message.ItemContent)
	}
	if status := p.status(m); status != message.StatusForgotten {
		p.Errorf("its status is %s", status)
	}
	if got := p.list("hashes=" + m.ItemHash); len(got) != 0 {
		p.Error("it is still listed")
	}
}

// forgetByStranger: nobody forgets what is another's.
func forgetByStranger(p *peer) {
	m := p.publish(p.note(map[string]any{"n": 7}))
	stranger := p.stranger()
	switch code := stranger.refused(stranger.sign(message.NewForget("contract", m.ItemHash))); code {
	case message.CodePermissionDenied, message.CodeForgetNotAllowed: // the latter on heph (NETWORK.md 13.3)
	default:
		p.Errorf("the code is %d", code)
	}
	if status := p.status(m); status != message.StatusProcessed {
		p.Errorf("its status is %s", status)
	}
}

// forgetMany: a FORGET names a thousand hashes at most, and one with more is refused at once.
func forgetMany(p *peer) {
	const most = 1000
	m := p.publish(p.note(map[string]any{"n": 9}))
	hashes := slices.Repeat([]string{m.ItemHash}, most+1) // the same one counts each time
	tooMany := p.sign(message.NewForget("contract", hashes...))
	if a := p.send(tooMany, true); a.status != http.StatusUnprocessableEntity && a.status != http.StatusBadRequest {
		p.Errorf("the node answered %d: %s", a.status, a.body)
	}
	if status := p.status(m); status != message.StatusProcessed {
		p.Errorf("its status is %s", status)
	}
	p.publish(message.NewForget("contract", hashes[:most]...))
	if status := p.status(m); status != message.StatusForgotten {
		p.Errorf("its status is %s", status)
	}
}
