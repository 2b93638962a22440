// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package functions

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
)

func newProgramURL() function.Function {
	return &offline{
		name: "program_url",
		definition: function.Definition{
			Summary: "URL of a program",
			MarkdownDescription: "The URL at which the program of an item hash answers: `url` of the `aleph_program`. A program that is amended has a new item hash, and so a new URL.\n\n" +
				"* `provider::aleph::program_url(\"cad11970efe9b7478300fd04d7cc91c646ca0a792b9cc718650f86e1ccfac73e\")` is " +
				"`\"https://aleph.sh/vm/cad11970efe9b7478300fd04d7cc91c646ca0a792b9cc718650f86e1ccfac73e\"`.\n" +
				"* `provider::aleph::program_url(\"cad11970efe9b7478300fd04d7cc91c646ca0a792b9cc718650f86e1ccfac73e\", \"example.org\")` is " +
				"`\"https://example.org/vm/cad11970efe9b7478300fd04d7cc91c646ca0a792b9cc718650f86e1ccfac73e\"`.",
			Parameters:        []function.Parameter{programHash},
			VariadicParameter: domain,
			Return:            function.StringReturn{},
		},
		compute: ofProgram(func(domain message.Domain, hash string) (string, error) {
			return domain.URL(hash), model.CheckItemHash(hash)
		}),
	}
}

func newProgramHost() function.Function {
	return &offline{
		name: "program_host",
		definition: function.Definition{
			Summary: "Host name of a program",
			MarkdownDescription: "The host name of its own that the program of an item hash has, as a CNAME record or a proxy wants it: `host_url` of the `aleph_program` without the scheme and the port. " +
				"A program that is amended has a new item hash, and so a new host name.\n\n" +
				"* `provider::aleph::program_host(\"cad11970efe9b7478300fd04d7cc91c646ca0a792b9cc718650f86e1ccfac73e\")` is " +
				"`\"zlirs4hp5g3upaya7ucnpteryzdmuctzfoomogdfb6dodth2y47a.aleph.sh\"`.",
			Parameters:        []function.Parameter{programHash},
			VariadicParameter: domain,
			Return:            function.StringReturn{},
		},
		compute: ofProgram(message.Domain.Host),
	}
}

var (
	programHash = text("item_hash", "Item hash of the program: `item_hash` of an `aleph_program`.")
	domain      = text("domain", "Domain under which programs are reached, as the provider's `domain`: a host, with a scheme and a port where it needs them. At most one. Defaults to `"+message.DefaultDomain+"`.")
)

// ofProgram computes something of an item hash and, if it is given, a domain.
func ofProgram(compute func(domain message.Domain, hash string) (string, error)) func(context.Context, function.ArgumentsData) (any, *function.FuncError) {
	return func(ctx context.Context, arguments function.ArgumentsData) (any, *function.FuncError) {
		var hash string
		var domains []string
		if failure := arguments.Get(ctx, &hash, &domains); failure != nil {
			return nil, failure
		}
		if len(domains) > 1 {
			return nil, refuse(2, errors.New("a program is asked for under one domain: call the function once for each"))
		}
		domain, err := message.ParseDomain(append(domains, message.DefaultDomain)[0])
		if err != nil {
			return nil, refuse(1, err)
		}
		value, err := compute(domain, hash)
		if errors.Is(err, message.ErrNoNames) {
			return nil, refuse(1, err)
		}
		return value, refuse(0, err)
	}
}

func newHashToBase32() function.Function {
	return &offline{
		name: "hash_to_base32",
		definition: function.Definition{
			Summary: "An item hash in base32",
			MarkdownDescription: "An item hash in base32, lower case and without padding, as it stands in host names.\n\n" +
				"* `provider::aleph::hash_to_base32(\"cad11970efe9b7478300fd04d7cc91c646ca0a792b9cc718650f86e1ccfac73e\")` is " +
				"`\"zlirs4hp5g3upaya7ucnpteryzdmuctzfoomogdfb6dodth2y47a\"`.",
			Parameters: []function.Parameter{text("item_hash", "Item hash of 64 lower-case hexadecimal digits; a CID has no such form.")},
			Return:     function.StringReturn{},
		},
		compute: ofText(message.HashToBase32),
	}
}

func newBase32ToHash() function.Function {
	return &offline{
		name: "base32_to_hash",
		definition: function.Definition{
			Summary: "An item hash from base32",
			MarkdownDescription: "The item hash that a label of a host name stands for, in lower-case hexadecimal: from the address of a program to what imports it.\n\n" +
				"* `provider::aleph::base32_to_hash(\"zlirs4hp5g3upaya7ucnpteryzdmuctzfoomogdfb6dodth2y47a\")` is " +
				"`\"cad11970efe9b7478300fd04d7cc91c646ca0a792b9cc718650f86e1ccfac73e\"`.",
			Parameters: []function.Parameter{text("label", "Label of 52 characters: what stands before the first full stop of a program's host name.")},
			Return:     function.StringReturn{},
		},
		compute: ofText(message.HashFromBase32),
	}
}
