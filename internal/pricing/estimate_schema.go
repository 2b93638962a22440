// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package pricing

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
)

const estimateDescription = "What a program or a file costs that need not exist yet, by the network's prices and in the arithmetic of its nodes, and how long its owner's balance would last with it: " +
	"for outputs, and for `check` blocks.\n\n" +
	"With `size` it is a file. Otherwise it is a program, and the arguments are those of `aleph_program` that cost something: " +
	"a value of a resource can be handed over as it is (`resources = aleph_program.api.resources`), and what is left out is as there. " +
	"Works without a key. Where the node does not tell prices or balances, the attributes are null; a node that fails is a warning."

func estimateSchema() schema.Schema {
	file := map[string]schema.Attribute{
		"ref":        text("Item hash of the STORE message of the file, whose size the node is asked for. A file that nobody knows costs nothing."),
		"use_latest": flag("Whether the newest version of the file counts (`true`, the default), or exactly the one that `ref` names."),
	}
	volume := map[string]schema.Attribute{
		"mount":    text("Where it is mounted; it names the line."),
		"size_mib": number("Size in MiB, of a volume without a `ref`."),
	}
	for name, attribute := range file {
		volume[name] = attribute
	}
	attributes := map[string]schema.Attribute{
		"size": number("Size of a file in bytes: `size` of an `aleph_volume`. Makes this the estimate of a file."),
		"resources": singleObject("Resources of a program.", map[string]schema.Attribute{
			"vcpus":  number("Virtual processors. Defaults to 1."),
			"memory": number("Memory in MiB. Defaults to 2048."),
		}),
		"on": singleObject("What starts a program.", map[string]schema.Attribute{
			"persistent": flag("Whether the program runs all the time. Defaults to `false`."),
		}),
		"environment": singleObject("What a program may reach.", map[string]schema.Attribute{
			"internet": flag("Whether it reaches the internet, which doubles the price of a program that runs on demand. Defaults to `true`."),
		}),
		"code":    singleObject("File of the code.", file),
		"runtime": singleObject("File of the runtime.", file),
		"data":    singleObject("File of the data.", file),
		"volumes": schema.ListNestedAttribute{
			Optional: true,
			MarkdownDescription: "Volumes of a program. They and the files cost something only where they exceed the disk space that comes with its compute units " +
				"(2 GiB for each, and 20 GiB of a persistent program, at the time of writing: see `aleph_pricing`).",
			NestedObject: schema.NestedAttributeObject{Attributes: volume},
		},
		"payment": singleObject("How it is paid for.", map[string]schema.Attribute{
			"type": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "`credit`, `hold` or `superfluid`. Defaults to the provider's `payment_type`.",
				Validators:          []validator.String{stringvalidator.OneOf(model.PaymentTypes...)},
			},
		}),
		"address": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Address whose balance is looked at, in checksummed form (EIP-55). Defaults to the provider's `address`, or that of its key; " +
				"without any of them, prices are all that is told.",
			Validators: []validator.String{attribute.Check("an address in checksummed form", message.CheckAddress)},
		},
	}
	for name, attribute := range estimateResults() {
		attributes[name] = attribute
	}
	return schema.Schema{MarkdownDescription: estimateDescription, Attributes: attributes}
}

func estimateResults() map[string]schema.Attribute {
	rounded := func(description string) schema.NumberAttribute {
		return schema.NumberAttribute{Computed: true, MarkdownDescription: description}
	}
	return map[string]schema.Attribute{
		"cost":      computedText("The cost to the last digit, as nodes tell it: credits a second, ALEPH a second (`superfluid`), or ALEPH to hold."),
		"per_hour":  rounded("Credits or ALEPH an hour, to a millionth; null on hold."),
		"per_day":   rounded("Credits or ALEPH a day, to a millionth; null on hold."),
		"per_month": rounded("Credits or ALEPH in 30 days, to a millionth; null on hold."),
		"lines": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "What the cost is made of, in the network's words.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"type": computedText("Kind of the line: `EXECUTION`, `STORAGE`, `EXECUTION_VOLUME_DISCOUNT` for the disk space that is included, and others."),
				"name": computedText("Name of the line, which tells two of a kind apart."),
				"cost": computedText("Its part of `cost`."),
			}},
		},
		"running":    computedText("What everything alive of the owner costs by the same way of paying, in the unit of `cost`."),
		"available":  rounded("What the owner has: credits, or ALEPH for `hold`; null for `superfluid`, which no node knows."),
		"missing":    rounded("What the owner lacks for the network to accept it now beside everything that runs: credits for one day of all that, or ALEPH to hold. 0 when it would be accepted."),
		"lasts_days": rounded("For how many days the credits last with it beside everything that runs; null for other payments, and when nothing costs anything."),
	}
}

func text(description string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: description}
}

func flag(description string) schema.BoolAttribute {
	return schema.BoolAttribute{Optional: true, MarkdownDescription: description}
}

func number(description string) schema.Int64Attribute {
	return schema.Int64Attribute{Optional: true, MarkdownDescription: description, Validators: []validator.Int64{int64validator.AtLeast(0)}}
}

func singleObject(description string, attributes map[string]schema.Attribute) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{Optional: true, MarkdownDescription: description, Attributes: attributes}
}
