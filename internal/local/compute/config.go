// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package compute is a compute node of the Aleph network: it runs the programs that were published to the core node beside
// it, and answers for them with the statuses, headers and bodies of a real one (NETWORK.md 12).
//
// It is no sandbox: a program may use all of the machine's processors and memory. It runs what was published to a node in
// memory by whoever runs it, and can be given no other.
package compute

import (
	"io"
	"os"
	"path/filepath"
	"time"
)

// Config says how a compute node behaves. The zero value is a real node, in all but the size of its machines.
type Config struct {
	// Idle is for how long a program that nobody asks stays warm; an hour by default. A persistent one stays for ever.
	Idle time.Duration
	// SetupTimeout is for how long a program may take to load; 60 s by default.
	SetupTimeout time.Duration
	// KeepForgotten makes a node that still has a forgotten program's message in its cache, and answers for it for as long as
	// its code is there. By default a forgotten program stops.
	KeepForgotten bool
	// Cache is the directory of what is installed once for all nodes: the packages of the runtime. A directory in the user's
	// cache by default.
	Cache string
	// Log takes what happens to programs, and what they print, each line with the program's item hash before it.
	Log io.Writer
	// Notes takes what concerns the node itself: that packages are installed, and that they could not be. Log by default.
	Notes io.Writer
}

func (c Config) withDefaults() (Config, error) {
	if c.Idle == 0 {
		c.Idle = time.Hour
	}
	if c.SetupTimeout == 0 {
		c.SetupTimeout = time.Minute
	}
	if c.Log == nil {
		c.Log = io.Discard
	}
	if c.Notes == nil {
		c.Notes = c.Log
	}
	if c.Cache == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return c, err
		}
		c.Cache = filepath.Join(user, "terraform-provider-aleph")
	}
	return c, nil
}
