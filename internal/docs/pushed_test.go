// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package docs_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/blob"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

// testPushedCode follows the guide to let CI push the code, with another tool in the place of the command line.
func testPushedCode(t *testing.T, built string) {
	guide := markdown(t, filepath.Join(root, "templates", "guides", "pushed-code.md"))
	config := guide.blocks[0].text
	s := newSandbox(t, built, example{config: config, files: guide.files, at: guide.blocks[0].at})
	s.Run("apply")
	program, code := s.Raw("output", "-raw", "program"), s.State("aleph_volume.code", "id")

	s.answers = filepath.Join("testdata", "pushed")
	pushed := s.push(filepath.Join(s.answers, "app"), code)
	s.settled()
	s.Write(filepath.Join("app", "main.py"), "# changed here\n")
	s.settled()
	if err := os.RemoveAll(filepath.Join(s.Dir, "app")); err != nil {
		t.Fatal(err)
	}
	s.settled()
	s.configure(strings.Replace(config, "ignore_changes        = [content_hash]\n  }", "ignore_changes        = [content_hash]\n  }\n\n  tags = [\"web\"]", 1))
	if output := s.Run("apply"); !strings.Contains(output, "0 added, 1 changed, 0 destroyed") {
		t.Errorf("other tags are no amend of the volume:\n%s", output)
	}
	s.settled()
	if got := s.State("aleph_volume.code", "content_hash"); got != pushed {
		t.Errorf("the volume holds %s, want what was pushed, %s", got, pushed)
	}
	if got := s.Raw("output", "-raw", "program"); got != program {
		t.Errorf("the program was amended to %s", got)
	}
	s.Run("destroy")
}

// push publishes a directory as another tool does, in the place of a volume's code. It returns the hash of the file.
func (s *sandbox) push(dir, volume string) string {
	s.t.Helper()
	hash := s.upload(dir)
	s.must(&message.Store{ItemType: message.ItemTypeStorage, ItemHash: hash, Ref: volume, Payment: &message.Payment{Type: message.PaymentCredit, Chain: message.ChainETH}})
	return hash
}

// upload packs a directory, and puts it onto the node. It returns the hash of the file.
func (s *sandbox) upload(dir string) string {
	s.t.Helper()
	b, err := blob.NewCache("").Directory(s.t.Context(), dir, archive.Options{Format: archive.Squashfs})
	if err != nil {
		s.t.Fatal(err)
	}
	if err := b.Sum(s.t.Context(), message.ItemTypeStorage); err != nil {
		s.t.Fatal(err)
	}
	file := node.File{Size: b.Size, Open: func() (io.ReadCloser, error) { return b.Open(s.t.Context()) }}
	hash, err := s.env.OtherTool(s.t).Node.Upload(s.t.Context(), file, message.ItemTypeStorage)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		s.t.Fatal(err)
	}
	return hash
}
