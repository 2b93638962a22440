// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package docs_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/compute"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// testTests runs the tests that each module of the examples has of itself: with mocks, and on a network that runs its programs.
func testTests(t *testing.T, built string) {
	t.Parallel()
	for _, module := range matching(t, "examples/modules/*") {
		t.Run(filepath.Base(module), func(t *testing.T) { testModule(t, built, filepath.Base(module)) })
	}
}

func testModule(t *testing.T, built, module string) {
	t.Helper()
	env := acctest.StartLocal(t, core.Config{})
	terraform := acctest.NewBuiltCLI(t, built, "")
	if err := os.CopyFS(terraform.Dir, os.DirFS(filepath.Join(root, "examples", "modules"))); err != nil {
		t.Fatal(err)
	}
	terraform.Dir = filepath.Join(terraform.Dir, module)
	terraform.Run("get", "-test-directory=tests")
	expectPassed(t, terraform.Run("test", "-filter=tests/mocks.tftest.hcl"))

	node := env.Compute(t, compute.Config{})
	terraform.Env = append(terraform.Env, "ALEPH_API_URL="+env.URL, "ALEPH_PRIVATE_KEY="+env.PrivateKey, "ALEPH_DOMAIN="+node.URL())
	expectPassed(t, terraform.Run("test", "-filter=tests/answers.tftest.hcl"))
	env.ExpectNothingAlive(t)
}

func expectPassed(t *testing.T, output string) {
	t.Helper()
	if !strings.Contains(output, " passed, 0 failed.") {
		t.Error(output)
	}
}
