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
	// status is processed or removing.
	status message.Status

	owner string
	time  message.Time
	// amends is the item hash or the name that it takes over from; empty for a first version.
	amends string
}

// versionOf reads the content; where that is not inline, what the node claims that it is.
func (l Life) versionOf(m *message.Message) (*version, error) {
	var content struct {
		message.Base
		reference
	}
	err := json.Unmarshal([]byte(cmp.Or(m.ItemContent, m.Claim)), &content)
	named := l.amends(content.reference)
	amends, isText := named.(string)
	if err != nil || named != nil && !isText {
		return nil, &message.UnverifiableError{ItemHash: m.ItemHash, Reason: fmt.Sprintf("its content is not that of a %s", m.Type)}
	}
	return &version{message: m, owner: content.Address, time: content.Time, amends: amends}, nil
}

// confirm says whether the content is what the node claimed where that is not inline.
func (l Life) confirm(claimed *version, genuine *message.Message) error {
	said, err := l.versionOf(genuine)
	if err != nil {
		return err
	}
	if said.owner != claimed.owner || said.time != claimed.time || said.amends != claimed.amends {
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
