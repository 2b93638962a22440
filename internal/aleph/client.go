// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package aleph is the network as the provider's nouns and data sources use it, and knows nothing of Terraform.
package aleph

import (
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/entry"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/money"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/stored"
)

// Client is what nouns and data sources read and change the network through. The provider makes one for each
// configuration of itself, and everything shares it; it is safe for concurrent use. Its parts own what they remember:
// the embedded client the messages that it signed, sent and found, Entries the aggregates, Files what mounts give, Money the
// prices and balances.
type Client struct {
	*object.Client
	Entries *entry.Client
	Files   *stored.Files
	Money   *money.Client
}
