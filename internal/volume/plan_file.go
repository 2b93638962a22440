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
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive"
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
func (f opener) draft(ctx context.Context, client *aleph.Client, p *plan.Planning, absent bool) diag.Diagnostics {
	draftFormat(p)
	if isHeld(p) {
		hold(p)
		return nil
	}
	var diags diag.Diagnostics
	source, known := sourceOf(p.Planned)
	found := facts{hash: givenOr(p.Config["content_hash"]), encoding: types.StringUnknown(), size: types.Int64Unknown(), engine: plan.TextOf(p.Config["storage_engine"])}
	if known && !found.engine.IsUnknown() && p.Config["content_hash"].IsKnown() {
		diags = f.read(ctx, client, source, p, absent, &found)
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

// givenOr is a text of the configuration, unknown when it is left out.
func givenOr(raw tftypes.Value) types.String {
	if raw.IsNull() {
		return types.StringUnknown()
	}
	return plan.TextOf(raw)
}

// draftFormat plans the default of archive_format. What is no directory keeps what an import found.
func draftFormat(p *plan.Planning) {
	switch {
	case !p.Config["archive_format"].IsNull():
	case p.Prior != nil && p.Planned["source_dir"].IsNull():
		p.Keep("archive_format")
	default:
		p.Set("archive_format", types.StringValue(string(archive.Squashfs)))
	}
}

// isHeld reports whether the configuration asks for the very file that the volume has, by its hash: ignore_changes puts
// that there (and whoever writes it beside a file_hash). Then no source is looked at.
func isHeld(p *plan.Planning) bool {
	held := p.Config["content_hash"]
	return p.Prior != nil && !held.IsNull() && held.Equal(p.Prior["content_hash"])
}

// hold plans no change of the file, whatever its source says.
func hold(p *plan.Planning) {
	names := []string{"content_hash", "size", "encoding"}
	if p.Config["storage_engine"].IsNull() {
		names = append(names, "storage_engine")
	}
	for _, name := range []string{"content", "content_base64"} {
		// The state has the text that somebody else published.
		if !p.Planned[name].IsNull() && !p.Prior[name].IsNull() {
			names = append(names, name)
		}
	}
	for _, name := range names {
		p.Keep(name)
	}
}

// asksForTheSame reports whether the source, and what shapes it, are what they were when the volume got its file.
func asksForTheSame(p *plan.Planning) bool {
	if p.Prior == nil || !p.Config["storage_engine"].IsNull() && !p.Config["storage_engine"].Equal(p.Prior["storage_engine"]) {
		return false
	}
	for name := range new(Source).targets() {
		if !p.Planned[name].Equal(p.Prior[name]) {
			return false
		}
	}
	return p.Planned["excludes"].Equal(p.Prior["excludes"])
}

// failure is that of a source from which no file can be made.
func (s Source) failure(err error, state string) diagnostic.Failure {
	return diagnostic.Failure{
		Action: "read the source of the volume", State: state, Err: err, Otherwise: "Correct the source, or what shapes it, and plan again.", At: s.blame,
	}
}

// unread is the state of a volume whose source cannot be read. It is no error: Terraform makes a whole plan before it
// destroys or refreshes, and does not tell it from others.
const unread = "The volume stays as it is, and no change of its content is planned. Nothing else needs the source: neither `terraform destroy` nor a change of `tags`."

// kept tells why nothing is planned for the content.
func (s Source) kept(err error) diag.Diagnostic {
	if !s.absent() {
		return s.failure(err, unread).Warning()
	}
	return diag.NewAttributeWarningDiagnostic(s.path(), "The source is not there", diagnostic.Sentence(err)+"\n\n"+unread+
		"\n\nTo change the content, plan where the source is. When another resource makes it during the apply, take the path from that resource, by its `id`, so that the change is planned.")
}

// gone tells of a source that was there when Terraform read the state, and is not there when it is to be published. The plan
// counts on it, so that to keep the volume as it is would be another plan.
func (s Source) gone(err error) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(s.path(), "The source is gone", diagnostic.Sentence(err)+" It was there when Terraform refreshed the state.\n\n"+diagnostic.NothingSent+
		"\n\nPut it back, or plan again: while the source is missing, a plan keeps the volume as it is. A saved plan is applied where the files are that it was made from; "+
		"`-refresh=false` goes by the last refresh, so leave it out.")
}

// sourceOf is the source as values say it; false when a part of it is not known yet.
func sourceOf(values map[string]tftypes.Value) (Source, bool) {
	var source Source
	for name, target := range source.targets() {
		*target = plan.TextOf(values[name])
	}
	excludes, known := plan.TextsOf(values["excludes"])
	source.Excludes = excludes
	return source, known && !source.unknown()
}

// read reads the file. One that is not there yet stays unknown, since another resource may make it during the apply; and
// so does one for which a node that is not known yet has to say where it goes. A volume that has a file keeps it while
// its source cannot be read.
func (f opener) read(ctx context.Context, client *aleph.Client, source Source, p *plan.Planning, absent bool, found *facts) (diags diag.Diagnostics) {
	o, err := f.open(ctx, client, source, found.engine)
	unusable := (*unusableError)(nil)
	switch {
	case errors.Is(err, errNodeUnknown):
		return nil
	case errors.As(err, &unusable) && asksForTheSame(p):
		if source.absent() && !absent {
			return diag.Diagnostics{source.gone(err)}
		}
		found.hash, found.engine = plan.TextOf(p.Prior["content_hash"]), plan.TextOf(p.Prior["storage_engine"])
		return diag.Diagnostics{source.kept(err)}
	case errors.Is(err, os.ErrNotExist):
		diags.AddAttributeWarning(source.path(), "The source is not there yet",
			diagnostic.Sentence(err)+" It is read when Terraform applies, in case another resource makes it. If none does, the apply fails.")
		return diags
	case err != nil:
		return diag.Diagnostics{source.failure(err, diagnostic.NothingSent).Error()}
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
		return diag.Diagnostics{source.failure(err, diagnostic.NothingSent).Error()}
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
