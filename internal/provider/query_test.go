// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
)

// An account with hundreds of programs and volumes is brought under Terraform with one query: exactly what is alive, each
// once, and nothing is left to do afterwards.
func TestQuery_wholeAccount(t *testing.T) {
	acctest.Requires(t, acctest.ListResources)
	env := acctest.Start(t)
	f := fleet{client: env.OtherTool(t), channel: "FLEET", tag: "fleet", programs: map[string]bool{}, volumes: map[string]bool{}}
	f.launch(t, 300)

	terraform := acctest.NewCLI(t, env.Provider())
	terraform.Write("account.tfquery.hcl", `
list "aleph_program" "all" {
  provider = aleph
  limit    = 1000
}

list "aleph_volume" "all" {
  provider = aleph
  limit    = 1000
}
`)
	queried := terraform.Raw("query", "-json", "-generate-config-out=generated.tf")
	expectOnce(t, "programs", identitiesIn(t, queried, "aleph_program", "item_hash"), f.programs)
	expectOnce(t, "volumes", identitiesIn(t, queried, "aleph_volume", "id"), f.volumes)

	count := len(f.programs) + len(f.volumes)
	expectText(t, terraform.Run("plan"), fmt.Sprintf("%d to import, 0 to add, 0 to change, 0 to destroy", count))
	expectText(t, terraform.Run("apply"), fmt.Sprintf("%d imported, 0 added, 0 changed, 0 destroyed", count))
	expectNothingToDo(terraform)
}

// fleet is what another tool left of an account: programs by the item hash of their live version, and volumes by that of
// their first one.
type fleet struct {
	client       *object.Client
	channel, tag string

	mu                sync.Mutex
	programs, volumes map[string]bool
}

// launch publishes so many programs and volumes. Of every ten, one has superseded versions that are alive, one has
// superseded versions that are forgotten, and one is forgotten altogether.
func (f *fleet) launch(t *testing.T, n int) {
	t.Helper()
	group, ctx := errgroup.WithContext(t.Context())
	group.SetLimit(16)
	for i := range n {
		group.Go(func() error { return f.launchProgram(ctx, i) })
		group.Go(func() error { return f.launchVolume(ctx, i) })
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
}

func (f *fleet) launchProgram(ctx context.Context, i int) error {
	live, err := f.program(ctx, i, "")
	if err != nil {
		return err
	}
	switch first := live; i % 10 {
	case 0:
		live, err = f.program(ctx, i, first)
	case 1:
		if live, err = f.program(ctx, i, first); err == nil {
			err = f.forget(ctx, first)
		}
	case 2:
		return f.forget(ctx, first)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.programs[live] = true
	return err
}

func (f *fleet) launchVolume(ctx context.Context, i int) error {
	name := ""
	if i%10 == 3 {
		name = fmt.Sprint("file ", i)
	}
	first, err := f.store(ctx, fmt.Sprint(i), name)
	if err != nil {
		return err
	}
	switch i % 10 {
	case 0, 1:
		var second string
		if second, err = f.store(ctx, fmt.Sprint(i, " second"), first); err == nil {
			_, err = f.store(ctx, fmt.Sprint(i, " third"), first)
		}
		if err == nil && i%10 == 1 {
			err = f.forget(ctx, second)
		}
	case 2:
		return f.forget(ctx, first)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.volumes[first] = true
	return err
}

func (f *fleet) program(ctx context.Context, i int, replaces string) (string, error) {
	runtime := acctest.NodeStores().Runtime
	return f.publish(ctx, &message.Program{
		Type: message.ProgramKind, AllowAmend: i%10 != 4, Replaces: replaces,
		Machine: message.Machine{
			Metadata:    map[string]any{"name": fmt.Sprint("program ", i), "tags": []string{f.tag}, "more": i},
			Environment: message.Environment{Internet: true}, Resources: message.Resources{VCPUs: 1, Memory: 128, Seconds: 30},
			Payment: &message.Payment{Type: message.PaymentCredit, Chain: message.ChainETH},
		},
		Code:    message.Code{Encoding: "squashfs", Entrypoint: "main:app", Ref: runtime, UseLatest: true},
		Runtime: message.Runtime{Ref: runtime, UseLatest: true}, On: message.Triggers{HTTP: true},
	}, nil)
}

func (f *fleet) store(ctx context.Context, text, ref string) (string, error) {
	return f.publish(ctx, &message.Store{
		ItemType: message.ItemTypeStorage, ItemHash: message.Hash([]byte(text)), Ref: ref, Tags: []string{f.tag},
		Payment: &message.Payment{Type: message.PaymentCredit, Chain: message.ChainETH},
	}, &node.File{Size: int64(len(text)), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }})
}

func (f *fleet) forget(ctx context.Context, hash string) error {
	_, err := f.publish(ctx, message.NewForget("test", hash), nil)
	return err
}

func (f *fleet) publish(ctx context.Context, content message.Content, file *node.File) (string, error) {
	m, err := f.client.Publish(ctx, content, object.Options{Channel: f.channel, File: file})
	if err != nil {
		return "", err
	}
	return m.ItemHash, nil
}

// identitiesIn are the identities of a resource type that a query printed as JSON, and how often each.
func identitiesIn(t *testing.T, queried, resourceType, attribute string) map[string]int {
	t.Helper()
	found := map[string]int{}
	for line := range strings.Lines(queried) {
		var event struct {
			Found struct {
				Type     string            `json:"resource_type"`
				Identity map[string]string `json:"identity"`
			} `json:"list_resource_found"`
		}
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if event.Found.Type == resourceType {
			found[event.Found.Identity[attribute]]++
		}
	}
	return found
}

func expectOnce(t *testing.T, what string, got map[string]int, want map[string]bool) {
	t.Helper()
	for hash, count := range got {
		if !want[hash] || count != 1 {
			t.Errorf("%s: %s is listed %d times; is it to be? %t", what, hash, count, want[hash])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d %s are listed, want %d", len(got), what, len(want))
	}
}
