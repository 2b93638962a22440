// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program_test

import (
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/program"
)

// notOnNetwork are the attributes of a program that cannot differ by themselves.
var notOnNetwork = []string{
	"keep_superseded", "timeouts", // only Terraform knows them
	"address",                                                      // versions of another owner never count
	"channel",                                                      // nobody signs it
	"id", "item_hash", "url", "host_url", "replaces", "superseded", // follow from which version is live
}

// Whatever another tool changes of a program is shown by the next plan, alone, and amended back.
func TestEveryAttributeDrifts(t *testing.T) {
	env := acctest.StartTuned(t, acctest.BeforeCreditsOnly())
	tool := env.OtherTool(t)
	aside := notOnNetwork
	var drifts []acctest.Drift
	add := func(given arguments, all []drift) {
		for _, d := range all {
			drifts = append(drifts, acctest.Drift{
				Attribute: d.attribute, With: d.with, Replaces: d.attribute == "allow_amend",
				Block: func(label string) string { return block(label, everything.with(given)) },
				Make:  func(hash string) { amend(t, tool, hash, d.change) },
			})
		}
	}
	add(nil, contentDrifts)
	add(nil, partDrifts)
	add(nil, volumeDrifts)
	add(nil, requirementDrifts)
	if acctest.Has(t, acctest.Tokens) {
		add(arguments{"on": "{}"}, []drift{{"payment.type", nil, func(p *message.Program) { p.Payment.Type = message.PaymentHold }}})
	} else {
		aside = append(aside, "payment.type")
	}
	env.ExpectDrifts(t, program.ResourceType, aside, drifts)
}

// drift is what another tool changes of a program that sets everything, and the attributes that differ then.
type drift struct {
	attribute string
	with      []string
	change    func(*message.Program)
}

func pointer[T any](value T) *T { return &value }

var contentDrifts = []drift{
	{"name", nil, func(p *message.Program) { p.Metadata["name"] = "theirs" }},
	{"name", nil, func(p *message.Program) { delete(p.Metadata, "name") }},
	{"tags", nil, func(p *message.Program) { p.Metadata["tags"] = []string{"theirs"} }},
	{"tags", nil, func(p *message.Program) { delete(p.Metadata, "tags") }},
	{"metadata", nil, func(p *message.Program) { p.Metadata["description"] = "theirs" }},
	{"metadata", nil, func(p *message.Program) {
		p.Metadata = map[string]any{"name": p.Metadata["name"], "tags": p.Metadata["tags"]}
	}},
	{"variables", nil, func(p *message.Program) { p.Variables["empty"] = "theirs" }},
	{"variables", nil, func(p *message.Program) { p.Variables = nil }},
	{"authorized_keys", nil, func(p *message.Program) { p.AuthorizedKeys = []string{"ssh-ed25519 BBBB theirs"} }},
	{"authorized_keys", nil, func(p *message.Program) { p.AuthorizedKeys = nil }},
	{"payment.chain", nil, func(p *message.Program) { p.Payment.Chain = message.ChainETH }},
	{"payment.receiver", nil, func(p *message.Program) { p.Payment.Receiver = "theirs" }},
	{"payment.receiver", nil, func(p *message.Program) { p.Payment.Receiver = "" }},
	{"allow_amend", nil, func(p *message.Program) { p.AllowAmend = false }},
}

var partDrifts = []drift{
	{"code.ref", nil, func(p *message.Program) { p.Code.Ref = ubuntu22 }},
	{"code.encoding", nil, func(p *message.Program) { p.Code.Encoding = "plain" }},
	{"code.entrypoint", nil, func(p *message.Program) { p.Code.Entrypoint = "theirs:app" }},
	{"code.interface", nil, func(p *message.Program) { p.Code.Interface = "binary" }},
	{"code.interface", nil, func(p *message.Program) { p.Code.Interface = "" }},
	{"code.args", nil, func(p *message.Program) { p.Code.Args = []string{"theirs"} }},
	{"code.args", nil, func(p *message.Program) { p.Code.Args = nil }},
	{"code.use_latest", nil, func(p *message.Program) { p.Code.UseLatest = true }},
	{"runtime.ref", nil, func(p *message.Program) { p.Runtime.Ref = ubuntu22 }},
	{"runtime.use_latest", nil, func(p *message.Program) { p.Runtime.UseLatest = true }},
	{"runtime.comment", nil, func(p *message.Program) { p.Runtime.Comment = "" }},
	{"data", nil, func(p *message.Program) { p.Data = nil }},
	{"data.ref", nil, func(p *message.Program) { p.Data.Ref = ubuntu22 }},
	{"data.encoding", nil, func(p *message.Program) { p.Data.Encoding = "zip" }},
	{"data.mount", nil, func(p *message.Program) { p.Data.Mount = "/theirs" }},
	{"data.use_latest", nil, func(p *message.Program) { p.Data.UseLatest = true }},
	{"export", nil, func(p *message.Program) { p.Export = nil }},
	{"export.encoding", nil, func(p *message.Program) { p.Export.Encoding = "plain" }},
	{"export.mount", nil, func(p *message.Program) { p.Export.Mount = "/theirs" }},
	{"on.http", nil, func(p *message.Program) { p.On.HTTP = true }},
	{"on.persistent", nil, func(p *message.Program) { p.On.Persistent = false }},
	{"on.message", nil, func(p *message.Program) { p.On.Message[1]["channel"] = "THEIRS" }},
	{"on.message", nil, func(p *message.Program) { p.On.Message = nil }},
	{"environment.internet", nil, func(p *message.Program) { p.Environment.Internet = true }},
	{"environment.aleph_api", nil, func(p *message.Program) { p.Environment.AlephAPI = true }},
	{"environment.reproducible", nil, func(p *message.Program) { p.Environment.Reproducible = false }},
	{"environment.shared_cache", nil, func(p *message.Program) { p.Environment.SharedCache = false }},
	{"resources.vcpus", nil, func(p *message.Program) { p.Resources.VCPUs = 3 }},
	{"resources.memory", nil, func(p *message.Program) { p.Resources.Memory = 2048 }},
	{"resources.seconds", nil, func(p *message.Program) { p.Resources.Seconds = 61 }},
	{"resources.published_ports", nil, func(p *message.Program) { p.Resources.PublishedPorts = nil }},
	{"resources.published_ports.protocol", nil, func(p *message.Program) { p.Resources.PublishedPorts[1].Protocol = "tcp" }},
	{"resources.published_ports.port", nil, func(p *message.Program) { p.Resources.PublishedPorts[1].Port = 54 }},
}

