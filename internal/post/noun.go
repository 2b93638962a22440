// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package post is aleph_post: a document of any JSON, published as a POST message.
package post

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/versioned"
)

// New makes the noun.
func New() *versioned.Noun {
	return &versioned.Noun{
		Type: "aleph_post", Word: "post", Life: object.Posts(""),
		Empty: func() versioned.Model { return &Model{} }, Content: func() message.Content { return &message.Post{} },
		Description: "A post: a document of any JSON, published as a POST message, which costs nothing and which everybody can read. " +
			"A change of its content is published as an *amend*: the post keeps its item hash, and readers see the new content as a whole.",
		Attributes: attributes,
		Texts:      versioned.Texts{StillLive: "The post reads as before."},
		Reading: versioned.Reading{
			Name: "type", Filter: "Only posts of exactly this type. Defaults to any.",
			Summary: map[string]string{"item_hash": "", "type": "", "ref": "", "content": ""},
		},
	}
}

// Model is aleph_post as Terraform sees it.
type Model struct {
	versioned.Common
	versioned.Free
	PostType types.String         `tfsdk:"type"`
	Ref      types.String         `tfsdk:"ref"`
	Content  jsontypes.Normalized `tfsdk:"content"`
}

func attributes(context.Context) attribute.Set {
	return attribute.Set{
		"type": attribute.Identity(schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Type by which posts are found, a text of your own. A change replaces the post.",
			Validators:          []validator.String{attribute.NotEmpty(), attribute.Check("the type of an ordinary post", checkType)},
		}),
		"ref": attribute.Identity(schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "What the post refers to, such as an item hash or a topic: a text by which posts are found. A change replaces the post.",
			Validators:          []validator.String{attribute.NotEmpty(), attribute.Check("a text that the network takes", model.CheckText)},
		}),
		"content": attribute.Content(attribute.JSON("The document as JSON text (`jsonencode`), compared by meaning. A change amends.")),
	}
}

// ToMessage implements versioned.Model.
func (m *Model) ToMessage() (message.Content, error) {
	post := &message.Post{Type: m.PostType.ValueString()}
	if !m.Ref.IsNull() {
		post.Ref = m.Ref.ValueString()
	}
	var err error
	post.Content, err = attribute.ParseAnyJSON(m.Content.ValueString())
	return post, err
}

// FromMessage implements versioned.Model. Type and ref are those of the first message, which no amend changes; a ref that
// is no text is a message that another tool quoted.
func (m *Model) FromMessage(live message.Content) error {
	post, _ := live.(*message.Post)
	content, err := attribute.FormatJSON(post.Content)
	if err != nil {
		return err
	}
	m.Content = jsontypes.NewNormalizedValue(content)
	if post.Type == message.PostAmend {
		return nil
	}
	m.PostType, m.Ref = types.StringValue(post.Type), types.StringNull()
	switch ref := post.Ref.(type) {
	case nil:
	case string:
		m.Ref = attribute.Text(ref)
	default:
		quoted, err := attribute.FormatJSON(ref)
		m.Ref = types.StringValue(quoted)
		return err
	}
	return nil
}

// meant are types that mean something to the network or its tools, and have or get resources of their own.
var meant = []string{message.PostSSHKey, "corechan-operation", "aleph_credit_transfer", "aleph_credit_distribution", "balances-update"}

func checkType(text string) error {
	switch {
	case text == message.PostAmend:
		return fmt.Errorf("%q changes another post: change `content` of that one instead", text)
	case strings.Contains(text, ","):
		return errors.New("nodes split on its comma, so that no list could ever find the post")
	case slices.Contains(meant, text):
		return fmt.Errorf("%q has a meaning of its own on the network, which a plain post does not keep", text)
	}
	return model.CheckText(text)
}
