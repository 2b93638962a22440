// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package domain

import (
	"encoding/json"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/entry"
)

// Model is aleph_domain as Terraform sees it.
type Model struct {
	entry.Common
	Domain     types.String `tfsdk:"domain"`
	Type       types.String `tfsdk:"type"`
	MessageID  types.String `tfsdk:"message_id"`
	Options    types.Object `tfsdk:"options"`
	UpdatedAt  types.String `tfsdk:"updated_at"`
	DNSRecords types.List   `tfsdk:"dns_records"`
}

// Name implements entry.Model.
func (m *Model) Name() *types.String { return &m.Domain }

// key is the domain as it is published.
func (m *Model) key() string {
	key, err := ascii(m.Domain.ValueString())
	if err != nil {
		return m.Domain.ValueString() // another tool's spelling
	}
	return key
}

// Keys implements entry.Model.
func (m *Model) Keys(map[string]any) []string { return []string{m.key()} }

// ToEntries implements entry.Model. What others keep in the entry, and in its options, stays (NETWORK.md 9.2).
func (m *Model) ToEntries(now map[string]any, at time.Time) (map[string]any, error) {
	before := objectOf(now[m.key()])
	after := maps.Clone(before)
	kind := m.Type.ValueString()
	after["type"], after["programType"], after["message_id"] = kind, kind, m.MessageID.ValueString()
	options := maps.Clone(objectOf(before["options"]))
	delete(options, "catch_all_path")
	if path := m.catchAll().ValueString(); path != "" {
		options["catch_all_path"] = path
	}
	if _, had := before["options"]; had || len(options) > 0 {
		after["options"] = options
	}
	if !message.SameJSON(before, after) {
		after["updated_at"] = at.UTC().Format("2006-01-02T15:04:05.000Z07:00")
	}
	return map[string]any{m.key(): after}, nil
}

// FromEntries implements entry.Model. What another tool left out, or wrote in another form, is null.
func (m *Model) FromEntries(d *entry.Document) error {
	said := objectOf(d.Entries[m.key()])
	text := func(name string) types.String {
		text, _ := said[name].(string)
		return attribute.Text(text)
	}
	m.Type, m.MessageID, m.UpdatedAt = text("type"), text("message_id"), text("updated_at")
	if at, ok := said["updated_at"].(json.Number); ok {
		if seconds, err := at.Float64(); err == nil {
			m.UpdatedAt = attribute.Instant(message.Time(seconds))
		}
	}
	path, _ := objectOf(said["options"])["catch_all_path"].(string)
	m.Options = types.ObjectNull(optionTypes)
	if m.Type.ValueString() == typeIPFS && path != "" {
		m.Options = optionsOf(types.StringValue(path))
	}
	m.DNSRecords = records(m.key(), m.Type.ValueString(), m.Address.ValueString())
	return nil
}

var optionTypes = map[string]attr.Type{"catch_all_path": types.StringType}

func optionsOf(path types.String) types.Object {
	return types.ObjectValueMust(optionTypes, map[string]attr.Value{"catch_all_path": path})
}

// catchAll is the option; null when there is none.
func (m *Model) catchAll() types.String {
	path, ok := m.Options.Attributes()["catch_all_path"].(types.String)
	if !ok {
		return types.StringNull()
	}
	return path
}

// objectOf is an object of an entry; an empty one in the place of anything else.
func objectOf(value any) map[string]any {
	object, ok := value.(map[string]any)
	if !ok {
		return map[string]any{}
	}
	return object
}
