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

// planFile plans what is computed from the file.
func (r *Resource) planFile(ctx context.Context, p *plan.Planning, diags *diag.Diagnostics) {
	source, known := plannedSource(p)
	f := facts{hash: types.StringUnknown(), encoding: types.StringUnknown(), size: types.Int64Unknown(), engine: plan.TextOf(p.Config["storage_engine"])}
	if known && !f.engine.IsUnknown() {
		r.read(ctx, source, p, &f, diags)
	}
	if f.engine.IsNull() {
		f.engine = types.StringUnknown()
	}
	p.Set("content_hash", f.hash)
	p.Set("storage_engine", f.engine)
	if p.Prior != nil && !f.hash.IsUnknown() && f.hash.Equal(plan.TextOf(p.Prior["content_hash"])) {
		// The same bytes: also where only the network knows their size.
		p.Keep("size")
		p.Keep("encoding")
		return
	}
	p.Set("size", f.size)
	p.Set("encoding", f.encoding)
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
func (r *Resource) read(ctx context.Context, source Source, p *plan.Planning, f *facts, diags *diag.Diagnostics) {
	o, err := r.open(ctx, source, f.engine)
	switch {
	case errors.Is(err, errNodeUnknown):
		return
	case errors.Is(err, os.ErrNotExist):
		diags.AddAttributeWarning(source.path(), "The source is not there yet",
			diagnostic.Sentence(err)+" It is read when Terraform applies, in case another resource makes it. If none does, the apply fails.")
		return
	case err != nil:
		diags.Append(sourceFailure(source, err))
		return
	}
	f.hash, f.engine = types.StringValue(o.hash), types.StringValue(string(o.engine))
	if o.blob != nil {
		f.size, f.encoding = types.Int64Value(o.blob.Size), types.StringValue(o.blob.Encoding)
		if p.Prior == nil || !f.hash.Equal(plan.TextOf(p.Prior["content_hash"])) {
			// Whoever applies this plan uploads it.
			o.blob.Keep()
			diags.Append(warnOfKeys(source, o.blob)...)
		}
	}
	if err := o.close(); err != nil {
		diags.AddAttributeError(source.path(), "Unable to close the source of the volume", err.Error())
	}
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
