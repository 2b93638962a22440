// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package private

import (
	"io/fs"
	"os"
	"syscall"
)

// nonblocking opens a named pipe without waiting for who writes to it.
const nonblocking = syscall.O_NONBLOCK

// writableByOthers are the permissions of the group and of everybody else.
const writableByOthers = 0o022

func private(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid() && info.Mode().Perm()&writableByOthers == 0
}
