// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/blob"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
	"github.com/aleph-im/terraform-provider-aleph/internal/sources"
)

// facts are what is computed from a file; unknown as long as it cannot be read.
type facts struct {
	hash, encoding, engine types.String
	size                   types.Int64
}

// draft plans what is computed from the file.
func (f opener) draft(ctx context.Context, client *aleph.Client, p *plan.Planning) diag.Diagnostics {
	var diags diag.Diagnostics
	source, known := plannedSource(p)
	found := facts{hash: types.StringUnknown(), encoding: types.StringUnknown(), size: types.Int64Unknown(), engine: plan.TextOf(p.Config["storage_engine"])}
	if known && !found.engine.IsUnknown() {
		diags = f.read(ctx, client, source, p, &found)
	}
	if found.engine.IsNull() {
		found.engine = types.StringUnknown()
	}
	p.Set("content_hash", found.hash)
	p.Set("storage_engine", found.engine)
	if p.Prior != nil && !found.hash.IsUnknown() && found.hash.Equal(plan.TextOf(p.Prior["content_hash"])) {
		// The same bytes: also where only the network knows their size.
		p.Keep("size")
		p.Keep("encoding")
		return diags
	}
	p.Set("size", found.size)
	p.Set("encoding", found.encoding)
	return diags
}

func sourceFailure(source Source, err error) diag.Diagnostic {
	return diagnostic.Failure{
		Action: "read the source of the volume", State: diagnostic.NothingSent, Err: err, Otherwise: "Correct the source, or what shapes it, and plan again.",
		At: source.blame,
	}.Error()
}

// plannedSource is the source as planned; false when a part of it is not known yet.
func plannedSource(p *plan.Planning) (Source, bool) {
	var source Source
	for name, target := range source.targets() {
		*target = p.Text(name)
	}
	excludes, known := plan.TextsOf(p.Planned["excludes"])
	source.Excludes = excludes
	return source, known && !source.unknown()
}

// read reads the file. One that is not there yet stays unknown, since another resource may make it during the apply; and
// so does one for which a node that is not known yet has to say where it goes.
func (f opener) read(ctx context.Context, client *aleph.Client, source Source, p *plan.Planning, found *facts) (diags diag.Diagnostics) {
	o, err := f.open(ctx, client, source, found.engine)
	switch {
	case errors.Is(err, errNodeUnknown):
		return nil
	case errors.Is(err, os.ErrNotExist):
		diags.AddAttributeWarning(source.path(), "The source is not there yet",
			diagnostic.Sentence(err)+" It is read when Terraform applies, in case another resource makes it. If none does, the apply fails.")
		return diags
	case err != nil:
		return diag.Diagnostics{sourceFailure(source, err)}
	}
	found.hash, found.engine = types.StringValue(o.hash), types.StringValue(string(o.engine))
	if o.blob != nil {
		found.size, found.encoding = types.Int64Value(o.blob.Size), types.StringValue(o.blob.Encoding)
		if p.Prior == nil || !found.hash.Equal(plan.TextOf(p.Prior["content_hash"])) {
			// Whoever applies this plan uploads it.
			o.blob.Keep()
			diags.Append(warnOfKeys(source, o.blob)...)
		}
	}
	if err := o.close(); err != nil {
		diags.AddAttributeError(source.path(), "Unable to close the source of the volume", err.Error())
	}
	return diags
}

// shownKeys is how many files a warning names.
const shownKeys = 5

// warnOfKeys tells of files that look like private keys, and are about to be published.
func warnOfKeys(source Source, b *blob.Blob) diag.Diagnostics {
	found, err := sources.LikeKeys(b)
	if err != nil {
		return diag.Diagnostics{sourceFailure(source, err)}
	}
	if len(found) == 0 {
		return nil
	}
	names, remedy := "`"+strings.Join(found[:min(shownKeys, len(found))], "`, `")+"`", "Take it out of `"+source.given()+"` unless everybody may have it."
	if more := len(found) - shownKeys; more > 0 {
		names += fmt.Sprintf(" and %d more", more)
	}
	if source.given() == "source_dir" {
		remedy = fmt.Sprintf("Name it in `excludes`; a pattern that begins with `!`, such as `!%s`, says that it is meant to be published.", found[0])
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic("Something looks like a private key", fmt.Sprintf(
		"In `%s`: %s. Everybody can read what a volume holds, for as long as it exists and after that.\n\n%s", source.given(), names, remedy))}
}
