// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package blob

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"iter"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive"
)

// state names what a file or a directory was like when somebody looked, so that another content has another name. It is
// empty when the file system could hide a change: then nothing may be remembered.
type state string

// stateOf is the state of a file or a directory that was looked at, not before now, as it is packed and checked.
// Of directories only the names count: what comes and goes in them without being packed changes nothing.
func stateOf(name string, opts archive.Options, entries iter.Seq[archive.Entry], now time.Time) state {
	l := newLook(name, opts, now)
	for entry := range entries {
		l.add(entry)
	}
	return l.state()
}

// look is a state in the making.
type look struct {
	sum     hash.Hash
	now     time.Time
	trusted bool
}

// build is this very provider: another release may pack otherwise. Two releases with the same dependencies can have the
// same build information, so the executable file counts as well.
var build = sync.OnceValue(func() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	name, err := os.Executable()
	if err != nil {
		return ""
	}
	file, err := os.Stat(name)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%s %d %d", info, file.Size(), file.ModTime().UnixNano())
})

// newLook begins a state with all that counts beside the entries: who packs, in which format (none for a single file),
// what was looked for in the bytes, and where they are.
func newLook(name string, opts archive.Options, now time.Time) *look {
	path, err := filepath.Abs(name)
	l := &look{sum: sha256.New(), now: now, trusted: err == nil && build() != ""}
	l.sum.Write(fmt.Appendf(nil, "%q %q %q %q\n", build(), opts.Format, opts.Check.Name, path))
	return l
}

func (l *look) add(e archive.Entry) {
	line := fmt.Appendf(nil, "%q %q %t %t", e.Path, e.Target, e.Executable, e.Info.IsDir())
	if e.Target == "" && e.Info.Mode().IsRegular() {
		id, ok := identify(e.Info)
		l.trusted = l.trusted && ok && settled(id.changed, l.now)
		line = fmt.Appendf(line, " %d %d %d %q", e.Info.Size(), e.Info.ModTime().UnixNano(), id.changed.UnixNano(), id.file)
	}
	l.sum.Write(append(line, '\n'))
}

func (l *look) state() state {
	if !l.trusted {
		return ""
	}
	return state(hex.EncodeToString(l.sum.Sum(nil)))
}

// identity is what a file system knows of a file beside its name, size and modification time. The change time is the
// one that no program can set.
type identity struct {
	// file is the device and the inode.
	file    string
	changed time.Time
}

// How coarse the clocks are by which files get their times, with a margin: that of kernels ticks every 10 ms at the
// slowest; file systems that write no fractions may write every other second only (FAT).
const (
	fineTick   = 50 * time.Millisecond
	coarseTick = 2 * time.Second
)

// settled tells whether a file that somebody writes to from now on gets another change time than it has.
func settled(changed, now time.Time) bool {
	if changed.Nanosecond() == 0 {
		return now.Sub(changed) > coarseTick
	}
	return now.Sub(changed) > fineTick
}
