// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"crypto/rand"
	"net/http"
	"slices"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// kind is the type of the contract's posts.
const kind = channel + "-post"

func amend(original *message.Message, content any) *message.Post {
	return &message.Post{Type: message.PostAmend, Ref: original.ItemHash, Content: content}
}

// listedPost is a post as lists have it.
type listedPost struct {
	ItemHash string    `json:"item_hash"`
	Original string    `json:"original_item_hash"`
	Type     string    `json:"original_type"`
	Address  string    `json:"address"`
	Ref      *string   `json:"ref"`
	Channel  *string   `json:"channel"`
	Created  time.Time `json:"created"`
	Updated  time.Time `json:"last_updated"`
	Content  any       `json:"content"`
}

func (p *peer) posts(query string) []listedPost {
	p.Helper()
	var page struct {
		Posts []listedPost `json:"posts"`
	}
	p.read(p.do(http.MethodGet, "/v1/posts.json?"+query, "", nil), &page)
	return page.Posts
}

// checkPost expects a post to have the content of this version.
func (p *peer) checkPost(original, version *message.Message, content string) {
	p.Helper()
	got := p.posts("hashes=" + original.ItemHash)
	if len(got) != 1 {
		p.Fatalf("got %d posts", len(got))
	}
	if got[0].ItemHash != version.ItemHash || got[0].Original != original.ItemHash || p.text(got[0].Content) != content {
		p.Errorf("got %+v, want %s of %s", got[0], content, version.ItemHash)
	}
}

// postAmend: an amend replaces the content as a whole, and nothing else of the post. One that is older changes nothing, and
// the message of the original stays what it was.
func postAmend(p *peer) {
	original := p.publish(&message.Post{Type: kind, Ref: "topic", Content: map[string]any{"a": 1, "b": 1}})
	p.checkPost(original, original, `{"a":1,"b":1}`)
	newest := p.publish(amend(original, map[string]any{"a": 2}))
	p.checkPost(original, newest, `{"a":2}`)
	p.publishAt(newest.Time-10, amend(original, map[string]any{"a": 3}))
	p.checkPost(original, newest, `{"a":2}`)
	got := p.posts("hashes=" + original.ItemHash)[0]
	if got.Type != kind || got.Address != p.account.Address() || got.Channel == nil || *got.Channel != channel ||
		!got.Created.Equal(original.Time.UTC()) || !got.Updated.Equal(newest.Time.UTC()) {
		p.Errorf("got %+v", got)
	}
	if r := p.settled(original); r.Message == nil || *r.Message != *original {
		p.Errorf("got %+v", r)
	}
	if got := p.posts("hashes=" + newest.ItemHash); len(got) != 0 {
		p.Errorf("the amend is listed as a post: %+v", got)
	}
	p.checkPost(original, p.publish(amend(original, nil)), `null`)
	p.checkPost(original, p.publish(amend(original, []any{"x"})), `["x"]`)
}

// postAmendRefused: an amend is of the owner's own post, and of no amend.
func postAmendRefused(p *peer) {
	original := p.publish(&message.Post{Type: kind, Content: 1})
	changed := p.publish(amend(original, 2))
	if code := p.refused(p.sign(amend(changed, 3))); code != message.CodePostAmendAmend {
		p.Errorf("an amend of an amend: code %d", code)
	}
	stranger := p.stranger()
	if code := stranger.refused(stranger.sign(amend(original, 3))); code != message.CodePermissionDenied {
		p.Errorf("a stranger's: code %d", code)
	}
	p.checkPost(original, changed, `2`)
}

// postAmendFirst: an amend that comes before its post waits for it.
func postAmendFirst(p *peer) {
	original := p.sign(&message.Post{Type: kind, Content: 1})
	changed := p.sign(amend(original, 2))
	if a := p.send(changed, true); a.status != http.StatusAccepted {
		p.Skip("this node waits for no post")
	}
	if status := p.status(changed); status != message.StatusPending {
		p.Errorf("its status is %s", status)
	}
	p.send(original, true)
	p.processed(original)
	p.processed(changed)
	p.checkPost(original, changed, `2`)
}

// postForget: without its newest amend a post has the content of the one before, and can be amended again. The post takes its
// amends along.
func postForget(p *peer) {
	forget := func(m *message.Message) *message.Message {
		return p.publish(message.NewForget("contract", m.ItemHash))
	}
	original := p.publish(&message.Post{Type: kind, Content: 0})
	first := p.publish(amend(original, 1))
	second := p.publish(amend(original, 2))
	third := p.publish(amend(original, 3))
	forget(second)
	p.checkPost(original, third, `3`)
	forget(third)
	p.checkPost(original, first, `1`)
	forget(first)
	p.checkPost(original, original, `0`)
	last := p.publish(amend(original, 4))
	p.checkPost(original, last, `4`)
	gone := forget(original)
	if got := p.posts("hashes=" + original.ItemHash); len(got) != 0 {
		p.Errorf("it is still listed: %+v", got)
	}
	if r := p.settled(last); r.Status != message.StatusForgotten || !slices.Equal(r.ForgottenBy, []string{gone.ItemHash}) {
		p.Errorf("the amend is %+v", r)
	}
}

// postFilters: posts are found by what the original is, and come by their last update, newest first.
func postFilters(p *peer) {
	topic := rand.Text()
	first := p.publish(&message.Post{Type: kind, Ref: topic, Content: map[string]any{"n": 1}})
	second := p.publish(&message.Post{Type: kind + "-other", Ref: topic, Content: map[string]any{"n": 2}})
	for query, want := range map[string][]*message.Message{
		"":                                       {second, first},
		"&types=" + kind:                         {first},
		"&types=" + kind + "," + kind + "-other": {second, first},
		"&types=" + message.PostAmend:            nil,
		"&channels=" + channel:                   {second, first},
		"&channels=other":                        nil,
		"&addresses=" + p.account.Address():      {second, first},
		"&addresses=" + p.stranger().account.Address(): nil,
		"&hashes=" + first.ItemHash:                    {first},
		"&pagination=1":                                {second},
		"&pagination=1&page=2":                         {first},
		"&sortOrder=1":                                 {first, second},
	} {
		var got, hashes []string
		for _, found := range p.posts("refs=" + topic + query) {
			got = append(got, found.ItemHash)
		}
		for _, m := range want {
			hashes = append(hashes, m.ItemHash)
		}
		if !slices.Equal(got, hashes) {
			p.Errorf("%s: got %v, want %v", query, got, hashes)
		}
	}
}

// postMessages: the messages of an owner's posts are listed by their type, and the amends of each by its hash.
func postMessages(p *peer) {
	own := kind + "-" + rand.Text()
	first := p.publish(&message.Post{Type: own, Content: 1})
	second := p.publish(&message.Post{Type: own, Content: 2})
	changed := p.publish(amend(first, 3))
	again := p.publish(amend(first, 4))
	query := "msgTypes=POST&owners=" + p.account.Address()
	p.checkListed(query+"&contentTypes="+own, second, first)
	p.checkListed(query+"&refs="+first.ItemHash, again, changed)
	p.checkListed(query + "&refs=" + first.ItemHash + "&contentTypes=" + own)
	p.checkListed(query + "&refs=" + second.ItemHash)
}
