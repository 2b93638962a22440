// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package aggregate

import (
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/entry"
)

// Model is aleph_aggregate as Terraform sees it.
type Model struct {
	entry.Common
	Key             types.String         `tfsdk:"key"`
	Content         jsontypes.Normalized `tfsdk:"content"`
	Exclusive       types.Bool           `tfsdk:"exclusive"`
	ForgetOnDestroy types.Bool           `tfsdk:"forget_on_destroy"`
	AllowWellKnown  types.Bool           `tfsdk:"allow_well_known"`
	Created         types.String         `tfsdk:"created"`
	LastUpdated     types.String         `tfsdk:"last_updated"`
}

// Name implements entry.Model.
func (m *Model) Name() *types.String { return &m.Key }

// content is what the state or the plan has; nil in an import.
func (m *Model) content() map[string]any {
	content, err := attribute.ParseJSON(m.Content.ValueString())
	if err != nil {
		return nil
	}
	return content
}

// Keys implements entry.Model: those in the content, and all others when they are not to be there, or are imported.
func (m *Model) Keys(now map[string]any) []string {
	keys := slices.Collect(maps.Keys(m.content()))
	if m.Exclusive.ValueBool() || m.Content.IsNull() {
		keys = slices.AppendSeq(keys, maps.Keys(now))
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// ToEntries implements entry.Model.
func (m *Model) ToEntries(map[string]any, time.Time) (map[string]any, error) {
	return attribute.ParseJSON(m.Content.ValueString())
}

// FromEntries implements entry.Model. A text that means the same stays as it is.
func (m *Model) FromEntries(d *entry.Document) error {
	content := make(map[string]any)
	for _, key := range m.Keys(d.Entries) {
		if value := d.Entries[key]; value != nil {
			content[key] = value
		}
	}
	m.Created, m.LastUpdated = attribute.Instant(d.Created), attribute.Instant(d.Updated)
	if before := m.content(); before != nil && message.SameJSON(before, content) {
		return nil
	}
	text, err := attribute.FormatJSON(content)
	m.Content = jsontypes.NewNormalizedValue(text)
	return err
}

// Complete implements entry.Model.
func (m *Model) Complete() {
	m.Exclusive, m.ForgetOnDestroy = orElse(m.Exclusive, false), orElse(m.ForgetOnDestroy, false)
	m.AllowWellKnown = orElse(m.AllowWellKnown, slices.Contains(wellKnown, m.Key.ValueString()))
}

// Forgets implements entry.Model.
func (m *Model) Forgets() bool { return m.ForgetOnDestroy.ValueBool() }

func orElse(flag types.Bool, value bool) types.Bool {
	if flag.IsNull() {
		return types.BoolValue(value)
	}
	return flag
}
