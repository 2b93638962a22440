// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

//go:build !unix

package private

import "io/fs"

const nonblocking = 0

func private(fs.FileInfo) bool { return true }
