// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package functions

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/blob"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/sources"
)

func newItemHash() function.Function {
	return &offline{
		name: "item_hash",
		definition: function.Definition{
			Summary: "Item hash of a message's content",
			MarkdownDescription: "The item hash of a message whose content is this JSON text: the SHA-256 of exactly these characters, so that another order of keys or a space more gives another hash. " +
				"It verifies what a node says: of a true message, the hash of `item_content` is `item_hash`.\n\n" +
				"* `provider::aleph::item_hash(\"{\\\"body\\\":\\\"Hello\\\"}\")` is `\"9231823c8884c2a46d9a086b56371c796d5ce350a0af5dff911625d4ad1bd0a5\"`.",
			Parameters: []function.Parameter{text("content", "The content as JSON text.")},
			Return:     function.StringReturn{},
		},
		compute: ofText(func(content string) (string, error) {
			if !json.Valid([]byte(content)) {
				return "", errors.New("it is not JSON, as the content of every message is: encode it with jsonencode")
			}
			return message.Hash([]byte(content)), nil
		}),
	}
}

func newFileSHA256(files *blob.Cache) function.Function {
	return &offline{
		name: "file_sha256",
		definition: function.Definition{
			Summary: "SHA-256 of a file",
			MarkdownDescription: "The lower-case hexadecimal SHA-256 of a file: `content_hash` of an `aleph_volume` that has it as its `source` in the network's own storage. The file is not read into memory at once.\n\n" +
				"* `provider::aleph::file_sha256(\"hello.txt\")` is `\"b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9\"` " +
				"of a file that says `hello world`.",
			Parameters: []function.Parameter{text("path", filePath)},
			Return:     function.StringReturn{},
		},
		compute: fileHash(files, message.ItemTypeStorage),
	}
}

func newFileCID(files *blob.Cache) function.Function {
	return &offline{
		name: "file_cid",
		definition: function.Definition{
			Summary: "CID of a file on IPFS",
			MarkdownDescription: "The identifier (CID version 0) that a node's IPFS gives to a file: `content_hash` of an `aleph_volume` that has it as its `source` with `storage_engine = \"ipfs\"`. " +
				"The file is not read into memory at once.\n\n" +
				"* `provider::aleph::file_cid(\"hello.txt\")` is `\"Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD\"` of a file that says `hello world`.",
			Parameters: []function.Parameter{text("path", filePath)},
			Return:     function.StringReturn{},
		},
		compute: fileHash(files, message.ItemTypeIPFS),
	}
}

const filePath = "Path of the file, as from the directory that Terraform runs in; `${path.module}/...` is that of the module."

// fileHash is the hash by which an engine knows a file.
func fileHash(files *blob.Cache, engine message.ItemType) compute {
	return func(ctx context.Context, arguments function.ArgumentsData) (any, *function.FuncError) {
		var path string
		if failure := arguments.Get(ctx, &path); failure != nil {
			return nil, failure
		}
		if err := archive.CheckPath(path); err != nil {
			return nil, refuse(0, err)
		}
		info, err := os.Stat(path)
		if err != nil {
			return nil, refuse(0, fmt.Errorf("%w: give the path of a file that is there when Terraform plans", err))
		}
		if !info.Mode().IsRegular() {
			return nil, refuse(0, fmt.Errorf("%q is not a regular file: directory_hash is the function for a directory", path))
		}
		file, err := files.File(path, archive.Check{})
		if err == nil {
			err = file.Sum(ctx, engine)
		}
		if err != nil {
			return nil, refuse(0, err)
		}
		return file.Hash, refuse(0, file.Close())
	}
}

func newDirectoryHash(files *blob.Cache) function.Function {
	return &offline{
		name: "directory_hash",
		definition: function.Definition{
			Summary: "SHA-256 of a directory's archive",
			MarkdownDescription: "The lower-case hexadecimal SHA-256 of the one file that a directory is packed into: `content_hash` of an `aleph_volume` that has it as its `source_dir`, with the same format and excludes. " +
				"It is the same on every machine, and depends on names, contents and executable bits alone.\n\n" +
				"* `provider::aleph::directory_hash(\"app\", \"squashfs\")` is `\"0418c8e2c1435b1ed5804af72062ddf55dad12b5813f50acbbcf8502eba1e4be\"` of a directory that has nothing but the file `hello.txt`, which says `hello world`.\n" +
				"* `provider::aleph::directory_hash(\"app\", \"zip\", [\"*.md\"])` is `\"0c85e7c46744c071d6538fcf9465a745d4d933e6a9ee30aa9dff320d31e615d2\"` of the same, and stays so when a `README.md` is added.",
			Parameters: []function.Parameter{
				text("path", "Path of the directory, as from the directory that Terraform runs in; `${path.module}/...` is that of the module."),
				text("archive_format", "How it is packed, as `archive_format` of an `aleph_volume`: `squashfs` (the default there) or `zip`."),
			},
			// Not a parameter that takes null: OpenTofu 1.12 cannot send one.
			VariadicParameter: function.ListParameter{
				Name: "excludes", ElementType: types.StringType,
				MarkdownDescription: "Patterns of what is left out, as `excludes` of an `aleph_volume`. At most one list. Defaults to what is the default there; an empty list leaves nothing out.",
			},
			Return: function.StringReturn{},
		},
		compute: directoryHash(files),
	}
}

func directoryHash(files *blob.Cache) compute {
	return func(ctx context.Context, arguments function.ArgumentsData) (any, *function.FuncError) {
		var dir, format string
		var excludes [][]string
		if failure := arguments.Get(ctx, &dir, &format, &excludes); failure != nil {
			return nil, failure
		}
		if format != string(archive.Squashfs) && format != string(archive.Zip) {
			return nil, refuse(1, fmt.Errorf("%q is no format of archives: it is %q or %q", format, archive.Squashfs, archive.Zip))
		}
		var left []string
		switch len(excludes) {
		case 0:
		case 1:
			left = excludes[0]
		default:
			return nil, refuse(3, errors.New("what is left out is one list: put all patterns into the first"))
		}
		packed, err := sources.Directory(ctx, files, dir, archive.Format(format), left, archive.Check{})
		switch {
		case errors.Is(err, archive.ErrExclude):
			return nil, refuse(2, err)
		case err != nil:
			return nil, refuse(0, err)
		}
		return packed.Hash, refuse(0, packed.Close())
	}
}
