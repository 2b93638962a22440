// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// version is a message that is alive, and where it stands among others. It is not verified.
type version struct {
	message *message.Message
	// status is processed or removing; empty when the list does not tell.
	status message.Status

	owner string
	time  message.Time
	// contentType is what kind of document a POST is; empty for most others.
	contentType string
	// amends is the item hash or the name that it takes over from; empty for a first version.
	amends string
}

// header is the part of a content that says where its message stands among others. What is no text is of another form
// than any version's.
type header struct {
	message.Base
	Type     any `json:"type"`
	Ref      any `json:"ref"`
	Replaces any `json:"replaces"`
}

// versionOf reads the content; where that is not inline, what the node claims that it is.
func (l Life) versionOf(m *message.Message) (*version, error) {
	var content header
	if err := json.Unmarshal([]byte(cmp.Or(m.ItemContent, m.Claim)), &content); err != nil {
		return nil, l.unreadable(m)
	}
	v := &version{message: m, owner: content.Address, time: content.Time}
	v.contentType, _ = content.Type.(string)
	if l.amendType != "" && v.contentType != l.amendType {
		return v, nil
	}
	named := l.amends(content)
	text, isText := named.(string)
	if named != nil && !isText {
		return nil, l.unreadable(m)
	}
	v.amends = text
	return v, nil
}

func (l Life) unreadable(m *message.Message) error {
	return &message.UnverifiableError{ItemHash: m.ItemHash, Reason: fmt.Sprintf("its content is not that of a %s", l.Type)}
}

// confirm says whether the content is what the node claimed where that is not inline.
func (l Life) confirm(claimed *version, genuine *message.Message) error {
	said, err := l.versionOf(genuine)
	if err != nil {
		return err
	}
	if said.owner != claimed.owner || said.time != claimed.time || said.contentType != claimed.contentType || said.amends != claimed.amends {
		return &UntrueError{Err: fmt.Errorf("message %s: its content is not the one that the node lists", genuine.ItemHash)}
	}
	return nil
}

// older orders by content time; of two at the same time, the one that amends the other is the newer.
func older(a, b *version) int {
	if order := cmp.Compare(a.time, b.time); order != 0 {
		return order
	}
	if a.amends == b.message.ItemHash {
		return 1
	}
	if b.amends == a.message.ItemHash {
		return -1
	}
	return cmp.Compare(a.message.ItemHash, b.message.ItemHash)
}
