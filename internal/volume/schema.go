// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/sources"
)

const description = "A volume: a file that the network keeps, published as a STORE message, for programs to run or to mount.\n\n" +
	"The file is hashed when Terraform plans: the same bytes are never published twice, and other bytes show as another `content_hash`. " +
	"What changes between plan and apply is not published: plan again (see [Amend or replace](../guides/amend-or-replace#files-that-change-between-plan-and-apply)). " +
	"Files that have not changed since are not read again: see [What a plan reads](../guides/amend-or-replace#what-a-plan-reads).\n\n" +
	"A change is published as an *amend*: programs that follow the latest version pick it up, and keep their own item hash and URL. " +
	"With `use_latest = false` the volume is immutable, and a change replaces it.\n\n" +
	"The network does not forget a file that a program still uses. **Give every volume that is mounted `lifecycle { create_before_destroy = true }`**, " +
	"so that Terraform changes the program before it destroys the volume.\n\n" +
	diagnostic.DuplicatesDescription

func attributes(context.Context) attribute.Set {
	set := attribute.Set{
		"storage_engine": attribute.Content(schema.StringAttribute{
			Optional: true,
			Computed: true,
			MarkdownDescription: "Where the file is kept: `storage` (the network's own) or `ipfs`. Defaults to `storage` for a file that the node takes there " +
				"(100 MiB as a rule), and to `ipfs` for a larger one. A change amends.",
			Validators: []validator.String{attribute.OneOf(string(message.ItemTypeStorage), string(message.ItemTypeIPFS))},
		}),
		"use_latest": attribute.Local(schema.BoolAttribute{
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(true),
			MarkdownDescription: "What a mount of this volume should say as its own `use_latest`, and what a change does: it amends a volume with `true` (the default), " +
				"and replaces one with `false`. The flag itself changes in place, without a message: from `true` to `false` pins `ref` to the live version.",
		}),
		"ref_name": attribute.Identity(schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Name of your own for the file: an update is published under the same name instead of naming the first version. " +
				"The network mounts such a file by the item hash of one version only, so a mount must say `use_latest = false`. A change replaces the volume.",
			Validators: []validator.String{aRefName},
		}),
		"keep_superseded": attribute.Local(attribute.KeepSuperseded("Whether versions that an amend has taken over from stay alive, and billed. Defaults to `false`: " +
			"they are forgotten as soon as the new version is processed, except the first one, which the network needs to accept updates. A change sends no message.")),
		"metadata":  attribute.Content(attribute.Metadata("Metadata as a JSON object (`jsonencode`), compared by meaning. A change amends.")),
		"tags":      attribute.Content(attribute.Tags()),
		"payment":   attribute.Content(attribute.Payment()),
		"id":        attribute.Fixed(attribute.Computed("Item hash of the first STORE message: the network's own stable name for the file. Amends do not change it.")),
		"item_hash": attribute.Live(attribute.Computed("Item hash of the live STORE message. An amend changes it.")),
		"ref":       attribute.Derived(attribute.Computed("What a mount must name: `id` while `use_latest` is `true`; the live `item_hash` when it is `false`, or when the volume has a `ref_name`.")),
		"content_hash": attribute.Content(schema.StringAttribute{
			Optional: true,
			Computed: true,
			MarkdownDescription: "Hash of the file itself: SHA-256 in hexadecimal, or a CID on IPFS. Known when Terraform plans, if the source can be read then. " +
				"Defaults to what the source says, and is an argument for `ignore_changes` alone: with `[content_hash]`, or `all`, the volume keeps the file that the network has, " +
				"whatever the source says and whoever published it (see [Let CI push the code](../guides/pushed-code)). Generated configurations give it beside the same `file_hash`; with another source it is an error.",
		}),
		"encoding": attribute.Derived(attribute.Computed("How the file is packed: `squashfs`, `zip` or `plain`, as `encoding` of a program's `code` wants it.")),
		"size":     attribute.Derived(schema.Int64Attribute{Computed: true, MarkdownDescription: "Size of the file in bytes."}),
	}
	for name, a := range sourceAttributes() {
		set[name] = attribute.Local(a)
	}
	return set
}

func sourceAttributes() map[string]schema.Attribute {
	source := func(description string) schema.StringAttribute {
		return schema.StringAttribute{
			Optional: true,
			MarkdownDescription: description + " Exactly one of `" + strings.Join(alternatives, "`, `") + "` is given. " +
				"Another source with the same bytes changes nothing on the network; other bytes amend, or replace an immutable volume.",
		}
	}
	fileHash := source("Hash of a file that the network or IPFS has already: SHA-256 in hexadecimal, or a CID.")
	fileHash.Validators = []validator.String{attribute.Check("the hash of a file", model.CheckItemHash)}
	const missing = " While it is missing, or nothing can be made of it, a volume that exists is kept as it is, with a warning."
	file := source("Path of a file." + missing)
	dir := source("Path of a directory, which is packed into one file. It depends on names, contents and executable bits alone: not on times, owners, other permissions, " +
		"the path, or directories without a file in them, which are left out. So a copy by `git clone`, `cp -r` or `tar` gives the same hash." + missing)
	aPath := []validator.String{attribute.Check("a path", archive.CheckPath)}
	file.Validators, dir.Validators = aPath, aPath
	inBase64 := source("The file's content, in base64.")
	inBase64.Validators = []validator.String{attribute.Check("base64 text", checkBase64)}
	return map[string]schema.Attribute{
		"source":         file,
		"source_dir":     dir,
		"content":        source("The file's content, as UTF-8 text."),
		"content_base64": inBase64,
		"file_hash":      fileHash,
		"archive_format": schema.StringAttribute{
			Optional:            true,
			Computed:            true,
			MarkdownDescription: "How `source_dir` is packed: `squashfs` (the default) or `zip`. An import says how the file that is there is packed. Another format makes other bytes, which amend or replace. Compute nodes refuse code in a zip of more than 10,000,000 bytes.",
			Validators:          []validator.String{attribute.OneOf(string(archive.Squashfs), string(archive.Zip))},
		},
		"excludes": schema.ListAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Patterns of what is left out of `source_dir`, as in `.gitignore`: one without a slash matches at any depth, `**` any number of directories, " +
				"and one that begins with `!` takes back what is left out otherwise (but nothing below a directory that is). " +
				"Defaults to `" + strings.Join(archive.DefaultExcludes(), "`, `") + "`; a list replaces these, unless it only takes back. " +
				"What Terraform writes is left out in any case that no `!` takes back: `" + strings.Join(sources.TerraformExcludes(), "`, `") +
				"`, and by their content saved plans, states and logs under any name. An empty list leaves nothing out. " +
				"See [What is never packed](../guides/amend-or-replace#what-is-never-packed).",
			Validators: []validator.List{listvalidator.NoNullValues(), listvalidator.ValueStringsAre(attribute.Check("a pattern as in .gitignore", archive.CheckExclude))},
		},
	}
}
