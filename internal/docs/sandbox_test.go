// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package docs_test

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/compute"
	"github.com/aleph-im/terraform-provider-aleph/internal/program"
)

// What the documentation names, on every page by the same names. A sandbox has something to put in its place.
const (
	documentedProgram = "cad11970efe9b7478300fd04d7cc91c646ca0a792b9cc718650f86e1ccfac73e"
	documentedVolume  = "6dfb5f9bd8a52db2cd7f4a1e6d2dbf1b3b1b0b8bdc2b8f7d0b5cf0a9e5b7a3c1"
	documentedPost    = "e6cd9087edd79ad4493a3838227cc0123cfadcd84836db33cf89d6b68d6d98d0"
	documentedKey     = "7ca869d6d517f0f8b9f80b7e509c15c58296bd7b0cbd337010993f0e60bdd49c"
	documentedOwner   = "0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1"
	publicNode        = "https://api.aleph.im"
	localNode         = "http://127.0.0.1:4024"
	repository        = "github.com/aleph-im/terraform-provider-aleph"
)

// sandbox is a directory with a configuration, a node, and the home of somebody who has a key.
type sandbox struct {
	*acctest.CLI
	t    *testing.T
	env  *acctest.Env
	home string
	// here puts what the sandbox has into the place of what the documentation names.
	here *strings.Replacer
	// answers is the directory that says what programs answer; known is the program that was there before.
	answers, known string
}

