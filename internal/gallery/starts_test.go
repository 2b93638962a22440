// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package gallery_test

import (
	"crypto/rand"
	"maps"
	"net/http"
	"os"
	"path/filepath"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
	"github.com/aleph-im/terraform-provider-aleph/internal/program"
	"github.com/aleph-im/terraform-provider-aleph/internal/volume"
)

// plans is what the plan of a program with these arguments says.
func plans(arguments object) func(s *stage) []*tfprotov6.Diagnostic {
	return func(s *stage) []*tfprotov6.Diagnostic {
		given := object{"code": code, "name": "hello"}
		maps.Copy(given, arguments)
		return s.terraform(program.ResourceType).Plan(s.Context(), given).Diagnostics
	}
}

// onText is what the plan of a program says that names a file which is a text.
func onText(arguments func(ref string) object) func(s *stage) []*tfprotov6.Diagnostic {
	return func(s *stage) []*tfprotov6.Diagnostic {
		return plans(arguments(s.created(volume.ResourceType, before(volume.ResourceType)).Instance.Text("ref")))(s)
	}
}

// neverStarting are programs that the network takes, and no compute node starts.
func neverStarting() []scene {
	started := func(encoding, entrypoint, by string) object {
		return object{"code": object{"ref": program.DefaultRuntime, "encoding": encoding, "entrypoint": entrypoint, "interface": by}}
	}
	mounting := func(v object) object { return object{"volumes": list{v}} }
	return []scene{
		{title: "Plain code that is started as a module", play: func(s *stage) []*tfprotov6.Diagnostic {
			ref := s.created(volume.ResourceType, before(volume.ResourceType)).Instance.Text("ref")
			return plans(object{"code": object{"ref": ref, "encoding": "plain", "entrypoint": "main:app"}})(s)
		}},
		{title: "An entrypoint that names no application", play: plans(started("squashfs", "main", "asgi"))},
		{title: "Code that is packed in another way", play: plans(started("zip", "main:app", "asgi"))},
		{title: "A volume that is no squashfs", play: onText(func(ref string) object { return mounting(object{"mount": "/etc/hello", "ref": ref}) })},
		{title: "A volume without a place", play: plans(mounting(object{"size_mib": 10}))},
		{title: "A volume over what the program needs", play: plans(mounting(object{"mount": "/opt/code", "size_mib": 10}))},
		{title: "Ephemeral volumes", play: plans(mounting(object{"mount": "/tmp", "ephemeral": true, "size_mib": 10}))},
		{title: "Persistent volumes that no host keeps", play: plans(mounting(object{"mount": "/var/lib/hello", "persistence": "store", "size_mib": 10}))},
		{title: "Data that is no zip", play: onText(func(ref string) object {
			return object{"data": object{"ref": ref, "encoding": "zip", "mount": "/data"}}
		})},
		{title: "Data in another place", play: plans(object{"data": object{"ref": program.DefaultRuntime, "encoding": "squashfs", "mount": "/input"}})},
		{title: "A mount that names one version of a file", play: func(s *stage) []*tfprotov6.Diagnostic {
			stored := s.created(volume.ResourceType, before(volume.ResourceType))
			stored.Apply(s.Context(), after(volume.ResourceType))
			return plans(object{"code": object{"ref": stored.Instance.Text("item_hash"), "encoding": "plain", "entrypoint": "app", "interface": "asgi"}})(s)
		}},
		{title: "A large zip", play: func(s *stage) []*tfprotov6.Diagnostic {
			dir := s.TempDir()
			s.noise(filepath.Join(dir, "noise"))
			return s.terraform(volume.ResourceType).Plan(s.Context(), object{"source_dir": dir, "archive_format": "zip"}).Diagnostics
		}},
		{title: "Large code that is no squashfs", play: func(s *stage) []*tfprotov6.Diagnostic {
			file := filepath.Join(s.TempDir(), "noise")
			s.noise(file)
			ref := s.created(volume.ResourceType, object{"source": file}).Instance.Text("ref")
			plain := object{"code": object{"ref": ref, "encoding": "plain", "entrypoint": "app"}}
			told := s.terraform(program.ResourceType).Plan(s.Context(), plain).Diagnostics
			asked := s.Local.Inject(core.Fault{Path: "/api/v0/storage/by-", Times: -1, Do: core.Status(http.StatusServiceUnavailable)})
			defer asked.Remove()
			return append(s.terraform(program.ResourceType).Plan(s.Context(), plain).Diagnostics, told...)
		}},
	}
}

// noise writes a file that no archive makes smaller than compute nodes take.
func (s *stage) noise(name string) {
	s.Helper()
	bytes := make([]byte, model.MaxUnpacked+1)
	if _, err := rand.Read(bytes); err != nil {
		s.Fatal(err)
	}
	if err := os.WriteFile(name, bytes, 0o600); err != nil {
		s.Fatal(err)
	}
}
