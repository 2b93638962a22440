// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
)

// The resources of examples/demo.
const (
	program  = "aleph_program.sayings"
	app      = "aleph_volume.app"
	packages = "aleph_volume.packages"
	sayings  = "aleph_volume.sayings"
)

// story is played in this order: each chapter begins where the one before has ended. An error is of what is played; what a chapter shows, it proves.
var story = []struct {
	title string
	play  func(context.Context, *stage) error
}{
	{"A program and its files are published", publishAll},
	{"More processors: the program is amended", amendProgram},
	{"Other code: its volume is amended, the program stays as it is", changeCode},
	{"Other data: the immutable volume is replaced", replaceVolume},
	{"An immutable program is replaced", replaceProgram},
	{"Forgotten behind Terraform's back: seen and healed", healProgram},
	{"Everything is imported into a fresh state", importAll},
	{"Everything is destroyed", destroyAll},
}

func publishAll(ctx context.Context, s *stage) error {
	if err := s.init(ctx); err != nil {
		return err
	}
	if err := s.change(ctx, "three volumes and a program are created", actions{app: create, packages: create, sayings: create, program: create}); err != nil {
		return err
	}

	known, err := s.state(ctx)
	if err != nil {
		return err
	}
	s.prove("the node has three files and a program, as they were signed", s.expectAlive(ctx, 3, 1))
	s.prove("the program's URL names its message: "+known.text(program, "url"), expectContains(known.text(program, "url"), known.text(program, "item_hash")))
	s.ask(ctx, "it answers", known, "/", "Hello from a machine of 1 vCPU. ")
	return s.settle(ctx)
}

func amendProgram(ctx context.Context, s *stage) error {
	before, err := s.state(ctx)
	if err != nil {
		return err
	}
	s.variables["vcpus"] = "4"
	plan, err := s.expectPlan(ctx, "the program is updated in place", actions{program: update})
	if err != nil {
		return err
	}
	s.prove("its item hash and URL are known after apply", expectUnknown(plan, program, "item_hash", "url", "host_url"))
	if err := s.apply(ctx); err != nil {
		return err
	}

	after, err := s.state(ctx)
	if err != nil {
		return err
	}
	content, err := s.program(ctx, after.text(program, "item_hash"))
	if err != nil {
		return err
	}
	s.prove("an amend was published, with 4 processors", expectEqual(content.Resources.VCPUs, 4))
	s.prove("it takes over from the version before", expectEqual(content.Replaces, before.text(program, "item_hash")))
	s.prove("the program has a new item hash, and a new URL: "+after.text(program, "url"), expectChanged(before, after, program, "item_hash", "url"))
	s.prove("the version before is forgotten", s.expectStatus(ctx, message.StatusForgotten, before.text(program, "item_hash")))
	s.prove("one program is alive", s.expectAlive(ctx, 3, 1))
	s.ask(ctx, "it answers under its new URL", after, "/", "Hello from a machine of 4 vCPU. ")
	s.askGone(ctx, "and no more under the old one", before)
	return s.settle(ctx)
}

func changeCode(ctx context.Context, s *stage) error {
	before, err := s.state(ctx)
	if err != nil {
		return err
	}
	if err := s.edit("app/main.py", "Hello", "Good day"); err != nil {
		return err
	}
	if err := s.change(ctx, "the volume of the code is updated in place, and nothing else", actions{app: update}); err != nil {
		return err
	}

	after, err := s.state(ctx)
	if err != nil {
		return err
	}
	file, err := s.network.Node.FileByRef(ctx, before.text(app, "id"))
	if err != nil {
		return err
	}
	s.prove("the volume has a new version", expectChanged(before, after, app, "item_hash", "content_hash"))
	s.prove("it keeps its id, which is what the program mounts", expectKept(before, after, app, "id", "ref"))
	s.prove("under that id the node has the new code", expectEqual(file.FileHash, after.text(app, "content_hash")))
	s.prove("the program keeps its item hash and its URL", expectKept(before, after, program, "item_hash", "url"))
	s.ask(ctx, "under the same URL it answers in other words", after, "/", "Good day from a machine of 4 vCPU. ")
	return s.settle(ctx)
}

func replaceVolume(ctx context.Context, s *stage) error {
	before, err := s.state(ctx)
	if err != nil {
		return err
	}
	if err := s.edit("sayings/sayings.json", "Read the plan.", "Read the plan, then apply."); err != nil {
		return err
	}
	if err := s.change(ctx, "the volume is replaced, the new one first, and the program amended", actions{sayings: createThenDestroy, program: update}); err != nil {
		return err
	}

	after, err := s.state(ctx)
	if err != nil {
		return err
	}
	oldVolume, newVolume := before.text(sayings, "item_hash"), after.text(sayings, "item_hash")
	oldProgram, newProgram := before.text(program, "item_hash"), after.text(program, "item_hash")
	s.prove("in this order: new volume, amended program, old program forgotten, old volume forgotten",
		s.expectOrder(ctx, sent(newVolume), sent(newProgram), forgotten(oldProgram), forgotten(oldVolume)))
	s.prove("the code's volume has its first version and its newest alive, the others one", s.expectAlive(ctx, 4, 1))
	s.ask(ctx, "the program has the other data", after, "/all", "Read the plan, then apply.")
	s.askGone(ctx, "the URL before the amend leads nowhere", before)
	return s.settle(ctx)
}

