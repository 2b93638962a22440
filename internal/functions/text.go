// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package functions

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/joho/godotenv"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

func newChecksumAddress() function.Function {
	return &offline{
		name: "checksum_address",
		definition: function.Definition{
			Summary: "An address in checksummed form",
			MarkdownDescription: "An Ethereum address in checksummed form (EIP-55), by which alone the network finds balances and objects. The capitals of an address that has some already are checked.\n\n" +
				"* `provider::aleph::checksum_address(\"0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359\")` is `\"0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359\"`.",
			Parameters: []function.Parameter{text("address", "Address: 0x and 40 hexadecimal digits.")},
			Return:     function.StringReturn{},
		},
		compute: ofText(message.ChecksumAddress),
	}
}

func newParseSize() function.Function {
	return &offline{
		name: "parse_size",
		definition: function.Definition{
			Summary: "A size in MiB",
			MarkdownDescription: "A size in MiB, as `memory` and `size_mib` want it. `KiB`, `MiB`, `GiB`, `TiB` are powers of 1,024, and `kB`, `MB`, `GB`, `TB` of 1,000; without a unit it is bytes. " +
				"A size that is not a whole number of MiB is an error.\n\n" +
				"* `provider::aleph::parse_size(\"4GiB\")` is `4096`.\n" +
				"* `provider::aleph::parse_size(\"1.5 GiB\")` is `1536`.",
			Parameters: []function.Parameter{text("size", "Number and unit, such as `512MiB`, `4 GiB` or `0.5TiB`.")},
			Return:     function.Int64Return{},
		},
		compute: ofText(parseSize),
	}
}

func parseSize(size string) (int64, error) {
	bytes, err := humanize.ParseBytes(strings.TrimSpace(size))
	if err != nil {
		return 0, fmt.Errorf("%q is not a size: give a number and a unit, such as 512MiB or 4GiB", size)
	}
	if bytes%humanize.MiByte != 0 {
		return 0, fmt.Errorf("%q is %d bytes, and not a whole number of MiB (1,048,576 bytes): give it in MiB or GiB; MB and GB are powers of 1,000", size, bytes)
	}
	return int64(bytes / humanize.MiByte), nil
}

func newParseDotenv() function.Function {
	return &offline{
		name: "parse_dotenv",
		definition: function.Definition{
			Summary: "The variables of a .env file",
			MarkdownDescription: "The variables of a `.env` file, as a map for `variables` of an `aleph_program`: lines of `NAME=value`, also with `export` before them; `#` begins a comment at the start of a line or after a space. " +
				"Double quotes keep spaces and line breaks and know `\\n`; single quotes keep everything as it is. Otherwise `$NAME` and `${NAME}` stand for a value that the same text gives further up, and for nothing if there is none: " +
				"a value with a `$` of its own goes into single quotes. What the environment has plays no part.\n\n" +
				"**The variables of a program are public on the network**: do not give it the `.env` file that holds secrets. An error names a line and never quotes it.\n\n" +
				"* `provider::aleph::parse_dotenv(\"# for all stages\\nLOG=info\\nGREETING='Good day' # or Hello\\n\")` is `{\"GREETING\":\"Good day\",\"LOG\":\"info\"}`.",
			Parameters: []function.Parameter{text("text", "The text of the file: `file(\"...\")`.")},
			Return:     function.MapReturn{ElementType: types.StringType},
		},
		compute: ofText(parseDotenv),
	}
}

// parseDotenv says of an error only where it is: godotenv quotes the text, which may be secret.
func parseDotenv(text string) (map[string]string, error) {
	variables, err := readDotenv(text)
	if err == nil {
		return variables, nil
	}
	lines := strings.SplitAfter(text, "\n")
	read := 0
	for n := range lines {
		if _, err := readDotenv(strings.Join(lines[:n], "")); err == nil {
			read = n
		}
	}
	return nil, fmt.Errorf("line %d begins neither a comment nor NAME=value, or with a quote that is not closed: mend it, or put the value in quotes", read+1)
}

var (
	variableName    = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]*$`)
	errVariableName = errors.New("no name of a variable")
)

// readDotenv also refuses what godotenv takes: a line without a name, and a name that no shell has.
func readDotenv(text string) (map[string]string, error) {
	variables, err := godotenv.Unmarshal(text)
	for name := range variables {
		if !variableName.MatchString(name) {
			return nil, errVariableName
		}
	}
	return variables, err
}
