// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package gallery_test

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/program"
	"github.com/aleph-im/terraform-provider-aleph/internal/volume"
)

// configurations break each rule that a configuration can break.
func configurations() []scene {
	return []scene{
		{title: "A value of another type", play: programWith(object{"on": object{"message": list{"[]"}}}, object{"metadata": `{"tags": 1}`}, object{"code": object{"ref": another, "encoding": "zip", "entrypoint": "m", "args": list{nil}}})},
		{title: "A number out of its range", play: programWith(object{"resources": object{"vcpus": 257}})},
		{title: "A text that is too long", play: programWith(object{"variables": object{"TOKEN": strings.Repeat("x", model.MaxVariableValue+1)}})},
		{title: "Too many of something", play: programWith(object{"tags": strings2list(model.MaxTags + 1)})},
		{title: "An empty text", play: programWith(object{"channel": ""}, object{"tags": list{""}})},
		{title: "What no machine can start", play: func(s *stage) []*tfprotov6.Diagnostic {
			terraform := s.terraform(program.ResourceType)
			told := terraform.Plan(s.Context(), object{"code": object{"ref": another, "encoding": "zip", "entrypoint": ""}}).Errors()
			told = append(told, terraform.Plan(s.Context(), object{"code": code, "volumes": list{object{"name": "a b", "size_mib": 1}, object{"name": "a_b", "size_mib": 1}}}).Errors()...)
			return append(told, terraform.Plan(s.Context(), object{"code": code, "volumes": list{object{"mount": "/a", "size_mib": 1}, object{"mount": "/a/", "size_mib": 1}}}).Errors()...)
		}},
		{title: "A word that is none of the allowed ones", play: programWith(object{"code": object{"ref": another, "encoding": "tar", "entrypoint": "m"}})},
		{title: "Something that is no item hash", play: programWith(object{"code": object{"ref": another[:63], "encoding": "zip", "entrypoint": "m"}})},
		{title: "Something that is no address", play: programWith(object{"address": "0x1A642f0e3c3af545e7acbd38b07251b3990914f1"})},
		{title: "An expression that does not compile", play: programWith(object{"requirements": object{"node": object{"address_regex": "("}}})},
		{title: "Nested metadata", play: programWith(object{"metadata": `{"owner": {"name": "n"}}`})},
		{title: "Something that is missing", play: programWith(object{"resources": object{"published_ports": list{object{"protocol": "tcp"}}}})},
		{title: "A volume of two kinds", play: programWith(object{"volumes": list{object{"size_mib": 1, "use_latest": true}}}, object{"volumes": list{object{}}}, object{"volumes": list{object{"ephemeral": false, "size_mib": 1}}}, object{"volumes": list{object{"ref": another, "name": "n"}}})},
		{title: "A key of metadata that is an argument of its own", play: programWith(object{"metadata": `{"name": "n"}`})},
		{title: "A character that nodes cannot store", play: programWith(object{"name": "a\x00"})},
		{title: "A channel that nodes would change", play: programWith(object{"channel": "a%20b"})},
		{title: "Too much for one message", play: programWith(object{"authorized_keys": list{strings.Repeat("x", 8000)}, "variables": large()})},
		{title: "A payment by stream for a file", play: volumeWith(object{"content": "x", "payment": object{"type": "superfluid"}})},
		{title: "Not one source", play: volumeWith(object{}, object{"content": "x", "source": "y"})},
		{title: "A hash that the source does not name", play: volumeWith(object{"content": "x", "content_hash": another})},
		{title: "Content that is not base64", play: volumeWith(object{"content_base64": "?"})},
		{title: "A pattern that excludes nothing", play: volumeWith(object{"source_dir": ".", "excludes": list{"../a"}})},
		{title: "A pattern that would take too long", play: volumeWith(object{"source_dir": ".", "excludes": list{strings.Repeat("{a,aa}", 9)}})},
		{title: "An empty path", play: volumeWith(object{"source_dir": ""})},
		{title: "A name that is an item hash", play: volumeWith(object{"content": "x", "ref_name": another}, object{"content": "x", "ref_name": ""})},
		{title: "Another storage engine than the file's", play: planned(volume.ResourceType, object{"file_hash": another, "storage_engine": "ipfs"}, object{"file_hash": another, "storage_engine": "disk"})},
		{title: "A payment that the network takes no more", play: planned(program.ResourceType, object{"code": code, "on": object{"persistent": true}, "payment": object{"type": "hold"}})},
		{title: "What another tool has published", play: byOthers},
	}
}

