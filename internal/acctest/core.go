// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Core does to one resource what Terraform's core does, in the test's own process and without a command line: it
// refreshes, plans, applies, taints, keeps private data and identity, and notices when the provider does not keep its
// word. Each command has a provider process of its own, as Terraform starts one.
type Core struct {
	// Instance is what the state file has of the resource.
	Instance Instance

	serve    func() (tfprotov6.ProviderServer, error)
	settings map[string]any
	resource string
	provider *tfprotov6.Schema
	schema   *tfprotov6.Schema

	mu      sync.Mutex
	running tfprotov6.ProviderServer
}

// Instance is a resource in the state.
type Instance struct {
	// Value is null when there is no resource.
	Value    tftypes.Value
	Private  []byte
	Identity *tfprotov6.ResourceIdentityData
	// Tainted is set after a create that failed and left something: the next plan replaces it.
	Tainted bool
}

// Action is what a plan does.
type Action string

// What a plan does, in the words of Terraform's plan files.
const (
	ActionNone    Action = "no-op"
	ActionCreate  Action = "create"
	ActionUpdate  Action = "update"
	ActionReplace Action = "replace"
	ActionDelete  Action = "delete"
)

// Outcome is what a command led to. A breach of the protocol is an error diagnostic, in the words of Terraform.
type Outcome struct {
	Action      Action
	Diagnostics []*tfprotov6.Diagnostic
}

// Errors are the diagnostics that make a command fail.
func (o Outcome) Errors() []*tfprotov6.Diagnostic {
	var failures []*tfprotov6.Diagnostic
	for _, d := range o.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			failures = append(failures, d)
		}
	}
	return failures
}

// NewCore makes an empty state for one resource. serve starts a provider; settings are the provider block.
func NewCore(ctx context.Context, resource string, settings map[string]any, serve func() (tfprotov6.ProviderServer, error)) (*Core, error) {
	server, err := serve()
	if err != nil {
		return nil, err
	}
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	schema := schemas.ResourceSchemas[resource]
	if schema == nil {
		return nil, fmt.Errorf("the provider has no %s", resource)
	}
	return &Core{
		Instance: Instance{Value: tftypes.NewValue(schema.ValueType(), nil)},
		serve:    serve, settings: settings, resource: resource, provider: schemas.Provider, schema: schema,
	}, nil
}

// Attribute is a top-level attribute of the resource in the state.
func (c *Core) Attribute(name string) tftypes.Value {
	return attributesOf(c.schema.Block.Attributes, c.Instance.Value)[name]
}

// Interrupt is what Terraform does to the provider that runs when its user presses Ctrl-C.
func (c *Core) Interrupt(ctx context.Context) error {
	c.mu.Lock()
	server := c.running
	c.mu.Unlock()
	_, err := server.StopProvider(ctx, &tfprotov6.StopProviderRequest{})
	return err
}

// Validate checks a configuration as `terraform validate` does: by a provider that nobody has configured.
func (c *Core) Validate(ctx context.Context, config map[string]any) Outcome {
	r := &run{Core: c, action: ActionNone}
	var err error
	if r.server, err = c.serve(); err == nil {
		err = r.validate(ctx, config)
	}
	return r.outcome(err)
}

// Plan refreshes and plans, and changes nothing.
func (c *Core) Plan(ctx context.Context, config map[string]any) Outcome {
	run, err := c.start(ctx)
	if err == nil {
		err = run.plan(ctx, config)
	}
	return run.outcome(err)
}

// Apply refreshes, plans, and applies the plan.
func (c *Core) Apply(ctx context.Context, config map[string]any) Outcome {
	return c.ApplyLater(ctx, config, config)
}

// ApplyLater is Apply of a configuration of which something is unknown until it is applied.
func (c *Core) ApplyLater(ctx context.Context, planned, known map[string]any) Outcome {
	run, err := c.start(ctx)
	if err == nil {
		err = run.plan(ctx, planned)
	}
	if err == nil {
		c.Instance = run.prior
		err = run.apply(ctx, known)
	}
	return run.outcome(err)
}

// Destroy plans that the resource is gone, and applies that.
func (c *Core) Destroy(ctx context.Context) Outcome {
	return c.Apply(ctx, nil)
}

// Import puts something that exists into the empty state.
func (c *Core) Import(ctx context.Context, id string) Outcome {
	run, err := c.start(ctx)
	if err == nil {
		err = run.importState(ctx, id)
	}
	if err == nil {
		c.Instance = run.prior
	}
	return run.outcome(err)
}

// run is one command.
type run struct {
	*Core
	server tfprotov6.ProviderServer
	diags  []*tfprotov6.Diagnostic
	// prior is the state after the refresh; it is what the plan starts from.
	prior  Instance
	config tftypes.Value
	action Action
	// planned is what the plan makes of the resource; the apply plans once more, and is held to it.
	planned tftypes.Value
}

// errStop ends a command whose diagnostics say why.
var errStop = errors.New("see the diagnostics")

