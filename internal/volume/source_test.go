// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
	"github.com/aleph-im/terraform-provider-aleph/internal/volume"
)

// worthRemembering is the size of a file that is not read again while it is the same.
const worthRemembering = 1 << 20

// interposed is a provider with something that happens between its last plan and its apply.
type interposed struct {
	tfprotov6.ProviderServer
	before func()
}

func (i interposed) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	i.before()
	return i.ProviderServer.ApplyResourceChange(ctx, req)
}

// TestChangedWhileApplying: Terraform compares the plans of before and during an apply. What changes after that is ours
// to notice: nothing is published.
func TestChangedWhileApplying(t *testing.T) {
	small, large := strings.Repeat("x", 100), strings.Repeat("x", worthRemembering)
	for name, test := range map[string]struct {
		argument, content string
		config            core.Config
		// sent has the file change once the provider asks whether the node has it, instead of before the apply.
		sent bool
	}{
		"small file":                       {argument: "source", content: small},
		"large file":                       {argument: "source", content: large},
		"directory":                        {argument: "source_dir", content: small},
		"file, while it is sent":           {argument: "source", content: large, sent: true},
		"with its message":                 {argument: "source", content: large, sent: true, config: core.Config{MaxUnsignedUpload: 1000}},
		"file on IPFS, while it is sent":   {argument: "source", content: large, sent: true},
		"on IPFS with its message as well": {argument: "source", content: large, sent: true, config: core.Config{MaxUnsignedUpload: 1000}},
	} {
		for _, action := range []acctest.Action{acctest.ActionCreate, acctest.ActionUpdate} {
			t.Run(name+", "+string(action), func(t *testing.T) {
				env := acctest.StartLocal(t, test.config)
				dir := t.TempDir()
				file := write(t, dir, "file", test.content)
				source := file
				if test.argument == "source_dir" {
					source = dir
				}
				config := map[string]any{test.argument: source}
				if strings.Contains(name, "IPFS") {
					config["storage_engine"] = "ipfs"
				}
				armed := false
				change := func() {
					if armed {
						write(t, dir, "file", "X"+test.content[1:])
					}
				}
				terraform, err := acctest.NewCore(t.Context(), volume.ResourceType, map[string]any{"api_url": env.URL, "private_key": env.PrivateKey},
					func() (tfprotov6.ProviderServer, error) {
						server, err := acctest.Factories(t)["aleph"]()
						if test.sent {
							return server, err
						}
						return interposed{server, change}, err
					})
				if err != nil {
					t.Fatal(err)
				}
				if test.sent {
					env.Inject(core.Fault{
						Method: http.MethodGet, Path: "/api/v0/storage/metadata/", Do: core.Delay(0),
						Match: func(*http.Request, *message.Message) bool { change(); return false },
					})
				}
				if action == acctest.ActionUpdate {
					if first := terraform.Apply(t.Context(), map[string]any{"content": "first"}); len(first.Errors()) > 0 {
						t.Fatal(first.Errors()[0])
					}
				}
				messages := len(env.Messages(message.TypeStore))
				armed = true
				outcome := terraform.Apply(t.Context(), config)
				if outcome.Action != action {
					t.Errorf("the plan was to %s", outcome.Action)
				}
				if errs := outcome.Errors(); len(errs) != 1 || !strings.Contains(errs[0].Detail, "changed") ||
					!strings.Contains(errs[0].Summary, map[acctest.Action]string{acctest.ActionCreate: "create the volume", acctest.ActionUpdate: "amend volume"}[action]) {
					t.Errorf("got %v, want one error that says that the file changed", errs)
				}
				if n := len(env.Messages(message.TypeStore)); n != messages {
					t.Errorf("%d messages were published", n-messages)
				}
			})
		}
	}
}

// cached are the files of the cache of a provider that was built.
func cached(t *testing.T, cli *acctest.CLI, suffix string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(cli.Cache(), "aleph-*"+suffix))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// settle waits until files that were just written can be trusted to show their next change.
func settle(t *testing.T) {
	t.Helper()
	select {
	case <-time.After(3 * time.Second):
	case <-t.Context().Done():
	}
}

