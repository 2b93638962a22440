// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

//go:build !linux

package guest

import (
	"context"
	"errors"
	"os/exec"
)

const processName = "aleph-guest"

var errUnsupported = errors.New("programs run on Linux only, whose namespaces they need")

// Supported is nil where programs can run, and says why they cannot elsewhere.
func Supported(context.Context) error { return errUnsupported }

func isolate(*exec.Cmd, bool) {}

func startBound(*exec.Cmd) error { return errUnsupported }
