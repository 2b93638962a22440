// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package compute

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/compute/guest"
)

// trigger runs the programs that subscribe to what the core node has processed since the last time, after them
// (NETWORK.md 12.6).
func (n *Node) trigger() {
	var listeners []string
	for _, m := range n.core.Messages() {
		if !n.seen[m.ItemHash] {
			n.seen[m.ItemHash] = true
			n.announce(&m, listeners)
		}
		if m.Type != message.TypeProgram {
			continue
		}
		if content, err := n.content(m.ItemHash); err == nil && len(content.On.Message) > 0 {
			listeners = append(listeners, m.ItemHash)
		}
	}
}

func (n *Node) announce(m *message.Message, listeners []string) {
	if len(listeners) == 0 {
		return
	}
	event, err := eventOf(m)
	if err != nil {
		n.logs.note(fmt.Sprintf("message %s: %v", m.ItemHash, err))
		return
	}
	for _, hash := range listeners {
		p, err := n.find(hash)
		if err == nil && slices.ContainsFunc(p.On.Message, func(wanted map[string]any) bool { return len(wanted) > 0 && includes(event, wanted) }) {
			n.work.Go(func() { n.tell(p, event) })
		}
	}
}

// eventOf is a message as a program is told of it: the envelope, and the content as an object.
func eventOf(m *message.Message) (map[string]any, error) {
	var event, content map[string]any
	text, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &event); err != nil {
		return nil, err
	}
	if json.Unmarshal([]byte(m.ItemContent), &content) == nil { // it is in a file otherwise
		event["content"] = content
	}
	return event, nil
}

// includes is whether all texts of wanted are what the event says in the same place. A subscription to anything else than
// texts fits nothing.
func includes(event, wanted any) bool {
	switch wanted := wanted.(type) {
	case string:
		return event == wanted
	case map[string]any:
		said, ok := event.(map[string]any)
		for key, value := range wanted {
			if !ok || !includes(said[key], value) {
				return false
			}
		}
		return ok
	}
	return false
}

// tell asks a program about a message. What it answers nobody gets, so the log has it.
func (n *Node) tell(p *program, event map[string]any) {
	v := n.running(n.life, p)
	defer v.release()
	<-v.ready
	if v.failed != nil {
		return // the log says why
	}
	body, err := json.Marshal(event)
	if err != nil {
		v.log.note(err.Error())
		return
	}
	said, err := n.ask(n.life, v, guest.Request{Type: "aleph.message", Body: body})
	switch {
	case err != nil:
		v.log.note(fmt.Sprintf("message %v: %v", event["item_hash"], err))
	case said.Traceback != "":
		v.log.note(fmt.Sprintf("message %v: %s", event["item_hash"], said.Traceback))
	default:
		v.log.note(fmt.Sprintf("message %v: answered %v", event["item_hash"], said.Body))
	}
}

// listenEvery is how often programs are told of what is new.
const listenEvery = 200 * time.Millisecond