var volumeDrifts = []drift{
	{"volumes", nil, func(p *message.Program) { p.Volumes = p.Volumes[:3] }},
	{"volumes", nil, func(p *message.Program) { p.Volumes = nil }},
	{"volumes.mount", nil, func(p *message.Program) { p.Volumes[0].Mount = pointer("/theirs") }},
	{"volumes.mount", nil, func(p *message.Program) { p.Volumes[3].Mount = pointer("/theirs") }},
	{"volumes.comment", nil, func(p *message.Program) { p.Volumes[0].Comment = nil }},
	{"volumes.ref", nil, func(p *message.Program) { p.Volumes[0].Ref = ubuntu22 }},
	{"volumes.use_latest", nil, func(p *message.Program) { p.Volumes[0].UseLatest = pointer(true) }},
	// What is not ephemeral is persistent.
	{"volumes.ephemeral", []string{"volumes.persistence"}, func(p *message.Program) {
		p.Volumes[1].Ephemeral, p.Volumes[1].Persistence = false, pointer("host")
	}},
	{"volumes.size_mib", nil, func(p *message.Program) { p.Volumes[1].SizeMiB = 11 }},
	{"volumes.size_mib", nil, func(p *message.Program) { p.Volumes[2].SizeMiB = 21 }},
	{"volumes.persistence", nil, func(p *message.Program) { p.Volumes[2].Persistence = pointer("host") }},
	{"volumes.name", nil, func(p *message.Program) { p.Volumes[2].Name = nil }},
	{"volumes.parent", nil, func(p *message.Program) { p.Volumes[2].Parent = nil }},
	{"volumes.parent.ref", nil, func(p *message.Program) { p.Volumes[2].Parent.Ref = ubuntu22 }},
	{"volumes.parent.use_latest", nil, func(p *message.Program) { p.Volumes[2].Parent.UseLatest = true }},
}

var requirementDrifts = []drift{
	{"requirements", nil, func(p *message.Program) { p.Requirements = nil }},
	{"requirements.cpu", nil, func(p *message.Program) { p.Requirements.CPU = nil }},
	{"requirements.cpu.architecture", nil, func(p *message.Program) { p.Requirements.CPU.Architecture = "x86_64" }},
	{"requirements.cpu.vendor", nil, func(p *message.Program) { p.Requirements.CPU.Vendor = "" }},
	{"requirements.cpu.features", nil, func(p *message.Program) { p.Requirements.CPU.Features = nil }},
	{"requirements.node", nil, func(p *message.Program) { p.Requirements.Node = nil }},
	{"requirements.node.owner", nil, func(p *message.Program) { p.Requirements.Node.Owner = "theirs" }},
	{"requirements.node.address_regex", nil, func(p *message.Program) { p.Requirements.Node.AddressRegex = "theirs" }},
	{"requirements.node.node_hash", nil, func(p *message.Program) { p.Requirements.Node.NodeHash = ubuntu22 }},
	{"requirements.node.terms_and_conditions", nil, func(p *message.Program) { p.Requirements.Node.TermsAndConditions = "" }},
	{"requirements.gpu", nil, func(p *message.Program) { p.Requirements.GPU = nil }},
	{"requirements.gpu.vendor", nil, func(p *message.Program) { p.Requirements.GPU[0].Vendor = "theirs" }},
	{"requirements.gpu.device_name", nil, func(p *message.Program) { p.Requirements.GPU[0].DeviceName = "theirs" }},
	{"requirements.gpu.device_class", nil, func(p *message.Program) { p.Requirements.GPU[0].DeviceClass = "0300" }},
	{"requirements.gpu.device_id", nil, func(p *message.Program) { p.Requirements.GPU[0].DeviceID = "10de:2684" }},
}
