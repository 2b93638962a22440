// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

//go:build !unix

package workspace

import "os"

// AwaitParent returns when the process that started this one has ended. Windows lets any process wait for another.
func AwaitParent() error {
	parent, err := os.FindProcess(os.Getppid())
	if err != nil {
		return err
	}
	_, err = parent.Wait()
	return err
}
