// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package entry_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/entry"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

func TestWrite_othersStay(t *testing.T) {
	w := start(t)
	w.publish(map[string]any{"theirs": map[string]any{"n": 1}}, 0)
	d, err := w.Write(t.Context(), w.at, set(map[string]any{"ours": map[string]any{"type": "ipfs"}}))
	if err != nil {
		t.Fatal(err)
	}
	if !d.Exists() || d.Updated <= d.Created {
		t.Errorf("created %v, updated %v", d.Created.UTC(), d.Updated.UTC())
	}
	w.expect(map[string]any{"theirs": map[string]any{"n": number(1)}, "ours": map[string]any{"type": "ipfs"}})
	w.mustWrite(map[string]any{"ours": nil})
	w.expect(map[string]any{"theirs": map[string]any{"n": number(1)}, "ours": nil})
}

func TestWrite_mergeSeesWhatIsThere(t *testing.T) {
	w := start(t)
	w.publish(map[string]any{"a": map[string]any{"theirs": true}}, 0)
	change := entry.Change{Merge: func(now map[string]any) (map[string]any, error) {
		merged := map[string]any{"ours": true}
		if before, ok := now["a"].(map[string]any); ok {
			merged["theirs"] = before["theirs"]
		}
		return map[string]any{"a": merged}, nil
	}}
	if _, err := w.Write(t.Context(), w.at, change); err != nil {
		t.Fatal(err)
	}
	w.expect(map[string]any{"a": map[string]any{"theirs": true, "ours": true}})
}

func TestWrite_nothingToDo(t *testing.T) {
	w := start(t)
	w.mustWrite(map[string]any{"a": number(1)})
	w.mustWrite(map[string]any{"a": number(1), "absent": nil})
	if sent := w.way.messages.Load(); sent != 1 {
		t.Errorf("%d messages were sent, want 1", sent)
	}
}

func TestWrite_mergeRefuses(t *testing.T) {
	w := start(t)
	refusal := errors.New("it is there already")
	_, err := w.Write(t.Context(), w.at, entry.Change{Merge: func(map[string]any) (map[string]any, error) { return nil, refusal }})
	if !errors.Is(err, refusal) || w.way.messages.Load() != 0 {
		t.Errorf("%v, and %d messages were sent", err, w.way.messages.Load())
	}
}

func TestWrite_withoutKey(t *testing.T) {
	w := start(t)
	w.Account = nil
	var none *object.NoAccountError
	if _, err := w.Write(t.Context(), w.at, set(map[string]any{"a": true})); !errors.As(err, &none) {
		t.Errorf("%v: want that there is no key", err)
	}
}

