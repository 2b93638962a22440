// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package gallery_test

import (
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
	"github.com/aleph-im/terraform-provider-aleph/internal/program"
	"github.com/aleph-im/terraform-provider-aleph/internal/volume"
)

// warnings are what the provider tells without failing.
func warnings() []scene {
	return []scene{
		{title: "A create that is still pending when its time is up", play: func(s *stage) []*tfprotov6.Diagnostic {
			return append(s.createPending(volume.ResourceType), s.createPending(program.ResourceType)...)
		}},
		{title: "Still pending when it is read", play: func(s *stage) []*tfprotov6.Diagnostic {
			terraform := s.terraform(program.ResourceType)
			stuck := s.Local.Inject(core.Fault{Times: -1, Do: core.StayPending()})
			defer stuck.Remove()
			arguments := before(program.ResourceType)
			arguments["timeouts"] = object{"create": "2s", "read": "1s"}
			terraform.Apply(s.Context(), arguments)
			return terraform.Plan(s.Context(), arguments).Diagnostics
		}},
		{title: "Removed for lack of funds", play: func(s *stage) []*tfprotov6.Diagnostic {
			terraform := s.created(program.ResourceType, before(program.ResourceType))
			hash := terraform.Instance.Text("item_hash")
			s.must(s.Local.SetRemoving(hash, core.BalanceInsufficient))
			told := terraform.Plan(s.Context(), before(program.ResourceType)).Diagnostics
			s.must(s.Local.SetRemoved(hash))
			return append(told, terraform.Plan(s.Context(), before(program.ResourceType)).Diagnostics...)
		}},
		{title: "About to be removed for lack of funds", play: func(s *stage) []*tfprotov6.Diagnostic {
			terraform := s.created(volume.ResourceType, before(volume.ResourceType))
			s.must(s.Local.SetRemoving(terraform.Instance.Text("item_hash"), core.CreditInsufficient))
			return terraform.Plan(s.Context(), before(volume.ResourceType)).Diagnostics
		}},
		{title: "Rejected after it was pending", play: func(s *stage) []*tfprotov6.Diagnostic {
			return s.rejectedLater(message.CodeCreditInsufficient, program.ResourceType)
		}},
		{title: "Sent, and not arrived", play: func(s *stage) []*tfprotov6.Diagnostic {
			terraform := s.terraform(program.ResourceType)
			broken := s.Local.Inject(core.Fault{Method: http.MethodPost, Path: "/api/v0/messages", Times: -1, Do: core.Status(http.StatusInternalServerError)})
			defer broken.Remove()
			arguments := before(program.ResourceType)
			arguments["timeouts"] = object{"create": "1s", "read": "1s"}
			terraform.Apply(s.Context(), arguments)
			return terraform.Plan(s.Context(), arguments).Diagnostics
		}},
		{title: "An amend that was sent, and never arrived", play: func(*stage) []*tfprotov6.Diagnostic {
			// It counts as lost after two minutes: how that is found out is for the fault matrix, on a clock of its own.
			return described(diagnostic.Report{Noun: diagnostic.Noun{Word: "program"}, ItemHash: another}.Warnings()...)
		}},
		{title: "Older versions that could not be forgotten", play: func(s *stage) []*tfprotov6.Diagnostic {
			return append(s.notForgotten(volume.ResourceType), s.notForgotten(program.ResourceType)...)
		}},
		{title: "An amend that the network forgot with its original", setting: future, play: func(s *stage) []*tfprotov6.Diagnostic {
			return s.during(program.ResourceType, amends, func() {})
		}},
		{title: "The same object is alive already", play: func(s *stage) []*tfprotov6.Diagnostic {
			s.created(program.ResourceType, before(program.ResourceType))
			return s.terraform(program.ResourceType).Plan(s.Context(), before(program.ResourceType)).Diagnostics
		}},
		{title: "An apply that was killed is taken over", play: func(*stage) []*tfprotov6.Diagnostic {
			// Processes are killed elsewhere, in internal/faults and internal/unrest.
			noun, m := diagnostic.Noun{Word: "program"}, &message.Message{ItemHash: another, Time: message.TimeOf(time.Now())}
			return described(diagnostic.TakenOver(noun, m), diagnostic.WillTakeOver(noun, another))
		}},
		{title: "Nobody can tell whether the same object is alive", play: func(s *stage) []*tfprotov6.Diagnostic {
			s.Local.Inject(core.Fault{Times: -1, Do: core.Status(http.StatusServiceUnavailable)})
			return append(s.terraform(volume.ResourceType).Plan(s.Context(), before(volume.ResourceType)).Diagnostics,
				s.terraform(program.ResourceType).Plan(s.Context(), before(program.ResourceType)).Diagnostics...)
		}},
		{title: "Messages that are not believed", play: func(s *stage) []*tfprotov6.Diagnostic {
			terraform := s.created(program.ResourceType, before(program.ResourceType))
			s.Foist(s.T, acctest.Claim(program.ResourceType, terraform.Instance.Text("item_hash")), acctest.ByKey(s.Stranger(s.T).Account))
			return append(s.read("aleph_programs", object{}), terraform.Plan(s.Context(), before(program.ResourceType)).Diagnostics...)
		}},
		{title: "A file of which the network knows little", play: func(s *stage) []*tfprotov6.Diagnostic {
			stored := s.created(volume.ResourceType, before(volume.ResourceType))
			s.Local.Inject(core.Fault{Path: "/api/v0/storage/metadata", Times: -1, Do: core.Status(http.StatusServiceUnavailable)})
			return s.terraform(volume.ResourceType).Import(s.Context(), stored.Instance.Text("id")).Diagnostics
		}},
		{title: "An import that the configuration leaves something out of", play: func(s *stage) []*tfprotov6.Diagnostic {
			amended, replaced := before(program.ResourceType), before(program.ResourceType)
			amended["resources"], replaced["allow_amend"] = object{"memory": 4096}, false
			var told []*tfprotov6.Diagnostic
			for _, arguments := range []object{amended, replaced} {
				made, imported := s.created(program.ResourceType, arguments), s.terraform(program.ResourceType)
				imported.Import(s.Context(), made.Instance.Text("item_hash"))
				told = append(told, imported.Plan(s.Context(), before(program.ResourceType)).Diagnostics...)
			}
			return told
		}},
		{title: "A source that is not there yet", play: func(s *stage) []*tfprotov6.Diagnostic {
			return s.terraform(volume.ResourceType).Plan(s.Context(), object{"source": filepath.Join(s.TempDir(), "app.zip")}).Diagnostics
		}},
		{title: "A volume that is kept, since its source cannot be read", play: func(s *stage) []*tfprotov6.Diagnostic {
			dir := s.TempDir()
			file := filepath.Join(dir, "app.zip")
			s.must(os.WriteFile(file, []byte("x"), 0o600))
			fromFile, fromDir := s.created(volume.ResourceType, object{"source": file}), s.created(volume.ResourceType, object{"source_dir": dir})
			s.must(os.Remove(file))
			return append(fromDir.Plan(s.Context(), object{"source_dir": dir}).Diagnostics, fromFile.Plan(s.Context(), object{"source": file}).Diagnostics...)
		}},
		{title: "Something that looks like a private key", play: func(s *stage) []*tfprotov6.Diagnostic {
			dir := s.TempDir()
			s.must(os.WriteFile(filepath.Join(dir, "server.key"), []byte("x"), 0o600))
			return s.terraform(volume.ResourceType).Plan(s.Context(), object{"source_dir": dir}).Diagnostics
		}},
		{title: "A volume with a name of its own", play: func(s *stage) []*tfprotov6.Diagnostic {
			return s.terraform(volume.ResourceType).Plan(s.Context(), object{"content": "x", "ref_name": "packages"}).Diagnostics
		}},
	}
}

