// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"maps"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/program"
	"github.com/aleph-im/terraform-provider-aleph/internal/volume"
)

// fromTheFuture is the operation on an object of which there is one more version.
func (o operation) fromTheFuture() operation {
	switch {
	case o.after["keep_superseded"] != nil:
		o.alive++
	case o.resource == volume.ResourceType:
		o.sent = maps.Clone(o.sent)
		o.sent[message.TypeForget] = 1
	}
	return o
}

// config is what a user writes.
type config = map[string]any

// operation is a change of one resource, and the request in it that goes wrong.
type operation struct {
	name     string
	resource string
	// before are applied in peace, one after the other; then after is applied while things go wrong. Nil destroys.
	before []config
	after  config
	target target
	// kind is the type of the message that is sent; empty when what goes wrong sends none.
	kind message.Type
	// codes are with what the network may refuse that message.
	codes []message.ErrorCode
	// late is set when the node takes its time, so that the outcome has to be asked for.
	late bool
	// sent is what the network processes in all, from the first failure to the end.
	sent map[message.Type]int
	// alive is how many messages exist in the end.
	alive int
}

// The codes that can occur for each type of message (NETWORK.md 11.1); an amend has some more.
var (
	anyCodes    = []message.ErrorCode{message.CodeInternal, message.CodeInvalidFormat, message.CodeInvalidSignature, message.CodePermissionDenied}
	moneyCodes  = with(anyCodes, message.CodeBalanceInsufficient, message.CodeCreditInsufficient, message.CodeInvalidPayment)
	storeCodes  = with(moneyCodes, message.CodeFileUnavailable)
	vmCodes     = with(moneyCodes, message.CodeVMVolumeNotFound, message.CodeVMVolumeTooSmall)
	forgetCodes = with(anyCodes, message.CodeForgetNoTarget, message.CodeForgetNotFound, message.CodeForgetForget, message.CodeForgetNotAllowed)

	storeAmendCodes = with(storeCodes, message.CodeStoreRefNotFound, message.CodeStoreUpdateUpdate)
	vmAmendCodes    = with(vmCodes, message.CodeVMRefNotFound, message.CodeVMAmendNotAllowed, message.CodeVMUpdateUpdate)
)

func with(codes []message.ErrorCode, more ...message.ErrorCode) []message.ErrorCode {
	return append(append([]message.ErrorCode{}, codes...), more...)
}

func function(vcpus int) config {
	return config{
		"name":      "function",
		"code":      config{"ref": program.DefaultRuntime, "encoding": "squashfs", "entrypoint": "main:app"},
		"resources": config{"vcpus": vcpus},
	}
}

// file is a volume with some text: one that goes ahead of its STORE, or one that is too large for that.
func file(name string) config  { return config{"content": name} }
func large(name string) config { return config{"content": strings.Repeat(name, smallFile)} }

// huge is one that the node is asked for before it is sent.
func huge(name string) config { return config{"content": strings.Repeat(name, 40_000)} }

func and(base, more config) config {
	all := config{}
	for _, part := range []config{base, more} {
		for name, value := range part {
			all[name] = value
		}
	}
	return all
}

var (
	kept   = config{"keep_superseded": true}
	frozen = config{"allow_amend": false}
)

type counts = map[message.Type]int

