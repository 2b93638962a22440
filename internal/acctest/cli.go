// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/aleph-im/terraform-provider-aleph/internal/provider"
)

// CLI runs commands of Terraform in a folder of its own, for what the steps of a test cannot see or do: warnings, saved
// plans, refresh-only plans. The provider runs in the test's own process, a new one for each command.
type CLI struct {
	Dir string
	// Env are further variables, as NAME=value.
	Env []string

	t *testing.T
	// cache is the folder in which the provider remembers files.
	cache string
	// built is the folder of a provider that was built; empty when it runs in the test's own process.
	built string
}

// NewCLI makes a folder with a configuration.
func NewCLI(t *testing.T, config string) *CLI {
	t.Helper()
	c := &CLI{Dir: t.TempDir(), t: t, cache: t.TempDir()}
	c.Configure(config)
	return c
}

// Configure replaces the configuration.
func (c *CLI) Configure(config string) {
	c.t.Helper()
	c.Write("main.tf", config)
}

// Write puts a file beside the configuration, and returns its path.
func (c *CLI) Write(name, text string) string {
	c.t.Helper()
	path := filepath.Join(c.Dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
	return path
}

// Run runs a command, and returns all that it printed as one line, with its own wrapping and frames undone. It fails
// the test when the command does.
func (c *CLI) Run(arguments ...string) string {
	c.t.Helper()
	output, err := c.Try(arguments...)
	if err != nil {
		c.t.Fatalf("terraform %s: %v\n%s", strings.Join(arguments, " "), err, output)
	}
	return output
}

// Fail is Run for a command that must fail.
func (c *CLI) Fail(arguments ...string) string {
	c.t.Helper()
	output, err := c.Try(arguments...)
	if err == nil {
		c.t.Fatalf("terraform %s did not fail:\n%s", strings.Join(arguments, " "), output)
	}
	return output
}

// Raw is Run that returns what the command printed on its standard output, as it is.
func (c *CLI) Raw(arguments ...string) string {
	c.t.Helper()
	var output bytes.Buffer
	c.within(func(command *exec.Cmd) {
		command.Stdout = &output
		if err := command.Run(); err != nil {
			c.t.Fatalf("terraform %s: %v\n%s", strings.Join(arguments, " "), err, output.Bytes())
		}
	}, arguments...)
	return output.String()
}

// SavedPlan is the file that Plan leaves, for an apply of exactly that.
const SavedPlan = "read.tfplan"

// Plan plans, and reads the plan.
func (c *CLI) Plan() *tfjson.Plan {
	c.t.Helper()
	c.Run("plan", "-out="+SavedPlan)
	return c.saved()
}

// State is an attribute of a resource as the state has it, as a text; empty when there is none.
func (c *CLI) State(address, attribute string) string {
	c.t.Helper()
	for _, resource := range resources(c.state()) {
		if resource.Address == address {
			text, _ := resource.AttributeValues[attribute].(string)
			return text
		}
	}
	return ""
}

// Try is Run for a command that may fail.
func (c *CLI) Try(arguments ...string) (string, error) {
	c.t.Helper()
	var output []byte
	var err error
	c.within(func(command *exec.Cmd) { output, err = command.CombinedOutput() }, arguments...)
	return unwrapped(string(output)), err
}

// within prepares a command, and has the provider run for as long as use runs the command.
func (c *CLI) within(use func(*exec.Cmd), arguments ...string) {
	c.t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(c.t.Context()))
	defer cancel()
	command := exec.CommandContext(ctx, Executable(), arguments...)
	command.Dir = c.Dir
	command.Env = c.Environment()
	if c.built == "" {
		stopped := make(chan struct{})
		command.Env = append(command.Env, "TF_REATTACH_PROVIDERS="+c.serve(ctx, stopped))
		defer func() { cancel(); <-stopped }()
	}
	use(command)
}

// Environment is what a command runs in.
func (c *CLI) Environment() []string {
	environment := append(os.Environ(), "TF_IN_AUTOMATION=1", "TF_CLI_ARGS_init=-no-color", "TF_CLI_ARGS_apply=-auto-approve -no-color", "TF_CLI_ARGS_plan=-no-color",
		"TF_CLI_ARGS_destroy=-auto-approve -no-color", "TF_CLI_ARGS_validate=-no-color", "TF_CLI_ARGS_show=-no-color", "TF_CLI_ARGS_query=-no-color", "CHECKPOINT_DISABLE=1")
	if c.built != "" {
		environment = append(environment, "TF_CLI_CONFIG_FILE="+filepath.Join(c.built, "settings"))
	}
	return append(environment, c.Env...)
}

// serve starts the provider, and returns how Terraform finds it.
func (c *CLI) serve(ctx context.Context, stopped chan struct{}) string {
	c.t.Helper()
	found := make(chan *plugin.ReattachConfig)
	failed := make(chan error, 1)
	go func() {
		failed <- tf6server.Serve(provider.Address, func() tfprotov6.ProviderServer {
			return provider.NewServer(provider.New("test", c.cache, clockOf(c.t))())
		},
			tf6server.WithDebug(ctx, found, stopped), tf6server.WithLoggingSink(c.t), tf6server.WithGoPluginLogger(hclog.NewNullLogger()))
	}()
	select {
	case err := <-failed:
		c.t.Fatal(err)
	case at := <-found:
		type address struct{ Network, String string }
		reattach, err := json.Marshal(map[string]any{driven(c.t).host() + "/hashicorp/aleph": map[string]any{ //nolint:contextcheck // the version of Terraform is asked once for all tests
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

// writesNoNulls is the first version of Terraform that leaves out of a generated configuration what is computed and null.
const writesNoNulls = 14

// ExpectNoNulls checks that a configuration that Terraform generated does not say of one argument after another that it is
// null. Older versions do not leave any out.
func (c *CLI) ExpectNoNulls(generated string) {
	c.t.Helper()
	var terraform struct {
		Version string `json:"terraform_version"`
	}
	var major, minor int
	err := json.Unmarshal([]byte(c.Raw("version", "-json")), &terraform)
	if err == nil {
		_, err = fmt.Sscanf(terraform.Version, "%d.%d", &major, &minor)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	if minor >= writesNoNulls && strings.Contains(generated, "= null") {
		c.t.Errorf("the generated configuration has nulls:\n%s", generated)
	}
}
