// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message

// Forget is the content of a FORGET: it ends the messages that it names (NETWORK.md 3.7, 8.1).
type Forget struct {
	Base
	// Hashes are item hashes of living messages, at most 1,000. One dead hash among them and nothing is forgotten
	// (NETWORK.md 8.1).
	Hashes List[string] `json:"hashes"`
	// Aggregates is always empty in what this provider sends: the network types it as item hashes (NETWORK.md 3.7).
	Aggregates List[string] `json:"aggregates"`
	Reason     string       `json:"reason,omitempty"`
}

// NewForget names the messages to forget.
func NewForget(reason string, hashes ...string) *Forget {
	return &Forget{Hashes: hashes, Reason: reason}
}

// MessageType implements Content.
func (*Forget) MessageType() Type { return TypeForget }
