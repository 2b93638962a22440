// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object_test

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// elsewhere publishes a message whose content is a file, and returns its item hash.
func (c *tool) elsewhere(engine message.ItemType, content message.Content) string {
	c.t.Helper()
	content.Stamp(c.owner, message.TimeOf(time.Now()))
	text, err := message.Marshal(content)
	if err != nil {
		c.t.Fatal(err)
	}
	m := &message.Message{Type: content.MessageType(), ItemType: engine, Time: content.PublishedAt()}
	m.ItemHash, err = c.Node.Upload(c.t.Context(), node.File{Size: int64(len(text)), Name: "content", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(string(text))), nil
	}}, engine)
	if err == nil {
		err = acctest.ByKey(c.Account)(m)
	}
	return c.sent(m, err)
}

// A message whose content is kept as a file is a version as any other: its content is read, and hashed.
func TestFind_contentElsewhere(t *testing.T) {
	t.Parallel()
	for _, engine := range []message.ItemType{message.ItemTypeStorage, message.ItemTypeIPFS} {
		t.Run(string(engine), func(t *testing.T) {
			c := start(t, core.Config{})
			first := c.elsewhere(engine, program("1"))
			second := c.must(amendOf(first, "2"))
			third := c.elsewhere(engine, amendOf(second, "3"))
			for _, hash := range []string{first, second, third} {
				found, err := c.other(0).Newest(t.Context(), object.Programs, "", hash)
				if err != nil || !slices.Equal(found.Versions.Hashes(), []string{first, second, third}) {
					t.Fatalf("%s: %+v, %v", hash, found, err)
				}
				var live message.Program
				if err := message.Decode(found.Versions.Live(), &live); err != nil || live.Metadata["name"] != "3" {
					t.Errorf("%s: the live version says %+v, %v", hash, live.Metadata, err)
				}
			}
			record, err := c.other(0).Fetch(t.Context(), first)
			if err != nil || !strings.Contains(record.Message.ItemContent, c.owner) {
				t.Errorf("fetched %+v, %v", record, err)
			}
			if done, err := c.other(0).Amend(t.Context(), program("4"), c.tracked(third, first, second), false, object.Options{}); err != nil || done.ForgetErr != nil {
				t.Errorf("amended: %+v, %v", done, err)
			}
		})
	}
}

// A content that cannot be had leaves its message out; one that is another fails as what is not genuine; and a request that
// fails is no answer.
func TestFind_contentMissing(t *testing.T) {
	t.Parallel()
	unverifiable, untrue := func(err error) bool {
		var u *message.UnverifiableError
		return errors.As(err, &u)
	}, func(err error) bool {
		var u *object.UntrueError
		return errors.As(err, &u)
	}
	for name, c := range map[string]struct {
		action core.Action
		doubt  func(error) bool
	}{
		"unknown to the node": {core.Status(http.StatusNotFound), unverifiable},
		"refused":             {core.Status(http.StatusForbidden), unverifiable},
		"too long":            {core.Answer(http.StatusOK, strings.Repeat("x", 5<<20)), unverifiable},
		"another one":         {core.Answer(http.StatusOK, fields{"address": "0x1"}), untrue},
		"not read":            {core.Status(http.StatusNotImplemented), nil},
	} {
		t.Run(name, func(t *testing.T) {
			tool := start(t, core.Config{})
			first := tool.must(program("1"))
			second := tool.elsewhere(message.ItemTypeStorage, amendOf(first, "2"))
			tool.local.Inject(core.Fault{Path: "/api/v0/storage/raw/" + second, Times: -1, Do: c.action})

			found, err := tool.other(0).Find(t.Context(), tool.tracked(first))
			if c.doubt == nil {
				if err == nil {
					t.Errorf("found %+v, and a request failed", found)
				}
				return
			}
			if err != nil || !slices.Equal(found.Versions.Hashes(), []string{first}) || !c.doubt(found.Doubts[second]) {
				t.Errorf("found %+v, %v", found, err)
			}
			if _, err := tool.other(0).Fetch(t.Context(), second); !c.doubt(err) {
				t.Errorf("fetched: %v", err)
			}
			// The tracked version is not gone.
			if found, err := tool.other(0).Find(t.Context(), tool.tracked(second, first)); !c.doubt(err) {
				t.Errorf("tracked: %+v, %v", found, err)
			}
			objects, doubts, err := tool.other(0).Objects(t.Context(), tool.owner, object.Programs)
			if err != nil || len(objects) != 1 || !c.doubt(doubts[second]) {
				t.Errorf("listed %+v, %+v, %v", objects, doubts, err)
			}
		})
	}
}

