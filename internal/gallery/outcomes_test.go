// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package gallery_test

import (
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"syscall"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/journal"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	publish "github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
	"github.com/aleph-im/terraform-provider-aleph/internal/program"
	"github.com/aleph-im/terraform-provider-aleph/internal/volume"
)

// future is a network that keeps what `replaces` says.
var future = &setting{node: core.Config{StoresReplaces: true}}

// domain are the arguments of an aleph_domain.
var domain = object{"domain": "www.example.org", "type": "ipfs", "message_id": another}

// outcomes are what can become of an operation besides success and refusal.
func outcomes() []scene {
	return []scene{
		{title: "No key, and no address", setting: &setting{provider: object{"private_key": nil}}, play: func(s *stage) []*tfprotov6.Diagnostic {
			return append(s.terraform(volume.ResourceType).Plan(s.Context(), before(volume.ResourceType)).Diagnostics,
				s.terraform(program.ResourceType).Plan(s.Context(), before(program.ResourceType)).Diagnostics...)
		}},
		{title: "No key, and the address of an owner", setting: &setting{provider: object{"private_key": nil, "address": core.Accounts()[0].Address}}, play: func(s *stage) []*tfprotov6.Diagnostic {
			return s.terraform(program.ResourceType).Apply(s.Context(), before(program.ResourceType)).Diagnostics
		}},
		{title: "The key of somebody whom the owner did not authorise", setting: &setting{provider: object{"address": core.Accounts()[1].Address}}, play: func(s *stage) []*tfprotov6.Diagnostic {
			return s.terraform(program.ResourceType).Apply(s.Context(), before(program.ResourceType)).Diagnostics
		}},
		{title: "A file that a program mounts is not there", play: func(s *stage) []*tfprotov6.Diagnostic {
			return s.terraform(program.ResourceType).Apply(s.Context(), object{"code": code, "volumes": list{object{"ref": another}}}).Diagnostics
		}},
		{title: "A file that a program mounts was forgotten", play: func(s *stage) []*tfprotov6.Diagnostic {
			stored := s.created(volume.ResourceType, before(volume.ResourceType))
			ref := stored.Instance.Text("ref")
			stored.Destroy(s.Context())
			return s.terraform(program.ResourceType).Apply(s.Context(), object{"code": code, "volumes": list{object{"ref": ref}}}).Diagnostics
		}},
		{title: "A volume is still mounted", play: func(s *stage) []*tfprotov6.Diagnostic {
			stored := s.created(volume.ResourceType, before(volume.ResourceType))
			s.created(program.ResourceType, object{"code": code, "volumes": list{object{"ref": stored.Instance.Text("ref")}}})
			return stored.Destroy(s.Context()).Diagnostics
		}},
		{title: "An amend that both versions are too dear for", play: func(s *stage) []*tfprotov6.Diagnostic {
			const aDay = 528_001 // of one compute unit with internet (NETWORK.md 10.2)
			s.Local.SetFunds(s.Account.Address(), aDay, 0)
			return s.during(program.ResourceType, amends, func() {})
		}},
		{title: "An amend that is still pending when its time is up", play: func(s *stage) []*tfprotov6.Diagnostic {
			return append(s.amendPending(volume.ResourceType), s.amendPending(program.ResourceType)...)
		}},
		{title: "Somebody else destroyed what is amended", play: func(s *stage) []*tfprotov6.Diagnostic {
			return append(s.overtaken(volume.ResourceType), s.overtaken(program.ResourceType)...)
		}},
		{title: "Somebody else amended it since the plan", play: func(s *stage) []*tfprotov6.Diagnostic {
			terraform := s.created(program.ResourceType, before(program.ResourceType))
			live := terraform.Instance.Text("item_hash")
			// The plan reads a list; the amend asks what the node received since.
			s.Local.Inject(core.Fault{Method: http.MethodGet, Path: "/api/v0/messages/hashes", Do: core.Before(func() { s.amend(live) })})
			return terraform.Apply(s.Context(), after(program.ResourceType)).Diagnostics
		}},
		{title: "The network forgot the amend with its original", setting: future, play: func(s *stage) []*tfprotov6.Diagnostic {
			return s.during(program.ResourceType, amends, func() {
				s.Local.Inject(core.Fault{Type: message.TypeProgram, Skip: 1, Times: -1, Do: core.Reject(message.CodeCreditInsufficient)})
			})
		}},
		{title: "An entry that is there already", play: func(s *stage) []*tfprotov6.Diagnostic {
			s.created("aleph_domain", domain)
			return s.terraform("aleph_domain").Apply(s.Context(), domain).Diagnostics
		}},
		{title: "Another tool changed an entry since the plan", play: func(s *stage) []*tfprotov6.Diagnostic {
			return s.during("aleph_domain", amends, func() { s.overwrite(core.Fault{Skip: 1}) })
		}},
		{title: "Another tool overwrites an entry again and again", play: func(s *stage) []*tfprotov6.Diagnostic {
			return s.during("aleph_domain", amends, func() { s.overwrite(core.Fault{Skip: 2, Times: -1}) })
		}},
		{title: "An entry that is not confirmed when its time is up", play: func(s *stage) []*tfprotov6.Diagnostic {
			s.Local.Inject(core.Fault{Type: message.TypeAggregate, Do: core.StayPending()})
			late := maps.Clone(domain)
			late["timeouts"] = object{"create": "300ms"}
			return s.terraform("aleph_domain").Apply(s.Context(), late).Diagnostics
		}},
		{title: "The node says of an aggregate what no message does", play: func(s *stage) []*tfprotov6.Diagnostic {
			return s.during("aleph_domain", reads, func() {
				s.Local.Inject(core.Fault{Path: "/api/v0/aggregates.json", Times: -1, Do: core.Answer(http.StatusOK, object{"pagination_total": 1, "aggregates": list{object{
					"address": s.Account.Address(), "key": "domains", "created": 1, "last_updated": 1, "content": object{"www.example.org": object{"type": "ipfs", "message_id": another}},
				}}})})
			})
		}},
		{title: "A file that cannot be read", play: func(s *stage) []*tfprotov6.Diagnostic {
			file := filepath.Join(s.TempDir(), "app.zip")
			return s.terraform(volume.ResourceType).Apply(s.Context(), object{"source": file}).Diagnostics[1:]
		}},
		{title: "A source that is gone since the plan", play: func(s *stage) []*tfprotov6.Diagnostic {
			file := filepath.Join(s.TempDir(), "app.zip")
			s.must(os.WriteFile(file, []byte("x"), 0o600))
			stored := s.created(volume.ResourceType, object{"source": file})
			s.Local.Inject(core.Fault{Do: core.Before(func() { s.must(os.Remove(file)) })})
			return stored.Plan(s.Context(), object{"source": file}).Diagnostics
		}},
		{title: "The key itself, in what is to be published", play: func(s *stage) []*tfprotov6.Diagnostic {
			dir := s.TempDir()
			s.must(os.WriteFile(filepath.Join(dir, "settings.py"), []byte("KEY = '"+s.PrivateKey+"'"), 0o600))
			return s.terraform(volume.ResourceType).Plan(s.Context(), object{"source_dir": dir}).Diagnostics
		}},
		{title: "A link to what is left out", play: func(s *stage) []*tfprotov6.Diagnostic {
			dir := s.TempDir()
			s.must(os.WriteFile(filepath.Join(dir, ".env"), []byte("x"), 0o600))
			s.must(os.Symlink(".env", filepath.Join(dir, "settings.env")))
			return s.terraform(volume.ResourceType).Plan(s.Context(), object{"source_dir": dir}).Diagnostics
		}},
		{title: "A file that changes while Terraform applies", play: func(s *stage) []*tfprotov6.Diagnostic {
			file := filepath.Join(s.TempDir(), "app.py")
			write := func(text string) { s.must(os.WriteFile(file, []byte(text), 0o600)) }
			write("app = 1" + strings.Repeat("\n", 40_000)) // a node is asked whether it has what is not small
			s.Local.Inject(core.Fault{Path: "/api/v0/storage/metadata", Do: core.Delay(0), Match: func(*http.Request, *message.Message) bool {
				write("app = 2")
				return true
			}})
			return s.terraform(volume.ResourceType).Apply(s.Context(), object{"source": file}).Diagnostics
		}},
		{title: "A message that cannot be kept before it is sent", play: func(*stage) []*tfprotov6.Diagnostic {
			// The provider of a scene keeps none.
			return described(diagnostic.Failure{
				Action: "create the program", State: "No program was created, and nothing is paid for one.",
				Err: &journal.WriteError{Err: &fs.PathError{Op: "write", Path: "/home/user/" + another, Err: syscall.ENOSPC}},
			}.Error())
		}},
		{title: "A file that no node takes", setting: &setting{node: core.Config{MaxUpload: 30 << 20}}, play: func(s *stage) []*tfprotov6.Diagnostic {
			file := filepath.Join(s.TempDir(), "image.squashfs")
			if err := os.WriteFile(file, make([]byte, 31<<20), 0o600); err != nil {
				s.Fatal(err)
			}
			return s.terraform(volume.ResourceType).Plan(s.Context(), object{"source": file, "storage_engine": "storage"}).Diagnostics
		}},
		{title: "A program that is too large for one message", play: func(s *stage) []*tfprotov6.Diagnostic {
			// The largest that can be planned: the owner and the time, which come later, are too much then.
			terraform := s.terraform(program.ResourceType)
			sized := func(n int) object {
				variables := object{"LAST": strings.Repeat("x", n)}
				for i := range 48 {
					variables[fmt.Sprint("V", i)] = strings.Repeat("x", model.MaxVariableValue)
				}
				return object{"code": code, "variables": variables}
			}
			tooMuch := sort.Search(model.MaxVariableValue, func(n int) bool { return len(terraform.Plan(s.Context(), sized(n)).Errors()) > 0 })
			return terraform.Apply(s.Context(), sized(tooMuch-1)).Diagnostics
		}},
		{title: "Something else is imported", play: func(s *stage) []*tfprotov6.Diagnostic {
			return append(s.terraform(volume.ResourceType).Import(s.Context(), program.DefaultRuntime[:63]).Diagnostics,
				s.terraform(program.ResourceType).Import(s.Context(), program.DefaultRuntime).Diagnostics...)
		}},
		{title: "A message of another type is imported", play: func(s *stage) []*tfprotov6.Diagnostic {
			hash := s.created(volume.ResourceType, before(volume.ResourceType)).Instance.Text("item_hash")
			return append(s.terraform("aleph_domain").Import(s.Context(), hash).Diagnostics, s.terraform(program.ResourceType).Import(s.Context(), hash).Diagnostics...)
		}},
		{title: "A node without IPFS", setting: &setting{node: core.Config{NoIPFS: true}}, play: func(s *stage) []*tfprotov6.Diagnostic {
			return s.terraform(volume.ResourceType).Apply(s.Context(), object{"content": "x", "storage_engine": "ipfs"}).Diagnostics
		}},
	}
}

