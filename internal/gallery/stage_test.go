// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package gallery_test

import (
	"maps"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
	"github.com/aleph-im/terraform-provider-aleph/internal/program"
	"github.com/aleph-im/terraform-provider-aleph/internal/volume"
)

type (
	object = map[string]any
	list   = []any
)

// setting is what a scene needs besides the ordinary.
type setting struct {
	node     core.Config
	provider object
}

// stage is a node, and a provider that uses it.
type stage struct {
	*testing.T
	*acctest.Env
	provider object
}

func newStage(t *testing.T, s *setting) *stage {
	t.Helper()
	if s == nil {
		s = &setting{}
	}
	if s.node.RetryWindow == 0 {
		s.node.RetryWindow = 50 * time.Millisecond
	}
	env := acctest.StartLocal(t, s.node)
	provider := object{"api_url": env.URL, "private_key": env.PrivateKey, "max_retries": 0}
	maps.Copy(provider, s.provider)
	return &stage{T: t, Env: env, provider: provider}
}

// terraform is a state for one resource, empty at first.
func (s *stage) terraform(resource string) *acctest.Core {
	s.Helper()
	terraform, err := acctest.NewCore(s.Context(), resource, s.provider, acctest.Factories(s)["aleph"])
	if err != nil {
		s.Fatal(err)
	}
	return terraform
}

// created is a terraform with a resource in its state.
func (s *stage) created(resource string, arguments object) *acctest.Core {
	s.Helper()
	terraform := s.terraform(resource)
	if outcome := terraform.Apply(s.Context(), arguments); len(outcome.Errors()) > 0 {
		s.Fatalf("%s: %s", outcome.Errors()[0].Summary, outcome.Errors()[0].Detail)
	}
	return terraform
}

// operation is what Terraform does to an object.
type operation string

const (
	creates  operation = "create"
	amends   operation = "amend"
	destroys operation = "destroy"
	reads    operation = "read"
)

// code is what every program of a scene runs.
var code = object{"ref": program.DefaultRuntime, "encoding": "squashfs", "entrypoint": "main:app"}

// before and after are the arguments of an object, and of its amend.
func before(resource string) object {
	switch resource {
	case volume.ResourceType:
		return object{"content": "before"}
	case "aleph_domain":
		return domain
	}
	return object{"code": code, "name": "before"}
}

func after(resource string) object {
	switch resource {
	case volume.ResourceType:
		return object{"content": "after"}
	case "aleph_domain":
		return object{"domain": "www.example.org", "type": "program", "message_id": another}
	}
	return object{"code": code, "name": "after"}
}

// during lets something go wrong while an operation is at work, and returns what the user is told.
func (s *stage) during(resource string, o operation, strike func()) []*tfprotov6.Diagnostic {
	s.Helper()
	terraform := s.terraform(resource)
	if o != creates {
		terraform = s.created(resource, before(resource))
	}
	strike()
	switch o {
	case creates:
		return terraform.Apply(s.Context(), before(resource)).Diagnostics
	case amends:
		return terraform.Apply(s.Context(), after(resource)).Diagnostics
	case destroys:
		return terraform.Destroy(s.Context()).Diagnostics
	}
	return terraform.Plan(s.Context(), before(resource)).Diagnostics
}
