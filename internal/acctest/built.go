// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Build builds the provider, and returns the folder of it and of the settings by which Terraform finds it there.
func Build(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(dir, "terraform-provider-aleph"), "github.com/aleph-im/terraform-provider-aleph")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, output)
	}
	if err := mirror(dir); err != nil {
		t.Fatal(err)
	}
	settings := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"hashicorp/aleph\" = %[1]q\n    \"aleph-im/aleph\" = %[1]q\n  }\n  filesystem_mirror {\n    path = %[1]q\n  }\n}\n", dir)
	if err := os.WriteFile(filepath.Join(dir, "settings"), []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// mirror lets `init` of Terraform and of OpenTofu find the provider in a folder of its own, which nothing else looks at:
// the configurations of users begin with it.
func mirror(dir string) error {
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		path := filepath.Join(dir, host, "aleph-im", "aleph", "0.1.0", runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(path, 0o700); err != nil {
			return err
		}
		if err := os.Symlink(filepath.Join(dir, "terraform-provider-aleph"), filepath.Join(path, "terraform-provider-aleph_v0.1.0")); err != nil {
			return err
		}
	}
	return nil
}

// NewBuiltCLI is NewCLI with a provider from Build, started by Terraform as it is for a user: with an environment of
// its own, a log, a cache, and ends that are its own. It needs no `terraform init`. The variables of whoever runs the test that
// begin with ALEPH_ or TF_LOG are taken away.
func NewBuiltCLI(t *testing.T, built, config string) *CLI {
	t.Helper()
	c := NewCLI(t, config)
	c.built = built
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "ALEPH_") || strings.HasPrefix(name, "TF_LOG") {
			c.Env = append(c.Env, name+"=")
		}
	}
	c.Env = append(c.Env, "ALEPH_CACHE_DIR="+c.Cache())
	return c
}

// Cache is the folder in which the provider remembers files.
func (c *CLI) Cache() string { return c.cache }
