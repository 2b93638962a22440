// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"encoding/json"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// cannotReplayObjects are the recorded exchanges about aggregates and posts that the node does not repeat, and why.
var cannotReplayObjects = map[int]string{
	132: "a key of 3,000 random letters: an index of the recorded node's database holds none so long, this node has no index",
	344: "24 writers at once: in which order the recorded node took their elements is not known",
	363: "reads what the 24 writers wrote while some of it was pending",
	364: "reads an aggregate whose elements were not recorded",
	448: "a page of posts by its number in the path: the node has no such path",
	449: "the types of an owner's posts: the node has no such path",
	450: "the channels of an owner's posts: the node has no such path",
	980: "the 1,100 elements that were there before were not recorded",
	981: "as 980",
	982: "as 980",
	983: "as 980",
	984: "as 980",
}

// outcomes are what became, minutes later, of messages that the recorded node answered with "pending".
var outcomes = map[int]message.ErrorCode{
	120: message.CodeInternal, 258: message.CodeInternal, 323: message.CodeInternal, 404: message.CodePostAmendNotFound,
	405: message.CodePostAmendNotFound, 843: message.CodePostAmendNotFound, 908: message.CodeInternal, 924: message.CodeInternal,
	926: message.CodeInternal, 928: message.CodeInternal, 930: message.CodeInternal, 932: message.CodeInternal,
}

// TestReplay_aggregatesAndPosts is TestReplay of another session with the same software, which was about aggregates and
// posts.
func TestReplay_aggregatesAndPosts(t *testing.T) {
	t.Parallel()
	s := newStage(t, readExchanges(t, "testdata/objects.jsonl"))
	replayed := s.replay(nil, cannotReplayObjects)
	if replayed+len(cannotReplayObjects) != 401 {
		t.Errorf("%d replayed and %d not, which is not 401", replayed, len(cannotReplayObjects))
	}
	for _, e := range s.exchanges {
		code, rejected := outcomes[e.Number]
		if healed := e.Number == 921; !rejected && !healed { // the FORGET that a newer element let through
			continue
		}
		var request struct{ Message message.Message }
		if err := json.Unmarshal(e.Request.Body, &request); err != nil {
			t.Fatal(err)
		}
		want := message.StatusProcessed
		if rejected {
			want = message.StatusRejected
		}
		s.await(request.Message.ItemHash, want)
		status := s.node.Status(request.Message.ItemHash)
		if got, _ := s.node.Rejection(request.Message.ItemHash); status != want || got != code {
			t.Errorf("%03d %s is %s with code %d, want %s with code %d", e.Number, e.Name, status, got, want, code)
		}
	}
}
