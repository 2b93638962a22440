// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"sync"
	"testing"
	"time"

	framework "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflog"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/hashicorp/terraform-plugin-log/tfsdklogtest"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
	"github.com/aleph-im/terraform-provider-aleph/internal/provider"
)

// measured is a node as slow as real ones are (NETWORK.md 4.4, 4.5, 4.6): the clock of a bubble jumps, so that nobody
// waits.
var measured = core.Config{
	IngestDelay: 30 * time.Millisecond, ProcessDelay: 50 * time.Millisecond, SyncWait: 30 * time.Second, RetryWindow: 4 * time.Minute,
	MaxUnsignedUpload: smallFile,
}

// smallFile is the size up to which a file goes ahead of its STORE on that node.
const smallFile = 64

// owner is the address of the key that everything is signed with.
const owner = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"

// bench is one resource, in front of a node of its own, with a network between them.
type bench struct {
	*acctest.Core
	t    *testing.T
	wire *wire
	node *core.Node
	log  *log

	injected  []*core.Injected
	mu        sync.Mutex
	processed counts
}

// newBench must be called in a bubble. With a log, everything is logged at TRACE.
func newBench(t *testing.T, resource string, settings map[string]any, log *log) *bench {
	t.Helper()
	b := &bench{t: t, log: log, processed: counts{}}
	config := measured
	config.Record = func(m message.Message) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.processed[m.Type]++
	}
	var err error
	if b.node, err = core.New(config); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.node.Close(); err != nil {
			t.Error(err)
		}
	})
	b.node.Fund(owner, 1_000_000_000_000, 1_000_000)
	b.wire = &wire{node: b.node}
	if b.Core, err = acctest.NewCore(b.ctx(), resource, settings, b.serve); err != nil {
		t.Fatal(err)
	}
	return b
}

// ctx is what Terraform calls the provider with.
func (b *bench) ctx() context.Context {
	ctx := b.t.Context()
	if b.log == nil {
		return ctx
	}
	return tfsdklogtest.RootLogger(tflogtest.RootLogger(ctx, b.log), b.log)
}

// sent counts the messages of a type that the network processed.
func (b *bench) sent() counts {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.processed)
}

// serve starts a provider process.
func (b *bench) serve() (tfprotov6.ProviderServer, error) {
	server := provider.NewServer(&wiredProvider{Provider: provider.New("test", "", nil)(), wire: b.wire})
	return &process{ProviderServer: server, wire: b.wire}, nil
}

// wiredProvider is the provider, with a wire to the node.
type wiredProvider struct {
	framework.Provider
	wire *wire
}

func (p *wiredProvider) Configure(ctx context.Context, req framework.ConfigureRequest, resp *framework.ConfigureResponse) {
	p.Provider.Configure(ctx, req, resp)
	client, ok := resp.ResourceData.(*aleph.Client)
	if !ok {
		return
	}
	api, err := node.New(node.Config{URL: "http://node", MaxRetries: 5, Transport: p.wire, Log: func(ctx context.Context, msg string, fields map[string]any) {
		tflog.Debug(ctx, msg, fields)
	}})
	if err != nil {
		resp.Diagnostics.AddError("Unable to reach the node", err.Error())
		return
	}
	client.Node, client.Files.Node, client.Money.Node = api, api, api
}

// process is a provider that may be killed while it applies: then nobody hears of what it did.
type process struct {
	tfprotov6.ProviderServer
	wire *wire
}

func (p *process) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	resp, err := p.ProviderServer.ApplyResourceChange(ctx, req)
	if errors.Is(p.wire.isDown(), errKilled) {
		return nil, errKilled
	}
	return resp, err
}

// errKilled is what is left of a process that was killed.
var errKilled = errors.New("the process was killed")

// log is what a run of the matrix writes; safe for concurrent use.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
