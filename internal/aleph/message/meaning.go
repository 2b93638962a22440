// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"encoding/json"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
)

// Meaning is what a message says, apart from its time and from what it replaces. Two messages of one sender with the same
// meaning make the same object. The error is that of a content that cannot be read.
func (m *Message) Meaning() (string, error) {
	content, err := model.ParseContent(string(m.Type), []byte(m.ItemContent))
	if err != nil {
		return "", err
	}
	delete(content, "time")
	delete(content, "replaces")
	text, err := json.Marshal([]any{m.Channel, content})
	return string(text), err
}
