// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package workspace

import (
	"os"
	"time"
)

// often is how soon it is noticed that the parent has ended.
const often = 100 * time.Millisecond

// AwaitParent returns when the process that started this one has ended: from then on it has another parent.
func AwaitParent() error {
	parent := os.Getppid()
	for range time.Tick(often) {
		if os.Getppid() != parent {
			break
		}
	}
	return nil
}