// newSandbox makes a sandbox in which an example runs, beside a copy of the files that it may name. Its test runs in
// parallel with others.
func newSandbox(t *testing.T, built string, e example) *sandbox {
	t.Helper()
	env := acctest.Start(t)
	s := &sandbox{CLI: acctest.NewBuiltCLI(t, built, ""), t: t, env: env, home: t.TempDir(), answers: filepath.Join(e.files, e.whole)}
	clone, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	here := []string{documentedOwner, env.Account.Address(), publicNode, env.URL, localNode, env.URL, repository + "//", clone + "//"}
	if e.whole == "" {
		here = append(here, s.publish()...)
	}
	s.here = strings.NewReplacer(here...)
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	// What the tools of the repository have installed is not installed once more.
	s.Env = append(s.Env, "HOME="+s.home, "XDG_CACHE_HOME="+cache, "ALEPH_API_URL="+env.URL, "ALEPH_PRIVATE_KEY="+env.PrivateKey)
	if err := os.CopyFS(s.Dir, os.DirFS(e.files)); err != nil {
		t.Fatal(err)
	}
	for _, file := range e.written {
		s.Write(file.mark.text, file.text)
	}
	s.configure(e.config)
	keys := filepath.Join(s.home, ".aleph-im", "private-keys")
	if err := os.MkdirAll(keys, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(keys, "ethereum.key"), []byte(env.PrivateKey), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// configure writes a configuration as the only one, for this sandbox. One that does not say which provider it is about
// is told.
func (s *sandbox) configure(config string) {
	s.t.Helper()
	for _, leftover := range []string{"*.tf", "*.hcl", "*.sh"} {
		paths, err := filepath.Glob(filepath.Join(s.Dir, leftover))
		if err != nil {
			s.t.Fatal(err)
		}
		for _, path := range paths {
			if err := os.Remove(path); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	if config == "" {
		return
	}
	s.Configure(s.here.Replace(config))
	if !strings.Contains(config, "required_providers") {
		s.Write("required.tf", "terraform {\n  required_providers {\n    aleph = {\n      source = \"aleph-im/aleph\"\n    }\n  }\n}\n")
	}
}

// publish puts onto the node what the documentation names: a volume, a program that runs it, a volume with a name of its
// own, the owner's domains, a profile, a post and an SSH key. It returns pairs of what the documentation names, and what is
// here in its place.
func (s *sandbox) publish() []string {
	s.t.Helper()
	hash := s.upload(filepath.Join("testdata", "project", "app"))
	credit := &message.Payment{Type: message.PaymentCredit, Chain: message.ChainETH}
	volume := s.must(&message.Store{ItemType: message.ItemTypeStorage, ItemHash: hash, Payment: credit})
	s.must(&message.Store{ItemType: message.ItemTypeStorage, ItemHash: hash, Payment: credit, Ref: "site"})
	s.must(&message.Aggregate{Key: "domains", Content: map[string]any{"example.org": map[string]any{"type": "ipfs", "message_id": volume}}})
	s.must(&message.Aggregate{Key: "profile", Content: map[string]any{"name": "somebody"}})
	s.known = s.must(&message.Program{
		Type: message.ProgramKind, AllowAmend: true,
		Machine: message.Machine{
			Payment: credit, Metadata: map[string]any{"name": "hello", "tags": []string{"web"}},
			Environment: message.Environment{Internet: true, AlephAPI: true},
			Resources:   message.Resources{VCPUs: 1, Memory: 2048, Seconds: 30},
		},
		Code:    message.Code{Encoding: "squashfs", Entrypoint: "main:app", Ref: volume, Interface: "asgi", UseLatest: true},
		Runtime: message.Runtime{Ref: program.DefaultRuntime, UseLatest: true},
		On:      message.Triggers{HTTP: true},
	})
	post := s.must(&message.Post{
		Type: "my-project-release", Ref: "my-project", Content: map[string]any{"version": "1.4.0", "notes": "Fewer surprises."},
	})
	key := s.must(&message.Post{Type: "ALEPH-SSH", Content: map[string]any{
		"key":   "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE6ufBwLv4PQfMTwbMoaqzoMXiEkMI8GVvL5nPSPkpVj ada@laptop",
		"label": "laptop",
	}})
	return []string{documentedVolume, volume, documentedProgram, s.known, documentedPost, post, documentedKey, key}
}

// must publishes, behind Terraform's back, and returns the item hash.
func (s *sandbox) must(content message.Content) string {
	s.t.Helper()
	m, err := s.env.OtherTool(s.t).Publish(s.t.Context(), content, object.Options{Channel: "my-project"})
	if err != nil {
		s.t.Fatal(err)
	}
	return m.ItemHash
}

// settled checks that there is nothing left to do, and that all programs answer as they should.
func (s *sandbox) settled() {
	s.t.Helper()
	if output, err := s.Try("plan", "-detailed-exitcode"); err != nil {
		s.t.Errorf("the next plan is not empty: %v\n%s", err, output)
	}
	s.answer()
}

// answer asks all programs that were published in the sandbox, where programs can run. What they print is told of those
// that fail.
func (s *sandbox) answer() {
	s.t.Helper()
	programs := programsOf(s.env, s.known)
	if len(programs) == 0 || s.env.Local == nil {
		return
	}
	s.t.Run("answers", func(t *testing.T) {
		expectAnswers(t, s.env.Compute(t, compute.Config{Log: io.Discard}), programs, questions(t, s.answers))
	})
}

// query runs a configuration of list blocks, each of which is to find something.
func (s *sandbox) query(lists []string) {
	s.t.Helper()
	if err := os.Rename(filepath.Join(s.Dir, "main.tf"), filepath.Join(s.Dir, "main.tfquery.hcl")); err != nil {
		s.t.Fatal(err)
	}
	found := s.Run("query")
	for _, list := range lists {
		if !strings.Contains(found, list+" ") {
			s.t.Errorf("%s finds nothing:\n%s", list, found)
		}
	}
}

// script runs a script in a shell that stops at the first command that fails. The key and the node are those of the
// sandbox, unless the script names others.
func (s *sandbox) script(text string) {
	s.t.Helper()
	bin, err := filepath.Abs(filepath.Join("testdata", "bin"))
	if err != nil {
		s.t.Fatal(err)
	}
	clone, err := filepath.Abs(root)
	if err != nil {
		s.t.Fatal(err)
	}
	terraform, err := exec.LookPath(acctest.Executable())
	if err != nil {
		s.t.Fatal(err)
	}
	shell := exec.CommandContext(s.t.Context(), "bash", "-euo", "pipefail", "-c", s.here.Replace(text))
	shell.Dir = s.Dir
	for _, variable := range s.Environment() {
		if name, _, _ := strings.Cut(variable, "="); !strings.HasPrefix(name, "ALEPH_") || name == "ALEPH_CACHE_DIR" {
			shell.Env = append(shell.Env, variable)
		}
	}
	shell.Env = append(shell.Env, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"),
		"DOCS_PATH="+os.Getenv("PATH"), "DOCS_HOME="+os.Getenv("HOME"), "DOCS_START="+s.Dir, "DOCS_CLONE="+clone, "DOCS_NODE="+s.env.URL, "DOCS_KEY="+s.env.PrivateKey, "DOCS_TERRAFORM="+terraform)
	if output, err := shell.CombinedOutput(); err != nil {
		s.t.Errorf("%v\n%s", err, output)
	}
	s.answer()
}
