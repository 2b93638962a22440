// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashicorp/terraform-exec/tfexec"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/compute"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// stage is where the story plays: a copy of examples/demo with its Terraform, and a view of the node that is not the provider's.
type stage struct {
	*terminal
	terraform *tfexec.Terraform
	// directory is the working directory of Terraform, environment what it runs in.
	directory   string
	environment map[string]string
	// variables are those of the configuration, by name.
	variables map[string]string
	network   *object.Client
	// channel marks the messages of this run: a real node has others of the same owner.
	channel string

	scratch string
	// local is a node of the demo's own, and programs runs what is published there; both are nil with a node that is named, and
	// the second where programs cannot run.
	local    *core.Node
	programs *compute.Node
	// answers are those that the program has given.
	answers map[string]bool
}

func setStage(ctx context.Context, t *terminal) (*stage, error) {
	s := &stage{terminal: t, answers: map[string]bool{}, channel: "terraform-demo-" + strings.ToLower(rand.Text()[:8])}
	s.variables = map[string]string{"channel": s.channel}

	var err error
	if s.scratch, err = os.MkdirTemp("", "aleph-demo-"); err != nil {
		return nil, err
	}
	if err := s.fill(ctx); err != nil {
		return nil, errors.Join(err, s.clear())
	}
	return s, nil
}

// fill puts onto the stage what the story needs: a node, the provider, Terraform, and the configuration.
func (s *stage) fill(ctx context.Context) error {
	url, key, err := s.findNode(ctx)
	if err != nil {
		return err
	}
	if err := s.lookAt(url, key); err != nil {
		return err
	}
	s.note("The provider is built, and installed into a mirror ...")
	if err := s.installProvider(ctx); err != nil {
		return err
	}
	s.environment = s.environmentOf(url, key)
	if err := s.moveTo("demo", "examples/demo"); err != nil {
		return err
	}
	version, _, err := s.terraform.Version(ctx, true)
	if err != nil {
		return err
	}
	s.line(fmt.Sprintf("%s %s drives it, on %s, for %s.", filepath.Base(s.terraform.ExecPath()), version, s.describe(url), s.network.Account.Address()))
	return nil
}

// findNode returns the URL of the node, and a key that has funds there.
func (s *stage) findNode(ctx context.Context) (url, key string, err error) {
	if url := os.Getenv("ALEPH_API_URL"); url != "" {
		return url, os.Getenv("ALEPH_PRIVATE_KEY"), nil
	}
	if s.local, err = core.Listen("127.0.0.1:0", core.Config{}); err != nil {
		return "", "", err
	}
	return s.local.URL(), core.Accounts()[0].PrivateKey, s.startCompute(ctx)
}

func (s *stage) lookAt(url, key string) error {
	owner, err := account.FromHex(key)
	if err != nil {
		return fmt.Errorf("ALEPH_PRIVATE_KEY: %w", err)
	}
	client, err := node.New(node.Config{URL: url, MaxRetries: 5, UserAgent: "terraform-provider-aleph demo"})
	if err != nil {
		return fmt.Errorf("ALEPH_API_URL: %w", err)
	}
	s.network = &object.Client{Node: client, Account: owner, Defaults: object.Defaults{Owner: owner.Address(), Channel: s.channel}}
	return nil
}

func (s *stage) describe(url string) string {
	if s.local != nil {
		return "a node in memory at " + url
	}
	return url
}

// installProvider puts the provider into a mirror, and tells `terraform init` to look nowhere else.
func (s *stage) installProvider(ctx context.Context) error {
	mirror := filepath.Join(s.scratch, "mirror")
	if output, err := exec.CommandContext(ctx, "make", "install-local", "PLUGINS="+mirror).CombinedOutput(); err != nil {
		return fmt.Errorf("make install-local: %w\n%s", err, output)
	}
	settings := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror)
	return os.WriteFile(s.settings(), []byte(settings), 0o600)
}

// settings is the path of the CLI configuration that Terraform runs with.
func (s *stage) settings() string { return filepath.Join(s.scratch, "terraform.rc") }

// environmentOf is ours without what would change the story, the settings of Terraform and of the provider, and without
// the user's own cache.
func (s *stage) environmentOf(url, key string) map[string]string {
	environment := map[string]string{
		"ALEPH_API_URL":      url,
		"ALEPH_DOMAIN":       s.domain(),
		"ALEPH_CACHE_DIR":    filepath.Join(s.scratch, "cache"),
		"ALEPH_PRIVATE_KEY":  key,
		"CHECKPOINT_DISABLE": "1",
		"TF_CLI_CONFIG_FILE": s.settings(),
	}
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		if !strings.HasPrefix(name, "ALEPH_") && !strings.HasPrefix(name, "TF_") {
			environment[name] = value
		}
	}
	return environment
}

// moveTo makes a new working directory with a copy of a configuration, without any state.
func (s *stage) moveTo(name, configuration string) error {
	path, err := exec.LookPath(cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform"))
	if err != nil {
		return err
	}
	s.directory = filepath.Join(s.scratch, name)
	if err := os.CopyFS(s.directory, os.DirFS(configuration)); err != nil {
		return err
	}
	for _, leftover := range []string{".terraform", ".terraform.lock.hcl", "terraform.tfstate", "terraform.tfstate.backup"} {
		if err := os.RemoveAll(filepath.Join(s.directory, leftover)); err != nil {
			return err
		}
	}
	if s.terraform, err = tfexec.NewTerraform(s.directory, path); err != nil {
		return err
	}
	return s.terraform.SetEnv(s.environment)
}

// strike ends the play. What an interrupted story left on a real network is forgotten, or it would be paid for.
func (s *stage) strike(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	var left error
	if s.local == nil {
		left = s.forgetAll(ctx)
	}
	if err := errors.Join(left, s.clear()); err != nil {
		s.line("The stage could not be cleared: " + err.Error())
	}
}

func (s *stage) clear() error {
	err := os.RemoveAll(s.scratch)
	if s.programs != nil {
		err = errors.Join(err, s.programs.Close())
	}
	if s.local != nil {
		err = errors.Join(err, s.local.Close())
	}
	return err
}
