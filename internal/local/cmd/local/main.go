// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Command local runs a core channel node of the Aleph network in memory, with ten funded accounts, until it is
// interrupted. See package core.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "local:", err)
		os.Exit(1)
	}
}

// run serves a node until ctx ends. It writes where the node is, and its accounts, once the node answers.
func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("local", flag.ContinueOnError)
	listen := flags.String("listen", "127.0.0.1:4024", "loopback `address` to listen on; port 0 picks a free one")
	asJSON := flags.Bool("json", false, "write one line of JSON instead of text")
	var cfg core.Config
	flags.Int64Var(&cfg.MaxUpload, "max-upload", 0, "largest signed upload in `bytes` (default 100 MiB)")
	flags.Int64Var(&cfg.MaxUnsignedUpload, "max-unsigned-upload", 0, "largest unsigned upload in `bytes` (default 25 MiB)")
	flags.DurationVar(&cfg.Latency, "latency", 0, "wait this `long` before every answer")
	flags.BoolVar(&cfg.Heph, "heph", false, "answer as heph does, the network's node for local development")
	flags.BoolVar(&cfg.NoIPFS, "no-ipfs", false, "have no IPFS daemon")
	flags.BoolVar(&cfg.Bare, "bare", false, "be a new node of no network: without the runtimes, images and prices that tools look for")
	flags.BoolVar(&cfg.StoresReplaces, "stores-replaces", false, "be a node of the future, which stores replaces")
	if err := flags.Parse(args); err != nil {
		return err
	}
	node, err := core.Listen(*listen, cfg)
	if err != nil {
		return err
	}
	if err := announce(out, node.URL(), *asJSON); err != nil {
		return errors.Join(err, node.Close())
	}
	<-ctx.Done()
	return node.Close()
}

type account struct {
	Address    string `json:"address"`
	PrivateKey string `json:"private_key"`
}

func announce(out io.Writer, url string, asJSON bool) error {
	var accounts []account
	for _, a := range core.Accounts() {
		accounts = append(accounts, account{Address: a.Address, PrivateKey: a.PrivateKey})
	}
	if asJSON {
		return json.NewEncoder(out).Encode(struct {
			URL      string    `json:"url"`
			Accounts []account `json:"accounts"`
		}{url, accounts})
	}
	text := fmt.Sprintf("A node of the Aleph network, in memory, at %s\n\n", url)
	text += "Funded accounts (their keys are public and worth nothing: never send them anything):\n\n"
	for _, a := range accounts {
		text += fmt.Sprintf("  %s  %s\n", a.Address, a.PrivateKey)
	}
	_, err := fmt.Fprintln(out, text+"\nInterrupt to stop; everything is forgotten then.")
	return err
}
