// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"cmp"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/aleph-im/terraform-provider-aleph/internal/provider"
)

// CLI runs commands of Terraform in a folder of its own, for what the steps of a test cannot see or do: warnings, saved
// plans, refresh-only plans. The provider runs in the test's own process, a new one for each command.
type CLI struct {
	Dir string
	t   *testing.T
}

// NewCLI makes a folder with a configuration.
func NewCLI(t *testing.T, config string) *CLI {
	t.Helper()
	c := &CLI{Dir: t.TempDir(), t: t}
	c.Configure(config)
	return c
}

// Configure replaces the configuration.
func (c *CLI) Configure(config string) {
	c.t.Helper()
	if err := os.WriteFile(filepath.Join(c.Dir, "main.tf"), []byte(config), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// Run runs a command, and returns all that it printed as one line, with its own wrapping and frames undone. It fails
// the test when the command does.
func (c *CLI) Run(arguments ...string) string {
	c.t.Helper()
	output, err := c.try(arguments...)
	if err != nil {
		c.t.Fatalf("terraform %s: %v\n%s", strings.Join(arguments, " "), err, output)
	}
	return output
}

// Fail is Run for a command that must fail.
func (c *CLI) Fail(arguments ...string) string {
	c.t.Helper()
	output, err := c.try(arguments...)
	if err == nil {
		c.t.Fatalf("terraform %s did not fail:\n%s", strings.Join(arguments, " "), output)
	}
	return output
}

// State is an attribute of a resource as the state has it, as a text; empty when there is none.
func (c *CLI) State(address, attribute string) string {
	c.t.Helper()
	var state struct {
		Values struct {
			RootModule struct {
				Resources []struct {
					Address string
					Values  map[string]any
				}
			} `json:"root_module"`
		}
	}
	if err := json.Unmarshal([]byte(c.Run("show", "-json")), &state); err != nil {
		c.t.Fatal(err)
	}
	for _, resource := range state.Values.RootModule.Resources {
		if resource.Address == address {
			text, _ := resource.Values[attribute].(string)
			return text
		}
	}
	return ""
}

func (c *CLI) try(arguments ...string) (string, error) {
	c.t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(c.t.Context()))
	stopped := make(chan struct{})
	reattach := c.serve(ctx, stopped)
	defer func() { cancel(); <-stopped }()

	command := exec.CommandContext(ctx, cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform"), arguments...)
	command.Dir = c.Dir
	command.Env = append(os.Environ(), "TF_REATTACH_PROVIDERS="+reattach, "TF_IN_AUTOMATION=1", "TF_CLI_ARGS_apply=-auto-approve -no-color",
		"TF_CLI_ARGS_plan=-no-color", "TF_CLI_ARGS_destroy=-auto-approve -no-color", "TF_CLI_ARGS_validate=-no-color", "CHECKPOINT_DISABLE=1")
	output, err := command.CombinedOutput()
	return unwrapped(string(output)), err
}

// serve starts the provider, and returns how Terraform finds it.
func (c *CLI) serve(ctx context.Context, stopped chan struct{}) string {
	c.t.Helper()
	found := make(chan *plugin.ReattachConfig)
	failed := make(chan error, 1)
	go func() {
		failed <- tf6server.Serve(provider.Address, providerserver.NewProtocol6(provider.New("test")()),
			tf6server.WithDebug(ctx, found, stopped), tf6server.WithLoggingSink(c.t), tf6server.WithGoPluginLogger(hclog.NewNullLogger()))
	}()
	select {
	case err := <-failed:
		c.t.Fatal(err)
	case at := <-found:
		type address struct{ Network, String string }
		reattach, err := json.Marshal(map[string]any{"registry.terraform.io/hashicorp/aleph": map[string]any{
			"Protocol": at.Protocol, "ProtocolVersion": at.ProtocolVersion, "Pid": at.Pid, "Test": at.Test,
			"Addr": address{at.Addr.Network(), at.Addr.String()},
		}})
		if err != nil {
			c.t.Fatal(err)
		}
		return string(reattach)
	}
	return ""
}

// unwrapped undoes the frames and line breaks that Terraform puts around diagnostics, so that a test can look for a
// sentence.
func unwrapped(output string) string {
	lines := strings.Split(output, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(strings.TrimLeft(line, "│╷╵ "))
	}
	return strings.Join(strings.Fields(strings.Join(lines, " ")), " ")
}
