// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package versionedtest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
)

// imported imports an object that was amended, by its name and by the item hash of its live version, with the command and
// with a block.
func (n Noun[C, PC]) imported(t *testing.T) {
	env := n.start(t)
	at := n.at("test")
	steps := []resource.TestStep{
		acctest.Apply(env.Provider()+n.block(t, "test", n.Full), acctest.Actions{at: acctest.Create}),
		acctest.Apply(env.Provider()+n.block(t, "test", n.Full.with(n.Another)), acctest.Actions{at: acctest.Update}),
	}
	for _, attribute := range []string{"id", n.live()} {
		hash := func(state *terraform.State) (string, error) {
			return state.RootModule().Resources[at].Primary.Attributes[attribute], nil
		}
		steps = append(steps,
			resource.TestStep{ResourceName: at, ImportState: true, ImportStateIdFunc: hash, ImportStateVerify: true},
			resource.TestStep{ResourceName: at, ImportState: true, ImportStateIdFunc: hash, ImportStateKind: resource.ImportBlockWithID},
		)
	}
	acctest.Test(t, steps...)
}

func (n Noun[C, PC]) importedByIdentity(t *testing.T) {
	acctest.Requires(t, acctest.Identity)
	env := n.start(t)
	at := n.at("test")
	acctest.Test(t,
		acctest.Apply(env.Provider()+n.block(t, "test", n.Full), acctest.Actions{at: acctest.Create}),
		resource.TestStep{ResourceName: at, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
	)
}

// generated imports with the configuration that Terraform writes: it leaves nothing to do.
func (n Noun[C, PC]) generated(t *testing.T) {
	env := n.start(t)
	config := env.Provider()
	for label, arguments := range map[string]Arguments{"least": n.Least, "full": n.Full} {
		config += fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n\n", n.at(label), n.created(t, env, arguments).Instance.Text("id"))
	}
	cli := acctest.NewCLI(t, config)
	cli.Run("plan", "-generate-config-out=generated.tf")
	text, err := os.ReadFile(filepath.Join(cli.Dir, "generated.tf"))
	if err != nil {
		t.Fatal(err)
	}
	cli.ExpectNoNulls(string(text))
	if output := cli.Run("apply"); !strings.Contains(output, "2 imported, 0 added, 0 changed, 0 destroyed") {
		t.Error(output)
	}
	cli.Run("plan", "-detailed-exitcode")
}

// listed asks the list resource: each object once, under the name by which it is imported, as an import would read it.
func (n Noun[C, PC]) listed(t *testing.T) {
	env := n.start(t)
	n.created(t, env, n.Least)
	made := n.created(t, env, n.Full)
	made.expect(made.Apply(t.Context(), n.Full.with(n.Another)), acctest.ActionUpdate)
	results := acctest.List{
		Resource: n.Type, Settings: map[string]any{"api_url": env.URL}, Limit: 10, IncludeResource: true,
		Config: map[string]any{"address": env.Account.Address()},
	}.Ask(t)
	if len(results) != 2 {
		t.Fatalf("got %+v, want two results", results)
	}
	imported := n.terraform(t, env)
	imported.expect(imported.Import(t.Context(), made.Instance.Text(n.live())), acctest.ActionNone)
	for name, hash := range results[0].Identity {
		if hash != made.Instance.Text("id") {
			t.Errorf("%s is %s, want %s", name, hash, made.Instance.Text("id"))
		}
	}
	for name, value := range results[0].Resource {
		if want := imported.Attribute(name); !slices.Contains(slices.Concat(n.Asked, n.Unlisted), name) && !value.Equal(want) {
			t.Errorf("%s is listed as %s, and imported as %s", name, value, want)
		}
	}
}

// queried lists with Terraform.
func (n Noun[C, PC]) queried(t *testing.T) {
	acctest.Requires(t, acctest.ListResources)
	env := n.start(t)
	hash := n.created(t, env, n.Full).Instance.Text("id")
	cli := acctest.NewCLI(t, env.Provider())
	cli.Write("all.tfquery.hcl", fmt.Sprintf("list %q \"all\" {\n  provider = aleph\n}\n", n.Type))
	if output := cli.Run("query"); !strings.Contains(output, hash) {
		t.Errorf("there is no %s in %s", hash, output)
	}
}

// dataSources reads one object, and the list: they say what the resource says.
func (n Noun[C, PC]) dataSources(t *testing.T) {
	env := n.start(t)
	at, one, all := n.at("test"), "data."+n.at("one"), fmt.Sprintf("data.%ss.all", n.Type)
	config := func(arguments Arguments) string {
		return env.Provider() + n.block(t, "test", arguments) + fmt.Sprintf(
			"data %q \"one\" {\n  hash = %s.%s\n}\n\ndata \"%ss\" \"all\" {\n  depends_on = [%s]\n}\n", n.Type, at, n.live(), n.Type, at)
	}
	checks := []statecheck.StateCheck{acctest.ExpectSame(at, one), elementOf{at, all, strings.TrimPrefix(n.Type, "aleph_") + "s"}}
	acctest.Test(t,
		acctest.Apply(config(n.Full), acctest.Actions{at: acctest.Create}, checks...),
		acctest.Apply(config(n.Full.with(n.Another)), acctest.Actions{at: acctest.Update}, checks...),
	)
}

// elementOf checks that a list data source has one element, which says of everything that the resource has too what the
// resource says of it.
type elementOf struct{ resource, data, list string }

// CheckState implements statecheck.StateCheck.
func (e elementOf) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	var want, got map[string]any
	for _, r := range req.State.Values.RootModule.Resources {
		switch r.Address {
		case e.resource:
			want = r.AttributeValues
		case e.data:
			if elements, ok := r.AttributeValues[e.list].([]any); ok && len(elements) == 1 {
				got, _ = elements[0].(map[string]any)
			}
		}
	}
	if want == nil || got == nil {
		resp.Error = fmt.Errorf("%s has not one element, or %s is not in the state", e.data, e.resource)
		return
	}
	for name, value := range got {
		if of, ok := want[name]; ok && !reflect.DeepEqual(value, of) {
			resp.Error = fmt.Errorf("%s of the element of %s is %v, and %s has %v", name, e.data, value, e.resource, of)
			return
		}
	}
}
