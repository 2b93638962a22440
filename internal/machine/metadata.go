// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package machine

import (
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// The keys of metadata that are attributes of their own.
const (
	metadataName = "name"
	metadataTags = "tags"
)

func (m *Model) metadataToMessage() (map[string]any, error) {
	metadata := map[string]any{}
	if !m.Metadata.IsNull() {
		parsed, err := attribute.ParseJSON(m.Metadata.ValueString())
		if err != nil {
			return nil, fmt.Errorf("metadata: %w", err)
		}
		maps.Copy(metadata, parsed)
	}
	if !m.Name.IsNull() {
		metadata[metadataName] = m.Name.ValueString()
	}
	if len(m.Tags) > 0 {
		metadata[metadataTags] = m.Tags
	}
	if len(metadata) == 0 {
		return nil, nil
	}
	return metadata, nil
}

// metadataFromMessage takes name and tags apart where they have the form that their attributes can hold; anything else
// stays in the rest, so that nothing on the network is hidden.
func (m *Model) metadataFromMessage(metadata map[string]any) error {
	rest := maps.Clone(metadata)
	m.Name, m.Tags, m.Metadata = types.StringNull(), []string{}, jsontypes.NewNormalizedNull()
	if name, ok := rest[metadataName].(string); ok {
		m.Name = types.StringValue(name)
		delete(rest, metadataName)
	}
	if tags, ok := texts(rest[metadataTags]); ok {
		m.Tags = tags
		delete(rest, metadataTags)
	}
	if len(rest) == 0 {
		return nil
	}
	text, err := attribute.FormatJSON(rest)
	m.Metadata = jsontypes.NewNormalizedValue(text)
	return err
}

// checkMetadata refuses keys of `metadata` that are arguments of their own: they would be read back as those. The noun is
// what the machine is called.
func checkMetadata(noun string, config map[string]tftypes.Value) diag.Diagnostics {
	text := plan.TextOf(config["metadata"])
	if text.IsNull() || text.IsUnknown() {
		return nil
	}
	metadata, err := attribute.ParseJSON(text.ValueString())
	if err != nil {
		return nil // the attribute's own validator says so
	}
	_, isName := metadata[metadataName].(string)
	_, isTags := texts(metadata[metadataTags])
	var diags diag.Diagnostics
	for _, argument := range []struct {
		key   string
		taken bool
	}{{metadataName, isName}, {metadataTags, isTags}} {
		key := argument.key
		if _, present := metadata[key]; argument.taken || present && !config[key].IsNull() {
			diags.AddAttributeError(path.Root("metadata"), "A key that is an argument of its own",
				fmt.Sprintf("`metadata` has the key `%[1]s`, which is the argument `%[1]s` of the %[2]s. Set that one, and take the key out of `metadata`.", key, noun))
		}
	}
	return diags
}

// texts converts a JSON list of texts; false when it is anything else.
func texts(value any) ([]string, bool) {
	list, ok := value.([]any)
	if !ok {
		return nil, false
	}
	converted := make([]string, len(list))
	for i, element := range list {
		if converted[i], ok = element.(string); !ok {
			return nil, false
		}
	}
	return converted, true
}