// operations are every way in which the provider changes the network, and what it asks on the way.
var operations = []operation{
	{
		name: "volume: upload", resource: volume.ResourceType, after: file("a"), target: uploads,
		sent: counts{message.TypeStore: 1}, alive: 1,
	},
	{
		name: "volume: upload with STORE", resource: volume.ResourceType, after: large("a"), target: uploads,
		kind: message.TypeStore, codes: storeCodes, sent: counts{message.TypeStore: 1}, alive: 1,
	},
	{
		name: "volume: STORE", resource: volume.ResourceType, after: file("a"), target: posted(message.TypeStore),
		kind: message.TypeStore, codes: storeCodes, sent: counts{message.TypeStore: 1}, alive: 1,
	},
	{
		name: "volume: is the file there", resource: volume.ResourceType, after: huge("a"), target: metadata,
		sent: counts{message.TypeStore: 1}, alive: 1,
	},
	{
		name: "volume: limits", resource: volume.ResourceType, after: file("a"), target: limits,
		sent: counts{message.TypeStore: 1}, alive: 1,
	},
	{
		name: "volume: late outcome", resource: volume.ResourceType, after: file("a"), target: statuses, late: true,
		sent: counts{message.TypeStore: 1}, alive: 1,
	},
	{
		name: "volume: read back", resource: volume.ResourceType, after: file("a"), target: messages, late: true,
		sent: counts{message.TypeStore: 1}, alive: 1,
	},
	{
		name: "volume amend: upload", resource: volume.ResourceType, before: []config{file("a")}, after: file("b"), target: uploads,
		sent: counts{message.TypeStore: 1}, alive: 2,
	},
	{
		name: "volume amend: upload with STORE", resource: volume.ResourceType, before: []config{file("a")}, after: large("b"), target: uploads,
		kind: message.TypeStore, codes: storeAmendCodes, sent: counts{message.TypeStore: 1}, alive: 2,
	},
	{
		name: "volume amend: STORE", resource: volume.ResourceType, before: []config{file("a")}, after: file("b"), target: posted(message.TypeStore),
		kind: message.TypeStore, codes: storeAmendCodes, sent: counts{message.TypeStore: 1}, alive: 2,
	},
	{
		name: "volume amend: FORGET", resource: volume.ResourceType, before: []config{file("a"), file("b")}, after: file("c"), target: posted(message.TypeForget),
		kind: message.TypeForget, codes: forgetCodes, sent: counts{message.TypeStore: 1, message.TypeForget: 1}, alive: 2,
	},
	{
		name: "volume amend, kept: STORE", resource: volume.ResourceType, before: []config{and(file("a"), kept)}, after: and(file("b"), kept),
		target: posted(message.TypeStore), kind: message.TypeStore, codes: storeAmendCodes, sent: counts{message.TypeStore: 1}, alive: 2,
	},
	{
		name: "volume: read", resource: volume.ResourceType, before: []config{file("a"), file("b")}, after: file("b"), target: reads, alive: 2,
	},
	{
		name: "volume: destroy", resource: volume.ResourceType, before: []config{file("a"), file("b")}, target: posted(message.TypeForget),
		kind: message.TypeForget, codes: forgetCodes, sent: counts{message.TypeForget: 1},
	},
	{
		name: "volume: late destroy", resource: volume.ResourceType, before: []config{file("a")}, target: statuses, late: true,
		sent: counts{message.TypeForget: 1},
	},
	{
		name: "program: PROGRAM", resource: program.ResourceType, after: function(1), target: posted(message.TypeProgram),
		kind: message.TypeProgram, codes: vmCodes, sent: counts{message.TypeProgram: 1}, alive: 1,
	},
	{
		name: "program: late outcome", resource: program.ResourceType, after: function(1), target: statuses, late: true,
		sent: counts{message.TypeProgram: 1}, alive: 1,
	},
	{
		name: "program: read back", resource: program.ResourceType, after: function(1), target: messages, late: true,
		sent: counts{message.TypeProgram: 1}, alive: 1,
	},
	{
		name: "program amend: PROGRAM", resource: program.ResourceType, before: []config{function(1)}, after: function(2), target: posted(message.TypeProgram),
		kind: message.TypeProgram, codes: vmAmendCodes, sent: counts{message.TypeProgram: 1, message.TypeForget: 1}, alive: 1,
	},
	{
		name: "program amend of amend: PROGRAM", resource: program.ResourceType,
		before: []config{and(function(1), kept), and(function(2), kept)}, after: function(3), target: posted(message.TypeProgram),
		kind: message.TypeProgram, codes: vmAmendCodes, sent: counts{message.TypeProgram: 1, message.TypeForget: 1}, alive: 1,
	},
	{
		name: "program amend, kept: PROGRAM", resource: program.ResourceType, before: []config{and(function(1), kept)}, after: and(function(2), kept),
		target: posted(message.TypeProgram), kind: message.TypeProgram, codes: vmAmendCodes, sent: counts{message.TypeProgram: 1}, alive: 2,
	},
	{
		name: "program amend: FORGET", resource: program.ResourceType, before: []config{function(1)}, after: function(2), target: posted(message.TypeForget),
		kind: message.TypeForget, codes: forgetCodes, sent: counts{message.TypeProgram: 1, message.TypeForget: 1}, alive: 1,
	},
	{
		name: "program amend: list", resource: program.ResourceType, before: []config{function(1)}, after: function(2), target: lists,
		sent: counts{message.TypeProgram: 1, message.TypeForget: 1}, alive: 1,
	},
	{
		name: "program amend: look", resource: program.ResourceType, before: []config{function(1)}, after: function(2), target: looks,
		sent: counts{message.TypeProgram: 1, message.TypeForget: 1}, alive: 1,
	},
	{
		name: "program amend: late outcome", resource: program.ResourceType, before: []config{function(1)}, after: function(2), target: statuses, late: true,
		sent: counts{message.TypeProgram: 1, message.TypeForget: 1}, alive: 1,
	},
	{
		name: "program amend: read back", resource: program.ResourceType, before: []config{function(1)}, after: function(2), target: messages, late: true,
		sent: counts{message.TypeProgram: 1, message.TypeForget: 1}, alive: 1,
	},
	{
		name: "program: clean-up", resource: program.ResourceType,
		before: []config{and(function(1), kept), and(function(2), kept)}, after: function(2), target: posted(message.TypeForget),
		kind: message.TypeForget, codes: forgetCodes, sent: counts{message.TypeForget: 1}, alive: 1,
	},
	{
		name: "program: replace, FORGET", resource: program.ResourceType, before: []config{and(function(1), frozen)}, after: and(function(2), frozen),
		target: posted(message.TypeForget), kind: message.TypeForget, codes: forgetCodes,
		sent: counts{message.TypeForget: 1, message.TypeProgram: 1}, alive: 1,
	},
	{
		name: "program: replace, PROGRAM", resource: program.ResourceType, before: []config{and(function(1), frozen)}, after: and(function(2), frozen),
		target: posted(message.TypeProgram), kind: message.TypeProgram, codes: vmCodes,
		sent: counts{message.TypeForget: 1, message.TypeProgram: 1}, alive: 1,
	},
	{
		name: "program: read", resource: program.ResourceType, before: []config{function(1), function(2)}, after: function(2), target: reads, alive: 1,
	},
	{
		name: "program: destroy", resource: program.ResourceType, before: []config{function(1)}, target: posted(message.TypeForget),
		kind: message.TypeForget, codes: forgetCodes, sent: counts{message.TypeForget: 1},
	},
	{
		name: "program: destroy with superseded", resource: program.ResourceType, before: []config{and(function(1), kept), and(function(2), kept)}, target: posted(message.TypeForget),
		kind: message.TypeForget, codes: forgetCodes, sent: counts{message.TypeForget: 1},
	},
	{
		name: "program: late destroy", resource: program.ResourceType, before: []config{function(1)}, target: statuses, late: true,
		sent: counts{message.TypeForget: 1},
	},
}
