// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package main serves the Aleph Cloud provider to Terraform.
package main

import (
	"errors"
	"flag"
	"log"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/private"
	"github.com/aleph-im/terraform-provider-aleph/internal/provider"
)

// version is what a release's linker flags make of it.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "run for a debugger, and print how Terraform attaches to it")
	flag.Parse()

	if err := errors.Join(ignoreProtocolData(), silenceUnreadLogs()); err != nil {
		log.Fatal(err)
	}
	collectGarbageLess()

	if err := provider.Serve(version, private.Home(), *debug); err != nil {
		log.Fatal(err)
	}
}
