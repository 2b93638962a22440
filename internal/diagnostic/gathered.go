// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package diagnostic

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Gathered is one warning of all that the same happens to; none when there is nothing. The detail has %s for their list.
func Gathered(happens []string, at path.Path, summary, detail string) diag.Diagnostics {
	if len(happens) == 0 {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(at, summary, fmt.Sprintf(detail, listed(happens)))}
}

// How much one warning names: of a few, whole item hashes.
const (
	few        = 10
	maxListed  = 50
	hashPrefix = 12
)

// listed names each once, one after the other. Terraform breaks no indented line, so it has none.
func listed(names []string) string {
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	shown := names[:min(len(names), maxListed)]
	for i, name := range shown {
		if first, rest, _ := strings.Cut(name, " "); len(names) > few && message.ItemTypeOf(first) != "" {
			shown[i] = strings.TrimSpace(first[:hashPrefix] + "… " + rest)
		}
	}
	text := strings.Join(shown, ", ")
	if more := len(names) - len(shown); more > 0 {
		text += fmt.Sprintf(", and %d more", more)
	}
	return text + "."
}
