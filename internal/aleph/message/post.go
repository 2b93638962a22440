// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message

// PostAmend is the type of a POST that replaces the content of another one (NETWORK.md 7.5).
const PostAmend = "amend"

// PostSSHKey is the type of a POST that keeps an SSH public key, as the network's console reads it.
const PostSSHKey = "ALEPH-SSH"

// Post is the content of a POST: a document (NETWORK.md 3.4).
type Post struct {
	Base
	// Type is free text by which posts are found, or PostAmend.
	Type string `json:"type"`
	// Ref is a text, or a quoted message; nil for none. In an amend it is the item hash of the original, otherwise
	// whatever the author means by it.
	Ref any `json:"ref,omitempty"`
	// Content is any JSON value; nil for none. An amend replaces it as a whole.
	Content any `json:"content,omitempty"`
}

// MessageType implements Content.
func (*Post) MessageType() Type { return TypePost }

// Amends implements Amendable. Only the ref of an amend counts: two posts that refer to the same are two objects.
func (p *Post) Amends() string {
	ref, _ := p.Ref.(string)
	if p.Type != PostAmend {
		return ""
	}
	return ref
}

// Amend implements Amendable. The network keeps the type and the ref of the original.
func (p *Post) Amend(original string) { p.Type, p.Ref = PostAmend, original }

// Inherit gives an amend what the network keeps of the original: its type, and what it refers to.
func (p *Post) Inherit(original Content) {
	if first, ok := original.(*Post); ok {
		p.Type, p.Ref = first.Type, first.Ref
	}
}
