// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"sync"
	"testing"

	"github.com/hashicorp/go-version"
)

// Executable is the command line that tests drive: the Terraform or the OpenTofu that TF_ACC_TERRAFORM_PATH names, or
// else the Terraform on PATH.
func Executable() string { return cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform") }

// Feature is what not every command line can do: from which version of each. The empty version is none so far.
type Feature struct{ name, terraform, openTofu string }

// What a test may require.
var (
	Identity      = Feature{name: "resource identity", terraform: "1.12.0", openTofu: "1.12.0"}
	ListResources = Feature{name: "list resources", terraform: "1.14.0"}
)

// Requires skips a test on a command line that lacks a feature.
func Requires(t *testing.T, feature Feature) {
	t.Helper()
	p := driven(t)
	since := feature.terraform
	if p.name == openTofu {
		since = feature.openTofu
	}
	if since == "" || p.version.Core().LessThan(version.Must(version.NewVersion(since))) {
		t.Skipf("%s %s has no %s", p.name, p.version, feature.name)
	}
}

// product is a command line: the two count their versions each for itself.
type product struct {
	name    string
	version *version.Version
}

const openTofu = "OpenTofu"

// host is the registry that a command line means by `hashicorp/aleph`, which is what it means by `aleph`.
func (p product) host() string {
	if p.name == openTofu {
		return "registry.opentofu.org"
	}
	return "registry.terraform.io"
}

var (
	once    sync.Once
	answer  product
	failure error
)

// driven is what Executable is. It is asked once, and the package that runs the steps of tests is told.
func driven(t *testing.T) product {
	t.Helper()
	once.Do(func() { answer, failure = ask(t.Context()) })
	if failure != nil {
		t.Fatal(failure)
	}
	return answer
}

var banner = regexp.MustCompile(`(Terraform|OpenTofu) v(\S+)`)

func ask(ctx context.Context) (product, error) {
	output, err := exec.CommandContext(ctx, Executable(), "version").Output()
	if err != nil {
		return product{}, fmt.Errorf("%s version: %w", Executable(), err)
	}
	match := banner.FindStringSubmatch(string(output))
	if match == nil {
		return product{}, fmt.Errorf("%s version says %q", Executable(), output)
	}
	number, err := version.NewVersion(match[2])
	if err != nil {
		return product{}, err
	}
	p := product{name: match[1], version: number}
	return p, errors.Join(os.Setenv("TF_ACC_PROVIDER_HOST", p.host()), os.Setenv("TF_ACC_PROVIDER_NAMESPACE", "hashicorp"))
}
