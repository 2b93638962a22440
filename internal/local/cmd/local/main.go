// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Command local runs a network of Aleph's on this machine, until it is interrupted: a core channel node in memory with ten
// funded accounts, and a compute node that runs the programs which are published to it. See the packages core and compute.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"github.com/aleph-im/terraform-provider-aleph/internal/local/compute"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	err := run(withGoRun(ctx), os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "local:", err)
		os.Exit(1)
	}
}

// settings are what the flags say.
type settings struct {
	listen, listenCompute string
	asJSON, verbose       bool
	core                  core.Config
	compute               compute.Config
}

func parse(args []string, errOut io.Writer) (settings, error) {
	s := settings{compute: compute.Config{Notes: errOut}}
	flags := flag.NewFlagSet("local", flag.ContinueOnError)
	flags.SetOutput(errOut)
	flags.StringVar(&s.listen, "listen", "127.0.0.1:4024", "loopback `address` of the core node; port 0 picks a free one")
	flags.StringVar(&s.listenCompute, "listen-compute", "", "loopback `address` of the compute node (default: the port after that of -listen, or a free one)")
	flags.BoolVar(&s.asJSON, "json", false, "write one line of JSON instead of text")
	flags.BoolVar(&s.verbose, "v", false, "write what programs print, and what becomes of them, to standard error")
	flags.DurationVar(&s.compute.Idle, "idle", 0, "stop a program that nobody has asked for so `long` (default 1h)")
	flags.BoolVar(&s.compute.KeepForgotten, "keep-forgotten", false, "answer for forgotten programs as a node that still has them in its cache, for as long as their code is there")
	flags.Int64Var(&s.core.MaxUpload, "max-upload", 0, "largest signed upload in `bytes` (default 100 MiB)")
	flags.Int64Var(&s.core.MaxUnsignedUpload, "max-unsigned-upload", 0, "largest unsigned upload in `bytes` (default 25 MiB)")
	flags.DurationVar(&s.core.Latency, "latency", 0, "wait this `long` before every answer of the core node")
	flags.BoolVar(&s.core.Heph, "heph", false, "answer as heph does, the network's node for local development")
	flags.BoolVar(&s.core.NoIPFS, "no-ipfs", false, "have no IPFS daemon")
	flags.BoolVar(&s.core.Bare, "bare", false, "be a new node of no network: without the runtimes, images and prices that tools look for")
	flags.BoolVar(&s.core.StoresReplaces, "stores-replaces", false, "be a node of the future, which stores replaces")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if s.verbose {
		s.compute.Log = errOut
	}
	if s.listenCompute == "" {
		s.listenCompute = after(s.listen)
	}
	return s, nil
}

// after is the address with the next port; a free port beside a free port.
func after(address string) string {
	host, text, err := net.SplitHostPort(address)
	port, failed := strconv.ParseUint(text, 10, 16)
	if err != nil || failed != nil || port == 0 {
		return net.JoinHostPort(host, "0")
	}
	return net.JoinHostPort(host, strconv.FormatUint(port+1, 10))
}

// run serves a network until ctx ends. It writes where its nodes are, and its accounts, once they answer.
func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	s, err := parse(args, errOut)
	if err != nil {
		return err
	}
	node, err := core.Listen(s.listen, s.core)
	if err != nil {
		return err
	}
	programs, err := startCompute(ctx, s, node, errOut)
	if err != nil {
		return errors.Join(err, node.Close())
	}
	said := announced(node, programs)
	if s.asJSON {
		err = said.json(out)
	} else {
		err = said.text(out)
	}
	if err == nil {
		<-ctx.Done()
	}
	if programs != nil {
		err = errors.Join(err, programs.Close())
	}
	return errors.Join(err, node.Close())
}

// startCompute starts the compute node, if programs can run here; nil if not, which is said.
func startCompute(ctx context.Context, s settings, of *core.Node, errOut io.Writer) (*compute.Node, error) {
	node, err := compute.Listen(ctx, s.listenCompute, of, s.compute)
	if errors.Is(err, compute.ErrUnsupported) {
		_, err = fmt.Fprintf(errOut, "local: %v; the rest works\n", err)
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("the compute node: %w", err)
	}
	_, err = fmt.Fprintln(errOut, "local: programs run as you, and this is no sandbox: publish here only what you would start yourself")
	return node, err
}