// amendPending leaves an amend without a decision until its time is up.
func (s *stage) amendPending(resource string) []*tfprotov6.Diagnostic {
	s.Helper()
	terraform := s.created(resource, before(resource))
	stuck := s.Local.Inject(core.Fault{Times: -1, Do: core.StayPending()})
	defer stuck.Remove()
	changed := after(resource)
	changed["timeouts"] = object{"update": "2s"}
	return terraform.Apply(s.Context(), changed).Diagnostics
}

// amend has another tool amend a program.
func (s *stage) amend(hash string) {
	s.Helper()
	tool := s.OtherTool(s.T)
	record, err := tool.Fetch(s.Context(), hash)
	s.must(err)
	var content message.Program
	s.must(message.Decode(record.Message, &content))
	content.Amend(hash)
	content.Resources.VCPUs++
	_, err = tool.Publish(s.Context(), &content, publish.Options{Channel: record.Message.Channel})
	s.must(err)
}

// overwrite has another tool overwrite the domain before aggregates are read, as often as the fault says.
func (s *stage) overwrite(when core.Fault) {
	s.Helper()
	theirs := &message.Aggregate{Key: "domains", Content: object{"www.example.org": object{"type": "instance", "message_id": another}}}
	when.Method, when.Path = http.MethodGet, "/api/v0/aggregates.json"
	when.Do = core.Before(func() {
		_, err := s.OtherTool(s.T).Publish(s.Context(), theirs, publish.Options{})
		s.must(err)
	})
	s.Local.Inject(when)
}

// overtaken has somebody else destroy an object between the plan and the amend.
func (s *stage) overtaken(resource string) []*tfprotov6.Diagnostic {
	s.Helper()
	terraform := s.created(resource, before(resource))
	s.Local.Inject(core.Fault{Path: "/api/v0/messages/hashes", Do: core.Before(func() {
		_, err := s.OtherTool(s.T).Publish(s.Context(), message.NewForget("", terraform.Instance.Text("id")), publish.Options{})
		s.must(err)
	})})
	return terraform.Apply(s.Context(), after(resource)).Diagnostics
}
