// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package blob

import (
	"fmt"
	"io/fs"
	"syscall"
	"time"
)

func identify(info fs.FileInfo) (identity, bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return identity{}, false
	}
	return identity{file: fmt.Sprint(stat.Dev, stat.Ino), changed: time.Unix(stat.Ctim.Unix())}, true
}
