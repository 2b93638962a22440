// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package blob

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/private"
)

// Cache remembers hashes, and keeps archives for the apply of a plan, in a directory of the user's. Of a file it trusts
// that another content shows in its size, its inode, or one of its times of change; of a directory, the same of every
// file in it. Records are never changed, only written whole, or removed: any number of processes may share them. It
// believes only what nobody but this user can have written: see package private.
//
// A cache that does not work costs time and nothing else, so none of its errors is told.
type Cache struct {
	dir string

	mu sync.Mutex
	// tidied is set once the old entries were removed.
	tidied bool
	// kept is how many bytes the archives may take.
	kept int64
}

// NewCache makes a cache in a directory, which is created when it is needed. Without one, nothing is remembered.
func NewCache(dir string) *Cache { return &Cache{dir: dir} }

// Dir is the directory; empty when nothing is remembered.
func (c *Cache) Dir() string { return c.dir }

const (
	// recordSuffix and archiveSuffix end the names of what is finished, leftOutSuffix that of a list of files.
	recordSuffix, archiveSuffix, leftOutSuffix = ".json", ".archive", "-leftout.json"
	// unfinishedRecord begins the names of records that are being written.
	unfinishedRecord = "aleph-record-"

	// maxRecordSize is well above any record, and maxListSize above most lists of files, in bytes.
	maxRecordSize, maxListSize = 4 << 10, 1 << 20
	maxRecordAge               = 30 * 24 * time.Hour
	maxArchiveAge              = 24 * time.Hour
	// maxKept is how many bytes the archives take together.
	maxKept = 4 << 30
)

// ours are the names of what the cache writes, finished or not.
var ours = regexp.MustCompile(`^aleph-([0-9a-f]{64}(-(storage|ipfs|leftout)\.json|\.archive)|record-[0-9]+|archive-[0-9]+\.(squashfs|zip))$`)

// record is what is remembered of a state.
type record struct {
	Hash     string `json:"hash"`
	Size     int64  `json:"size"`
	Encoding string `json:"encoding"`
}

func (c *Cache) path(s state, suffix string) string {
	return filepath.Join(c.dir, "aleph-"+string(s)+suffix)
}

// recall is what is remembered of a state, if anything is.
func (c *Cache) recall(s state, engine message.ItemType) (record, bool) {
	var known record
	ok := c.load(s, "-"+string(engine)+recordSuffix, maxRecordSize, &known)
	return known, ok && message.ItemTypeOf(known.Hash) == engine
}

// remember notes what was found out about a state.
func (c *Cache) remember(s state, engine message.ItemType, found record) {
	c.save(s, "-"+string(engine)+recordSuffix, found)
}

// load reads what was noted of a state; false when nothing was, or nothing that is to be believed.
func (c *Cache) load(s state, suffix string, limit int64, into any) bool {
	if s == "" || c.dir == "" {
		return false
	}
	text, err := private.Read(c.path(s, suffix), limit)
	return err == nil && json.Unmarshal(text, into) == nil
}

// save notes something of a state.
func (c *Cache) save(s state, suffix string, what any) {
	if s == "" || !c.ready(0) {
		return
	}
	text, err := json.Marshal(what)
	if err != nil {
		return
	}
	file, err := os.CreateTemp(c.dir, unfinishedRecord+"*")
	if err != nil {
		return
	}
	_, err = file.Write(text)
	if errors.Join(err, file.Close()) != nil || os.Rename(file.Name(), c.path(s, suffix)) != nil {
		remove(file.Name())
	}
}

// pack builds an archive where it can be kept, or else where there is room for it.
func (c *Cache) pack(ctx context.Context, tree *archive.Tree) (*archive.Archive, error) {
	if c.ready(0) {
		if built, err := tree.Pack(ctx, c.dir); err == nil {
			return built, nil
		}
		// If it is the directory that is at fault, it will be so again.
	}
	return tree.Pack(ctx, "")
}

// keep takes over an archive of a state; false when it cannot.
func (c *Cache) keep(s state, built *archive.Archive) bool {
	return s != "" && built.Size <= maxKept && c.ready(built.Size) && os.Rename(built.Path, c.path(s, archiveSuffix)) == nil
}

// take opens the archive of a state, which is then no longer in the cache; nil when there is none, or when it is not
// what it was.
func (c *Cache) take(ctx context.Context, s state, known record) *os.File {
	if s == "" || c.dir == "" {
		return nil
	}
	file, err := private.Open(c.path(s, archiveSuffix))
	if err != nil {
		return nil
	}
	remove(file.Name())
	sum := newSum(message.ItemTypeStorage)
	size, err := io.Copy(sum, until(ctx, io.LimitReader(file, known.Size+1)))
	if err != nil || size != known.Size || sum.text() != known.Hash {
		_ = file.Close() // it was only read
		return nil
	}
	return file
}

// ready prepares the directory for something that will take this many bytes for a while.
func (c *Cache) ready(size int64) bool {
	if private.Make(c.dir) != nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept += size; !c.tidied || c.kept > maxKept {
		c.tidied, c.kept = true, c.tidy(maxKept-size)+size
	}
	return true
}

// tidy removes what is old, and the oldest archives beyond a number of bytes. It returns how many are left.
func (c *Cache) tidy(limit int64) (kept int64) {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return 0
	}
	var archives []os.FileInfo
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || !ours.MatchString(entry.Name()) || !info.Mode().IsRegular() || private.Check(info) != nil {
			continue
		}
		age := time.Since(info.ModTime())
		switch filepath.Ext(entry.Name()) {
		case recordSuffix:
			if age <= maxRecordAge {
				continue
			}
		case archiveSuffix:
			if age <= maxArchiveAge {
				archives = append(archives, info)
				continue
			}
		default: // in the making, unless its process died
			if age <= maxArchiveAge {
				continue
			}
		}
		remove(filepath.Join(c.dir, entry.Name()))
	}
	slices.SortFunc(archives, func(a, b os.FileInfo) int { return b.ModTime().Compare(a.ModTime()) })
	for _, info := range archives {
		if kept+info.Size() > limit {
			remove(filepath.Join(c.dir, info.Name()))
			continue
		}
		kept += info.Size()
	}
	return kept
}

// remove removes a file of the cache, if it is still there: another process may have done so.
func remove(name string) { _ = os.Remove(name) }
