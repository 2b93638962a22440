// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package journal

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/private"
)

const (
	lockName = "lock"
	// sentSuffix ends the name of a message that is about to be sent, or was: its item hash is kept nowhere else.
	sentSuffix = ".sent.json"
	// returnedSuffix ends that of one whose item hash was handed over, and may be kept.
	returnedSuffix = ".returned.json"
	// unfinishedSuffix ends that of one that is being written, and was not sent yet.
	unfinishedSuffix = ".unfinished"

	// maxEntry is more than the longest message that nodes take inline.
	maxEntry = 4 << 20
	// patience is how long a run may take to notice that it is over.
	patience = time.Second
	// tidyAfter is how old the directory of a run is that has ended, and left nothing, before it is removed.
	tidyAfter = time.Hour
)

// entry is a message in the journal.
type entry struct {
	// Ledger is the one that the run wrote to, if that was certain.
	Ledger  string           `json:"ledger,omitempty"`
	Message *message.Message `json:"message"`

	meaning string
}

// left is a message that another run has kept.
type left struct {
	hash, dir, suffix string
	*entry
}

// Take hands over a message that says the same as m, of the same sender and later than after, which a run that has ended
// was about to send: from now on it is this run's. Its item hash is in no ledger. It returns nil when there is none. The
// error is that of ctx.
func (j *Journal) Take(ctx context.Context, m *message.Message, after message.Time) (*message.Message, error) {
	if j == nil {
		return nil, nil
	}
	until := time.Now().Add(patience)
	for {
		taken, lives := j.take(m, after, time.Now().After(until))
		if taken != nil || !lives {
			return taken, nil
		}
		select {
		case <-time.After(patience / 10):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// take is Take without waiting. It reports whether a run still lives that keeps such a message; what it keeps is passed
// over from the last time on.
func (j *Journal) take(m *message.Message, after message.Time, last bool) (taken *message.Message, lives bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, l := range j.alike(m) {
		switch {
		case l.Message.Time <= after:
		case !ended(l.dir):
			lives = lives || !last && !j.passed[l.dir]
			j.passed[l.dir] = j.passed[l.dir] || last
		case j.ownerless(l) && j.claim(l):
			return l.Message, false
		}
	}
	return nil, lives
}

// claim makes a message this run's, unless another process was faster.
func (j *Journal) claim(l left) bool {
	dir, err := j.begin()
	if err != nil || os.Rename(filepath.Join(l.dir, l.hash+l.suffix), filepath.Join(dir, l.hash+sentSuffix)) != nil {
		return false
	}
	j.open[l.hash] = true
	return true
}

// Offer names a message that Take would hand over in the place of m, each time another one; it is empty when there is none.
func (j *Journal) Offer(m *message.Message) (hash string) {
	for _, hash := range j.Left(m) {
		j.mu.Lock()
		offered := j.offered[hash]
		j.offered[hash] = true
		j.mu.Unlock()
		if !offered {
			return hash
		}
	}
	return ""
}

// Left are the item hashes of all messages that Take would hand over in the place of m, one after the other.
func (j *Journal) Left(m *message.Message) []string {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	var hashes []string
	for _, l := range j.alike(m) {
		if ended(l.dir) && j.ownerless(l) {
			hashes = append(hashes, l.hash)
		}
	}
	return hashes
}

// ownerless reports whether no ledger has the item hash: it was never handed over, or the ledger that it was handed to is
// the one of this run, and lacks it.
func (j *Journal) ownerless(l left) bool {
	return l.suffix == sentSuffix || l.Ledger != "" && l.Ledger == j.ledger.Current() && j.ledger.Lacks(l.Ledger, l.hash)
}

// alike are the messages in the scope that other runs have kept, and that say the same as m.
func (j *Journal) alike(m *message.Message) []left {
	meaning, err := m.Meaning()
	runs, listErr := os.ReadDir(j.scope)
	if err != nil || listErr != nil {
		return nil // nothing was kept
	}
	var found []left
	for _, run := range runs {
		dir := filepath.Join(j.scope, run.Name())
		if dir == j.dir {
			continue
		}
		files, err := os.ReadDir(dir)
		if err == nil && len(files) <= 1 {
			tidy(dir)
		}
		for _, file := range files {
			l := left{hash: hashOf(file.Name()), dir: dir}
			l.suffix = strings.TrimPrefix(file.Name(), l.hash)
			if l.entry = j.parse(l); l.entry != nil && l.meaning == meaning && l.Message.Sender == m.Sender && l.Message.Type == m.Type {
				found = append(found, l)
			}
		}
	}
	return found
}

// parse reads a message, once; nil when it is not to be believed, or was renamed a moment ago.
func (j *Journal) parse(l left) *entry {
	if l.suffix != sentSuffix && l.suffix != returnedSuffix {
		return nil
	}
	if known, ok := j.parsed[l.hash]; ok {
		return known
	}
	known, err := read(filepath.Join(l.dir, l.hash+l.suffix), l.hash)
	if err != nil {
		return nil
	}
	j.parsed[l.hash] = known
	return known
}

// read reads a message that must be genuine, and the one of its name.
func read(name, hash string) (*entry, error) {
	text, err := private.Read(name, maxEntry)
	if err != nil {
		return nil, err
	}
	var e entry
	if err := json.Unmarshal(text, &e); err != nil {
		return nil, err
	}
	if e.Message == nil || e.Message.ItemHash != hash {
		return nil, errors.New("it is not the message of its name")
	}
	if err := e.Message.Verify(); err != nil {
		return nil, err
	}
	e.meaning, err = e.Message.Meaning()
	return &e, err
}

// ended reports whether the process of a run is gone: then nobody holds its lock. A run without a lock was killed before
// it had one.
func ended(dir string) bool {
	lock := flock.New(filepath.Join(dir, lockName), flock.SetFlag(os.O_RDONLY))
	free, err := lock.TryRLock()
	_ = lock.Close() // it was only tried
	return free || errors.Is(err, fs.ErrNotExist)
}

// tidy removes the directory of a run that has ended, and left nothing. One that is new may just begin.
func tidy(dir string) {
	if info, err := os.Stat(dir); err == nil && time.Since(info.ModTime()) > tidyAfter && ended(dir) {
		_ = os.RemoveAll(dir) // the next run tries again
	}
}

// hashOf is the item hash in the name of a file.
func hashOf(name string) string {
	hash, _, _ := strings.Cut(name, ".")
	return hash
}

// Seen drops messages whose item hashes are in a ledger, whatever run and scope they are of.
func (j *Journal) Seen(hashes ...string) {
	if j == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.elsewhere == nil {
		j.elsewhere = make(map[string][]string)
		names, _ := filepath.Glob(filepath.Join(j.home, "*", "*", "*.json")) // the pattern is a good one
		for _, name := range names {
			hash := hashOf(filepath.Base(name))
			j.elsewhere[hash] = append(j.elsewhere[hash], strings.TrimSuffix(strings.TrimSuffix(name, sentSuffix), returnedSuffix))
		}
	}
	for _, hash := range hashes {
		for _, name := range j.elsewhere[hash] {
			// What cannot be removed is still in the ledger, and the next run tries again.
			_ = os.Remove(name + sentSuffix)
			_ = os.Remove(name + returnedSuffix)
		}
		delete(j.elsewhere, hash)
	}
}
