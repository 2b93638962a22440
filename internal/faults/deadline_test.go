// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
	"github.com/aleph-im/terraform-provider-aleph/internal/program"
)

// A data source has a minute in all, whatever its requests are answered with, and says why it has nothing.
func TestDataSource_deadline(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]struct {
		trap *trap
		do   core.Action
	}{
		"drip":       {trap: &trap{instead: dripped}},
		"503":        {do: core.Status(http.StatusServiceUnavailable)},
		"429 of 50s": {do: core.RateLimit(50 * time.Second)},
		"silence":    {do: core.Delay(time.Hour)},
	} {
		for _, source := range []string{"aleph_account", "aleph_node", "aleph_runtimes", "aleph_pricing", "aleph_programs", "aleph_volumes"} {
			t.Run(name+"/"+source, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					defer time.Sleep(2 * time.Hour) // what still waits in the background comes to its end
					b := newBench(t, program.ResourceType, provided(inHex), nil)
					every := func(*http.Request, *message.Message) bool { return true }
					if f.trap != nil {
						b.wire.set(&trap{target: every, times: -1, instead: f.trap.instead})
					} else {
						b.node.Inject(core.Fault{Times: -1, Do: f.do})
					}
					started := time.Now()
					told := b.read(source)
					if took := time.Since(started); took > time.Minute+time.Second || len(told) == 0 {
						t.Errorf("after %s: %s", took, texts(told))
					}
				})
			})
		}
	}
}

// read has a provider of its own read a data source with nothing configured.
func (b *bench) read(source string) []*tfprotov6.Diagnostic {
	b.t.Helper()
	server, err := b.serve()
	if err != nil {
		b.t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(b.ctx(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		b.t.Fatal(err)
	}
	settings := b.dynamic(schemas.Provider, provided(inHex))
	configured, err := server.ConfigureProvider(b.ctx(), &tfprotov6.ConfigureProviderRequest{Config: settings})
	if err != nil || len(configured.Diagnostics) > 0 {
		b.t.Fatal(err, texts(configured.Diagnostics))
	}
	read, err := server.ReadDataSource(b.ctx(), &tfprotov6.ReadDataSourceRequest{TypeName: source, Config: b.dynamic(schemas.DataSourceSchemas[source], nil)})
	if err != nil {
		b.t.Fatal(err)
	}
	return read.Diagnostics
}

// dynamic is a configuration of texts as Terraform sends it.
func (b *bench) dynamic(schema *tfprotov6.Schema, from config) *tfprotov6.DynamicValue {
	b.t.Helper()
	kind := schema.ValueType().(tftypes.Object)
	values := make(map[string]tftypes.Value)
	for name, attribute := range kind.AttributeTypes {
		values[name] = tftypes.NewValue(attribute, from[name])
	}
	value, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, values))
	if err != nil {
		b.t.Fatal(err)
	}
	return &value
}
