// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package diagnostic

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
)

// alike is a warning that many objects of a plan may have. By itself it is that of one.
type alike struct {
	diag.DiagnosticWithPath
	summary, detail, happens string
}

// Alike is a warning of something that may come of many objects of a plan: Gather makes one of all that have its summary. The
// detail has %s for the list of what it happens to.
func Alike(at path.Path, happens, summary, detail string) diag.Diagnostic {
	return &alike{warningOf(at, summary, detail, []string{happens}), summary, detail, happens}
}

func warningOf(at path.Path, summary, detail string, happens []string) diag.DiagnosticWithPath {
	return diag.WithPath(at, diag.NewWarningDiagnostic(summary, fmt.Sprintf(detail, listed(happens))))
}

// Gather takes out the warnings that are alike, and puts one for all objects of the plan in their place: with what the first
// object says, once all others are planned; the others say nothing. Without a client each object speaks for itself.
func Gather(ctx context.Context, client *object.Client, diags diag.Diagnostics) diag.Diagnostics {
	var others diag.Diagnostics
	var summaries []string
	same := make(map[string][]*alike)
	for _, d := range diags {
		a, ok := d.(*alike)
		if !ok {
			others.Append(d)
			continue
		}
		if same[a.summary] == nil {
			summaries = append(summaries, a.summary)
		}
		same[a.summary] = append(same[a.summary], a)
	}
	checks := make([]func() diag.Diagnostics, len(summaries))
	for i, summary := range summaries {
		checks[i] = func() diag.Diagnostics { return together(ctx, client, same[summary]) }
	}
	return append(others, AtOnce(checks...)...)
}

// together is the warning in the place of those that are alike; none when another object speaks for this one.
func together(ctx context.Context, client *object.Client, all []*alike) diag.Diagnostics {
	happens := make([]string, len(all))
	for i, a := range all {
		happens[i] = a.happens
	}
	if client != nil {
		happens = client.Tell(ctx, all[0].summary, happens...)
	}
	if len(happens) == 0 {
		return nil
	}
	return diag.Diagnostics{warningOf(all[0].Path(), all[0].summary, all[0].detail, happens)}
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
