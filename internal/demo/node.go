// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
)

// published are the messages of this run that the node keeps, of the given types or of all.
func (s *stage) published(ctx context.Context, types ...message.Type) ([]message.Message, error) {
	var messages []message.Message
	filter := node.Filter{Owners: []string{s.network.Account.Address()}, Channels: []string{s.channel}, Types: types}
	for m, err := range s.network.Node.Messages(ctx, filter) {
		if err != nil {
			return nil, err
		}
		if err := m.Verify(); err != nil {
			return nil, err
		}
		messages = append(messages, m)
	}
	return messages, nil
}

// expectAlive says whether so many files and programs of this run are alive.
func (s *stage) expectAlive(ctx context.Context, files, programs int) error {
	for kind, want := range map[message.Type]int{message.TypeStore: files, message.TypeProgram: programs} {
		messages, err := s.published(ctx, kind)
		if err != nil {
			return err
		}
		if len(messages) != want {
			return fmt.Errorf("%d %s messages are alive", len(messages), kind)
		}
	}
	return nil
}

// expectStatus says whether the node says so of each message.
func (s *stage) expectStatus(ctx context.Context, want message.Status, hashes ...string) error {
	for _, hash := range hashes {
		got, err := s.network.Node.Status(ctx, hash)
		if err != nil {
			return err
		}
		if got != want {
			return fmt.Errorf("message %s is %s", hash, got)
		}
	}
	return nil
}

// forgetAll ends what this run has alive: programs first, since a file that one mounts cannot be forgotten.
func (s *stage) forgetAll(ctx context.Context) error {
	for _, kind := range []message.Type{message.TypeProgram, message.TypeStore} {
		messages, err := s.published(ctx, kind)
		if err != nil {
			return err
		}
		if len(messages) == 0 {
			continue
		}
		hashes := make([]string, len(messages))
		for i, m := range messages {
			hashes[i] = m.ItemHash
		}
		if _, err := s.network.Publish(ctx, message.NewForget("the demo has ended", hashes...), object.Options{Channel: s.channel}); err != nil {
			return err
		}
	}
	return nil
}

// program reads what a program's message says.
func (s *stage) program(ctx context.Context, hash string) (message.Program, error) {
	var content message.Program
	record, err := s.network.Fetch(ctx, hash)
	if err != nil {
		return content, err
	}
	if record.Message == nil {
		return content, fmt.Errorf("program %s is %s", hash, record.Status)
	}
	return content, message.Decode(record.Message, &content)
}

// expectOrder says whether each of these happened after the one before: messages were sent, or forgotten.
func (s *stage) expectOrder(ctx context.Context, events ...event) error {
	times := make([]message.Time, len(events))
	for i, e := range events {
		var err error
		if times[i], err = s.timeOf(ctx, e); err != nil {
			return err
		}
	}
	if !slices.IsSorted(times) {
		return fmt.Errorf("%v happened at %v", events, times)
	}
	return nil
}

// event is the life's beginning of a message, or its end.
type event struct {
	hash string
	end  bool
}

func sent(hash string) event      { return event{hash: hash} }
func forgotten(hash string) event { return event{hash: hash, end: true} }

// timeOf is when the message was signed that made the event.
func (s *stage) timeOf(ctx context.Context, e event) (message.Time, error) {
	hash := e.hash
	if e.end {
		record, err := s.network.Fetch(ctx, hash)
		if err != nil {
			return 0, err
		}
		if len(record.ForgottenBy) == 0 {
			return 0, fmt.Errorf("message %s is %s", hash, record.Status)
		}
		hash = record.ForgottenBy[0]
	}
	record, err := s.network.Fetch(ctx, hash)
	if err != nil {
		return 0, err
	}
	if record.Message == nil {
		return 0, fmt.Errorf("message %s is %s", hash, record.Status)
	}
	return record.Message.Time, nil
}
