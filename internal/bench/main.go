// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package main is `make bench`: it measures what the provider costs beside a minimal one, in pairs that alternate
// within one run, since absolute times depend on the machine. It drives the terraform command against a local node.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"

	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

func main() {
	var o options
	flag.IntVar(&o.resources, "resources", 1000, "resources in the no-op plans: half of them programs, half volumes")
	flag.IntVar(&o.created, "created", 100, "programs to create")
	flag.IntVar(&o.changed, "changed", 640, "programs, and volumes, to amend and destroy, beside 40 of each")
	flag.Int64Var(&o.upload, "upload", 1<<30, "bytes of the file that is uploaded and planned; 0 to leave that out")
	flag.IntVar(&o.files, "files", 10_000, "files of the directory that is planned")
	flag.IntVar(&o.rounds, "rounds", 3, "times that each pair is measured; the best counts")
	flag.StringVar(&o.output, "output", "bench.json", "file that the ratios are written to")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := measure(ctx, o)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

type options struct {
	resources, created, changed, files, rounds int
	upload                                     int64
	output                                     string
}

// bench is everything that the measurements share.
type bench struct {
	options
	dir   string
	env   []string
	node  *core.Node
	proxy *proxy
	table table
}

func measure(ctx context.Context, o options) (err error) {
	dir, err := os.MkdirTemp("", "aleph-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b := &bench{options: o, dir: dir}
	if err := b.build(ctx); err != nil {
		return err
	}
	b.node, err = core.Listen("127.0.0.1:0", core.Config{MaxUpload: 4 << 30, IngestDelay: -1, ProcessDelay: -1})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.node.Close()) }()
	if b.proxy, err = newProxy(b.node.URL()); err != nil {
		return err
	}
	defer b.proxy.server.Close()
	b.env = []string{
		"TF_CLI_CONFIG_FILE=" + filepath.Join(dir, "terraform.rc"),
		"ALEPH_CACHE_DIR=" + b.cache(),
		"ALEPH_API_URL=" + b.proxy.server.URL,
		"ALEPH_PRIVATE_KEY=" + core.Accounts()[0].PrivateKey,
	}
	for _, step := range []func(context.Context) error{b.plans, b.creations, b.changes, b.uploads, b.contents} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return b.table.write(os.Stdout, o.output)
}

// build makes both providers, and the settings by which terraform finds them without init.
func (b *bench) build(ctx context.Context) error {
	for name, source := range map[string]string{"aleph": ".", "minimal": "./internal/bench/minimal"} {
		command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", b.binary(name), source)
		command.Env = append(os.Environ(), "CGO_ENABLED=0")
		command.Stderr = os.Stderr
		if err := command.Run(); err != nil {
			return fmt.Errorf("building %s: %w", source, err)
		}
	}
	settings := "provider_installation {\n  dev_overrides {\n"
	for _, name := range []string{"aleph", "minimal"} {
		settings += fmt.Sprintf("    %q = %q\n", "registry.terraform.io/aleph-im/"+name, filepath.Dir(b.binary(name)))
	}
	return os.WriteFile(filepath.Join(b.dir, "terraform.rc"), []byte(settings+"  }\n  direct {}\n}\n"), 0o600)
}

func (b *bench) binary(name string) string {
	return filepath.Join(b.dir, name, "terraform-provider-"+name)
}

// cache is where the provider remembers files.
func (b *bench) cache() string { return filepath.Join(b.dir, "cache") }

// large makes the file to upload, unless it is there.
func (b *bench) large() (string, error) {
	name := filepath.Join(b.dir, "large")
	if _, err := os.Stat(name); err == nil {
		return name, nil
	}
	return name, fill(name, b.upload)
}

// workspace writes a configuration into a directory of its own.
func (b *bench) workspace(name, provider, config string) (*workspace, error) {
	dir := filepath.Join(b.dir, name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	config = fmt.Sprintf("terraform {\n  required_providers {\n    %s = { source = \"aleph-im/%s\" }\n  }\n}\n", provider, provider) + config
	err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(config), 0o600)
	return &workspace{dir: dir, env: b.env, provider: b.binary(provider)}, err
}
