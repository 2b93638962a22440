// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package entry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
)

// Change is what somebody wants to write into a document.
type Change struct {
	// Channel is that of the message.
	Channel string
	// Merge makes the entries to write of those that are there: a whole one each, nil to delete it. It is called again when
	// another writer came in between. Its error ends the change, and nothing is written for it; when it was written before,
	// the error is an *OvertakenError.
	Merge func(now map[string]any) (map[string]any, error)
}

// job is a change that waits for its turn. Only the batch that it is in touches it; what mu guards belongs to both.
type job struct {
	Change
	// entries are what Merge made.
	entries map[string]any
	// document is what the network has afterwards.
	document *Document
	err      error
	// done is closed when nothing changes any more.
	done chan struct{}

	mu sync.Mutex
	// sent is the last message that has the change, and left says that nobody waits for it.
	sent *message.Message
	left bool
}

// Write changes a document, and returns what the network has afterwards. Changes of one document are written one message
// after the other, those that wait at the same time in one message. Entries of others stay, and nothing is sent when the
// document says already what is wanted.
//
// The error is a *message.RejectedError after a definite refusal, a *object.PendingError when the outcome is unknown, and an
// *OvertakenError when the network has the message, and the document says something else.
func (c *Client) Write(ctx context.Context, at Place, change Change) (*Document, error) {
	if err := c.RequireAccount(); err != nil {
		return nil, err
	}
	j := &job{Change: change, done: make(chan struct{})}
	err := c.writes.Do(ctx, at, j, func(ctx context.Context, jobs []*job) { c.write(ctx, at, jobs) })
	select {
	case <-j.done:
		return j.document, j.err
	default:
	}
	if m := j.leave(); m != nil {
		return nil, &object.PendingError{Message: m, Err: err}
	}
	return nil, err
}

// leave gives up a change, unless it was sent: then it returns the message.
func (j *job) leave() *message.Message {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.left = true
	return j.sent
}

func (j *job) end(d *Document, err error) {
	j.document, j.err = d, err
	close(j.done)
}

// attempts is how often a change is written: once more when another writer came in between.
const attempts = 2

// write does the changes of a batch.
func (c *Client) write(ctx context.Context, at Place, jobs []*job) {
	now, err := c.ReadAnew(ctx, at)
	for range attempts {
		if err != nil {
			endAll(jobs, err)
			return
		}
		if jobs = c.merge(ctx, at, now, jobs); len(jobs) == 0 {
			return
		}
		if jobs = c.publish(ctx, at, now.Updated, jobs); len(jobs) == 0 {
			return
		}
		now, err = c.readBack(ctx, at, jobs)
		jobs = confirm(now, err, jobs)
	}
	for _, j := range jobs {
		j.end(nil, j.overtaken(at, now))
	}
}

// overtaken is the error of a change that was sent, and that the document does not have now.
func (j *job) overtaken(at Place, now *Document) error {
	return &OvertakenError{Place: at, ItemHash: j.sent.ItemHash, Wanted: j.entries, Found: now.Entries}
}

func endAll(jobs []*job, err error) {
	for _, j := range jobs {
		j.end(nil, err)
	}
}

// merge asks each change what it writes, upon what those before it write, and ends the changes that write nothing.
func (c *Client) merge(ctx context.Context, at Place, now *Document, jobs []*job) []*job {
	entries := maps.Clone(now.Entries)
	return slices.DeleteFunc(jobs, func(j *job) bool {
		wanted, err := j.Merge(entries)
		if err != nil && j.sent != nil {
			err = j.overtaken(at, now)
		}
		if err == nil {
			j.entries, err = plain(wanted)
		}
		if err == nil {
			err = c.proven(ctx, at, now, j.entries)
		}
		if err != nil {
			j.end(nil, err)
			return true
		}
		maps.DeleteFunc(j.entries, func(key string, value any) bool { return message.SameJSON(entries[key], value) })
		if len(j.entries) == 0 {
			j.end(now, nil)
			return true
		}
		maps.Copy(entries, j.entries)
		return false
	})
}

// proven says whether it is proven what a change would overwrite.
func (c *Client) proven(ctx context.Context, at Place, now *Document, entries map[string]any) error {
	_, err := c.Prove(ctx, at, now, slices.Sorted(maps.Keys(entries))...)
	return err
}

