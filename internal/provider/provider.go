// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package provider is what Terraform loads: the settings of the provider block, and the one list of everything that
// the provider offers.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/aleph-im/terraform-provider-aleph/internal/aggregate"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/entry"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/blob"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/journal"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/money"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/stored"
	domains "github.com/aleph-im/terraform-provider-aleph/internal/domain"
	"github.com/aleph-im/terraform-provider-aleph/internal/functions"
	"github.com/aleph-im/terraform-provider-aleph/internal/network"
	"github.com/aleph-im/terraform-provider-aleph/internal/post"
	"github.com/aleph-im/terraform-provider-aleph/internal/pricing"
	"github.com/aleph-im/terraform-provider-aleph/internal/program"
	"github.com/aleph-im/terraform-provider-aleph/internal/sshkey"
	"github.com/aleph-im/terraform-provider-aleph/internal/volume"
)

// Address is where Terraform's registry has the provider.
const Address = "registry.terraform.io/aleph-im/aleph"

var (
	_ provider.ProviderWithFunctions     = (*alephProvider)(nil)
	_ provider.ProviderWithListResources = (*alephProvider)(nil)
)

type alephProvider struct {
	version string
	clock   message.Clock
	files   *blob.Cache
	nouns   []noun
	// journal is that of the process; nil when there is none.
	journal *journal.Journal
}

// New makes the provider of a version, which keeps what it remembers in a directory; without one it remembers nothing. The
// clock is the machine's when it is nil.
func New(version, home string, clock message.Clock) func() provider.Provider {
	return with(version, home, clock, nil)
}

// with is New with a journal of the process.
func with(version, home string, clock message.Clock, kept *journal.Journal) func() provider.Provider {
	files := blob.NewCache(home)
	nouns := nouns(files, clock)
	return func() provider.Provider {
		return &alephProvider{version: version, clock: clock, files: files, nouns: nouns, journal: kept}
	}
}

// noun is what the provider offers of one kind of thing: its resource, its data sources and its list resource.
type noun interface {
	Resource() resource.Resource
	DataSources() []func() datasource.DataSource
	ListResource() list.ListResource
}

// nouns are all that the provider manages.
func nouns(files *blob.Cache, clock message.Clock) []noun {
	return []noun{
		aggregate.New(),
		domains.New(),
		post.New(),
		program.New(clock),
		sshkey.New(),
		volume.New(files, clock),
	}
}

// Metadata implements provider.Provider.
func (p *alephProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "aleph"
	resp.Version = p.version
}

// Schema implements provider.Provider.
func (p *alephProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = settingsSchema()
}

// Configure makes the client that everything shares. While a setting is not known yet there is none: then a plan is
// made without it, and no setting falls back to a default.
func (p *alephProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	s, diags := readSettings(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || s == nil {
		return
	}
	client := p.client(s, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	client.Journal = p.usableJournal(ctx)
	resp.ResourceData = client
	resp.DataSourceData = client
	resp.ListResourceData = client
}

func (p *alephProvider) client(s *settings, diags *diag.Diagnostics) *aleph.Client {
	api, err := node.New(node.Config{
		URL:        s.text(apiURL),
		Timeout:    s.duration(requestTimeout, diags),
		MaxRetries: s.number(maxRetries, diags),
		UserAgent:  "terraform-provider-aleph/" + p.version,
		Log: func(ctx context.Context, msg string, fields map[string]any) {
			tflog.Debug(ctx, msg, fields)
		},
	})
	if err != nil {
		s.refuse(diags, apiURL, err)
	}
	key := s.account(diags)
	s.checkCompanions(diags)
	s.check(diags)
	if diags.HasError() {
		return nil
	}
	objects := &object.Client{
		Node:    api,
		Account: key,
		KeyHelp: keyHelp,
		Clock:   p.clock,
		Defaults: object.Defaults{
			Owner:       s.text(address),
			Channel:     s.text(channel),
			PaymentType: s.text(paymentType),
			Domain:      s.text(domain),
		},
	}
	if objects.Defaults.Owner == "" && key != nil {
		objects.Defaults.Owner = key.Address()
	}
	files := &stored.Files{Node: api}
	return &aleph.Client{
		Client:  objects,
		Entries: entry.New(objects),
		Files:   files,
		Money:   &money.Client{Node: api, Files: files, BalanceCheck: money.BalanceCheck(s.text(checkBalance)), Clock: p.clock, Sent: objects.Sent},
	}
}

// usableJournal is the journal, unless its directory cannot be used. Then objects are created without.
func (p *alephProvider) usableJournal(ctx context.Context) *journal.Journal {
	if p.journal == nil {
		return nil
	}
	if err := p.journal.Usable(); err != nil {
		tflog.Warn(ctx, "No journal is kept: what an apply leaves behind that is killed is not taken over by the next one", map[string]any{"error": err.Error()})
		return nil
	}
	return p.journal
}

// Resources implements provider.Provider.
func (p *alephProvider) Resources(context.Context) []func() resource.Resource {
	resources := make([]func() resource.Resource, len(p.nouns))
	for i, noun := range p.nouns {
		resources[i] = noun.Resource
	}
	return resources
}

// DataSources implements provider.Provider: those of the nouns, and those of what nobody manages.
func (p *alephProvider) DataSources(context.Context) []func() datasource.DataSource {
	sources := []func() datasource.DataSource{
		network.NewAccount,
		network.NewMessage,
		network.NewNode,
		network.NewRuntimes,
		pricing.NewDataSource,
		pricing.NewEstimate,
	}
	for _, noun := range p.nouns {
		sources = append(sources, noun.DataSources()...)
	}
	return sources
}

// ListResources implements provider.ProviderWithListResources.
func (p *alephProvider) ListResources(context.Context) []func() list.ListResource {
	lists := make([]func() list.ListResource, len(p.nouns))
	for i, noun := range p.nouns {
		lists[i] = noun.ListResource
	}
	return lists
}

// Functions implements provider.ProviderWithFunctions.
func (p *alephProvider) Functions(context.Context) []func() function.Function {
	return functions.All(p.files)
}
