// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package attribute has the fragments of schemas that nouns share: attributes with their descriptions, validators and
// defaults, and the types of their values.
package attribute

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
)

// Computed is a text that follows from the network.
func Computed(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

// Address is the owner of an object.
func Address() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		Computed: true,
		MarkdownDescription: "Address that owns the object and pays for it, in checksummed form (EIP-55). Acting for another owner needs an " +
			"authorisation in that owner's `security` aggregate. Defaults, at creation, to the provider's `address`. A change replaces the object.",
		Validators: []validator.String{anAddress},
	}
}

// Channel is the channel that an object is published in.
func Channel(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		Computed:            true,
		MarkdownDescription: description,
		Validators:          []validator.String{NotEmpty(), Check("a channel", model.CheckChannel)},
	}
}

// StringList is a list of texts, empty when it is left out.
func StringList(description string) schema.ListAttribute {
	return schema.ListAttribute{
		Optional:            true,
		Computed:            true,
		ElementType:         types.StringType,
		Default:             EmptyList(types.StringType),
		MarkdownDescription: description,
	}
}

// Tags is a list of user-defined tags.
func Tags() schema.ListAttribute {
	return StringList("Tags that the network's lists can be filtered by: at most 16, of 1 to 256 characters each. Defaults to none. A change amends.")
}

// Metadata is a free-form JSON object.
func Metadata(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		CustomType:          jsontypes.NormalizedType{},
		MarkdownDescription: description,
		PlanModifiers:       []planmodifier.String{KeepEqualJSON()},
		Validators:          []validator.String{Check("a JSON object with at least one key", checkJSONObject)},
	}
}

// JSON is any JSON value as text.
func JSON(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		CustomType:          jsontypes.NormalizedType{},
		MarkdownDescription: description,
		PlanModifiers:       []planmodifier.String{KeepEqualJSON()},
	}
}

// KeepSuperseded says whether older versions stay alive.
func KeepSuperseded(description string) schema.BoolAttribute {
	return Flag(false, description)
}

// Flag is a boolean with a default.
func Flag(value bool, description string) schema.BoolAttribute {
	return schema.BoolAttribute{Optional: true, Computed: true, Default: booldefault.StaticBool(value), MarkdownDescription: description}
}

// Superseded lists older versions that are alive.
func Superseded(description string) schema.ListAttribute {
	return schema.ListAttribute{
		Computed:            true,
		ElementType:         types.StringType,
		MarkdownDescription: description,
	}
}

// How long operations wait when `timeouts` does not say. Writing waits for longer than a node itself tries to process
// a message (some six minutes, NETWORK.md 4.6), so that an unknown outcome stays rare.
const (
	WriteTimeout = 10 * time.Minute
	ReadTimeout  = time.Minute
)

// Timeouts of all four operations.
func Timeouts(ctx context.Context) schema.Attribute {
	attribute := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, Read: true, Update: true, Delete: true,
		CreateDescription: "How long to wait until the network has processed what is created, as a duration such as `90s` or `10m`. Defaults to `10m`, more than a node tries by itself.",
		ReadDescription:   "How long to wait for a message that is still pending. Defaults to `1m`.",
		UpdateDescription: "How long to wait until the network has processed a change. Defaults to `10m`.",
		DeleteDescription: "How long to wait until the network has forgotten the object. Defaults to `10m`.",
	})
	if nested, ok := attribute.(schema.SingleNestedAttribute); ok {
		nested.MarkdownDescription = "How long operations wait. A change publishes nothing."
		return nested
	}
	return attribute
}

// Within is a context that ends when the time-out of an operation is over.
func Within(ctx context.Context, limit func(context.Context, time.Duration) (time.Duration, diag.Diagnostics), usual time.Duration, diags *diag.Diagnostics) (context.Context, context.CancelFunc) {
	configured, d := limit(ctx, usual)
	diags.Append(d...)
	return context.WithTimeout(ctx, configured)
}

// EmptyList is the default of a list that is left out: empty, so that `null` and `[]` mean the same.
func EmptyList(element attr.Type) defaults.List {
	return listdefault.StaticValue(types.ListValueMust(element, []attr.Value{}))
}

// Payment is how an object is paid for.
func Payment() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		Computed:            true,
		MarkdownDescription: "How the object is paid for. The object keeps its payment when the argument is removed. A change amends.",
		Attributes: map[string]schema.Attribute{
			"type": schema.StringAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "`credit` (prepaid credits), `hold` (ALEPH tokens held by the owner) or `superfluid` (a stream of tokens; programs only). " +
					"Defaults, at creation, to the provider's `payment_type`. The network takes `hold` for files and on-demand programs only, and only until the end of 2026.",
			},
			"chain": schema.StringAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: "Chain of the payment, such as `ETH` (the default at creation), `AVAX` or `BASE`.",
			},
			"receiver": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Address that receives the stream of a `superfluid` payment.",
				Validators:          []validator.String{NotEmpty()},
			},
		},
	}
}

// PaymentModel is the payment attribute.
type PaymentModel struct {
	Type     types.String `tfsdk:"type"`
	Chain    types.String `tfsdk:"chain"`
	Receiver types.String `tfsdk:"receiver"`
}

// NewPayment is a payment attribute of a type and a chain.
func NewPayment(kind, chain types.String) types.Object {
	return types.ObjectValueMust(
		map[string]attr.Type{"type": types.StringType, "chain": types.StringType, "receiver": types.StringType},
		map[string]attr.Value{"type": kind, "chain": chain, "receiver": types.StringNull()},
	)
}

// PaymentFromMessage reads the payment of a content: one without is paid by holding tokens (NETWORK.md 3.8).
func PaymentFromMessage(p *message.Payment) *PaymentModel {
	if p == nil {
		p = &message.Payment{Type: message.PaymentHold}
	}
	return &PaymentModel{Type: types.StringValue(p.Type), Chain: Text(p.Chain), Receiver: Text(p.Receiver)}
}

// ToMessage is the payment as a content says it.
func (p *PaymentModel) ToMessage() *message.Payment {
	if p == nil {
		return nil
	}
	return &message.Payment{Type: p.Type.ValueString(), Chain: p.Chain.ValueString(), Receiver: p.Receiver.ValueString()}
}

// Text is a string attribute that is null when a message leaves the field out.
func Text(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}

// OrEmpty is a list of a content, empty instead of nil: lists are never null, so that a list that is left out says the same as
// an empty one.
func OrEmpty(texts []string) []string {
	if texts == nil {
		return []string{}
	}
	return texts
}

// Strings is a list of strings, empty when there are none.
func Strings(texts []string) types.List {
	values := make([]attr.Value, len(texts))
	for i, text := range texts {
		values[i] = types.StringValue(text)
	}
	return types.ListValueMust(types.StringType, values)
}

// StringsOf are the elements of a known list of strings; nil when there are none.
func StringsOf(list types.List) []string {
	var texts []string
	for _, value := range list.Elements() {
		if text, ok := value.(types.String); ok {
			texts = append(texts, text.ValueString())
		}
	}
	return texts
}
