// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
)

// maxInline is the most code points that an inline content may have (NETWORK.md 3.2).
const maxInline = 200_000

// envelope is a message as it was received: fields that were absent or null are nil.
type envelope struct {
	fields object // everything, as sent
	message.Message
	time json.Number
}

var (
	// errFormat is the refusal of an envelope that breaks a rule. Real nodes do not say which.
	errFormat = errors.New("InvalidMessageFormat")
	// errTime is a time that makes real nodes fail (NETWORK.md 2.1).
	errTime = errors.New("time is not a number of seconds that can be represented")
)

// readEnvelope checks what a real node checks before it accepts a message: the envelope, and an inline content
// (NETWORK.md 4.1). The error is errFormat or errTime, or a *hashMismatch.
func readEnvelope(raw []byte) (*envelope, error) {
	e := &envelope{}
	if err := decode(raw, &e.fields); err != nil || e.fields == nil {
		return nil, errFormat
	}
	if err := e.readTime(); err != nil {
		return nil, err
	}
	for field, into := range map[string]*string{
		"sender": &e.Sender, "chain": &e.Chain, "item_hash": &e.ItemHash, "item_content": &e.ItemContent,
		"channel": &e.Channel, "signature": &e.Signature,
	} {
		if !e.text(field, into) {
			return nil, errFormat
		}
	}
	if e.Sender == "" || !slices.Contains(model.Chains, e.Chain) || e.ItemHash == "" || !e.readTypes() {
		return nil, errFormat
	}
	if e.ItemType == message.ItemTypeInline {
		return e, e.checkInline()
	}
	if e.fields["item_content"] != nil || message.ItemTypeOf(e.ItemHash) != e.ItemType {
		return nil, errFormat
	}
	return e, nil
}

// text reads a field that is a text, null or absent.
func (e *envelope) text(field string, into *string) bool {
	value, ok := e.fields[field].(string)
	*into = value
	return ok || e.fields[field] == nil
}

func (e *envelope) readTypes() bool {
	var kind, itemType string
	if !e.text("type", &kind) || !e.text("item_type", &itemType) {
		return false
	}
	e.Type, e.ItemType = message.Type(kind), message.ItemType(itemType)
	if e.ItemType == "" {
		e.ItemType = message.ItemTypeInline
		if e.fields["item_content"] == nil {
			e.ItemType = message.ItemTypeOf(e.ItemHash)
		}
	}
	types := []message.Type{
		message.TypePost, message.TypeAggregate, message.TypeStore, message.TypeProgram, message.TypeInstance,
		message.TypeForget, message.TypeVProgram,
	}
	itemTypes := []message.ItemType{message.ItemTypeInline, message.ItemTypeStorage, message.ItemTypeIPFS}
	return slices.Contains(types, e.Type) && slices.Contains(itemTypes, e.ItemType)
}

func (e *envelope) readTime() error {
	value, present := e.fields["time"]
	if !present {
		return errFormat
	}
	number, ok := value.(json.Number)
	if !ok {
		return errTime
	}
	const lastYear = 253402300800 // the year 10000
	seconds, err := number.Float64()
	switch {
	case err != nil, seconds > 1e15, seconds < -1e15:
		return errTime
	case seconds >= lastYear:
		return errFormat
	}
	e.time, e.Time = number, message.Time(seconds)
	return nil
}

// hashMismatch is an inline content that does not have the hash that the envelope says.
type hashMismatch struct{ claimed, actual string }

func (m *hashMismatch) Error() string { return errFormat.Error() }

func (e *envelope) checkInline() error {
	if e.fields["item_content"] == nil || utf8.RuneCountInString(e.ItemContent) > maxInline {
		return errFormat
	}
	if actual := message.Hash([]byte(e.ItemContent)); actual != e.ItemHash {
		return &hashMismatch{claimed: e.ItemHash, actual: actual}
	}
	if _, err := model.ParseContent(string(e.Type), []byte(e.ItemContent)); err != nil {
		return errFormat
	}
	return nil
}

// signed reports whether the envelope has the key that a node reads before all else; without it, the message is lost
// (NETWORK.md 2.5).
func (e *envelope) signed() bool {
	_, ok := e.fields["signature"]
	return ok
}

var percent = regexp.MustCompile(`(?:%[0-9a-fA-F]{2})+`)

// unquoted is the envelope as the node's listener reads it: the listener percent-decodes the whole text of a message
// before it parses it (NETWORK.md 3.3). ok is false when the result is no message any more: it is then lost.
func (e *envelope) unquoted() (_ *envelope, changed, ok bool) {
	text, err := json.Marshal(e.fields)
	if err != nil {
		return nil, false, false
	}
	if !percent.Match(text) {
		return e, false, true
	}
	plain := percent.ReplaceAllStringFunc(string(text), func(quoted string) string {
		decoded, err := url.PathUnescape(quoted)
		if err != nil {
			return quoted
		}
		return strings.ToValidUTF8(decoded, "\uFFFD")
	})
	again, err := readEnvelope([]byte(plain))
	var mismatch *hashMismatch
	if errors.As(err, &mismatch) {
		decoded := *e
		decoded.fields = nil
		err = decode([]byte(plain), &decoded.fields)
		decoded.ItemContent, _ = decoded.fields["item_content"].(string)
		again = &decoded
	}
	return again, true, err == nil
}

// rejection is that of a message whose hash is wrong, in the words of the node's validation library.
func (m *hashMismatch) rejection() *rejection {
	text := fmt.Sprintf("'item_hash' does not match 'sha256(item_content)', expecting %s", m.actual)
	return reject(message.CodeInvalidFormat, object{
		"type": "value_error", "loc": "('item_hash',)", "msg": "Value error, " + text, "input": m.claimed,
		"ctx": object{"error": text}, "url": "https://errors.pydantic.dev/2.13/v/value_error",
	})
}

// isoTime writes a time as answers do where they do not write a number: UTC, to the microsecond.
func isoTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// pythonTime writes a time as Python's isoformat does: without microseconds when there are none.
func pythonTime(t time.Time) string {
	if t.Truncate(time.Second).Equal(t) {
		return t.UTC().Format("2006-01-02T15:04:05") + "+00:00"
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000") + "+00:00"
}

// seconds is a time as the number that answers give.
func seconds(t time.Time) float64 { return float64(t.UnixMicro()) / 1e6 }
