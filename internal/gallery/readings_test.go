// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package gallery_test

import (
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	publish "github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
	"github.com/aleph-im/terraform-provider-aleph/internal/program"
	"github.com/aleph-im/terraform-provider-aleph/internal/volume"
)

// readings are what data sources tell when they find nothing, or something else.
func readings() []scene {
	return []scene{
		{title: "Nobody says whose objects are meant", setting: &setting{provider: object{"private_key": nil}}, play: func(s *stage) []*tfprotov6.Diagnostic {
			return append(s.read("aleph_volumes", nil), s.read("aleph_programs", nil)...)
		}},
		{title: "There is no such object", play: func(s *stage) []*tfprotov6.Diagnostic {
			told := append(s.read("aleph_aggregate", object{"key": "domains"}), s.read("aleph_message", object{"item_hash": another})...)
			return append(append(told, s.read(volume.ResourceType, object{"ref_name": "packages"})...), s.read(program.ResourceType, object{"hash": another})...)
		}},
		{title: "All versions of it are gone", play: func(s *stage) []*tfprotov6.Diagnostic {
			terraform := s.created(program.ResourceType, before(program.ResourceType))
			hash := terraform.Instance.Text("item_hash")
			terraform.Destroy(s.Context())
			return s.read(program.ResourceType, object{"hash": hash})
		}},
		{title: "It belongs to somebody else", play: func(s *stage) []*tfprotov6.Diagnostic {
			hash := s.created(program.ResourceType, before(program.ResourceType)).Instance.Text("item_hash")
			return s.read(program.ResourceType, object{"hash": hash, "address": core.Accounts()[1].Address})
		}},
		{title: "It is signed by somebody who may not speak for its owner", play: func(s *stage) []*tfprotov6.Diagnostic {
			hash := s.Foist(s.T, acctest.Claim(program.ResourceType, ""), acctest.ByKey(s.Stranger(s.T).Account))
			return append(s.read("aleph_message", object{"item_hash": hash}), s.read(program.ResourceType, object{"hash": hash})...)
		}},
		{title: "It is signed on a chain whose signatures cannot be checked", play: func(s *stage) []*tfprotov6.Diagnostic {
			hash := s.Foist(s.T, acctest.Claim(program.ResourceType, ""), acctest.OnTezos)
			return append(s.read(program.ResourceType, object{"hash": hash}), s.read("aleph_message", object{"item_hash": hash})...)
		}},
		{title: "The node contradicts itself", play: func(s *stage) []*tfprotov6.Diagnostic {
			hash := s.created(program.ResourceType, before(program.ResourceType)).Instance.Text("item_hash")
			s.Local.Inject(core.Fault{Method: http.MethodGet, Path: "/api/v0/messages.json", Times: -1, Do: core.Answer(http.StatusOK, object{
				"messages": list{}, "pagination_per_page": 200, "next_cursor": nil,
			})})
			return s.read(program.ResourceType, object{"hash": hash})
		}},
		{title: "The provider's settings are not known yet", setting: &setting{provider: object{"api_url": tftypes.UnknownValue}}, play: func(s *stage) []*tfprotov6.Diagnostic {
			return s.read("aleph_node", nil)
		}},
	}
}

func (s *stage) read(name string, config object) []*tfprotov6.Diagnostic {
	s.Helper()
	if config == nil {
		config = object{}
	}
	return acctest.ReadData(s.T, name, s.provider, config)
}

// costs are what is told of a plan before its owner cannot pay for it.
func costs() []scene {
	poor := func(credits int64, resource string) func(s *stage) []*tfprotov6.Diagnostic {
		return func(s *stage) []*tfprotov6.Diagnostic {
			s.Local.SetFunds(s.Account.Address(), credits, 0)
			return s.terraform(resource).Plan(s.Context(), before(resource)).Diagnostics
		}
	}
	strict := &setting{provider: object{"check_balance": "error"}}
	const aDay = 528_001 // of one compute unit with internet (NETWORK.md 10.2)
	return []scene{
		{title: "The network would refuse it", play: poor(0, program.ResourceType)},
		{title: "It would not last a week", play: poor(2*aDay, program.ResourceType)},
		{title: "The network would refuse it, and that stops the plan", setting: strict, play: poor(0, volume.ResourceType)},
		{title: "An estimate of two things", play: func(s *stage) []*tfprotov6.Diagnostic {
			return s.read("aleph_price_estimate", object{"size": 1024, "resources": object{"vcpus": 1}})
		}},
		{title: "The node is too slow to check the balance", play: func(s *stage) []*tfprotov6.Diagnostic {
			s.Local.Inject(core.Fault{Path: "/api/v0/costs", Times: -1, Do: core.Delay(time.Minute)})
			return s.terraform(program.ResourceType).Plan(s.Context(), before(program.ResourceType)).Diagnostics
		}},
		{title: "The balance cannot be checked", setting: strict, play: func(s *stage) []*tfprotov6.Diagnostic {
			s.Local.Inject(core.Fault{Path: "/api/v0/addresses/", Times: -1, Do: core.Status(http.StatusServiceUnavailable)})
			return s.terraform(program.ResourceType).Plan(s.Context(), before(program.ResourceType)).Diagnostics
		}},
	}
}

// consequences are what a diff does not show.
func consequences() []scene {
	amended := func(more object) func(s *stage) []*tfprotov6.Diagnostic {
		return func(s *stage) []*tfprotov6.Diagnostic {
			kept := object{"code": code, "volumes": list{object{"mount": "/data", "name": "data", "size_mib": 10}}}
			terraform := s.created(program.ResourceType, kept)
			for name, value := range more {
				kept[name] = value
			}
			return terraform.Plan(s.Context(), kept).Diagnostics
		}
	}
	return []scene{
		{title: "Data that does not follow an amend", play: amended(object{"name": "after"})},
		{title: "A program becomes immutable", play: func(s *stage) []*tfprotov6.Diagnostic {
			terraform := s.created(program.ResourceType, before(program.ResourceType))
			return terraform.Plan(s.Context(), object{"code": code, "name": "before", "allow_amend": false}).Diagnostics
		}},
		// These two take a volume and a program in one plan: internal/provider has them through Terraform.
		{title: "A volume goes together with its mount", play: func(*stage) []*tfprotov6.Diagnostic {
			return described(diagnostic.MountWarnings([]publish.Mount{
				{File: another, Program: another, Parting: publish.Parting{Leaves: true, Replaced: true}}, {File: another, Program: another, Parting: publish.Parting{Leaves: true}},
			})...)
		}},
		{title: "A volume goes, and a program goes on to mount it", play: func(*stage) []*tfprotov6.Diagnostic {
			return described(diagnostic.MountWarnings([]publish.Mount{{File: another, Program: another}})...)
		}},
	}
}
