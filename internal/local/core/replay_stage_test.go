// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"encoding/hex"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// stage is the node of the replay, and what the recording tells of messages whose own publication it does not hold.
type stage struct {
	t         *testing.T
	node      *Node
	exchanges []exchange
	// told are the envelopes that stand anywhere in the recording, by the beginning of their hashes.
	told map[string]json.RawMessage
	// names are all hashes and addresses in the recording, by their beginnings.
	names map[string]string
}

// recordedKey is the address of the recording's key N, which is 32 bytes all equal to N.
func recordedKey(n byte) string { return addressOf([]byte(strings.Repeat(string([]byte{n}), 32))) }

func newStage(t *testing.T, exchanges []exchange) *stage {
	t.Helper()
	const plenty = 1_000_000_000_000
	owner, other := recordedKey(2), recordedKey(3)
	node, err := New(Config{
		IngestDelay: -1, ProcessDelay: -1, RetryWindow: time.Second, NoIPFS: true,
		Posters:  []string{recordedKey(1)},
		Accounts: []Account{{Address: owner, Credits: plenty, Tokens: 1_000_000}, {Address: other, Credits: plenty, Tokens: 1_000_000}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := node.Close(); err != nil {
			t.Error(err)
		}
	})
	s := &stage{t: t, node: node, exchanges: exchanges, told: map[string]json.RawMessage{}, names: map[string]string{}}
	for _, e := range exchanges {
		for _, raw := range []json.RawMessage{e.Request.Body, e.Response.Body} {
			for _, name := range named.FindAllString(string(raw)+e.Request.Path, -1) {
				s.names[name[:prefix]] = name
			}
			var body any
			if decode(raw, &body) == nil {
				s.collect(body)
			}
		}
	}
	return s
}

const prefix = 8 // of a hash or an address, to name it by

var named = regexp.MustCompile(`\b(0x[0-9a-fA-F]{40}|[0-9a-f]{64}|Qm[1-9A-HJ-NP-Za-km-z]{44})\b`)

// full is the hash or the address that begins like this.
func (s *stage) full(beginning string) string {
	s.t.Helper()
	if len(beginning) > prefix {
		return beginning
	}
	name, ok := s.names[beginning]
	if !ok {
		s.t.Fatalf("nothing in the recording begins with %s", beginning)
	}
	return name
}

func (s *stage) collect(value any) {
	switch v := value.(type) {
	case []any:
		for _, inner := range v {
			s.collect(inner)
		}
	case map[string]any:
		hash, _ := v["item_hash"].(string)
		_, timed := v["time"].(json.Number)
		if _, whole := v["item_content"].(string); whole && len(hash) > prefix && timed && s.told[hash[:prefix]] == nil {
			s.told[hash[:prefix]] = json.RawMessage(mustJSON(v))
		}
		for _, inner := range v {
			s.collect(inner)
		}
	}
}

// envelope is a message that the recording tells of.
func (s *stage) envelope(hash string) *envelope {
	s.t.Helper()
	e, err := readEnvelope(s.told[hash])
	if err != nil {
		s.t.Fatalf("the recording does not tell of message %s: %v", hash, err)
	}
	return e
}

// answer reads a recorded answer.
func (s *stage) answer(number int, into any) {
	s.t.Helper()
	if err := json.Unmarshal(s.exchanges[number-1].Response.Body, into); err != nil {
		s.t.Fatal(err)
	}
}

// setIPFS gives the node an IPFS daemon, as the recorded one got after exchange 328.
func (s *stage) setIPFS() {
	s.node.mu.Lock()
	defer s.node.mu.Unlock()
	s.node.cfg.NoIPFS = false
}

// publish sends messages that the recording only tells of, and waits for them.
func (s *stage) publish(hashes ...string) {
	s.t.Helper()
	for _, hash := range hashes {
		e := s.envelope(hash)
		s.provide(e.ItemContent)
		s.node.ingest(e, verdict{})
		if status := s.node.Status(e.ItemHash); !status.Alive() {
			s.t.Fatalf("message %s is %s (%v)", hash, status, s.node.records[e.ItemHash].rejection)
		}
	}
}

// adopt gives the node a message of which the recording tells the hash, but not the content: one that has the same
// effects on what follows. Nothing but its hash is false.
func (s *stage) adopt(beginning, owner string, kind message.Type, at string, content object) {
	s.t.Helper()
	hash := s.full(beginning)
	content["address"], content["time"] = owner, json.Number(at)
	text := mustJSON(content)
	e := &envelope{time: json.Number(at), Message: message.Message{
		Sender: owner, Chain: message.ChainETH, Type: kind, Channel: "TEST", ItemType: message.ItemTypeInline,
		ItemHash: hash, ItemContent: text,
	}}
	seconds, err := e.time.Float64()
	if err != nil {
		s.t.Fatal(err)
	}
	e.Time = message.Time(seconds)
	r := &record{envelope: e, status: message.StatusPending, received: s.node.now()}
	s.provide(text)
	if why := r.load([]byte(text)); why != nil {
		s.t.Fatalf("message %s: %v", hash, why.errors)
	}
	s.node.mu.Lock()
	defer s.node.mu.Unlock()
	s.node.records[hash] = r
	if why := s.node.prepare(r); why != nil {
		s.t.Fatalf("message %s: %d %v", hash, why.code, why.errors)
	}
	if why := s.node.checkDependencies(r); why != nil {
		s.t.Fatalf("message %s: %d %v", hash, why.code, why.errors)
	}
	s.node.accept(r)
}

// end takes an adopted message off the network again.
func (s *stage) end(beginning string) {
	hash := s.full(beginning)
	s.node.mu.Lock()
	defer s.node.mu.Unlock()
	s.node.end(s.node.records[hash], message.StatusForgotten)
}

// store adopts a STORE of a file of the given hash.
func (s *stage) store(hash, owner, file, at string, extra ...object) {
	s.t.Helper()
	content := object{"item_type": "storage", "item_hash": s.full(file)}
	for _, more := range extra {
		for key, value := range more {
			content[key] = value
		}
	}
	s.adopt(hash, owner, message.TypeStore, at, content)
}

// program adopts a PROGRAM that uses the given STORE, and nothing else that matters.
func (s *stage) program(hash, owner, code, at string, extra ...object) {
	s.t.Helper()
	content := object{
		"type": "vm-function", "allow_amend": true, "on": object{"http": true, "persistent": false}, "volumes": []any{},
		"code":        object{"encoding": "squashfs", "entrypoint": "main:app", "ref": s.full(code), "use_latest": true},
		"runtime":     object{"ref": s.full(sessionRuntime), "use_latest": true, "comment": "test runtime"},
		"environment": object{"internet": true, "aleph_api": true, "reproducible": false, "shared_cache": false},
		"resources":   object{"vcpus": 1, "memory": 128, "seconds": 30},
		"payment":     object{"type": "credit", "chain": "ETH"},
	}
	for _, more := range extra {
		for key, value := range more {
			content[key] = value
		}
	}
	s.adopt(hash, owner, message.TypeProgram, at, content)
}

func (s *stage) aggregate(hash, owner, key, at string, content object) {
	s.t.Helper()
	s.adopt(hash, owner, message.TypeAggregate, at, object{"key": key, "content": content})
}

// fileSizes are the sizes of the session's files, in bytes, where they are not the usual one.
var fileSizes = map[string]int64{
	"7dade45b": 26, "cd723c43": 26, "807ad8f1": 25, "b89d1d59": 23, "08599e2b": 20, "31a03b10": 13, "e3b0c442": 0,
	"QmYEJAPH": 300_000, madeUp("3MiB")[:prefix]: 3 * mebibyte, madeUp("19 b")[:prefix]: 19, madeUp("20 b")[:prefix]: 20,
	madeUp("1MiB")[:prefix]: mebibyte,
}

const usualFileSize = 21

// filesNeverUploaded are those that the recorded node did not have either.
var filesNeverUploaded = []string{"430af727", "b28ab77b"}

var fileOfStore = regexp.MustCompile(`"item_hash":"([0-9a-f]{64}|Qm[1-9A-HJ-NP-Za-km-z]{44})"`)

// provideFile gives the node the files that a STORE of this exchange names; their uploads were not recorded.
func (s *stage) provideFile(e exchange) {
	var body struct {
		Message struct {
			Type        message.Type `json:"type"`
			ItemContent string       `json:"item_content"`
		} `json:"message"`
	}
	if e.Request.Path == "/api/v0/messages" && json.Unmarshal(e.Request.Body, &body) == nil && body.Message.Type == message.TypeStore {
		s.provide(body.Message.ItemContent)
	}
}

func (s *stage) provide(text string) {
	s.node.mu.Lock()
	defer s.node.mu.Unlock()
	for _, match := range fileOfStore.FindAllStringSubmatch(text, -1) {
		hash := match[1]
		if s.node.files[hash] != nil || slices.Contains(filesNeverUploaded, hash[:prefix]) {
			continue
		}
		size, ok := fileSizes[hash[:prefix]]
		if !ok {
			size = usualFileSize
		}
		s.node.files[hash] = &file{size: size, grace: true}
	}
}

// keepJSON gives the node a document under a hash that is not its own.
func (s *stage) keepJSON(hash string, document any) {
	s.t.Helper()
	u, err := s.node.disk.receive(strings.NewReader(mustJSON(document)), mebibyte, false)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.node.keep(u, hash, true); err != nil {
		s.t.Fatal(err)
	}
}

// madeUp is a hash for a file that the recording does not name at all.
func madeUp(text string) string { return hex.EncodeToString([]byte(strings.Repeat(text, 32)))[:64] }
