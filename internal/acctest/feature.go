// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"sync"
	"testing"

	"github.com/hashicorp/go-version"
)

// Feature is something that not every version of Terraform has, nor every OpenTofu.
type Feature struct {
	name string
	// since are the first versions that have it, by product; a product that is left out has it in no version.
	since map[string]string
}

var (
	// Query is `terraform query`, with its list resources.
	Query = Feature{name: "terraform query", since: map[string]string{"Terraform": "1.14.0"}}
	// Identity is importing by the identity of a resource.
	Identity = Feature{name: "resource identity", since: map[string]string{"Terraform": "1.12.0", "OpenTofu": "1.12.0"}}
)

// Requires skips a test when the command that the tests run lacks a feature.
func Requires(t *testing.T, feature Feature) {
	t.Helper()
	command, err := installed()
	if err != nil {
		t.Fatal(err)
	}
	since, ok := feature.since[command.product]
	if !ok || command.version.Core().LessThan(version.Must(version.NewVersion(since))) {
		t.Skipf("%s %s has no %s", command.product, command.version, feature.name)
	}
}

// command is what runs as `terraform`.
type command struct {
	// product is Terraform or OpenTofu.
	product string
	version *version.Version
}

var versionLine = regexp.MustCompile(`(?m)^(Terraform|OpenTofu) v(\S+)`)

// installed asks the command what it is, once.
var installed = sync.OnceValues(func() (command, error) {
	path := cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform")
	output, err := exec.Command(path, "version").Output()
	if err != nil {
		return command{}, err
	}
	found := versionLine.FindSubmatch(output)
	if found == nil {
		return command{}, fmt.Errorf("%s does not tell its version: %s", path, output)
	}
	number, err := version.NewVersion(string(found[2]))
	return command{product: string(found[1]), version: number}, err
})
