// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package workspace

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// lockedByParent reports whether the process that started this one holds Terraform's lock on a state file.
func lockedByParent(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	lock := syscall.Flock_t{Type: syscall.F_WRLCK, Whence: io.SeekStart}
	err = errors.Join(syscall.FcntlFlock(file.Fd(), syscall.F_GETLK, &lock), file.Close())
	return err == nil && lock.Type != syscall.F_UNLCK && int(lock.Pid) == os.Getppid()
}