// Many entries at once are in few messages, and none is lost.
func TestWrite_manyAtOnce(t *testing.T) {
	w := start(t)
	const many = 10
	want := map[string]any{}
	var group errgroup.Group
	for i := range many {
		name := fmt.Sprintf("%d.example.org", i)
		entries := map[string]any{name: map[string]any{"message_id": name}}
		maps.Copy(want, entries)
		group.Go(func() error {
			_, err := w.Write(t.Context(), w.at, set(entries))
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	w.expect(want)
	if sent, asked := w.way.messages.Load(), w.way.requests.Load(); sent > 3 || asked > 20 {
		t.Errorf("%d messages and %d requests", sent, asked)
	}
}

func TestWrite_channels(t *testing.T) {
	w := start(t)
	var group errgroup.Group
	for _, channel := range []string{"A", "B", "A", "B"} {
		group.Go(func() error {
			change := set(map[string]any{channel: true})
			change.Channel = channel
			_, err := w.Write(t.Context(), w.at, change)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	for _, m := range w.local.Alive(w.at.Owner) {
		if !strings.Contains(m.ItemContent, `"content":{"`+m.Channel+`":true}`) {
			t.Errorf("in channel %s: %s", m.Channel, m.ItemContent)
		}
	}
}

// Two writers of one key, each of whom knows nothing of the other, lose nothing.
func TestWrite_writersAtOnce(t *testing.T) {
	w := start(t)
	var group errgroup.Group
	want := map[string]any{}
	for i := range 4 {
		other, name := w.other(0), fmt.Sprint("entry", i)
		want[name] = true
		group.Go(func() error {
			_, err := other.Write(t.Context(), w.at, set(map[string]any{name: true}))
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	w.expect(want)
}

// An element of the future has to be overtaken, whatever this machine's clock says.
func TestWrite_lastElementIsOfTheFuture(t *testing.T) {
	w := start(t)
	future := w.publish(map[string]any{"a": "theirs"}, message.TimeOf(time.Now().Add(30*24*time.Hour)))
	d, err := w.Write(t.Context(), w.at, set(map[string]any{"a": "ours"}))
	if err != nil {
		t.Fatal(err)
	}
	if apart := d.Updated.UTC().Sub(future.Time.UTC()); apart < time.Millisecond || apart > time.Second {
		t.Errorf("it is %s later than the last element", apart)
	}
	w.expect(map[string]any{"a": "ours"})
}

// overwrite has another writer overwrite an entry each time after this one has sent it, and before it is read back.
func (w *writer) overwrite(times int) {
	other, sent := w.other(0), false
	other.at = w.at
	w.way.before = func(r *http.Request) {
		switch {
		case r.Method == http.MethodPost:
			sent = true
		case sent && times > 0 && r.URL.Path == "/api/v0/aggregates.json":
			sent = false
			times--
			d, err := other.ReadAnew(w.t.Context(), w.at)
			if err != nil {
				w.t.Error(err)
				return
			}
			other.publish(map[string]any{"a": "theirs"}, d.Updated)
		}
	}
}

func TestWrite_anotherWriterInBetween(t *testing.T) {
	w := start(t)
	w.overwrite(1)
	w.mustWrite(map[string]any{"a": "ours", "b": "ours"})
	w.expect(map[string]any{"a": "ours", "b": "ours"})
	if sent := w.way.messages.Load(); sent != 2 {
		t.Errorf("%d messages were sent, want 2", sent)
	}
}

func TestWrite_anotherWriterTwice(t *testing.T) {
	w := start(t)
	w.overwrite(2)
	_, err := w.Write(t.Context(), w.at, set(map[string]any{"a": "ours", "b": "ours"}))
	var overtaken *entry.OvertakenError
	if !errors.As(err, &overtaken) || !strings.Contains(err.Error(), `"a" is now "theirs"`) || strings.Contains(err.Error(), `"b"`) {
		t.Fatalf("%v: want an OvertakenError that says what the network has", err)
	}
	if overtaken.ItemHash == "" || overtaken.Remedy() == "" || w.way.messages.Load() != 2 {
		t.Errorf("%+v, after %d messages", overtaken, w.way.messages.Load())
	}
}

func TestWrite_rejected(t *testing.T) {
	w := start(t)
	w.at.Owner = w.other(1).at.Owner
	_, err := w.Write(t.Context(), w.at, set(map[string]any{"a": true}))
	if _, refused := object.AsRejected(err, message.CodePermissionDenied); !refused {
		t.Errorf("%v: want that it is refused", err)
	}
}

func TestWrite_pending(t *testing.T) {
	w := start(t)
	stuck := w.local.Inject(core.Fault{Type: message.TypeAggregate, Do: core.StayPending()})
	_, err := w.Write(within(t, 300*time.Millisecond), w.at, set(map[string]any{"a": true}))
	var pending *object.PendingError
	if !errors.As(err, &pending) || pending.Message.Type != message.TypeAggregate {
		t.Fatalf("%v: want a PendingError with the message", err)
	}
	stuck.Remove()
	w.mustWrite(map[string]any{"a": false})
	w.expect(map[string]any{"a": false})
}

func TestWrite_processedAndNotReadBack(t *testing.T) {
	w := start(t)
	w.local.Inject(core.Fault{Path: "/api/v0/aggregates.json", Skip: 1, Times: -1, Do: core.Answer(http.StatusOK, map[string]any{})})
	_, err := w.Write(t.Context(), w.at, set(map[string]any{"a": true}))
	var pending *object.PendingError
	if !errors.As(err, &pending) || !strings.Contains(err.Error(), "could not be read back") {
		t.Errorf("%v: want a PendingError", err)
	}
}

// A node may show what was before until the document is asked for in another way.
func TestWrite_nodeShowsAnOlderDocument(t *testing.T) {
	w := start(t)
	stale := w.local.Inject(core.Fault{
		Path: "/api/v0/aggregates.json", Skip: 1, Times: -1,
		Do: core.Answer(http.StatusOK, map[string]any{"aggregates": []any{}, "pagination_total": 0}),
	})
	w.way.before = func(r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/v0/aggregates/") {
			stale.Remove()
		}
	}
	w.mustWrite(map[string]any{"a": true})
	if sent := w.way.messages.Load(); sent != 1 {
		t.Errorf("%d messages were sent, want 1", sent)
	}
}

func TestWrite_notRead(t *testing.T) {
	w := start(t)
	w.local.Inject(core.Fault{Path: "/api/v0/aggregates.json", Times: -1, Do: core.Status(http.StatusForbidden)})
	if _, err := w.Write(t.Context(), w.at, set(map[string]any{"a": true})); err == nil || w.way.messages.Load() != 0 {
		t.Errorf("%v, and %d messages were sent", err, w.way.messages.Load())
	}
}

// Who waits leaves when the time is up, and what was not sent yet never is.
func TestWrite_callerLeavesTheQueue(t *testing.T) {
	w := start(t)
	w.local.Inject(core.Fault{Type: message.TypeAggregate, Method: http.MethodPost, Do: core.Delay(time.Second)})
	var group errgroup.Group
	sent := make(chan struct{})
	w.way.before = func(r *http.Request) {
		if r.Method == http.MethodPost {
			close(sent)
			w.way.before = nil
		}
	}
	group.Go(func() error {
		_, err := w.Write(t.Context(), w.at, set(map[string]any{"a": true}))
		return err
	})
	<-sent
	var pending *object.PendingError
	if _, err := w.Write(within(t, 50*time.Millisecond), w.at, set(map[string]any{"b": true})); err == nil || errors.As(err, &pending) {
		t.Errorf("%v: want that its time was up, and nothing was sent", err)
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	w.expect(map[string]any{"a": true})
}

func number(n int) any { return json.Number(strconv.Itoa(n)) }
