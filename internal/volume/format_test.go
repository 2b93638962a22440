// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// TestFormat_changed: with a cache that knows the directory in one format, the other format is other bytes, and back.
func TestFormat_changed(t *testing.T) {
	env := acctest.Start(t)
	versions := follow(t, env)
	dir := t.TempDir()
	write(t, dir, "main.py", "x = 1")
	settle(t)
	squashfs, zip := archiveOf(t, dir, archive.Squashfs), archiveOf(t, dir, archive.Zip)
	in := func(format archive.Format) string {
		return one(env, fmt.Sprintf("source_dir = %q\n  archive_format = %q", dir, format))
	}
	acctest.Test(t,
		acctest.Planned(acctest.Apply(in(archive.Squashfs), creates, squashfs.stored(), versions.alive(1)), squashfs.known(message.ItemTypeStorage)...),
		acctest.Planned(acctest.Apply(in(archive.Zip), updates, zip.stored(), versions.alive(2)), zip.known(message.ItemTypeStorage)...),
		acctest.Planned(acctest.Apply(in(archive.Squashfs), updates, squashfs.stored(), versions.alive(2)), squashfs.known(message.ItemTypeStorage)...),
	)
	versions.ended()
}

// TestFormat_twoOfOneDirectory: two volumes of one directory in two formats, and what directory_hash says of them.
func TestFormat_twoOfOneDirectory(t *testing.T) {
	env := acctest.Start(t)
	dir := t.TempDir()
	write(t, dir, "main.py", "x = 1")
	settle(t)
	config := env.Provider()
	for _, format := range []archive.Format{archive.Squashfs, archive.Zip} {
		config += block(string(format), fmt.Sprintf("source_dir = %q", dir), fmt.Sprintf("archive_format = %q", format)) +
			fmt.Sprintf("output %[1]q { value = provider::aleph::directory_hash(%[2]q, %[1]q) }\n", format, dir)
	}
	apply := acctest.Apply(config, acctest.Actions{"aleph_volume.squashfs": acctest.Create, "aleph_volume.zip": acctest.Create})
	for _, format := range []archive.Format{archive.Squashfs, archive.Zip} {
		want, at := archiveOf(t, dir, format), "aleph_volume."+string(format)
		apply.ConfigStateChecks = append(apply.ConfigStateChecks,
			statecheck.ExpectKnownValue(at, tfjsonpath.New("content_hash"), knownvalue.StringExact(want.hash)),
			statecheck.ExpectKnownValue(at, tfjsonpath.New("encoding"), knownvalue.StringExact(want.encoding)),
			statecheck.ExpectKnownOutputValue(string(format), knownvalue.StringExact(want.hash)))
		apply.ConfigPlanChecks.PreApply = append(apply.ConfigPlanChecks.PreApply,
			plancheck.ExpectKnownValue(at, tfjsonpath.New("content_hash"), knownvalue.StringExact(want.hash)))
	}
	apply.ConfigStateChecks = append(apply.ConfigStateChecks, statecheck.CompareValuePairs(
		"aleph_volume.squashfs", tfjsonpath.New("content_hash"), "aleph_volume.zip", tfjsonpath.New("content_hash"), compare.ValuesDiffer()))
	acctest.Test(t, apply)
}

// TestSource_emptyPath: a path that is blank would be the working directory.
func TestSource_emptyPath(t *testing.T) {
	env := acctest.Start(t)
	for _, argument := range []string{"source", "source_dir"} {
		for _, path := range []string{"", " \t"} {
			cli := acctest.NewCLI(t, one(env, fmt.Sprintf("%s = %q", argument, path)))
			contains(t, cli.Fail("validate"), "`"+argument+"` must be a path: the path is empty", `on main.tf line`)

			cli.Configure(one(env, argument+" = var.path") + "variable \"path\" {}\n")
			contains(t, cli.Fail("plan", "-var=path="+path), "`"+argument+"` must be a path: the path is empty")
		}
	}
	// What is known only while Terraform applies.
	cli := acctest.NewCLI(t, one(env, "source_dir = terraform_data.path.output")+"resource \"terraform_data\" \"path\" {\n  input = \"\"\n}\n")
	cli.Env = append(cli.Env, "TF_CLI_ARGS_plan=-no-color")
	contains(t, cli.Fail("apply"), "the path is empty")
}
