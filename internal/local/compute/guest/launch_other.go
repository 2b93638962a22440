// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

//go:build !linux

package guest

import (
	"context"
	"fmt"
	"os/exec"
)

const processName = "aleph-guest"

// Supported is nil where programs can run, and an ErrUnsupported that says why they cannot elsewhere.
func Supported(context.Context) error {
	return fmt.Errorf("%w: they need the namespaces of Linux", ErrUnsupported)
}

func isolate(*exec.Cmd, bool) {}

func startBound(*exec.Cmd) error { return ErrUnsupported }
