// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package rules_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
	"github.com/aleph-im/terraform-provider-aleph/internal/volume"
)

// What is not known when Terraform plans is planned so that Terraform accepts the plan, and so that the apply can keep to it,
// whatever it turns out to be: each value of each resource by itself, elements of lists as a whole among them.
func TestUnknown_eachValue(t *testing.T) {
	env := acctest.StartLocal(t, core.Config{})
	settings := object{"api_url": env.URL, "private_key": env.PrivateKey, "check_balance": "off"}
	stored, packed := store(t, settings, object{"content": "stored"}), store(t, settings, object{"content_base64": emptyZip})
	schemas := schemasOf(t)
	rows, seen := 0, map[string]bool{}
	for resource, configs := range wholes(env.Account.Address(), stored.Text("content_hash"), packed.Text("id")) {
		terraform, err := acctest.NewCore(t.Context(), resource, settings, acctest.Factories(t)["aleph"])
		if err != nil {
			t.Fatal(err)
		}
		for _, config := range configs {
			for _, attribute := range slices.Sorted(maps.Keys(config)) {
				if seen[resource+attribute] {
					continue
				}
				seen[resource+attribute] = true
				c := &unknowns{T: t, env: env, terraform: terraform, resource: resource, schema: schemas[resource]}
				c.few(config, attribute)
				c.each(attribute)
				rows += c.rows
			}
		}
	}
	t.Logf("%d plans were applied", rows)
	if rows < 500 {
		t.Error("these are too few")
	}
}

// store makes a volume that stays.
func store(t *testing.T, settings, config object) acctest.Instance {
	t.Helper()
	terraform, err := acctest.NewCore(t.Context(), volume.ResourceType, settings, acctest.Factories(t)["aleph"])
	if err != nil {
		t.Fatal(err)
	}
	if errors := terraform.Apply(t.Context(), config).Errors(); len(errors) > 0 {
		t.Fatal(errors[0].Detail)
	}
	return terraform.Instance
}

// unknowns are one resource, of which one value after the other is not known.
type unknowns struct {
	*testing.T
	env       *acctest.Env
	terraform *acctest.Core
	resource  string
	schema    *tfprotov6.Schema
	// whole is the configuration that each value starts from, and ends with.
	whole object
	rows  int
}

// few makes whole what a valid configuration needs beside an attribute, since a large one takes much longer to plan.
func (c *unknowns) few(config object, attribute string) {
	c.whole = object{attribute: config[attribute]}
	for _, a := range c.schema.Block.Attributes {
		if a.Required {
			c.whole[a.Name] = config[a.Name]
		}
	}
	if !c.takes(c.whole) {
		c.whole = config
	}
}

// each has each value of an attribute unknown: of what can be amended, and of what cannot.
func (c *unknowns) each(attribute string) {
	c.apply("the whole", c.whole, c.whole)
	within := object{attribute: c.whole[attribute]}
	forEach(within, c.turnsOut)
	if flag := immutable[c.resource]; flag != "" && c.whole[flag] != false {
		c.whole = with(c.whole, []any{flag}, false).(object)
		c.apply("it becomes immutable", c.whole, c.whole)
		within[attribute] = c.whole[attribute]
		forEach(within, c.replaces)
	}
	c.apply("the end", nil, nil)
}

// turnsOut has one value unknown until the apply, and the same, another, null, and itself again by then. The last one
// creates.
func (c *unknowns) turnsOut(at []any, v any) {
	unknown := c.config(at, tftypes.UnknownValue)
	sent := len(c.env.Local.Messages())
	if did := c.apply(fmt.Sprint(at, " is the same"), unknown, c.whole); did != acctest.ActionReplace && (did != acctest.ActionNone || len(c.env.Local.Messages()) > sent) {
		c.Errorf("%s, %v is the same: %s, %d messages", c.resource, at, did, len(c.env.Local.Messages())-sent)
	}
	if changed, ok := other(v, nameOf(at)); ok {
		c.apply(fmt.Sprint(at, " changes"), unknown, c.config(at, changed))
	}
	_, isElement := at[len(at)-1].(int) // of which none is ever null
	if without := c.config(at, nil); !isElement && c.takes(without) {
		c.apply(fmt.Sprint(at, " becomes null"), unknown, without)
	}
	c.apply(fmt.Sprint(at, " comes back"), unknown, c.whole)
	c.apply("gone", nil, nil)
	c.apply(fmt.Sprint(at, " is created"), unknown, c.whole)
}

// replaces has one value of something immutable unknown until the apply. Whatever it turns out to be, an unknown one
// replaces: what the apply does then is what it does to create.
func (c *unknowns) replaces(at []any, v any) {
	unknown := c.config(at, tftypes.UnknownValue)
	changed, ok := other(v, nameOf(at))
	if ok && c.takes(c.config(at, changed)) {
		c.apply(fmt.Sprint(at, " changes what is immutable"), unknown, c.config(at, changed))
		c.apply(fmt.Sprint(at, " comes back"), unknown, c.whole)
		return
	}
	for _, d := range c.terraform.Plan(c.Context(), unknown).Errors() {
		c.Errorf("%s, %v of what is immutable: %s: %s", c.resource, at, d.Summary, d.Detail)
	}
}

func (c *unknowns) config(at []any, value any) object {
	config, _ := with(c.whole, at, value).(object)
	return config
}

// takes reports whether a configuration is valid.
func (c *unknowns) takes(config object) bool {
	return len(c.terraform.Validate(c.Context(), config).Errors()) == 0
}

func (c *unknowns) apply(when string, planned, known object) acctest.Action {
	c.rows++
	outcome := c.terraform.ApplyLater(c.Context(), planned, known)
	for _, d := range outcome.Errors() {
		c.Errorf("%s, %s: %s: %s", c.resource, when, d.Summary, d.Detail)
	}
	return outcome.Action
}

// What is not known yet is never refused, and everything at once may be unknown.
func TestUnknown_everything(t *testing.T) {
	env := acctest.StartLocal(t, core.Config{})
	settings := object{"api_url": env.URL, "private_key": env.PrivateKey}
	for resource, configs := range wholes(env.Account.Address(), python, python) {
		terraform, err := acctest.NewCore(t.Context(), resource, settings, acctest.Factories(t)["aleph"])
		if err != nil {
			t.Fatal(err)
		}
		planAll := func(when string) {
			for i, config := range configs {
				for at, unknown := range map[string]object{"everything": everything(config), "everything at the bottom": atTheBottom(config)} {
					for _, d := range slices.Concat(terraform.Validate(t.Context(), unknown).Errors(), terraform.Plan(t.Context(), unknown).Errors()) {
						t.Errorf("%s %d, %s, without %s: %s: %s", resource, i, when, at, d.Summary, d.Detail)
					}
				}
			}
		}
		planAll("created")
		if errors := terraform.Apply(t.Context(), configs[0]).Errors(); len(errors) > 0 {
			t.Fatalf("%s: %s", errors[0].Summary, errors[0].Detail)
		}
		planAll("changed")
	}
}

func everything(config object) object {
	all := object{}
	for key := range config {
		all[key] = tftypes.UnknownValue
	}
	return all
}

// atTheBottom is a configuration without what it ends in.
func atTheBottom(config object) object {
	var bottom any = config
	forEach(config, func(at []any, v any) {
		switch v.(type) {
		case object, list:
		default:
			bottom = with(bottom, at, tftypes.UnknownValue)
		}
	})
	all, _ := bottom.(object)
	return all
}
