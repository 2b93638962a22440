// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/cid"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// file is what a volume should hold.
type file struct {
	hash, encoding string
	size           int64
}

// fileOf is what a text is on the network.
func fileOf(t *testing.T, engine message.ItemType, text string) file {
	t.Helper()
	sum := sha256.Sum256([]byte(text))
	f := file{hash: hex.EncodeToString(sum[:]), size: int64(len(text)), encoding: "plain"}
	if engine == message.ItemTypeIPFS {
		var sum cid.Hash
		if _, err := io.WriteString(&sum, text); err != nil {
			t.Fatal(err)
		}
		f.hash = sum.V0()
	}
	return f
}

// archiveOf is what a directory with one file is on the network.
func archiveOf(t *testing.T, dir string, format archive.Format) file {
	t.Helper()
	tree, err := archive.Scan(t.Context(), dir, archive.Options{Format: format, Excludes: archive.DefaultExcludes()})
	if err != nil {
		t.Fatal(err)
	}
	packed, err := tree.Pack(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if err := packed.Close(); err != nil {
		t.Fatal(err)
	}
	return file{hash: packed.SHA256, size: packed.Size, encoding: string(format)}
}

// known checks that a plan shows what will be stored.
func (f file) known(engine message.ItemType) []plancheck.PlanCheck {
	expect := func(attribute string, want knownvalue.Check) plancheck.PlanCheck {
		return plancheck.ExpectKnownValue(at, tfjsonpath.New(attribute), want)
	}
	return []plancheck.PlanCheck{
		expect("content_hash", knownvalue.StringExact(f.hash)), expect("size", knownvalue.Int64Exact(f.size)),
		expect("encoding", knownvalue.StringExact(f.encoding)), expect("storage_engine", knownvalue.StringExact(string(engine))),
	}
}

func (f file) stored() statecheck.StateCheck {
	return checks{shows("content_hash", f.hash), shows("encoding", f.encoding), hasSize(f.size)}
}

// TestLife creates a volume from each source, changes it to other bytes, and destroys it.
func TestLife(t *testing.T) {
	const storage, ipfs = message.ItemTypeStorage, message.ItemTypeIPFS
	base64Of := base64.StdEncoding.EncodeToString
	for _, test := range []struct {
		name   string
		engine message.ItemType
		// given is the source for a text, and what it is on the network.
		given func(t *testing.T, text string) (string, file)
	}{
		{"content", storage, func(t *testing.T, text string) (string, file) {
			return fmt.Sprintf("content = %q", text), fileOf(t, storage, text)
		}},
		{"content on IPFS", ipfs, func(t *testing.T, text string) (string, file) {
			return fmt.Sprintf("content = %q\n  storage_engine = \"ipfs\"", text), fileOf(t, ipfs, text)
		}},
		{"content_base64", storage, func(t *testing.T, text string) (string, file) {
			return fmt.Sprintf("content_base64 = %q", base64Of([]byte(text))), fileOf(t, storage, text)
		}},
		{"source on IPFS", ipfs, func(t *testing.T, text string) (string, file) {
			return fmt.Sprintf("source = %q\n  storage_engine = \"ipfs\"", write(t, t.TempDir(), "file", text)), fileOf(t, ipfs, text)
		}},
		{"source_dir as squashfs", storage, func(t *testing.T, text string) (string, file) {
			dir := t.TempDir()
			write(t, dir, "main.py", text)
			return fmt.Sprintf("source_dir = %q", dir), archiveOf(t, dir, archive.Squashfs)
		}},
		{"source_dir as zip", storage, func(t *testing.T, text string) (string, file) {
			dir := t.TempDir()
			write(t, dir, "main.py", text)
			return fmt.Sprintf("source_dir = %q\n  archive_format = \"zip\"", dir), archiveOf(t, dir, archive.Zip)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.engine == ipfs {
				acctest.Needs(t, acctest.IPFS)
			}
			env := acctest.Start(t)
			versions := follow(t, env)
			before, first := test.given(t, "first "+test.name)
			after, second := test.given(t, "second "+test.name)
			acctest.Test(t,
				acctest.Planned(acctest.Apply(one(env, before), creates, first.stored(), versions.alive(1)), first.known(test.engine)...),
				acctest.Planned(acctest.Apply(one(env, after), updates, second.stored(), versions.alive(2)), second.known(test.engine)...),
			)
			versions.ended()
		})
	}
}

// TestLifeOfFileHash publishes files that the network has already: what only the network knows of them is asked for.
func TestLifeOfFileHash(t *testing.T) {
	acctest.Needs(t, acctest.IPFS)
	env := acctest.Start(t)
	versions := follow(t, env)
	zip := "PK\x03\x04 not really"
	stored := fileOf(t, message.ItemTypeStorage, zip)
	stored.encoding = "zip"
	other := fileOf(t, message.ItemTypeIPFS, "on IPFS")
	upload(t, versions.tool, message.ItemTypeStorage, zip)
	upload(t, versions.tool, message.ItemTypeIPFS, "on IPFS")
	configure := func(f file) string { return one(env, fmt.Sprintf("file_hash = %q", f.hash)) }
	acctest.Test(t,
		acctest.Planned(acctest.Apply(configure(stored), creates, stored.stored(), shows("storage_engine", "storage"), versions.alive(1)),
			stored.known(message.ItemTypeStorage)[0]),
		acctest.Apply(configure(other), updates, other.stored(), shows("storage_engine", "ipfs"), versions.alive(2)),
	)
	versions.ended()
}

// TestLargeFiles: a file over what a node takes unsigned travels with its message, and one over what it keeps in its
// storage goes to IPFS.
func TestLargeFiles(t *testing.T) {
	// The node's limits are asked for only above the size that every node takes.
	const certain = 25 << 20
	env := acctest.StartLocal(t, core.Config{MaxUnsignedUpload: certain, MaxUpload: certain + 2})
	sources := make(map[int]string)
	for _, size := range []int{certain + 1, certain + 3} {
		sources[size] = fmt.Sprintf("source = %q", write(t, t.TempDir(), "file", strings.Repeat("x", size)))
	}
	acctest.Test(t,
		acctest.Apply(one(env, sources[certain+1]), creates, hasSize(certain+1), shows("storage_engine", "storage"), acctest.Check(func() error {
			if n := env.Asked("POST", "/api/v0/messages"); n != 0 {
				return fmt.Errorf("%d messages were sent without their file", n)
			}
			return nil
		})),
		resource.TestStep{
			Config:      one(env, sources[certain+3], `storage_engine = "storage"`),
			PlanOnly:    true,
			ExpectError: words("the file has 26214403 bytes, and the node takes at most 26214402 in storage. Nothing was sent, and nothing has changed. Set `storage_engine` to `ipfs`"),
		},
		acctest.Apply(one(env, sources[certain+3]), updates, hasSize(certain+3), shows("storage_engine", "ipfs")),
	)
}