// What the node lists as the content of a message is compared with what the item hash names.
func TestFind_contentOfAnotherObject(t *testing.T) {
	c := start(t, core.Config{})
	first := c.must(program("1"))
	other := c.elsewhere(message.ItemTypeStorage, program("other"))
	record, err := c.Node.Message(t.Context(), other)
	if err != nil {
		t.Fatal(err)
	}
	c.local.Inject(core.Fault{Times: -1, Do: core.Foist(*record.Message, fields{"address": c.owner, "time": time.Now().Unix(), "replaces": first})})
	found, err := c.other(0).Find(t.Context(), c.tracked(first))
	untrue := (*object.UntrueError)(nil)
	if err != nil || !slices.Equal(found.Versions.Hashes(), []string{first}) || !errors.As(found.Doubts[other], &untrue) {
		t.Errorf("found %+v, %v", found, err)
	}
}

// A message that cannot be verified is left out of what is listed, and says so; who asks for that very one is refused.
func TestObjects_unverifiable(t *testing.T) {
	c := start(t, core.Config{})
	mine := c.must(program("mine"))
	onTezos := c.foist(program("theirs"), acctest.OnTezos)
	notAProgram := c.foist(amendOf(mine, "theirs"), func(m *message.Message) error {
		m.ItemContent = strings.Replace(m.ItemContent, `"replaces":"`+mine+`"`, `"replaces":5`, 1)
		m.ItemHash = message.Hash([]byte(m.ItemContent))
		return acctest.ByKey(c.other(1).Account)(m)
	})
	objects, doubts, err := c.other(0).Objects(t.Context(), c.owner, object.Programs)
	if err != nil || len(objects) != 1 || objects[0].Record.ItemHash != mine {
		t.Fatalf("listed %+v, %v", objects, err)
	}
	unverifiable := (*message.UnverifiableError)(nil)
	for _, hash := range []string{onTezos, notAProgram} {
		if !errors.As(doubts[hash], &unverifiable) {
			t.Errorf("%s: %v", hash, doubts[hash])
		}
	}
	if _, err := c.other(0).Newest(t.Context(), object.Programs, "", onTezos); !errors.As(err, &unverifiable) || strings.Contains(err.Error(), "not genuine") {
		t.Errorf("newest: %v", err)
	}
}

// Of an owner with a key of Solana's, everything is verified as of any other.
func TestObjects_ownerOnSolana(t *testing.T) {
	c := start(t, core.Config{})
	sign, address := acctest.OnSolana()
	c.local.Fund(address, 1_000_000_000, 0)
	m := acctest.Message(t, address, program("on Solana"), sign)
	if _, err := c.Node.Publish(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Node.Wait(t.Context(), m.ItemHash); err != nil {
		t.Fatal(err)
	}
	objects, doubts, err := c.Objects(t.Context(), address, object.Programs)
	if err != nil || len(doubts) > 0 || len(objects) != 1 || objects[0].Record.ItemHash != m.ItemHash {
		t.Errorf("listed %+v, %+v, %v", objects, doubts, err)
	}
}

// One message that is not genuine leaves the others, unless it is tracked, or something is to be changed.
func TestFind_notGenuine(t *testing.T) {
	c := start(t, core.Config{})
	first := c.must(program("1"))
	forged := c.foist(amendOf(first, "2"), func(m *message.Message) error {
		err := acctest.ByKey(c.Account)(m)
		m.Type = message.TypeStore // the signature is one for another type
		err = errors.Join(err, acctest.ByKey(c.Account)(m))
		m.Type = message.TypeProgram
		return err
	})
	untrue := (*object.UntrueError)(nil)
	found, err := c.other(0).Find(t.Context(), c.tracked(first))
	if err != nil || !slices.Equal(found.Versions.Hashes(), []string{first}) || !errors.As(found.Doubts[forged], &untrue) {
		t.Errorf("found %+v, %v", found, err)
	}
	if found, err := c.other(0).Find(t.Context(), c.tracked(forged, first)); !errors.As(err, &untrue) {
		t.Errorf("tracked: %+v, %v", found, err)
	}
	if done, err := c.other(0).Amend(t.Context(), program("3"), c.tracked(first), false, object.Options{}); !errors.As(err, &untrue) {
		t.Errorf("amended: %+v, %v", done, err)
	}
	if err := c.other(0).Destroy(t.Context(), c.tracked(first)); !errors.As(err, &untrue) {
		t.Errorf("destroyed: %v", err)
	}
	c.expectAlive(message.TypeProgram, first)
}

// The time of the envelope, which nobody signs, decides and says nothing.
func TestVersions_timeOfTheEnvelope(t *testing.T) {
	c := start(t, core.Config{})
	first := c.must(program("1"))
	second := c.must(amendOf(first, "2"))
	published := time.Now()
	c.local.Inject(core.Fault{Path: "/api/v0/messages", Times: -1, Do: core.AlterNumber("time", func(at float64) float64 {
		return 2*float64(published.Unix()) - at // the other way round
	})})
	found, err := c.other(0).Newest(t.Context(), object.Programs, "", first)
	if err != nil || found.Versions.Live().ItemHash != second {
		t.Fatalf("found %+v, %v", found, err)
	}
	for _, m := range found.Versions {
		if age := published.Sub(m.Time.UTC()).Abs(); age > time.Minute {
			t.Errorf("%s is said to be published %s off", m.ItemHash, age)
		}
	}
}
