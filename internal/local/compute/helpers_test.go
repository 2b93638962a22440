// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package compute_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/compute"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// network is a core node with a compute node, and somebody who publishes.
type network struct {
	t       *testing.T
	core    *core.Node
	compute *compute.Node
	client  *object.Client
}

// start runs a network for a test; without programs where the system cannot run any.
func start(t *testing.T, cfg compute.Config) *network {
	t.Helper()
	env := acctest.StartLocal(t, core.Config{Record: acctest.Unrecorded})
	return &network{t: t, core: env.Local, compute: env.Compute(t, cfg), client: env.OtherTool(t)}
}

// store publishes bytes as a STORE; ref is the one that it amends.
func (n *network) store(content []byte, ref string) string {
	n.t.Helper()
	sum := sha256.Sum256(content)
	m, err := n.client.Publish(n.t.Context(), &message.Store{
		ItemType: message.ItemTypeStorage, ItemHash: hex.EncodeToString(sum[:]), Ref: ref,
		Payment: &message.Payment{Chain: "ETH", Type: message.PaymentCredit},
	}, object.Options{File: &node.File{
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil },
		Size: int64(len(content)), Name: "file",
	}})
	if err != nil {
		n.t.Fatal(err)
	}
	return m.ItemHash
}

// publish publishes a program.
func (n *network) publish(p *message.Program) string {
	n.t.Helper()
	m, err := n.client.Publish(n.t.Context(), p, object.Options{})
	if err != nil {
		n.t.Fatal(err)
	}
	return m.ItemHash
}

// deploy publishes files as code of an encoding, and a program that runs it; change may change the program before.
func (n *network) deploy(code map[string]string, encoding, entrypoint string, change func(*message.Program)) string {
	n.t.Helper()
	p := program(n.store(n.pack(code, encoding), ""), encoding, entrypoint)
	if change != nil {
		change(p)
	}
	return n.publish(p)
}

func program(code, encoding, entrypoint string) *message.Program {
	return &message.Program{
		Type: message.ProgramKind, AllowAmend: true,
		Code:    message.Code{Encoding: encoding, Entrypoint: entrypoint, Ref: code, UseLatest: true},
		Runtime: message.Runtime{Ref: node.DefaultRuntime, UseLatest: true, Comment: "test"},
		On:      message.Triggers{HTTP: true},
		Machine: message.Machine{
			Environment: message.Environment{Internet: true, AlephAPI: true},
			Resources:   message.Resources{VCPUs: 1, Memory: 128, Seconds: 10},
			Volumes:     []message.Volume{},
			Payment:     &message.Payment{Chain: "ETH", Type: message.PaymentCredit},
		},
	}
}

// pack makes a file of code; a plain one is the only file there is. Names that end in * are executable.
func (n *network) pack(files map[string]string, encoding string) []byte {
	n.t.Helper()
	if encoding == "plain" {
		for _, text := range files {
			return []byte(text)
		}
	}
	if encoding == "zip" {
		return zipped(n.t, files)
	}
	dir := n.t.TempDir()
	for name, text := range files {
		mode := os.FileMode(0o644)
		if strings.HasSuffix(name, "*") {
			name, mode = strings.TrimSuffix(name, "*"), 0o755
		}
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			n.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			n.t.Fatal(err)
		}
	}
	return n.squashfs(dir)
}

func (n *network) squashfs(dir string) []byte {
	n.t.Helper()
	tree, err := archive.Scan(n.t.Context(), dir, archive.Options{Format: archive.Squashfs})
	if err != nil {
		n.t.Fatal(err)
	}
	packed, err := tree.Pack(n.t.Context(), n.t.TempDir())
	if err != nil {
		n.t.Fatal(err)
	}
	text, err := os.ReadFile(packed.Path)
	if err != nil {
		n.t.Fatal(err)
	}
	return text
}

func zipped(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for name, text := range files {
		file, err := w.Create(strings.TrimSuffix(name, "*"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

// answer is what a program said.
type answer struct {
	status int
	body   string
	header http.Header
	err    error
}

// ask asks a program; path begins with a slash.
func (n *network) ask(hash, path string) answer {
	n.t.Helper()
	return n.do(http.MethodGet, "/vm/"+hash+path, "", nil)
}

func (n *network) do(method, path, body string, header http.Header) answer {
	n.t.Helper()
	r, err := http.NewRequestWithContext(context.WithoutCancel(n.t.Context()), method, n.compute.URL()+path, strings.NewReader(body))
	if err != nil {
		n.t.Fatal(err)
	}
	for name, values := range header {
		r.Header[name] = values
		if name == "Host" {
			r.Host = values[0]
		}
	}
	reply, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		n.t.Fatal(err)
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	return answer{status: reply.StatusCode, body: string(text), header: reply.Header, err: err}
}

// expect asks a program and compares what it says.
func (n *network) expect(hash, path string, status int, body string) answer {
	n.t.Helper()
	got := n.ask(hash, path)
	if got.status != status || got.body != body {
		n.t.Errorf("%s%.12s%s: %d %q, want %d %q\n%s", n.compute.URL()+"/vm/", hash, path, got.status, got.body, status, body, n.log(hash))
	}
	return got
}

func (n *network) log(hash string) string {
	return fmt.Sprintf("log of %.12s:\n%s", hash, n.ask(hash, "/logs").body)
}