func replaceProgram(ctx context.Context, s *stage) error {
	s.variables["allow_amend"] = "false"
	if err := s.change(ctx, "the program is amended one last time, and immutable from then on", actions{program: update}); err != nil {
		return err
	}
	before, err := s.state(ctx)
	if err != nil {
		return err
	}
	s.variables["vcpus"] = "2"
	plan, err := s.expectPlan(ctx, "a change of it is a replacement", actions{program: destroyThenCreate})
	if err != nil {
		return err
	}
	s.prove("the plan says what forces it: vcpus", expectForced(plan, program, "resources", "vcpus"))
	if err := s.apply(ctx); err != nil {
		return err
	}

	after, err := s.state(ctx)
	if err != nil {
		return err
	}
	content, err := s.program(ctx, after.text(program, "item_hash"))
	if err != nil {
		return err
	}
	s.prove("the new program takes over from none", expectEqual(content.Replaces, ""))
	s.prove("the old one was forgotten first", s.expectOrder(ctx, forgotten(before.text(program, "item_hash")), sent(after.text(program, "item_hash"))))
	s.ask(ctx, "the new one answers", after, "/", "Good day from a machine of 2 vCPU. ")
	s.askGone(ctx, "the old one no more", before)
	return s.settle(ctx)
}

func healProgram(ctx context.Context, s *stage) error {
	before, err := s.state(ctx)
	if err != nil {
		return err
	}
	hash := before.text(program, "item_hash")
	s.note("# another client of the same owner forgets " + hash)
	if _, err := s.network.Publish(ctx, message.NewForget("behind Terraform's back", hash), object.Options{Channel: s.channel}); err != nil {
		return err
	}
	s.askGone(ctx, "it answers no more", before)
	plan, err := s.expectPlan(ctx, "the program is created again, and nothing else is done", actions{program: create})
	if err != nil {
		return err
	}
	s.prove("the plan says that it was found gone", expectGone(plan, program))
	if err := s.apply(ctx); err != nil {
		return err
	}
	after, err := s.state(ctx)
	if err != nil {
		return err
	}
	s.prove("the node has a program again", s.expectAlive(ctx, 4, 1))
	s.ask(ctx, "which answers, under a URL of its own", after, "/", "Good day from a machine of 2 vCPU. ")
	return s.settle(ctx)
}

func importAll(ctx context.Context, s *stage) error {
	known, err := s.state(ctx)
	if err != nil {
		return err
	}
	published, err := s.published(ctx)
	if err != nil {
		return err
	}
	if err := s.moveTo("imported", s.directory); err != nil {
		return err
	}
	if err := s.writeImports(known); err != nil {
		return err
	}
	if err := s.init(ctx); err != nil {
		return err
	}
	s.note("# the network does not know which directory a file came from: that is added to the state, without a message")
	plan, err := s.expectPlan(ctx, "nothing is created or destroyed", actions{app: update, packages: update, sayings: update})
	if err != nil {
		return err
	}
	s.prove("everything is imported", expectImported(plan, program, app, packages, sayings))
	if err := s.apply(ctx); err != nil {
		return err
	}

	imported, err := s.state(ctx)
	if err != nil {
		return err
	}
	afterwards, err := s.published(ctx)
	if err != nil {
		return err
	}
	s.prove("nothing was published", expectEqual(len(afterwards), len(published)))
	for _, address := range []string{app, packages, sayings, program} {
		s.prove(address+" is what it was", expectKept(known, imported, address, "id", "item_hash", "content_hash", "ref", "url"))
	}
	return s.settle(ctx)
}

func destroyAll(ctx context.Context, s *stage) error {
	before, err := s.state(ctx)
	if err != nil {
		return err
	}
	s.ask(ctx, "the program answers to the end", before, "/", "Good day from a machine of 2 vCPU. ")
	if err := s.destroy(ctx); err != nil {
		return err
	}
	s.prove("nothing is left alive on the node", s.expectAlive(ctx, 0, 0))
	s.askGone(ctx, "nothing answers any more", before)
	s.proveAnswers()
	return nil
}

// edit changes a file of the configuration.
func (s *stage) edit(name, from, to string) error {
	s.command(fmt.Sprintf("sed -i 's/%s/%s/' %s", from, to, name))
	path := filepath.Join(s.directory, name)
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !strings.Contains(string(text), from) {
		return fmt.Errorf("%s does not say %q", name, from)
	}
	return os.WriteFile(path, []byte(strings.ReplaceAll(string(text), from, to)), 0o600)
}

// writeImports writes an import block for each resource.
func (s *stage) writeImports(known state) error {
	var blocks strings.Builder
	for _, address := range []string{app, packages, sayings, program} {
		fmt.Fprintf(&blocks, "import {\n  to = %s\n  id = %q\n}\n", address, known.text(address, "id"))
	}
	return os.WriteFile(filepath.Join(s.directory, "imports.tf"), []byte(blocks.String()), 0o600)
}