func (c *Core) start(ctx context.Context) (*run, error) {
	r := &run{Core: c, action: ActionNone, prior: c.Instance}
	var err error
	if r.server, err = c.serve(); err != nil {
		return r, err
	}
	c.mu.Lock()
	c.running = r.server
	c.mu.Unlock()
	config, err := valueOf(c.provider.ValueType(), c.settings)
	if err != nil {
		return r, err
	}
	resp, err := r.server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.11.4", Config: dynamic(config)})
	if err != nil {
		return r, err
	}
	return r, r.note(resp.Diagnostics)
}

// note keeps diagnostics, and fails when one is an error.
func (r *run) note(diags []*tfprotov6.Diagnostic) error {
	r.diags = append(r.diags, diags...)
	if len((Outcome{Diagnostics: diags}).Errors()) > 0 {
		return errStop
	}
	return nil
}

// breach is a diagnostic of Terraform's own.
func (r *run) breach(summary, format string, values ...any) error {
	return r.note([]*tfprotov6.Diagnostic{{
		Severity: tfprotov6.DiagnosticSeverityError, Summary: summary, Detail: fmt.Sprintf(format, values...) + "\n\nThis is a bug in the provider.",
	}})
}

func (r *run) outcome(err error) Outcome {
	if err != nil && !errors.Is(err, errStop) {
		_ = r.breach("Plugin did not respond", "%v", err)
	}
	return Outcome{Action: r.action, Diagnostics: r.diags}
}

func (r *run) plan(ctx context.Context, config map[string]any) error {
	if err := r.refresh(ctx); err != nil {
		return err
	}
	if config == nil {
		if !r.prior.Value.IsNull() {
			r.action = ActionDelete
		}
		return nil
	}
	if err := r.validate(ctx, config); err != nil {
		return err
	}
	from := r.prior
	if from.Tainted {
		from.Value = tftypes.NewValue(r.schema.ValueType(), nil)
	}
	plan, err := r.planChange(ctx, from)
	if err != nil {
		return err
	}
	r.action, r.planned = actionOf(from.Value, plan), plan.value
	if r.prior.Tainted {
		r.action = ActionReplace
	} else if r.action == ActionReplace {
		return r.planReplacement(ctx, plan.private)
	}
	return nil
}

// planReplacement plans what a replacement creates. Of the diagnostics, Terraform shows only what stops it.
func (r *run) planReplacement(ctx context.Context, private []byte) error {
	told := r.diags
	plan, err := r.planChange(ctx, Instance{Value: tftypes.NewValue(r.schema.ValueType(), nil), Private: private})
	if err != nil {
		return err
	}
	r.diags, r.planned = told, plan.value
	return nil
}

func actionOf(prior tftypes.Value, plan planned) Action {
	switch {
	case prior.IsNull():
		return ActionCreate
	case len(plan.replaces) > 0:
		return ActionReplace
	case !plan.value.Equal(prior):
		return ActionUpdate
	}
	return ActionNone
}

func (r *run) validate(ctx context.Context, config map[string]any) error {
	var err error
	if r.config, err = valueOf(r.schema.ValueType(), config); err != nil {
		return err
	}
	valid, err := r.server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: r.resource, Config: dynamic(r.config)})
	if err != nil {
		return err
	}
	return r.note(valid.Diagnostics)
}

func (r *run) refresh(ctx context.Context) error {
	if r.prior.Value.IsNull() {
		return nil
	}
	resp, err := r.server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName: r.resource, CurrentState: dynamic(r.prior.Value), Private: r.prior.Private, CurrentIdentity: r.prior.Identity,
	})
	if err != nil {
		return err
	}
	if err := r.note(resp.Diagnostics); err != nil {
		return err
	}
	value, err := resp.NewState.Unmarshal(r.schema.ValueType())
	if err != nil {
		return err
	}
	if !value.IsNull() && resp.NewIdentity == nil {
		return r.breach("Missing Resource Identity After Read", "%s", r.resource)
	}
	r.prior = Instance{Value: value, Private: resp.Private, Identity: resp.NewIdentity, Tainted: r.prior.Tainted && !value.IsNull()}
	return nil
}

func (r *run) importState(ctx context.Context, id string) error {
	resp, err := r.server.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: r.resource, ID: id})
	if err != nil {
		return err
	}
	if err := r.note(resp.Diagnostics); err != nil {
		return err
	}
	imported := resp.ImportedResources[0]
	value, err := imported.State.Unmarshal(r.schema.ValueType())
	if err != nil {
		return err
	}
	r.prior = Instance{Value: value, Private: imported.Private, Identity: imported.Identity}
	if err := r.refresh(ctx); err != nil {
		return err
	}
	if r.prior.Value.IsNull() {
		return r.breach("Cannot import non-existent remote object", "%s %s", r.resource, id)
	}
	return nil
}

func dynamic(value tftypes.Value) *tfprotov6.DynamicValue {
	d, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		panic(err) // a value of its own type
	}
	return &d
}