func programWith(arguments ...object) func(*stage) []*tfprotov6.Diagnostic {
	return validated(program.ResourceType, object{"code": code}, arguments)
}

func volumeWith(arguments ...object) func(*stage) []*tfprotov6.Diagnostic {
	return validated(volume.ResourceType, nil, arguments)
}

// validated tells what `terraform validate` says of configurations.
func validated(resource string, base object, arguments []object) func(*stage) []*tfprotov6.Diagnostic {
	return func(s *stage) []*tfprotov6.Diagnostic {
		var told []*tfprotov6.Diagnostic
		for _, changed := range arguments {
			all := object{}
			for _, part := range []object{base, changed} {
				for name, value := range part {
					all[name] = value
				}
			}
			found := s.terraform(resource).Validate(s.Context(), all).Diagnostics
			if len(found) != 1 {
				s.Errorf("%v: %d texts, want one", changed, len(found))
			}
			told = append(told, found...)
		}
		return told
	}
}

// planned tells what a plan says of configurations.
func planned(resource string, configs ...object) func(*stage) []*tfprotov6.Diagnostic {
	return func(s *stage) []*tfprotov6.Diagnostic {
		var told []*tfprotov6.Diagnostic
		for _, config := range configs {
			told = append(s.terraform(resource).Plan(s.Context(), config).Errors(), told...)
		}
		return told
	}
}

func strings2list(n int) list {
	texts := make(list, n)
	for i := range texts {
		texts[i] = fmt.Sprint("tag", i)
	}
	return texts
}

func large() object {
	variables := object{}
	for i := range 50 {
		variables[fmt.Sprint("V", i)] = strings.Repeat("x", model.MaxVariableValue)
	}
	return variables
}

// byOthers breaks the rules that no configuration can: those of what other tools publish, and nodes pass on.
func byOthers(s *stage) []*tfprotov6.Diagnostic {
	sent := &message.Message{Type: message.TypeProgram, Chain: message.ChainETH, ItemType: message.ItemTypeInline, Signature: "0x", ItemContent: `{"address": "", "time": 1, "allow_amend": true,
		"environment": {}, "resources": {}, "type": "vm-function", "code": {"encoding": "zip", "entrypoint": "m", "ref": "` + another + `"},
		"runtime": {"ref": "` + another + `", "comment": ""}, "on": {"http": true}}`}
	parse := func(hash string) error {
		sent.ItemHash = hash
		envelope, err := json.Marshal(sent)
		s.must(err)
		return model.CheckEnvelope(envelope)
	}
	read := func(kind, content string) error {
		_, err := model.ParseContent(kind, []byte(content))
		return err
	}
	var told []*tfprotov6.Diagnostic
	for _, err := range []error{
		parse(another),
		read("PROGRAM", `{"`),
		read("PROGRAM", `{"rootfs": {}}`),
		read("INSTANCE", `{"address": "", "time": 1, "allow_amend": false, "resources": {}, "rootfs": {"parent": {"ref": "`+another+`"}, "persistence": "host", "size_mib": 1},
			"environment": {"hypervisor": "firecracker"}, "requirements": {"gpu": [{"vendor": "", "device_name": "", "device_class": "0300", "device_id": ""}]}}`),
		model.CheckSendable("PROGRAM", "a%20b", `{"a": "%41"}`),
		parse(message.Hash([]byte(sent.ItemContent))),
	} {
		failure := diagnostic.Failure{Action: "read program " + another, State: diagnostic.KeptAsItIs, Err: fmt.Errorf("message %s: %w", another, err)}
		told = append(told, described(failure.Error())...)
	}
	return told
}