func (s *stage) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// described are diagnostics as Terraform gets them.
func described(diagnostics ...diag.Diagnostic) []*tfprotov6.Diagnostic {
	told := make([]*tfprotov6.Diagnostic, len(diagnostics))
	for i, d := range diagnostics {
		told[i] = &tfprotov6.Diagnostic{Severity: tfprotov6.DiagnosticSeverity(d.Severity()), Summary: d.Summary(), Detail: d.Detail()}
	}
	return told
}

// createPending leaves a create without a decision until its time is up.
func (s *stage) createPending(resource string) []*tfprotov6.Diagnostic {
	s.Helper()
	stuck := s.Local.Inject(core.Fault{Times: -1, Do: core.StayPending()})
	defer stuck.Remove()
	arguments := before(resource)
	arguments["timeouts"] = object{"create": "2s"}
	return s.terraform(resource).Apply(s.Context(), arguments).Diagnostics
}

// notForgotten refuses to forget the version that an amend took over from.
func (s *stage) notForgotten(resource string) []*tfprotov6.Diagnostic {
	s.Helper()
	terraform := s.created(resource, before(resource))
	if resource == volume.ResourceType {
		terraform.Apply(s.Context(), after(resource)) // the first version stays; the second is the one to forget
	}
	s.Local.Inject(core.Fault{Type: message.TypeForget, Do: core.Reject(message.CodePermissionDenied)})
	last := object{"content": "last"}
	if resource == program.ResourceType {
		last = after(resource)
	}
	return terraform.Apply(s.Context(), last).Diagnostics
}
