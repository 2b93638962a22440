// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package blob

import (
	"os"
	"time"
)

// Settled is settled.
func Settled(changed, now time.Time) bool { return settled(changed, now) }

// TrustsFiles tells whether this system tells enough of files for anything to be remembered.
func TrustsFiles(info os.FileInfo) bool {
	_, ok := identify(info)
	return ok
}