// TestReadOnce: what a plan read is not read by its apply, nor by later plans, until it changes. What is remembered is
// replaced by something untrue, which shows who believes it.
func TestReadOnce(t *testing.T) {
	built := acctest.Build(t)
	for name, arguments := range map[string]func(dir string) []string{
		"source": func(dir string) []string { return []string{fmt.Sprintf("source = %q", filepath.Join(dir, "file"))} },
		"source on IPFS": func(dir string) []string {
			return []string{fmt.Sprintf("source = %q", filepath.Join(dir, "file")), `storage_engine = "ipfs"`}
		},
		"source_dir": func(dir string) []string { return []string{fmt.Sprintf("source_dir = %q", dir)} },
		"source_dir as zip": func(dir string) []string {
			return []string{fmt.Sprintf("source_dir = %q", dir), `archive_format = "zip"`}
		},
		"source_dir on IPFS": func(dir string) []string {
			return []string{fmt.Sprintf("source_dir = %q", dir), `storage_engine = "ipfs"`}
		},
	} {
		t.Run(name, func(t *testing.T) {
			if strings.Contains(name, "IPFS") {
				acctest.Needs(t, acctest.IPFS)
			}
			env := acctest.Start(t)
			dir := t.TempDir()
			file := write(t, dir, "file", strings.Repeat("x", worthRemembering))
			settle(t)
			cli := acctest.NewBuiltCLI(t, built, one(env, arguments(dir)...))
			isDirectory := strings.HasPrefix(name, "source_dir")

			cli.Run("plan", "-out=saved")
			if n := len(cached(t, cli, ".archive")); isDirectory != (n == 1) {
				t.Fatalf("%d archives are kept for the apply", n)
			}
			cli.Run("apply", "saved")
			if left := cached(t, cli, ".archive"); len(left) > 0 {
				t.Errorf("%s is left after the apply, which has built its own", left)
			}
			contains(t, cli.Run("plan"), "No changes.")
			if left := cached(t, cli, ".archive"); len(left) > 0 {
				t.Errorf("%s was built for a plan without changes", left)
			}

			hash := cli.State(at, "content_hash")
			untrue := strings.Repeat("ab", 32)
			if strings.HasPrefix(hash, "Qm") {
				untrue = "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH"
			}
			for _, record := range cached(t, cli, ".json") {
				lie(t, record, hash, untrue)
			}
			contains(t, cli.Run("plan"), "-> \""+untrue+"\"")
			contains(t, cli.Fail("apply"), "the file changed", "Plan again.")

			rewrite(t, file, "y")
			plan := planned(cli)
			contains(t, plan, "1 to change")
			if strings.Contains(plan, untrue) {
				t.Error("a changed file was not read")
			}
			cli.Env = append(cli.Env, "ALEPH_CACHE_DIR=off")
			if got := planned(cli); got != plan {
				t.Errorf("without the cache, the plan is\n%s\nand with it\n%s", got, plan)
			}
			cli.Env = cli.Env[:len(cli.Env)-1]
			cli.Run("apply")
			contains(t, cli.Run("plan"), "No changes.")

			write(t, dir, "file", strings.Repeat("z", worthRemembering))
			settle(t)
			cli.Run("plan", "-out=saved")
			rewrite(t, file, "Z")
			contains(t, cli.Fail("apply", "saved"), "inconsistent final plan", "content_hash")
		})
	}
}

// rewrite gives a file other bytes, and the same size and time of modification.
func rewrite(t *testing.T, file, letter string) {
	t.Helper()
	info, err := os.Stat(file)
	if err == nil {
		err = os.WriteFile(file, []byte(strings.Repeat(letter, int(info.Size()))), 0o600)
	}
	if err == nil {
		err = os.Chtimes(file, time.Time{}, info.ModTime())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// lie replaces the hash in a record.
func lie(t *testing.T, record, hash, untrue string) {
	t.Helper()
	text, err := os.ReadFile(record)
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(text) {
		t.Errorf("%s is not JSON: %s", record, text)
	}
	if err := os.WriteFile(record, []byte(strings.ReplaceAll(string(text), hash, untrue)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// planned is what a plan shows after the warning of development overrides, which names them in any order.
func planned(cli *acctest.CLI) string {
	_, shown, _ := strings.Cut(cli.Run("plan"), "Refreshing state")
	return shown
}