// plain are entries as they are read back.
func plain(entries map[string]any) (map[string]any, error) {
	text, err := json.Marshal(entries)
	if err != nil {
		return nil, err
	}
	value, err := decode(text)
	read, _ := value.(map[string]any) // a nil map is read as null
	return read, err
}

// has reports whether a document says what is wanted. A deleted entry and an absent one are the same.
func has(entries, wanted map[string]any) bool {
	for key, value := range wanted {
		if !message.SameJSON(entries[key], value) {
			return false
		}
	}
	return true
}

// apart is how much later than the last message of a document the next one is: a millisecond, and the microsecond that
// Publish adds (NETWORK.md 7.7).
const apart = message.Time(999e-6)

// publish sends the changes, in as few messages as can hold them, and returns those whose message was processed.
func (c *Client) publish(ctx context.Context, at Place, last message.Time, jobs []*job) []*job {
	var processed []*job
	for len(jobs) > 0 {
		var some []*job
		some, jobs = together(at, jobs)
		some, m, err := c.send(ctx, at, last+apart, some)
		if err != nil {
			endAll(some, err)
			continue
		}
		if m != nil {
			last = m.Time
		}
		processed = append(processed, some...)
	}
	return processed
}

// together are the first of the changes that one message can hold, and the others.
func together(at Place, jobs []*job) (some, others []*job) {
	const head = 200 // for the owner and the time
	element := &message.Aggregate{Key: at.Key, Content: map[string]any{}}
	for _, j := range jobs {
		maps.Copy(element.Content, j.entries)
		text, err := message.Marshal(element)
		fits := err == nil && utf8.RuneCount(text) <= model.MaxInline-head
		if len(some) == 0 || fits && len(others) == 0 && j.Channel == some[0].Channel {
			some = append(some, j)
		} else {
			others = append(others, j)
		}
	}
	return some, others
}

// send publishes one message with changes, without those that nobody waits for any more, and returns the others. From the
// look at who waits until the message is kept in the changes nothing is asked of the network.
func (c *Client) send(ctx context.Context, at Place, after message.Time, jobs []*job) ([]*job, *message.Message, error) {
	element := &message.Aggregate{Key: at.Key, Content: map[string]any{}}
	var wanted []*job
	for _, j := range jobs {
		j.mu.Lock()
		if j.left {
			j.mu.Unlock()
			continue
		}
		wanted = append(wanted, j)
		maps.Copy(element.Content, j.entries)
	}
	unlock := sync.OnceFunc(func() {
		for _, j := range wanted {
			j.mu.Unlock()
		}
	})
	defer unlock()
	if len(wanted) == 0 {
		return nil, nil, nil
	}
	defer c.documents.Forget(at)
	m, err := c.Publish(ctx, element, object.Options{
		Owner: at.Owner, Channel: wanted[0].Channel, After: after,
		Sending: func(m *message.Message) {
			for _, j := range wanted {
				j.sent = m
			}
			unlock()
			c.documents.Forget(at)
		},
	})
	return wanted, m, err
}

// readBack reads a document after it was written. A node may go on showing what was before until the document is asked for
// in another way (NETWORK.md 7.7).
func (c *Client) readBack(ctx context.Context, at Place, jobs []*job) (*Document, error) {
	now, err := c.ReadAnew(ctx, at)
	if err != nil || !slices.ContainsFunc(jobs, func(j *job) bool { return !has(now.Entries, j.entries) }) {
		return now, err
	}
	if err := c.Node.Aggregate(ctx, at.Owner, at.Key, new(any)); err != nil && !errors.Is(err, node.ErrNotFound) {
		return nil, err
	}
	return c.ReadAnew(ctx, at)
}

// confirm ends the changes that the document has now, and returns the others. Where it could not be read, it is not known
// what became of any.
func confirm(now *Document, err error, jobs []*job) []*job {
	return slices.DeleteFunc(jobs, func(j *job) bool {
		switch {
		case err != nil:
			j.end(nil, &object.PendingError{Message: j.sent, Err: fmt.Errorf("it was processed, and could not be read back: %w", err)})
		case has(now.Entries, j.entries):
			j.end(now, nil)
		default:
			return false
		}
		return true
	})
}
